#include <string>
#include <vector>

#include "tests/analyzer/bulk/bulk_support.h"
#include "tests/support/catch.h"

namespace pgfk::bulk_test {
namespace {

BulkResult extract(std::string_view text, const BulkPlan& plan, const std::vector<std::uint64_t>& splits = {}) {
  return extract_rows(text, Span{SourceId{}, 1000, text.size()}, plan, context(), splits);
}

std::string read(const std::string& text, const BulkPlan& plan) {
  const TightText tight(text);
  const BulkResult result = extract(tight.view(), plan);
  const std::string said = verdict(result);
  return result.rows && result.bad_statements.empty() ? print(*result.rows, plan) : said;
}

}  // namespace

TEST_CASE("statements of a run are read with all their spellings", "[bulk]") {
  const BulkPlan plan = insert_plan({column(TypeId::int4), column(TypeId::text)});
  struct Case {
    const char* text;
    const char* said;
  };
  const auto c = GENERATE_COPY(values<Case>({
      {"INSERT INTO t VALUES (1, 'a');", "1|a\n"},
      {"INSERT INTO t VALUES (1,'a'),(2,NULL);\n", "1|a\n2|NULL\n"},
      {"  INSERT INTO t VALUES\n\t( 1 , 'a' ) ,\n\t( -2 , null )\n;\n\n", "1|a\n-2|NULL\n"},
      {"INSERT INTO t VALUES (1, 'it''s');INSERT INTO t VALUES (2, '''');", "1|it's\n2|'\n"},
      {"INSERT INTO t VALUES (1, ''), (2, ',;()--');", "1|\n2|,;()--\n"},
      {"INSERT INTO t VALUES (1, 'a\\');", "1|a\\\n"},
      {"INSERT INTO t (id, \"x'(y\") VALUES (1, 'a');", "unsupported"},
      {"INSERT INTO t (id, \"x,(y\") OVERRIDING SYSTEM VALUE VALUES (1, 'a');\nINSERT INTO t (id, \"x,(y\") OVERRIDING SYSTEM VALUE VALUES (2, 'b');", "1|a\n2|b\n"},
      {"INSERT INTO t VALUES (1, 'a');\ninsert  into T\nvalues(2, 'b');", "1|a\n2|b\n"},
      {"-- it's\nINSERT INTO t VALUES (1, 'a'); -- isn't\n--\nINSERT INTO t VALUES (2, 'b'); --", "1|a\n2|b\n"},
      {"INSERT INTO t VALUES (1, 'a') ON CONFLICT DO NOTHING;INSERT INTO t VALUES (2, 'b')\non conflict  do nothing ;", "1|a\n2|b\n"},
      {"INSERT INTO t VALUES (1, 'a') ON CONFLICT (id) DO NOTHING;", "unsupported"},
      {"INSERT INTO t VALUES (1, 'a') RETURNING id;", "unsupported"},
      {"INSERT INTO t VALUES (1, 'a')", "unsupported"},
      {"INSERT INTO t VALUES (1, 'a", "unsupported"},
      {"INSERT INTO t VALUES (1, 'a');\nINSERT INTO u VALUES (2, 'b');", "unsupported"},
      {"INSERT INTO t VALUES (1, 'a');\nSELECT 1;", "unsupported"},
      {"INSERT INTO t VALUES (1, E'a\\'');", "unsupported"},
      {"INSERT INTO t VALUES (1, 'a'::text);", "unsupported"},
      {"INSERT INTO t VALUES (1 + 2, 'a');", "unsupported"},
      {"INSERT INTO t VALUES (--1, 'a');", "unsupported"},
      {"INSERT INTO t VALUES (1--1);\nINSERT INTO t VALUES (2, 'b');", "unsupported"},
      {"INSERT INTO t VALUES ('a'x'b');\nINSERT INTO t VALUES (2, 'b');", "unsupported"},
      {"INSERT INTO t VALUES (1);\nINSERT INTO t VALUES (2, 'b');", "1 rows, bad statement 0"},
      {"INSERT INTO t VALUES ((1), 'a');", "unsupported"},
      {"INSERT INTO t VALUES (f(1), 'a');", "unsupported"},
      {"INSERT INTO t VALUES (1, 'a'\n'b');", "unsupported"},
      {"INSERT INTO t VALUES (1, 'a' 'b');", "unsupported"},
      {"INSERT INTO t VALUES (1, $$a$$);", "unsupported"},
      {"INSERT INTO t VALUES (1, /* x */ 'a');", "unsupported"},
      {"INSERT INTO t VALUES (, 'a');", "unsupported"},
      {"INSERT INTO t VALUES (1, 'a'),;", "unsupported"},
      {"INSERT INTO t VALUES (1, 'a'), -- x\n(2, 'b');", "unsupported"},
      {"", "unsupported"},
  }));
  CAPTURE(c.text);
  CHECK(read(c.text, plan) == c.said);
}

// Seen: each verdict on a literal is PostgreSQL 15's for INSERT into such a column, except that what is merely uncommon is not certainly fine.
TEST_CASE("each literal is checked as its column's type would", "[bulk]") {
  struct Case {
    TypeId type;
    std::int32_t typmod;
    const char* literal;
    const char* said;
  };
  constexpr const char* kBad = "0 rows, bad statement 0";
  const auto c = GENERATE_COPY(values<Case>({
      {TypeId::int4, -1, "1", "1\n"},
      {TypeId::int4, -1, "'1'", "1\n"},
      {TypeId::int4, -1, "' 1 '", "1\n"},
      {TypeId::int4, -1, "2147483648", kBad},
      {TypeId::int4, -1, "-2147483648", "-2147483648\n"},
      {TypeId::int4, -1, "1.5", kBad},
      {TypeId::int4, -1, "1e3", kBad},
      {TypeId::int4, -1, "TRUE", kBad},
      {TypeId::int4, -1, "DEFAULT", kBad},
      {TypeId::int4, -1, "''", kBad},
      {TypeId::int2, -1, "40000", kBad},
      {TypeId::numeric, (4 << 16 | 2) + 4, "1.5", "1.50\n"},
      {TypeId::numeric, (4 << 16 | 2) + 4, "'1.5'", "1.50\n"},
      {TypeId::numeric, (4 << 16 | 2) + 4, "123.5", kBad},
      {TypeId::numeric, -1, "1e3", kBad},
      {TypeId::numeric, -1, "'NaN'", "NaN\n"},
      {TypeId::float8, -1, "1.5", "1.5\n"},
      {TypeId::text, -1, "1", "1\n"},
      {TypeId::text, -1, "1.50", "1.50\n"},
      {TypeId::text, -1, "007", kBad},
      {TypeId::text, -1, "-0", kBad},
      {TypeId::text, -1, "true", kBad},
      {TypeId::varchar, 2 + 4, "123", kBad},
      {TypeId::varchar, 2 + 4, "'a''b'", kBad},
      {TypeId::varchar, 3 + 4, "'a''b'", "a'b\n"},
      {TypeId::bool_, -1, "true", "t\n"},
      {TypeId::bool_, -1, "FALSE", "f\n"},
      {TypeId::bool_, -1, "'yes'", "t\n"},
      {TypeId::bool_, -1, "1", kBad},
      {TypeId::uuid, -1, "'a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11'", "a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11\n"},
      {TypeId::uuid, -1, "1", kBad},
      {TypeId::date, -1, "'2024-02-30'", kBad},
      {TypeId::date, -1, "20240101", kBad},
      {TypeId::timestamptz, -1, "'2024-02-29 00:00:00+00'", "2024-02-29 00:00:00+00\n"},
      {TypeId::int4, -1, "B'1'", kBad},
      {TypeId::int4, -1, "NULL", "NULL\n"},
  }));
  CAPTURE(c.type, c.typmod, c.literal);
  const std::string text = std::string("INSERT INTO t VALUES (") + c.literal + ");";
  CHECK(read(text, insert_plan({column(c.type, false, c.typmod)})) == c.said);
  const std::string unwanted = read(text, insert_plan({column(c.type, false, c.typmod, false)}));
  CHECK(unwanted == (std::string(c.said) == kBad ? kBad : "\n"));
}

TEST_CASE("a bad row takes its statement's rows, and no others", "[bulk]") {
  BulkPlan plan = insert_plan({column(TypeId::int4, true), column(TypeId::text), column(TypeId::uuid)});
  const std::string uuid = "'a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11'";
  const std::string text = "INSERT INTO t VALUES (1, 'a', " + uuid + "), (2, NULL, NULL);\n"
                           "INSERT INTO t VALUES (3, 'c', NULL), (NULL, 'd', " + uuid + ");\n"
                           "INSERT INTO t VALUES (5, 'e');\n"
                           "INSERT INTO t VALUES (6, 'a', NULL), (7, 'g'), (8, 'h', NULL);\n"
                           "INSERT INTO t VALUES (9, 'i', NULL);\n"
                           "INSERT INTO t VALUES (10, '\xff', NULL);\n";
  std::vector<std::uint64_t> splits;
  for (std::size_t at = text.find("\nINSERT"); at != std::string::npos; at = text.find("\nINSERT", at + 1)) splits.push_back(at + 1);
  for (const std::uint64_t chunk : {1u, 100u, 100000u}) {
    plan.chunk_bytes = chunk;
    plan.threads = 2;
    CAPTURE(chunk);
    const BulkResult result = extract(text, plan, splits);
    CHECK(verdict(result) == "3 rows, bad statement 1, bad statement 2, bad statement 3, bad statement 5");
    REQUIRE(result.rows);
    const BulkRows& rows = *result.rows;
    CHECK(print(rows, plan) == "1|a|a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11\n2|NULL|NULL\n9|i|NULL\n");
    CHECK(rows.statements() == 6);
    CHECK(rows.statement_of(1) == 0);
    CHECK(rows.statement_of(2) == 4);
    CHECK(rows.rows_of_statement(0) == std::pair<BulkRow, BulkRow>(0, 2));
    CHECK(rows.rows_of_statement(3) == std::pair<BulkRow, BulkRow>(2, 2));
    CHECK(rows.rows_of_statement(4) == std::pair<BulkRow, BulkRow>(2, 3));
    const auto piece = [&](Span span) { return text.substr(span.offset - 1000, span.length); };
    CHECK(piece(rows.locate(1).row) == "(2, NULL, NULL)");
    CHECK(rows.locate(1).row_in_statement == 2);
    CHECK(piece(rows.locate(2).row) == "(9, 'i', NULL)");
    CHECK(piece(rows.locate(2).statement) == "INSERT INTO t VALUES (9, 'i', NULL)");
  }
}

TEST_CASE("runs of any sizes are read as they were written", "[bulk]") {
  const std::uint64_t seed = GENERATE(range(std::uint64_t{0}, std::uint64_t{30}));
  Random random(seed);
  BulkPlan plan = insert_plan({column(TypeId::int8), column(TypeId::text), column(TypeId::bool_), column(TypeId::text, false, -1, false)});
  std::string text, expected;
  std::vector<std::uint64_t> splits;
  std::vector<std::string> places;
  const std::uint64_t statements = 1 + below(random, 60);
  const std::uint64_t most_rows = seed % 3 == 0 ? 1 : seed % 3 == 1 ? 5 : 900;
  for (std::uint64_t statement = 0; statement < statements; ++statement) {
    if (below(random, 5) == 0) text += "-- that's " + std::to_string(statement) + "\n";
    splits.push_back(text.size());
    text += "INSERT INTO public.t VALUES";
    const std::uint64_t rows = 1 + below(random, most_rows);
    for (std::uint64_t row = 0; row < rows; ++row) {
      const std::string number = std::to_string(random() >> below(random, 63) >> 1);
      std::string value, literal;
      for (std::uint64_t length = below(random, 30); length > 0; --length) {
        const char c = "abc ',;()-\\\n\""[below(random, 14)];
        if (c == '\0') continue;
        value += c;
        literal += c == '\'' ? "''" : std::string(1, c);
      }
      const bool null = below(random, 4) == 0;
      const std::string place = "(" + number + ", " + (null ? "NULL" : "'" + literal + "'") + ", true,\n'" + literal + "')";
      text += (row == 0 ? " " : ",\n\t") + place;
      expected += number + "|" + (null ? "NULL" : value) + "|t|\n";
      places.push_back(place);
    }
    text += ";\n";
  }
  splits.erase(splits.begin());
  for (const std::uint64_t chunk : {std::uint64_t{1}, std::uint64_t{2000}, std::uint64_t{1} << 20}) {
    plan.chunk_bytes = chunk;
    plan.threads = 1 + static_cast<unsigned>(below(random, 4));
    CAPTURE(seed, chunk, text);
    const TightText tight(text);
    const BulkResult result = extract(tight.view(), plan, splits);
    REQUIRE(verdict(result) == std::to_string(places.size()) + " rows");
    REQUIRE(print(*result.rows, plan) == expected);
    REQUIRE(result.rows->statements() == statements);
    for (int look = 0; look < 4; ++look) {
      const std::uint64_t row = below(random, places.size());
      const BulkRows::Located found = result.rows->locate(row);
      REQUIRE(text.substr(found.row.offset - 1000, found.row.length) == places[row]);
      const std::uint64_t statement = result.rows->statement_of(row);
      const auto [first, end] = result.rows->rows_of_statement(statement);
      REQUIRE(first <= row);
      REQUIRE(row < end);
      REQUIRE(found.row_in_statement == row - first + 1);
    }
  }
}

TEST_CASE("strings where backslashes escape are left to others", "[bulk]") {
  BulkPlan plan = insert_plan({column(TypeId::text)});
  plan.standard_strings = false;
  CHECK(read("INSERT INTO t VALUES ('a');", plan) == "a\n");
  CHECK(read("INSERT INTO t VALUES ('a\\'');", plan) == "unsupported");
}

}  // namespace pgfk::bulk_test
