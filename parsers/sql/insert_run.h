// Finds runs of literal INSERTs in a script, without telling what they hold.
//
// Cost: one pass at about 1 GB a second, no allocation but for the split points.
#pragma once

#include <cstdint>
#include <functional>
#include <string_view>

#include "parsers/sql/script.h"

namespace pgfk {

struct InsertRunScan {
  InsertRun run;                     // its span has no source yet
  std::uint64_t last_statement = 0;  // offset of the run's last statement, without and behind its semicolon
  std::uint64_t last_end = 0;
  std::uint64_t looked_at = 0;       // offset behind the last byte that was read: searching again before it is in vain
  bool worth_it = false;             // long enough to be an item of its own, see script.h
};

/// Looks at text[at], where a statement begins. `passed`, if given, is told of ranges, one behind the other and each some megabytes long, that are
/// not looked at any more.
InsertRunScan scan_insert_run(std::string_view text, std::uint64_t at,
                              const std::function<void(std::uint64_t offset, std::uint64_t length)>& passed = {});

}  // namespace pgfk
