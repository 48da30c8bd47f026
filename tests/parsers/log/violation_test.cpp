// Messages and details of the server, in all its languages, as facts. The texts are those of PostgreSQL's catalogues.
#include "parsers/log/violation.h"

#include "parsers/log/messages.h"
#include "parsers/log/scan.h"
#include "tests/support/catch.h"

using namespace pgfk;

namespace {

std::string shown(LogEvent event) {
  if (!classify_violation(event)) return "no";
  std::string text = event.kind ? std::string(violation_kind_name(*event.kind)) : "?";
  if (event.side) text += " " + std::string(violation_side_name(*event.side));
  text += ": " + event.constraint.value_or("-") + " " + event.referencing_table.value_or("-") + ">" + event.referenced_table.value_or("-");
  for (const std::string& value : event.key_values) text += " (" + value + ")";
  if (event.key_shown == KeyShown::ambiguous) text += " ambiguous";
  return text;
}

/// The skeleton with texts in its holes, in the order of the English text.
std::string filled(const Skeleton& skeleton, const std::vector<std::string>& arguments) {
  std::string text(skeleton.pieces[0]);
  for (std::size_t hole = 0; hole + 1 < skeleton.piece_count; ++hole) text += arguments[skeleton.order[hole]] + std::string(skeleton.pieces[hole + 1]);
  return text;
}

}  // namespace

TEST_CASE("a message is taken apart, or refused", "[log]") {
  struct Case {
    const char* sqlstate;
    const char* message;
    const char* detail;
    const char* wanted;
  };
  const auto c = GENERATE(values<Case>({
      {"", "insert or update on table \"t\" violates foreign key constraint \"c\"", "Key (a)=(1) is not present in table \"p\".", "insert_update insert: c t>p (1)"},
      {"", "insert or update on table \"t\" violates foreign key constraint \"c\"", "", "? insert: c t>-"},
      {"", "insert or update on table \"t\" violates foreign key constraint \"c\"", "Key is not present in table \"p\".", "insert_update insert: c t>p"},
      {"23503", "insert or update on table \"t\" violates foreign key constraint \"c\"", "MATCH FULL does not allow mixing of null and nonnull key values.", "match_full insert: c t>-"},
      {"P0001", "insert or update on table \"t\" violates foreign key constraint \"c\"", "", "no"},
      {"23503", "order 7 does not exist", "", "raised: - ->-"},
      {"23001", "no deletes on Sundays", "", "no"},
      {"", "order 7 does not exist", "", "no"},
      {"", "duplicate key value violates unique constraint \"foreign key\"", "", "no"},
      {"", "update or delete on table \"p\" violates foreign key constraint \"c\" on table \"t\"", "Key (id)=(3) is still referenced from table \"t\".", "update_delete delete: c t>p (3)"},
      {"", "update or delete on table \"p\" violates foreign key constraint \"x\" on table \"y\" on table \"t\"", "Key (id)=(3) is still referenced from table \"t\".", "update_delete delete: x\" on table \"y t>p (3)"},
      {"23001", "update or delete on table \"p\" violates RESTRICT setting of foreign key constraint \"c\" on table \"t\"", "Key (id)=(3) is referenced from table \"t\".", "update_delete_restrict delete: c t>p (3)"},
      {"", "removing partition \"p_1\" violates foreign key constraint \"c\"", "Key (id)=(3) is still referenced from table \"t\".", "remove_partition delete: c t>p_1 (3)"},
      {"", "insert or update on table \"od\"d child\" violates foreign key constraint \"odd \"fk\" (x)=(y)\"", "Key (c)=(d)=(e)=(f) is not present in table \"od\"d parent\".", "insert_update insert: odd \"fk\" (x)=(y) od\"d child>od\"d parent ambiguous"},
      {"", "insert or update on table \"t\" violates foreign key constraint \"c\"", "Key (a)=(x) is not present in table \"q\".) is not present in table \"p\".", "insert_update insert: c t>p (x) is not present in table \"q\".)"},
  }));
  CAPTURE(c.message, c.detail);
  LogEvent event;
  event.message = c.message;
  if (*c.sqlstate != '\0') event.sqlstate = c.sqlstate;
  if (*c.detail != '\0') event.detail = c.detail;
  CHECK(shown(event) == c.wanted);
}

TEST_CASE("every skeleton of every language is read back, and the scan sees it", "[log]") {
  for (const Skeleton& skeleton : message_skeletons()) {
    if (skeleton.form > MessageForm::remove_partition) continue;
    LogEvent event;
    event.message = filled(skeleton, {"first", "constraint_name", "third"});
    CAPTURE(event.message, skeleton.language);
    REQUIRE(classify_violation(event));
    CHECK(event.table == "first");
    CHECK(event.constraint == "constraint_name");
    CHECK_FALSE(scan_for_violations(event.message, 0, event.message.size()).hits.empty());
  }
}

TEST_CASE("every detail that shows a key is read back", "[log]") {
  for (const Skeleton& skeleton : message_skeletons()) {
    if (skeleton.piece_count != 4 || skeleton.form <= MessageForm::remove_partition) continue;
    LogEvent event;
    event.message = "insert or update on table \"t\" violates foreign key constraint \"c\"";
    event.detail = filled(skeleton, {"a", "x (y), z", "p"});
    CAPTURE(*event.detail, skeleton.language);
    REQUIRE(classify_violation(event));
    CHECK(event.referenced_table == "p");
    CHECK(event.key_values == std::vector<std::string>{"x (y), z"});
  }
}
