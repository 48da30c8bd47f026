// Where INSERT INTO may stand in gigabytes of text: what a log that holds statements is searched for once failures are known.
//
// Cost: the speed of memory but for the places found. Threads: any.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "parsers/log/event.h"

namespace pgfk {

/// Which logged INSERTs are of interest.
class InsertFilter {
 public:
  virtual ~InsertFilter() = default;
  /// `name`, in lower case: a part of a name as far as its bytes may stand in one without quotes; the schema's comes before the table's. From any thread.
  virtual bool may_be_table(std::string_view name) const = 0;
  /// Whether this record, of severity LOG, is one of them. From any thread.
  virtual bool wants(const LogEvent& record) const = 0;
};

/// Offsets of the word INTO, in any case, in text[from, to), where one of the filter's tables may be named behind it: no such place is left out,
/// whatever quotes and escapes an envelope adds.
std::vector<std::size_t> find_into(std::string_view text, std::size_t from, std::size_t to, const InsertFilter& filter);

}  // namespace pgfk
