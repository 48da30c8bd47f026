#include <atomic>
#include <optional>
#include <string>
#include <vector>

#include "tests/analyzer/bulk/bulk_support.h"
#include "tests/support/catch.h"

namespace pgfk::bulk_test {
namespace {

BulkResult extract(std::string_view text, const BulkPlan& plan) { return extract_rows(text, Span{SourceId{}, 1000, text.size()}, plan, context()); }

/// The verdict on a text, and its rows if they are fine.
std::string read(const std::string& text, const BulkPlan& plan) {
  const TightText tight(text);
  const BulkResult result = extract(tight.view(), plan);
  return result.rows ? print(*result.rows, plan) : verdict(result);
}

// A reader as naive as can be, to compare with.

std::vector<std::string> split_row(const std::string& line) {
  std::vector<std::string> cells(1);
  for (std::size_t at = 0; at < line.size(); ++at) {
    if (line[at] == '\t') {
      cells.emplace_back();
      continue;
    }
    cells.back() += line[at];
    if (line[at] == '\\' && at + 1 < line.size()) cells.back() += line[++at];
  }
  return cells;
}

std::string naive_unescape(const std::string& cell) {
  std::string out;
  for (std::size_t at = 0; at < cell.size(); ++at) {
    if (cell[at] != '\\' || at + 1 == cell.size()) {
      out += cell[at];
      continue;
    }
    switch (cell[++at]) {
      case 'n': out += '\n'; break;
      case 't': out += '\t'; break;
      default: out += cell[at];
    }
  }
  return out;
}

struct NaiveRow {
  std::size_t begin = 0, length = 0;
  std::string cells;
  bool good = true;
};

std::vector<NaiveRow> naive_rows(const std::string& text, const BulkPlan& plan) {
  std::vector<NaiveRow> rows;
  for (std::size_t at = 0; at < text.size();) {
    std::size_t end = at;
    while (end < text.size() && text[end] != '\n') end += text[end] == '\\' ? 2 : 1;
    NaiveRow row{at, end - at, {}, true};
    const std::vector<std::string> cells = split_row(text.substr(at, end - at));
    row.good = cells.size() == plan.columns.size();
    for (std::size_t index = 0; row.good && index < cells.size(); ++index) {
      const BulkColumn& about = plan.columns[index];
      if (index > 0) row.cells += '|';
      if (cells[index] == "\\N") {
        row.good = !about.not_null;
        if (about.wanted) row.cells += "NULL";
        continue;
      }
      const Outcome<Value> value = read_value(context(), about.type, about.typmod, naive_unescape(cells[index]));
      row.good = value.ok();
      if (row.good && about.wanted) row.cells += print(*value);
    }
    row.cells += '\n';
    rows.push_back(row);
    at = end + 1;
  }
  return rows;
}

std::string random_cell(Random& random, TypeId type) {
  const auto number = [&](std::uint64_t limit) { return std::to_string(below(random, limit)); };
  switch (type) {
    case TypeId::int2: return number(below(random, 3) == 0 ? 10 : 32767);
    case TypeId::int4: return (below(random, 4) == 0 ? "-" : "") + number(below(random, 2) == 0 ? 200 : 2147483647);
    case TypeId::int8: return (below(random, 4) == 0 ? " -" : "") + number(below(random, 2) == 0 ? 70000 : INT64_MAX);
    case TypeId::numeric: return number(100000) + (below(random, 2) == 0 ? "." + number(99) : "");
    case TypeId::bool_: return below(random, 3) == 0 ? "t" : below(random, 2) == 0 ? "f" : "true";
    case TypeId::uuid: {
      std::string text = "a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11";
      for (int change = 0; change < 5; ++change) text[text.size() - 1 - below(random, 12)] = "0123456789abcdefA"[below(random, 17)];
      return below(random, 10) == 0 ? "{" + text + "}" : text;
    }
    case TypeId::date: return "20" + std::to_string(10 + below(random, 90)) + "-0" + std::to_string(1 + below(random, 9)) + "-1" + number(10);
    case TypeId::timestamptz: return "2024-02-1" + number(10) + " 1" + number(10) + ":00:0" + number(10) + (below(random, 2) == 0 ? "." + number(99999) : "") + "+0" + number(10);
    default: {
      std::string text;
      for (std::uint64_t length = below(random, 12); length > 0; --length) {
        constexpr const char* kPieces[] = {"a", "b", " ", "\\\\", "\\t", "\\n", "\\\t", "\\\n", "\\q", "é", "€", "'", "\\\\N"};
        text += kPieces[below(random, below(random, 3) == 0 ? 13 : 3)];
      }
      return text;
    }
  }
}

}  // namespace

TEST_CASE("COPY text is read as a naive reader reads it", "[bulk]") {
  const std::uint64_t seed = GENERATE(range(std::uint64_t{0}, std::uint64_t{40}));
  Random random(seed);
  constexpr TypeId kTypes[] = {TypeId::int2, TypeId::int4, TypeId::int8, TypeId::numeric, TypeId::bool_, TypeId::uuid,
                               TypeId::date, TypeId::timestamptz, TypeId::text, TypeId::text, TypeId::varchar};
  std::vector<BulkColumn> columns;
  for (std::uint64_t count = 1 + below(random, 6); count > 0; --count) {
    const TypeId type = kTypes[below(random, std::size(kTypes))];
    columns.push_back(column(type, below(random, 4) == 0, type == TypeId::varchar ? 8 + 4 : -1, below(random, 3) != 0));
  }
  BulkPlan plan = copy_plan(columns);
  std::string text;
  const std::uint64_t rows = below(random, 300);
  const std::uint64_t harm = seed % 2 == 0 ? 0 : 500;  // one row in so many is odd
  for (std::uint64_t row = 0; row < rows; ++row) {
    for (std::size_t index = 0; index < columns.size(); ++index) {
      if (index > 0) text += '\t';
      const bool null = !columns[index].not_null && below(random, 5) == 0;
      text += null ? "\\N" : random_cell(random, columns[index].type);
      if (harm > 0 && below(random, harm) == 0) text += below(random, 2) == 0 ? "\tx" : "\\Nx";
    }
    if (row + 1 < rows || below(random, 2) == 0) text += '\n';
  }
  if (text.ends_with("\\\n")) text += "x";  // a backslash at the end is a case of its own
  const std::vector<NaiveRow> naive = naive_rows(text, plan);
  std::string expected;
  std::optional<std::uint64_t> bad;
  for (std::size_t row = 0; row < naive.size() && !bad; ++row) {
    expected += naive[row].cells;
    if (!naive[row].good) bad = row;
  }
  for (const std::uint64_t chunk : {std::uint64_t{1}, std::uint64_t{50}, std::uint64_t{700}, std::uint64_t{1} << 20}) {
    for (unsigned threads = 1; threads <= 4; ++threads) {
      plan.chunk_bytes = chunk;
      plan.threads = threads;
      CAPTURE(seed, chunk, threads, text);
      const TightText tight(text);
      const BulkResult result = extract(tight.view(), plan);
      REQUIRE_FALSE(result.unsupported);
      REQUIRE(result.bad_row == bad);
      if (bad) continue;
      REQUIRE(result.rows);
      REQUIRE(print(*result.rows, plan) == expected);
      REQUIRE(result.row_count == naive.size());
      for (int look = 0; look < 5 && !naive.empty(); ++look) {
        const std::uint64_t row = below(random, naive.size());
        REQUIRE(result.rows->locate(row).row == Span{SourceId{}, 1000 + naive[row].begin, naive[row].length});
      }
    }
  }
}

// Seen: each verdict on a cell is PostgreSQL 15's for COPY into such a column; but for a backslash at the end, which is not certainly fine.
TEST_CASE("each cell is checked as its column's type would", "[bulk]") {
  struct Case {
    TypeId type;
    std::int32_t typmod;
    const char* text;
    const char* said;
  };
  constexpr const char* kBad = "bad row 0";
  const auto c = GENERATE_COPY(values<Case>({
      {TypeId::int2, -1, "32767", "32767\n"},
      {TypeId::int2, -1, "32768", kBad},
      {TypeId::int2, -1, "-32768", "-32768\n"},
      {TypeId::int2, -1, "-32769", kBad},
      {TypeId::int4, -1, "2147483647", "2147483647\n"},
      {TypeId::int4, -1, "2147483648", kBad},
      {TypeId::int4, -1, " 7 ", "7\n"},
      {TypeId::int4, -1, "+7", "7\n"},
      {TypeId::int4, -1, "007", "7\n"},
      {TypeId::int4, -1, "", kBad},
      {TypeId::int4, -1, "1.0", kBad},
      {TypeId::int4, -1, "\\x37", "7\n"},
      {TypeId::int8, -1, "-9223372036854775808", "-9223372036854775808\n"},
      {TypeId::int8, -1, "9223372036854775808", kBad},
      {TypeId::bool_, -1, "t", "t\n"},
      {TypeId::bool_, -1, " YES ", "t\n"},
      {TypeId::bool_, -1, "o", kBad},
      {TypeId::numeric, (4 << 16 | 2) + 4, "12.34", "12.34\n"},
      {TypeId::numeric, (4 << 16 | 2) + 4, "12.3", "12.30\n"},
      {TypeId::numeric, (4 << 16 | 2) + 4, "12.344", "12.34\n"},
      {TypeId::numeric, (4 << 16 | 2) + 4, "99.996", kBad},
      {TypeId::numeric, (4 << 16 | 2) + 4, "123.4", kBad},
      {TypeId::numeric, (4 << 16 | 2) + 4, "NaN", "NaN\n"},
      {TypeId::numeric, (4 << 16 | 2) + 4, "0012", "12.00\n"},
      {TypeId::float8, -1, "1.5", "1.5\n"},
      {TypeId::float8, -1, "1e400", kBad},
      {TypeId::varchar, 3 + 4, "abc", "abc\n"},
      {TypeId::varchar, 3 + 4, "abcd", kBad},
      {TypeId::varchar, 3 + 4, "abc  ", "abc\n"},
      {TypeId::varchar, 3 + 4, "äöü", "äöü\n"},
      {TypeId::bpchar, 3 + 4, "ab", "ab \n"},
      {TypeId::text, -1, "", "\n"},
      {TypeId::text, -1, "a\\tb", "a\tb\n"},
      {TypeId::text, -1, "a\\\tb", "a\tb\n"},
      {TypeId::text, -1, "a\\\nb", "a\nb\n"},
      {TypeId::text, -1, "\\b\\f\\n\\r\\v", "\b\f\n\r\v\n"},
      {TypeId::text, -1, "\\101\\x42\\7", "AB\a\n"},
      {TypeId::text, -1, "\\xg\\8", "xg8\n"},
      {TypeId::text, -1, "\\\\N", "\\N\n"},
      {TypeId::text, -1, "a\\N", "aN\n"},
      {TypeId::text, -1, "\\N", "NULL\n"},
      {TypeId::text, -1, "\\xc3\\xa9", "é\n"},
      {TypeId::text, -1, "\\xc3", kBad},
      {TypeId::text, -1, "\\0", kBad},
      {TypeId::text, -1, "a\\.b", kBad},
      {TypeId::text, -1, "a\\", kBad},
      {TypeId::text, -1, "\xff", kBad},
      {TypeId::text, -1, "\xed\xa0\x80", kBad},
      {TypeId::text, -1, "a\rb", kBad},
      {TypeId::text, -1, "a\tb", kBad},
      {TypeId::date, -1, "2024-02-29", "2024-02-29\n"},
      {TypeId::date, -1, "2023-02-29", kBad},
      {TypeId::date, -1, "infinity", "infinity\n"},
      {TypeId::date, -1, "1 Mar 2024", "2024-03-01\n"},
      {TypeId::timestamp, 3, "2024-01-01 00:00:00.1234", "2024-01-01 00:00:00.123\n"},
      {TypeId::timestamp, 0, "2024-01-01 00:00:00", "2024-01-01 00:00:00\n"},
      {TypeId::timestamptz, -1, "2024-01-01 24:00:00+00", "2024-01-02 00:00:00+00\n"},
      {TypeId::timestamptz, -1, "2024-01-01 25:00:00+00", kBad},
      {TypeId::uuid, -1, "{a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11}", "a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11\n"},
      {TypeId::uuid, -1, "a0eebc99", kBad},
  }));
  CAPTURE(c.type, c.typmod, c.text);
  for (const char* end : {"\n", ""}) {
    const std::string text = std::string(c.text) + end;
    if (text.empty()) continue;  // no row at all
    CHECK(read(text, copy_plan({column(c.type, false, c.typmod)})) == c.said);
    // The same verdict if nobody wants the column.
    const std::string unwanted = read(text, copy_plan({column(c.type, false, c.typmod, false)}));
    CHECK(unwanted == (std::string(c.said) == kBad ? kBad : "\n"));
  }
}

TEST_CASE("rows end as the first one does", "[bulk]") {
  const BulkPlan plan = copy_plan({column(TypeId::int4), column(TypeId::text)});
  CHECK(read("1\ta\r\n2\tb\r\n", plan) == "1|a\n2|b\n");
  CHECK(read("1\ta\r\n2\t\\N\r\n", plan) == "1|a\n2|NULL\n");
  CHECK(read("1\ta\r\n2\tb\n", plan) == "bad row 1");
  CHECK(read("1\ta\n2\tb\r\n", plan) == "bad row 1");
  CHECK(read("1\ta\r\n2\tb\rc\r\n", plan) == "bad row 1");
  CHECK(read("1\ta\r\n2\tb", plan) == "bad row 1");
  CHECK(read("1\ta\r2\tb\r", plan) == "bad row 0");
  const std::string crlf = "1\ta\r\n2\tb\r\n";
  const BulkResult result = extract(crlf, plan);
  CHECK(result.crlf);
  REQUIRE(result.rows);
  CHECK(result.rows->locate(1).row == Span{SourceId{}, 1005, 3});
}

TEST_CASE("blank lines, NULL strings, delimiters and NOT NULL", "[bulk]") {
  BulkPlan plan = copy_plan({column(TypeId::text)});
  CHECK(read("\n\na\n", plan) == "\n\na\n");
  plan.null_text = "";
  CHECK(read("\n\\N\n", plan) == "NULL\nN\n");
  plan.null_text = "nil";
  CHECK(read("nil\nnill\n\\nil\n", plan) == "NULL\nnill\n\nil\n");
  plan.null_text = "a long null string";
  CHECK(read("a\n", plan) == "unsupported");
  plan = copy_plan({column(TypeId::int4, true), column(TypeId::text)});
  plan.delimiter = '|';
  CHECK(read("1|a\tb\n2|\\|\n", plan) == "1|a\tb\n2||\n");
  CHECK(read("1|a\n\\N|b\n", plan) == "bad row 1");
  CHECK(read("1|a\n\n", plan) == "bad row 1");
  plan = copy_plan({});
  CHECK(verdict(extract("\n\n\n", plan)) == "3 rows");
  CHECK(verdict(extract("\n\na\n", plan)) == "bad row 2");
  CHECK(verdict(extract("", plan)) == "0 rows");
}

TEST_CASE("bytes that are no text take their row away, wherever it stands", "[bulk]") {
  BulkPlan plan = copy_plan({column(TypeId::int4, false, -1, false), column(TypeId::text, false, -1, false)});
  const std::string harm = GENERATE(as<std::string>(), std::string("\xff"), std::string("\0", 1), std::string("\rx"), std::string("\xc3"));
  for (const std::uint64_t at : {0u, 1u, 499u, 500u, 999u}) {
    std::string text;
    for (std::uint64_t row = 0; row < 1000; ++row) text += "1\té text " + (row == at ? harm : "") + "\n";
    for (const std::uint64_t chunk : {100u, 3000u, 1000000u}) {
      plan.chunk_bytes = chunk;
      plan.threads = 2;
      CAPTURE(at, chunk);
      CHECK(read(text, plan) == "bad row " + std::to_string(at));
    }
  }
  plan.check_utf8 = false;
  CHECK(read("1\t\xff\n", plan) == "|\n");
}

TEST_CASE("rows longer than a block are read", "[bulk]") {
  const BulkPlan plan = copy_plan({column(TypeId::int4), column(TypeId::text)});
  const std::string wide(300000, 'x');
  CHECK(read("1\ta\n2\t" + wide + "\n3\tc\n", plan) == "1|a\n2|" + wide + "\n3|c\n");
  CHECK(read("1\t" + wide + "\n", plan) == "1|" + wide + "\n");
}

TEST_CASE("every byte is released, once, in the source's own offsets", "[bulk]") {
  BulkPlan plan = copy_plan({column(TypeId::int4)});
  plan.chunk_bytes = 100;
  plan.threads = 3;
  std::string text;
  for (int row = 0; row < 1000; ++row) text += std::to_string(row) + "\n";
  std::atomic<std::uint64_t> released{0}, sum{0};
  const BulkResult result = extract_rows(text, Span{SourceId{}, 5000, text.size()}, plan, context(), {}, [&](std::uint64_t offset, std::uint64_t length) {
    released += length;
    for (std::uint64_t byte = offset; byte < offset + length; ++byte) sum += byte;
  });
  CHECK(verdict(result) == "1000 rows");
  CHECK(released == text.size());
  CHECK(sum == text.size() * 5000 + text.size() * (text.size() - 1) / 2);
}

TEST_CASE("rows are counted by their lines", "[bulk]") {
  CHECK(count_rows("", 2) == 0);
  CHECK(count_rows("a\nb\n", 2) == 2);
  CHECK(count_rows("a\nb", 2) == 2);
  std::string text;
  for (int row = 0; row < 2000000; ++row) text += "row\n";
  CHECK(count_rows(text, 2) == 2000000);
}

}  // namespace pgfk::bulk_test
