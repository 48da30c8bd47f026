// Expressions and queries against what a real PostgreSQL 15 answered (fixtures/eval/*.txt): a line for the SQL, a line for the answer with
// its line breaks as "\n". A Doubt is no answer, but where the file allows it: an answer after "or doubt: ".
#include <fstream>
#include <string>

#include "tests/analyzer/eval/eval_fixture.h"
#include "tests/support/catch.h"

namespace {

using namespace pgfk;

std::string unescape(const std::string& text) {
  std::string out;
  for (std::size_t at = 0; at < text.size(); ++at) {
    if (text[at] == '\\' && at + 1 < text.size()) out += text[++at] == 'n' ? '\n' : text[at];
    else out += text[at];
  }
  return out;
}

constexpr std::string_view kMayDoubt = "or doubt: ";

void check_file(const std::string& name, EvalDatabase& database, const std::string& prefix) {
  std::ifstream file(std::string(PGFK_SOURCE_DIR) + "/fixtures/eval/" + name);
  REQUIRE(file.good());
  std::string sql, answer;
  while (std::getline(file, sql) && std::getline(file, answer)) {
    CAPTURE(sql);
    const std::string found = database.run(prefix + sql);
    const bool may_doubt = answer.starts_with(kMayDoubt);
    if (may_doubt && found.starts_with("doubt: ")) continue;
    CHECK(found == unescape(may_doubt ? answer.substr(kMayDoubt.size()) : answer));
  }
}

}  // namespace

TEST_CASE("expressions give what the server gives", "[eval]") {
  EvalDatabase database;
  check_file("expressions.txt", database, "SELECT ");
}

TEST_CASE("queries give what the server gives", "[eval]") {
  EvalDatabase database;
  std::ifstream file(std::string(PGFK_SOURCE_DIR) + "/fixtures/eval/tables.sql");
  REQUIRE(file.good());
  const std::string tables((std::istreambuf_iterator<char>(file)), std::istreambuf_iterator<char>());
  REQUIRE(database.run(tables) == "");
  check_file("queries.txt", database, "");
}
