// Functions, triggers and rules: kept, and judged as far as their names go.
// Source: functioncmds.c, CreateFunction; trigger.c, CreateTrigger; rewriteDefine.c.
#include <algorithm>

#include "analyzer/catalog/families.h"
#include "analyzer/catalog/triggers.h"

namespace pgfk {
namespace {

constexpr std::string_view kLanguages[] = {"sql", "plpgsql", "internal", "c"};

/// Trigger functions that come with the server or its contrib modules.
constexpr std::string_view kTriggerFunctions[] = {
    "suppress_redundant_updates_trigger", "tsvector_update_trigger", "tsvector_update_trigger_column", "moddatetime", "autoinc",
    "insert_username", "lo_manage", "triggered_change_notification", "check_primary_key", "check_foreign_key", "unique_key_recheck"};

std::vector<TypeId> argument_types(const Work& work, const CreateFunction& function) {
  std::vector<TypeId> types;
  for (const FunctionParameter& parameter : function.parameters) {
    if (parameter.mode == 'o' || parameter.mode == 't') continue;
    const Outcome<TypeAndModifier> type = resolve_type_name(work, parameter.type);
    types.push_back(type.ok() ? type->first : TypeId::none);
  }
  return types;
}

std::string type_name_text(const TypeName& type) {
  std::string text = type.schema.empty() ? type.name : type.schema + "." + type.name;
  return type.array_dimensions > 0 ? text + "[]" : text;
}

Done check_types(const Work& work, const CreateFunction& statement) {
  for (const FunctionParameter& parameter : statement.parameters) {
    const Outcome<TypeAndModifier> type = resolve_type_name(work, parameter.type);
    if (!type.refused()) continue;
    // Here, and only here, the server does not quote the name.
    if (type.error().sqlstate == "42704") return refusal("42704", "type " + type_name_text(parameter.type) + " does not exist");
    return type.error();
  }
  if (!statement.returns) return done();
  const Outcome<TypeAndModifier> type = resolve_type_name(work, *statement.returns);
  // Functions in C may return a type that is yet to be made.
  if (type.refused() && statement.language != "c" && statement.language != "internal") return type.error();
  return done();
}

bool known_trigger_function(const Work& work, const QualifiedName& name) {
  std::vector<std::string> words;
  if (!name.schema.empty()) words.push_back(name.schema);
  words.push_back(name.name);
  if (!work.catalog.functions_named(work.scope, words).empty()) return true;
  return std::find(std::begin(kTriggerFunctions), std::end(kTriggerFunctions), name.name) != std::end(kTriggerFunctions);
}

Done check_trigger_kind(const Relation& table, const CreateTrigger& statement) {
  const bool instead = statement.timing == CreateTrigger::Timing::instead_of;
  const bool view = table.kind == RelationKind::view;
  if (instead && !view) {
    return refusal("42809", quoted(table.name) + " is a table", "Tables cannot have INSTEAD OF triggers.");
  }
  if (view && !instead && statement.for_each_row) {
    return refusal("42809", quoted(table.name) + " is a view", "Views cannot have row-level BEFORE or AFTER triggers.");
  }
  if (table.kind == RelationKind::index || table.kind == RelationKind::sequence ||
      table.kind == RelationKind::materialized_view || table.kind == RelationKind::composite_type) {
    return refusal("42809", "relation " + quoted(table.name) + " cannot have triggers");
  }
  return done();
}

}  // namespace

Done create_function(Work& work, const CreateFunction& statement) {
  const Outcome<std::string> schema = schema_for_new(work, statement.function);
  if (!schema) return schema.as<std::monostate>();
  const std::string language = statement.language.empty() ? "sql" : statement.language;
  if (std::find(std::begin(kLanguages), std::end(kLanguages), language) == std::end(kLanguages)) {
    return refusal("42704", "language " + quoted(language) + " does not exist");
  }
  if (Done types = check_types(work, statement); !types) return types;
  const std::vector<TypeId> arguments = argument_types(work, statement);
  std::vector<Function> kept;
  bool replaced = false;
  for (const Function& function : work.catalog.functions()) {
    if (function.schema != *schema || function.name != statement.function.name) continue;
    if (function.definition != nullptr && argument_types(work, *function.definition) == arguments) {
      if (!statement.replace) {
        return refusal("42723", "function " + quoted(function.name) + " already exists with same argument types");
      }
      replaced = true;
    } else {
      kept.push_back(function);
    }
  }
  if (replaced) {
    work.catalog.remove_functions(*schema, statement.function.name);
    for (Function& function : kept) work.catalog.add_function(std::move(function));
  }
  work.catalog.add_function({*schema, statement.function.name, &statement});
  return done();
}

void clone_triggers_to_partition(Work& work, RelationId root, RelationId partition) {
  const std::vector<Trigger> triggers = work[root].triggers;
  for (Trigger trigger : triggers) {
    if (trigger.definition == nullptr || !trigger.definition->for_each_row) continue;
    trigger.inherited = true;
    for (const RelationId below : with_descendants(work.catalog, partition)) {
      const std::vector<Trigger>& own = work[below].triggers;
      const bool known = std::any_of(own.begin(), own.end(), [&](const Trigger& other) { return other.name == trigger.name; });
      if (!known) work.catalog.edit(below).triggers.push_back(trigger);
    }
  }
}

Done create_trigger(Work& work, const CreateTrigger& statement) {
  const Outcome<RelationId> found = existing_relation(work, statement.table);
  if (!found) return found.as<std::monostate>();
  const Relation& table = work[*found];
  if (Done kind = check_trigger_kind(table, statement); !kind) return kind;
  if (!known_trigger_function(work, statement.function)) {
    return refusal("42883", "function " + shown(statement.function) + "() does not exist");
  }
  for (const std::string& column : statement.update_columns) {
    if (table.column(column) == kNoColumn) {
      return refusal("42703", "column " + quoted(column) + " of relation " + quoted(table.name) + " does not exist");
    }
  }
  Trigger trigger;
  trigger.name = statement.name;
  trigger.definition = &statement;
  for (Trigger& own : work.catalog.edit(*found).triggers) {
    if (own.name != statement.name) continue;
    if (!statement.replace) {
      return refusal("42710", "trigger " + quoted(statement.name) + " for relation " + quoted(table.name) + " already exists");
    }
    own = trigger;
    return done();
  }
  work.catalog.edit(*found).triggers.push_back(trigger);
  const std::vector<RelationId> partitions = work[*found].partitions;
  for (const RelationId partition : partitions) clone_triggers_to_partition(work, *found, partition);
  return done();
}

Done create_rule(Work& work, const CreateRule& statement) {
  const Outcome<RelationId> found = existing_relation(work, statement.table);
  if (!found) return found.as<std::monostate>();
  Relation& table = work.catalog.edit(*found);
  if (table.kind == RelationKind::materialized_view) {
    return refusal("0A000", "rules on materialized views are not supported");
  }
  for (const CreateRule*& own : table.rules) {
    if (own->name != statement.name) continue;
    if (!statement.replace) {
      return refusal("42710", "rule " + quoted(statement.name) + " for relation " + quoted(table.name) + " already exists");
    }
    own = &statement;
    return done();
  }
  table.rules.push_back(&statement);
  return done();
}

}  // namespace pgfk
