#include "parsers/sql/insert_run.h"

#include <string>
#include <vector>

#include "tests/parsers/script_support.h"
#include "tests/support/catch.h"

using namespace pgfk;

namespace {

std::string repeated(const std::string& text, int times) {
  std::string all;
  for (int time = 0; time < times; ++time) all += text;
  return all;
}

const char* kind_letter(CellKind kind) {
  switch (kind) {
    case CellKind::null: return "N";
    case CellKind::default_: return "D";
    case CellKind::text: return "T";
    case CellKind::number: return "#";
    case CellKind::boolean: return "B";
    case CellKind::bit: return "b";
  }
  return "?";
}

/// "0: (#1 T'a')(N) ..": a statement's offset and its rows; "!" where the text has another shape.
std::string values_of(std::string_view text) {
  ValuesReader reader(text);
  std::string all;
  std::uint64_t offset = 0;
  for (std::vector<Cell> cells; reader.next_statement(offset);) {
    all += std::to_string(offset) + ":";
    while (reader.next_row(cells)) {
      all += " (";
      for (const Cell& cell : cells) {
        if (cell.text.data() != cells.front().text.data()) all += ' ';
        all += std::string(kind_letter(cell.kind)) + (cell.escaped ? "~" : "") + std::string(cell.text);
      }
      all += ")";
      CHECK(text[reader.row_offset()] == '(');
      CHECK(text[reader.row_end() - 1] == ')');
    }
    all += "\n";
  }
  return all + (reader.well_formed() ? "" : "!");
}

}  // namespace

TEST_CASE("literals are told apart and kept as written", "[values]") {
  struct Case { const char* text; const char* values; };
  const auto c = GENERATE(values<Case>({
      {"INSERT INTO t VALUES (1, -2.5, +.5e-3, 7.);", "0: (#1 #-2.5 #+.5e-3 #7.)\n"},
      {"insert into a.\"b \"\"c\" (x, \"y\") overriding system value\nvalues\n( null,DEFAULT , True,false );", "0: (Nnull DDEFAULT BTrue Bfalse)\n"},
      {"INSERT INTO t VALUES ('', 'a''b', '\\', 'c;)', B'01');", "0: (T T~a''b T\\ Tc;) b01)\n"},
      {"INSERT INTO t VALUES (1),(2),\r\n\t(3)\n;\n-- c\nINSERT INTO t VALUES (4) ON CONFLICT DO NOTHING;", "0: (#1) (#2) (#3)\n43: (#4)\n"},
      {"INSERT INTO t VALUES (1), ();", "0: (#1)\n!"},
      {"INSERT INTO t VALUES (now());", "0:\n!"},
      {"INSERT INTO t VALUES (E'a');", "0:\n!"},
      {"INSERT INTO t VALUES (0x1F);", "0:\n!"},
      {"INSERT INTO t VALUES ('a'::text);", "0:\n!"},
      {"INSERT INTO t VALUES ('a", "0:\n!"},
      {"INSERT INTO t VALUES (1) RETURNING id;", "0: (#1)\n!"},
      {"SELECT 1;", "!"},
      {"", ""},
      {"  -- only a comment", ""},
  }));
  CAPTURE(c.text);
  CHECK(values_of(c.text) == c.values);
}

TEST_CASE("only long runs of one header become an item", "[script]") {
  struct Case { const char* name; std::string script; const char* items; };
  const std::string one = "INSERT INTO t VALUES (1, 'a');\n";
  const auto c = GENERATE_COPY(values<Case>({
      {"sixteen", repeated(one, 16), "1>16: run of 16\n"},
      {"twenty and another statement", repeated(one, 20) + "SELECT 1;", "1>20: run of 20\n21: SELECT 1\n"},
      {"comments and blank lines between", repeated(one + "\n-- c\n", 17), "1>49: run of 17\n"},
      {"two tables", repeated(one, 16) + repeated("INSERT INTO u VALUES (2);\n", 16), "1>16: run of 16\n17>32: run of 16\n"},
      {"another spelling ends it", repeated(one, 16) + "insert into t values (1);", "1>16: run of 16\n17: insert into t values (1)\n"},
      {"a longer word ends it", repeated(one, 16) + "INSERT INTO t VALUESx (1);", "1>16: run of 16\n17: INSERT INTO t VALUESx (1)\n"},
      {"an expression ends it", repeated(one, 16) + "INSERT INTO t VALUES (1 + 1);", "1>16: run of 16\n17: INSERT INTO t VALUES (1 + 1)\n"},
      {"one without ON CONFLICT ends it", repeated("INSERT INTO t VALUES (1) ON CONFLICT DO NOTHING;\n", 16) + "INSERT INTO t VALUES (1);",
       "1>16: run of 16\n17: INSERT INTO t VALUES (1)\n"},
      {"no semicolon at the end", repeated(one, 16) + "INSERT INTO t VALUES (1)", "1>16: run of 16\n17: INSERT INTO t VALUES (1)\n"},
      {"a variable", "\\set x 1\n" + repeated(one, 16) + "INSERT INTO t VALUES (:x, 'b');\n", "2>17: run of 16\n18: INSERT INTO t VALUES (1, 'b')\n"},
      {"the last is sent again by \\g", repeated(one, 16) + "\\g\n", "1>16: run of 16\n16>17: INSERT INTO t VALUES (1, 'a')\n"},
      {"a large one", "INSERT INTO t VALUES (0)" + repeated(",\n(1)", 20000) + ";\nSELECT 1;", "1>20001: run of 1\n20002: SELECT 1\n"},
  }));
  CAPTURE(c.name);
  CHECK(ReadScript(c.script).items() == c.items);
}

TEST_CASE("fewer than sixteen small INSERTs are ordinary statements", "[script]") {
  std::string items;
  for (int line = 1; line <= 15; ++line) items += std::to_string(line) + ": INSERT INTO t VALUES (1)\n";
  CHECK(ReadScript(repeated("INSERT INTO t VALUES (1);\n", 15)).items() == items);
}

TEST_CASE("without standard_conforming_strings no run is taken", "[script]") {
  ReadScript script(repeated("INSERT INTO t VALUES ('\\'');\n", 20));
  script.reader->set_standard_conforming_strings(false);
  ScriptItem item;
  REQUIRE(script.reader->next(item));
  CHECK(item.kind == ItemKind::sql);
}

TEST_CASE("a run can be read in pieces from its split points", "[script]") {
  std::string text = "-- head\n";
  for (int row = 0; row < 100000; ++row)
    text += "INSERT INTO t VALUES (" + std::to_string(row) + ", 'some text; with (marks)');\n";
  ReadScript script(text);
  ScriptItem item;
  REQUIRE(script.reader->next(item));
  REQUIRE(item.kind == ItemKind::insert_run);
  const std::string_view run = script.sources.text(item.span);
  std::vector<std::uint64_t> starts = item.run.split_offsets;
  REQUIRE(starts.size() == 5);  // about 5.7 MB
  starts.insert(starts.begin(), 0);
  starts.push_back(run.size());
  std::string next = "0";
  std::uint64_t statements = 0;
  for (std::size_t piece = 0; piece + 1 < starts.size(); ++piece) {
    ValuesReader reader(run.substr(starts[piece], starts[piece + 1] - starts[piece]));
    std::uint64_t offset = 0;
    for (std::vector<Cell> cells; reader.next_statement(offset); ++statements) {
      REQUIRE(reader.next_row(cells));
      REQUIRE(cells[0].text == std::to_string(statements));
    }
    CHECK(reader.well_formed());
  }
  CHECK(statements == item.run.statements);
  CHECK(script.sources[item.span.source].place_of(item.span.offset + item.span.length).line == 100001);
}

TEST_CASE("runs and single statements give the same values", "[script]") {
  const std::string text = repeated("INSERT INTO public.t (a, b) VALUES\n\t(1, 'x''y'),\n\t(NULL, '');\n", 40);
  ScriptOptions options;
  options.recognise_insert_runs = false;
  ReadScript runs(text);
  ReadScript singles(text, options);
  std::string whole;
  ScriptItem item;
  REQUIRE(runs.reader->next(item));
  REQUIRE(item.kind == ItemKind::insert_run);
  CHECK_FALSE(item.run.on_conflict_do_nothing);
  CHECK(runs.sources.text(item.span).substr(0, item.run.header_length) == "INSERT INTO public.t (a, b) VALUES");
  std::uint64_t count = 0;
  while (singles.reader->next(item)) ++count;
  CHECK(count == 40);
}

TEST_CASE("what is passed in a long run is told in stretches, one behind the other", "[script]") {
  // One statement of many rows, and many statements.
  const std::string rows = "INSERT INTO t VALUES " + repeated("(1, 'some text'),\n", 1'000'000) + "(2, 'the last');\n";
  const std::string statements = repeated("INSERT INTO t VALUES (1, 'some text');\n", 500'000);
  for (const std::string& run : {rows, statements}) {
    const std::string text = "SELECT 1;\n" + run;
    std::uint64_t next = 10, calls = 0;
    const InsertRunScan scan = scan_insert_run(text, 10, [&](std::uint64_t offset, std::uint64_t length) {
      CHECK(offset == next);
      next = offset + length;
      ++calls;
    });
    CHECK(scan.run.statements == scan_insert_run(text, 10).run.statements);
    CHECK(scan.last_end == text.size() - 1);
    CHECK(calls >= 3);
    CHECK(next < scan.last_end);
    CHECK(scan.last_end - next < 5u << 20);
  }
}

TEST_CASE("the lines of long runs are counted on the way", "[script]") {
  const std::string text = repeated("INSERT INTO t VALUES (1, 'two\nlines');\n", 400'000);
  ReadScript script("SELECT 1;\n" + text + "SELECT 2;\n");
  ScriptItem item;
  REQUIRE(script.reader->next(item));
  REQUIRE(script.reader->next(item));
  CHECK(item.kind == ItemKind::insert_run);
  CHECK(item.line == 2);
  CHECK(item.psql_line == 800'001);
  REQUIRE(script.reader->next(item));
  CHECK(item.line == 800'002);
}
