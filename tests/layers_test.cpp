// A folder includes only what stands to its left: parsers, analyzer, rules, reports, cli.
#include <algorithm>
#include <array>
#include <filesystem>
#include <fstream>
#include <string>
#include <string_view>
#include <vector>

#include "tests/support/catch.h"

namespace {

namespace fs = std::filesystem;

constexpr std::array<std::string_view, 5> kLayers = {"parsers", "analyzer", "rules", "reports", "cli"};

std::size_t layer_of(std::string_view path) {
  return static_cast<std::size_t>(std::ranges::find(kLayers, path.substr(0, path.find('/'))) - kLayers.begin());
}

// "file includes header" for each include of ours that is not allowed.
std::vector<std::string> trespasses(const fs::path& root) {
  std::vector<std::string> found;
  for (std::size_t layer = 0; layer < kLayers.size(); ++layer) {
    for (const fs::directory_entry& entry : fs::recursive_directory_iterator(root / kLayers[layer])) {
      const std::string extension = entry.path().extension().string();
      if (extension != ".h" && extension != ".cpp" && extension != ".in") continue;
      std::ifstream file(entry.path());
      for (std::string line; std::getline(file, line);) {
        constexpr std::string_view kInclude = "#include \"";
        if (!line.starts_with(kInclude)) continue;
        const std::string header = line.substr(kInclude.size(), line.rfind('"') - kInclude.size());
        const std::size_t target = layer_of(header);
        const bool ours = target < kLayers.size() || fs::exists(root / header);
        if (ours && target > layer) found.push_back(fs::relative(entry.path(), root).string() + " includes " + header);
      }
    }
  }
  std::ranges::sort(found);
  return found;
}

}  // namespace

TEST_CASE("a folder includes only what stands to its left", "[layers]") {
  const std::vector<std::string> found = trespasses(PGFK_SOURCE_DIR);
  for (const std::string& each : found) UNSCOPED_INFO(each);
  CHECK(found.empty());
}
