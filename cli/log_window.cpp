#include "cli/log_window.h"

#include <charconv>
#include <chrono>

#include <fmt/format.h>

namespace pgfk {
namespace {

/// Reads from the front of a text.
class Reader {
 public:
  explicit Reader(std::string_view text) : text_(text) {}

  bool at_end() const { return text_.empty(); }
  bool take(std::string_view word) {
    if (!text_.starts_with(word)) return false;
    text_.remove_prefix(word.size());
    return true;
  }
  std::optional<int> digits(std::size_t count) {
    int value = 0;
    if (text_.size() < count) return std::nullopt;
    const auto [end, trouble] = std::from_chars(text_.data(), text_.data() + count, value);
    if (trouble != std::errc() || end != text_.data() + count || value < 0) return std::nullopt;
    text_.remove_prefix(count);
    return value;
  }
  std::string_view digits() {
    const std::size_t end = std::min(text_.find_first_not_of("0123456789"), text_.size());
    const std::string_view found = text_.substr(0, end);
    text_.remove_prefix(end);
    return found;
  }
  void skip_blanks() { text_.remove_prefix(std::min(text_.find_first_not_of(' '), text_.size())); }

 private:
  std::string_view text_;
};

/// Seconds east of Greenwich; empty where it is no zone.
std::optional<int> read_zone(Reader& in) {
  if (in.take("Z") || in.take("UTC") || in.take("GMT")) return 0;
  const bool east = in.take("+");
  if (!east && !in.take("-")) return std::nullopt;
  const std::optional<int> hours = in.digits(2);
  if (!hours || *hours > 15) return std::nullopt;
  in.take(":");
  const int minutes = in.at_end() ? 0 : in.digits(2).value_or(60);
  if (minutes > 59) return std::nullopt;
  return (east ? 1 : -1) * (*hours * 3600 + minutes * 60);
}

constexpr std::int64_t kSecond = 1'000'000;

}  // namespace

std::optional<LogMoment> parse_moment(std::string_view text) {
  Reader in(text);
  const std::optional<int> year = in.digits(4);
  if (!year || !in.take("-")) return std::nullopt;
  const std::optional<int> month = in.digits(2);
  if (!month || !in.take("-")) return std::nullopt;
  const std::optional<int> day = in.digits(2);
  if (!day) return std::nullopt;
  const std::chrono::year_month_day date{std::chrono::year(*year), std::chrono::month(static_cast<unsigned>(*month)),
                                         std::chrono::day(static_cast<unsigned>(*day))};
  if (!date.ok()) return std::nullopt;
  LogMoment moment{fmt::format("{:04}-{:02}-{:02}", *year, *month, *day), std::nullopt, 24 * 3600 * kSecond};
  std::int64_t since_midnight = 0;
  if ((in.take("T") || in.take(" ")) && !in.at_end()) {
    const std::optional<int> hour = in.digits(2);
    if (!hour || *hour > 23 || !in.take(":")) return std::nullopt;
    const std::optional<int> minute = in.digits(2);
    if (!minute || *minute > 59) return std::nullopt;
    moment.wall += fmt::format("T{:02}:{:02}", *hour, *minute);
    moment.length = 60 * kSecond;
    since_midnight = (std::int64_t{*hour} * 3600 + *minute * 60) * kSecond;
    if (in.take(":")) {
      const std::optional<int> second = in.digits(2);
      if (!second || *second > 60) return std::nullopt;
      moment.wall += fmt::format(":{:02}", *second);
      moment.length = kSecond;
      since_midnight += *second * kSecond;
      if (in.take(".")) {
        const std::string_view fraction = in.digits();
        constexpr std::size_t kMostDigits = 6;
        if (fraction.empty() || fraction.size() > kMostDigits) return std::nullopt;
        moment.wall += '.' + std::string(fraction);
        for (const char digit : fraction) {
          moment.length /= 10;
          since_midnight += (digit - '0') * moment.length;
        }
      }
    }
  }
  in.skip_blanks();
  if (in.at_end()) return moment;
  const std::optional<int> zone = read_zone(in);
  if (!zone || !in.at_end()) return std::nullopt;
  const std::int64_t days = std::chrono::sys_days(date).time_since_epoch().count();
  moment.microseconds = days * 24 * 3600 * kSecond + since_midnight - *zone * kSecond;
  return moment;
}

bool LogWindow::contains(const LogTime& time) const {
  if (begin && (begin->microseconds ? time.microseconds < *begin->microseconds : time.text < begin->wall)) return false;
  if (!end) return true;
  if (end->microseconds) return time.microseconds < *end->microseconds + end->length;
  return std::string_view(time.text).substr(0, end->wall.size()) <= end->wall;
}

}  // namespace pgfk
