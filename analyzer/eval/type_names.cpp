#include "analyzer/eval/type_names.h"

namespace pgfk {

namespace {

std::string written(const TypeName& name) { return name.schema.empty() ? name.name : name.schema + "." + name.name; }

TypeId in_schema(const Catalog& catalog, const std::string& schema, const std::string& name) {
  if (schema == "pg_catalog") return builtin_type(name);
  if (const TypeId found = catalog.find_type_in(schema, name); found != TypeId::none) return found;
  // "_name" is how the server calls the array type.
  if (name.size() < 2 || name.front() != '_') return TypeId::none;
  const TypeId element = catalog.find_type_in(schema, name.substr(1));
  return element == TypeId::none ? TypeId::none : array_of(element);
}

TypeId look_up(const Catalog& catalog, const NameScope& names, const TypeName& name) {
  const std::string temporary = Catalog::temporary_schema(names);
  if (!name.schema.empty()) return in_schema(catalog, name.schema == "pg_temp" ? temporary : name.schema, name.name);
  if (const TypeId found = in_schema(catalog, temporary, name.name); found != TypeId::none) return found;
  if (const TypeId builtin = builtin_type(name.name); builtin != TypeId::none) return builtin;
  for (const std::string& schema : names.search_path) {
    if (const TypeId found = in_schema(catalog, schema, name.name); found != TypeId::none) return found;
  }
  return TypeId::none;
}

}  // namespace

Outcome<std::pair<TypeId, std::int32_t>> named_type(const Catalog& catalog, const NameScope& names, const TypeName& name) {
  if (name.percent_type) {
    QualifiedName table;
    table.name = name.schema;
    const RelationId relation = name.schema.empty() ? RelationId::none : catalog.find(names, table);
    const ColumnIndex column = relation == RelationId::none ? kNoColumn : catalog[relation].column(name.name);
    if (column == kNoColumn) return Doubt{"type \"" + written(name) + "%TYPE\" is not looked up", name.location};
    const Column& like = catalog[relation].columns[column];
    return std::pair<TypeId, std::int32_t>(name.array_dimensions > 0 ? array_of(like.type) : like.type, like.typmod);
  }
  TypeId type = look_up(catalog, names, name);
  if (type == TypeId::none) {
    QualifiedName relation;
    relation.schema = name.schema;
    relation.name = name.name;
    if (catalog.find(names, relation) != RelationId::none) {
      return Doubt{"the row type of \"" + written(name) + "\" is not known", name.location};
    }
    if (!name.schema.empty() && name.schema != "pg_catalog" && !catalog.has_schema(name.schema)) {
      return ServerError{.sqlstate = "3F000", .message = "schema \"" + name.schema + "\" does not exist", .location = name.location};
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
