// Ranges and multiranges; discrete ones are kept as [ ), empty ones are all equal. Source: rangetypes.c, multirangetypes.c; fk-semantics 8.16.
#include <algorithm>
#include <optional>

#include "analyzer/types/compounds.h"
#include "analyzer/types/datetime.h"

namespace pgfk {
namespace {

TypeId part_type(const TypeContext& context, TypeId type) {
  const Type* info = static_cast<std::uint32_t>(type) < kFirstUserType ? builtin_type_info(type) : context.types.type(type);
  return info == nullptr ? TypeId::text : base_type(context.types, info->subtype);
}

const Value& lower_of(const Compound& range) { return range.items[0]; }
const Value& upper_of(const Compound& range) { return range.items[1]; }

Compound empty_range(TypeId subtype) {
  Compound range;
  range.items = {Value::null(subtype), Value::null(subtype)};
  range.empty = true;
  return range;
}

/// One bound against another, as range_cmp_bounds. An infinite one is NULL.
struct Bound {
  const Value& value;
  bool inclusive;
  bool lower;
};
int compare_bounds(const TypeContext& context, const Bound& a, const Bound& b) {
  if (a.value.is_null() || b.value.is_null()) {
    const int left = a.value.is_null() ? (a.lower ? -1 : 1) : 0, right = b.value.is_null() ? (b.lower ? -1 : 1) : 0;
    return three_way(left, right);
  }
  const int order = compare_values(context, a.value, b.value);
  if (order != 0 || (a.inclusive && b.inclusive)) return order;
  // Of equal values an exclusive lower bound lies behind, an exclusive upper bound before.
  const int left = a.inclusive ? 0 : a.lower ? 1 : -1, right = b.inclusive ? 0 : b.lower ? 1 : -1;
  return three_way(left, right);
}

/// The next value of a discrete type.
Outcome<Value> successor(const Value& value) {
  const std::int64_t number = value.integer();
  if (value.type() == TypeId::date) {
    if (is_infinite_date(number)) return value;
    if (number + 1 >= kDateEnd) return ServerError{"22008", "date out of range"};
  } else if (number == (value.type() == TypeId::int4 ? std::int64_t{INT32_MAX} : INT64_MAX)) {
    return ServerError{"22003", value.type() == TypeId::int4 ? "integer out of range" : "bigint out of range"};
  }
  return Value::of(value.type(), number + 1);
}

bool is_discrete(TypeId range) { return range == TypeId::int4range || range == TypeId::int8range || range == TypeId::daterange; }

/// Order of the bounds, emptiness, and [ ) for discrete types.
Outcome<Compound> normalise(const TypeContext& context, TypeId type, Compound range) {
  const TypeId subtype = part_type(context, type);
  if (lower_of(range).is_null()) range.lower_inclusive = false;
  if (upper_of(range).is_null()) range.upper_inclusive = false;
  const auto is_empty = [&](int order) { return order == 0 && !(range.lower_inclusive && range.upper_inclusive); };
  const bool bounded = !lower_of(range).is_null() && !upper_of(range).is_null();
  if (bounded) {
    const int order = compare_values(context, lower_of(range), upper_of(range));
    if (order > 0) return ServerError{"22000", "range lower bound must be less than or equal to range upper bound"};
    if (is_empty(order)) return empty_range(subtype);
  }
  if (!is_discrete(type)) return range;
  const auto is_endless = [](const Value& bound) {
    return bound.is_null() || (bound.type() == TypeId::date && is_infinite_date(bound.integer()));
  };
  if (!range.lower_inclusive && !is_endless(lower_of(range))) {
    Outcome<Value> next = successor(lower_of(range));
    if (!next) return next.as<Compound>();
    range.items[0] = *std::move(next);
    range.lower_inclusive = true;
  }
  if (range.upper_inclusive && !is_endless(upper_of(range))) {
    Outcome<Value> next = successor(upper_of(range));
    if (!next) return next.as<Compound>();
    range.items[1] = *std::move(next);
    range.upper_inclusive = false;
  }
  if (bounded && is_empty(compare_values(context, lower_of(range), upper_of(range)))) return empty_range(subtype);
  return range;
}

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
  const TypeId subtype = part_type(context, type);
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
  Outcome<Compound> normal = normalise(context, type, std::move(range));
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

int compare_ranges(const TypeContext& context, const Compound& a, const Compound& b) {
  if (a.empty || b.empty) return three_way(!a.empty, !b.empty);
  const int order = compare_bounds(context, {lower_of(a), a.lower_inclusive, true}, {lower_of(b), b.lower_inclusive, true});
  if (order != 0) return order;
  return compare_bounds(context, {upper_of(a), a.upper_inclusive, false}, {upper_of(b), b.upper_inclusive, false});
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

/// Sorted, without empty ones, those that overlap or touch made one.
void merge(const TypeContext& context, std::vector<Value>& ranges) {
  std::erase_if(ranges, [](const Value& range) { return range.compound().empty; });
  std::stable_sort(ranges.begin(), ranges.end(),
                   [&](const Value& a, const Value& b) { return compare_ranges(context, a.compound(), b.compound()) < 0; });
  std::vector<Value> merged;
  for (Value& range : ranges) {
    if (merged.empty()) {
      merged.push_back(std::move(range));
      continue;
    }
    const Compound &last = merged.back().compound(), &next = range.compound();
    const Bound end{upper_of(last), last.upper_inclusive, false}, start{lower_of(next), next.lower_inclusive, true};
    const bool both = !end.value.is_null() && !start.value.is_null();
    const bool touch = both && compare_values(context, end.value, start.value) == 0 && end.inclusive != start.inclusive;
    if (!touch && compare_bounds(context, end, start) < 0) {
      merged.push_back(std::move(range));
    } else if (compare_bounds(context, end, {upper_of(next), next.upper_inclusive, false}) < 0) {
      Compound longer = last;
      longer.items[1] = upper_of(next);
      longer.upper_inclusive = next.upper_inclusive;
      merged.back() = Value::of(merged.back().type(), std::move(longer));
    }
  }
  ranges = std::move(merged);
}

Outcome<Value> read_multirange(const TypeContext& context, TypeId type, std::int32_t, std::string_view text) {
  const auto malformed = [&](const char* detail) -> Outcome<Value> {
    return ServerError{"22P02", "malformed multirange literal: \"" + std::string(text) + "\"", detail};
  };
  const TypeId range_type = part_type(context, type);
  Compound multirange;
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
    multirange.items.push_back(*std::move(range));
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
  merge(context, multirange.items);
  return Value::of(type, std::move(multirange));
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
