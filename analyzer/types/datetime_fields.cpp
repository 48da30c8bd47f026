#include "analyzer/types/datetime_fields.h"

#include <charconv>
#include <cmath>
#include <limits>

#include "analyzer/types/datetime_words.h"
#include "analyzer/types/family.h"

namespace pgfk {
namespace {

bool is_punctuation(char c) { return c > ' ' && c < 0x7f && !is_alnum(c); }

/// Walks over the text, copying fields to the work space.
class Splitter {
 public:
  Splitter(std::string_view text, std::size_t workspace, int version, DateTimeText& out)
      : text_(text), workspace_(workspace), version_(version), out_(out) {}

  bool run() {
    while (at_ < text_.size()) {
      const char c = text_[at_];
      if (is_space(c)) {
        ++at_;
        continue;
      }
      if (out_.count >= DateTimeText::kMaxFields) return false;
      start_ = used_;
      FieldKind kind;
      if (is_digit(c)) {
        kind = digits();
      } else if (c == '.') {
        take();
        take_digits();
        kind = FieldKind::number;
      } else if (is_alpha(c)) {
        kind = letters();
      } else if (c == '+' || c == '-') {
        take();
        while (is_space(peek())) ++at_;
        if (is_digit(peek())) {
          take();
          while (is_digit(peek()) || is_one_of(peek(), ":.-")) take();
          kind = FieldKind::zone;
        } else if (is_alpha(peek())) {
          while (is_alpha(peek())) take();
          kind = FieldKind::special;
        } else {
          return false;
        }
      } else if (is_punctuation(c)) {
        ++at_;
        continue;
      } else {
        return false;
      }
      if (used_ + 1 >= workspace_) return false;
      out_.fields[out_.count++] = {kind, std::string_view(out_.buffer.data() + start_, used_ - start_)};
      ++used_;  // the server puts a zero byte there
    }
    return true;
  }

 private:
  char peek() const { return at_ < text_.size() ? text_[at_] : '\0'; }
  static bool is_one_of(char c, std::string_view set) { return c != '\0' && set.find(c) != std::string_view::npos; }
  void take() {
    const char c = lower(text_[at_++]);
    if (used_ < workspace_) out_.buffer[used_++] = c;
  }
  void take_digits() {
    while (is_digit(peek())) take();
  }

  FieldKind digits() {
    take_digits();
    if (peek() == ':') {
      take();
      while (is_digit(peek()) || is_one_of(peek(), ":.")) take();
      return FieldKind::time;
    }
    const char delimiter = peek();
    if (!is_one_of(delimiter, "-/.")) return FieldKind::number;
    take();
    if (is_digit(peek())) {
      take_digits();
      if (peek() != delimiter) return delimiter == '.' ? FieldKind::number : FieldKind::date;
      take();
      while (is_digit(peek()) || peek() == delimiter) take();
      return FieldKind::date;
    }
    while (is_alnum(peek()) || peek() == delimiter) take();
    return FieldKind::date;
  }

  FieldKind letters() {
    while (is_alpha(peek())) take();
    // A date with a month's name, or a zone's name, may go on with punctuation; a known word before a digit or a plus does not.
    bool goes_on = is_one_of(peek(), "-/.");
    if (!goes_on && (peek() == '+' || is_digit(peek()))) {
      const std::string_view word(out_.buffer.data() + start_, used_ - start_);
      goes_on = find_date_word(word, version_) == nullptr;
    }
    if (!goes_on) return FieldKind::word;
    do {
      take();
    } while (is_alnum(peek()) || is_one_of(peek(), "+-/_.:"));
    return FieldKind::date;
  }

  std::string_view text_;
  std::size_t workspace_;
  int version_;
  DateTimeText& out_;
  std::size_t at_ = 0, used_ = 0, start_ = 0;
};

LeadingInteger leading_integer(std::string_view text, std::int64_t minimum, std::int64_t maximum) {
  LeadingInteger read;
  std::string_view digits = text;
  if (!digits.empty() && digits.front() == '+') digits.remove_prefix(1);
  const auto result = std::from_chars(digits.data(), digits.data() + digits.size(), read.value);
  read.rest = text;
  if (result.ec == std::errc::invalid_argument) return read;
  read.overflow = result.ec == std::errc::result_out_of_range || read.value < minimum || read.value > maximum;
  read.rest = digits.substr(static_cast<std::size_t>(result.ptr - digits.data()));
  return read;
}

}  // namespace

bool split_datetime(std::string_view text, std::size_t workspace, int server_version, DateTimeText& out) {
  return Splitter(text, workspace, server_version, out).run();
}

LeadingInteger leading_int32(std::string_view text) { return leading_integer(text, INT32_MIN, INT32_MAX); }
LeadingInteger leading_int64(std::string_view text) { return leading_integer(text, INT64_MIN, INT64_MAX); }

bool read_fraction(std::string_view text, double& fraction) {
  fraction = 0;
  if (text.empty() || text.front() != '.') return false;
  if (text.size() == 1) return true;
  const auto result = std::from_chars(text.data(), text.data() + text.size(), fraction, std::chars_format::fixed);
  return result.ec == std::errc() && result.ptr == text.data() + text.size();
}

bool read_fraction_microseconds(std::string_view text, std::int64_t& microseconds) {
  double fraction = 0;
  if (!read_fraction(text, fraction)) return false;
  microseconds = static_cast<std::int64_t>(std::nearbyint(fraction * 1e6));
  return true;
}

}  // namespace pgfk
