// Ranges and multiranges; discrete ones are kept as [ ), empty ones are all equal. Source: rangetypes.c, multirangetypes.c; fk-semantics 8.16.
#include <optional>

#include "analyzer/types/compounds.h"
#include "analyzer/types/range_sets.h"

namespace pgfk {
namespace {

/// A bound's text up to its end, quotes and backslashes taken off; nullopt for the end of the text in its midst.
std::optional<std::string> take_bound(std::string_view text, std::size_t& at) {
  std::string bound;
  bool in_quotes = false;
  while (in_quotes || at == text.size() || (text[at] != ',' && text[at] != ')' && text[at] != ']')) {
    if (at == text.size()) return std::nullopt;
    const char c = text[at++];
    if (c == '\\') {
      if (at == text.size()) return std::nullopt;
      bound += text[at++];
    } else if (c == '"') {
      if (in_quotes && at < text.size() && text[at] == '"') {
        bound += text[at++];
      } else {
        in_quotes = !in_quotes;
      }
    } else {
      bound += c;
    }
  }
  return bound;
}

Outcome<Value> read_range(const TypeContext& context, TypeId type, std::int32_t, std::string_view text) {
  const auto malformed = [&](const char* detail) -> Outcome<Value> {
    return ServerError{"22P02", "malformed range literal: \"" + std::string(text) + "\"", detail};
  };
  const TypeId subtype = range_part_type(context, type);
  std::size_t at = 0;
  const auto skip_spaces = [&] {
    while (at < text.size() && is_space(text[at])) ++at;
  };
  skip_spaces();
  if (equals_ignoring_case(text.substr(at, 5), "empty")) {
    at += 5;
    skip_spaces();
    return at == text.size() ? Outcome<Value>(Value::of(type, empty_range(subtype))) : malformed("Junk after \"empty\" key word.");
  }
  if (at == text.size() || (text[at] != '[' && text[at] != '(')) return malformed("Missing left parenthesis or bracket.");
  Compound range;
  range.lower_inclusive = text[at++] == '[';
  std::optional<std::string> written[2];
  for (int side = 0; side < 2; ++side) {
    const bool infinite = at < text.size() && (text[at] == ',' || text[at] == ')' || text[at] == ']');
    if (!infinite) {
      written[side] = take_bound(text, at);
      if (!written[side]) return malformed("Unexpected end of input.");
    }
    if (side == 0) {
      if (text[at] != ',') return malformed("Missing comma after lower bound.");
      ++at;
    }
  }
  if (text[at] == ',') return malformed("Too many commas.");
  range.upper_inclusive = text[at++] == ']';
  skip_spaces();
  if (at != text.size()) return malformed("Junk after right parenthesis or bracket.");
  for (const std::optional<std::string>& bound : written) {
    if (!bound) {
      range.items.push_back(Value::null(subtype));
      continue;
    }
    Outcome<Value> value = read_value(context, subtype, -1, *bound);
    if (!value) return value;
    range.items.push_back(*std::move(value));
  }
  Outcome<Compound> normal = normal_range(context, type, std::move(range));
  if (!normal) return normal.as<Value>();
  return Value::of(type, *std::move(normal));
}

void write_range_text(const TypeContext& context, const Compound& range, std::string& out) {
  if (range.empty) {
    out += "empty";
    return;
  }
  const auto bound = [&](const Value& value) {
    if (!value.is_null()) write_quoted(write_value(context, value), "\"\\()[],", true, false, out);
  };
  out += range.lower_inclusive ? '[' : '(';
  bound(lower_of(range));
  out += ',';
  bound(upper_of(range));
  out += range.upper_inclusive ? ']' : ')';
}

void write_range(const TypeContext& context, const Value& value, std::string& out) { write_range_text(context, value.compound(), out); }

void range_key(const TypeContext& context, const Value& value, std::string& out) {
  const Compound& range = value.compound();
  out += static_cast<char>(range.empty ? 4 : (range.lower_inclusive ? 1 : 0) | (range.upper_inclusive ? 2 : 0));
  if (range.empty) return;
  append_part_key(context, lower_of(range), out);
  append_part_key(context, upper_of(range), out);
}

int range_compare(const TypeContext& context, const Value& a, const Value& b) {
  return compare_ranges(context, a.compound(), b.compound());
}

// --- multiranges

/// Where the range that starts at `at` ends: behind its bracket, quotes minded; nullopt if it does not.
std::optional<std::size_t> range_end(std::string_view text, std::size_t at) {
  bool in_quotes = false;
  for (; at < text.size(); ++at) {
    const char c = text[at];
    if (c == '\\') {
      ++at;
    } else if (c == '"') {
      in_quotes = !in_quotes;
    } else if (!in_quotes && (c == ')' || c == ']')) {
      return at + 1;
    }
  }
  return std::nullopt;
}

Outcome<Value> read_multirange(const TypeContext& context, TypeId type, std::int32_t, std::string_view text) {
  const auto malformed = [&](const char* detail) -> Outcome<Value> {
    return ServerError{"22P02", "malformed multirange literal: \"" + std::string(text) + "\"", detail};
  };
  const TypeId range_type = range_part_type(context, type);
  RangeList ranges;
  std::size_t at = 0;
  const auto skip_spaces = [&] {
    while (at < text.size() && is_space(text[at])) ++at;
  };
  skip_spaces();
  if (at == text.size() || text[at] != '{') return malformed("Missing left brace.");
  ++at;
  bool first = true;
  while (true) {
    skip_spaces();
    if (at == text.size()) return malformed("Unexpected end of input.");
    if (first && text[at] == '}') break;
    std::size_t end = at + 5;
    if (!equals_ignoring_case(text.substr(at, 5), "empty")) {
      if (text[at] != '[' && text[at] != '(') return malformed("Expected range start.");
      const std::optional<std::size_t> behind = range_end(text, at);
      if (!behind) return malformed("Unexpected end of input.");
      end = *behind;
    }
    Outcome<Value> range = read_range(context, range_type, -1, text.substr(at, end - at));
    if (!range) return range;
    ranges.push_back(range->compound());
    first = false;
    at = end;
    skip_spaces();
    if (at == text.size()) return malformed("Unexpected end of input.");
    if (text[at] == '}') break;
    if (text[at] != ',') return malformed("Expected comma or end of multirange.");
    ++at;
  }
  ++at;
  skip_spaces();
  if (at != text.size()) return malformed("Junk after closing right brace.");
  return multirange_of(context, type, union_of(context, std::move(ranges)));
}

void write_multirange(const TypeContext& context, const Value& value, std::string& out) {
  out += '{';
  bool first = true;
  for (const Value& range : value.compound().items) {
    if (!first) out += ',';
    first = false;
    write_range_text(context, range.compound(), out);
  }
  out += '}';
}

void multirange_key(const TypeContext& context, const Value& value, std::string& out) {
  append_number_key(std::uint64_t{value.compound().items.size()}, out);
  for (const Value& range : value.compound().items) range_key(context, range, out);
}

int multirange_compare(const TypeContext& context, const Value& a, const Value& b) {
  const std::vector<Value> &left = a.compound().items, &right = b.compound().items;
  for (std::size_t range = 0; range < left.size() && range < right.size(); ++range) {
    const int order = compare_ranges(context, left[range].compound(), right[range].compound());
    if (order != 0) return order;
  }
  return three_way(left.size(), right.size());
}

}  // namespace

const TypeOps kRangeOps = {read_range, write_range, range_key, range_compare};
const TypeOps kMultirangeOps = {read_multirange, write_multirange, multirange_key, multirange_compare};

}  // namespace pgfk
