#include "analyzer/rewrite/units.h"

#include <string>

#include "tests/support/catch.h"

using namespace pgfk;

namespace {

/// "[statement append a]text", one after another, line ends as they are; what is in no unit stands between them.
std::string units_of(const std::string& text) {
  Sources sources;
  const SourceId id = sources.add(Source::of_text("seed.sql", text));
  const ScriptUnits units = read_units(sources, id, 15);
  std::string out;
  std::uint64_t at = 0;
  const auto show = [&](const auto& self, const std::vector<ScriptUnit>& list) -> void {
    for (const ScriptUnit& unit : list) {
      out += text.substr(at, unit.from - at);
      out += unit.kind == UnitKind::block ? "[block" : unit.kind == UnitKind::fixed ? "[fixed" : unit.kind == UnitKind::include ? "[include" : "[";
      if (unit.kind != UnitKind::block) {
        for (const auto& [table, access] : unit.effects.tables) {
          out += (access == TableAccess::append ? "+" : access == TableAccess::read ? "?" : "!") + table + " ";
        }
      }
      if (!unit.effects.fixed.empty()) out += "(" + unit.effects.fixed + ")";
      at = unit.from;
      self(self, unit.inner);
      out += "|" + text.substr(at, unit.to - at) + "]";
      at = unit.to;
    }
  };
  show(show, units.units);
  return out + text.substr(at);
}

}  // namespace

TEST_CASE("a script is cut into what moves together", "[rewrite]") {
  struct Case { const char* what; const char* text; const char* expected; };
  const auto c = GENERATE(values<Case>({
      {"comments above go along", "-- one\nINSERT INTO a VALUES (1);\n", "[+a |-- one\nINSERT INTO a VALUES (1);\n]"},
      {"a heading stays", "-- head\n\n-- one\nSELECT 1;\n", "-- head\n\n[|-- one\nSELECT 1;\n]"},
      {"blank lines belong to what follows", "SELECT 1;\n\nSELECT 2;\n", "[|SELECT 1;\n][|\nSELECT 2;\n]"},
      {"the rest of the line goes along", "SELECT 1; -- x\nSELECT 2;\n-- end\n", "[|SELECT 1; -- x\n][|SELECT 2;\n]-- end\n"},
      {"two on a line", "SELECT 1; SELECT 2;\n", "[|SELECT 1;][| SELECT 2;\n]"},
      {"data goes along", "COPY a FROM stdin;\n1\n\\.\nSELECT 1;\n", "[+a |COPY a FROM stdin;\n1\n\\.\n][|SELECT 1;\n]"},
      {"a block is one, its statements are parts", "BEGIN;\nINSERT INTO a VALUES (1);\nDELETE FROM b;\nCOMMIT;\n",
       "[blockBEGIN;\n[+a |INSERT INTO a VALUES (1);\n][!b |DELETE FROM b;\n]|COMMIT;\n]"},
      {"a block that is left open holds what follows", "BEGIN;\nSELECT 1;\n", "[(a transaction begins or ends there)|BEGIN;\n][|SELECT 1;\n]"},
      {"settings are fixed", "SET x.y = 1;\n\\set n 1\n\\echo hello\nSELECT 1;\n", "[(SET x.y)|SET x.y = 1;\n][fixed(\\set)|\\set n 1\n][|\\echo hello\nSELECT 1;\n]"},
      {"SET LOCAL does not hold its block", "BEGIN;\nSET LOCAL x.y = 1;\nCOMMIT;\n", "[blockBEGIN;\n[(SET LOCAL x.y)|SET LOCAL x.y = 1;\n]|COMMIT;\n]"},
      {"what is looked up is read", "INSERT INTO a SELECT id FROM b WHERE EXISTS (SELECT FROM c);\n", "[+a ?b ?c |INSERT INTO a SELECT id FROM b WHERE EXISTS (SELECT FROM c);\n]"},
      {"a WITH part is no table", "WITH w AS (INSERT INTO a VALUES (1) RETURNING id) INSERT INTO b SELECT id FROM w;\n",
       "[+a +b |WITH w AS (INSERT INTO a VALUES (1) RETURNING id) INSERT INTO b SELECT id FROM w;\n]"},
      {"the end of the file ends the last one", "SELECT 1;\nSELECT 2", "[|SELECT 1;\n][|SELECT 2]"},
  }));
  CAPTURE(c.what);
  CHECK(units_of(c.text) == c.expected);
}
