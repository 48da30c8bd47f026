// Finds the family of a type and asks it; what is the same for all types is here.
#include "analyzer/types/type_io.h"

#include "analyzer/types/builtin_types.h"
#include "analyzer/types/family.h"

namespace pgfk {
namespace {

constexpr int kDomainDepth = 100;  // domains over domains; a catalog has no cycles, a broken one shall not hang us

const TypeOps& user_type_ops(const Type* type) {
  if (type == nullptr) return kOpaqueOps;
  switch (type->kind) {
    case TypeKind::enum_: return kEnumOps;
    case TypeKind::composite: return kRecordOps;
    case TypeKind::range: return kRangeOps;
    case TypeKind::multirange: return kMultirangeOps;
    case TypeKind::base:
    case TypeKind::opaque:
    case TypeKind::pseudo:
    case TypeKind::domain: break;
  }
  return type->name == "citext" ? kCitextOps : kOpaqueOps;
}

/// Follows domains to the base type; the outermost modifier is the one in force (a domain has its own, columns of it have none).
TypeId resolve_domain(const TypeLookup& types, TypeId type, std::int32_t& typmod) {
  for (int depth = 0; depth < kDomainDepth; ++depth) {
    if (static_cast<std::uint32_t>(type) < kFirstUserType || is_array(type)) break;
    const Type* info = types.type(type);
    if (info == nullptr || info->kind != TypeKind::domain) break;
    if (typmod < 0) typmod = info->typmod;
    type = info->base;
  }
  return type;
}

}  // namespace

const TypeOps& type_ops(const TypeLookup& types, TypeId type) {
  if (is_array(type)) return kArrayOps;
  if (const BuiltinType* builtin = find_builtin(type)) return *builtin->ops;
  return user_type_ops(types.type(type));
}

TypeId base_type(const TypeLookup& types, TypeId type) {
  std::int32_t typmod = -1;
  return resolve_domain(types, type, typmod);
}

Outcome<Value> read_value(const TypeContext& context, TypeId type, std::int32_t typmod, std::string_view text) {
  const TypeId base = resolve_domain(context.types, type, typmod);
  return type_ops(context.types, base).read(context, base, typmod, text);
}

std::string write_value(const TypeContext& context, const Value& value) {
  if (value.is_null()) return "null";
  if (value.is_unknown()) return "?";
  std::string out;
  type_ops(context.types, base_type(context.types, value.type())).write(context, value, out);
  return out;
}

void append_key(const TypeContext& context, const Value& value, std::string& out) {
  if (!value.is_known()) return;
  type_ops(context.types, base_type(context.types, value.type())).append_key(context, value, out);
}

int compare_values(const TypeContext& context, const Value& a, const Value& b) {
  return type_ops(context.types, base_type(context.types, a.type())).compare(context, a, b);
}

namespace {

/// Asks `ask` of each type that `type` is made of, down to the built-in ones; true if all say so. Opaque types answer `opaque`.
template <typename Ask>
bool all_parts(const TypeLookup& types, TypeId type, bool opaque, Ask ask, int depth = 0) {
  if (depth > kDomainDepth) return false;
  const auto go_on = [&](TypeId part) { return all_parts(types, part, opaque, ask, depth + 1); };
  type = base_type(types, type);
  if (is_array(type)) return go_on(element_of(type));
  if (const BuiltinType* builtin = find_builtin(type)) return ask(*builtin);
  const Type* info = types.type(type);
  if (info == nullptr) return opaque;
  switch (info->kind) {
    case TypeKind::enum_: return true;
    case TypeKind::composite:
      for (const auto& field : info->fields) {
        if (!go_on(field.second)) return false;
      }
      return true;
    case TypeKind::range:
    case TypeKind::multirange: return go_on(info->subtype);
    case TypeKind::base:
    case TypeKind::opaque:
    case TypeKind::pseudo:
    case TypeKind::domain: break;
  }
  return info->name == "citext" || opaque;
}

}  // namespace

bool has_equality(const TypeLookup& types, TypeId type) {
  return all_parts(types, type, true, [](const BuiltinType& builtin) { return builtin.equality; });
}
bool has_hash(const TypeLookup& types, TypeId type) {
  return all_parts(types, type, true, [](const BuiltinType& builtin) { return builtin.hash; });
}
bool is_understood(const TypeLookup& types, TypeId type) {
  return all_parts(types, type, false, [](const BuiltinType& builtin) { return builtin.understood; });
}

}  // namespace pgfk
