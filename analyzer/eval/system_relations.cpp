#include "analyzer/eval/system_relations.h"

#include <algorithm>
#include <map>
#include <optional>

#include "analyzer/eval/builtins/functions.h"

namespace pgfk {

namespace {

constexpr SystemRelation kRelations[] = {
    {"information_schema", "columns", "table_name",
     "table_catalog:19 table_schema:19 table_name:19 column_name:19 ordinal_position:23 column_default:1043 is_nullable:1043 "
     "data_type:1043 character_maximum_length:23 character_octet_length:23 numeric_precision:23 numeric_precision_radix:23 "
     "numeric_scale:23 datetime_precision:23 interval_type:1043 interval_precision:23 character_set_catalog:19 "
     "character_set_schema:19 character_set_name:19 collation_catalog:19 collation_schema:19 collation_name:19 "
     "domain_catalog:19 domain_schema:19 domain_name:19 udt_catalog:19 udt_schema:19 udt_name:19 scope_catalog:19 "
     "scope_schema:19 scope_name:19 maximum_cardinality:23 dtd_identifier:19 is_self_referencing:1043 is_identity:1043 "
     "identity_generation:1043 identity_start:1043 identity_increment:1043 identity_maximum:1043 identity_minimum:1043 "
     "identity_cycle:1043 is_generated:1043 generation_expression:1043 is_updatable:1043"},
    {"information_schema", "schemata", "schema_name",
     "catalog_name:19 schema_name:19 schema_owner:19 default_character_set_catalog:19 default_character_set_schema:19 "
     "default_character_set_name:19 sql_path:1043"},
    {"information_schema", "table_constraints", "constraint_name",
     "constraint_catalog:19 constraint_schema:19 constraint_name:19 table_catalog:19 table_schema:19 table_name:19 "
     "constraint_type:1043 is_deferrable:1043 initially_deferred:1043 enforced:1043 nulls_distinct:1043"},
    {"information_schema", "tables", "table_name",
     "table_catalog:19 table_schema:19 table_name:19 table_type:1043 self_referencing_column_name:19 "
     "reference_generation:1043 user_defined_type_catalog:19 user_defined_type_schema:19 user_defined_type_name:19 "
     "is_insertable_into:1043 is_typed:1043 commit_action:1043"},
    {"pg_catalog", "pg_class", "relname",
     "oid:26 relname:19 relnamespace:26 reltype:26 reloftype:26 relowner:26 relam:26 relfilenode:26 reltablespace:26 "
     "relpages:23 reltuples:700 relallvisible:23 reltoastrelid:26 relhasindex:16 relisshared:16 relpersistence:18 relkind:18 "
     "relnatts:21 relchecks:21 relhasrules:16 relhastriggers:16 relhassubclass:16 relrowsecurity:16 relforcerowsecurity:16 "
     "relispopulated:16 relreplident:18 relispartition:16 relrewrite:26 relfrozenxid:28 relminmxid:28 relacl:1034 "
     "reloptions:1009 relpartbound:194"},
    {"pg_catalog", "pg_constraint", "conname",
     "oid:26 conname:19 connamespace:26 contype:18 condeferrable:16 condeferred:16 convalidated:16 conrelid:26 contypid:26 "
     "conindid:26 conparentid:26 confrelid:26 confupdtype:18 confdeltype:18 confmatchtype:18 conislocal:16 coninhcount:23 "
     "connoinherit:16 conkey:1005 confkey:1005 conpfeqop:1028 conppeqop:1028 conffeqop:1028 confdelsetcols:1005 "
     "conexclop:1028 conbin:194"},
    {"pg_catalog", "pg_extension", "extname",
     "oid:26 extname:19 extowner:26 extnamespace:26 extrelocatable:16 extversion:25 extconfig:1028 extcondition:1009"},
    {"pg_catalog", "pg_indexes", "indexname",
     "schemaname:19 tablename:19 indexname:19 tablespace:19 indexdef:25"},
    {"pg_catalog", "pg_namespace", "nspname",
     "oid:26 nspname:19 nspowner:26 nspacl:1034"},
    {"pg_catalog", "pg_proc", "proname",
     "oid:26 proname:19 pronamespace:26 proowner:26 prolang:26 procost:700 prorows:700 provariadic:26 prosupport:24 "
     "prokind:18 prosecdef:16 proleakproof:16 proisstrict:16 proretset:16 provolatile:18 proparallel:18 pronargs:21 "
     "pronargdefaults:21 prorettype:26 proargtypes:30 proallargtypes:1028 proargmodes:1002 proargnames:1009 "
     "proargdefaults:194 protrftypes:1028 prosrc:25 probin:25 prosqlbody:194 proconfig:1009 proacl:1034"},
    {"pg_catalog", "pg_roles", "rolname",
     "rolname:19 rolsuper:16 rolinherit:16 rolcreaterole:16 rolcreatedb:16 rolcanlogin:16 rolreplication:16 rolconnlimit:23 "
     "rolpassword:25 rolvaliduntil:1184 rolbypassrls:16 rolconfig:1009 oid:26"},
    {"pg_catalog", "pg_tables", "tablename",
     "schemaname:19 tablename:19 tableowner:19 tablespace:19 hasindexes:16 hasrules:16 hastriggers:16 rowsecurity:16"},
    {"pg_catalog", "pg_trigger", "tgname",
     "oid:26 tgrelid:26 tgparentid:26 tgname:19 tgfoid:26 tgtype:21 tgenabled:18 tgisinternal:16 tgconstrrelid:26 "
     "tgconstrindid:26 tgconstraint:26 tgdeferrable:16 tginitdeferred:16 tgnargs:21 tgattr:22 tgargs:17 tgqual:194 "
     "tgoldtable:19 tgnewtable:19"},
    {"pg_catalog", "pg_type", "typname",
     "oid:26 typname:19 typnamespace:26 typowner:26 typlen:21 typbyval:16 typtype:18 typcategory:18 typispreferred:16 "
     "typisdefined:16 typdelim:18 typrelid:26 typsubscript:24 typelem:26 typarray:26 typinput:24 typoutput:24 typreceive:24 "
     "typsend:24 typmodin:24 typmodout:24 typanalyze:24 typalign:18 typstorage:18 typnotnull:16 typbasetype:26 typtypmod:23 "
     "typndims:23 typcollation:26 typdefaultbin:194 typdefault:25 typacl:1034"},
};

using Cells = std::map<std::string_view, std::string>;

/// What the key is compared with: the names where they are written out.
struct Asked {
  bool by_name = false;
  std::optional<std::vector<std::string>> names;
};

bool is_key(const Expr& expr, std::string_view key, const std::string& alias) {
  if (expr.kind == ExprKind::cast && !expr.args.empty()) return is_key(*expr.args[0], key, alias);
  if (expr.kind != ExprKind::column || expr.names.empty() || expr.names.back() != key) return false;
  return expr.names.size() == 1 || expr.names[expr.names.size() - 2] == alias;
}

std::optional<std::string> literal(const Expr& expr) {
  if (expr.kind == ExprKind::cast && !expr.args.empty()) return literal(*expr.args[0]);
  if (expr.kind == ExprKind::string) return expr.text;
  return std::nullopt;
}

void look_for_key(const Expr& expr, std::string_view key, const std::string& alias, Asked& asked) {
  if (expr.kind == ExprKind::and_) {
    for (const ExprPtr& arg : expr.args) {
      if (arg) look_for_key(*arg, key, alias, asked);
    }
    return;
  }
  if (expr.kind == ExprKind::op && expr.name == "=" && expr.args.size() == 2) {
    for (const std::size_t side : {std::size_t{0}, std::size_t{1}}) {
      if (!expr.args[side] || !is_key(*expr.args[side], key, alias)) continue;
      asked.by_name = true;
      if (const std::optional<std::string> name = literal(*expr.args[1 - side])) asked.names = {*name};
    }
  }
  if (expr.kind == ExprKind::in_list && !expr.flag && expr.args.size() > 1 && is_key(*expr.args[0], key, alias)) {
    asked.by_name = true;
    std::vector<std::string> names;
    for (std::size_t at = 1; at < expr.args.size(); ++at) {
      const std::optional<std::string> name = literal(*expr.args[at]);
      if (!name) return;
      names.push_back(*name);
    }
    asked.names = std::move(names);
  }
}

std::string relkind(const Relation& relation) {
  switch (relation.kind) {
    case RelationKind::table: return "r";
    case RelationKind::partitioned_table: return "p";
    case RelationKind::view: return "v";
    case RelationKind::materialized_view: return "m";
    case RelationKind::foreign_table: return "f";
    case RelationKind::sequence: return "S";
    case RelationKind::index: return "i";
    case RelationKind::composite_type: return "c";
  }
  return "";
}

bool holds_columns(const Relation& relation) { return relation.kind != RelationKind::sequence && relation.kind != RelationKind::index; }

const char* constraint_word(const UniqueKey& key) { return key.primary ? "PRIMARY KEY" : "UNIQUE"; }

/// Every constraint of the relation: its name, the letter of pg_constraint, the word of information_schema.
template <typename Add>
void each_constraint(const Catalog& catalog, const Relation& relation, Add add) {
  for (const UniqueKey& key : relation.unique_keys) {
    if (key.constraint) add(key.name, key.primary ? "p" : key.exclusion ? "x" : "u", key.exclusion ? "" : constraint_word(key));
  }
  for (const CheckConstraint& check : relation.checks) add(check.name, "c", "CHECK");
  for (const ForeignKeyId id : catalog.foreign_keys_of(relation.id)) add(catalog.foreign_key(id).name, "f", "FOREIGN KEY");
}

std::vector<Cells> cells_of(const SystemRelation& system, const Catalog& catalog, const Asked& asked) {
  std::vector<Cells> out;
  const auto each_relation = [&](auto add) {
    for (const RelationId id : catalog.relations()) add(catalog[id]);
  };
  if (system.name == "pg_class") {
    each_relation([&](const Relation& r) { out.push_back({{"relname", r.name}, {"relkind", relkind(r)}}); });
  } else if (system.name == "pg_tables" || system.name == "tables") {
    const bool standard = system.name == "tables";
    each_relation([&](const Relation& r) {
      const bool table = r.kind == RelationKind::table || r.kind == RelationKind::partitioned_table;
      if (table && !standard) out.push_back({{"schemaname", r.schema}, {"tablename", r.name}});
      const bool view = r.kind == RelationKind::view;
      if ((table || view) && standard) out.push_back({{"table_schema", r.schema}, {"table_name", r.name}, {"table_type", view ? "VIEW" : "BASE TABLE"}});
    });
  } else if (system.name == "columns") {
    each_relation([&](const Relation& r) {
      if (!holds_columns(r) || r.kind == RelationKind::materialized_view || r.kind == RelationKind::composite_type) return;
      for (const Column& column : r.columns) {
        if (column.dropped) continue;
        out.push_back({{"table_schema", r.schema}, {"table_name", r.name}, {"column_name", column.name}, {"is_nullable", column.not_null ? "NO" : "YES"}});
      }
    });
  } else if (system.name == "pg_indexes") {
    each_relation([&](const Relation& r) {
      if (r.kind == RelationKind::index) out.push_back({{"schemaname", r.schema}, {"indexname", r.name}});
    });
  } else if (system.name == "pg_constraint" || system.name == "table_constraints") {
    const bool standard = system.name == "table_constraints";
    each_relation([&](const Relation& r) {
      each_constraint(catalog, r, [&](const std::string& name, const char* letter, const char* word) {
        if (!standard) out.push_back({{"conname", name}, {"contype", letter}});
        if (standard && *word != '\0') {
          out.push_back({{"constraint_schema", r.schema}, {"constraint_name", name}, {"table_schema", r.schema}, {"table_name", r.name}, {"constraint_type", word}});
        }
      });
    });
  } else if (system.name == "pg_trigger") {
    each_relation([&](const Relation& r) {
      for (const Trigger& trigger : r.triggers) out.push_back({{"tgname", trigger.name}});
    });
  } else if (system.name == "pg_proc") {
    for (const Function& function : catalog.functions()) out.push_back({{"proname", function.name}});
    for (const BuiltinFunction& function : builtin_functions()) out.push_back({{"proname", std::string(function.name)}});
  } else if (system.name == "pg_type") {
    for (const TypeId id : catalog.types()) {
      const Type& type = *catalog.type(id);
      const char* kind = type.kind == TypeKind::enum_ ? "e" : type.kind == TypeKind::domain ? "d" : type.kind == TypeKind::composite ? "c" : "";
      Cells cells = {{"typname", type.name}};
      if (*kind != '\0') cells.emplace("typtype", kind);
      out.push_back(std::move(cells));
    }
    each_relation([&](const Relation& r) {
      if (holds_columns(r)) out.push_back({{"typname", r.name}, {"typtype", "c"}});
    });
    for (const std::string& name : asked.names.value_or(std::vector<std::string>{})) {
      if (builtin_type(name) != TypeId::none) out.push_back({{"typname", name}});
    }
  } else {
    // Told by name alone.
    const std::string column(system.key);
    for (const std::string& name : asked.names.value_or(std::vector<std::string>{})) {
      const bool there = system.name == "pg_roles"       ? catalog.has_role(name)
                         : system.name == "pg_extension" ? name == "plpgsql" || catalog.has_extension(name)
                                                         : catalog.has_schema(name);
      if (there) out.push_back({{system.key, name}});
    }
  }
  return out;
}

bool needs_names(std::string_view name) { return name == "pg_roles" || name == "pg_extension" || name == "pg_namespace" || name == "schemata"; }

}  // namespace

const SystemRelation* find_system_relation(const QualifiedName& name) {
  for (const SystemRelation& relation : kRelations) {
    if (relation.name != name.name) continue;
    if (relation.schema == name.schema || (name.schema.empty() && relation.schema == "pg_catalog")) return &relation;
  }
  return nullptr;
}

Outcome<std::vector<ResultRow>> system_rows(const SystemRelation& relation, const Catalog& catalog, EvaluationHost& host, const Expr* where,
                                            const std::string& alias) {
  Asked asked;
  if (where != nullptr) look_for_key(*where, relation.key, alias, asked);
  const std::string shown = std::string(relation.schema) + "." + std::string(relation.name);
  if (!asked.by_name || (!asked.names && needs_names(relation.name))) {
    return Doubt{"all rows of " + shown + " are known to the server alone"};
  }
  for (const std::string& name : asked.names.value_or(std::vector<std::string>{})) {
    if (name.starts_with("pg_") || name.starts_with("information_schema")) return Doubt{"the server's own objects in " + shown + " are known to the server alone"};
  }
  std::vector<ResultRow> rows;
  for (const Cells& cells : cells_of(relation, catalog, asked)) {
    if (asked.names && std::find(asked.names->begin(), asked.names->end(), cells.at(relation.key)) == asked.names->end()) continue;
    ResultRow row;
    std::string_view rest = relation.columns;
    while (!rest.empty()) {
      const std::size_t blank = std::min(rest.find(' '), rest.size());
      const std::string_view column = rest.substr(0, blank);
      const std::size_t colon = column.find(':');
      std::uint32_t oid = 0;
      for (const char c : column.substr(colon + 1)) oid = oid * 10 + static_cast<std::uint32_t>(c - '0');
      const auto known = cells.find(column.substr(0, colon));
      const TypeId type = static_cast<TypeId>(oid);
      if (known == cells.end()) {
        const std::string what = "column \"" + std::string(column.substr(0, colon)) + "\" of " + shown + " is known to the server alone";
        row.push_back(Value::unknown(type, host.symbols().make(what, false)));
      } else if (type == TypeId::char_) {
        row.push_back(Value::of(type, static_cast<std::int64_t>(known->second.front())));
      } else {
        row.push_back(Value::of(type, known->second));
      }
      rest.remove_prefix(std::min(blank + 1, rest.size()));
    }
    rows.push_back(std::move(row));
  }
  return rows;
}

}  // namespace pgfk
