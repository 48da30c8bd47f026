#include "analyzer/types/datetime_decode.h"

#include <cmath>

#include "analyzer/types/datetime_fields.h"
#include "analyzer/types/datetime_words.h"
#include "analyzer/types/family.h"
#include "analyzer/types/time_zone.h"

namespace pgfk {
namespace {

using Trouble = DateTimeTrouble;
using Field = DateField;

constexpr std::uint32_t bit(Field field) { return field_bit(field); }
constexpr int kMaxZoneHour = 15;

bool time_overflows(const Civil& c) {
  return c.hour < 0 || c.hour > 24 || c.minute < 0 || c.minute > 59 || c.second < 0 || c.second > 60 || c.fraction < 0 ||
         c.fraction > kSecond || time_of_day(c.hour, c.minute, c.second, c.fraction) > kDay;
}

/// Decodes one literal. The state is what DecodeDateTime keeps in locals; names of steps follow its functions.
class Decoder {
 public:
  Decoder(const DateTimeText& text, WantedTime wanted, const ValueSettings& settings, DecodedTime& out)
      : text_(text), wanted_(wanted), settings_(settings), out_(out), civil_(out.civil),
        time_only_(wanted == WantedTime::time || wanted == WantedTime::timetz) {}

  Trouble run() {
    for (index_ = 0; index_ < text_.count; ++index_) {
      seen_now_ = 0;
      skip_ = false;
      const Trouble trouble = decode_field(text_.fields[index_]);
      if (trouble != Trouble::none) return trouble;
      if (skip_) continue;
      if ((seen_now_ & seen_) != 0) return Trouble::bad_format;
      seen_ |= seen_now_;
    }
    if (newer() && prefix_ != kWordNone) return Trouble::bad_format;
    return finish();
  }

 private:
  bool newer() const { return settings_.server_version >= 16; }
  bool has(std::uint32_t bits) const { return (seen_ & bits) == bits; }

  Trouble decode_field(const DateTimeText::Field& field) {
    switch (field.kind) {
      case FieldKind::date: return time_only_ ? date_in_time(field.text) : date_field(field.text);
      case FieldKind::time: return time_field(field.text);
      case FieldKind::zone: seen_now_ = bit(Field::zone); return decode_zone(field.text);
      case FieldKind::number: return prefix_ != kWordNone ? prefixed_number(field.text) : number_field(field.text);
      case FieldKind::word:
      case FieldKind::special: return word_field(field.text);
    }
    return Trouble::bad_format;
  }

  Trouble set_julian(std::int64_t day) {
    if (day < 0) return Trouble::field_overflow;
    from_julian_day(static_cast<int>(day), civil_.year, civil_.month, civil_.day);
    is_julian_ = true;
    return Trouble::none;
  }

  Trouble date_field(std::string_view text) {
    if (prefix_ == kUnitJulian) {  // J2451187-08
      const LeadingInteger day = leading_int32(text);
      if (day.overflow) return Trouble::field_overflow;
      const Trouble trouble = set_julian(day.value);
      if (trouble != Trouble::none) return trouble;
      seen_now_ = kDateBits | kTimeBits | bit(Field::zone);
      prefix_ = kWordNone;
      return decode_zone(day.rest);
    }
    // With month and day known this is a zone's name, or a time run together with its zone (hhmmss-zz).
    if (prefix_ == kWordNone && !has(bit(Field::month) | bit(Field::day))) return decode_date(text);
    if (!is_digit(text.front()) && prefix_ == kWordNone) return named_zone(text);
    if (prefix_ != kWordNone && prefix_ != kUnitTime) return Trouble::bad_format;
    prefix_ = kWordNone;
    if (has(kTimeBits)) return Trouble::bad_format;
    return time_with_zone(text, seen_);
  }

  /// A time takes a date only where something else is the time.
  Trouble date_in_time(std::string_view text) {
    const FieldKind last = text_.fields[text_.count - 1].kind;
    if (index_ == 0 && text_.count >= 2 && (last == FieldKind::date || text_.fields[1].kind == FieldKind::time)) {
      return decode_date(text);
    }
    if (!is_digit(text.front())) return named_zone(text);
    if (has(kTimeBits)) return Trouble::bad_format;
    return time_with_zone(text, seen_ | kDateBits);
  }

  Trouble named_zone(std::string_view name) {
    zone_ = find_zone(name);
    if (zone_ == nullptr) {
      // With digits it may be a POSIX zone with daylight saving ("foo5bar"), whose rules we do not follow.
      if (name.find_first_of("0123456789") != std::string_view::npos) return Trouble::no_rules;
      out_.bad_zone = name;
      return Trouble::unknown_zone;
    }
    seen_now_ = bit(Field::zone);
    return Trouble::none;
  }

  Trouble time_with_zone(std::string_view text, std::uint32_t seen) {
    const std::size_t minus = text.find('-');
    if (minus == std::string_view::npos) return Trouble::bad_format;
    Trouble trouble = decode_zone(text.substr(minus));
    if (trouble == Trouble::none) trouble = decode_run_together(text.substr(0, minus), seen);
    seen_now_ |= bit(Field::zone);
    return trouble;
  }

  Trouble time_field(std::string_view text) {
    if (prefix_ != kWordNone) {  // after the T of an ISO time
      if (prefix_ != kUnitTime) return Trouble::bad_format;
      prefix_ = kWordNone;
    }
    seen_now_ = kTimeBits;
    LeadingInteger part = leading_int32(text);
    if (part.overflow) return Trouble::field_overflow;
    if (part.rest.empty() || part.rest.front() != ':') return Trouble::bad_format;
    civil_.hour = static_cast<int>(part.value);
    part = leading_int32(part.rest.substr(1));
    if (part.overflow) return Trouble::field_overflow;
    civil_.minute = static_cast<int>(part.value);
    civil_.second = 0;
    civil_.fraction = 0;
    if (!part.rest.empty() && part.rest.front() == '.') {  // mm:ss.fff
      if (!read_fraction_microseconds(part.rest, civil_.fraction)) return Trouble::bad_format;
      civil_.second = civil_.minute;
      civil_.minute = civil_.hour;
      civil_.hour = 0;
    } else if (!part.rest.empty()) {
      if (part.rest.front() != ':') return Trouble::bad_format;
      part = leading_int32(part.rest.substr(1));
      if (part.overflow) return Trouble::field_overflow;
      civil_.second = static_cast<int>(part.value);
      if (!part.rest.empty() && !read_fraction_microseconds(part.rest, civil_.fraction)) return Trouble::bad_format;
    }
    if (civil_.hour < 0 || civil_.minute < 0 || civil_.minute > 59 || civil_.second < 0 || civil_.second > 60 ||
        civil_.fraction < 0 || civil_.fraction > kSecond) {
      return Trouble::field_overflow;
    }
    return !time_only_ && time_overflows(civil_) ? Trouble::field_overflow : Trouble::none;
  }

  /// +hh, +hhmm, +hh:mm, +hh:mm:ss
  Trouble decode_zone(std::string_view text) {
    if (text.empty() || (text.front() != '+' && text.front() != '-')) return Trouble::bad_format;
    LeadingInteger part = leading_int32(text.substr(1));
    std::int64_t hour = part.value, minute = 0, second = 0;
    if (part.overflow) return Trouble::zone_overflow;
    if (!part.rest.empty() && part.rest.front() == ':') {
      part = leading_int32(part.rest.substr(1));
      if (part.overflow) return Trouble::zone_overflow;
      minute = part.value;
      if (!part.rest.empty() && part.rest.front() == ':') {
        part = leading_int32(part.rest.substr(1));
        if (part.overflow) return Trouble::zone_overflow;
        second = part.value;
      }
    } else if (part.rest.empty() && text.size() > 3) {
      minute = hour % 100;
      hour /= 100;
    }
    if (hour < 0 || hour > kMaxZoneHour || minute < 0 || minute >= 60 || second < 0 || second >= 60) {
      return Trouble::zone_overflow;
    }
    const std::int32_t east = static_cast<std::int32_t>((hour * 60 + minute) * 60 + second);
    out_.west = text.front() == '-' ? east : -east;
    return part.rest.empty() ? Trouble::none : Trouble::bad_format;
  }

  /// A number behind y, m, d, h, mm, s, j or t.
  Trouble prefixed_number(std::string_view text) {
    const LeadingInteger number = leading_int32(text);
    if (number.overflow) return Trouble::field_overflow;
    const bool fraction = !number.rest.empty() && number.rest.front() == '.';
    if (!number.rest.empty() && !fraction) return Trouble::bad_format;
    if (fraction && prefix_ != kUnitJulian && prefix_ != kUnitTime && prefix_ != kUnitSecond) return Trouble::bad_format;
    const int prefix = prefix_;
    prefix_ = kWordNone;
    const int value = static_cast<int>(number.value);
    const auto set = [&](int& to, Field field) {
      to = value;
      seen_now_ = bit(field);
      return Trouble::none;
    };
    switch (prefix) {
      case kUnitYear: return set(civil_.year, Field::year);
      case kUnitMonth:
        return has(bit(Field::hour)) && (time_only_ || has(bit(Field::month))) ? set(civil_.minute, Field::minute) : set(civil_.month, Field::month);
      case kUnitDay: return set(civil_.day, Field::day);
      case kUnitHour: return set(civil_.hour, Field::hour);
      case kUnitMinute: return set(civil_.minute, Field::minute);
      case kUnitSecond:
        set(civil_.second, Field::second);
        if (!fraction) return Trouble::none;
        seen_now_ = kSecondBits;
        return read_fraction_microseconds(number.rest, civil_.fraction) ? Trouble::none : Trouble::bad_format;
      case kUnitJulian: {
        const Trouble trouble = set_julian(number.value);
        if (trouble != Trouble::none) return trouble;
        seen_now_ = kDateBits;
        if (!fraction) return Trouble::none;
        double part = 0;
        if (!read_fraction(number.rest, part)) return Trouble::bad_format;
        set_time(civil_, static_cast<std::int64_t>(part * static_cast<double>(kDay)));
        seen_now_ |= kTimeBits;
        return Trouble::none;
      }
      case kUnitTime: {
        const Trouble trouble = decode_run_together(text, seen_ | kDateBits);
        if (trouble != Trouble::none) return trouble;
        return seen_now_ == kTimeBits ? Trouble::none : Trouble::bad_format;
      }
      default: return Trouble::bad_format;
    }
  }

  Trouble number_field(std::string_view text) {
    const std::size_t point = text.find('.');
    const bool fraction = point != std::string_view::npos;
    if (time_only_) {
      if (fraction) {
        if (index_ == 0 && text_.count >= 2 && text_.fields[text_.count - 1].kind == FieldKind::date) return decode_date(text);
        return point > 2 ? decode_run_together(text, seen_ | kDateBits) : Trouble::bad_format;
      }
      if (text.size() > 4) return decode_run_together(text, seen_ | kDateBits);
      return decode_number(text, false, seen_ | kDateBits);
    }
    if (fraction && (seen_ & kDateBits) == 0) return decode_date(text);
    if (fraction && point > 2) return decode_run_together(text, seen_);
    if (text.size() >= 6 && (!(seen_ & kDateBits) || !(seen_ & kTimeBits))) return decode_run_together(text, seen_);
    return decode_number(text, has_text_month_, seen_);
  }

  /// yyyymmdd, yymmdd, hhmmss, hhmm. Source: DecodeNumberField.
  Trouble decode_run_together(std::string_view text, std::uint32_t seen) {
    const std::size_t point = text.find('.');
    const auto number = [](std::string_view digits) { return static_cast<int>(leading_int64(digits).value); };
    if (point != std::string_view::npos) {
      double fraction = 0;
      if (!read_fraction(text.substr(point), fraction)) return Trouble::bad_format;
      civil_.fraction = static_cast<std::int64_t>(std::nearbyint(fraction * 1e6));
      text = text.substr(0, point);
    } else if ((seen & kDateBits) != kDateBits && text.size() >= 6) {
      const std::size_t length = text.size();
      const LeadingInteger year = leading_int64(text.substr(0, length - 4));
      seen_now_ = kDateBits;
      civil_.day = number(text.substr(length - 2));
      civil_.month = number(text.substr(length - 4, 2));
      civil_.year = static_cast<int>(year.value);
      if (length - 4 == 2) two_digit_year_ = true;
      return Trouble::none;
    }
    if ((seen & kTimeBits) == kTimeBits || (text.size() != 6 && text.size() != 4)) return Trouble::bad_format;
    seen_now_ = kTimeBits;
    civil_.hour = number(text.substr(0, 2));
    civil_.minute = number(text.substr(2, 2));
    civil_.second = text.size() == 6 ? number(text.substr(4, 2)) : 0;
    return Trouble::none;
  }

  /// One number of a date, by what is still missing and DateStyle's order. Source: DecodeNumber.
  Trouble decode_number(std::string_view text, bool text_month, std::uint32_t seen) {
    const LeadingInteger number = leading_int32(text);
    if (number.overflow) return Trouble::field_overflow;
    if (number.rest.size() == text.size()) return Trouble::bad_format;
    if (!number.rest.empty()) {
      if (number.rest.front() != '.') return Trouble::bad_format;
      if (text.size() - number.rest.size() > 2) return decode_run_together(text, seen | kDateBits);
      if (!read_fraction_microseconds(number.rest, civil_.fraction)) return Trouble::bad_format;
    }
    const int value = static_cast<int>(number.value);
    const std::size_t length = text.size();
    if (length == 3 && (seen & kDateBits) == bit(Field::year) && value >= 1 && value <= 366) {
      day_of_year_ = value;
      seen_now_ = bit(Field::day_of_year) | bit(Field::month) | bit(Field::day);
      return Trouble::none;
    }
    const auto set = [&](int& to, Field field) {
      to = value;
      seen_now_ = bit(field);
      if (field == Field::year) two_digit_year_ = length <= 2;
      return Trouble::none;
    };
    const DateOrder order = settings_.date_order;
    const bool is_year = length >= 3 || order == DateOrder::ymd;
    switch (seen & kDateBits) {
      case 0:
        if (is_year) return set(civil_.year, Field::year);
        return order == DateOrder::dmy ? set(civil_.day, Field::day) : set(civil_.month, Field::month);
      case bit(Field::year): return set(civil_.month, Field::month);
      case bit(Field::month):
        return text_month && is_year ? set(civil_.year, Field::year) : set(civil_.day, Field::day);
      case bit(Field::year) | bit(Field::month):
        if (text_month && length >= 3 && two_digit_year_) {  // the first number was the day after all: 08-Jan-1999 under YMD
          const int day = civil_.year;
          civil_.year = value;
          civil_.day = day;
          two_digit_year_ = false;
          seen_now_ = bit(Field::day);
          return Trouble::none;
        }
        return set(civil_.day, Field::day);
      case bit(Field::day): return set(civil_.month, Field::month);
      case bit(Field::month) | bit(Field::day): return set(civil_.year, Field::year);
      case kDateBits: return decode_run_together(text, seen);
      default: return Trouble::bad_format;
    }
  }

  /// A date in one field: 2024-02-01, 1/2/2024, 8-Jan-2024. Source: DecodeDate.
  Trouble decode_date(std::string_view text) {
    std::string_view parts[DateTimeText::kMaxFields];
    std::size_t count = 0, at = 0;
    while (at < text.size() && count < DateTimeText::kMaxFields) {
      while (at < text.size() && !is_alnum(text[at])) ++at;
      if (at == text.size()) return Trouble::bad_format;
      const std::size_t start = at;
      const bool digits = is_digit(text[at]);
      while (at < text.size() && (digits ? is_digit(text[at]) : is_alpha(text[at]))) ++at;
      parts[count++] = text.substr(start, at - start);
      if (at < text.size()) ++at;  // whatever stands between parts
    }
    std::uint32_t seen = seen_, of_date = 0;
    const auto mark = [&](std::uint32_t bits) {
      if ((seen & bits) != 0) return false;
      seen |= bits;
      of_date |= bits;
      return true;
    };
    bool text_month = false;
    for (std::size_t part = 0; part < count; ++part) {
      if (!is_alpha(parts[part].front())) continue;
      const DateWord* word = find_date_word(parts[part], settings_.server_version);
      if (word == nullptr || word->type != Field::month) return Trouble::bad_format;
      civil_.month = word->value;
      text_month = true;
      if (!mark(bit(Field::month))) return Trouble::bad_format;
    }
    for (std::size_t part = 0; part < count; ++part) {
      if (is_alpha(parts[part].front())) continue;
      const Trouble trouble = decode_number(parts[part], text_month, seen);
      if (trouble != Trouble::none) return trouble;
      if (!mark(seen_now_)) return Trouble::bad_format;
    }
    seen_now_ = of_date;
    if ((seen & ~(bit(Field::day_of_year) | bit(Field::zone))) != kDateBits) return Trouble::bad_format;
    return Trouble::none;
  }

  Trouble word_field(std::string_view text) {
    if (const Abbreviation* abbreviation = find_abbreviation(text.substr(0, 10))) return apply_abbreviation(*abbreviation);
    const DateWord* word = find_date_word(text, settings_.server_version);
    if (word == nullptr) {
      zone_ = find_zone(text);
      seen_now_ = bit(Field::zone);
      return zone_ == nullptr ? Trouble::bad_format : Trouble::none;
    }
    seen_now_ = bit(word->type);
    switch (word->type) {
      case Field::ignored: skip_ = true; return Trouble::none;
      case Field::reserved: return reserved_word(word->value);
      case Field::month:
        if (time_only_) return Trouble::bad_format;
        // A number taken for the month was the day: "8 January 2024" under MDY.
        if (has(bit(Field::month)) && !has_text_month_ && !has(bit(Field::day)) && civil_.month >= 1 && civil_.month <= 31) {
          civil_.day = civil_.month;
          seen_now_ = bit(Field::day);
        }
        has_text_month_ = true;
        civil_.month = word->value;
        return Trouble::none;
      case Field::daylight_modifier:
        seen_now_ |= bit(Field::daylight_zone);
        daylight_modifier_ = true;
        out_.west -= word->value;
        return Trouble::none;
      case Field::am_pm: half_day_ = word->value; return Trouble::none;
      case Field::ad_bc: bc_ = word->value == kBc; return Trouble::none;
      case Field::day_of_week: return time_only_ ? Trouble::bad_format : Trouble::none;
      case Field::units:
        if (newer() && prefix_ != kWordNone) return Trouble::bad_format;
        seen_now_ = 0;
        prefix_ = word->value;
        return Trouble::none;
      case Field::iso_time: return iso_time_mark();
      default: return Trouble::bad_format;
    }
  }

  Trouble apply_abbreviation(const Abbreviation& abbreviation) {
    seen_now_ = bit(Field::zone);
    if (abbreviation.zone != nullptr) {
      seen_now_ |= bit(Field::dynamic_zone);
      abbreviation_ = &abbreviation;
      return Trouble::none;
    }
    if (abbreviation.daylight) seen_now_ |= bit(Field::daylight_zone);
    out_.west = -abbreviation.east;
    return Trouble::none;
  }

  Trouble reserved_word(int value) {
    switch (value) {
      case kWordNow:
      case kWordToday:
      case kWordTomorrow:
      case kWordYesterday:
        if (time_only_ && value != kWordNow) return Trouble::bad_format;
        needs_clock_ = true;
        civil_.year = 2000;
        civil_.month = civil_.day = 1;
        seen_now_ = value != kWordNow ? kDateBits : time_only_ ? kTimeBits : kDateBits | kTimeBits | bit(Field::zone);
        return Trouble::none;
      case kWordZulu:
        seen_now_ = kTimeBits | bit(Field::zone);
        civil_.hour = civil_.minute = civil_.second = 0;
        civil_.fraction = 0;
        out_.west = 0;
        return Trouble::none;
      default: break;
    }
    if (time_only_) return Trouble::bad_format;
    out_.kind = value == kWordEpoch ? DecodedTime::Kind::epoch
                : value == kWordLate ? DecodedTime::Kind::late
                                     : DecodedTime::Kind::early;
    if (newer()) seen_now_ = kDateBits | kTimeBits | bit(Field::zone);  // nothing may stand beside it
    return Trouble::none;
  }

  /// The T between date and time.
  Trouble iso_time_mark() {
    seen_now_ = 0;
    if (!time_only_ && !has(kDateBits)) return Trouble::bad_format;
    if (index_ + 1 >= text_.count) return Trouble::bad_format;
    const FieldKind next = text_.fields[index_ + 1].kind;
    if (next != FieldKind::number && next != FieldKind::time && next != FieldKind::date) return Trouble::bad_format;
    if (newer() && prefix_ != kWordNone) return Trouble::bad_format;
    prefix_ = kUnitTime;
    return Trouble::none;
  }

  /// Source: ValidateDate.
  Trouble validate_date() {
    if ((seen_ & bit(Field::year)) != 0 && !is_julian_) {
      if (civil_.year <= 0 && !(two_digit_year_ && !bc_ && civil_.year == 0)) return Trouble::field_overflow;
      if (bc_) {
        civil_.year = -(civil_.year - 1);
      } else if (two_digit_year_) {
        civil_.year += civil_.year < 70 ? 2000 : civil_.year < 100 ? 1900 : 0;
      }
    }
    constexpr int kFarYear = 5874898;  // past what any type holds, so refused by the caller
    if ((seen_ & bit(Field::day_of_year)) != 0 && civil_.year > kFarYear) {
      civil_.month = civil_.day = 1;
    } else if ((seen_ & bit(Field::day_of_year)) != 0) {
      from_julian_day(julian_day(civil_.year, 1, 1) + day_of_year_ - 1, civil_.year, civil_.month, civil_.day);
    }
    if ((seen_ & bit(Field::month)) != 0 && (civil_.month < 1 || civil_.month > 12)) return Trouble::field_overflow;
    if ((seen_ & bit(Field::day)) != 0 && (civil_.day < 1 || civil_.day > 31)) return Trouble::field_overflow;
    if (has(kDateBits) && civil_.day > days_in_month(civil_.year, civil_.month)) return Trouble::field_overflow;
    return Trouble::none;
  }

  Trouble finish() {
    if (newer() && out_.kind != DecodedTime::Kind::moment) return Trouble::none;
    const Trouble trouble = validate_date();
    if (trouble != Trouble::none) return trouble;
    if (half_day_ != kWordNone && civil_.hour > 12) return Trouble::field_overflow;
    if (half_day_ == kAm && civil_.hour == 12) civil_.hour = 0;
    if (half_day_ == kPm && civil_.hour != 12) civil_.hour += 12;
    if (time_only_) {
      if (time_overflows(civil_)) return Trouble::field_overflow;
      if (!has(kTimeBits)) return Trouble::bad_format;
      const Trouble of_zone = zone_of_time();
      return of_zone == Trouble::none && needs_clock_ ? Trouble::clock : of_zone;
    }
    if (out_.kind != DecodedTime::Kind::moment) return Trouble::none;
    if (!has(kDateBits)) return Trouble::bad_format;
    if ((zone_ != nullptr || abbreviation_ != nullptr || (seen_ & bit(Field::zone)) == 0) && daylight_modifier_) {
      return Trouble::bad_format;
    }
    if (needs_clock_) return Trouble::clock;
    return wanted_ == WantedTime::timestamptz ? zone_of_moment() : Trouble::none;
  }

  const Zone* session_zone() const { return find_session_zone(settings_.time_zone); }

  Trouble zone_of_moment() {
    if (!is_valid_julian(civil_.year, civil_.month, civil_.day)) return Trouble::none;  // out of range for the caller, too
    if (zone_ != nullptr) {
      out_.west = offset_of_local(*zone_, civil_);
    } else if (abbreviation_ != nullptr) {
      const Zone* zone = find_zone(abbreviation_->zone);
      if (zone == nullptr) return Trouble::no_rules;
      out_.west = offset_of_abbreviation(*zone, abbreviation_->name, civil_);
    } else if ((seen_ & bit(Field::zone)) == 0) {
      const Zone* zone = session_zone();
      if (zone == nullptr) return Trouble::no_rules;
      out_.west = offset_of_local(*zone, civil_);
    }
    return Trouble::none;
  }

  /// A time's zone may depend on a date; without one the server takes today.
  Trouble zone_of_time() {
    const bool named = zone_ != nullptr, dynamic = abbreviation_ != nullptr;
    if (!named && !dynamic && (seen_ & bit(Field::zone)) != 0) return Trouble::none;
    if (daylight_modifier_) return Trouble::bad_format;
    const Zone* zone = named ? zone_ : dynamic ? find_zone(abbreviation_->zone) : session_zone();
    if (zone == nullptr) return wanted_ == WantedTime::time ? Trouble::none : Trouble::no_rules;
    if (const std::optional<std::int32_t> west = fixed_offset(*zone)) {
      out_.west = *west;
      return Trouble::none;
    }
    if (!has(kDateBits) && named) return Trouble::bad_format;
    if (wanted_ == WantedTime::time) return Trouble::none;
    if (!has(kDateBits)) return Trouble::clock;
    out_.west = dynamic ? offset_of_abbreviation(*zone, abbreviation_->name, civil_) : offset_of_local(*zone, civil_);
    return Trouble::none;
  }

  const DateTimeText& text_;
  const WantedTime wanted_;
  const ValueSettings& settings_;
  DecodedTime& out_;
  Civil& civil_;
  const bool time_only_;
  std::size_t index_ = 0;
  std::uint32_t seen_ = 0;      // fields known so far
  std::uint32_t seen_now_ = 0;  // fields the current one told
  bool skip_ = false;
  int prefix_ = kWordNone;      // a unit or T waiting for its number
  int half_day_ = kWordNone;
  int day_of_year_ = 0;
  bool has_text_month_ = false, is_julian_ = false, two_digit_year_ = false, bc_ = false, daylight_modifier_ = false;
  bool needs_clock_ = false;    // now, today and the like
  const Zone* zone_ = nullptr;
  const Abbreviation* abbreviation_ = nullptr;
};

}  // namespace

DateTimeTrouble decode_datetime(std::string_view text, WantedTime wanted, const ValueSettings& settings, DecodedTime& out) {
  const std::size_t workspace = wanted == WantedTime::timestamp || wanted == WantedTime::timestamptz ? kTimestampWorkspace : kDateWorkspace;
  DateTimeText fields;
  if (!split_datetime(text, workspace, settings.server_version, fields)) return Trouble::bad_format;
  return Decoder(fields, wanted, settings, out).run();
}

}  // namespace pgfk
