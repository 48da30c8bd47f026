#include "cli/log_options.h"

#include <algorithm>

#include <fmt/format.h>

#include "reports/log_report.h"
#include "rules/wording.h"

namespace pgfk {
namespace {

constexpr std::array<std::string_view, 5> kLogFormats = {"stderr", "csvlog", "jsonlog", "syslog", "client"};

bool is_log_format(const std::string& word) { return std::ranges::find(kLogFormats, word) != kLogFormats.end(); }

void read_formats(OptionValues& values, LogCommandOptions& log) {
  log.log_format = values.text("log-format");
  if (!log.log_format.empty() && !is_log_format(log.log_format)) {
    values.refuse(fmt::format("--log-format takes stderr, csvlog, jsonlog, syslog, client, not \"{}\"", log.log_format));
  }
  // Of --follow somebody wants to see the failures as they come.
  const std::string word = values.text("output-format", log.follow ? "concise" : "summary");
  if (is_log_format(word)) {
    if (!log.log_format.empty() && log.log_format != word) values.refuse(fmt::format("-f {} and --log-format={} exclude each other", word, log.log_format));
    log.log_format = word;
  } else if (find_log_writer(word) == nullptr) {
    values.refuse(fmt::format("pgfk log has no output format \"{}\"", word),
                  fmt::format("There are {}; log formats are stderr, csvlog, jsonlog and syslog.", listed(log_format_names())));
  } else {
    log.format = word;
  }
}

void read_group_by(OptionValues& values, LogCommandOptions& log) {
  if (!values.has("group-by")) return;
  log.group_by.clear();
  const std::string words = values.text("group-by");
  for (std::size_t from = 0; from <= words.size();) {
    const std::size_t end = std::min(words.find(',', from), words.size());
    const std::string word = words.substr(from, end - from);
    const std::optional<Dimension> dimension = dimension_named(word);
    if (!dimension) {
      values.refuse(fmt::format("--group-by takes constraint, direction, db, user, app, statement, key, hour, not \"{}\"", word),
                    "Several are separated by commas.");
      return;
    }
    if (std::ranges::find(log.group_by, *dimension) == log.group_by.end()) log.group_by.push_back(*dimension);
    from = end + 1;
  }
}

std::optional<LogMoment> read_moment(OptionValues& values, const char* name) {
  if (!values.has(name)) return std::nullopt;
  std::optional<LogMoment> moment = parse_moment(values.text(name));
  if (!moment) {
    values.refuse(fmt::format("--{} takes a time, not \"{}\"", name, values.text(name)),
                  "Such as 2026-11-20, \"2026-11-20 10:34\" or 2026-11-20T10:34:05.250+01:00; without a zone it is the log's own.");
  }
  return moment;
}

}  // namespace

void read_log_options(OptionValues& values, LogCommandOptions& log) {
  log.follow = values.has("follow");
  if (values.has("prefix")) log.prefix = values.text("prefix");
  if (values.has("time-zone")) log.time_zone = values.text("time-zone");
  read_formats(values, log);
  log.window.begin = read_moment(values, "begin");
  log.window.end = read_moment(values, "end");
  read_group_by(values, log);
  constexpr std::uint64_t kMostGroups = 1'000'000;
  log.top = values.number("top", 0, 1, kMostGroups);
  log.dump = values.text("dump");
}

}  // namespace pgfk
