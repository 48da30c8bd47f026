// Draws the places of a diagnosis: source lines with marks under what matters.
//
//     --> db/seeds/20_orders.sql:2:10
//       |
//     2 |   (1001, 1, 19.90),
//       |          ^ customers has no row 1 yet
//
// Long lines are cut to the width around their first mark; at most kWindow bytes of a line are looked at.
#pragma once

#include <ostream>
#include <vector>

#include "parsers/input/source.h"
#include "reports/report.h"
#include "rules/diagnosis.h"

namespace pgfk {

void draw_excerpts(const std::vector<Excerpt>& excerpts, const Sources& sources, const ReportOptions& options,
                   std::ostream& out);

}  // namespace pgfk
