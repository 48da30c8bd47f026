// Arrays: elements, dimensions and bounds, all of which count. Source: arrayfuncs.c, array_in, ArrayCount, array_out; fk-semantics 8.16.
#include <array>
#include <charconv>
#include <optional>

#include "analyzer/types/compounds.h"

namespace pgfk {
namespace {

constexpr std::size_t kMaxDimensions = 6;

enum class State {
  no_level, level_started, element_started, quoted_started, quoted_completed, element_delimited, level_completed, level_delimited
};

/// Splits a literal into its elements; bounds and dimensions beside them.
class Splitter {
 public:
  struct Element {
    std::string text;
    bool quoted = false;
    bool is_null() const { return !quoted && equals_ignoring_case(text, "null"); }
  };

  Splitter(std::string_view text, int version) : text_(text), named_(text), version_(version) { last_.fill(0), counts_.fill(1); }

  std::vector<Element> elements;
  std::vector<std::int32_t> dimensions, lower_bounds;

  Done run() {
    skip_spaces();
    Done bounds = read_bounds();
    if (!bounds) return bounds;
    if (at_ >= text_.size() || text_[at_] != '{') {
      return malformed(lower_bounds.empty() ? "Array value must start with \"{\" or dimension information."
                                            : "Array contents must start with \"{\".");
    }
    if (version_ < 17) named_ = text_.substr(at_);
    Done body = read_body();
    if (!body) return body;
    skip_spaces();
    if (at_ != text_.size()) return malformed("Junk after closing right brace.");
    named_ = text_;
    std::vector<std::int32_t> found;
    if (!elements.empty()) found.assign(last_.begin(), last_.begin() + static_cast<std::ptrdiff_t>(depth_));
    if (!lower_bounds.empty() && found != dimensions) return malformed("Specified array dimensions do not match array contents.");
    dimensions = std::move(found);
    lower_bounds.resize(dimensions.size(), 1);
    return done();
  }

 private:
  Done malformed(std::string detail) {
    return ServerError{"22P02", "malformed array literal: \"" + std::string(named_) + "\"", std::move(detail)};
  }
  Done unexpected(char c) { return malformed(std::string("Unexpected \"") + c + "\" character."); }
  void skip_spaces() {
    while (at_ < text_.size() && is_space(text_[at_])) ++at_;
  }

  std::optional<std::int32_t> read_bound() {
    std::int32_t bound = 0;
    if (at_ < text_.size() && text_[at_] == '+') ++at_;
    const auto read = std::from_chars(text_.data() + at_, text_.data() + text_.size(), bound);
    if (read.ec != std::errc()) return std::nullopt;
    at_ = static_cast<std::size_t>(read.ptr - text_.data());
    return bound;
  }

  /// [2:4][0:1]=
  Done read_bounds() {
    while (at_ < text_.size() && text_[at_] == '[') {
      ++at_;
      if (dimensions.size() == kMaxDimensions) return too_deep(kMaxDimensions + 1);
      std::optional<std::int32_t> first = read_bound(), last = first;
      if (!first) return malformed("\"[\" must introduce explicitly-specified array dimensions.");
      if (at_ < text_.size() && text_[at_] == ':') {
        ++at_;
        last = read_bound();
        if (!last) return malformed("Missing array dimension value.");
      } else {
        first = 1;
      }
      if (at_ >= text_.size() || text_[at_] != ']') return malformed("Missing \"]\" after array dimensions.");
      ++at_;
      if (*last < *first) return ServerError{"2202E", "upper bound cannot be less than lower bound"};
      const std::int64_t length = std::int64_t{*last} - *first + 1;
      if (length > INT32_MAX) return ServerError{"54000", "array size exceeds the maximum allowed (134217727)"};
      dimensions.push_back(static_cast<std::int32_t>(length));
      lower_bounds.push_back(*first);
    }
    if (dimensions.empty()) return done();
    skip_spaces();
    if (at_ >= text_.size() || text_[at_] != '=') return malformed("Missing \"=\" after array dimensions.");
    ++at_;
    skip_spaces();
    return done();
  }

  static Done too_deep(std::size_t levels) {
    return ServerError{"54000", "number of array dimensions (" + std::to_string(levels) + ") exceeds the maximum allowed (6)"};
  }

  /// The braces and what is in them, character by character as ArrayCount does, which decides on the complaints.
  Done read_body() {
    std::size_t level = 0;
    Element element;
    std::size_t kept = 0;  // blanks behind an unquoted element fall away, but not escaped ones
    const auto finish_element = [&] {
      if (state_ == State::element_started) element.text.resize(kept);
      if (state_ == State::element_started || state_ == State::quoted_completed) elements.push_back(std::move(element));
      element = {};
      kept = 0;
    };
    const auto may_start = [&] { return state_ == State::level_started || state_ == State::element_delimited; };
    bool in_quotes = false;
    for (;; ++at_) {
      if (at_ >= text_.size()) return malformed("Unexpected end of input.");
      const char c = text_[at_];
      if (c == '\\') {
        if (!may_start() && state_ != State::element_started && state_ != State::quoted_started) return unexpected(c);
        if (state_ != State::quoted_started) state_ = State::element_started;
        if (++at_ >= text_.size()) return malformed("Unexpected end of input.");
        element.text += text_[at_];
        element.quoted = true;  // an escaped NULL is a text
        kept = element.text.size();
      } else if (c == '"') {
        if (!may_start() && state_ != State::quoted_started) return malformed("Unexpected array element.");
        in_quotes = !in_quotes;
        element.quoted = true;
        state_ = in_quotes ? State::quoted_started : State::quoted_completed;
      } else if (in_quotes) {
        element.text += c;
      } else if (c == '{') {
        if (state_ != State::no_level && state_ != State::level_started && state_ != State::level_delimited) return unexpected(c);
        state_ = State::level_started;
        if (level >= kMaxDimensions) return too_deep(level + 1);
        ++level;
        if (depth_ < level) depth_ = level;
      } else if (c == '}') {
        const bool empty = level == 1 && state_ == State::level_started;
        if (state_ != State::element_started && state_ != State::quoted_completed && state_ != State::level_completed && !empty) {
          return unexpected(c);
        }
        if (level == 0) return malformed("Unmatched \"}\" character.");
        finish_element();
        state_ = State::level_completed;
        --level;
        if (last_[level] != 0 && counts_[level] != last_[level]) {
          return malformed("Multidimensional arrays must have sub-arrays with matching dimensions.");
        }
        last_[level] = counts_[level];
        counts_[level] = 1;
        if (level == 0) {
          ++at_;
          return done();
        }
      } else if (c == ',') {
        if (state_ != State::element_started && state_ != State::quoted_completed && state_ != State::level_completed) return unexpected(c);
        finish_element();
        state_ = state_ == State::level_completed ? State::level_delimited : State::element_delimited;
        ++counts_[level - 1];
      } else if (!is_space(c)) {
        if (!may_start() && state_ != State::element_started) return malformed("Unexpected array element.");
        state_ = State::element_started;
        element.text += c;
        kept = element.text.size();
      } else if (state_ == State::element_started) {
        element.text += c;
      }
    }
  }

  const std::string_view text_;
  std::string_view named_;  // what complaints quote: up to 16 without blanks and bounds in front
  const int version_;
  std::size_t at_ = 0;
  State state_ = State::no_level;
  std::size_t depth_ = 0;
  std::array<std::int32_t, kMaxDimensions> last_, counts_;
};

Outcome<Value> read_array(const TypeContext& context, TypeId type, std::int32_t typmod, std::string_view text) {
  Splitter literal(text, context.settings.server_version);
  const Done split = literal.run();
  if (!split) return split.as<Value>();
  Compound array;
  array.dimensions = std::move(literal.dimensions);
  array.lower_bounds = std::move(literal.lower_bounds);
  array.items.reserve(literal.elements.size());
  const TypeId element = element_of(type);
  for (const Splitter::Element& written : literal.elements) {
    if (written.is_null()) {
      array.items.push_back(Value::null(base_type(context.types, element)));
      continue;
    }
    Outcome<Value> item = read_value(context, element, typmod, written.text);
    if (!item) return item;
    array.items.push_back(*std::move(item));
  }
  return Value::of(type, std::move(array));
}

void write_level(const TypeContext& context, const Compound& array, std::size_t level, std::size_t& item, std::string& out) {
  out += '{';
  for (std::int32_t place = 0; place < array.dimensions[level]; ++place) {
    if (place > 0) out += ',';
    if (level + 1 < array.dimensions.size()) {
      write_level(context, array, level + 1, item, out);
      continue;
    }
    if (item >= array.items.size()) return;
    const Value& element = array.items[item++];
    if (element.is_null()) {
      out += "NULL";
      continue;
    }
    const std::string text = write_value(context, element);
    write_quoted(text, "\"\\{},", false, equals_ignoring_case(text, "null"), out);
  }
  out += '}';
}

void write_array(const TypeContext& context, const Value& value, std::string& out) {
  const Compound& array = value.compound();
  if (array.dimensions.empty()) {
    out += "{}";
    return;
  }
  bool bounds = false;
  for (const std::int32_t bound : array.lower_bounds) bounds = bounds || bound != 1;
  if (bounds) {
    for (std::size_t level = 0; level < array.dimensions.size(); ++level) {
      const std::int32_t first = array.lower_bounds[level];
      out.append(1, '[').append(std::to_string(first)).append(1, ':');
      out.append(std::to_string(std::int64_t{first} + array.dimensions[level] - 1)).append(1, ']');
    }
    out += '=';
  }
  std::size_t item = 0;
  write_level(context, array, 0, item, out);
}

void array_key(const TypeContext& context, const Value& value, std::string& out) {
  const Compound& array = value.compound();
  append_number_key(std::uint64_t{array.dimensions.size()}, out);
  for (const std::int32_t length : array.dimensions) append_number_key(std::int64_t{length}, out);
  for (const std::int32_t bound : array.lower_bounds) append_number_key(std::int64_t{bound}, out);
  for (const Value& item : array.items) append_part_key(context, item, out);
}

// Elements first, then their number, then dimensions and bounds.
int array_compare(const TypeContext& context, const Value& a, const Value& b) {
  const Compound &left = a.compound(), &right = b.compound();
  for (std::size_t item = 0; item < left.items.size() && item < right.items.size(); ++item) {
    const int order = compare_parts(context, left.items[item], right.items[item]);
    if (order != 0) return order;
  }
  if (left.items.size() != right.items.size()) return three_way(left.items.size(), right.items.size());
  if (left.dimensions.size() != right.dimensions.size()) return three_way(left.dimensions.size(), right.dimensions.size());
  const int order = three_way(left.dimensions, right.dimensions);
  return order != 0 ? order : three_way(left.lower_bounds, right.lower_bounds);
}

Outcome<Value> coerce_array(const TypeContext& context, Value value, std::int32_t typmod, bool explicit_cast) {
  const TypeOps& ops = type_ops(context.types, base_type(context.types, element_of(value.type())));
  if (ops.coerce == nullptr) return value;
  Compound array = value.compound();
  for (Value& item : array.items) {
    if (!item.is_known()) continue;
    Outcome<Value> fitted = ops.coerce(context, std::move(item), typmod, explicit_cast);
    if (!fitted) return fitted;
    item = *std::move(fitted);
  }
  return Value::of(value.type(), std::move(array));
}

}  // namespace

const TypeOps kArrayOps = {read_array, write_array, array_key, array_compare, coerce_array};

}  // namespace pgfk
