// What fails, who causes it, since when, and what it looks like: one table, and a paragraph on each group that is worth it.
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

/// Worth a line: a quarter of the failures in one hour of many.
bool stands_out(const FailureGroup& group, const FailurePattern& pattern) {
  constexpr std::size_t kManyHours = 6;
  return pattern.peak && group.tally(Dimension::hour).size() >= kManyHours && pattern.peak->count * 4 >= group.count;
}

class SummaryWriter : public LogWriter {
 public:
  SummaryWriter(const LogReport& report, std::ostream& out) : report_(report), out_(out) {}

  void finish() override {
    if (report_.options.quiet && report_.groups.total() == 0) return;
    write_log_head(report_, out_);
    if (report_.groups.total() == 0) return;
    out_ << '\n';
    write_group_table(report_, false, out_);
    out_ << '\n';
    write_paragraphs();
  }

 private:
  void write_paragraphs() {
    const std::vector<const FailureGroup*> groups = told_groups(report_);
    std::size_t width = 0, number = 0;
    for (const FailureGroup* group : groups) width = std::max(width, cells_of(group_label(report_, *group)).cells.size());
    for (const FailureGroup* group : groups) {
      const FailurePattern pattern = pattern_in(report_, *group);
      const std::string label = group_label(report_, *group);
      const std::string padding(width - cells_of(label).cells.size(), ' ');
      const std::string lead = fmt::format("{}.", ++number);
      out_ << fmt::format("{:<{}} {}{}   {}\n", lead, groups.size() < 10 ? 2 : 3, label, padding, group_sum(*group, pattern));
      write_paragraph(*group, pattern);
    }
  }

  void line(const char* label, std::string_view text) {
    bool first = true;
    constexpr std::size_t kIndent = 10;
    for (const std::string& each : wrapped(printable_lines(text), std::max<std::size_t>(report_.options.width, 40) - kIndent)) {
      out_ << fmt::format("   {:<6} {}\n", first ? label : "", each);
      first = false;
    }
  }

  static std::string printable_lines(std::string_view text) {
    std::string out;
    for (std::size_t from = 0; from <= text.size();) {
      const std::size_t end = std::min(text.find('\n', from), text.size());
      out += (from > 0 ? "\n" : "") + printable(text.substr(from, end - from));
      from = end + 1;
    }
    return out;
  }

  void write_paragraph(const FailureGroup& group, const FailurePattern& pattern) {
    if (stands_out(group, pattern)) {
      line("peak", fmt::format("{}, {} in one hour{}", short_time(report_, pattern.peak->hour + ":00"), grouped(pattern.peak->count),
                               pattern.burst ? ": a burst" : ""));
    }
    // Where few keys fail again and again, they are all there is to see.
    if (pattern.keys != KeyPattern::same_keys && !group.samples.empty()) write_sample(group.samples.front());
    const LogAdvice advice = advise(group, pattern, !report_.dump.empty());
    if (!advice.likely.empty()) line("likely", advice.likely);
    for (const std::string& fact : advice.dump) line("dump", fact);
    if (group.later.failures > 0) line("later", later_words(report_, group.later));
    if ((!report_.dump.empty() || group.later.failures > 0) && !advice.help.empty()) line("help", advice.help);
  }

  void write_sample(const FailureSample& sample) {
    const LogEvent& event = sample.event;
    constexpr std::size_t kIndent = 10;
    const std::size_t width = std::max<std::size_t>(report_.options.width, 40) - kIndent;
    const std::string& said = event.detail && report_.options.redaction == Redaction::none ? *event.detail : event.message;
    out_ << fmt::format("   sample {}  {}\n", sample_place(report_, event), one_line(said, 2 * width));
    if (event.statement) out_ << fmt::format("          {}\n", one_line(*event.statement, width));
  }

  const LogReport& report_;
  std::ostream& out_;
};

}  // namespace

std::unique_ptr<LogWriter> log_summary(const LogReport& report, std::ostream& out) { return std::make_unique<SummaryWriter>(report, out); }

}  // namespace pgfk
