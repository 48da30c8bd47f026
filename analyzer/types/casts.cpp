// Casts: the table's, those through text, of arrays element by element, of rows field by field. Source: parse_coerce.c, find_coercion_pathway.
#include <algorithm>
#include <unordered_map>

#include "analyzer/types/builtin_types.h"
#include "analyzer/types/cast_table.h"
#include "analyzer/types/range_sets.h"

namespace pgfk {
namespace {

constexpr int kCastDepth = 50;  // arrays of rows of arrays ...

const BuiltinCast* find_cast(TypeId from, TypeId to) {
  using Index = std::unordered_map<std::uint64_t, const BuiltinCast*>;
  const auto key = [](TypeId a, TypeId b) { return std::uint64_t{static_cast<std::uint32_t>(a)} << 32 | static_cast<std::uint32_t>(b); };
  static const Index index = [&] {
    Index made;
    for (const std::span<const BuiltinCast> table : {number_casts(), text_casts(), datetime_casts(), json_casts(), other_casts()}) {
      for (const BuiltinCast& cast : table) made.emplace(key(cast.from, cast.to), &cast);
    }
    return made;
  }();
  const auto found = index.find(key(from, to));
  return found == index.end() ? nullptr : found->second;
}

bool is_citext(const TypeLookup& types, TypeId type) {
  const Type* info = static_cast<std::uint32_t>(type) < kFirstUserType ? nullptr : types.type(type);
  return info != nullptr && !is_array(type) && info->kind == TypeKind::opaque && info->name == "citext";
}

/// PostgreSQL's string category: any value can be written into it, and read from it where asked to.
bool is_string(const TypeLookup& types, TypeId type) {
  return type == TypeId::text || type == TypeId::varchar || type == TypeId::bpchar || type == TypeId::name || is_citext(types, type);
}

bool is_composite(const TypeLookup& types, TypeId type) {
  const Type* info = static_cast<std::uint32_t>(type) < kFirstUserType || is_array(type) ? nullptr : types.type(type);
  return info != nullptr && info->kind == TypeKind::composite;
}

enum class Way { none, same, table, elements, fields, multirange, text, unknown };

/// How a value of one base type becomes one of another, if the context allows it.
Way find_way(const TypeLookup& types, TypeId from, TypeId to, CastContext how, int depth = 0) {
  if (from == to) return Way::same;
  if (from == TypeId::unknown) return Way::unknown;
  if (const BuiltinCast* cast = find_cast(from, to); cast != nullptr && how >= cast->context) return Way::table;
  if (is_citext(types, from) && is_string(types, to) && (how != CastContext::implicit || to != TypeId::bpchar)) return Way::text;
  if (is_array(from) && is_array(to) && depth < kCastDepth) {
    const TypeId from_element = base_type(types, element_of(from)), to_element = base_type(types, element_of(to));
    if (find_way(types, from_element, to_element, how, depth + 1) != Way::none) return Way::elements;
  }
  if (from == TypeId::record && is_composite(types, to)) return Way::fields;
  if (how == CastContext::explicit_ && is_multirange_over(types, to, from)) return Way::multirange;
  if (how >= CastContext::assignment && is_string(types, to)) return Way::text;
  if (how >= CastContext::explicit_ && is_string(types, from)) return Way::text;
  return Way::none;
}

ServerError cannot_cast(const TypeLookup& types, TypeId from, TypeId to, std::string detail = {}) {
  return {"42846", "cannot cast type " + format_type(types, from) + " to " + format_type(types, to), std::move(detail)};
}

Outcome<Value> coerce(const TypeContext& context, Value value, std::int32_t typmod, CastContext how) {
  if (typmod < 0 || !value.is_known()) return value;
  const TypeOps& ops = type_ops(context.types, value.type());
  if (ops.coerce == nullptr) return value;
  return ops.coerce(context, std::move(value), typmod, how == CastContext::explicit_);
}

Outcome<Value> read_literal(const TypeContext& context, const std::string& text, TypeId to, std::int32_t typmod, CastContext how) {
  // The literal is read first and fitted then, so that an explicit cast may cut; interval's fields steer the reading itself.
  Outcome<Value> read = read_value(context, to, to == TypeId::interval ? typmod : -1, text);
  if (!read) return read;
  return coerce(context, *std::move(read), typmod, how);
}

Outcome<Value> through_text(const TypeContext& context, const Value& value, TypeId to, std::int32_t typmod, CastContext how) {
  return read_literal(context, write_value(context, value), to, typmod, how);
}

Outcome<Value> element_wise(const TypeContext& context, const Value& value, TypeId to, std::int32_t typmod, CastContext how) {
  Compound cast = value.compound();
  for (Value& item : cast.items) {
    Outcome<Value> converted = cast_value(context, item, element_of(to), typmod, how);
    if (!converted) return converted;
    item = *std::move(converted);
  }
  return Value::of(to, std::move(cast));
}

Outcome<Value> field_wise(const TypeContext& context, const Value& value, TypeId to, CastContext how) {
  const Type* info = context.types.type(to);
  const std::vector<Value>& fields = value.compound().items;
  if (fields.size() != info->fields.size()) {
    return cannot_cast(context.types, value.type(), to,
                       fields.size() < info->fields.size() ? "Input has too few columns." : "Input has too many columns.");
  }
  Compound row;
  for (std::size_t field = 0; field < fields.size(); ++field) {
    Outcome<Value> converted = cast_value(context, fields[field], info->fields[field].second, -1, how);
    if (!converted) return converted;
    row.items.push_back(*std::move(converted));
  }
  return Value::of(to, std::move(row));
}

}  // namespace

Outcome<Value> cast_value(const TypeContext& context, const Value& value, TypeId to, std::int32_t typmod, CastContext how) {
  const TypeLookup& types = context.types;
  for (int depth = 0; depth < kCastDepth && !is_array(to); ++depth) {
    const Type* info = static_cast<std::uint32_t>(to) < kFirstUserType ? nullptr : types.type(to);
    if (info == nullptr || info->kind != TypeKind::domain) break;
    if (typmod < 0) typmod = info->typmod;
    to = info->base;
  }
  const TypeId from = base_type(types, value.type());
  const Way way = find_way(types, from, to, how);
  if (way == Way::none) return cannot_cast(types, value.type(), to);
  if (value.is_null()) return Value::null(to);
  if (value.is_unknown()) return Value::unknown(to, value.symbol());
  switch (way) {
    case Way::same:
      if (is_array(to) && typmod >= 0) return element_wise(context, value, to, typmod, how);
      return coerce(context, value.type() == to ? value : value.relabel(to), typmod, how);
    case Way::unknown: return read_literal(context, value.text(), to, typmod, how);
    case Way::table: {
      const BuiltinCast* cast = find_cast(from, to);
      Outcome<Value> converted = cast->convert == nullptr ? value.relabel(to) : cast->convert(context, value, to);
      if (!converted) return converted;
      return coerce(context, *std::move(converted), typmod, how);
    }
    case Way::elements: return element_wise(context, value, to, typmod, how);
    case Way::fields: return field_wise(context, value, to, how);
    case Way::multirange: return multirange_of(context, to, range_list(context, value));
    case Way::text: return through_text(context, value, to, typmod, how);
    case Way::none: break;
  }
  return cannot_cast(types, value.type(), to);
}

bool can_cast(const TypeLookup& types, TypeId from, TypeId to, CastContext how) {
  return find_way(types, base_type(types, from), base_type(types, to), how) != Way::none;
}

}  // namespace pgfk
