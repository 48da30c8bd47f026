// Schemas and collations.
// Source: schemacmds.c, CreateSchemaCommand; collationcmds.c, DefineCollation.
#include "analyzer/catalog/families.h"

namespace pgfk {

Done create_schema(Work& work, const CreateSchema& statement, Definitions& definitions) {
  if (work.catalog.has_schema(statement.name)) {
    if (statement.if_not_exists) return done();
    return refusal("42P06", "schema " + quoted(statement.name) + " already exists");
  }
  if (statement.name.compare(0, 3, "pg_") == 0) {
    return refusal("42939", "unacceptable schema name " + quoted(statement.name),
                   "The prefix \"pg_\" is reserved for system schemas.");
  }
  work.catalog.add_schema(statement.name);
  NameScope inside = work.scope;
  inside.search_path.insert(inside.search_path.begin(), statement.name);
  for (const auto& element : statement.elements) {
    Outcome<std::vector<DataTask>> tasks = definitions.apply(*element, inside, work.at);
    if (!tasks) return tasks.as<std::monostate>();
    for (DataTask& task : *tasks) work.tasks.before.push_back(std::move(task));
  }
  return done();
}

namespace {

std::string option_text(const Option& option) {
  if (option.value) return *option.value;
  return option.names.empty() ? std::string() : option.names.back();
}

}  // namespace

Done create_collation(Work& work, const CreateCollation& statement) {
  const Outcome<std::string> schema = schema_for_new(work, statement.collation);
  if (!schema) return schema.as<std::monostate>();
  Collation collation;
  collation.schema = *schema;
  collation.name = statement.collation.name;
  if (statement.from) {
    const Outcome<std::string> source = resolve_collation(work, shown(*statement.from));
    if (!source) return source.as<std::monostate>();
    if (const Collation* known = work.catalog.collation(*source)) {
      collation.locale = known->locale;
      collation.deterministic = known->deterministic;
    }
  }
  for (const Option& option : statement.options) {
    if (option.name == "locale" || option.name == "lc_collate") collation.locale = option_text(option);
    if (option.name == "deterministic") {
      const std::string word = option_text(option);
      collation.deterministic = !(word == "false" || word == "off" || word == "0");
    }
  }
  if (const Collation* known = work.catalog.collation(collation.name); known != nullptr && known->schema == collation.schema) {
    if (statement.if_not_exists) return done();
    return refusal("42710", "collation " + quoted(collation.name) + " already exists");
  }
  work.catalog.add_collation(std::move(collation));
  return done();
}

}  // namespace pgfk
