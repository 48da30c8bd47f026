#include "parsers/log/log_plan.h"

#include <algorithm>

#include "parsers/log/recognise.h"
#include "parsers/log/skeleton.h"
#include "parsers/log/units.h"

namespace pgfk {
namespace {

constexpr std::size_t kSampleBytes = 256u << 10;
constexpr std::size_t kSampleLines = 300;

/// The server's lines at and behind `from`, taken out of their envelopes.
void add_inner_lines(const LogShape& shape, std::string_view text, std::size_t from, InnerLines& out) {
  const Units units(text, shape.framing);
  Unit unit;
  bool have = units.at(from, unit);
  for (std::size_t count = 0; have && count < kSampleLines; ++count) {
    std::string_view line = units.text(unit);
    if (line.ends_with('\r')) line.remove_suffix(1);
    shape.unwrap(line, out);
    Unit next;
    have = units.next(unit, next);
    unit = next;
  }
}

/// As people copy it out of postgresql.conf: with quotes around, and '' for a quote.
std::string unquoted(std::string text) {
  if (text.size() < 2 || !text.starts_with('\'') || !text.ends_with('\'')) return text;
  std::string plain;
  for (std::size_t at = 1; at + 1 < text.size(); ++at) {
    plain += text[at];
    if (text[at] == '\'' && text[at + 1] == '\'' && at + 2 < text.size()) ++at;
  }
  return plain;
}

bool begins_like_a_client(std::string_view line) {
  return line.starts_with("psql:") || line.starts_with("pg_restore: ") || line.starts_with("Traceback (most recent call last):");
}

void find_prefix(std::string_view text, LogPlan& plan) {
  InnerLines inner;
  add_inner_lines(*plan.shape, text, 0, inner);
  if (text.size() > 2 * kSampleBytes) add_inner_lines(*plan.shape, text, text.size() / 2, inner);
  std::vector<std::string_view> lines;
  for (const InnerLine& line : inner.lines) lines.push_back(line.text);
  const DetectedPrefix detected = detect_prefix(lines);
  plan.recognised = plan.recognised || (detected.found && detected.from_server && detected.matched * 2 >= detected.labelled);
  plan.format.language = detected.language;
  if (plan.format.prefix_given) return;
  if (!detected.found) return;
  plan.format.prefix = detected.text;
  plan.prefixes.emplace_back(detected.text);
}

}  // namespace

LogSample sample_of(std::string_view text) {
  LogSample sample;
  if (text.starts_with("\xef\xbb\xbf")) text.remove_prefix(3);
  sample.text = text.substr(0, kSampleBytes);
  std::string_view rest = sample.text;
  while (!rest.empty() && sample.lines.size() < kSampleLines) {
    const std::size_t newline = rest.find('\n');
    // A last line that the sample cuts says nothing.
    if (newline == std::string_view::npos && text.size() > sample.text.size() && !sample.lines.empty()) break;
    std::string_view line = rest.substr(0, newline);
    if (line.ends_with('\r')) line.remove_suffix(1);
    if (!line.empty()) sample.lines.push_back(line);
    rest.remove_prefix(newline == std::string_view::npos ? rest.size() : newline + 1);
  }
  return sample;
}

LogPlan plan_log(std::string_view text, const std::optional<std::string>& prefix) {
  LogPlan plan;
  const LogSample sample = sample_of(text);
  plan.shape = &plain_shape();
  for (const LogShape& shape : log_shapes()) {
    if (!shape.claims(sample)) continue;
    plan.shape = &shape;
    plan.recognised = true;
    break;
  }
  plan.format.format = plan.shape->format;
  plan.format.wrapper = plan.shape->wrapper;
  if (prefix) {
    plan.format.prefix = unquoted(*prefix);
    plan.format.prefix_given = true;
    plan.prefixes.emplace_back(*plan.format.prefix);
  }
  if (plan.shape->unwrap == nullptr) return plan;

  const bool client = plan.shape == &plain_shape() && std::ranges::any_of(sample.lines, begins_like_a_client);
  if (!client) find_prefix(text, plan);
  // Syslog's files hold what journalctl captured of a server's stderr, too.
  if (client || (!plan.recognised && !plan.format.prefix_given)) {
    plan.client = true;
    plan.format.format = "client";
    plan.format.prefix.reset();
    plan.prefixes.clear();
    plan.recognised = client || std::ranges::any_of(sample.lines, [](std::string_view line) { return find_message(line).has_value(); });
  }
  return plan;
}

std::optional<LogFormat> recognise_log(std::string_view sample, const std::optional<std::string>& prefix) {
  const LogPlan plan = plan_log(sample, prefix);
  if (!plan.recognised) return std::nullopt;
  return plan.format;
}

}  // namespace pgfk
