// pgfk log over small logs, whole: exit status and what is said.
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>
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
