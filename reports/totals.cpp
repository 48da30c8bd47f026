#include "reports/totals.h"

#include <algorithm>
#include <cctype>
#include <limits>
#include <set>
#include <string_view>
#include <vector>

#include <fmt/format.h>

#include "reports/text.h"
#include "rules/diagnosis.h"
#include "rules/wording.h"

namespace pgfk {
namespace {

// One input: its path. Several: the folder they share, or their number.
std::string subject(const Report& report) {
  const std::vector<InputInfo>& inputs = report.inputs;
  if (inputs.size() == 1) return printable(inputs.front().path);
  const auto folder = [](const std::string& path) {
    const std::size_t slash = path.rfind('/');
    return slash == std::string::npos ? std::string() : path.substr(0, slash);
  };
  std::string shared = inputs.empty() ? std::string() : folder(inputs.front().path);
  for (const InputInfo& input : inputs) {
    if (folder(input.path) != shared) shared.clear();
  }
  return shared.empty() ? std::string("input") : printable(shared);
}

std::string leading_digits(std::string_view name) {
  const auto digit = [](char c) { return std::isdigit(static_cast<unsigned char>(c)) != 0; };
  return std::string(name.begin(), std::ranges::find_if_not(name, digit));
}

// "; suggested order 10 30 20": by the numbers that the files begin with, where each has its own, else by name.
std::string suggested_order(const Report& report) {
  constexpr std::size_t kShown = 8;
  const LoadOrder& order = report.analysis.load_order;
  if (order.files.size() < 2 || order.files == order.given_files) return {};
  if (order.files.size() > kShown) return "; pgfk order shows an order that loads";
  std::vector<std::string> names, numbers;
  for (const std::string& file : order.files) {
    names.push_back(printable(base_name(file)));
    numbers.push_back(leading_digits(names.back()));
  }
  const std::set<std::string> different(numbers.begin(), numbers.end());
  const bool numbered = different.size() == numbers.size() && !different.contains("");
  return fmt::format("; suggested order {}{}", joined(numbered ? numbers : names, " "),
                     order.remaining.empty() ? std::string() : fmt::format(" ({} left)", counted(order.remaining.size(), "failure")));
}

std::string failing_keys(const Totals& totals) {
  return fmt::format("{} of {} {}, {}", grouped(totals.keys_failing), counted(totals.keys, "foreign key"),
                     totals.keys_failing == 1 ? "fails" : "fail", counted(totals.failing_rows, "row"));
}

std::string causes(const Totals& totals) {
  return fmt::format("{}, {}", counted(totals.roots, "root cause"), counted(totals.consequences, "consequence"));
}

std::string cost(const Report& report) {
  return fmt::format("  {:.1f} s, {}", report.invocation.seconds, human_bytes(report.invocation.peak_rss));
}

}  // namespace

Totals totals_of(const Context& context) {
  Totals totals;
  const std::vector<Finding>& findings = context.analysis().findings;
  std::size_t last_statement = std::numeric_limits<std::size_t>::max();
  for (std::size_t index = 0; index < findings.size(); ++index) {
    const Finding& finding = findings[index];
    if (finding.left_out) {
      ++totals.left_out;
      continue;
    }
    if (finding.suppressed) {
      ++totals.suppressed;
      continue;
    }
    const Cause& cause = cause_of(finding);
    ++totals.by_code[cause.code];
    const bool root = context.is_root(index);
    switch (finding.verdict) {
      case Verdict::fails:
        ++(root ? totals.roots : totals.consequences);
        if (std::string_view(cause.code) == "FK030") {
          ++totals.fails_otherwise;
        } else {
          totals.failing_rows += finding.rows_total;
        }
        if (finding.statement.index != last_statement && is_data_statement(finding.statement.kind)) {
          ++totals.failing_data_statements;
          last_statement = finding.statement.index;
        }
        break;
      case Verdict::undecided: ++(root ? totals.undecided : totals.depend_on_undecided); break;
      case Verdict::info: break;
    }
  }
  for (const ConstraintSummary& constraint : context.analysis().constraints) {
    ++totals.keys;
    if (context.is_left_out(constraint)) continue;
    totals.keys_failing += constraint.verdict == KeyVerdict::fails;
    totals.keys_undecided += constraint.verdict == KeyVerdict::undecided;
  }
  return totals;
}

std::string verdict_line(const Report& report, const Totals& totals) {
  const Analysis& analysis = report.analysis;
  const std::string exit = fmt::format(".  exit {}", report.invocation.exit_code);
  const std::uint64_t failing = totals.roots + totals.consequences;
  const std::uint64_t in_doubt = totals.undecided + totals.depend_on_undecided;
  std::string left_out = totals.left_out == 0 ? std::string() : fmt::format("; {} left out", counted(totals.left_out, "finding"));
  if (totals.suppressed > 0) left_out += fmt::format("; {} suppressed", counted(totals.suppressed, "finding"));
  if (failing == 0 && in_doubt == 0) {
    return fmt::format("No foreign key failures{}. {} of {} and {} of {} decided.{}", left_out, grouped(analysis.data_decided),
                       counted(analysis.data_statements, "data statement"), grouped(totals.keys - totals.keys_undecided),
                       counted(totals.keys, "constraint"), cost(report));
  }
  std::string line = subject(report) + ": ";
  if (report.inputs.size() > 1) line += counted(report.inputs.size(), "file") + ", ";
  const std::string doubt = fmt::format("{} undecided{}", grouped(totals.undecided),
                                        totals.depend_on_undecided == 0
                                            ? std::string()
                                            : fmt::format(", {} {} on it", grouped(totals.depend_on_undecided),
                                                          totals.depend_on_undecided == 1 ? "depends" : "depend"));
  if (failing == 0) {
    return line + fmt::format("{} of {} decided, none fails; {}{}", grouped(analysis.data_decided),
                              counted(analysis.data_statements, "data statement"), doubt, left_out) + exit;
  }
  if (report.inputs.size() > 1) {
    line += causes(totals);
  } else {
    const std::uint64_t load = analysis.data_statements - std::min(totals.failing_data_statements, analysis.data_statements);
    line += fmt::format("{}; {} of {} load", failing_keys(totals), grouped(load),
                        counted(analysis.data_statements, "data statement"));
    if (totals.consequences > 0) line += "; " + causes(totals);
  }
  if (totals.fails_otherwise > 0) line += fmt::format("; {} otherwise", counted(totals.fails_otherwise, "failure"));
  if (in_doubt > 0) line += "; " + doubt;
  return line + left_out + suggested_order(report) + exit;
}

}  // namespace pgfk
