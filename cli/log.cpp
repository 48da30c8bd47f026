// pgfk log: which foreign keys fail, for which keys, who causes it, since when, and whether it is still so.
#include <signal.h>

#include <algorithm>
#include <chrono>
#include <filesystem>
#include <memory>
#include <optional>
#include <set>
#include <system_error>
#include <thread>
#include <utility>

#include <fmt/format.h>

#include "analyzer/loaded.h"
#include "cli/commands.h"
#include "cli/exit_status.h"
#include "cli/failure_intake.h"
#include "cli/inputs.h"
#include "cli/log_ahead.h"
#include "cli/log_follow.h"
#include "cli/run.h"
#include "cli/terminal.h"
#include "cli/version.h"
#include "parsers/sql/pg_query.h"
#include "reports/log_report.h"
#include "rules/wording.h"

namespace pgfk {
namespace {

namespace fs = std::filesystem;

/// The files behind the names: a folder stands for the files in it that are not hidden, without its folders.
std::vector<std::string> log_files(const std::vector<std::string>& names, std::vector<Error>& errors) {
  std::vector<std::string> files;
  for (const std::string& name : names) {
    std::error_code trouble;
    if (name == "-" || !fs::is_directory(name, trouble)) {
      files.push_back(name);
      continue;
    }
    std::vector<std::string> found;
    for (fs::directory_iterator entry(name, trouble), end; !trouble && entry != end; entry.increment(trouble)) {
      std::error_code ignored;
      if (!entry->path().filename().native().starts_with('.') && fs::is_regular_file(entry->path(), ignored)) found.push_back(entry->path().string());
    }
    if (trouble) errors.push_back({fmt::format("could not read directory \"{}\": {}", name, trouble.message()), {}, {}, {}});
    std::ranges::sort(found);
    files.insert(files.end(), found.begin(), found.end());
  }
  return files;
}

/// The logs that were opened.
struct OpenLogs {
  Sources sources;
  std::vector<SourceId> ids;
  std::vector<SourceId> empty;
  bool unusable = false;  // some could not be
};

void open_logs(const CommandLine& line, OpenLogs& logs, Diagnostics& diagnostics) {
  std::vector<Error> errors;
  for (const std::string& name : log_files(line.inputs, errors)) {
    Result<std::unique_ptr<Source>> source = Source::open(name, line.open.source);
    if (!source) {
      errors.push_back(std::move(source).error());
      continue;
    }
    const SourceId id = logs.sources.add(std::move(source).value());
    if (!logs.sources[id].text().empty()) {
      logs.ids.push_back(id);
    } else if (!line.log.follow) {
      // As after a rotation: nothing went wrong.
      diagnostics.report({DiagnosticLevel::warning, fmt::format("file \"{}\" is empty", name), "", {}});
    }
    if (logs.sources[id].text().empty()) logs.empty.push_back(id);
    if (const std::optional<Error> damage = logs.sources[id].damage()) {
      diagnostics.report({DiagnosticLevel::error, damage->message, damage->hint, {}});
    }
  }
  for (const Error& error : errors) print_error(error);
  logs.unusable = !errors.empty();
}

/// What --dump names, loaded.
struct Dump {
  Sources sources;
  std::unique_ptr<LoadedDatabase> database;
  std::unique_ptr<DumpLookup> lookup;
};

bool load_dump(const CommandLine& line, Dump& dump) {
  AnalyzeOptions options = line.analyze;
  std::vector<Error> errors;
  OpenOptions open;
  open.source = line.open.source;
  options.inputs = open_inputs({line.log.dump}, open, dump.sources, options.archives, errors);
  for (const Error& error : errors) print_error(error);
  if (!errors.empty()) return false;
  dump.database = std::make_unique<LoadedDatabase>(dump.sources, options);
  const Analysis& analysis = dump.database->analysis();
  print_diagnostics(analysis.diagnostics, dump.sources, line.report.quiet);
  dump.lookup = std::make_unique<DumpLookup>(analysis.constraints, [&dump](const StandingQuestion& question) { return dump.database->ask(question); });
  return true;
}

volatile sig_atomic_t interrupted = 0;
void note_signal(int) { interrupted = 1; }

/// Until a signal comes. `inputs` are what was read before.
void follow(const CommandLine& line, OpenLogs& logs, const std::vector<LogInput>& inputs, const LogOptions& options, FailureIntake& intake,
            std::ostream& out) {
  struct sigaction action {};
  action.sa_handler = note_signal;
  for (const int signal : {SIGINT, SIGTERM, SIGHUP}) sigaction(signal, &action, nullptr);
  std::vector<FollowedFile> files;
  const auto add = [&](const std::string& path, SourceId id, const LogInput* read) {
    LogOptions own = options;
    if (read && !own.prefix) own.prefix = read->format.prefix;
    files.emplace_back(path, id, read ? read->bytes : 0, read ? read->lines : 0, own);
  };
  for (const LogInput& input : inputs) add(input.path, input.source, &input);
  for (const SourceId id : logs.empty) add(logs.sources[id].path(), id, nullptr);
  const auto take = [&](LogEvent event) { intake.take(std::move(event)); };
  std::set<FileId> left_behind;      // that names in a folder had before
  std::set<std::string> other_names; // under which those were found again
  while (interrupted == 0 && out) {
    for (FollowedFile& file : files) {
      file.look(false, take);
      if (const std::optional<FileId> left = file.take_left_behind()) left_behind.insert(*left);
    }
    std::vector<Error> ignored;
    for (const std::string& path : log_files(line.inputs, ignored)) {
      const FileId id = file_id(path);
      if (other_names.contains(path) || std::ranges::find(files, path, &FollowedFile::path) != files.end()) continue;
      if (left_behind.erase(id) > 0) {
        other_names.insert(path);
      } else if (std::ranges::find(files, id, &FollowedFile::id) == files.end()) {
        add(path, logs.sources.add(Source::of_text(path, "")), nullptr);
      }
    }
    out.flush();
    std::this_thread::sleep_for(std::chrono::milliseconds(500));
  }
  for (FollowedFile& file : files) file.look(true, take);
}

}  // namespace

int run_log(CommandLine& line, const std::vector<std::string>& args, std::ostream& out) {
  const auto start = std::chrono::steady_clock::now();
  Diagnostics diagnostics;
  OpenLogs logs;
  open_logs(line, logs, diagnostics);
  if (logs.ids.empty() && logs.empty.empty()) return kExitUsage;
  Dump dump;
  if (!line.log.dump.empty() && !load_dump(line, dump)) return kExitUsage;

  LogOptions options;
  options.prefix = line.log.prefix;
  options.time_zone = line.log.time_zone;
  options.threads = line.analyze.threads;
  Result<std::unique_ptr<LogReader>> reader = LogReader::open(logs.sources, logs.ids, options, diagnostics);
  if (!reader) {
    print_error(reader.error());
    return kExitUsage;
  }

  FailureGroups groups(GroupOptions{line.log.group_by});
  Invocation invocation{args, 0, 0, kExitFine, kVersion, grammar_version()};
  std::vector<LogInput> inputs;
  const LogReport report{groups, inputs, logs.sources, diagnostics, invocation, line.log.dump,
                         {line.log.top, line.report.redaction, text_width(line.width), line.report.quiet}};
  const std::unique_ptr<LogWriter> writer = find_log_writer(line.log.format)(report, out);
  FailureIntake intake(line.log.window, line.report.redaction, dump.lookup.get(), groups, *writer);
  // What comes while the log is followed is told as it comes.
  if (!line.log.follow) look_ahead(logs.sources, logs.ids, options, intake, diagnostics);
  for (LogEvent event; (*reader)->next(event);) intake.take(std::move(event));
  inputs = (*reader)->inputs();
  if (line.log.follow) follow(line, logs, inputs, options, intake, out);

  for (const LogInput& input : inputs) {
    if (line.log.log_format.empty() || input.format.format == line.log.log_format) continue;
    diagnostics.report({DiagnosticLevel::error, fmt::format("\"{}\" is {}, not {} as --log-format says", input.path, input.format.format, line.log.log_format),
                        "Without --log-format the content tells.", {}});
  }
  if (intake.without_time() > 0) {
    diagnostics.report({DiagnosticLevel::warning, fmt::format("{} without a time, which --begin and --end cannot leave out", counted(intake.without_time(), "failure")), "", {}});
  }
  const bool fails = groups.total() > 0 && line.fail_on != FailOn::never;
  invocation.exit_code = logs.unusable || diagnostics.errors() > 0 ? kExitUsage : fails ? kExitFails : kExitFine;
  invocation.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
  invocation.peak_rss = peak_memory();
  writer->finish();
  print_diagnostics(diagnostics, logs.sources, line.report.quiet);
  return invocation.exit_code;
}

}  // namespace pgfk
