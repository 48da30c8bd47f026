#include "analyzer/types/decimal_text.h"

#include <algorithm>

namespace pgfk {

DecimalText DecimalText::of(std::string_view text) {
  DecimalText number;
  if (!text.empty() && text.front() == '-') {
    number.negative = true;
    text.remove_prefix(1);
  }
  const std::size_t point = text.find('.');
  number.integer = text.substr(0, point);
  number.integer.erase(0, std::min(number.integer.find_first_not_of('0'), number.integer.size()));
  if (point != std::string_view::npos) number.fraction = text.substr(point + 1);
  return number;
}

std::string DecimalText::str() const {
  std::string text;
  text.reserve(integer.size() + fraction.size() + 3);
  if (negative && !is_zero()) text += '-';
  if (integer.empty()) text += '0';
  text += integer;
  if (!fraction.empty()) text.append(1, '.').append(fraction);
  return text;
}

bool DecimalText::is_zero() const {
  return integer.empty() && fraction.find_first_not_of('0') == std::string::npos;
}

void DecimalText::add_one() {
  for (std::size_t at = fraction.size(); at > 0; --at) {
    if (fraction[at - 1] != '9') {
      ++fraction[at - 1];
      return;
    }
    fraction[at - 1] = '0';
  }
  for (std::size_t at = integer.size(); at > 0; --at) {
    if (integer[at - 1] != '9') {
      ++integer[at - 1];
      return;
    }
    integer[at - 1] = '0';
  }
  integer.insert(integer.begin(), '1');
}

void DecimalText::round(int scale) {
  if (scale >= 0) {
    const std::size_t keep = static_cast<std::size_t>(scale);
    const bool up = keep < fraction.size() && fraction[keep] >= '5';
    fraction.resize(keep, '0');
    if (up) add_one();
    return;
  }
  const std::size_t drop = static_cast<std::size_t>(-scale);
  fraction.clear();
  if (drop > integer.size()) {
    integer.clear();
    return;
  }
  const bool up = integer[integer.size() - drop] >= '5';
  integer.resize(integer.size() - drop);
  if (up) add_one();
  if (!integer.empty()) integer.append(drop, '0');
}

void DecimalText::cut(int scale) {
  if (scale >= 0) {
    fraction.resize(static_cast<std::size_t>(scale), '0');
    return;
  }
  fraction.clear();
  const std::size_t drop = static_cast<std::size_t>(-scale);
  if (drop >= integer.size()) {
    integer.clear();
  } else {
    std::fill(integer.end() - static_cast<std::ptrdiff_t>(drop), integer.end(), '0');
  }
}

}  // namespace pgfk
