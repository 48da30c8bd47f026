// Where a value of a row stands in the input, for rows that an earlier statement wrote: the caret of a finding.
//
// Each statement that writes rows as they are written down (COPY in text format, INSERT .. VALUES) is noted with its columns; rows of other
// statements (UPDATE, queries) have no cell.
// Cost: 12 bytes per statement, one entry for a run of equal ones; find is O(log statements), a cell O(bytes of its row).
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string_view>
#include <utility>
#include <vector>

#include "analyzer/catalog/catalog.h"

namespace pgfk {

/// How a statement wrote its rows.
struct WrittenForm {
  RelationId relation = RelationId::none;  // as named, partitions notwithstanding
  bool copy = false;                       // lines of COPY's text format; else VALUES lists
  char delimiter = '\t';
  std::vector<ColumnIndex> columns;        // in the order of the values
  friend auto operator<=>(const WrittenForm&, const WrittenForm&) = default;
};

class WrittenForms {
 public:
  /// Statements come in rising order; one that writes in two forms (WITH) has none, nor has one whose code wrote before itself.
  void note(std::uint32_t statement, WrittenForm form);
  /// Null where the statement was not noted.
  const WrittenForm* find(std::uint32_t statement) const;

 private:
  struct Range {
    std::uint32_t first, last, form;
  };
  static constexpr std::uint32_t kTwo = 0xffff'ffff;  // forms at once

  std::vector<Range> ranges_;
  std::vector<const WrittenForm*> forms_;
  std::map<WrittenForm, std::uint32_t> numbers_;  // its keys are what forms_ points to
};

/// Offset and length of a piece of text.
using Piece = std::pair<std::size_t, std::size_t>;

/// The `position`th field (from 0) of a line of COPY's text format.
std::optional<Piece> field_of_line(std::string_view line, char delimiter, std::size_t position);

/// The `position`th value (from 0) of a VALUES list; `text` begins with the list or behind its parenthesis, and may go on behind it.
std::optional<Piece> value_of_list(std::string_view text, std::size_t position);

}  // namespace pgfk
