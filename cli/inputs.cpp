#include "cli/inputs.h"

#include <algorithm>
#include <array>
#include <filesystem>
#include <memory>
#include <optional>
#include <system_error>
#include <utility>

#include <fmt/format.h>

#include "cli/folder_layouts.h"
#include "parsers/archive/archive.h"
#include "parsers/archive/list_file.h"
#include "parsers/archive/restore_program.h"
#include "parsers/input/container.h"

namespace pgfk {
namespace {

namespace fs = std::filesystem;

constexpr int kDeepest = 100;  // folders within folders; links may lead in circles

/// Nothing where it cannot be listed, which goes to `errors`.
std::optional<FolderContent> content_of(const fs::path& folder, std::vector<Error>& errors) {
  FolderContent content{folder, {}, {}, {}};
  std::error_code trouble, ignored;
  for (fs::directory_iterator entry(folder, trouble), end; !trouble && entry != end; entry.increment(trouble)) {
    std::string name = entry->path().filename().string();
    if (name.starts_with('.')) continue;
    std::vector<std::string>& list = fs::is_directory(entry->path(), ignored) ? content.folders : is_sql_file(name) ? content.files : content.others;
    list.push_back(std::move(name));
  }
  if (trouble) {
    errors.push_back({fmt::format("could not read directory \"{}\": {}", folder.string(), trouble.message()), {}, {}, {}});
    return std::nullopt;
  }
  for (auto* list : {&content.files, &content.others, &content.folders}) std::ranges::sort(*list);
  return content;
}

// Adds the SQL files of `folder`, in the order of its layout. False where it, or a folder in it, cannot be listed.
bool add_folder(const fs::path& folder, int depth, std::vector<std::string>& files, std::vector<Error>& errors) {
  const std::optional<FolderContent> content = content_of(folder, errors);
  if (!content) return false;
  for (const std::string& name : layout_of(*content).entries(*content)) {
    if (std::ranges::binary_search(content->folders, name)) {
      if (depth < kDeepest && !add_folder(folder / name, depth + 1, files, errors)) return false;
    } else {
      files.push_back((folder / name).string());
    }
  }
  return true;
}

void expand_folder(const std::string& name, std::vector<std::string>& files, std::vector<Error>& errors) {
  const std::size_t before = files.size();
  if (add_folder(fs::path(name), 0, files, errors) && files.size() == before) {
    errors.push_back({fmt::format("directory \"{}\" holds no .sql file", name), {}, {}, {}});
  }
}

// The option that only pg_restore has, if one is given.
const char* restore_option(const OpenOptions& options) {
  const RestoreOptions& restore = options.restore;
  if (restore.data_only) return "--data-only";
  if (restore.schema_only) return "--schema-only";
  if (!restore.pre_data || !restore.data || !restore.post_data) return "--section";
  if (restore.disable_triggers) return "--disable-triggers";
  if (restore.no_data_for_failed_tables) return "--no-data-for-failed-tables";
  return options.use_list.empty() ? nullptr : "--use-list";
}

class Opener {
 public:
  Opener(const OpenOptions& options, Sources& sources, AnalyzeOptions::Archives& archives)
      : options_(options), sources_(sources), archives_(archives) {}

  Result<SourceId> open(const std::string& name) {
    std::error_code ignored;
    if (name != "-" && fs::is_directory(name, ignored)) {
      if (std::optional<Error> other = other_format(name, InputFormat::directory)) return *std::move(other);
      const SourceId id = sources_.add(Source::of_text(name, ""));
      return add_archive(id, Archive::open_directory(name));
    }
    Result<std::unique_ptr<Source>> source = Source::open(name, options_.source);
    if (!source) return std::move(source).error();
    if (name == "-" && !options_.stdin_path.empty() && !(*source)->damage()) {
      // What editors and hooks pipe is small enough to be held twice for a moment.
      *source = Source::of_text(options_.stdin_path, std::string((*source)->text()));
    }
    const std::string_view text = (*source)->text();
    const std::optional<ArchiveKind> kind = archive_kind(text);
    const InputFormat found = !kind ? InputFormat::plain : kind == ArchiveKind::custom ? InputFormat::custom : InputFormat::tar;
    if (std::optional<Error> other = other_format(name, found)) return *std::move(other);
    if (kind) {
      const SourceId id = sources_.add(std::move(source).value());
      return add_archive(id, Archive::open_file(sources_[id]));
    }
    if (is_cut_magic(text)) return Archive::open_file(**source).error();
    if (const std::optional<Container> container = container_of(text)) {
      return Error{fmt::format("\"{}\" is {}, which pgfk cannot read yet", name, container->name), {}, container->remedy, {}};
    }
    if (const char* option = restore_option(options_)) {
      return Error{fmt::format("option {} is pg_restore's, and \"{}\" is a script, which psql loads whole", option, name), {}, {}, {}};
    }
    return sources_.add(std::move(source).value());
  }

 private:
  /// The refusal of a format that -F does not name.
  std::optional<Error> other_format(const std::string& name, InputFormat found) const {
    constexpr std::array kNames = {"", "a custom-format archive", "a directory archive", "a tar archive", "a plain script"};
    if (options_.format == InputFormat::detected || options_.format == found) return std::nullopt;
    return Error{fmt::format("\"{}\" is {}, not {} as --format says", name, kNames[static_cast<std::size_t>(found)],
                             kNames[static_cast<std::size_t>(options_.format)]), {}, "Without --format the content tells.", {}};
  }

  Result<SourceId> add_archive(SourceId id, Result<std::unique_ptr<Archive>> archive) {
    if (!archive) return std::move(archive).error();
    RestoreOptions restore = options_.restore;
    if (!options_.use_list.empty()) {
      const Result<std::unique_ptr<Source>> file = Source::open(options_.use_list);
      if (!file) return file.error();
      Result<ListFile> list = parse_list((*file)->text(), **archive);
      if (!list) return std::move(list).error();
      restore.use_list = std::move(list->entries);
    }
    archives_[id] = make_restore_program(std::move(archive).value(), restore, options_.source.spool, sources_);
    return id;
  }

  const OpenOptions& options_;
  Sources& sources_;
  AnalyzeOptions::Archives& archives_;
};

}  // namespace

std::vector<std::string> expand_names(const std::vector<std::string>& names, std::vector<Error>& errors) {
  std::vector<std::string> files;
  for (const std::string& name : names) {
    std::error_code ignored;
    if (name != "-" && fs::is_directory(name, ignored) && !is_archive_directory(name)) {
      expand_folder(name, files, errors);
    } else {
      files.push_back(name);
    }
  }
  return files;
}

std::vector<SourceId> open_inputs(const std::vector<std::string>& names, const OpenOptions& options, Sources& sources,
                                  AnalyzeOptions::Archives& archives, std::vector<Error>& errors) {
  std::vector<SourceId> ids;
  Opener opener(options, sources, archives);
  for (const std::string& name : expand_names(names, errors)) {
    Result<SourceId> id = opener.open(name);
    if (id) {
      ids.push_back(*id);
    } else {
      errors.push_back(std::move(id).error());
    }
  }
  return ids;
}

}  // namespace pgfk
