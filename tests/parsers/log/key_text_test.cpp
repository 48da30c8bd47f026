// What a DETAIL's key says, and when it does not.
#include "parsers/log/key_text.h"

#include "tests/support/catch.h"

using namespace pgfk;

namespace {

std::string shown(const std::optional<SplitKey>& key) {
  if (!key) return "ambiguous";
  std::string text;
  for (std::size_t column = 0; column < key->columns.size(); ++column) text += "<" + key->columns[column] + "=" + key->values[column] + ">";
  return text;
}

}  // namespace

TEST_CASE("a key is split where its text leaves one way", "[log]") {
  struct Case {
    const char* key;
    const char* statement;
    const char* wanted;
  };
  const auto c = GENERATE(values<Case>({
      {"id)=(3", "", "<id=3>"},
      {"name)=(a, b", "", "<name=a, b>"},
      {"name)=(", "", "<name=>"},
      {"name)=((nested (parens))", "", "<name=(nested (parens))>"},
      {"a, b)=(1, 2", "", "<a=1><b=2>"},
      {"region, code)=(EU, East, D1", "", "ambiguous"},
      {"region, code)=(EU, East, D1", "INSERT INTO t VALUES ('EU, East', 'D1')", "<region=EU, East><code=D1>"},
      {"region, code)=(EU, East, D1", "DELETE FROM t WHERE region = 'EU, East'", "ambiguous"},
      {"name)=(a)=(b)", "", "ambiguous"},
      {"name)=(a)=(b)", "INSERT INTO t VALUES ('a)=(b)')", "<name=a)=(b)>"},
      {"ID, Rev, No)=(2, B, 2", "DELETE FROM \"Sales Orders\" WHERE \"ID\" = 2", "ambiguous"},
      {"tenantId, userId)=(7, 8", "INSERT INTO m (\"tenantId\", \"userId\") VALUES ($1, $2)", "<tenantId=7><userId=8>"},
      {"tenantId, userId)=(7, 8", "", "ambiguous"},
      {"a, b)=(1", "", "ambiguous"},
      {"a, b)=(it's )=(, x, y", "INSERT INTO notes -- isn't it\n VALUES ('it''s )=(', 'x, y')", "<a=it's )=(><b=x, y>"},
      {"a, b)=(it's )=(, x, y", "INSERT INTO notes VALUES ('it''s )=(, x', 'y', 'it''s )=(', 'x, y')", "ambiguous"},
      {"no key at all", "", "ambiguous"},
  }));
  CAPTURE(c.key, c.statement);
  CHECK(shown(cut_key(c.key, c.statement)) == c.wanted);
}

TEST_CASE("columns and types of a dump split what the text alone leaves open", "[log]") {
  struct Case {
    const char* columns_text;
    const char* values_text;
    std::vector<std::string> columns;
    std::vector<std::string> types;
    const char* wanted;
  };
  const std::vector<Case> cases = {
      {"ID, Rev, No", "2, B, 2", {"ID", "Rev, No"}, {"integer", "text"}, "<ID=2><Rev, No=B, 2>"},
      {"ID, Rev, No", "2, B, 2", {"ID", "Rev, No"}, {}, "ambiguous"},
      {"region, code", "EU, East, D1", {"region", "code"}, {"text", "text"}, "ambiguous"},
      {"id, day", "5b1d1a2e-0c9e-4a55-8a3c-111111111111, 2023-05-05", {"id", "day"}, {"uuid", "date"}, "<id=5b1d1a2e-0c9e-4a55-8a3c-111111111111><day=2023-05-05>"},
      {"name", "a)=(b", {"name"}, {}, "<name=a)=(b>"},
      {"a", "b)=(it's)=(x", {"a)=(b"}, {}, "<a)=(b=it's)=(x>"},
      {"id", "3", {"other"}, {}, "ambiguous"},
  };
  for (const Case& c : cases) {
    CAPTURE(c.columns_text, c.values_text);
    LogEvent event;
    event.key_columns_text = c.columns_text;
    event.key_values_text = c.values_text;
    CHECK(shown(split_key(event, c.columns, c.types)) == c.wanted);
  }
}
