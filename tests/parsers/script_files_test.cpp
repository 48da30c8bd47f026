#include <sys/stat.h>
#include <unistd.h>

#include <cstdio>
#include <string>

#include "tests/parsers/script_support.h"
#include "tests/support/catch.h"

using namespace pgfk;

namespace {

/// A folder of small files, gone with the test.
class Folder {
 public:
  Folder() {
    char name[] = "/tmp/pgfk_script_test.XXXXXX";
    REQUIRE(mkdtemp(name) != nullptr);
    path_ = name;
  }
  ~Folder() {
    for (const std::string& file : files_) std::remove(file.c_str());
    rmdir((path_ + "/sub").c_str());
    rmdir(path_.c_str());
  }
  void write(const std::string& name, const std::string& text) {
    if (name.find('/') != std::string::npos) mkdir((path_ + "/sub").c_str(), 0700);
    files_.push_back(path_ + "/" + name);
    std::FILE* file = std::fopen(files_.back().c_str(), "w");
    REQUIRE(file != nullptr);
    std::fwrite(text.data(), 1, text.size(), file);
    std::fclose(file);
  }
  const std::string& path() const { return path_; }

 private:
  std::string path_;
  std::vector<std::string> files_;
};

std::string items_in(const Folder& folder, const std::string& script, std::string* complaints = nullptr, int version = 18) {
  ScriptOptions options;
  options.base_directory = folder.path();
  options.psql_version = version;
  ReadScript read(script, options, folder.path() + "/main.sql");
  std::string items = read.items();
  for (std::size_t at; (at = items.find(folder.path())) != std::string::npos;) items.replace(at, folder.path().size(), "DIR");
  if (complaints != nullptr) *complaints = read.complaints();
  return items;
}

}  // namespace

TEST_CASE("included files are read where they stand, with lines of their own", "[script]") {
  Folder folder;
  folder.write("a.sql", "SELECT 'a';\n\\set v 5\n\\ir sub/b.sql\nSELECT 'a2'");
  folder.write("sub/b.sql", "\\ir c.sql\nSELECT 'b';\\q\nSELECT 'never';");
  folder.write("sub/c.sql", "SELECT 'c';\n");
  CHECK(items_in(folder, "SELECT 1\n\\i a.sql\n;\nSELECT :v;\n\\q\n") ==
        "1: SELECT 'a'\n1: SELECT 'c'\n2: SELECT 'b'\n4: SELECT 'a2'\n1>3: SELECT 1\n4: SELECT 5\n5 quit\n");
}

TEST_CASE("an included file keeps its own \\if and its own quotes", "[script]") {
  Folder folder;
  folder.write("a.sql", "\\if false\nSELECT 'a';");
  CHECK(items_in(folder, "\\i a.sql\nSELECT 1;\n") == "2: SELECT 1\n");
}

TEST_CASE("files that cannot be included are told, and the script goes on", "[script]") {
  Folder folder;
  folder.write("self.sql", "SELECT 1;\n\\i self.sql\n");
  std::string complaints;
  CHECK(items_in(folder, "\\i self.sql\n\\i no.sql\n\\i\nSELECT 2;\n", &complaints) ==
        "1: SELECT 1\n2 include_failed [self.sql] [file \"DIR/self.sql\" includes itself]\n"
        "2 include_failed [no.sql] [could not open file \"DIR/no.sql\": No such file or directory]\n"
        "3 unknown [i] [missing required argument]\n4: SELECT 2\n");
}

TEST_CASE("\\copy reads the client's file, to its end mark up to psql 17", "[script]") {
  Folder folder;
  folder.write("rows.txt", "1\n2\n\\.\n3\n");
  CHECK(items_in(folder, "\\copy t (a) from 'rows.txt' with (null 'x');\nSELECT 1;", nullptr, 17) ==
        "1 copy [file]: COPY t ( a ) FROM STDIN with (null 'x') <1..3: 1\\n2\\n>\n2: SELECT 1\n");
  CHECK(items_in(folder, "\\copy t from rows.txt", nullptr, 18) ==
        "1 copy [file]: COPY t FROM STDIN <1..5: 1\\n2\\n\\.\\n3\\n>\n");
}

TEST_CASE("what no reader should have to bear is borne", "[script]") {
  SECTION("a hundred thousand open parentheses, comments, quotes") {
    for (const char* piece : {"(", "/*", "'", "$a$", "\\if true\n", "\\(", "E'\\", "\"", ":", ":'", "\\set a :a\n", "CREATE FUNCTION BEGIN "}) {
      std::string text;
      for (int time = 0; time < 100000; ++time) text += piece;
      ReadScript script(text);
      CHECK(script.items().size() < 20'000'000);
    }
  }
  SECTION("variables that double") {
    std::string text = "\\set a x\n";
    for (int time = 0; time < 40; ++time) text += "\\set a :a:a\n";
    ReadScript script(text + "SELECT 1;");
    CHECK(script.items() == "42: SELECT 1\n");
    CHECK(script.diagnostics.errors() > 0);
  }
  SECTION("variables that name two others") {
    std::string text = "\\set v0 ''\n";
    for (int level = 1; level < 40; ++level)
      text += "\\set v" + std::to_string(level) + " ':v" + std::to_string(level - 1) + ":v" + std::to_string(level - 1) + "'\n";
    ReadScript script(text + "SELECT :v39;\nSELECT 2;");
    CHECK(script.items().substr(0, 10) == "41: SELECT");
    CHECK(script.diagnostics.errors() == 1);
  }
  SECTION("a statement past the limit is left out") {
    ScriptOptions options;
    options.max_statement_bytes = 10;
    ReadScript script("SELECT 'too long';\nSELECT 1;", options);
    CHECK(script.items() == "2: SELECT 1\n");
    CHECK(script.complaints() == "1: statement is longer than a server takes\n");
  }
}
