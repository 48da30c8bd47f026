// CREATE TYPE and ALTER TYPE .. VALUE.
// Source: typecmds.c, DefineEnum, DefineCompositeType, DefineRange; pg_enum.c, AddEnumLabel.
#include <algorithm>

#include "analyzer/catalog/families.h"

namespace pgfk {
namespace {

constexpr std::size_t kMaxLabelBytes = 63;

Outcome<Type> new_type(const Work& work, const QualifiedName& name, TypeKind kind) {
  const Outcome<std::string> schema = schema_for_new(work, name);
  if (!schema) return schema.as<Type>();
  Type type;
  type.schema = *schema;
  type.name = name.name;
  type.kind = kind;
  return type;
}

Done check_free(const Work& work, const Type& type) {
  if (work.catalog.find_type_in(type.schema, type.name) != TypeId::none) {
    return refusal("42710", "type " + quoted(type.name) + " already exists");
  }
  return done();
}

ServerError label_too_long(const std::string& label) {
  return refusal("42602", "invalid enum label " + quoted(label), "Labels must be 63 bytes or less.");
}

Done create_enum(Work& work, const CreateType& statement) {
  Outcome<Type> type = new_type(work, statement.type, TypeKind::enum_);
  if (!type) return type.as<std::monostate>();
  if (Done free = check_free(work, *type); !free) return free;
  for (std::size_t at = 0; at < statement.labels.size(); ++at) {
    const std::string& label = statement.labels[at];
    if (label.size() > kMaxLabelBytes) return label_too_long(label);
    if (std::find(type->labels.begin(), type->labels.end(), label) != type->labels.end()) {
      return refusal("23505", "duplicate key value violates unique constraint \"pg_enum_typid_label_index\"");
    }
    type->labels.push_back(label);
  }
  work.catalog.add_type(std::move(*type));
  return done();
}

Done create_composite(Work& work, const CreateType& statement) {
  Outcome<Type> type = new_type(work, statement.type, TypeKind::composite);
  if (!type) return type.as<std::monostate>();
  for (const ColumnDef& attribute : statement.attributes) {
    const Outcome<TypeAndModifier> field = resolve_type_name(work, attribute.type);
    if (!field) return field.as<std::monostate>();
    for (const auto& [name, ignored] : type->fields) {
      if (name == attribute.name) return refusal("42701", "column " + quoted(name) + " specified more than once");
    }
    type->fields.emplace_back(attribute.name, field->first);
  }
  if (work.catalog.relation_name_taken(type->schema, type->name)) {
    return refusal("42P07", "relation " + quoted(type->name) + " already exists");
  }
  if (Done free = check_free(work, *type); !free) return free;
  work.catalog.add_type(std::move(*type));
  return done();
}

const Option* option(const CreateType& statement, std::string_view name) {
  for (const Option& given : statement.options) {
    if (given.name == name) return &given;
  }
  return nullptr;
}

/// "floatrange" gives "floatmultirange", other names get "_multirange" behind.
std::string multirange_name(const std::string& range) {
  const std::size_t at = range.find("range");
  if (at == std::string::npos) return cut_at_character(range, 52) + "_multirange";
  std::string name = range;
  return name.insert(at, "multi");
}

Done create_range(Work& work, const CreateType& statement) {
  Outcome<Type> type = new_type(work, statement.type, TypeKind::range);
  if (!type) return type.as<std::monostate>();
  if (Done free = check_free(work, *type); !free) return free;
  const Option* subtype = option(statement, "subtype");
  if (subtype == nullptr) return refusal("42601", "type attribute \"subtype\" is required");
  TypeName name;
  name.name = subtype->names.empty() ? subtype->value.value_or("") : subtype->names.back();
  if (subtype->names.size() > 1) name.schema = subtype->names[subtype->names.size() - 2];
  const Outcome<TypeAndModifier> found = resolve_type_name(work, name);
  if (!found) return found.as<std::monostate>();
  type->subtype = found->first;
  Type multirange = *type;
  multirange.kind = TypeKind::multirange;
  multirange.name = multirange_name(type->name);
  if (const Option* written = option(statement, "multirange_type_name")) {
    multirange.name = written->names.empty() ? written->value.value_or(multirange.name) : written->names.back();
  }
  const TypeId range = work.catalog.add_type(std::move(*type));
  multirange.subtype = range;
  if (Done free = check_free(work, multirange); !free) return free;
  work.catalog.add_type(std::move(multirange));
  return done();
}

/// Shells and base types: made by C functions, so only their name is known.
Done create_opaque(Work& work, const CreateType& statement) {
  Outcome<Type> type = new_type(work, statement.type, TypeKind::opaque);
  if (!type) return type.as<std::monostate>();
  const TypeId known = work.catalog.find_type_in(type->schema, type->name);
  if (statement.kind == CreateTypeKind::base && known != TypeId::none) return done();  // its shell came first
  if (Done free = check_free(work, *type); !free) return free;
  work.catalog.add_type(std::move(*type));
  return done();
}

}  // namespace

Done create_type(Work& work, const CreateType& statement) {
  switch (statement.kind) {
    case CreateTypeKind::enum_: return create_enum(work, statement);
    case CreateTypeKind::composite: return create_composite(work, statement);
    case CreateTypeKind::range: return create_range(work, statement);
    case CreateTypeKind::base:
    case CreateTypeKind::shell: return create_opaque(work, statement);
  }
  return done();
}

Done alter_enum(Work& work, const AlterEnum& statement) {
  TypeName name;
  name.schema = statement.type.schema;
  name.name = statement.type.name;
  const Outcome<TypeAndModifier> found = resolve_type_name(work, name);
  if (!found) return found.as<std::monostate>();
  const Type* type = work.catalog.type(found->first);
  if (type == nullptr || type->kind != TypeKind::enum_) {
    return refusal("42809", type_text(work, found->first) + " is not an enum");
  }
  const auto place = [&](const std::string& label) { return std::find(type->labels.begin(), type->labels.end(), label); };
  const auto missing = [&](const std::string& label) {
    return refusal("22023", quoted(label) + " is not an existing enum label");
  };
  const auto exists = [&](const std::string& label) {
    return refusal("42710", "enum label " + quoted(label) + " already exists");
  };
  if (!statement.old_label.empty()) {
    const auto at = place(statement.old_label);
    if (at == type->labels.end()) return missing(statement.old_label);
    if (place(statement.new_label) != type->labels.end()) return exists(statement.new_label);
    const auto index = static_cast<std::size_t>(at - type->labels.begin());
    work.catalog.edit_type(found->first).labels[index] = statement.new_label;
    return done();
  }
  if (statement.new_label.size() > kMaxLabelBytes) return label_too_long(statement.new_label);
  if (place(statement.new_label) != type->labels.end()) {
    if (statement.if_not_exists) return done();
    return exists(statement.new_label);
  }
  auto index = type->labels.size();
  if (!statement.neighbor.empty()) {
    const auto at = place(statement.neighbor);
    if (at == type->labels.end()) return missing(statement.neighbor);
    index = static_cast<std::size_t>(at - type->labels.begin()) + (statement.after ? 1 : 0);
  }
  std::vector<std::string>& labels = work.catalog.edit_type(found->first).labels;
  labels.insert(labels.begin() + static_cast<std::ptrdiff_t>(index), statement.new_label);
  return done();
}

}  // namespace pgfk
