#include "cli/config.h"

#include <filesystem>
#include <fstream>
#include <string>
#include <unistd.h>

#include "cli/options.h"
#include "tests/support/catch.h"

using namespace pgfk;

namespace fs = std::filesystem;

namespace {

/// A folder that is the working one as long as this lives.
class Folder {
 public:
  Folder() : before_(fs::current_path()), path_(fs::temp_directory_path() / ("pgfk_config_" + std::to_string(::getpid()))) {
    fs::remove_all(path_);
    fs::create_directories(path_);
    path_ = fs::canonical(path_);
    fs::current_path(path_);
  }
  ~Folder() {
    fs::current_path(before_);
    fs::remove_all(path_);
  }
  void write(const std::string& name, const std::string& text) {
    if (const fs::path parent = fs::path(name).parent_path(); !parent.empty()) fs::create_directories(parent);
    std::ofstream(name, std::ios::binary) << text;
  }
  const fs::path& path() const { return path_; }

 private:
  fs::path before_, path_;
};

std::string refusal(const std::string& text) {
  Folder folder;
  folder.write(".pgfk.toml", text);
  const Result<Config> config = read_config(".pgfk.toml");
  return config ? std::string("taken") : config.error().message + (config.error().hint.empty() ? "" : " | " + config.error().hint);
}

std::string inputs(const CommandLine& line) {
  std::string text;
  for (const std::string& input : line.inputs) text += (text.empty() ? "" : " ") + input;
  return text;
}

CommandLine parsed(const std::vector<std::string>& args, const std::string& environment = "") {
  Result<CommandLine> line = parse_command_line(args, environment);
  if (!line) FAIL(line.error().message);
  return std::move(line).value();
}

}  // namespace

TEST_CASE("a key that is not known is an error with its line and the nearest name", "[config]") {
  struct Case { const char* text; const char* refusal; };
  const auto c = GENERATE(values<Case>({
      {"", "taken"},
      {"[check]\norder = []\n\n[rules]\n[report]\n[log]\n", "taken"},
      {"[check]\nagainst = \"a\"\nordr = [\"x\"]\n", ".pgfk.toml:3: unknown key \"ordr\" in [check] | Did you mean order?"},
      {"[chek]\norder = []\n", ".pgfk.toml:1: unknown section \"chek\" | Did you mean [check]?"},
      {"order = []\n", ".pgfk.toml:1: key \"order\" stands in no section | It belongs below [check]."},
      {"[rules]\n\norder = []\n", ".pgfk.toml:3: unknown key \"order\" in [rules] | It belongs below [check]."},
      {"check = 1\n", ".pgfk.toml:1: \"check\" is a section | It is written [check]."},
      {"[check]\npg-version = \"15\"\n", ".pgfk.toml:2: \"pg-version\" takes a whole number"},
      {"[check]\nstrict = 1\n", ".pgfk.toml:2: \"strict\" takes true or false"},
      {"[check]\nagainst = [1]\n", ".pgfk.toml:2: \"against\" takes a string or a list of strings"},
      {"[check]\nstrict = true\n[rules]\nstrict = true\n", ".pgfk.toml:4: \"strict\" is given twice, in another section too"},
  }));
  CAPTURE(c.text);
  CHECK(refusal(c.text) == c.refusal);
  CHECK(refusal("[check\n").starts_with(".pgfk.toml:1: "));
}

TEST_CASE("the file says what the command line does not", "[config]") {
  Folder folder;
  folder.write(".pgfk.toml",
               "[check]\nagainst = \"schema.sql\"\npg-version = 16\nassume-parent = \"absent\"\nsetting = [\"a=b\"]\n"
               "[rules]\nignore = [\"FK008\"]\nstrict = true\nbaseline = \"known.txt\"\n"
               "[report]\noutput-format = \"concise\"\nreport = \"sarif:out.sarif\"\n[log]\nprefix = \"%m \"\n");
  CommandLine line = parsed({"a.sql"});
  CHECK(line.against == std::vector<std::string>{"schema.sql"});
  CHECK(line.analyze.pg_version == 16);
  CHECK(line.analyze.assume_parent == AssumeRows::absent);
  CHECK(line.analyze.settings.size() == 1);
  CHECK(line.fail_on == FailOn::undecided);
  CHECK(line.baseline.path == "known.txt");
  CHECK(line.format == "concise");
  CHECK(line.reports.front().path == "out.sarif");

  line = parsed({"--pg-version=14", "--fail-on=never", "-f", "json", "--against=b.sql", "a.sql"}, "--assume-parent=unknown");
  CHECK(line.analyze.pg_version == 14);
  CHECK(line.fail_on == FailOn::never);
  CHECK(line.format == "json");
  CHECK(line.against == std::vector<std::string>{"b.sql"});
  CHECK(line.analyze.assume_parent == AssumeRows::unknown);

  CHECK(parsed({"--no-config", "a.sql"}).analyze.pg_version == 0);
  CHECK(parsed({"order", "a.sql"}).analyze.pg_version == 16);
  CHECK(parsed({"log", "a.log"}).log.prefix == "%m ");
}

TEST_CASE("a wrong value is told by the place in the file", "[config]") {
  Folder folder;
  folder.write(".pgfk.toml", "[check]\n\nfail-on = \"maybe\"\n");
  const Result<CommandLine> line = parse_command_line({"a.sql"}, "");
  REQUIRE(!line);
  CHECK(line.error().message == ".pgfk.toml:3: fail-on takes error, warning, undecided, never, not \"maybe\"");
  CHECK(parse_command_line({"--fail-on=error", "a.sql"}, ""));
}

TEST_CASE("the nearest file from the first input upward counts, and its paths count from there", "[config]") {
  Folder folder;
  folder.write(".pgfk.toml", "[check]\nagainst = \"outer.sql\"\n");
  folder.write("app/.pgfk.toml", "[check]\nagainst = \"db/inner.sql\"\norder = [\"db/*.sql\"]\n");
  folder.write("app/db/b.sql", "");
  folder.write("app/db/a.sql", "");
  CHECK(parsed({"app/db/a.sql"}).against.front() == "app/db/inner.sql");
  CHECK(parsed({"app/db"}).against.front() == "app/db/inner.sql");
  CHECK(parsed({"a.sql"}).against.front() == "outer.sql");
  CHECK(parsed({"-", "--stdin-filepath=app/x.sql"}).against.front() == "app/db/inner.sql");
  CHECK(parsed({"-c", "app/.pgfk.toml", "a.sql"}).against.front() == "app/db/inner.sql");
  fs::current_path("app/db");
  const CommandLine line = parsed({});
  CHECK(line.against.front() == "inner.sql");
  CHECK(inputs(line) == "a.sql b.sql");
  fs::current_path(folder.path());
}

TEST_CASE("order names the files where the command line names none", "[config]") {
  Folder folder;
  folder.write("schema.sql", "");
  folder.write("seeds/10.sql", "");
  folder.write("seeds/20.sql", "");
  folder.write("seeds/notes.txt", "");
  folder.write("v{1}/a.sql", "");
  struct Case { const char* order; const char* inputs; };
  const auto c = GENERATE(values<Case>({
      {R"(["schema.sql", "seeds/*.sql"])", "schema.sql seeds/10.sql seeds/20.sql"},
      {R"(["seeds/20.sql", "./seeds/[12]0.sql", "seeds"])", "seeds/20.sql seeds/10.sql seeds"},
      {R"("{schema,seeds/10}.sql")", "schema.sql seeds/10.sql"},
      {R"("missing.sql")", "missing.sql"},
  }));
  CAPTURE(c.order);
  folder.write(".pgfk.toml", std::string("[check]\norder = ") + c.order + "\n");
  CHECK(inputs(parsed({})) == c.inputs);
  CHECK(inputs(parsed({"order", "--check"})) == c.inputs);
  CHECK(inputs(parsed({"x.sql"})) == "x.sql");

  folder.write(".pgfk.toml", "[check]\norder = [\"seeds/*.psql\"]\n");
  const Result<CommandLine> none = parse_command_line({}, "");
  REQUIRE(!none);
  CHECK(none.error().message == ".pgfk.toml:2: no file is like \"seeds/*.psql\"");
}

TEST_CASE("-c and --no-config exclude each other, and a named file has to be there", "[config]") {
  CHECK(parse_command_line({"-c", "x.toml", "--no-config", "a.sql"}, "").error().message == "options --config and --no-config exclude each other");
  CHECK(parse_command_line({"-c", "/nonexistent/x.toml", "a.sql"}, "").error().message == "could not read \"/nonexistent/x.toml\"");
}
