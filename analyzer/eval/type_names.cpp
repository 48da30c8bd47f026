#include "analyzer/eval/type_names.h"

namespace pgfk {

namespace {

std::string written(const TypeName& name) { return name.schema.empty() ? name.name : name.schema + "." + name.name; }

TypeId look_up(const Catalog& catalog, const NameScope& names, const TypeName& name) {
  if (name.schema == "pg_catalog") return builtin_type(name.name);
  if (!name.schema.empty()) return catalog.find_type_in(name.schema, name.name);
  if (const TypeId builtin = builtin_type(name.name); builtin != TypeId::none) return builtin;
  for (const std::string& schema : names.search_path) {
    if (const TypeId found = catalog.find_type_in(schema, name.name); found != TypeId::none) return found;
  }
  return TypeId::none;
}

}  // namespace

Outcome<std::pair<TypeId, std::int32_t>> named_type(const Catalog& catalog, const NameScope& names, const TypeName& name) {
  if (name.percent_type) return Doubt{"type \"" + written(name) + "%TYPE\" is not looked up", name.location};
  TypeId type = look_up(catalog, names, name);
  if (type == TypeId::none) {
    QualifiedName relation;
    relation.schema = name.schema;
    relation.name = name.name;
    if (catalog.find(names, relation) != RelationId::none) {
      return Doubt{"the row type of \"" + written(name) + "\" is not known", name.location};
    }
    return ServerError{.sqlstate = "42704", .message = "type \"" + written(name) + "\" does not exist", .location = name.location};
  }
  std::int32_t typmod = -1;
  if (!name.modifiers.empty() || name.interval_fields >= 0) {
    std::vector<std::int64_t> modifiers;
    for (const ExprPtr& modifier : name.modifiers) {
      if (!modifier || modifier->kind != ExprKind::integer) return Doubt{"a type modifier that is no number", name.location};
      modifiers.push_back(modifier->integer);
    }
    const Outcome<std::int32_t> read = read_typmod(type, modifiers, name.interval_fields);
    if (!read) return read.as<std::pair<TypeId, std::int32_t>>();
    typmod = *read;
  }
  if (name.array_dimensions > 0) type = array_of(type);
  return std::pair<TypeId, std::int32_t>(type, typmod);
}

}  // namespace pgfk
