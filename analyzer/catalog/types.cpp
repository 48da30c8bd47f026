// Type names and collations, looked up as the session does.
// Source: parse_type.c, LookupTypeName; namespace.c, get_collation_oid.
#include <algorithm>
#include <array>

#include "analyzer/catalog/work.h"

namespace pgfk {
namespace {

std::string shown(const TypeName& name) {
  std::string text = name.schema.empty() ? name.name : name.schema + "." + name.name;
  if (name.array_dimensions > 0) text += "[]";
  return text;
}

/// The row type of a table, made when first asked for.
TypeId row_type(const Work& work, RelationId id) {
  const Relation& relation = work[id];
  Type type;
  type.schema = relation.schema;
  type.name = relation.name;
  type.kind = TypeKind::composite;
  for (const Column& column : relation.columns) {
    if (!column.dropped) type.fields.emplace_back(column.name, column.type);
  }
  return work.catalog.add_type(std::move(type));
}

bool has_row_type(RelationKind kind) {
  switch (kind) {
    case RelationKind::table:
    case RelationKind::partitioned_table:
    case RelationKind::view:
    case RelationKind::materialized_view:
    case RelationKind::foreign_table: return true;
    case RelationKind::sequence:
    case RelationKind::index:
    case RelationKind::composite_type: return false;
  }
  return false;
}

TypeId find_in_schema(const Work& work, const std::string& schema, const std::string& name) {
  if (schema == "pg_catalog") return builtin_type(name);
  if (const TypeId type = work.catalog.find_type_in(schema, name); type != TypeId::none) return type;
  const RelationId relation = work.catalog.find_in(schema, name);
  if (relation != RelationId::none && has_row_type(work[relation].kind)) return row_type(work, relation);
  // "_name" is how the server calls the array type.
  if (name.size() > 1 && name.front() == '_') {
    if (const TypeId element = work.catalog.find_type_in(schema, name.substr(1)); element != TypeId::none) {
      return array_of(element);
    }
  }
  return TypeId::none;
}

TypeId find_type(const Work& work, const TypeName& name) {
  const std::string temporary = Catalog::temporary_schema(work.scope);
  if (!name.schema.empty()) return find_in_schema(work, name.schema == "pg_temp" ? temporary : name.schema, name.name);
  if (const TypeId type = find_in_schema(work, temporary, name.name); type != TypeId::none) return type;
  const std::vector<std::string>& path = work.scope.search_path;
  const bool catalog_named = std::find(path.begin(), path.end(), "pg_catalog") != path.end();
  if (!catalog_named) {
    if (const TypeId type = builtin_type(name.name); type != TypeId::none) return type;
  }
  for (const std::string& schema : path) {
    if (const TypeId type = find_in_schema(work, schema, name.name); type != TypeId::none) return type;
  }
  return TypeId::none;
}

/// The modifiers as numbers; nullopt where one is no constant number.
std::optional<std::vector<std::int64_t>> numbers(const std::vector<ExprPtr>& modifiers) {
  std::vector<std::int64_t> result;
  for (const ExprPtr& modifier : modifiers) {
    const Expr* expr = modifier.get();
    std::int64_t sign = 1;
    if (expr != nullptr && expr->kind == ExprKind::op && expr->name == "-" && expr->args.size() == 1) {
      sign = -1;
      expr = expr->args.front().get();
    }
    if (expr == nullptr || expr->kind != ExprKind::integer) return std::nullopt;
    result.push_back(sign * expr->integer);
  }
  return result;
}

}  // namespace

Outcome<TypeAndModifier> resolve_type_name(const Work& work, const TypeName& name) {
  if (name.percent_type) return Doubt{"the type of a column is not followed", name.location};
  const TypeId found = find_type(work, name);
  if (found == TypeId::none) {
    const bool no_schema = !name.schema.empty() && !work.catalog.has_schema(name.schema);
    ServerError error = no_schema ? missing_schema(name.schema)
                                  : refusal("42704", "type " + quoted(shown(name)) + " does not exist");
    error.location = name.location;
    return error;
  }
  std::int32_t modifier = -1;
  // Extensions read modifiers in their own ways.
  const bool built_in = static_cast<std::uint32_t>(found) < kFirstUserType;
  if (built_in && (!name.modifiers.empty() || name.interval_fields != -1)) {
    const std::optional<std::vector<std::int64_t>> values = numbers(name.modifiers);
    if (!values) return refusal("42601", "type modifiers must be simple constants or identifiers");
    const Outcome<std::int32_t> read = read_typmod(found, *values, name.interval_fields);
    if (!read) return read.as<TypeAndModifier>();
    modifier = *read;
  }
  return TypeAndModifier{name.array_dimensions > 0 ? array_of(found) : found, modifier};
}

bool is_collatable(const Catalog& catalog, TypeId type) {
  if (is_array(type)) return is_collatable(catalog, element_of(type));
  const TypeId base = base_type(catalog, type);
  static constexpr std::array kCollatable = {TypeId::text, TypeId::varchar, TypeId::bpchar, TypeId::name};
  if (std::find(kCollatable.begin(), kCollatable.end(), base) != kCollatable.end()) return true;
  const Type* info = catalog.type(base);
  return info != nullptr && info->kind == TypeKind::opaque;
}

namespace {

/// Collations that a usual server on a usual system has: initdb takes them from the system and from ICU.
bool comes_with_the_server(std::string_view name, int version) {
  static constexpr std::string_view kAlways[] = {"C", "POSIX", "default", "ucs_basic", "unicode"};
  if (std::find(std::begin(kAlways), std::end(kAlways), name) != std::end(kAlways)) return true;
  if (name == "pg_c_utf8") return version >= 17;
  if (name == "pg_unicode_fast") return version >= 18;
  const auto ends_with = [name](std::string_view tail) {
    return name.size() > tail.size() && name.substr(name.size() - tail.size()) == tail;
  };
  const bool language = name.size() >= 5 && name[2] == '_';
  return ends_with("-x-icu") || ends_with(".utf8") || ends_with(".UTF-8") || language;
}

}  // namespace

Outcome<std::string> resolve_collation(const Work& work, const std::string& written) {
  if (written.empty()) return std::string();
  // A schema may stand before it; a locale's name has a dot of its own.
  std::string name = written;
  if (work.catalog.collation(name) == nullptr && !comes_with_the_server(name, work.version())) {
    const std::size_t dot = written.find('.');
    if (dot != std::string::npos && work.catalog.has_schema(written.substr(0, dot))) name = written.substr(dot + 1);
  }
  if (const std::string_view prefix = "pg_catalog."; name.compare(0, prefix.size(), prefix) == 0) name.erase(0, prefix.size());
  if (work.catalog.collation(name) != nullptr || comes_with_the_server(name, work.version())) return name;
  return refusal("42704", "collation " + quoted(written) + " for encoding \"UTF8\" does not exist");
}

Outcome<std::pair<TypeId, std::int32_t>> Definitions::resolve_type(const TypeName& name, const NameScope& scope) {
  const Work work{catalog_, host_, scope, {}};
  return resolve_type_name(work, name);
}

}  // namespace pgfk
