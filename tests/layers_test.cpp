// What the compiler does not say of the whole tree: a folder includes only what stands to its left (parsers, analyzer, rules, reports, cli), and
// a type's name is given once.
#include <algorithm>
#include <array>
#include <filesystem>
#include <fstream>
#include <map>
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

bool is_source(const fs::path& path) { return path.extension() == ".h" || path.extension() == ".cpp"; }

// The type that a line at namespace scope begins to define; empty where it does not.
std::string defined_type(std::string_view line) {
  for (const std::string_view kind : {"struct ", "class ", "enum class "}) {
    if (!line.starts_with(kind) || line.find('{') == std::string_view::npos) continue;
    line.remove_prefix(kind.size());
    if (constexpr std::string_view kAttribute = "[[nodiscard]] "; line.starts_with(kAttribute)) line.remove_prefix(kAttribute.size());
    return std::string(line.substr(0, line.find_first_of(" {")));
  }
  return "";
}

// "Name: file and file" for each type that two files define outside of unnamed namespaces: the linker takes one of them for both.
std::vector<std::string> types_of_one_name(const fs::path& root) {
  std::map<std::string, std::string> defined;
  std::vector<std::string> found;
  for (const std::string_view layer : kLayers) {
    for (const fs::directory_entry& entry : fs::recursive_directory_iterator(root / layer)) {
      if (!is_source(entry.path())) continue;
      const std::string path = fs::relative(entry.path(), root).string();
      std::ifstream file(entry.path());
      bool unnamed = false;
      for (std::string line; std::getline(file, line);) {
        if (line.starts_with("namespace {")) unnamed = true;
        if (line == "}  // namespace") unnamed = false;
        const std::string type = unnamed ? std::string() : defined_type(line);
        if (type.empty()) continue;
        const auto [known, fresh] = defined.emplace(type, path);
        if (!fresh && known->second != path) found.push_back(type + ": " + known->second + " and " + path);
      }
    }
  }
  return found;
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

TEST_CASE("no two types have one name", "[layers]") {
  const std::vector<std::string> found = types_of_one_name(PGFK_SOURCE_DIR);
  for (const std::string& each : found) UNSCOPED_INFO(each);
  CHECK(found.empty());
}
