// Rows and refusals of COPY FROM; what is expected is what PostgreSQL 15 answered, or 18 where a case says so.
#include "parsers/copy/copy_reader.h"

#include <string>
#include <utility>
#include <vector>

#include "tests/support/catch.h"

namespace pgfk {
namespace {

std::string shown(const CopyField& field) {
  switch (field.kind) {
    case CopyField::Kind::null:
      return "NULL";
    case CopyField::Kind::default_:
      return "DEFAULT";
    case CopyField::Kind::text:
      break;
  }
  std::string text;
  for (const char c : field.text) {
    if (c == '\n') {
      text += "<LF>";
    } else if (c == '\r') {
      text += "<CR>";
    } else if (c == '\t') {
      text += "<TAB>";
    } else if (static_cast<unsigned char>(c) < ' ') {
      text += "<" + std::to_string(c) + ">";
    } else {
      text += c;
    }
  }
  return text;
}

/// Rows as "a|b;", the end as ".", a refusal as its text and the line of its context.
std::string read_all(CopyReader& reader) {
  std::string all;
  CopyRow row;
  for (;;) {
    switch (reader.next(row)) {
      case CopyReader::Next::row: {
        std::string line;
        for (const CopyField& field : row.fields) line += (&field == row.fields.data() ? "" : "|") + shown(field);
        all += line + ";";
        continue;
      }
      case CopyReader::Next::end:
        return all + ".";
      case CopyReader::Next::error:
        return all + reader.error().sqlstate + " " + reader.error().message + " (" + std::to_string(row.line) + ")";
    }
  }
}

CopyOptions csv_options() {
  CopyOptions options;
  options.format = CopyFormat::csv;
  options.delimiter = ",";
  options.null_text = "";
  return options;
}

struct Case {
  const char* data;
  const char* answer;
  bool mark_has_cr = false;
};

std::string answer_of(const Case& c, const CopyOptions& options, int version = 15) {
  CopyReader reader(c.data, options, {"a", "b"}, version, true, false, c.mark_has_cr);
  return read_all(reader);
}

Option word(std::string name, std::string value) { return {std::move(name), std::move(value), {}, -1}; }
Option list(std::string name, std::vector<std::string> names) { return {std::move(name), std::nullopt, std::move(names), -1}; }
Option bare(std::string name) { return {std::move(name), std::nullopt, {}, -1}; }

}  // namespace

TEST_CASE("text rows are unescaped as the server does", "[copy]") {
  const auto c = GENERATE(values<Case>({
      {"1\ta\n2\tb\n", "1|a;2|b;."},
      {"\\N\t\\\\N\n", "NULL|\\N;."},
      {"\\N \t'N'\n", "N |'N';."},
      {"\\b\\f\\n\\r\\t\\v\t\\q\\.x", "22P04 end-of-copy marker corrupt (1)"},
      {"\\n\\r\\t\\q\t\\'\n", "<LF><CR><TAB>q|';."},
      {"1\\x4\\x4G\\101\\18\\b\\xg\\N\t\n", "1<4><4>GA<1>8<8>xgN|;."},
      {"a\\\tb\tc\n", "a<TAB>b|c;."},
      {"a\\\nb\tc\n", "a<LF>b|c;."},
      {"1\ta\\\r\n2\t3\n", "1|a<CR>;2|3;."},
      {"\n", ";."},
      {"x\\", "x;."},
      {"\\N\\", "NULL;."},
      {"", "."},
      {"1\t\\303\\251\n", "1|\xc3\xa9;."},
  }));
  CAPTURE(c.data);
  CHECK(answer_of(c, CopyOptions{}) == c.answer);
}

TEST_CASE("bytes that are no UTF-8 are refused where the server meets them", "[copy]") {
  const auto c = GENERATE(values<Case>({
      {"1\t\xc3\n", "22021 invalid byte sequence for encoding \"UTF8\": 0xc3 0x0a (1)"},
      {"1\t\xe2\x82\n2\t\\q\n", "22021 invalid byte sequence for encoding \"UTF8\": 0xe2 0x82 0x0a (1)"},
      {"0\t0\n1\t\xed\xa0\x80\n", "0|0;22021 invalid byte sequence for encoding \"UTF8\": 0xed 0xa0 0x80 (2)"},
      {"0\t0\n3\t\\xe9\n", "0|0;22021 invalid byte sequence for encoding \"UTF8\": 0xe9 (2)"},
      {"3\t\\0\n", "22021 invalid byte sequence for encoding \"UTF8\": 0x00 (1)"},
      {"\r\xc3\n\t\n", "22021 invalid byte sequence for encoding \"UTF8\": 0xc3 0x0a (1)"},
  }));
  CAPTURE(c.data);
  CopyOptions options;
  options.encoding = "utf8";
  CHECK(answer_of(c, options) == c.answer);
}

TEST_CASE("bytes of another client encoding are left alone", "[copy]") {
  CopyOptions options;
  options.encoding = "latin1";
  CHECK(answer_of({"1\t\xe9\n", ""}, options) == "1|\xe9;.");
  CHECK(answer_of({"1\t\xe9\n", ""}, CopyOptions{}) == "1|\xe9;.");
  CHECK(answer_of({"1\t\\xe9\n", ""}, CopyOptions{}) == "22021 invalid byte sequence for encoding \"UTF8\": 0xe9 (1)");
}

TEST_CASE("an invalid byte is found behind the part verified ahead, and no character is cut by it", "[copy]") {
  std::string data(65533, 'a');
  data += "\t\xe2\x82\xac\n";
  const std::string whole = data + "1\t\xe2\x82\xac\n";
  CopyOptions options;
  options.encoding = "utf8";
  CopyReader reader(whole, options, {"a", "b"}, 15, true);
  CopyRow row;
  CHECK(reader.next(row) == CopyReader::Next::row);
  CHECK(row.fields[1].text == "\xe2\x82\xac");
  CHECK(reader.next(row) == CopyReader::Next::row);
  CHECK(reader.next(row) == CopyReader::Next::end);

  const std::string broken = data + "1\t\xe2\x82";
  CopyReader second(broken, options, {"a", "b"}, 15, false);
  CHECK(second.next(row) == CopyReader::Next::row);
  CHECK(second.next(row) == CopyReader::Next::error);
  CHECK(second.error().message == "invalid byte sequence for encoding \"UTF8\": 0xe2 0x82");
}

TEST_CASE("line ends must be those of the first line", "[copy]") {
  const auto c = GENERATE(values<Case>({
      {"1\ta\r\n2\tb\r\n", "1|a;2|b;.", true},
      {"1\ta\r\n2\tb\r\n", "1|a;2|b;22P04 end-of-copy marker does not match previous newline style (3)", false},
      {"1\ta\n2\tb\r\n", "1|a;22P04 literal carriage return found in data (2)"},
      {"1\ta\r\n2\tb\n", "1|a;22P04 literal newline found in data (2)", true},
      {"1\ta\n", "1|a;22P04 end-of-copy marker does not match previous newline style (2)", true},
      {"a\rb\n", "a;22P04 literal newline found in data (2)"},
      {"", ".", true},
  }));
  CAPTURE(c.data, c.mark_has_cr);
  CHECK(answer_of(c, CopyOptions{}) == c.answer);
}

TEST_CASE("psql 13 and 18 do not send the end-of-copy mark", "[copy]") {
  const int version = GENERATE(13, 18);
  CHECK(answer_of({"1\ta\r\n2\tb\r\n", ""}, CopyOptions{}, version) == "1|a;2|b;.");
}

TEST_CASE("an end-of-copy mark within a line ends the data up to 17, and is refused by 18", "[copy]") {
  struct Versioned {
    const char* data;
    const char* to_17;
    const char* from_18;
  };
  const auto c = GENERATE(values<Versioned>({
      {"a\nx\\.\nb\n", "a;x;.", "a;22P04 end-of-copy marker is not alone on its line (2)"},
      {"c\n\\.d\ne\n", "c;22P04 end-of-copy marker corrupt (2)", "c;22P04 end-of-copy marker is not alone on its line (2)"},
      {"x\n\\.", "x;22P04 end-of-copy marker corrupt (2)", "x;22P04 end-of-copy marker is not alone on its line (2)"},
      {"x\n\\.\ny\n", "x;.", "x;."},
      {"x\\\\.\n", "x\\.;.", "x\\.;."},
  }));
  CAPTURE(c.data);
  CHECK(answer_of({c.data, ""}, CopyOptions{}, 15) == c.to_17);
  CHECK(answer_of({c.data, ""}, CopyOptions{}, 18) == c.from_18);
}

TEST_CASE("csv fields are read as the server does", "[copy]") {
  const auto c = GENERATE(values<Case>({
      {"a,b\n", "a|b;."},
      {",\"\"\n", "NULL|;."},
      {"\\N,\"\\N\"\n", "\\N|\\N;."},
      {" \"q\" ,a\"b\"c\n", " q |abc;."},
      {"\"a\"\"b\",\",\"\n", "a\"b|,;."},
      {"a,\"b\nc\"\nd\n", "a|b<LF>c;d;."},
      {"a,\"b\r\nc\"\r\nd\r\n", "a|b<CR><LF>c;d;.", true},
      {"\\.a,\\.\n", "\\.a|\\.;."},
      {"x\n\\.", "x;\\.;."},
      {"x\r\n", "x;22P04 unquoted newline found in data (2)"},
      {"x\n", "x;22P04 end-of-copy marker does not match previous newline style (2)", true},
      {"x\ny\r\n", "x;22P04 unquoted carriage return found in data (2)"},
      {"\n", "NULL;."},
      {"a\n\"b\n", "a;22P04 unterminated CSV quoted field (4)"},
  }));
  CAPTURE(c.data, c.mark_has_cr);
  CHECK(answer_of(c, csv_options()) == c.answer);
}

TEST_CASE("csv takes other quotes and escapes", "[copy]") {
  CopyOptions options = csv_options();
  options.quote = "~";
  options.escape = "/";
  CHECK(answer_of({"~a/~b//~,c\nx,~p~q~r/~\n~/~~,~~\n", ""}, options) == "a~b/|c;x|pqr~<LF>/|;.");
}

TEST_CASE("a line with the mark alone ends a client's csv file up to 17, in quotes as well", "[copy]") {
  const auto answer = [](const char* data, int version) {
    CopyReader reader(data, csv_options(), {"a", "b"}, version, false, true);
    return read_all(reader);
  };
  CHECK(answer("a,b\n\\.\nc,d\n", 17) == "a|b;.");
  CHECK(answer("a,b\n\\.\nc,d\n", 18) == "a|b;\\.;c|d;.");
  CHECK(answer("a,\"b\n\\.\nc\"\n", 17) == "22P04 unterminated CSV quoted field (1)");
  CHECK(answer("a,\"b\n\\.\nc\"\n", 18) == "a|b<LF>\\.<LF>c;.");
}

TEST_CASE("FORCE_NULL and FORCE_NOT_NULL look at the unquoted text", "[copy]") {
  CopyOptions options = csv_options();
  options.null_text = "x";
  options.force_null = {"a"};
  options.force_not_null = {"b"};
  CHECK(answer_of({"x,x\n\"x\",\"x\"\n\"\",y\n", ""}, options) == "NULL|x;NULL|x;|y;.");
}

TEST_CASE("the default mark counts as written and unquoted", "[copy]") {
  CopyOptions text;
  text.default_text = "\\D";
  CHECK(answer_of({"\\D\tx\\D\n", ""}, text, 18) == "DEFAULT|xD;.");
  CopyOptions csv = csv_options();
  csv.default_text = "std";
  CHECK(answer_of({"std,\"std\"\n", ""}, csv, 18) == "DEFAULT|std;.");
}

TEST_CASE("HEADER skips a line or matches it", "[copy]") {
  CopyOptions skip = csv_options();
  skip.header = CopyHeader::skip;
  CHECK(answer_of({"\"he\nad\"\n1\n2,3\n", ""}, skip) == "1;2|3;.");
  CHECK(answer_of({"", ""}, skip) == ".");
  CopyOptions text;
  text.header = CopyHeader::skip;
  CHECK(answer_of({"\\xe9\n1\t2\n", ""}, text) == "1|2;.");

  CopyOptions match = csv_options();
  match.header = CopyHeader::match;
  const auto c = GENERATE(values<Case>({
      {"a,b\n1,2\n", "1|2;."},
      {"a\n1\n", "22P04 wrong number of fields in header line: got 1, expected 2 (1)"},
      {"a,b,c\n", "22P04 wrong number of fields in header line: got 3, expected 2 (1)"},
      {"a,\n", "22P04 column name mismatch in header line field 2: got null value (\"\"), expected \"b\" (1)"},
      {"a,x\n", "22P04 column name mismatch in header line field 2: got \"x\", expected \"b\" (1)"},
      {"", "22P04 wrong number of fields in header line: got 1, expected 2 (1)"},
  }));
  CAPTURE(c.data);
  CHECK(answer_of(c, match) == c.answer);
}

TEST_CASE("too many and too few fields are told apart", "[copy]") {
  CopyReader reader("1\n1\t2\t3\n", CopyOptions{}, {"a", "b"}, 15, true);
  CopyRow row;
  REQUIRE(reader.next(row) == CopyReader::Next::row);
  CHECK(reader.wrong_count(row).message == "missing data for column \"b\"");
  REQUIRE(reader.next(row) == CopyReader::Next::row);
  CHECK(reader.wrong_count(row).message == "extra data after last expected column");
  CHECK(reader.wrong_count(row).sqlstate == "22P04");
}

TEST_CASE("a table without columns has a row for each empty line", "[copy]") {
  CopyReader reader("\n\nx\n", CopyOptions{}, {}, 15, true);
  CHECK(read_all(reader) == ";;22P04 extra data after last expected column (3)");
}

TEST_CASE("rows and fields know their places in the data", "[copy]") {
  CopyReader reader("a,b\n\"c\nd\",e\r", csv_options(), {"a", "b"}, 15, false);
  CopyRow row;
  REQUIRE(reader.next(row) == CopyReader::Next::row);
  CHECK((row.offset == 0 && row.length == 3 && row.line == 1));
  CHECK(reader.next(row) == CopyReader::Next::error);

  CopyReader second("a,b\n\"c\nd\",e\n", csv_options(), {"a", "b"}, 15, false);
  REQUIRE(second.next(row) == CopyReader::Next::row);
  REQUIRE(second.next(row) == CopyReader::Next::row);
  CHECK((row.offset == 4 && row.length == 7 && row.line == 3));
  CHECK((row.fields[0].offset == 4 && row.fields[0].length == 5));
  CHECK((row.fields[1].offset == 10 && row.fields[1].length == 1));
}

TEST_CASE("options of COPY are refused as by the server", "[copy]") {
  struct OptionCase {
    std::vector<Option> options;
    int version;
    const char* refusal;
  };
  const std::vector<OptionCase> cases = {
      {{}, 15, ""},
      {{word("format", "csv"), word("header", "match"), word("delimiter", ";")}, 15, ""},
      {{list("force_not_null", {"a"})}, 15, "0A000 COPY force not null available only in CSV mode"},
      {{list("force_not_null", {"a"})}, 18, "0A000 COPY FORCE_NOT_NULL requires CSV mode"},
      {{list("force_not_null", {"*"}), word("format", "csv")}, 15, "22023 argument to option \"force_not_null\" must be a list of column names"},
      {{list("force_not_null", {"*"}), word("format", "csv")}, 17, ""},
      {{word("header", "2")}, 15, "42601 header requires a Boolean value or \"match\""},
      {{word("header", "FoO")}, 15, "42601 header requires a Boolean value or \"match\""},
      {{word("header", "MATCH")}, 15, ""},
      {{bare("header")}, 13, "0A000 COPY HEADER available only in CSV mode"},
      {{word("format", "xml")}, 15, "22023 COPY format \"xml\" not recognized"},
      {{word("format", "CSV")}, 15, "22023 COPY format \"CSV\" not recognized"},
      {{bare("format")}, 15, "42601 format requires a parameter"},
      {{word("freeze", "7")}, 15, "42601 freeze requires a Boolean value"},
      {{word("encoding", "foo")}, 15, "22023 argument to option \"encoding\" must be a valid encoding name"},
      {{word("encoding", "latin-1"), word("delimiter", ",,")}, 15, "0A000 COPY delimiter must be a single one-byte character"},
      {{word("format", "csv"), word("format", "csv")}, 15, "42601 conflicting or redundant options"},
      {{word("force_null", "a")}, 15, "22023 argument to option \"force_null\" must be a list of column names"},
      {{word("default", "x")}, 15, "42601 option \"default\" not recognized"},
      {{word("default", "\\N")}, 18, "0A000 NULL specification and DEFAULT specification cannot be the same"},
      {{word("default", "a\nb")}, 18, "22023 COPY default representation cannot use newline or carriage return"},
      {{word("on_error", "ignore")}, 15, "42601 option \"on_error\" not recognized"},
      {{word("on_error", "forgive")}, 17, "22023 COPY ON_ERROR \"forgive\" not recognized"},
      {{word("reject_limit", "1")}, 18, "22023 COPY REJECT_LIMIT requires ON_ERROR to be set to IGNORE"},
      {{word("on_error", "ignore"), word("reject_limit", "0")}, 18, "22023 REJECT_LIMIT (0) must be greater than zero"},
      {{word("on_error", "ignore"), word("reject_limit", "many")}, 18, "22P02 invalid input syntax for type bigint: \"many\""},
      {{word("on_error", "ignore"), word("reject_limit", "5")}, 18, ""},
      {{word("format", "csv"), word("quote", "")}, 15, "0A000 COPY quote must be a single one-byte character"},
      {{word("format", "csv"), bare("escape")}, 15, "42601 escape requires a parameter"},
      {{word("format", "csv"), word("null", ",")}, 15, "0A000 COPY delimiter must not appear in the NULL specification"},
      {{word("delimiter", "")}, 15, "0A000 COPY delimiter must be a single one-byte character"},
      {{word("delimiter", "\n")}, 15, "22023 COPY delimiter cannot be newline or carriage return"},
      {{word("delimiter", "a")}, 15, "22023 COPY delimiter cannot be \"a\""},
      {{word("format", "csv"), list("delimiter", {"a"})}, 15, ""},
  };
  for (const OptionCase& c : cases) {
    Copy copy;
    copy.options = c.options;
    CopyOptions read;
    const std::optional<CopyError> refusal = read_copy_options(copy, c.version, read);
    CAPTURE(c.version, c.refusal);
    CHECK((refusal ? refusal->sqlstate + " " + refusal->message : "") == c.refusal);
  }
}

TEST_CASE("options of COPY get their defaults by format", "[copy]") {
  Copy copy;
  copy.options = {word("format", "csv"), word("quote", "'"), word("encoding", "LATIN 1"), bare("header")};
  CopyOptions options;
  REQUIRE(!read_copy_options(copy, 15, options));
  CHECK(options.delimiter == ",");
  CHECK(options.null_text.empty());
  CHECK(options.escape == "'");
  CHECK(options.encoding == "latin1");
  CHECK(options.header == CopyHeader::skip);
}

}  // namespace pgfk
