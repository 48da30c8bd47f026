// Sums over the findings that several formats show.
#pragma once

#include <cstdint>
#include <map>
#include <string>

#include "reports/report.h"
#include "rules/context.h"

namespace pgfk {

struct Totals {
  std::map<std::string, std::uint64_t> by_code;
  std::uint64_t roots = 0, consequences = 0;       // of what fails
  std::uint64_t undecided = 0, depend_on_undecided = 0;
  std::uint64_t fails_otherwise = 0;               // FK030
  std::uint64_t left_out = 0, suppressed = 0;      // counted nowhere else
  std::uint64_t failing_data_statements = 0;
  std::uint64_t failing_rows = 0;                  // of foreign keys that fail, consequences too
  std::uint64_t keys = 0, keys_failing = 0, keys_undecided = 0;  // foreign keys
};

Totals totals_of(const Context& context);

/// The last line of a report: "prod.sql: 1 of 31 foreign keys fails, 3 rows; 46 of 46 data statements load.  exit 1"
std::string verdict_line(const Report& report, const Totals& totals);

}  // namespace pgfk
