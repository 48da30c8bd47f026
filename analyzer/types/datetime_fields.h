// A date, time or interval literal split into fields, before anybody asks what they mean. Source: datetime.c, ParseDateTime.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>

namespace pgfk {

enum class FieldKind : std::uint8_t { number, word, date, time, zone /* a sign and digits */, special /* a sign and letters */ };

struct DateTimeText {
  static constexpr std::size_t kMaxFields = 25;
  struct Field {
    FieldKind kind = FieldKind::number;
    std::string_view text;  // into `buffer`, lower case
  };
  std::array<Field, kMaxFields> fields;
  std::size_t count = 0;
  std::array<char, 288> buffer;

  DateTimeText() = default;
  DateTimeText(const DateTimeText&) = delete;             // the fields point into the buffer
  DateTimeText& operator=(const DateTimeText&) = delete;
};

/// The bytes of work space the server has; a longer literal is no literal.
inline constexpr std::size_t kDateWorkspace = 129, kTimestampWorkspace = 153, kIntervalWorkspace = 256;

/// False where the text cannot be split: "bad format".
bool split_datetime(std::string_view text, std::size_t workspace, int server_version, DateTimeText& out);

/// Leading digits of a field, as strtol reads them (no digits are 0).
struct LeadingInteger {
  std::int64_t value = 0;
  std::string_view rest;
  bool overflow = false;
};
LeadingInteger leading_int32(std::string_view text);
LeadingInteger leading_int64(std::string_view text);
/// ".5" as 0.5; false where something else stands there.
bool read_fraction(std::string_view text, double& fraction);
/// .. as microseconds, rounded to even.
bool read_fraction_microseconds(std::string_view text, std::int64_t& microseconds);

}  // namespace pgfk
