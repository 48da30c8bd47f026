// Everything that is known of each group: the summary's table, then who, what, when, which keys, and samples at length.
#include <algorithm>
#include <cstdint>
#include <string>

#include <fmt/format.h>

#include "reports/log_text.h"
#include "reports/text.h"
#include "rules/log_advice.h"
#include "rules/wording.h"

namespace pgfk {
namespace {

constexpr std::size_t kListed = 10;  // of users, keys, hours ...

class FullWriter : public LogWriter {
 public:
  FullWriter(const LogReport& report, std::ostream& out) : report_(report), out_(out) {}

  void finish() override {
    if (report_.options.quiet && report_.groups.total() == 0) return;
    write_log_head(report_, out_);
    for (const LogInput& input : report_.inputs) write_input(input);
    if (report_.groups.total() == 0) return;
    out_ << '\n';
    write_group_table(report_, true, out_);
    std::size_t number = 0;
    for (const FailureGroup* group : report_.groups.by_count()) {
      if (report_.options.top > 0 && number == report_.options.top) break;
      write_group(++number, *group);
    }
  }

 private:
  void write_input(const LogInput& input) {
    std::string words = input.format.format;
    if (!input.format.wrapper.empty()) words += " in " + input.format.wrapper;
    if (input.format.prefix) words += fmt::format(" '{}'", *input.format.prefix);
    if (!input.format.language.empty()) words += ", in " + input.format.language;
    out_ << fmt::format("  {}: {}, {}, {}, {}\n", printable(input.path), printable(words), human_bytes(input.bytes), counted(input.lines, "line"),
                        counted(input.events, "failure"));
  }

  void line(std::string_view label, std::string_view text) { out_ << fmt::format("   {:<12} {}\n", label, text); }

  void write_tally(const char* label, Dimension dimension, const FailureGroup& group) {
    const Tally& tally = group.tally(dimension);
    const std::vector<Tally::Entry> entries = tally.entries();
    std::uint64_t rest = tally.others();
    for (std::size_t at = kListed; at < entries.size(); ++at) rest += entries[at].count;
    for (std::size_t at = 0; at < std::min(kListed, entries.size()); ++at) {
      std::string text(entries[at].text);
      if (dimension == Dimension::key) text = key_text(parts_of(text));
      if (dimension == Dimension::hour) text = short_time(report_, text + ":00");
      line(at == 0 ? label : "", fmt::format("{:>9}  {}", (entries[at].at_least ? ">=" : "") + grouped(entries[at].count), printable(text)));
    }
    if (rest > 0) line("", fmt::format("{:>9}  others", grouped(rest)));
  }

  void write_group(std::size_t number, const FailureGroup& group) {
    const FailurePattern pattern = pattern_in(report_, group);
    out_ << fmt::format("\n{}. {}   {}\n", number, group_label(report_, group), group_sum(group, pattern));
    for (std::size_t at = 0; at < group.by_kind.size(); ++at) {
      if (group.by_kind[at] == 0) continue;
      const bool shown = at + 1 < group.by_kind.size();
      line("kind", fmt::format("{:>9}  {}", grouped(group.by_kind[at]), shown ? violation_kind_name(static_cast<ViolationKind>(at)) : "not shown"));
    }
    if (group.first) line("time", fmt::format("{} .. {}", group.first->text, group.last->text));
    if (pattern.peak) {
      line("peak", fmt::format("{}, {} in one hour{}", short_time(report_, pattern.peak->hour + ":00"), grouped(pattern.peak->count),
                               pattern.burst ? ": a burst" : ""));
    }
    write_tally("databases", Dimension::database, group);
    write_tally("users", Dimension::user, group);
    write_tally("applications", Dimension::application, group);
    write_tally("statements", Dimension::statement, group);
    write_tally("keys", Dimension::key, group);
    if (group.without_key > 0) line("", fmt::format("{:>9}  not shown in the log", grouped(group.without_key)));
    write_tally("hours", Dimension::hour, group);
    for (const FailureSample& sample : group.samples) write_sample(sample);
    const LogAdvice advice = advise(group, pattern, !report_.dump.empty());
    if (!advice.likely.empty()) line("likely", printable(advice.likely));
    for (const std::string& fact : advice.dump) line("dump", printable(fact));
    if (group.later.failures > 0) line("later", printable(later_words(report_, group.later)));
    write_lines("help", advice.help);
  }

  void write_lines(const char* label, std::string_view text) {
    for (std::size_t from = 0; from < text.size();) {
      const std::size_t end = std::min(text.find('\n', from), text.size());
      line(from == 0 ? label : "", printable(text.substr(from, end - from)));
      from = end + 1;
    }
  }

  void write_sample(const FailureSample& sample) {
    const LogEvent& event = sample.event;
    line("sample", sample_place(report_, event) + (event.time ? "  " + event.time->text : ""));
    line("", printable(event.message));
    if (event.detail) line("", printable(*event.detail));
    if (event.context) write_lines("", *event.context);
    if (event.statement) write_lines("", *event.statement);
  }

  const LogReport& report_;
  std::ostream& out_;
};

}  // namespace

std::unique_ptr<LogWriter> log_full(const LogReport& report, std::ostream& out) { return std::make_unique<FullWriter>(report, out); }

}  // namespace pgfk
