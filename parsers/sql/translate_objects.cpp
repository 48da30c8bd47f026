// Statements that create, drop, rename or describe objects of any kind.
#include "parsers/sql/keyword_table.h"
#include "parsers/sql/translate.h"

namespace pgfk {

namespace {

constexpr KeywordTable<ObjectKind, 27> kObjectKinds({{
    {"OBJECT_AGGREGATE", ObjectKind::aggregate},
    {"OBJECT_ATTRIBUTE", ObjectKind::type},
    {"OBJECT_CAST", ObjectKind::cast},
    {"OBJECT_COLLATION", ObjectKind::collation},
    {"OBJECT_COLUMN", ObjectKind::column},
    {"OBJECT_DATABASE", ObjectKind::database},
    {"OBJECT_DOMAIN", ObjectKind::domain},
    {"OBJECT_DOMCONSTRAINT", ObjectKind::domain},
    {"OBJECT_EXTENSION", ObjectKind::extension},
    {"OBJECT_FOREIGN_TABLE", ObjectKind::foreign_table},
    {"OBJECT_FUNCTION", ObjectKind::function},
    {"OBJECT_INDEX", ObjectKind::index},
    {"OBJECT_LANGUAGE", ObjectKind::language},
    {"OBJECT_MATVIEW", ObjectKind::materialized_view},
    {"OBJECT_OPERATOR", ObjectKind::operator_},
    {"OBJECT_POLICY", ObjectKind::policy},
    {"OBJECT_PROCEDURE", ObjectKind::procedure},
    {"OBJECT_ROLE", ObjectKind::role},
    {"OBJECT_ROUTINE", ObjectKind::function},
    {"OBJECT_RULE", ObjectKind::rule},
    {"OBJECT_SCHEMA", ObjectKind::schema},
    {"OBJECT_SEQUENCE", ObjectKind::sequence},
    {"OBJECT_TABCONSTRAINT", ObjectKind::constraint},
    {"OBJECT_TABLE", ObjectKind::table},
    {"OBJECT_TRIGGER", ObjectKind::trigger},
    {"OBJECT_TYPE", ObjectKind::type},
    {"OBJECT_VIEW", ObjectKind::view},
}});
static_assert(kObjectKinds.sorted());

/// The name of an object however the grammar gives it: a string, a list, a type, a signature, a
/// relation.
QualifiedName object_name(const TranslateContext& context, TreeNode object) {
  const std::string_view tag = object.tag();
  const TreeNode content = object.content();
  if (tag == "RangeVar") return translate_range_var(context, content);
  if (tag == "List") {
    const TreeNode items = content["items"];
    if (!items.empty() && (*items.begin()).tag() == "TypeName") {  // of a domain's constraint
      return qualified_name((*items.begin()).content()["names"]);
    }
    return qualified_name(items);
  }
  if (tag == "TypeName") return qualified_name(content["names"]);
  if (tag == "ObjectWithArgs") return qualified_name(content["objname"]);
  QualifiedName name;
  name.name = content["sval"].text();
  return name;
}

/// Of [..., table, own name]: the table.
QualifiedName all_but_last(const QualifiedName& name) {
  QualifiedName table;
  table.schema = name.database;
  table.name = name.schema;
  return table;
}

bool belongs_to_table(ObjectKind kind) {
  return kind == ObjectKind::trigger || kind == ObjectKind::rule || kind == ObjectKind::policy ||
         kind == ObjectKind::constraint || kind == ObjectKind::column;
}

std::string_view option_text(const std::vector<Option>& options, std::string_view name) {
  for (const Option& option : options) {
    if (option.name == name && option.value) return *option.value;
  }
  return {};
}

std::vector<std::unique_ptr<Statement>> translate_statement_list(const TranslateContext& context,
                                                                 TreeNode list) {
  std::vector<std::unique_ptr<Statement>> statements;
  for (const TreeNode element : list)
    statements.push_back(translate_statement_pointer(context, element));
  return statements;
}

// Bits of CreateTrigStmt.events and .timing. Source: catalog/pg_trigger.h.
constexpr std::int64_t kTriggerBefore = 1 << 1;
constexpr std::int64_t kTriggerInsert = 1 << 2;
constexpr std::int64_t kTriggerDelete = 1 << 3;
constexpr std::int64_t kTriggerUpdate = 1 << 4;
constexpr std::int64_t kTriggerTruncate = 1 << 5;
constexpr std::int64_t kTriggerInstead = 1 << 6;

constexpr KeywordTable<char, 6> kParameterModes({{
    {"FUNC_PARAM_DEFAULT", 'i'},
    {"FUNC_PARAM_IN", 'i'},
    {"FUNC_PARAM_INOUT", 'b'},
    {"FUNC_PARAM_OUT", 'o'},
    {"FUNC_PARAM_TABLE", 't'},
    {"FUNC_PARAM_VARIADIC", 'v'},
}});
static_assert(kParameterModes.sorted());

constexpr KeywordTable<std::string_view, 4> kRuleEvents({{
    {"CMD_DELETE", "delete"},
    {"CMD_INSERT", "insert"},
    {"CMD_SELECT", "select"},
    {"CMD_UPDATE", "update"},
}});
static_assert(kRuleEvents.sorted());

}  // namespace

ObjectKind object_kind(std::string_view object_type) {
  return kObjectKinds.find_or(object_type, ObjectKind::other);
}

Drop translate_drop(const TranslateContext& context, TreeNode node) {
  Drop drop;
  drop.object = object_kind(node["removeType"].text());
  drop.if_exists = node["missing_ok"].flag();
  drop.cascade = node["behavior"].text() == "DROP_CASCADE";
  drop.concurrently = node["concurrent"].flag();
  for (const TreeNode object : node["objects"]) {
    QualifiedName name = object_name(context, object);
    if (belongs_to_table(drop.object)) {
      drop.tables.push_back(all_but_last(name));
      name.schema.clear();
      name.database.clear();
    }
    drop.names.push_back(std::move(name));
    if (object.tag() == "ObjectWithArgs") {
      std::vector<TypeName>& arguments = drop.function_arguments.emplace_back();
      for (const TreeNode type : object.content()["objargs"]) {
        // The left side of a prefix operator is missing.
        if (type.tag() == "TypeName") arguments.push_back(translate_type(context, type.content()));
      }
    }
  }
  return drop;
}

Rename translate_rename(const TranslateContext& context, TreeNode node) {
  Rename rename;
  rename.object = object_kind(node["renameType"].text());
  rename.new_name = node["newname"].text();
  rename.if_exists = node["missing_ok"].flag();
  rename.cascade = node["behavior"].text() == "DROP_CASCADE";
  if (const TreeNode relation = node["relation"]) {
    rename.name = translate_range_var(context, relation);
    if (rename.object == ObjectKind::type)
      rename.name.only = false;  // a type's name says nothing of heirs
    rename.old_name = node["subname"].text();
  } else if (const TreeNode object = node["object"]) {
    rename.name = object_name(context, object);
    rename.old_name = node["subname"].text();
  } else {
    rename.name.name = node["subname"].text();
  }
  return rename;
}

SetSchema translate_set_schema(const TranslateContext& context, TreeNode node) {
  SetSchema set;
  set.object = object_kind(node["objectType"].text());
  const TreeNode relation = node["relation"];
  set.name =
      relation ? translate_range_var(context, relation) : object_name(context, node["object"]);
  set.new_schema = node["newschema"].text();
  set.if_exists = node["missing_ok"].flag();
  return set;
}

OwnerTo translate_owner_to(const TranslateContext& context, TreeNode node) {
  OwnerTo owner;
  owner.object = object_kind(node["objectType"].text());
  const TreeNode relation = node["relation"];
  owner.name =
      relation ? translate_range_var(context, relation) : object_name(context, node["object"]);
  owner.role = translate_role(node["newowner"]);
  return owner;
}

Comment translate_comment(const TranslateContext& context, TreeNode node) {
  Comment comment;
  const std::string_view type = node["objtype"].text();
  comment.object = object_kind(type);
  comment.name = object_name(context, node["object"]);
  if (belongs_to_table(comment.object)) {
    comment.sub_name = comment.name.name;
    comment.name = all_but_last(comment.name);
  } else if (type == "OBJECT_DOMCONSTRAINT") {
    for (const TreeNode part : node["object"].content()["items"]) comment.sub_name = string_value(part);
  }
  return comment;
}

Grant translate_grant(const TranslateContext& context, TreeNode node) {
  Grant grant;
  grant.revoke = !node["is_grant"].flag();
  grant.object = object_kind(node["objtype"].text());
  for (const TreeNode object : node["objects"]) grant.names.push_back(object_name(context, object));
  for (const TreeNode privilege : node["privileges"]) {
    const std::string_view name = privilege.content()["priv_name"].text();
    grant.privileges.emplace_back(name.empty() ? std::string_view("all") : name);  // ALL (columns)
  }
  for (const TreeNode role : node["grantees"]) grant.grantees.push_back(translate_role(role.content()));
  grant.all_in_schema = node["targtype"].text() == "ACL_TARGET_ALL_IN_SCHEMA";
  grant.grant_option = node["grant_option"].flag();
  return grant;
}

Grant translate_grant_role(const TranslateContext& context, TreeNode node) {
  Grant grant;
  grant.revoke = !node["is_grant"].flag();
  grant.of_roles = true;
  grant.object = ObjectKind::role;
  for (const TreeNode role : node["granted_roles"]) {
    grant.privileges.emplace_back(role.content()["priv_name"].text());
  }
  for (const TreeNode role : node["grantee_roles"])
    grant.grantees.push_back(translate_role(role.content()));
  grant.grant_option = node["admin_opt"].flag();  // up to 15; then a list of options
  for (const Option& option : translate_options(context, node["opt"])) {
    // REVOKE ADMIN | INHERIT | SET OPTION FOR leaves the membership.
    if (grant.revoke || (option.name == "admin" && option.value != "false"))
      grant.grant_option = true;
  }
  return grant;
}

Statement translate_define(const TranslateContext& context, TreeNode node) {
  Statement statement;
  const std::string_view kind = node["kind"].text();
  const QualifiedName name = qualified_name(node["defnames"]);
  if (kind == "OBJECT_TYPE") {
    CreateType type;
    type.type = name;
    type.kind = node["definition"].empty() ? CreateTypeKind::shell : CreateTypeKind::base;
    type.options = translate_options(context, node["definition"]);
    statement.body = std::move(type);
  } else if (kind == "OBJECT_COLLATION") {
    CreateCollation collation;
    collation.collation = name;
    collation.options = translate_options(context, node["definition"]);
    collation.if_not_exists = node["if_not_exists"].flag();
    for (const TreeNode definition : node["definition"]) {
      const TreeNode content = definition.content();
      if (content["defname"].text() == "from" && content["arg"].tag() == "List") {
        collation.from = qualified_name(content["arg"].content()["items"]);
      }
    }
    statement.body = std::move(collation);
  } else {
    statement.body = translate_other(context, "DefineStmt", node);
  }
  return statement;
}

CreateType translate_create_enum(const TranslateContext&, TreeNode node) {
  CreateType type;
  type.kind = CreateTypeKind::enum_;
  type.type = qualified_name(node["typeName"]);
  type.labels = string_list(node["vals"]);
  return type;
}

CreateType translate_create_composite(const TranslateContext& context, TreeNode node) {
  CreateType type;
  type.kind = CreateTypeKind::composite;
  type.type = translate_range_var(context, node["typevar"]);
  type.type.only = false;
  for (const TreeNode column : node["coldeflist"]) {
    type.attributes.push_back(translate_column(context, column.content()));
  }
  return type;
}

CreateType translate_create_range(const TranslateContext& context, TreeNode node) {
  CreateType type;
  type.kind = CreateTypeKind::range;
  type.type = qualified_name(node["typeName"]);
  type.options = translate_options(context, node["params"]);
  return type;
}

AlterEnum translate_alter_enum(const TranslateContext&, TreeNode node) {
  AlterEnum alter;
  alter.type = qualified_name(node["typeName"]);
  alter.new_label = node["newVal"].text();
  alter.old_label = node["oldVal"].text();
  alter.neighbor = node["newValNeighbor"].text();
  alter.after = node["newValIsAfter"].flag();
  alter.if_not_exists = node["skipIfNewValExists"].flag();
  return alter;
}

CreateSchema translate_create_schema(const TranslateContext& context, TreeNode node) {
  CreateSchema create;
  create.name = node["schemaname"].text();
  if (create.name.empty()) create.name = translate_role(node["authrole"]);
  create.if_not_exists = node["if_not_exists"].flag();
  create.elements = translate_statement_list(context, node["schemaElts"]);
  return create;
}

CreateView translate_create_view(const TranslateContext& context, TreeNode node) {
  CreateView create;
  create.view = translate_range_var(context, node["view"]);
  create.columns = string_list(node["aliases"]);
  create.query = translate_select_pointer(context, node["query"].content());
  create.replace = node["replace"].flag();
  create.temporary = node["view"]["relpersistence"].text() == "t";
  const std::string_view check = node["withCheckOption"].text();
  if (check == "LOCAL_CHECK_OPTION") create.check_option = "local";
  if (check == "CASCADED_CHECK_OPTION") create.check_option = "cascaded";
  return create;
}

CreateFunction translate_create_function(const TranslateContext& context, TreeNode node) {
  CreateFunction create;
  create.function = qualified_name(node["funcname"]);
  if (create.function.schema.empty()) refuse_later_keyword(context, create.function.name, -1);
  create.procedure = node["is_procedure"].flag();
  create.replace = node["replace"].flag();
  for (const TreeNode element : node["parameters"]) {
    const TreeNode content = element.content();
    FunctionParameter parameter;
    parameter.name = content["name"].text();
    parameter.type = translate_type(context, content["argType"]);
    parameter.mode = kParameterModes.find_or(content["mode"].text(), 'i');
    if (const TreeNode value = content["defexpr"])
      parameter.default_value = translate_expr(context, value);
    create.parameters.push_back(std::move(parameter));
  }
  if (const TreeNode type = node["returnType"]) create.returns = translate_type(context, type);
  const std::vector<Option> options = translate_options(context, node["options"]);
  create.language = option_text(options, "language");
  create.volatility = option_text(options, "volatility");
  create.strict = option_text(options, "strict") == "true";
  for (const Option& option : options) {
    if (option.name == "as" && !option.names.empty()) create.body = option.names.front();
  }
  for (const TreeNode option : node["options"]) {
    if (option.content()["defname"].text() != "set") continue;
    create.settings.push_back(translate_set(context, option.content()["arg"].content()));
  }
  const TreeNode body = node["sql_body"];
  if (body.tag() == "List") {  // BEGIN ATOMIC: a list in a list
    for (const TreeNode list : body.content()["items"]) {
      create.sql_body = translate_statement_list(context, list.content()["items"]);
    }
  } else if (body) {
    create.sql_body.push_back(translate_statement_pointer(context, body));
  }
  return create;
}

CreateTrigger translate_create_trigger(const TranslateContext& context, TreeNode node) {
  CreateTrigger create;
  create.name = node["trigname"].text();
  create.table = translate_range_var(context, node["relation"]);
  create.function = qualified_name(node["funcname"]);
  create.arguments = string_list(node["args"]);
  const std::int64_t timing = node["timing"].integer();
  create.timing = (timing & kTriggerBefore) != 0    ? CreateTrigger::Timing::before
                  : (timing & kTriggerInstead) != 0 ? CreateTrigger::Timing::instead_of
                                                    : CreateTrigger::Timing::after;
  create.for_each_row = node["row"].flag();
  const std::int64_t events = node["events"].integer();
  create.on_insert = (events & kTriggerInsert) != 0;
  create.on_update = (events & kTriggerUpdate) != 0;
  create.on_delete = (events & kTriggerDelete) != 0;
  create.on_truncate = (events & kTriggerTruncate) != 0;
  create.update_columns = string_list(node["columns"]);
  if (const TreeNode when = node["whenClause"]) create.when = translate_expr(context, when);
  create.has_transition_tables = !node["transitionRels"].empty();
  create.constraint = node["isconstraint"].flag();
  create.deferrable = node["deferrable"].flag();
  create.initially_deferred = node["initdeferred"].flag();
  create.replace = node["replace"].flag();
  return create;
}

CreateRule translate_create_rule(const TranslateContext& context, TreeNode node) {
  CreateRule create;
  create.name = node["rulename"].text();
  create.table = translate_range_var(context, node["relation"]);
  create.event = kRuleEvents.find_or(node["event"].text(), "");
  create.instead = node["instead"].flag();
  create.replace = node["replace"].flag();
  if (const TreeNode where = node["whereClause"]) create.where = translate_expr(context, where);
  create.actions = translate_statement_list(context, node["actions"]);
  return create;
}

CreateExtension translate_create_extension(const TranslateContext& context, TreeNode node) {
  CreateExtension create;
  create.name = node["extname"].text();
  create.if_not_exists = node["if_not_exists"].flag();
  create.schema = option_text(translate_options(context, node["options"]), "schema");
  return create;
}

CreateSequence translate_create_sequence(const TranslateContext& context, TreeNode node) {
  CreateSequence create;
  create.sequence = translate_range_var(context, node["sequence"]);
  create.temporary = node["sequence"]["relpersistence"].text() == "t";
  create.if_not_exists = node["if_not_exists"].flag();
  create.options = translate_options(context, node["options"]);
  return create;
}

AlterSequence translate_alter_sequence(const TranslateContext& context, TreeNode node) {
  AlterSequence alter;
  alter.sequence = translate_range_var(context, node["sequence"]);
  alter.if_exists = node["missing_ok"].flag();
  alter.options = translate_options(context, node["options"]);
  return alter;
}

CreateRole translate_create_role(const TranslateContext& context, TreeNode node) {
  const std::string_view type = node["stmt_type"].text();
  return {std::string(node["role"].text()),
          type == "ROLESTMT_USER"    ? "user"
          : type == "ROLESTMT_GROUP" ? "group"
                                     : "role",
          translate_options(context, node["options"])};
}

AlterRole translate_alter_role(const TranslateContext& context, TreeNode node) {
  return {translate_role(node["role"]), translate_options(context, node["options"])};
}

DropRole translate_drop_role(const TranslateContext&, TreeNode node) {
  DropRole drop;
  for (const TreeNode role : node["roles"]) drop.names.push_back(translate_role(role.content()));
  drop.if_exists = node["missing_ok"].flag();
  return drop;
}

CreateDatabase translate_create_database(const TranslateContext& context, TreeNode node) {
  return {std::string(node["dbname"].text()), translate_options(context, node["options"])};
}

DropDatabase translate_drop_database(const TranslateContext&, TreeNode node) {
  return {std::string(node["dbname"].text()), node["missing_ok"].flag()};
}

}  // namespace pgfk
