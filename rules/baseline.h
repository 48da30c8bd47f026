// The findings that a project knows and lives with, in a file beside its inputs: one line each, made for diff and merge.
//
//   # pgfk baseline 1
//   9f0c2b7d11aa0e35 FK001 3 public.orders orders_customer_id_fkey -- cleaned up with the move to v2
//
// An entry accepts one finding of its fingerprint (fingerprint.h), with as many rows or fewer: new orphans of a known constraint are news.
// Behind the three words stands what people need to know it by, and behind " -- " a reason; both are kept.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "analyzer/finding.h"
#include "parsers/input/result.h"
#include "parsers/input/source.h"
#include "parsers/input/span.h"

namespace pgfk {

struct BaselineEntry {
  std::string fingerprint, code;
  std::uint64_t rows = 0;
  std::string label;              // "public.orders orders_customer_id_fkey"
  std::string reason;             // may be empty
  Span span{};                    // its line; meaningless of a new one
  bool used = false;              // a finding was accepted
};

/// Refuses the whole file at the first line that is none.
Result<std::vector<BaselineEntry>> read_baseline(const Source& source, SourceId id);

/// Suppresses what the entries accept and marks these as used, with the rows there are now. Before anything is redacted.
/// Cost: O((findings + entries) log entries).
void apply_baseline(std::vector<BaselineEntry>& entries, Analysis& analysis);
/// Adds a finding (FK099) for each entry that is not used.
void tell_unused_entries(const std::vector<BaselineEntry>& entries, Analysis& analysis);

/// What a new baseline holds: the entries that are used, and one for each finding that nothing accepts yet.
std::vector<BaselineEntry> extended_baseline(const std::vector<BaselineEntry>& entries, const Analysis& analysis);
/// The entries that are used.
std::vector<BaselineEntry> pruned_baseline(std::vector<BaselineEntry> entries);
/// As a file: by label, so that statements that change places change no line.
std::string baseline_text(std::vector<BaselineEntry> entries);

}  // namespace pgfk
