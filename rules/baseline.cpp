#include "rules/baseline.h"

#include <algorithm>
#include <charconv>
#include <map>
#include <optional>
#include <string_view>
#include <system_error>
#include <tuple>
#include <utility>

#include <fmt/format.h>

#include "rules/diagnosis.h"
#include "rules/fingerprint.h"
#include "rules/unused_ignore.h"
#include "rules/wording.h"

namespace pgfk {
namespace {

constexpr std::string_view kReasonMark = " -- ";

// What fails, may fail, or leaves wrong data; the rest is no news.
bool is_worth_an_entry(const Finding& finding) { return finding.verdict != Verdict::info || finding.bypassed; }

std::string_view take_word(std::string_view& line) {
  line.remove_prefix(std::min(line.find_first_not_of(' '), line.size()));
  const std::string_view word = line.substr(0, line.find(' '));
  line.remove_prefix(word.size());
  return word;
}

bool is_fingerprint(std::string_view word) {
  constexpr std::size_t kDigits = 16;
  return word.size() == kDigits && word.find_first_not_of("0123456789abcdef") == std::string_view::npos;
}

std::string on_one_line(std::string_view text) {
  std::string out;
  for (const char c : text) out += static_cast<unsigned char>(c) < 0x20 || c == 0x7F ? '?' : c;
  for (std::size_t at = 0; (at = out.find(kReasonMark, at)) != std::string::npos;) out.replace(at, kReasonMark.size(), " - ");
  return out;
}

std::string label_of(const Finding& finding) {
  if (!finding.constraint) return on_one_line(fmt::format("{} {}", finding.statement.kind, finding.statement.table));
  const ConstraintName& name = *finding.constraint;
  return on_one_line(fmt::format("{} {}", qualified_name(name.schema, name.table), quoted_name(name.name)));
}

std::optional<BaselineEntry> read_entry(std::string_view line) {
  BaselineEntry entry;
  entry.fingerprint = take_word(line);
  entry.code = take_word(line);
  const std::string_view rows = take_word(line);
  const auto [end, trouble] = std::from_chars(rows.data(), rows.data() + rows.size(), entry.rows);
  if (!is_fingerprint(entry.fingerprint) || !entry.code.starts_with("FK") || trouble != std::errc() || end != rows.data() + rows.size()) return std::nullopt;
  const std::size_t mark = line.find(kReasonMark);
  if (mark != std::string_view::npos) entry.reason = line.substr(mark + kReasonMark.size());
  line = line.substr(0, mark);
  entry.label = line.substr(std::min(line.find_first_not_of(' '), line.size()));
  return entry;
}

}  // namespace

Result<std::vector<BaselineEntry>> read_baseline(const Source& source, SourceId id) {
  std::vector<BaselineEntry> entries;
  const std::string_view text = source.text();
  std::uint64_t number = 0;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t end = std::min(text.find('\n', at), text.size());
    std::string_view line = text.substr(at, end - at);
    if (line.ends_with('\r')) line.remove_suffix(1);
    const Span span{id, at, line.size()};
    at = end + 1;
    ++number;
    if (line.find_first_not_of(" \t") == std::string_view::npos || line.starts_with('#')) continue;
    std::optional<BaselineEntry> entry = read_entry(line);
    if (!entry) {
      return Error{fmt::format("line {} of baseline \"{}\" is no entry", number, source.path()), {},
                   "An entry is a fingerprint of 16 hex digits, a code and a number of rows; --write-baseline writes it.", span};
    }
    entry->span = span;
    entries.push_back(*std::move(entry));
  }
  return entries;
}

void apply_baseline(std::vector<BaselineEntry>& entries, Analysis& analysis) {
  std::map<std::string_view, std::vector<std::size_t>> by_fingerprint;
  for (std::size_t at = 0; at < entries.size(); ++at) by_fingerprint[entries[at].fingerprint].push_back(at);
  for (Finding& finding : analysis.findings) {
    if (finding.suppressed || !is_worth_an_entry(finding)) continue;
    const auto found = by_fingerprint.find(fingerprint(finding, false));
    if (found == by_fingerprint.end()) continue;
    for (const std::size_t at : found->second) {
      BaselineEntry& entry = entries[at];
      if (entry.used || entry.rows < finding.rows_total) continue;
      entry.used = true;
      entry.rows = finding.rows_total;
      finding.suppressed = Suppression{SuppressedBy::baseline, entry.reason};
      break;
    }
  }
}

void tell_unused_entries(const std::vector<BaselineEntry>& entries, Analysis& analysis) {
  for (const BaselineEntry& entry : entries) {
    if (entry.used) continue;
    analysis.findings.push_back(unused_ignore("baseline entry", entry.span, fmt::format("{} {} {}", entry.fingerprint, entry.code, entry.label)));
  }
}

std::vector<BaselineEntry> extended_baseline(const std::vector<BaselineEntry>& entries, const Analysis& analysis) {
  std::vector<BaselineEntry> extended = pruned_baseline(entries);
  for (const Finding& finding : analysis.findings) {
    if (!finding.is_told() || !is_worth_an_entry(finding)) continue;
    extended.push_back({fingerprint(finding, false), cause_of(finding).code, finding.rows_total, label_of(finding), "", {}, false});
  }
  return extended;
}

std::vector<BaselineEntry> pruned_baseline(std::vector<BaselineEntry> entries) {
  std::erase_if(entries, [](const BaselineEntry& entry) { return !entry.used; });
  return entries;
}

std::string baseline_text(std::vector<BaselineEntry> entries) {
  std::ranges::stable_sort(entries, {}, [](const BaselineEntry& entry) {
    return std::tie(entry.label, entry.code, entry.fingerprint);
  });
  std::string text = "# pgfk baseline 1: known findings, which fail no check. Fingerprint, code, rows, what it is; a reason may follow \" -- \".\n";
  for (const BaselineEntry& entry : entries) {
    text += fmt::format("{} {} {} {}", entry.fingerprint, entry.code, entry.rows, entry.label);
    if (!entry.reason.empty()) text.append(kReasonMark).append(entry.reason);
    text += '\n';
  }
  return text;
}

}  // namespace pgfk
