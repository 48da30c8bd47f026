// What could not be read, or read only in part: about the input, or about a limit of ours. Never about a foreign key.
//
// Reading goes on after a diagnostic. `error` makes the exit status 2 (the verdict is partial), `warning` does not.
// Not thread-safe: one collection per reader, merged by the caller.
#pragma once

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "parsers/input/span.h"

namespace pgfk {

enum class DiagnosticLevel { warning, error };

struct Diagnostic {
  DiagnosticLevel level = DiagnosticLevel::warning;
  std::string message;  // short, no capital, no full stop
  std::string hint;     // what to do, sentences; may be empty
  std::optional<Span> span;
};

class Diagnostics {
 public:
  /// Keeps the first kMaxKept and counts the rest.
  void report(Diagnostic diagnostic) {
    ++count_;
    errors_ += diagnostic.level == DiagnosticLevel::error;
    if (kept_.size() < kMaxKept) kept_.push_back(std::move(diagnostic));
  }
  const std::vector<Diagnostic>& kept() const { return kept_; }
  std::size_t count() const { return count_; }
  std::size_t errors() const { return errors_; }

 private:
  static constexpr std::size_t kMaxKept = 1000;  // a hostile input may earn one per line
  std::vector<Diagnostic> kept_;
  std::size_t count_ = 0;
  std::size_t errors_ = 0;
};

}  // namespace pgfk
