// pgfk log over small logs, whole: exit status and what is said.
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>
#include <vector>

#include <unistd.h>

#include "cli/commands.h"
#include "tests/support/catch.h"

using namespace pgfk;

namespace {

namespace fs = std::filesystem;

/// A folder of its own, gone at the end.
class Folder {
 public:
  Folder() : path_(fs::temp_directory_path() / ("pgfk_log_test_" + std::to_string(::getpid()))) { fs::create_directories(path_); }
  ~Folder() { fs::remove_all(path_); }
  std::string path() const { return path_.string(); }
  std::string file(const std::string& name, const std::string& text) const {
    std::ofstream(path_ / name, std::ios::binary) << text;
    return (path_ / name).string();
  }

 private:
  fs::path path_;
};

std::string record(const std::string& time, const std::string& key) {
  const std::string head = "2026-11-20 " + time + ".000 UTC [77] app@shop ";
  return head + "ERROR:  insert or update on table \"orders\" violates foreign key constraint \"orders_fk\"\n" + head +
         "DETAIL:  Key (customer_id)=(" + key + ") is not present in table \"customers\".\n" + head + "STATEMENT:  INSERT INTO orders VALUES (1, " +
         key + ")\n";
}

std::string repeated(const std::string& text, int times) {
  std::string out;
  for (int time = 0; time < times; ++time) out += text;
  return out;
}

const std::string kQuiet = "2026-11-20 10:00:00.000 UTC [1] LOG:  database system is ready to accept connections\n";

struct Answer {
  int status;
  std::string text;
};

Answer run(std::vector<std::string> args) {
  args.insert(args.begin(), {"log", "-q"});
  Result<CommandLine> line = parse_command_line(args, "");
  REQUIRE(line);
  std::ostringstream out;
  const int status = run_log(*line, args, out);
  return {status, out.str()};
}

}  // namespace

TEST_CASE("the exit status says whether failures were found", "[commands]") {
  const Folder folder;
  const std::string failing = folder.file("failing.log", kQuiet + record("10:34:05", "7"));
  const std::string quiet = folder.file("quiet.log", kQuiet);
  const std::string empty = folder.file("empty.log", "");
  CHECK(run({failing}).status == 1);
  CHECK(run({quiet}).status == 0);
  CHECK(run({quiet}).text.empty());
  CHECK(run({empty}).status == 0);
  CHECK(run({empty, failing}).status == 1);
  CHECK(run({folder.path()}).status == 1);
  CHECK(run({folder.path() + "/none.log"}).status == 2);
  CHECK(run({folder.path() + "/none.log", failing}).status == 2);
  CHECK(run({"--fail-on=never", failing}).status == 0);
  CHECK(run({"--log-format=csvlog", failing}).status == 2);
  CHECK(run({"--time-zone=Nowhere/None", failing}).status == 2);
}

TEST_CASE("begin and end leave out what was before and after", "[commands]") {
  const Folder folder;
  const std::string log = folder.file("a.log", record("10:34:05", "7") + record("11:00:00", "8") + record("12:00:00", "9"));
  const auto lines = [&](std::vector<std::string> args) {
    args.insert(args.end(), {"-f", "concise", log});
    std::string keys;
    std::istringstream text(run(args).text);
    for (std::string line; std::getline(text, line);) keys += line.substr(line.find("=(") + 2, 1);
    return keys;
  };
  CHECK(lines({}) == "789");
  CHECK(lines({"-b", "2026-11-20 11:00"}) == "89");
  CHECK(lines({"--end=2026-11-20 11:00"}) == "78");
  CHECK(lines({"-b", "2026-11-21"}) == "");
}

TEST_CASE("a dump tells which keys came later", "[commands]") {
  const Folder folder;
  const std::string log = folder.file("a.log", record("10:34:05", "7") + record("11:00:00", "8"));
  const std::string dump = folder.file("shop.sql",
                                       "CREATE TABLE customers (id int PRIMARY KEY);\n"
                                       "CREATE TABLE orders (id int, customer_id int CONSTRAINT orders_fk REFERENCES customers);\n"
                                       "INSERT INTO customers VALUES (7);\n");
  const std::string text = run({"-f", "concise", "--dump", dump, log}).text;
  CHECK(text.find("(7) -> customers db=shop user=app pid=77 fingerprint=") != std::string::npos);
  CHECK(text.find(" dump=present\n") != std::string::npos);
  CHECK(text.find(" dump=absent\n") > text.find(" dump=present\n"));
  CHECK(run({"--dump=" + folder.path() + "/none.sql", log}).status == 2);
}

TEST_CASE("a log that holds statements tells which missing rows come later in it", "[commands]") {
  const Folder folder;
  const std::string head = "2026-11-20 10:35:00.500 UTC [78] app@shop ";
  const std::string inserted = head + "LOG:  statement: INSERT INTO customers (id, name) VALUES (6, 'Ann'), (7, 'Bob')\n";
  const std::string refused = head + "LOG:  statement: INSERT INTO customers (id, name) VALUES (8, 'Eve')\n" + head + "ERROR:  duplicate key value violates unique constraint \"c\"\n" +
                              head + "DETAIL:  Key (name)=(Eve) already exists.\n" + head + "STATEMENT:  INSERT INTO customers (id, name) VALUES (8, 'Eve')\n";
  const std::string first = folder.file("app.log.1", kQuiet + record("10:34:05", "7") + record("10:34:06", "8"));
  const std::string second = folder.file("app.log", refused + inserted + record("10:36:00", "7"));
  const std::string concise = run({"-f", "concise", second, first}).text;
  CHECK(concise.find("(7) -> customers db=shop user=app pid=77 ") != std::string::npos);
  CHECK(concise.find("later=" + second + ":5\n") != std::string::npos);
  CHECK(concise.find("later=") == concise.rfind("later="));  // 8 was refused, and nothing comes behind the last 7

  const std::string json = run({"-f", "jsonl", second, first}).text;
  CHECK(json.find("\"later_insert\": {\"time\": \"2026-11-20T10:35:00.500+00:00\", \"pid\": 78, \"same_session\": false, \"columns_assumed\": true, "
                  "\"loc\": {\"path\": \"" + second + "\", \"line\": 5, ") != std::string::npos);
  CHECK(run({second, first}).text.find("   later  1 key inserted later in the log, 55.5 s after the failure, by another session; the first\n"
                                       "          at app.log:5 (which columns are referenced is assumed; --dump tells)\n") != std::string::npos);

  const std::string dump = folder.file("shop.sql",
                                       "CREATE TABLE customers (number int PRIMARY KEY, id int);\n"
                                       "CREATE TABLE orders (id int, customer_id int CONSTRAINT orders_fk REFERENCES customers);\n");
  CHECK(run({"-f", "concise", "--dump", dump, second, first}).text.find("later=") == std::string::npos);
}

TEST_CASE("a damaged log is read as far as it goes, and what is wrong is named with its line", "[commands]") {
  const Folder folder;
  const std::string whole = kQuiet + record("10:34:05", "7") + record("10:34:06", "8");
  const std::string json_line =
      "{\"timestamp\":\"2026-11-20 10:34:05.000 UTC\",\"pid\":77,\"session_id\":\"1.2\",\"error_severity\":\"ERROR\",\"state_code\":\"23503\",\"message\":\"insert or update on "
      "table \\\"orders\\\" violates foreign key constraint \\\"orders_fk\\\"\"}\n";
  struct Case {
    const char* name;
    std::string text;
    int status;
    std::size_t failures;
    const char* diagnostic;  // in the JSON; empty: none
    int line;
  };
  const std::vector<Case> cases = {
      {"whole", whole, 1, 2, "", 0},
      {"begins inside", whole.substr(whole.find("DETAIL") - 39), 1, 1, "begins inside a record", 1},
      {"begins in a statement", "\tVALUES (1)\n" + whole, 1, 2, "begins inside a record", 1},
      {"cut", whole.substr(0, whole.size() - 5), 1, 2, "ends in the middle of a line", 7},
      {"nul", kQuiet + record("10:34:05", "7") + std::string(512, '\0') + record("10:34:06", "8"), 1, 2, "NUL bytes in ", 5},
      {"mixed", whole + json_line + json_line, 1, 4, "is jsonlog", 8},
      {"mixed back and forth", repeated(whole, 200) + repeated(json_line, 600) + repeated(whole, 200), 1, 1400, "is stderr", 2001},
      {"foreign lines", whole + "  " + json_line + "  " + json_line + kQuiet, 1, 2, "2 lines of ", 8},
      {"latin1", kQuiet + record("10:34:05", "caf\xe9"), 1, 1, "", 0},
      {"binary", std::string("\x7f" "ELF\x02\x01\x01\0\0\0\xff\xfe\x80\n\n\x90", 16), 2, 0, "does not look like a server log", 1},
      {"utf16", std::string("\xff\xfe" "2\0" "0\0" "2\0" "6\0", 10), 2, 0, "does not look like a server log", 1},
  };
  for (const Case& c : cases) {
    CAPTURE(c.name);
    const std::string path = folder.file("damaged.log", c.text);
    const Answer json = run({"-f", "json", path});
    CHECK(json.status == c.status);
    CHECK(json.text.find("\"failures\": " + std::to_string(c.failures)) != std::string::npos);
    const std::size_t said = json.text.find("\"diagnostics\": [");
    REQUIRE(said != std::string::npos);
    const std::string diagnostics = json.text.substr(said);
    if (std::string(c.diagnostic).empty()) {
      CHECK(diagnostics.find("\"message\"") == std::string::npos);
    } else {
      CHECK(diagnostics.find(c.diagnostic) != std::string::npos);
      CHECK(diagnostics.find("\"path\": \"" + path + "\", \"line\": " + std::to_string(c.line)) != std::string::npos);
    }
  }
}

TEST_CASE("what stands in two files of a rotated log is not called damaged", "[commands]") {
  const Folder folder;
  const std::string text = kQuiet + record("10:34:05", "7") + record("10:34:06", "8");
  // In the last line nothing would be left that looks like a log.
  for (std::size_t cut = kQuiet.size(); cut < text.rfind('\n', text.size() - 2); ++cut) {
    CAPTURE(cut);
    const std::string earlier = folder.file("app.log.1", text.substr(0, cut)), later = folder.file("app.log", text.substr(cut));
    const std::string json = run({"-f", "json", earlier, later}).text;
    CHECK(json.find("\"failures\": 2") != std::string::npos);
    CHECK(json.substr(json.find("\"diagnostics\"")).find("\"message\"") == std::string::npos);
  }
}
