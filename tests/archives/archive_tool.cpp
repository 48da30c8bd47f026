// What the archive reader makes of an archive, as text, so that agree.py can hold it against pg_restore and a person can look.
//
//   archive_tool list|script|rows ARCHIVE [pg_restore's options: -a -s -C --disable-triggers --section=S -n S -N S -t T -L FILE]
//
// list is pg_restore -l, script is pg_restore -f - (the key of \restrict is KEY), rows reads all data and prints a line per entry.
#include <sys/stat.h>

#include <cstdio>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "parsers/archive/archive.h"
#include "parsers/archive/entry_names.h"
#include "parsers/archive/list_file.h"
#include "parsers/archive/restore_order.h"
#include "parsers/archive/restore_script.h"

namespace pgfk {
namespace {

void print(std::string_view text) {
  std::fwrite(text.data(), 1, text.size(), stdout);
}

int fail(const Error& error) {
  std::fflush(stdout);
  std::fprintf(stderr, "error: %s\ndetail: %s\nhint: %s\n", error.message.c_str(), error.detail.c_str(), error.hint.c_str());
  return 1;
}

struct Opened {
  std::unique_ptr<Source> source;  // empty for a directory
  std::unique_ptr<Archive> archive;
};

Result<Opened> open(const std::string& path) {
  struct stat status {};
  Opened opened;
  if (stat(path.c_str(), &status) == 0 && S_ISDIR(status.st_mode)) {
    Result<std::unique_ptr<Archive>> archive = Archive::open_directory(path);
    if (!archive) return std::move(archive).error();
    opened.archive = std::move(*archive);
    return opened;
  }
  Result<std::unique_ptr<Source>> source = Source::open(path);
  if (!source) return std::move(source).error();
  opened.source = std::move(*source);
  Result<std::unique_ptr<Archive>> archive = Archive::open_file(*opened.source);
  if (!archive) return std::move(archive).error();
  opened.archive = std::move(*archive);
  return opened;
}

/// The options behind the archive's name.
std::optional<Error> read_options(const std::vector<std::string>& arguments, const Archive& archive, RestoreOptions& options) {
  bool sections = false;
  for (std::size_t place = 0; place < arguments.size(); ++place) {
    const std::string& option = arguments[place];
    const auto value = [&] { return ++place < arguments.size() ? arguments[place] : std::string(); };
    if (option == "-a") options.data_only = true;
    if (option == "-s") options.schema_only = true;
    if (option == "-C") options.create = true;
    if (option == "--disable-triggers") options.disable_triggers = true;
    if (option == "-n") options.schemas.push_back(value());
    if (option == "-N") options.exclude_schemas.push_back(value());
    if (option == "-t") options.tables.push_back(value());
    if (option.starts_with("--section=")) {
      if (!sections) options.pre_data = options.data = options.post_data = false;
      sections = true;
      options.pre_data |= option == "--section=pre-data";
      options.data |= option == "--section=data";
      options.post_data |= option == "--section=post-data";
    }
    if (option == "-L") {
      const Result<std::unique_ptr<Source>> file = Source::open(value());
      if (!file) return file.error();
      const Result<ListFile> list = parse_list((*file)->text(), archive);
      if (!list) return list.error();
      for (const Diagnostic& warning : list->warnings.kept()) std::fprintf(stderr, "warning: %s\n", warning.message.c_str());
      options.use_list = list->entries;
    }
  }
  return std::nullopt;
}

int print_list(const Archive& archive, const RestoreOptions& options) {
  print(list_header(archive));
  std::vector<bool> shown(archive.entries().size());
  for (const RestoreStep& step : plan_restore(archive, options).steps) shown[step.entry] = true;
  for (std::size_t place = 0; place < shown.size(); ++place) {
    if (shown[place]) print(list_line(archive.entries()[place]) + "\n");
  }
  return 0;
}

int print_rows(const Archive& archive) {
  int status = 0;
  for (const Diagnostic& note : archive.notes().kept()) print("note: " + note.message + "\n");
  for (const TocEntry& entry : archive.entries()) {
    if (!entry.has_data || entry.kind == "BLOBS") continue;
    std::string outcome;
    std::size_t bytes = 0;
    const Result<std::unique_ptr<ByteStream>> stream = archive.open_rows(entry);
    if (!stream) outcome = stream.error().message + " | " + stream.error().detail;
    std::vector<char> buffer(1u << 18);
    while (stream) {
      const Result<std::size_t> read = (*stream)->read(buffer);
      if (!read) outcome = read.error().message + " | " + read.error().detail;
      if (!read || *read == 0) break;
      bytes += *read;
    }
    print(entry_name(entry) + ": " + std::to_string(bytes) + " bytes, stored " + std::to_string(archive.stored_bytes(entry)) + " " + outcome + "\n");
    if (!outcome.empty()) status = 1;
  }
  return status;
}

int run(const std::string& command, const std::string& path, const std::vector<std::string>& arguments) {
  const Result<Opened> opened = open(path);
  if (!opened) return fail(opened.error());
  const Archive& archive = *opened->archive;
  RestoreOptions options;
  if (const std::optional<Error> error = read_options(arguments, archive, options)) return fail(*error);
  if (command == "list") return print_list(archive, options);
  if (command == "rows") return print_rows(archive);
  const std::optional<Error> error = write_script(archive, plan_restore(archive, options), {.restrict_key = "KEY"}, print);
  return error ? fail(*error) : 0;
}

}  // namespace
}  // namespace pgfk

int main(int count, char** arguments) {
  if (count < 3) {
    std::fputs("usage: archive_tool list|script|rows ARCHIVE [OPTION...]\n", stderr);
    return 2;
  }
  return pgfk::run(arguments[1], arguments[2], {arguments + 3, arguments + count});
}
