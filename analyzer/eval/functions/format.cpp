// format(), quoting, to_char and to_date for the patterns people use; other patterns are a Doubt. Source: varlena.c, quote.c, formatting.c.
#include <algorithm>
#include <array>
#include <charconv>

#include "analyzer/eval/casts.h"
#include "analyzer/eval/functions/date_fields.h"
#include "analyzer/eval/implementations.h"
#include "analyzer/eval/regclass.h"
#include "analyzer/types/calendar.h"
#include "analyzer/types/numeric.h"

namespace pgfk {

namespace {

Value text(std::string value) { return Value::of(TypeId::text, std::move(value)); }

std::string quote(const std::string& value) {
  std::string quoted = value.find('\\') == std::string::npos ? "'" : " E'";
  for (const char c : value) {
    if (c == '\'' || c == '\\') quoted += c;
    quoted += c;
  }
  return quoted + "'";
}
Outcome<Value> quote_ident(const CallContext&, Arguments a) { return text(quote_identifier(a[0].text())); }
Outcome<Value> quote_literal(const CallContext& context, Arguments a) { return text(quote(text_of(context.host, a[0]))); }
Outcome<Value> quote_nullable(const CallContext& context, Arguments a) {
  return a[0].is_null() ? text("NULL") : quote_literal(context, a);
}

/// %s, %I, %L and %%; widths and positions are a Doubt.
Outcome<Value> format(const CallContext& context, Arguments a) {
  if (a[0].is_null()) return Value::null(TypeId::text);
  const std::string& pattern = a[0].text();
  std::string result;
  std::size_t next = 1;
  for (std::size_t at = 0; at < pattern.size(); ++at) {
    if (pattern[at] != '%') {
      result += pattern[at];
      continue;
    }
    if (++at == pattern.size()) return ServerError{"22023", "unterminated format() type specifier"};
    const char kind = pattern[at];
    if (kind == '%') {
      result += '%';
      continue;
    }
    if (kind != 's' && kind != 'I' && kind != 'L') return Doubt{"format() with \"%" + std::string(1, kind) + "\" is not evaluated offline"};
    if (next >= a.size()) return ServerError{"22023", "too few arguments for format()"};
    const Value& value = a[next++];
    const std::string shown = value.is_null() ? std::string() : text_of(context.host, value);
    if (kind == 's') result += shown;
    else if (kind == 'L') result += value.is_null() ? "NULL" : quote(shown);
    else if (value.is_null()) return ServerError{"22004", "null values cannot be formatted as an SQL identifier"};
    else result += quote_identifier(shown);
  }
  return text(std::move(result));
}

// --- numbers: [FM] 0s and 9s, at most one point ---

Outcome<Value> number_to_char(const std::string& number, std::string_view pattern) {
  const auto no = [&] { return Doubt{"to_char with the pattern \"" + std::string(pattern) + "\" is not evaluated offline"}; };
  const bool fill = pattern.starts_with("FM");
  const std::string_view shape = fill ? pattern.substr(2) : pattern;
  const std::size_t point = shape.find('.');
  const std::string_view whole = shape.substr(0, point);
  const std::string_view fraction = point == std::string_view::npos ? std::string_view() : shape.substr(point + 1);
  if (whole.empty() || whole.find_first_not_of("09") != std::string_view::npos || fraction.find_first_not_of("0") != std::string_view::npos) return no();
  if (whole.find('9') > whole.find('0') && whole.find('0') != std::string_view::npos && whole.find('9') != std::string_view::npos) return no();
  if (numeric_is_special(number)) return no();
  std::string digits = numeric_round(number, static_cast<int>(fraction.size()));
  const bool negative = digits.starts_with('-');
  if (negative) digits.erase(0, 1);
  const std::size_t dot = digits.find('.');
  std::string integral = digits.substr(0, dot);
  const std::string rest = dot == std::string::npos ? std::string() : digits.substr(dot);
  if (integral == "0" && whole.find('0') == std::string_view::npos) {
    if (!rest.empty()) return no();
  }
  if (integral.size() > whole.size()) {
    return text((fill ? std::string() : std::string(negative ? "-" : " ")) + std::string(whole.size(), '#') + (rest.empty() ? "" : "." + std::string(rest.size() - 1, '#')));
  }
  // Zeros from the first 0 of the pattern on, blanks (none under FM) before.
  const std::size_t first_zero = whole.find('0');
  const std::size_t zeros = first_zero == std::string_view::npos ? 0 : whole.size() - first_zero;
  if (integral.size() < zeros) integral.insert(0, zeros - integral.size(), '0');
  const std::size_t blanks = fill ? 0 : whole.size() - integral.size();
  const std::string sign = negative ? "-" : fill ? "" : " ";
  return text(std::string(blanks, ' ') + sign + integral + rest);
}
Outcome<Value> integer_to_char(const CallContext&, Arguments a) { return number_to_char(numeric_from_int64(a[0].integer()), a[1].text()); }
Outcome<Value> numeric_to_char(const CallContext&, Arguments a) { return number_to_char(a[0].text(), a[1].text()); }

Outcome<Value> to_number(const CallContext&, Arguments a) {
  const auto no = [&] { return Doubt{"to_number with the pattern \"" + a[1].text() + "\" is not evaluated offline"}; };
  if (a[1].text().find_first_not_of("09.") != std::string::npos || a[0].text().find_first_not_of("0123456789.") != std::string::npos) return no();
  if (a[0].text().size() > a[1].text().size() || a[0].text().find('.') != a[1].text().find('.')) return no();
  Outcome<std::string> number = read_numeric_text(a[0].text(), 15);
  return number.ok() ? Outcome<Value>(Value::of(TypeId::numeric, std::move(*number))) : no();
}

// --- times ---

enum class Piece { year4, month2, day2, hour24, hour12, minute, second, millisecond, microsecond, day_of_year, month_name, month_short, day_name, day_short, year2, quarter, literal };

struct Word {
  std::string_view spelling;
  Piece piece;
};

// Longer spellings first. Names are told apart by case: the others may be written in either.
constexpr Word kWords[] = {
    {"YYYY", Piece::year4}, {"HH24", Piece::hour24}, {"HH12", Piece::hour12}, {"Month", Piece::month_name}, {"DDD", Piece::day_of_year},
    {"Mon", Piece::month_short}, {"Day", Piece::day_name}, {"Dy", Piece::day_short}, {"MM", Piece::month2}, {"DD", Piece::day2}, {"MI", Piece::minute},
    {"SS", Piece::second}, {"MS", Piece::millisecond}, {"US", Piece::microsecond}, {"HH", Piece::hour12}, {"YY", Piece::year2}, {"Q", Piece::quarter},
    {"yyyy", Piece::year4}, {"hh24", Piece::hour24}, {"mm", Piece::month2}, {"dd", Piece::day2}, {"mi", Piece::minute}, {"ss", Piece::second},
    {"yy", Piece::year2},
};
constexpr std::array<std::string_view, 12> kMonths = {"January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December"};
constexpr std::array<std::string_view, 7> kDays = {"Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"};

struct Token {
  Piece piece = Piece::literal;
  std::string literal;
};

/// nullopt for patterns with anything but the words above, digits' separators and quoted text.
std::optional<std::vector<Token>> read_pattern(std::string_view pattern, bool& fill) {
  std::vector<Token> tokens;
  fill = pattern.starts_with("FM");
  if (fill) pattern.remove_prefix(2);
  while (!pattern.empty()) {
    const auto word = std::find_if(std::begin(kWords), std::end(kWords), [&](const Word& entry) { return pattern.starts_with(entry.spelling); });
    if (word != std::end(kWords)) {
      tokens.push_back({word->piece, {}});
      pattern.remove_prefix(word->spelling.size());
    } else if (pattern.front() == '"') {
      const std::size_t end = pattern.find('"', 1);
      if (end == std::string_view::npos) return std::nullopt;
      tokens.push_back({Piece::literal, std::string(pattern.substr(1, end - 1))});
      pattern.remove_prefix(end + 1);
    } else if (std::string_view("-/:., _").find(pattern.front()) != std::string_view::npos) {
      tokens.push_back({Piece::literal, std::string(1, pattern.front())});
      pattern.remove_prefix(1);
    } else {
      return std::nullopt;
    }
  }
  return tokens;
}

std::string digits(std::int64_t number, std::size_t width) {
  std::string shown = std::to_string(number);
  if (shown.size() < width) shown.insert(0, width - shown.size(), '0');
  return shown;
}

std::string padded(std::string_view name, bool fill) {
  constexpr std::size_t kLongestName = 9;  // September, Wednesday
  std::string shown(name);
  if (!fill) shown.resize(std::max(kLongestName, shown.size()), ' ');
  return shown;
}

Outcome<Value> timestamp_to_char(const CallContext& context, Arguments a) {
  const Outcome<Value> local = a[0].type() == TypeId::timestamp ? Outcome<Value>(a[0]) : cast_value(context.types, a[0], TypeId::timestamp, -1, CastContext::explicit_);
  if (!local) return local;
  bool fill = false;
  const std::optional<std::vector<Token>> tokens = read_pattern(a[1].text(), fill);
  const Civil civil = civil_of(local->integer());
  if (!tokens || fill || civil.year < 1 || civil.year > 9999) return Doubt{"to_char with the pattern \"" + a[1].text() + "\" is not evaluated offline"};
  const auto asked = [&](std::string_view unit) { return std::stoi(*field_of(unit, *local)); };
  std::string result;
  for (const Token& token : *tokens) {
    switch (token.piece) {
      case Piece::year4: result += digits(civil.year, 4); break;
      case Piece::year2: result += digits(civil.year % 100, 2); break;
      case Piece::month2: result += digits(civil.month, 2); break;
      case Piece::day2: result += digits(civil.day, 2); break;
      case Piece::hour24: result += digits(civil.hour, 2); break;
      case Piece::hour12: result += digits(civil.hour % 12 == 0 ? 12 : civil.hour % 12, 2); break;
      case Piece::minute: result += digits(civil.minute, 2); break;
      case Piece::second: result += digits(civil.second, 2); break;
      case Piece::millisecond: result += digits(civil.fraction / 1000, 3); break;
      case Piece::microsecond: result += digits(civil.fraction, 6); break;
      case Piece::day_of_year: result += digits(asked("doy"), 3); break;
      case Piece::quarter: result += digits(asked("quarter"), 1); break;
      case Piece::month_name: result += padded(kMonths[static_cast<std::size_t>(civil.month - 1)], fill); break;
      case Piece::month_short: result += kMonths[static_cast<std::size_t>(civil.month - 1)].substr(0, 3); break;
      case Piece::day_name: result += padded(kDays[static_cast<std::size_t>(asked("dow"))], fill); break;
      case Piece::day_short: result += kDays[static_cast<std::size_t>(asked("dow"))].substr(0, 3); break;
      case Piece::literal: result += token.literal; break;
    }
  }
  return text(std::move(result));
}

/// Strict about the shape: fields of full width with the very separators of the pattern. What else to_date takes is a Doubt.
std::optional<Civil> read_civil(std::string_view value, const std::vector<Token>& tokens) {
  Civil civil{1, 1, 1, 0, 0, 0, 0};
  for (const Token& token : tokens) {
    if (token.piece == Piece::literal) {
      if (!value.starts_with(token.literal)) return std::nullopt;
      value.remove_prefix(token.literal.size());
      continue;
    }
    const std::size_t width = token.piece == Piece::year4 ? 4 : token.piece == Piece::millisecond ? 3 : token.piece == Piece::microsecond ? 6 : 2;
    int number = 0;
    if (value.size() < width || value.substr(0, width).find_first_not_of("0123456789") != std::string_view::npos) return std::nullopt;
    std::from_chars(value.data(), value.data() + width, number);
    value.remove_prefix(width);
    switch (token.piece) {
      case Piece::year4: civil.year = number; break;
      case Piece::month2: civil.month = number; break;
      case Piece::day2: civil.day = number; break;
      case Piece::hour24: civil.hour = number; break;
      case Piece::minute: civil.minute = number; break;
      case Piece::second: civil.second = number; break;
      case Piece::millisecond: civil.fraction = number * 1000; break;
      case Piece::microsecond: civil.fraction = number; break;
      default: return std::nullopt;
    }
  }
  const bool valid = value.empty() && civil.year > 0 && civil.month >= 1 && civil.month <= 12 && civil.day >= 1 &&
                     civil.day <= days_in_month(civil.year, civil.month) && civil.hour < 24 && civil.minute < 60 && civil.second < 60;
  return valid ? std::optional(civil) : std::nullopt;
}

Outcome<Value> to_time(const CallContext& context, Arguments a) {
  bool fill = false;
  const std::optional<std::vector<Token>> tokens = read_pattern(a[1].text(), fill);
  const std::optional<Civil> civil = tokens && !fill ? read_civil(a[0].text(), *tokens) : std::nullopt;
  if (!civil) return Doubt{"reading \"" + a[0].text() + "\" as \"" + a[1].text() + "\" is not evaluated offline"};
  const std::int64_t days = std::int64_t{julian_day(civil->year, civil->month, civil->day)} - kEpochJulian;
  if (context.result == TypeId::date) return Value::of(TypeId::date, days);
  const std::int64_t clock = time_of_day(civil->hour, civil->minute, civil->second, civil->fraction);
  return cast_value(context.types, Value::of(TypeId::timestamp, days * kDay + clock), TypeId::timestamptz, -1, CastContext::explicit_);
}

constexpr ImplementationEntry kFormat[] = {
    {"quote_ident", quote_ident}, {"quote_literal", quote_literal}, {"quote_nullable", quote_nullable}, {"text_format", format},
    {"text_format_nv", format}, {"int4_to_char", integer_to_char}, {"int8_to_char", integer_to_char}, {"numeric_to_char", numeric_to_char},
    {"numeric_to_number", to_number}, {"timestamp_to_char", timestamp_to_char}, {"timestamptz_to_char", timestamp_to_char},
    {"to_date", to_time}, {"to_timestamp", to_time},
};

}  // namespace

std::span<const ImplementationEntry> format_functions() { return kFormat; }

}  // namespace pgfk
