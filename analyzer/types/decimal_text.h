// A number as decimal digits on both sides of the point: rounding and padding without arithmetic.
#pragma once

#include <string>
#include <string_view>

namespace pgfk {

struct DecimalText {
  bool negative = false;
  std::string integer;   // no zeros in front; empty for numbers below 1
  std::string fraction;  // as long as the scale

  /// A canonical finite text ("-12.50").
  static DecimalText of(std::string_view text);
  std::string str() const;
  bool is_zero() const;
  /// To `scale` digits behind the point, half away from zero, or cut. Negative scales make zeros before the point.
  void round(int scale);
  void cut(int scale);

 private:
  void add_one();  // at the last digit kept
};

}  // namespace pgfk
