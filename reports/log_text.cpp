#include "reports/log_text.h"

#include <algorithm>
#include <cstdint>
#include <optional>

#include <fmt/format.h>

#include "reports/text.h"
#include "rules/log_advice.h"
#include "rules/wording.h"

namespace pgfk {
namespace {

struct Window {
  const LogTime* first = nullptr;
  const LogTime* last = nullptr;
};

Window window_of(const LogReport& report) {
  Window window;
  for (const LogInput& input : report.inputs) {
    if (input.first && (!window.first || input.first->microseconds < window.first->microseconds)) window.first = &*input.first;
    if (input.last && (!window.last || input.last->microseconds > window.last->microseconds)) window.last = &*input.last;
  }
  return window;
}

constexpr std::size_t kMinutes = std::string_view("2026-11-20T10:34").size();

std::string minutes_of(const std::string& iso) {
  std::string text = iso.substr(0, kMinutes);
  std::ranges::replace(text, 'T', ' ');
  return text;
}

/// "UTC", "+02:00"
std::string zone_of(const std::string& iso) {
  const std::size_t sign = iso.find_first_of("+-Z", std::min(kMinutes, iso.size()));
  const std::string zone = sign == std::string::npos ? "" : iso.substr(sign);
  return zone == "+00:00" || zone == "Z" ? "UTC" : zone;
}

std::string format_words(const LogReport& report) {
  const LogFormat& format = report.inputs.front().format;
  const bool same = std::ranges::all_of(report.inputs, [&](const LogInput& input) {
    return input.format.format == format.format && input.format.wrapper == format.wrapper && input.format.prefix == format.prefix;
  });
  if (!same) return "several formats";
  std::string words = format.format;
  if (!format.wrapper.empty()) words += " in " + format.wrapper;
  if (format.prefix) words += fmt::format(" '{}' ({})", printable(*format.prefix), format.prefix_given ? "given" : "detected");
  return words;
}

std::string counts_line(const LogReport& report) {
  const FailureGroups& groups = report.groups;
  if (groups.total() == 0) return "No foreign key failures.";
  std::vector<std::string> counts;
  const auto add = [&](Dimension dimension, const char* noun) {
    const DistinctCount& distinct = groups.distinct(dimension);
    if (distinct.count() > 0) counts.push_back((distinct.exact() ? "" : "about ") + counted(distinct.count(), noun));
  };
  add(Dimension::constraint, "constraint");
  add(Dimension::database, "database");
  add(Dimension::key, "distinct key");
  const std::string head = counted(groups.total(), "foreign key failure");
  return counts.empty() ? head : head + ": " + joined(counts, ", ");
}

/// A column of the table: as wide as its widest cell.
struct TableColumn {
  std::string head;
  bool right = false;
  std::vector<std::string> cells;
};

std::string dimension_cell(const std::optional<std::string>& value, Dimension dimension) {
  if (!value) return "-";
  return printable(dimension == Dimension::key ? key_text(parts_of(*value)) : *value);
}

std::string tables_of(const FailureGroup& group) {
  const auto shown = [](const std::string& table) { return table.empty() ? std::string("?") : printable(table); };
  return group.referencing_table.empty() && group.referenced_table.empty() ? "-" : shown(group.referencing_table) + " -> " + shown(group.referenced_table);
}

/// The direction comes first, however the user ordered them: the table reads like a sentence then.
std::vector<std::size_t> order_of_columns(const std::vector<Dimension>& by) {
  std::vector<std::size_t> order;
  for (std::size_t at = 0; at < by.size(); ++at) order.push_back(at);
  std::ranges::stable_sort(order, std::ranges::greater(), [&](std::size_t at) { return by[at] == Dimension::direction; });
  return order;
}

std::size_t display_width(const std::string& printable_text) { return cells_of(printable_text).cells.size(); }

}  // namespace

void write_log_head(const LogReport& report, std::ostream& out) {
  std::uint64_t bytes = 0;
  for (const LogInput& input : report.inputs) bytes += input.bytes;
  std::string head = fmt::format("{}, {}", counted(report.inputs.size(), "file"), human_bytes(bytes));
  if (!report.inputs.empty()) head += ", " + format_words(report);
  const Window window = window_of(report);
  if (window.first) {
    head += fmt::format(", {} .. {} {}", minutes_of(window.first->text), minutes_of(window.last->text), zone_of(window.last->text));
    if (window.first->zone_assumed) head += " (assumed)";
  }
  out << head << '\n' << counts_line(report) << '\n';
}

std::string short_time(const LogReport& report, const std::string& iso) {
  const Window window = window_of(report);
  constexpr std::size_t kYear = 5;  // "2026-"
  const bool one_year = window.first && window.first->text.substr(0, kYear) == window.last->text.substr(0, kYear);
  const std::string text = minutes_of(iso);
  return one_year && text.size() > kYear ? text.substr(kYear) : text;
}

void write_group_table(const LogReport& report, bool all, std::ostream& out) {
  constexpr std::size_t kShown = 20;
  std::vector<const FailureGroup*> groups = report.groups.by_count();
  const std::size_t before = groups.size();
  const std::size_t most = all || report.groups.total() == 0 ? before : report.options.top > 0 ? report.options.top : kShown;
  std::uint64_t left_out = 0;
  for (std::size_t at = most; at < before; ++at) left_out += groups[at]->count;
  groups.resize(std::min(most, before));

  std::vector<TableColumn> columns = {{"count", true, {}}, {"share", true, {}}};
  for (const FailureGroup* group : groups) {
    columns[0].cells.push_back(grouped(group->count));
    columns[1].cells.push_back(fmt::format("{:.1f}%", 100.0 * static_cast<double>(group->count) / static_cast<double>(report.groups.total())));
  }
  const std::vector<Dimension>& by = report.groups.options().by;
  for (const std::size_t at : order_of_columns(by)) {
    if (by[at] == Dimension::constraint) {
      TableColumn name{"constraint", false, {}}, tables{"child -> parent", false, {}};
      for (const FailureGroup* group : groups) {
        name.cells.push_back(group->constraint.empty() ? "-" : printable(group->constraint));
        tables.cells.push_back(tables_of(*group));
      }
      columns.push_back(std::move(name));
      columns.push_back(std::move(tables));
      continue;
    }
    TableColumn column{by[at] == Dimension::direction ? "kind" : std::string(dimension_name(by[at])), false, {}};
    for (const FailureGroup* group : groups) column.cells.push_back(dimension_cell(group->values[at], by[at]));
    columns.push_back(std::move(column));
  }
  TableColumn first{"first", false, {}}, last{"last", false, {}};
  for (const FailureGroup* group : groups) {
    first.cells.push_back(group->first ? short_time(report, group->first->text) : "-");
    last.cells.push_back(group->last ? short_time(report, group->last->text) : "-");
  }
  columns.push_back(std::move(first));
  columns.push_back(std::move(last));

  for (std::size_t row = 0; row <= groups.size(); ++row) {
    std::string line;
    for (const TableColumn& column : columns) {
      std::size_t width = column.head.size();
      for (const std::string& cell : column.cells) width = std::max(width, display_width(cell));
      const std::string& cell = row == 0 ? column.head : column.cells[row - 1];
      const std::string padding(width - display_width(cell), ' ');
      line += "  " + (column.right ? padding + cell : cell + padding);
    }
    out << line.substr(0, line.find_last_not_of(' ') + 1) << '\n';
  }
  if (before > groups.size()) out << fmt::format("  and {} in {}\n", counted(left_out, "failure"), counted(before - groups.size(), "more group"));
  if (const FailureGroup* folded = report.groups.folded()) {
    const DistinctCount& count = report.groups.folded_groups();
    out << fmt::format("  and {} of {}{}, which were too many to tell apart\n", counted(folded->count, "failure"), count.exact() ? "" : "about ",
                       counted(count.count(), "further group"));
  }
}

std::vector<const FailureGroup*> told_groups(const LogReport& report) {
  constexpr std::size_t kMost = 10;
  constexpr std::uint64_t kLeastShare = 100;  // one in so many failures
  std::vector<const FailureGroup*> groups = report.groups.by_count();
  if (report.options.top > 0) {
    groups.resize(std::min(groups.size(), report.options.top));
    return groups;
  }
  std::erase_if(groups, [&](const FailureGroup* group) { return group->count * kLeastShare < report.groups.total(); });
  groups.resize(std::min(groups.size(), kMost));
  return groups;
}

std::string group_label(const LogReport& report, const FailureGroup& group) {
  const std::vector<Dimension>& by = report.groups.options().by;
  std::vector<std::string> words;
  for (std::size_t at = 0; at < by.size(); ++at) {
    if (by[at] == Dimension::constraint) {
      words.push_back(group.constraint.empty() ? "(no constraint)" : printable(group.constraint));
    } else if (by[at] != Dimension::direction || by.size() == 1) {
      words.push_back(dimension_cell(group.values[at], by[at]));
    }
  }
  return joined(words, ", ");
}

std::string group_sum(const FailureGroup& group, const FailurePattern& pattern) {
  std::vector<std::string> words;
  const auto add = [&](Dimension dimension, const char* one, const char* many) {
    const std::vector<Tally::Entry> entries = group.tally(dimension).entries();
    if (entries.empty()) return;
    if (entries.size() == 1 && group.tally(dimension).others() == 0) {
      if (!entries.front().text.empty()) words.push_back(fmt::format("{} {}", one, printable(entries.front().text)));
      return;
    }
    words.push_back(fmt::format("{} {}", grouped(entries.size()), many));
  };
  add(Dimension::database, "db", "databases");
  add(Dimension::user, "user", "users");
  if (!pattern.one_application.empty()) words.push_back("application " + printable(pattern.one_application));
  std::string keys;
  if (group.keys.count() > 0) keys = counted_keys(group.keys) + " in ";
  keys += counted(group.count, "failure");
  words.push_back(keys);
  const std::string habit = key_pattern_words(pattern);
  return joined(words, ", ") + (habit.empty() ? "" : " (" + habit + ")");
}

std::string sample_place(const LogReport& report, const LogEvent& event) {
  return fmt::format("{}:{}", printable(base_name(report.sources[event.place.source].path())), event.line);
}

std::string later_words(const LogReport& report, const FailureGroup::Later& later) {
  constexpr double kSecond = 1e6;
  std::string words = fmt::format("{} inserted later in the log", counted_keys(later.keys));
  if (later.least_delay) {
    const double least = static_cast<double>(*later.least_delay) / kSecond, most = static_cast<double>(*later.most_delay) / kSecond;
    // A clock that went back, or whole seconds, tell nothing.
    if (least >= 0 && most > 0) words += least == most ? fmt::format(", {:g} s after the failure", least) : fmt::format(", {:g} s to {:g} s after the failure", least, most);
  }
  if (later.other_session > 0) words += later.other_session == later.failures ? ", by another session" : fmt::format(", {} by another session", grouped(later.other_session));
  words += fmt::format("; the first at {}:{}", printable(base_name(report.sources[later.first->place.source].path())), later.first->line);
  if (later.columns_assumed) words += " (which columns are referenced is assumed; --dump tells)";
  return words;
}

std::string one_line(std::string_view text, std::size_t width) {
  std::string flat;
  for (const char c : text) {
    const bool blank = c == ' ' || c == '\n' || c == '\r' || c == '\t';
    if (!blank) {
      flat.push_back(c);
    } else if (!flat.empty() && flat.back() != ' ') {
      flat.push_back(' ');
    }
    constexpr std::size_t kEnough = 4000;  // bytes; no terminal is as wide
    if (flat.size() > kEnough) break;
  }
  const Cells cells = cells_of(flat);
  std::string out;
  constexpr std::size_t kDots = 4;
  const bool whole = cells.cells.size() <= width;
  for (std::size_t at = 0; at < cells.cells.size() && (whole || at + kDots < width); ++at) out += cells.cells[at];
  return whole ? out : out + " ...";
}

FailurePattern pattern_in(const LogReport& report, const FailureGroup& group) {
  return pattern_of(group, report.groups.distinct(Dimension::application).count());
}

}  // namespace pgfk
