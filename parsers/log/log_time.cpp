#include "parsers/log/log_time.h"

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdio>

#include <absl/time/time.h>

#include "parsers/sql/characters.h"

namespace pgfk {
namespace {

using std::chrono::days;

constexpr std::int64_t kSecond = 1'000'000;  // microseconds

struct Abbreviation {
  std::string_view name;
  int minutes;
  bool several;  // other zones use it too; this is what the server takes it for by default
};
// Source: src/timezone/tznames/Default; what is left out there is not here either.
constexpr std::array kAbbreviations = {
    Abbreviation{"UTC", 0, false},   Abbreviation{"GMT", 0, false},   Abbreviation{"UCT", 0, false},  Abbreviation{"Z", 0, false},
    Abbreviation{"WET", 0, false},   Abbreviation{"WEST", 60, false}, Abbreviation{"BST", 60, true},  Abbreviation{"CET", 60, false},
    Abbreviation{"CEST", 120, false}, Abbreviation{"MET", 60, false}, Abbreviation{"MEST", 120, false}, Abbreviation{"EET", 120, false},
    Abbreviation{"EEST", 180, false}, Abbreviation{"SAST", 120, false}, Abbreviation{"MSK", 180, false}, Abbreviation{"MSD", 240, false},
    Abbreviation{"IST", 120, true},  Abbreviation{"IDT", 180, false}, Abbreviation{"EAT", 180, false}, Abbreviation{"PKT", 300, false},
    Abbreviation{"JST", 540, false}, Abbreviation{"KST", 540, false}, Abbreviation{"HKT", 480, false}, Abbreviation{"WIB", 420, false},
    Abbreviation{"AWST", 480, false}, Abbreviation{"ACST", 570, false}, Abbreviation{"ACDT", 630, false}, Abbreviation{"AEST", 600, false},
    Abbreviation{"AEDT", 660, false}, Abbreviation{"NZST", 720, false}, Abbreviation{"NZDT", 780, false}, Abbreviation{"EST", -300, true},
    Abbreviation{"EDT", -240, true}, Abbreviation{"CST", -360, true}, Abbreviation{"CDT", -300, true}, Abbreviation{"MST", -420, true},
    Abbreviation{"MDT", -360, false}, Abbreviation{"PST", -480, true}, Abbreviation{"PDT", -420, false}, Abbreviation{"AST", -240, true},
    Abbreviation{"ADT", -180, true}, Abbreviation{"NST", -210, false}, Abbreviation{"NDT", -150, false}, Abbreviation{"AKST", -540, false},
    Abbreviation{"AKDT", -480, false}, Abbreviation{"HST", -600, false},
};

constexpr std::array<std::string_view, 12> kMonths = {"Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};

bool is_letter(char c) { return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z'); }

/// A text that is read from the front.
class Cursor {
 public:
  explicit Cursor(std::string_view text) : text_(text) {}
  bool take(char c) {
    if (at_ >= text_.size() || text_[at_] != c) return false;
    ++at_;
    return true;
  }
  bool take_any(std::string_view chars) { return at_ < text_.size() && chars.find(text_[at_]) != std::string_view::npos && ++at_ > 0; }
  /// Exactly `count` digits.
  bool digits(std::size_t count, int& value) {
    if (text_.size() - at_ < count) return false;
    int sum = 0;
    for (std::size_t place = 0; place < count; ++place) {
      if (!is_digit(text_[at_ + place])) return false;
      sum = sum * 10 + (text_[at_ + place] - '0');
    }
    at_ += count;
    value = sum;
    return true;
  }
  std::string_view rest() const { return text_.substr(at_); }
  std::size_t at() const { return at_; }
  void skip(std::size_t count) { at_ += count; }
  bool done() const { return at_ == text_.size(); }

 private:
  std::string_view text_;
  std::size_t at_ = 0;
};

struct Clock {
  int year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0;
  int fraction_digits = 0;
  std::int64_t microseconds = 0;  // the fraction

  bool valid() const { return month >= 1 && month <= 12 && day >= 1 && day <= 31 && hour <= 24 && minute <= 59 && second <= 60; }
  /// As if it were UTC.
  std::int64_t as_utc() const {
    const std::chrono::sys_days date = std::chrono::year(year) / month / day;
    const std::int64_t seconds = std::int64_t{date.time_since_epoch().count()} * 86400 + hour * 3600 + minute * 60 + second;
    return seconds * kSecond + microseconds;
  }
};

bool read_fraction(Cursor& cursor, Clock& clock) {
  std::int64_t unit = 100'000;
  const std::size_t before = cursor.at();
  int digit = 0;
  while (cursor.at() - before < 9 && cursor.digits(1, digit)) {
    clock.microseconds += digit * unit;
    unit /= 10;
  }
  clock.fraction_digits = static_cast<int>(std::min<std::size_t>(cursor.at() - before, 6));
  return cursor.at() > before;
}

bool read_clock(Cursor& cursor, Clock& clock) {
  if (!(cursor.digits(2, clock.hour) && cursor.take(':') && cursor.digits(2, clock.minute) && cursor.take(':') && cursor.digits(2, clock.second))) return false;
  return !cursor.take('.') || read_fraction(cursor, clock);
}

bool read_date(Cursor& cursor, Clock& clock) {
  return cursor.digits(4, clock.year) && cursor.take('-') && cursor.digits(2, clock.month) && cursor.take('-') && cursor.digits(2, clock.day);
}

/// "Nov 20 " or "Nov  2 ".
bool read_month_and_day(Cursor& cursor, Clock& clock) {
  const auto month = std::ranges::find(kMonths, cursor.rest().substr(0, 3));
  if (month == kMonths.end()) return false;
  clock.month = static_cast<int>(month - kMonths.begin()) + 1;
  cursor.skip(3);
  if (!cursor.take(' ')) return false;
  const bool padded = cursor.take(' ');
  return (padded ? cursor.digits(1, clock.day) : cursor.digits(2, clock.day)) && cursor.take(' ');
}

/// "+02", "+0230", "+02:30"; minutes east of UTC.
std::optional<int> read_offset(std::string_view text) {
  Cursor cursor(text);
  const bool west = text.starts_with('-');
  int hours = 0, minutes = 0;
  if (!cursor.take_any("+-") || !cursor.digits(2, hours)) return std::nullopt;
  if (!cursor.done()) {
    cursor.take(':');
    if (!cursor.digits(2, minutes)) return std::nullopt;
  }
  if (!cursor.done() || hours > 15 || minutes > 59) return std::nullopt;
  return (west ? -1 : 1) * (hours * 60 + minutes);
}

LogTime with_offset(const Clock& clock, int minutes) {
  LogTime time;
  time.microseconds = clock.as_utc() - std::int64_t{minutes} * 60 * kSecond;
  char text[64];
  std::snprintf(text, sizeof text, "%04d-%02d-%02dT%02d:%02d:%02d", clock.year, clock.month, clock.day, clock.hour, clock.minute, clock.second);
  time.text = text;
  if (clock.fraction_digits > 0) {
    std::snprintf(text, sizeof text, ".%06d", static_cast<int>(clock.microseconds));
    time.text.append(text, 1 + static_cast<std::size_t>(clock.fraction_digits));
  }
  const int size = minutes < 0 ? -minutes : minutes;
  std::snprintf(text, sizeof text, "%c%02d:%02d", minutes < 0 ? '-' : '+', size / 60, size % 60);
  time.text += text;
  return time;
}

Clock clock_of_unix(std::int64_t microseconds, int fraction_digits) {
  const auto whole = std::chrono::floor<days>(std::chrono::sys_time<std::chrono::microseconds>(std::chrono::microseconds(microseconds)));
  const std::chrono::year_month_day date(whole);
  const std::int64_t of_day = microseconds - std::int64_t{whole.time_since_epoch().count()} * 86400 * kSecond;
  Clock clock;
  clock.year = int{date.year()};
  clock.month = static_cast<int>(unsigned{date.month()});
  clock.day = static_cast<int>(unsigned{date.day()});
  const auto seconds = static_cast<int>(of_day / kSecond);
  clock.hour = seconds / 3600;
  clock.minute = seconds / 60 % 60;
  clock.second = seconds % 60;
  clock.microseconds = of_day % kSecond;
  clock.fraction_digits = fraction_digits;
  return clock;
}

constexpr std::int64_t kLatestUnixSecond = 253'402'300'799;  // the end of 9999: beyond that our texts have no shape

}  // namespace

struct LogTimes::Zone {
  absl::TimeZone zone = absl::UTCTimeZone();
  bool given = false;
  bool known = true;

  int minutes_at(const Clock& clock) const {
    const absl::CivilSecond civil(clock.year, clock.month, clock.day, clock.hour, clock.minute, clock.second);
    return zone.At(absl::FromCivil(civil, zone)).offset / 60;
  }
  /// The offset that goes with the abbreviation in this zone: of an hour that comes twice, the one that is called so.
  std::optional<int> minutes_of(const Clock& clock, std::string_view abbreviation) const {
    const absl::CivilSecond civil(clock.year, clock.month, clock.day, clock.hour, clock.minute, clock.second);
    const absl::TimeZone::TimeInfo info = zone.At(civil);
    for (const absl::Time candidate : {info.pre, info.post}) {
      const absl::TimeZone::CivilInfo at = zone.At(candidate);
      if (at.zone_abbr == abbreviation) return at.offset / 60;
    }
    return std::nullopt;
  }
};

LogTimes::LogTimes(const std::string& zone, std::optional<int> year) : zone_(std::make_unique<Zone>()), year_(1970), year_given_(year.has_value()) {
  const auto today = std::chrono::floor<days>(std::chrono::system_clock::now());
  year_ = year.value_or(int{std::chrono::year_month_day(today).year()});
  if (zone.empty()) return;
  zone_->given = true;
  if (const std::optional<int> minutes = read_offset(zone)) {
    zone_->zone = absl::FixedTimeZone(*minutes * 60);
  } else {
    zone_->known = absl::LoadTimeZone(zone, &zone_->zone);
  }
}

LogTimes::~LogTimes() = default;

bool LogTimes::zone_known() const { return zone_->known; }

std::optional<LogTime> LogTimes::read(std::string_view text) const {
  Cursor cursor(text);
  Clock clock;
  const bool old_syslog = !text.empty() && is_letter(text.front());
  if (old_syslog) {
    if (!read_month_and_day(cursor, clock)) return std::nullopt;
    clock.year = year_;
  } else if (text.find('-') == std::string_view::npos) {
    // Unix seconds with milliseconds: "1795170787.095".
    std::int64_t seconds = 0;
    int digit = 0;
    while (cursor.at() < 12 && cursor.digits(1, digit)) seconds = seconds * 10 + digit;
    if (cursor.at() < 9 || !cursor.take('.') || !read_fraction(cursor, clock) || !cursor.done() || seconds > kLatestUnixSecond) return std::nullopt;
    return with_offset(clock_of_unix(seconds * kSecond + clock.microseconds, clock.fraction_digits), 0);
  } else if (!read_date(cursor, clock) || !cursor.take_any(" T")) {
    return std::nullopt;
  }
  if (!read_clock(cursor, clock) || !clock.valid()) return std::nullopt;

  cursor.take(' ');
  const std::string_view zone = cursor.rest();
  const auto assumed = [&](int minutes) {
    LogTime time = with_offset(clock, minutes);
    time.zone_assumed = !zone_->given;
    time.year_assumed = old_syslog && !year_given_;
    return time;
  };
  if (zone.empty()) return assumed(zone_->minutes_at(clock));
  if (const std::optional<int> minutes = read_offset(zone)) return with_offset(clock, *minutes);
  if (zone_->given) {
    if (const std::optional<int> minutes = zone_->minutes_of(clock, zone)) return with_offset(clock, *minutes);
  }
  const auto* found = std::ranges::find(kAbbreviations, zone, &Abbreviation::name);
  if (found == kAbbreviations.end()) {
    if (!std::ranges::all_of(zone, is_letter)) return std::nullopt;
    return assumed(zone_->minutes_at(clock));
  }
  LogTime time = with_offset(clock, found->minutes);
  time.zone_assumed = found->several;
  return time;
}

LogTime LogTimes::of_unix(std::int64_t count, std::int64_t microseconds_per_unit) const {
  const std::int64_t limit = kLatestUnixSecond * kSecond / microseconds_per_unit;
  const std::int64_t whole = std::clamp<std::int64_t>(count, 0, limit) * microseconds_per_unit;
  return with_offset(clock_of_unix(whole, microseconds_per_unit >= 1000 ? 3 : 6), 0);
}

std::size_t LogTimes::length_of_timestamp(std::string_view text) {
  Cursor cursor(text);
  Clock clock;
  if (!read_date(cursor, clock) || !cursor.take_any(" T") || !read_clock(cursor, clock)) return 0;
  const std::size_t bare = cursor.at();
  if (cursor.take('Z')) return cursor.at();
  cursor.take(' ');
  const std::string_view rest = cursor.rest();
  std::size_t length = 0;
  if (!rest.empty() && (rest.front() == '+' || rest.front() == '-')) {
    length = 1;
    while (length < rest.size() && length <= 6 && (is_digit(rest[length]) || rest[length] == ':')) ++length;
    while (length > 1 && !read_offset(rest.substr(0, length))) --length;
    return length > 1 ? cursor.at() + length : bare;
  }
  while (length < rest.size() && is_letter(rest[length])) ++length;
  return length >= 1 && length <= 6 && cursor.at() > bare ? cursor.at() + length : bare;
}

}  // namespace pgfk
