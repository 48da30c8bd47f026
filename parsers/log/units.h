// Where the units of a text begin and end, from any byte of it: the lines of a file, records of csvlog, elements of a JSON document.
//
// Cost: the length of the unit asked for. A unit longer than kLongestUnit is cut there: such "lines" are binary data.
// Threads: const, any.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "parsers/log/shape.h"

namespace pgfk {

struct Unit {
  std::size_t begin = 0;
  std::size_t end = 0;   // without line end
  std::size_t next = 0;  // where the next one begins; the text's size behind the last
};

class Units {
 public:
  Units(std::string_view text, Framing framing);

  /// The unit that holds `offset`; false where none does (a csv record that nothing of the text explains).
  bool at(std::size_t offset, Unit& unit) const;
  bool next(const Unit& unit, Unit& out) const;
  bool before(const Unit& unit, Unit& out) const;
  std::string_view text(const Unit& unit) const { return text_.substr(unit.begin, unit.end - unit.begin); }
  std::string_view whole() const { return text_; }

  static constexpr std::size_t kLongestUnit = 16u << 20;  // bytes

 private:
  Unit line_at(std::size_t offset) const;
  Unit element_at(std::size_t offset) const;
  bool csv_at(std::size_t offset, Unit& unit) const;

  std::string_view text_;
  Framing framing_;
  std::string separator_;         // of elements
  std::size_t element_begin_ = 0;  // the place in the separator where the next element begins
  std::size_t first_element_ = 0;
};

}  // namespace pgfk
