// Edits of single rows: out of their statement, or with NULL for their key.
#pragma once

#include <cstdint>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "analyzer/rewrite/data_statements.h"
#include "analyzer/rewrite/edits.h"

namespace pgfk {

struct RowRange {
  std::uint64_t from = 0, to = 0;
};

/// Takes rows out of a COPY: whole lines.
RowRange copy_line_at(const DataStatement& statement, std::string_view text, std::uint64_t offset, std::uint64_t length);

/// What has to go for these rows (indexes into `lists`) to be out of an INSERT: their lists with a comma each, or the whole statement with its comments.
std::vector<RowRange> lists_out_of(const DataStatement& statement, std::string_view text, const std::set<std::size_t>& rows);

}  // namespace pgfk
