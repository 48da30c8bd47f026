// DROP: what is named must be there and of the kind; the rest is dependencies.h.
// Source: tablecmds.c, RemoveRelations, DropErrorMsgNonExistent; dropcmds.c, does_not_exist_skipping.
#include <algorithm>

#include "analyzer/catalog/dependencies.h"
#include "analyzer/catalog/families.h"

namespace pgfk {
namespace {

struct RelationWord {
  ObjectKind object;
  const char* word;
  const char* article;
  const char* sqlstate;  // when it is missing
};

constexpr RelationWord kRelationWords[] = {
    {ObjectKind::table, "table", "a table", "42P01"},
    {ObjectKind::view, "view", "a view", "42P01"},
    {ObjectKind::materialized_view, "materialized view", "a materialized view", "42P01"},
    {ObjectKind::foreign_table, "foreign table", "a foreign table", "42P01"},
    {ObjectKind::sequence, "sequence", "a sequence", "42P01"},
    {ObjectKind::index, "index", "an index", "42704"},
};

const RelationWord* relation_word(ObjectKind object) {
  for (const RelationWord& word : kRelationWords) {
    if (word.object == object) return &word;
  }
  return nullptr;
}

bool fits(RelationKind kind, ObjectKind object) {
  switch (kind) {
    case RelationKind::table:
    case RelationKind::partitioned_table: return object == ObjectKind::table;
    case RelationKind::view: return object == ObjectKind::view;
    case RelationKind::materialized_view: return object == ObjectKind::materialized_view;
    case RelationKind::foreign_table: return object == ObjectKind::foreign_table;
    case RelationKind::sequence: return object == ObjectKind::sequence;
    case RelationKind::index: return object == ObjectKind::index;
    case RelationKind::composite_type: return false;
  }
  return false;
}

/// Indexes of constraints and sequences of identity columns belong to another object.
Done check_required(const Work& work, RelationId id) {
  const Relation& relation = work[id];
  if (relation.kind == RelationKind::index) {
    for (const UniqueKey& key : work[relation.index_of].unique_keys) {
      if (key.index != id) continue;
      if (key.partition_parent != RelationId::none) {
        const UniqueKey* parent = work[key.partition_parent].unique_key(key.parent_key);
        const std::string above = parent == nullptr ? key.parent_key : describe(work, Part{ObjectPart::relation, parent->index});
        return refusal("2BP01", "cannot drop " + describe(work, Part{ObjectPart::relation, id}) + " because " + above + " requires it");
      }
      if (key.constraint) {
        return refusal("2BP01", "cannot drop " + describe(work, Part{ObjectPart::relation, id}) + " because constraint " + key.name +
                                    " on " + describe(work, Part{ObjectPart::relation, relation.index_of}) + " requires it");
      }
    }
  }
  if (relation.kind == RelationKind::sequence) {
    const Sequence& sequence = work.catalog.sequence(id);
    if (sequence.identity && sequence.owner != RelationId::none) {
      Part column{ObjectPart::column, sequence.owner};
      column.column = sequence.owner_column;
      return refusal("2BP01", "cannot drop " + describe(work, Part{ObjectPart::relation, id}) + " because " +
                                  describe(work, column) + " requires it");
    }
  }
  return done();
}

Done drop_relations(Work& work, const Drop& statement, const RelationWord& word) {
  std::vector<Part> parts;
  for (const QualifiedName& name : statement.names) {
    const RelationId id = work.catalog.find(work.scope, name);
    if (id == RelationId::none) {
      if (statement.if_exists) continue;
      if (!name.schema.empty() && !work.catalog.has_schema(name.schema)) return missing_schema(name.schema);
      return refusal(word.sqlstate, std::string(word.word) + " " + quoted(name.name) + " does not exist");
    }
    if (!fits(work[id].kind, statement.object)) {
      return refusal("42809", quoted(work[id].name) + " is not " + word.article);
    }
    if (Done owned = must_own(work, id); !owned) return owned;
    if (Done required = check_required(work, id); !required) return required;
    parts.push_back(Part{ObjectPart::relation, id});
  }
  return drop_parts(work, parts, statement.cascade);
}

Done drop_types(Work& work, const Drop& statement) {
  std::vector<Part> parts;
  for (const QualifiedName& name : statement.names) {
    TypeName type;
    type.schema = name.schema;
    type.name = name.name;
    const Outcome<TypeAndModifier> found = resolve_type_name(work, type);
    if (!found) {
      if (statement.if_exists) continue;
      return found.as<std::monostate>();
    }
    const Type* info = work.catalog.type(found->first);
    if (static_cast<std::uint32_t>(found->first) < kFirstUserType) {
      return refusal("2BP01", "cannot drop type " + type_text(work, found->first) +
                                  " because it is required by the database system");
    }
    if (statement.object == ObjectKind::domain && info != nullptr && info->kind != TypeKind::domain) {
      return refusal("42809", quoted(shown(name)) + " is not a domain");
    }
    Part part{ObjectPart::type};
    part.type = found->first;
    parts.push_back(std::move(part));
  }
  return drop_parts(work, parts, statement.cascade);
}

Done drop_schemas(Work& work, const Drop& statement) {
  std::vector<Part> parts;
  for (const QualifiedName& name : statement.names) {
    if (!work.catalog.has_schema(name.name)) {
      if (statement.if_exists) continue;
      return missing_schema(name.name);
    }
    Part part{ObjectPart::schema};
    part.name = name.name;
    parts.push_back(std::move(part));
  }
  return drop_parts(work, parts, statement.cascade);
}

std::string argument_text(const Work& work, const Drop& statement, std::size_t at) {
  std::string text;
  if (at >= statement.function_arguments.size()) return text;
  for (const TypeName& argument : statement.function_arguments[at]) {
    const Outcome<TypeAndModifier> type = resolve_type_name(work, argument);
    if (!text.empty()) text += ", ";
    text += type.ok() ? type_text(work, type->first) : argument.name;
  }
  return text;
}

/// Whether the function has the argument types that DROP names; all do where it names none.
bool has_arguments(const Work& work, const Function& function, const Drop& statement, std::size_t at) {
  if (at >= statement.function_arguments.size() || function.definition == nullptr) return true;
  std::vector<TypeId> own, written;
  for (const FunctionParameter& parameter : function.definition->parameters) {
    if (parameter.mode == 't' || (parameter.mode == 'o' && statement.object == ObjectKind::function)) continue;
    const Outcome<TypeAndModifier> type = resolve_type_name(work, parameter.type);
    own.push_back(type.ok() ? type->first : TypeId::none);
  }
  for (const TypeName& argument : statement.function_arguments[at]) {
    const Outcome<TypeAndModifier> type = resolve_type_name(work, argument);
    written.push_back(type.ok() ? type->first : TypeId::none);
  }
  // DROP FUNCTION f without parentheses comes with no types, as f() does.
  return written.empty() || own == written;
}

Done drop_functions(Work& work, const Drop& statement) {
  std::vector<Part> parts;
  for (std::size_t at = 0; at < statement.names.size(); ++at) {
    const QualifiedName& name = statement.names[at];
    std::vector<std::string> words;
    if (!name.schema.empty()) words.push_back(name.schema);
    words.push_back(name.name);
    std::vector<const Function*> found = work.catalog.functions_named(work.scope, words);
    std::erase_if(found, [&](const Function* function) { return !has_arguments(work, *function, statement, at); });
    if (found.empty()) {
      if (statement.if_exists) continue;
      if (!name.schema.empty() && !work.catalog.has_schema(name.schema)) return missing_schema(name.schema);
      const char* word = statement.object == ObjectKind::procedure ? "procedure " : "function ";
      return refusal("42883", word + shown(name) + "(" + argument_text(work, statement, at) + ") does not exist");
    }
    Part part{ObjectPart::function};
    part.schema = found.front()->schema;
    part.name = found.front()->name;
    parts.push_back(std::move(part));
  }
  return drop_parts(work, parts, statement.cascade);
}

Done drop_on_table(Work& work, const Drop& statement) {
  for (std::size_t at = 0; at < statement.names.size() && at < statement.tables.size(); ++at) {
    const std::string& name = statement.names[at].name;
    const Outcome<RelationId> table = existing_relation(work, statement.tables[at]);
    if (!table) {
      if (statement.if_exists) continue;
      return table.as<std::monostate>();
    }
    const Relation& relation = work[*table];
    if (statement.object == ObjectKind::trigger) {
      const auto trigger = std::find_if(relation.triggers.begin(), relation.triggers.end(),
                                        [&](const Trigger& own) { return own.name == name; });
      if (trigger == relation.triggers.end()) {
        if (statement.if_exists) continue;
        return refusal("42704", "trigger " + quoted(name) + " for table " + quoted(relation.name) + " does not exist");
      }
      for (const RelationId below : with_descendants(work.catalog, *table)) {
        std::erase_if(work.catalog.edit(below).triggers, [&](const Trigger& own) {
          return own.name == name && (below == *table || own.inherited);
        });
      }
    } else if (statement.object == ObjectKind::rule) {
      const auto rule = std::find_if(relation.rules.begin(), relation.rules.end(),
                                     [&](const CreateRule* own) { return own->name == name; });
      if (rule == relation.rules.end()) {
        if (statement.if_exists) continue;
        return refusal("42704", "rule " + quoted(name) + " for relation " + quoted(relation.name) + " does not exist");
      }
      std::erase(work.catalog.edit(*table).rules, *rule);
    }
  }
  return done();
}

Done drop_extensions(Work& work, const Drop& statement) {
  for (const QualifiedName& name : statement.names) {
    if (!work.catalog.has_extension(name.name)) {
      if (statement.if_exists) continue;
      return refusal("42704", "extension " + quoted(name.name) + " does not exist");
    }
    work.catalog.remove_extension(name.name);
  }
  return done();
}

Done drop_collations(Work& work, const Drop& statement) {
  for (const QualifiedName& name : statement.names) {
    const Collation* found = work.catalog.collation(name.name);
    if (found == nullptr) {
      if (statement.if_exists) continue;
      return refusal("42704", "collation " + quoted(shown(name)) + " for encoding \"UTF8\" does not exist");
    }
    work.catalog.remove_collation(std::string(found->schema), name.name);
  }
  return done();
}

}  // namespace

Done drop(Work& work, const Drop& statement) {
  if (const RelationWord* word = relation_word(statement.object)) return drop_relations(work, statement, *word);
  switch (statement.object) {
    case ObjectKind::type:
    case ObjectKind::domain: return drop_types(work, statement);
    case ObjectKind::schema: return drop_schemas(work, statement);
    case ObjectKind::function:
    case ObjectKind::procedure: return drop_functions(work, statement);
    case ObjectKind::trigger:
    case ObjectKind::rule:
    case ObjectKind::policy: return drop_on_table(work, statement);
    case ObjectKind::extension: return drop_extensions(work, statement);
    case ObjectKind::collation: return drop_collations(work, statement);
    case ObjectKind::table:
    case ObjectKind::view:
    case ObjectKind::materialized_view:
    case ObjectKind::foreign_table:
    case ObjectKind::sequence:
    case ObjectKind::index:
    case ObjectKind::aggregate:
    case ObjectKind::column:
    case ObjectKind::constraint:
    case ObjectKind::database:
    case ObjectKind::role:
    case ObjectKind::cast:
    case ObjectKind::operator_:
    case ObjectKind::language:
    case ObjectKind::other: return done();
  }
  return done();
}

}  // namespace pgfk
