#include "parsers/log/prefix.h"

#include <algorithm>
#include <cstdlib>
#include <utility>

#include "parsers/log/log_time.h"
#include "parsers/sql/characters.h"

namespace pgfk {
namespace {

struct Escape {
  char letter;
  PrefixField field;
};
constexpr std::array kEscapes = {
    Escape{'t', PrefixField::time},         Escape{'m', PrefixField::time},          Escape{'n', PrefixField::time},
    Escape{'s', PrefixField::session_start}, Escape{'p', PrefixField::pid},          Escape{'P', PrefixField::leader_pid},
    Escape{'c', PrefixField::session_id},   Escape{'u', PrefixField::user},          Escape{'d', PrefixField::database},
    Escape{'a', PrefixField::application},  Escape{'r', PrefixField::remote},        Escape{'h', PrefixField::host},
    Escape{'L', PrefixField::local_address}, Escape{'e', PrefixField::sqlstate},     Escape{'l', PrefixField::line_number},
    Escape{'v', PrefixField::virtual_transaction}, Escape{'x', PrefixField::transaction}, Escape{'Q', PrefixField::query_id},
    Escape{'b', PrefixField::backend_type}, Escape{'i', PrefixField::command_tag},
};

constexpr std::size_t kLongestPrefix = 2000;  // bytes of a line that are looked at: names and addresses are short
constexpr int kMostSteps = 20'000;            // places that are tried per line, so that no line takes long

bool is_hex(char c) { return is_digit(c) || (c >= 'a' && c <= 'f'); }
bool is_state(char c) { return is_digit(c) || (c >= 'A' && c <= 'Z'); }

template <class Test>
std::size_t run_of(std::string_view text, Test test) {
  return static_cast<std::size_t>(std::find_if_not(text.begin(), text.end(), test) - text.begin());
}

/// How long the value of an escape with a shape of its own is at the front of `text`; npos where it is not there. Escapes without shape are
/// not asked for.
std::size_t shaped_length(char escape, std::string_view text) {
  constexpr std::size_t kNone = std::string_view::npos;
  switch (escape) {
    case 't': case 'm': case 's': {
      const std::size_t length = LogTimes::length_of_timestamp(text);
      const bool fraction = text.substr(0, length).find('.') != std::string_view::npos;
      return length == 0 || fraction != (escape == 'm') ? kNone : length;
    }
    case 'n': {
      const std::size_t seconds = run_of(text, is_digit);
      if (seconds < 9 || seconds > 11 || text.substr(seconds, 1) != ".") return kNone;
      const std::size_t fraction = run_of(text.substr(seconds + 1), is_digit);
      return fraction == 0 ? kNone : seconds + 1 + fraction;
    }
    case 'p': case 'l': case 'x': {
      const std::size_t length = run_of(text, is_digit);
      return length == 0 ? kNone : length;
    }
    case 'P': return run_of(text, is_digit);
    case 'Q': {
      const std::size_t sign = text.starts_with('-') ? 1 : 0;
      const std::size_t length = run_of(text.substr(sign), is_digit);
      return length == 0 ? kNone : sign + length;
    }
    case 'c': {
      const std::size_t start = run_of(text, is_hex);
      if (start == 0 || text.substr(start, 1) != ".") return kNone;
      const std::size_t pid = run_of(text.substr(start + 1), is_hex);
      return pid == 0 ? kNone : start + 1 + pid;
    }
    case 'v': {
      const std::size_t backend = run_of(text, is_digit);
      if (backend == 0) return 0;
      if (text.substr(backend, 1) != "/") return kNone;
      const std::size_t number = run_of(text.substr(backend + 1), is_digit);
      return number == 0 ? kNone : backend + 1 + number;
    }
    case 'e': return text.size() >= 5 && run_of(text.substr(0, 5), is_state) == 5 ? 5 : kNone;
    default: return kNone;
  }
}
bool has_shape(char escape) { return std::string_view("tmsnplxPQcve").find(escape) != std::string_view::npos; }

std::string_view trim(std::string_view text) {
  while (text.starts_with(' ')) text.remove_prefix(1);
  while (text.ends_with(' ')) text.remove_suffix(1);
  return text;
}

}  // namespace

LinePrefix::LinePrefix(std::string text) : text_(std::move(text)) {
  const auto add_literal = [this](char c) {
    if (elements_.empty() || elements_.back().kind != Element::Kind::literal) elements_.push_back({Element::Kind::literal, {}, {}, 0, 0});
    elements_.back().literal += c;
  };
  for (std::size_t at = 0; at < text_.size(); ++at) {
    if (text_[at] != '%') {
      add_literal(text_[at]);
      continue;
    }
    ++at;
    const bool left = at < text_.size() && text_[at] == '-';
    if (left) ++at;
    int width = 0;
    for (; at < text_.size() && is_digit(text_[at]); ++at) width = std::min(width * 10 + (text_[at] - '0'), 1000);
    if (at >= text_.size()) break;  // a lone % at the end prints nothing
    if (text_[at] == '%') {
      add_literal('%');
    } else if (text_[at] == 'q') {
      elements_.push_back({Element::Kind::optional_rest, {}, {}, 0, 0});
    } else if (const auto* escape = std::ranges::find(kEscapes, text_[at], &Escape::letter); escape != kEscapes.end()) {
      elements_.push_back({Element::Kind::field, {}, escape->field, escape->letter, left ? -width : width});
      ++field_count_;
    }  // unknown escapes print nothing
  }
}

bool LinePrefix::has(PrefixField field) const {
  return std::ranges::any_of(elements_, [field](const Element& element) { return element.kind == Element::Kind::field && element.field == field; });
}

/// One line against the elements, with a way back where names without shape can end at several places.
class LinePrefix::Attempt {
 public:
  Attempt(const std::vector<Element>& elements, std::string_view line, PrefixMatch& out)
      : elements_(elements), line_(line.substr(0, kLongestPrefix)), whole_(line), out_(out) {}

  bool from(std::size_t element, std::size_t at) {
    if (++steps_ > kMostSteps) return false;
    if (element == elements_.size()) return ends_at(at);
    const Element& wanted = elements_[element];
    switch (wanted.kind) {
      case Element::Kind::literal:
        if (line_.substr(at).starts_with(wanted.literal)) return from(element + 1, at + wanted.literal.size());
        // Editors and envelopes strip spaces off the end of lines, and of a prefix that ends in one.
        return element + 1 == elements_.size() && !wanted.literal.empty() && wanted.literal.find_first_not_of(' ') == std::string::npos && ends_at(at);
      case Element::Kind::optional_rest: {
        if (from(element + 1, at)) return true;
        for (std::size_t later = element + 1; later < elements_.size(); ++later) {
          if (elements_[later].kind == Element::Kind::field) out_.fields[static_cast<std::size_t>(elements_[later].field)] = {};
        }
        return ends_at(at);
      }
      case Element::Kind::field: return has_shape(wanted.escape) ? shaped(element, at) : shapeless(element, at);
    }
    return false;
  }

 private:
  bool ends_at(std::size_t at) {
    const LogLabel* label = label_at(whole_.substr(at));
    if (label == nullptr) return false;
    out_.label = label;
    out_.text = whole_.substr(at + label->text.size());
    return true;
  }

  bool shaped(std::size_t element, std::size_t at) {
    const Element& wanted = elements_[element];
    const std::size_t width = static_cast<std::size_t>(std::abs(wanted.width));
    const std::size_t padding = wanted.width > 0 ? run_of(line_.substr(at), [](char c) { return c == ' '; }) : 0;
    const std::string_view rest = line_.substr(at + padding);
    std::size_t length = shaped_length(wanted.escape, rest);
    if (length == std::string_view::npos) {
      // A value that is not known is padded, or not there at all: SQLSTATE and the like are always there.
      return width > 0 && padding >= width && from(element + 1, at + width);
    }
    if (padding + length < width && wanted.width > 0) return false;
    if (set_and_go_on(element, rest.substr(0, length), at + padding + std::max(length, wanted.width < 0 ? width : 0))) return true;
    // "2026-11-20 10:34:30 LOG:  ": what looks like a zone may be the label behind a time without zone.
    const bool time = wanted.field == PrefixField::time || wanted.field == PrefixField::session_start;
    const std::size_t space = time ? rest.substr(0, length).rfind(' ') : std::string_view::npos;
    if (space == std::string_view::npos || space <= 10 || label_at(rest.substr(space + 1)) == nullptr) return false;
    return set_and_go_on(element, rest.substr(0, space), at + padding + space);
  }

  bool shapeless(std::size_t element, std::size_t at) {
    const Element& wanted = elements_[element];
    const std::size_t width = static_cast<std::size_t>(std::abs(wanted.width));
    const bool before_literal = element + 1 < elements_.size() && elements_[element + 1].kind == Element::Kind::literal;
    for (std::size_t end = at + width; end <= line_.size() && steps_ <= kMostSteps; ++end) {
      if (before_literal) {
        end = line_.find(elements_[element + 1].literal, end);
        if (end == std::string_view::npos) break;
      }
      const std::string_view value = line_.substr(at, end - at);
      if (set_and_go_on(element, width > 0 ? trim(value) : value, end)) return true;
    }
    // The literal behind it may be the trailing space that an editor took away.
    return before_literal && element + 2 == elements_.size() && elements_[element + 1].literal == " " && last_before_label(element, at);
  }

  bool last_before_label(std::size_t element, std::size_t at) {
    for (std::size_t end = at; end <= line_.size() && steps_ <= kMostSteps; ++end, ++steps_) {
      if (!ends_at(end)) continue;
      out_.fields[static_cast<std::size_t>(elements_[element].field)] = line_.substr(at, end - at);
      return true;
    }
    return false;
  }

  bool set_and_go_on(std::size_t element, std::string_view value, std::size_t end) {
    std::string_view& field = out_.fields[static_cast<std::size_t>(elements_[element].field)];
    const std::string_view before = field;
    field = value.data() == nullptr ? std::string_view("", 0) : value;
    if (from(element + 1, std::min(end, line_.size()))) return true;
    field = before;
    return false;
  }

  const std::vector<Element>& elements_;
  std::string_view line_;
  std::string_view whole_;
  PrefixMatch& out_;
  int steps_ = 0;
};

bool LinePrefix::match(std::string_view line, PrefixMatch& out) const {
  out = PrefixMatch();
  return Attempt(elements_, line, out).from(0, 0);
}

}  // namespace pgfk
