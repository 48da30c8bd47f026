#include "rules/fingerprint.h"

#include <algorithm>
#include <cstdint>
#include <span>

#include <fmt/format.h>

#include "rules/diagnosis.h"

namespace pgfk {
namespace {

class Hash {
 public:
  /// Adds `text` and a byte that ends it, so that ("a", "bc") and ("ab", "c") differ.
  void add(std::string_view text) {
    for (const char c : text) byte(static_cast<unsigned char>(c));
    byte(0);
  }
  std::string hex() const { return fmt::format("{:016x}", state_); }

 private:
  void byte(unsigned char value) { state_ = (state_ ^ value) * 0x100000001b3u; }
  std::uint64_t state_ = 0xcbf29ce484222325u;
};

}  // namespace

std::string hashed_value(std::string_view value) {
  Hash hash;
  hash.add(value);
  return "#" + hash.hex();
}

std::string fingerprint(const Finding& finding, bool keys_are_hashed) {
  Hash hash;
  hash.add(cause_of(finding).code);
  hash.add(finding.sqlstate);
  hash.add(finding.statement.kind);
  if (finding.constraint) {
    hash.add(finding.constraint->schema);
    hash.add(finding.constraint->table);
    hash.add(finding.constraint->name);
  } else {
    hash.add(finding.statement.table);
  }
  // Not all rows, so that --max-rows does not change it.
  constexpr std::size_t kRows = 1;
  for (const FindingRow& row : std::span(finding.rows).first(std::min(finding.rows.size(), kRows))) {
    for (const std::string& value : row.key) hash.add(keys_are_hashed ? value : hashed_value(value));
  }
  return hash.hex();
}

}  // namespace pgfk
