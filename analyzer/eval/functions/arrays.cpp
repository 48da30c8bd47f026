// Functions on arrays. Source: arrayfuncs.c, array_userfuncs.c, varlena.c.
#include <algorithm>

#include "analyzer/eval/casts.h"
#include "analyzer/eval/compare.h"
#include "analyzer/eval/implementations.h"

namespace pgfk {

namespace {

Value make_array(TypeId type, std::vector<Value> items) {
  Compound compound;
  if (!items.empty()) {
    compound.dimensions = {static_cast<std::int32_t>(items.size())};
    compound.lower_bounds = {1};
  }
  compound.items = std::move(items);
  return Value::of(type, std::move(compound));
}

bool is_flat(const Value& array) { return array.compound().dimensions.size() <= 1; }
Doubt nested() { return {"arrays of several dimensions are not evaluated offline here"}; }

Outcome<Value> length(const CallContext&, Arguments a) {
  const std::vector<std::int32_t>& dimensions = a[0].compound().dimensions;
  const std::int64_t wanted = a[1].integer();
  if (wanted < 1 || wanted > static_cast<std::int64_t>(dimensions.size())) return Value::null(TypeId::int4);
  return Value::of(TypeId::int4, std::int64_t{dimensions[static_cast<std::size_t>(wanted - 1)]});
}
Outcome<Value> bound(Arguments a, bool upper) {
  const Compound& array = a[0].compound();
  const std::int64_t wanted = a[1].integer();
  if (wanted < 1 || wanted > static_cast<std::int64_t>(array.dimensions.size())) return Value::null(TypeId::int4);
  const std::size_t at = static_cast<std::size_t>(wanted - 1);
  return Value::of(TypeId::int4, std::int64_t{array.lower_bounds[at]} + (upper ? array.dimensions[at] - 1 : 0));
}
Outcome<Value> upper(const CallContext&, Arguments a) { return bound(a, true); }
Outcome<Value> lower(const CallContext&, Arguments a) { return bound(a, false); }
Outcome<Value> cardinality(const CallContext&, Arguments a) {
  return Value::of(TypeId::int4, static_cast<std::int64_t>(a[0].compound().items.size()));
}
Outcome<Value> dimensions(const CallContext&, Arguments a) {
  const std::size_t count = a[0].compound().dimensions.size();
  return count == 0 ? Value::null(TypeId::int4) : Value::of(TypeId::int4, static_cast<std::int64_t>(count));
}

Outcome<Value> append(const CallContext& context, Arguments a) {
  if (!a[0].is_null() && !is_flat(a[0])) return nested();
  std::vector<Value> items = a[0].is_null() ? std::vector<Value>() : a[0].compound().items;
  items.push_back(a[1]);
  return make_array(context.result, std::move(items));
}
Outcome<Value> prepend(const CallContext& context, Arguments a) {
  if (!a[1].is_null() && !is_flat(a[1])) return nested();
  std::vector<Value> items = {a[0]};
  if (!a[1].is_null()) items.insert(items.end(), a[1].compound().items.begin(), a[1].compound().items.end());
  return make_array(context.result, std::move(items));
}
Outcome<Value> join(const CallContext& context, Arguments a) {
  if (a[0].is_null()) return a[1].relabel(context.result);
  if (a[1].is_null()) return a[0].relabel(context.result);
  if (!is_flat(a[0]) || !is_flat(a[1])) return nested();
  std::vector<Value> items = a[0].compound().items;
  items.insert(items.end(), a[1].compound().items.begin(), a[1].compound().items.end());
  return make_array(context.result, std::move(items));
}

/// Equal as IS NOT DISTINCT FROM has it; a Doubt where an unknown stands in the way.
Outcome<bool> is_same(const CallContext& context, const Value& left, const Value& right) {
  if (left.is_null() || right.is_null()) return left.is_null() && right.is_null();
  const Outcome<Value> equal = compare(context.host, Comparison::equal, left, right);
  if (!equal) return equal.as<bool>();
  if (equal->is_unknown()) return Doubt{context.host.symbols()[equal->symbol()].reason};
  return equal->is_true();
}

Outcome<Value> remove(const CallContext& context, Arguments a) {
  if (a[0].is_null()) return Value::null(context.result);
  if (!is_flat(a[0])) return nested();
  std::vector<Value> items;
  for (const Value& item : a[0].compound().items) {
    const Outcome<bool> same = is_same(context, item, a[1]);
    if (!same) return same.as<Value>();
    if (!*same) items.push_back(item);
  }
  return make_array(context.result, std::move(items));
}

Outcome<Value> position(const CallContext& context, Arguments a) {
  if (a[0].is_null()) return Value::null(TypeId::int4);
  if (!is_flat(a[0])) return nested();
  const Compound& array = a[0].compound();
  for (std::size_t at = 0; at < array.items.size(); ++at) {
    const Outcome<bool> same = is_same(context, array.items[at], a[1]);
    if (!same) return same.as<Value>();
    if (*same) return Value::of(TypeId::int4, static_cast<std::int64_t>(at) + array.lower_bounds[0]);
  }
  return Value::null(TypeId::int4);
}

/// Whether every element of `part` is in `whole`; NULLs are in nothing.
Outcome<Value> contains(const CallContext& context, const Value& whole, const Value& part, bool any) {
  for (const Value& wanted : part.compound().items) {
    bool found = false;
    for (const Value& item : whole.compound().items) {
      if (wanted.is_null() || item.is_null()) continue;
      const Outcome<bool> same = is_same(context, item, wanted);
      if (!same) return same.as<Value>();
      found = found || *same;
    }
    if (found == any) return Value::boolean(any);
  }
  return Value::boolean(!any);
}
Outcome<Value> array_contains(const CallContext& context, Arguments a) { return contains(context, a[0], a[1], false); }
Outcome<Value> array_contained(const CallContext& context, Arguments a) { return contains(context, a[1], a[0], false); }
Outcome<Value> array_overlaps(const CallContext& context, Arguments a) { return contains(context, a[0], a[1], true); }

Outcome<Value> split(const CallContext&, Arguments a) {
  if (a[0].is_null()) return Value::null(array_of(TypeId::text));
  if (a[1].is_null()) return Doubt{"string_to_array without a separator is not evaluated offline"};
  const std::string& value = a[0].text();
  const std::string& separator = a[1].text();
  std::vector<Value> items;
  const auto add = [&](std::string part) {
    const bool null = a.size() > 2 && !a[2].is_null() && part == a[2].text();
    items.push_back(null ? Value::null(TypeId::text) : Value::of(TypeId::text, std::move(part)));
  };
  if (!value.empty()) {
    std::size_t from = 0;
    for (std::size_t found = separator.empty() ? std::string::npos : value.find(separator); found != std::string::npos;
         found = value.find(separator, from)) {
      add(value.substr(from, found - from));
      from = found + separator.size();
    }
    add(value.substr(from));
  }
  return make_array(array_of(TypeId::text), std::move(items));
}

Outcome<Value> to_text(const CallContext& context, Arguments a) {
  if (a[0].is_null() || a[1].is_null()) return Value::null(TypeId::text);
  std::string result;
  bool first = true;
  for (const Value& item : a[0].compound().items) {
    if (item.is_unknown()) return follows_from(context.host, item, TypeId::text);
    if (item.is_null() && (a.size() < 3 || a[2].is_null())) continue;
    if (!first) result += a[1].text();
    result += item.is_null() ? a[2].text() : text_of(context.host, item);
    first = false;
  }
  return Value::of(TypeId::text, std::move(result));
}

constexpr ImplementationEntry kArrays[] = {
    {"array_length", length}, {"array_upper", upper}, {"array_lower", lower}, {"array_cardinality", cardinality}, {"array_ndims", dimensions},
    {"array_append", append}, {"array_prepend", prepend}, {"array_cat", join}, {"array_remove", remove}, {"array_position", position},
    {"arraycontains", array_contains}, {"arraycontained", array_contained}, {"arrayoverlap", array_overlaps}, {"text_to_array", split},
    {"text_to_array_null", split}, {"array_to_text", to_text}, {"array_to_text_null", to_text},
};

}  // namespace

std::span<const ImplementationEntry> array_functions() { return kArrays; }

}  // namespace pgfk
