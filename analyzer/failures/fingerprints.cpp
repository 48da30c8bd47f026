#include "analyzer/failures/fingerprints.h"

#include <fmt/format.h>

#include "parsers/sql/fingerprint.h"

namespace pgfk {
namespace {

constexpr std::size_t kMostKnown = 4096;
constexpr std::size_t kLongestParsed = std::size_t{64} << 10;  // bytes: the grammar reads some 10 MB a second, and shapes may be many

std::string make_fingerprint(std::string_view statement, const StatementShape& shape) {
  std::string fingerprint;
  if (statement.size() <= kLongestParsed) fingerprint = fingerprint_sql(statement);
  // Without its values it is shorter, and often valid UTF-8; but not all literals may become parameters: interval '1 day'.
  if (fingerprint.empty() && shape.text.size() < StatementShape::kMostText) fingerprint = fingerprint_sql(shape.text);
  return fingerprint.empty() ? fmt::format("~{:016x}", shape.hash.high) : fingerprint;
}

}  // namespace

const std::string& Fingerprints::of(std::string_view statement, const StatementShape& shape) {
  if (const auto found = known_.find(shape.hash); found != known_.end()) return found->second;
  if (known_.size() >= kMostKnown) known_.clear();
  return known_.emplace(shape.hash, make_fingerprint(statement, shape)).first->second;
}

}  // namespace pgfk
