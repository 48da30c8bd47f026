#include "cli/inputs.h"

#include <filesystem>
#include <fstream>
#include <string>
#include <string_view>
#include <unistd.h>

#include "tests/support/catch.h"

using namespace pgfk;

namespace {

namespace fs = std::filesystem;

/// A folder that is gone when the test ends.
class Folder {
 public:
  Folder() : path_(fs::temp_directory_path() / ("pgfk_inputs_" + std::to_string(::getpid()))) {
    fs::remove_all(path_);
    fs::create_directories(path_);
  }
  ~Folder() { fs::remove_all(path_); }
  std::string write(const std::string& name, std::string_view text) const {
    fs::create_directories((path_ / name).parent_path());
    std::ofstream(path_ / name, std::ios::binary) << text;
    return (path_ / name).string();
  }
  std::string name(const std::string& inside = "") const { return inside.empty() ? path_.string() : (path_ / inside).string(); }

 private:
  fs::path path_;
};

}  // namespace

TEST_CASE("a folder stands for its SQL files in name order", "[inputs]") {
  const Folder folder;
  for (const char* name : {"30_c.sql", "10_a.sql", "20_b/2.sql", "20_b/1.sql", "notes.txt", ".hidden.sql", "9_z.sql"}) {
    folder.write(name, "SELECT 1;");
  }
  std::vector<Error> errors;
  const std::vector<std::string> files = expand_names({folder.name(), "-", "missing.sql"}, errors);
  CHECK(errors.empty());
  CHECK(files == std::vector<std::string>{folder.name("10_a.sql"), folder.name("20_b/1.sql"), folder.name("20_b/2.sql"),
                                          folder.name("30_c.sql"), folder.name("9_z.sql"), "-", "missing.sql"});
}

TEST_CASE("what is no SQL is refused, and the rest opened", "[inputs]") {
  const Folder folder;
  const std::string good = folder.write("good.sql", "SELECT 1;");
  folder.write("empty/readme.txt", "");
  const std::string tar = folder.write("a.tar", std::string(257, 'x') + "ustar"), zip = folder.write("a.zip", "PK\3\4");
  const std::string gzip = folder.write("a.gz", "\x1f\x8b\x08");
  struct Case { std::string name, message; };
  const std::vector<Case> cases = {
      {tar, "\"" + tar + "\" is a tar archive, which pgfk cannot read yet"},
      {zip, "\"" + zip + "\" is a zip archive, which pgfk cannot read yet"},
      {gzip, "could not decode file \"" + gzip + "\": gzip data end in the middle, at byte 3 of the compressed data"},
  };
  OpenOptions options;
  options.source.codec = std::nullopt;
  AnalyzeOptions::Archives archives;
  for (const Case& c : cases) {
    std::vector<Error> errors;
    Sources sources;
    CHECK(open_inputs({c.name, good}, options, sources, archives, errors).size() == 1);
    REQUIRE(errors.size() == 1);
    CHECK(errors.front().message == c.message);
  }
  std::vector<Error> errors;
  Sources sources;
  CHECK(open_inputs({folder.name("empty"), folder.name("nowhere.sql")}, {}, sources, archives, errors).empty());
  REQUIRE(errors.size() == 2);
  CHECK(errors.front().message == "directory \"" + folder.name("empty") + "\" holds no .sql file");
}
