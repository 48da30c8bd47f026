#include "cli/inputs.h"

#include <algorithm>
#include <filesystem>
#include <memory>
#include <system_error>
#include <utility>

#include <fmt/format.h>

#include "parsers/input/container.h"

namespace pgfk {
namespace {

namespace fs = std::filesystem;

constexpr int kDeepest = 100;  // folders within folders; links may lead in circles

// Adds the SQL files of `folder`. False where it cannot be listed.
bool add_folder(const fs::path& folder, int depth, std::vector<std::string>& files, std::vector<Error>& errors) {
  std::error_code trouble;
  std::vector<fs::path> entries;
  for (fs::directory_iterator entry(folder, trouble), end; !trouble && entry != end; entry.increment(trouble)) {
    entries.push_back(entry->path());
  }
  if (trouble) {
    errors.push_back({fmt::format("could not read directory \"{}\": {}", folder.string(), trouble.message()), {}, {}, {}});
    return false;
  }
  std::ranges::sort(entries, {}, [](const fs::path& path) { return path.filename().native(); });
  for (const fs::path& path : entries) {
    if (path.filename().native().starts_with('.')) continue;
    std::error_code ignored;
    if (fs::is_directory(path, ignored)) {
      if (depth < kDeepest && !add_folder(path, depth + 1, files, errors)) return false;
    } else if (path.extension() == ".sql") {
      files.push_back(path.string());
    }
  }
  return true;
}

void expand_folder(const std::string& name, std::vector<std::string>& files, std::vector<Error>& errors) {
  std::error_code ignored;
  if (fs::exists(fs::path(name) / "toc.dat", ignored)) {
    errors.push_back({fmt::format("\"{}\" is a directory archive of pg_dump, which pgfk cannot read yet", name), {},
                      "Convert it first: pg_restore -f dump.sql ARCHIVE", {}});
    return;
  }
  const std::size_t before = files.size();
  if (add_folder(fs::path(name), 0, files, errors) && files.size() == before) {
    errors.push_back({fmt::format("directory \"{}\" holds no .sql file", name), {}, {}, {}});
  }
}

}  // namespace

std::vector<std::string> expand_names(const std::vector<std::string>& names, std::vector<Error>& errors) {
  std::vector<std::string> files;
  for (const std::string& name : names) {
    std::error_code ignored;
    if (name != "-" && fs::is_directory(name, ignored)) {
      expand_folder(name, files, errors);
    } else {
      files.push_back(name);
    }
  }
  return files;
}

std::vector<SourceId> open_inputs(const std::vector<std::string>& names, Sources& sources, std::vector<Error>& errors) {
  std::vector<SourceId> ids;
  for (const std::string& name : expand_names(names, errors)) {
    Result<std::unique_ptr<Source>> source = Source::open(name);
    if (!source) {
      errors.push_back(source.error());
      continue;
    }
    if (const std::optional<Container> container = container_of((*source)->text())) {
      errors.push_back({fmt::format("\"{}\" is {}, which pgfk cannot read yet", name, container->name), {}, container->remedy, {}});
      continue;
    }
    ids.push_back(sources.add(std::move(source).value()));
  }
  return ids;
}

}  // namespace pgfk
