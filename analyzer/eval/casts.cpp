#include "analyzer/eval/casts.h"

#include "analyzer/eval/regclass.h"
#include "analyzer/eval/type_rules.h"

namespace pgfk {

namespace {

bool is_text(TypeId type) { return type == TypeId::text || type == TypeId::varchar; }
bool is_integer(TypeId type) { return type == TypeId::int2 || type == TypeId::int4 || type == TypeId::int8; }

/// Whether two different values stay different, and come back the same if cast back.
bool keeps_identity(TypeId from, TypeId to, std::int32_t typmod) {
  if (typmod >= 0 && from != to) return false;
  if (from == to) return typmod < 0;
  return (is_text(from) && is_text(to)) || (is_integer(from) && is_integer(to)) || (from == TypeId::uuid && is_text(to)) ||
         (is_text(from) && to == TypeId::uuid);
}

Outcome<Value> cast_row(const Catalog& catalog, EvaluationHost& host, const Value& value, const Type& composite, CastContext how) {
  const Compound& row = value.compound();
  if (row.items.size() != composite.fields.size()) {
    return ServerError{"42846", "cannot cast type record to " + format_type(catalog, composite.id), 
                       row.items.size() < composite.fields.size() ? "Input has too few columns." : "Input has too many columns."};
  }
  Compound cast;
  for (std::size_t at = 0; at < row.items.size(); ++at) {
    Outcome<Value> item = run_cast(catalog, host, row.items[at], composite.fields[at].second, -1, how);
    if (!item) return item;
    cast.items.push_back(std::move(*item));
  }
  return Value::of(composite.id, std::move(cast));
}

}  // namespace

std::string text_of(EvaluationHost& host, const Value& value) {
  return write_value(host.types(), value);
}

Outcome<Value> run_cast(const Catalog& catalog, EvaluationHost& host, const Value& value, TypeId type, std::int32_t typmod, CastContext how) {
  const TypeContext types = host.types();
  const TypeId target = base_type(types.types, type);
  const TypeId source = base_type(types.types, value.type());
  if (value.is_null()) return Value::null(type);
  if (value.is_unknown()) {
    if (keeps_identity(source, target, typmod)) return Value::unknown(type, value.symbol());
    return follows_from(host, value, type);
  }
  if (source == target && typmod < 0) return value.relabel(type);
  if (target == TypeId::regclass) {
    if (is_text(source) || source == TypeId::unknown) return read_regclass(catalog, host.names(), value.text());
    return Doubt{"relations are not known by their OID"};
  }
  if (source == TypeId::regclass) {
    if (!is_text(target)) return Doubt{"OIDs of relations are known to the server alone"};
    return Value::of(target, value.text());
  }
  if (source == TypeId::record && !is_array(target)) {
    if (const Type* composite = types.types.type(target); composite != nullptr && composite->kind == TypeKind::composite) {
      return cast_row(catalog, host, value, *composite, how);
    }
  }
  Outcome<Value> cast = cast_value(types, value, target, typmod, how);
  if (!cast) return cast;
  return std::move(*cast).relabel(type == target ? target : type);
}

}  // namespace pgfk
