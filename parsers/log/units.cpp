#include "parsers/log/units.h"

#include <algorithm>
#include <cstring>

#include "parsers/log/csv_record.h"

namespace pgfk {
namespace {

constexpr int kMostCsvCandidates = 4000;  // lines before a hit that are tried as the record's first one

/// Where the JSON value at `begin` ends; the text's size where it does not.
std::size_t end_of_object(std::string_view text, std::size_t begin) {
  int depth = 0;
  bool quoted = false;
  for (std::size_t at = begin; at < text.size(); ++at) {
    const char c = text[at];
    if (quoted) {
      if (c == '\\') {
        ++at;
      } else if (c == '"') {
        quoted = false;
      }
    } else if (c == '"') {
      quoted = true;
    } else if (c == '{') {
      ++depth;
    } else if (c == '}' && --depth == 0) {
      return at + 1;
    }
  }
  return text.size();
}

bool is_blank(std::string_view text) { return text.find_first_not_of(" \t\r\n") == std::string_view::npos; }

}  // namespace

Units::Units(std::string_view text, Framing framing) : text_(text), framing_(framing) {
  if (framing == Framing::journal_export) {
    separator_ = text.starts_with("__CURSOR=") ? "\n\n__CURSOR=" : "\n\n__REALTIME_TIMESTAMP=";
    element_begin_ = 2;
  }
  if (framing != Framing::json_document) return;
  const std::size_t bracket = text.find('[');
  const std::size_t first = bracket == std::string_view::npos ? bracket : text.find('{', bracket);
  if (first == std::string_view::npos) return;
  first_element_ = first;
  const std::size_t newline = text.substr(0, first).rfind('\n');
  if (newline != std::string_view::npos && is_blank(text.substr(newline, first - newline))) {
    // Printed over lines: elements begin with the first one's indentation, and what is inside is indented more.
    separator_ = std::string(text.substr(newline, first + 1 - newline));
    element_begin_ = separator_.size() - 1;
    return;
  }
  // On one line: "},{" and the first member's name. In a string its quote would be escaped.
  const std::size_t end = end_of_object(text.substr(0, std::min(text.size(), first + kLongestUnit)), first);
  const std::size_t second = text.find('{', end);
  if (second == std::string_view::npos || !is_blank(text.substr(std::min(end + 1, second), second - std::min(end + 1, second)))) return;
  const std::size_t name = text.find('"', second);
  const std::size_t name_end = name == std::string_view::npos ? name : text.find('"', name + 1);
  if (name_end == std::string_view::npos) return;
  separator_ = std::string(text.substr(end - 1, name_end + 1 - (end - 1)));
  element_begin_ = second - (end - 1);
}

bool Units::at(std::size_t offset, Unit& unit) const {
  if (offset >= text_.size()) return false;
  switch (framing_) {
    case Framing::lines: unit = line_at(offset); return true;
    case Framing::csv: return csv_at(offset, unit);
    case Framing::journal_export:
    case Framing::json_document: unit = element_at(offset); return unit.begin < unit.end;
  }
  return false;
}

bool Units::next(const Unit& unit, Unit& out) const { return unit.next < text_.size() && at(unit.next, out); }

bool Units::before(const Unit& unit, Unit& out) const {
  if (unit.begin == 0 || framing_ == Framing::csv) return false;
  return at(unit.begin - 1, out) && out.begin < unit.begin;
}

Unit Units::line_at(std::size_t offset) const {
  const std::size_t floor = offset > kLongestUnit ? offset - kLongestUnit : 0;
  const void* before = memrchr(text_.data() + floor, '\n', offset - floor);
  Unit unit;
  unit.begin = before == nullptr ? floor : static_cast<std::size_t>(static_cast<const char*>(before) - text_.data()) + 1;
  const std::size_t most = std::min(text_.size() - offset, kLongestUnit);
  const void* behind = std::memchr(text_.data() + offset, '\n', most);
  unit.end = behind == nullptr ? offset + most : static_cast<std::size_t>(static_cast<const char*>(behind) - text_.data());
  unit.next = std::min(unit.end + 1, text_.size());
  return unit;
}

Unit Units::element_at(std::size_t offset) const {
  Unit unit;
  unit.begin = first_element_;
  unit.end = unit.next = text_.size();
  if (separator_.empty()) return unit;
  const std::size_t floor = offset > kLongestUnit ? offset - kLongestUnit : 0;
  // A separator that begins at the offset or reaches over it belongs to the element behind it from where that begins.
  const std::string_view before = text_.substr(floor, offset + separator_.size() - floor);
  std::size_t found = before.rfind(separator_);
  while (found != std::string_view::npos && floor + found + element_begin_ > offset) {
    found = found == 0 ? std::string_view::npos : before.rfind(separator_, found - 1);
  }
  if (found != std::string_view::npos) unit.begin = std::max(first_element_, floor + found + element_begin_);
  const std::size_t behind = text_.find(separator_, unit.begin);
  if (behind != std::string_view::npos) {
    unit.end = framing_ == Framing::journal_export ? behind + 2 : behind + 1;
    unit.next = behind + element_begin_;
  }
  return unit;
}

bool Units::csv_at(std::size_t offset, Unit& unit) const {
  // The nearest line before that reads as a record which reaches over the offset. Text in a literal cannot: its quotes are doubled there.
  std::size_t behind = offset;
  for (int tries = 0; tries < kMostCsvCandidates && offset - behind <= kLongestUnit; ++tries) {
    const Unit line = line_at(behind);
    if (may_begin_csv_record(text_.substr(line.begin, 64))) {
      const std::optional<CsvRecord> record = csv_record_at(text_.substr(line.begin));
      if (record && line.begin + record->length > offset) {
        unit.begin = line.begin;
        unit.next = line.begin + record->length;
        unit.end = unit.next;
        return true;
      }
    }
    if (line.begin == 0) return false;
    behind = line.begin - 1;
  }
  return false;
}

}  // namespace pgfk
