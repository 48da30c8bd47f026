// ALTER TABLE and its kin, ALTER DOMAIN.
#include "parsers/sql/keyword_table.h"
#include "parsers/sql/translate.h"

namespace pgfk {

namespace {

// Subtypes that are not here change neither rows nor keys.
constexpr KeywordTable<AlterTableKind, 44> kAlterTableKinds({{
    {"AT_AddColumn", AlterTableKind::add_column},
    {"AT_AddConstraint", AlterTableKind::add_constraint},
    {"AT_AddIdentity", AlterTableKind::add_identity},
    {"AT_AddInherit", AlterTableKind::inherit},
    {"AT_AddOf", AlterTableKind::of_type},
    {"AT_AlterColumnType", AlterTableKind::set_type},
    {"AT_AlterConstraint", AlterTableKind::alter_constraint},
    {"AT_AttachPartition", AlterTableKind::attach_partition},
    {"AT_ChangeOwner", AlterTableKind::owner_to},
    {"AT_ClusterOn", AlterTableKind::cluster_on},
    {"AT_ColumnDefault", AlterTableKind::set_default},
    {"AT_DetachPartition", AlterTableKind::detach_partition},
    {"AT_DetachPartitionFinalize", AlterTableKind::detach_partition},
    {"AT_DisableRowSecurity", AlterTableKind::disable_row_security},
    {"AT_DisableRule", AlterTableKind::disable_rule},
    {"AT_DisableTrig", AlterTableKind::disable_trigger},
    {"AT_DisableTrigAll", AlterTableKind::disable_trigger},
    {"AT_DisableTrigUser", AlterTableKind::disable_trigger},
    {"AT_DropColumn", AlterTableKind::drop_column},
    {"AT_DropConstraint", AlterTableKind::drop_constraint},
    {"AT_DropExpression", AlterTableKind::drop_expression},
    {"AT_DropIdentity", AlterTableKind::drop_identity},
    {"AT_DropInherit", AlterTableKind::no_inherit},
    {"AT_DropNotNull", AlterTableKind::drop_not_null},
    {"AT_DropOf", AlterTableKind::not_of},
    {"AT_EnableAlwaysRule", AlterTableKind::enable_rule},
    {"AT_EnableAlwaysTrig", AlterTableKind::enable_always_trigger},
    {"AT_EnableReplicaRule", AlterTableKind::enable_rule},
    {"AT_EnableReplicaTrig", AlterTableKind::enable_replica_trigger},
    {"AT_EnableRowSecurity", AlterTableKind::enable_row_security},
    {"AT_EnableRule", AlterTableKind::enable_rule},
    {"AT_EnableTrig", AlterTableKind::enable_trigger},
    {"AT_EnableTrigAll", AlterTableKind::enable_trigger},
    {"AT_EnableTrigUser", AlterTableKind::enable_trigger},
    {"AT_ForceRowSecurity", AlterTableKind::force_row_security},
    {"AT_NoForceRowSecurity", AlterTableKind::no_force_row_security},
    {"AT_ReplicaIdentity", AlterTableKind::replica_identity},
    {"AT_SetExpression", AlterTableKind::set_expression},
    {"AT_SetIdentity", AlterTableKind::set_identity},
    {"AT_SetLogged", AlterTableKind::set_logged},
    {"AT_SetNotNull", AlterTableKind::set_not_null},
    {"AT_SetUnLogged", AlterTableKind::set_unlogged},
    {"AT_ValidateConstraint", AlterTableKind::validate_constraint},
    {"AT_ValidateConstraintRecurse", AlterTableKind::validate_constraint},
}});
static_assert(kAlterTableKinds.sorted());

/// SET GENERATED comes as the letter of pg_attribute.attidentity.
void name_identity_kind(std::vector<Option>& options) {
  for (Option& option : options) {
    if (option.name == "generated") option.value = option.value == "97" ? "always" : "by_default";
  }
}

/// ALTER CONSTRAINT: a Constraint up to 17, an ATAlterConstraint from 18.
void set_alter_constraint(TreeNode definition, AlterTableCommand& command) {
  const TreeNode content = definition.content();
  ConstraintDef constraint;
  constraint.kind = ConstraintKind::foreign_key;
  constraint.name = content["conname"].text();
  constraint.deferrable = content["deferrable"].flag();
  constraint.initially_deferred = content["initdeferred"].flag();
  if (definition.tag() == "ATAlterConstraint") {
    command.mentions_deferrability = content["alterDeferrability"].flag();
    command.mentions_enforcement = content["alterEnforceability"].flag();
    command.mentions_inheritability = content["alterInheritability"].flag();
    constraint.not_enforced = command.mentions_enforcement && !content["is_enforced"].flag();
    constraint.no_inherit = content["noinherit"].flag();
  }
  command.name = constraint.name;
  command.constraint = std::move(constraint);
}

AlterTableCommand translate_command(const TranslateContext& context, TreeNode node) {
  AlterTableCommand command;
  const std::string_view subtype = node["subtype"].text();
  command.kind = kAlterTableKinds.find_or(subtype, AlterTableKind::other);
  command.name = node["name"].text();
  const bool missing_ok = node["missing_ok"].flag();
  command.if_exists = missing_ok && command.kind != AlterTableKind::add_column;
  command.if_not_exists = missing_ok && command.kind == AlterTableKind::add_column;
  command.cascade = node["behavior"].text() == "DROP_CASCADE";
  const TreeNode definition = node["def"];
  const TreeNode content = definition.content();

  switch (command.kind) {
    case AlterTableKind::add_column:
      command.column = translate_column(context, content);
      command.name = command.column->name;
      command.location = command.column->location;
      break;
    case AlterTableKind::set_type:
      command.column = translate_column(context, content);
      command.location = command.column->location;
      if (const TreeNode usage = content["raw_default"]) command.expr = translate_expr(context, usage);
      break;
    case AlterTableKind::set_default:
      if (definition) {
        command.expr = translate_expr(context, definition);
        command.location = command.expr->location;
      } else {
        command.kind = AlterTableKind::drop_default;
      }
      break;
    case AlterTableKind::set_expression:
      command.expr = translate_expr(context, definition);
      break;
    case AlterTableKind::add_constraint:
    case AlterTableKind::add_identity:
      command.constraint = translate_constraint(context, content);
      command.location = command.constraint->location;
      break;
    case AlterTableKind::alter_constraint:
      set_alter_constraint(definition, command);
      break;
    case AlterTableKind::set_identity:
      command.sequence_options = translate_options(context, content["items"]);
      name_identity_kind(command.sequence_options);
      break;
    case AlterTableKind::attach_partition:
    case AlterTableKind::detach_partition:
      command.other_table = translate_range_var(context, content["name"]);
      if (const TreeNode bound = content["bound"]) command.bound = translate_bound(context, bound);
      command.concurrently = content["concurrent"].flag();
      if (subtype == "AT_DetachPartitionFinalize") command.text = "finalize";
      break;
    case AlterTableKind::inherit:
    case AlterTableKind::no_inherit:
      command.other_table = translate_range_var(context, content);
      break;
    case AlterTableKind::owner_to:
      command.name = translate_role(node["newowner"]);
      break;
    case AlterTableKind::enable_trigger:
    case AlterTableKind::disable_trigger:
      command.all_triggers = subtype.ends_with("TrigAll");
      command.user_triggers = subtype.ends_with("TrigUser");
      break;
    case AlterTableKind::replica_identity:
      command.name = content["name"].text();
      command.text = content["identity_type"].text();
      break;
    case AlterTableKind::of_type: {
      const QualifiedName type = qualified_name(content["names"]);
      command.other_table = type;
      break;
    }
    case AlterTableKind::other:
      command.text = subtype.substr(subtype.starts_with("AT_") ? 3 : 0);
      break;
    case AlterTableKind::drop_column:
    case AlterTableKind::drop_default:
    case AlterTableKind::set_not_null:
    case AlterTableKind::drop_not_null:
    case AlterTableKind::drop_constraint:
    case AlterTableKind::validate_constraint:
    case AlterTableKind::drop_identity:
    case AlterTableKind::drop_expression:
    case AlterTableKind::enable_always_trigger:
    case AlterTableKind::enable_replica_trigger:
    case AlterTableKind::add_index_constraint:
    case AlterTableKind::enable_row_security:
    case AlterTableKind::disable_row_security:
    case AlterTableKind::force_row_security:
    case AlterTableKind::no_force_row_security:
    case AlterTableKind::enable_rule:
    case AlterTableKind::disable_rule:
    case AlterTableKind::set_unlogged:
    case AlterTableKind::set_logged:
    case AlterTableKind::cluster_on:
    case AlterTableKind::not_of:
      break;
  }
  return command;
}

constexpr KeywordTable<AlterDomainKind, 6> kAlterDomainKinds({{
    {"C", AlterDomainKind::add_constraint},
    {"N", AlterDomainKind::drop_not_null},
    {"O", AlterDomainKind::set_not_null},
    {"T", AlterDomainKind::set_default},
    {"V", AlterDomainKind::validate_constraint},
    {"X", AlterDomainKind::drop_constraint},
}});
static_assert(kAlterDomainKinds.sorted());

}  // namespace

Statement translate_alter_table(const TranslateContext& context, TreeNode node) {
  AlterTable alter;
  alter.object = object_kind(node["objtype"].text());
  alter.table = translate_range_var(context, node["relation"]);
  if (alter.object == ObjectKind::type)
    alter.table.only = false;  // a type's name says nothing of heirs
  alter.if_exists = node["missing_ok"].flag();
  for (const TreeNode element : node["cmds"]) {
    alter.commands.push_back(translate_command(context, element.content()));
  }
  Statement statement;
  statement.body = std::move(alter);
  return statement;
}

AlterDomain translate_alter_domain(const TranslateContext& context, TreeNode node) {
  AlterDomain alter;
  alter.domain = qualified_name(node["typeName"]);
  alter.kind = kAlterDomainKinds.find_or(node["subtype"].text(), AlterDomainKind::set_default);
  alter.name = node["name"].text();
  alter.if_exists = node["missing_ok"].flag();
  alter.cascade = node["behavior"].text() == "DROP_CASCADE";
  const TreeNode definition = node["def"];
  if (alter.kind == AlterDomainKind::add_constraint) {
    alter.constraint = translate_constraint(context, definition.content());
    alter.constraint->not_enforced = false;  // there is no such thing in a domain
    alter.constraint->not_valid = definition.content()["skip_validation"].flag();
    if (alter.constraint->kind ==
        ConstraintKind::not_null) {  // 17; the same as SET NOT NULL, with a name
      alter.kind = AlterDomainKind::set_not_null;
      alter.name = std::move(alter.constraint->name);
      alter.constraint.reset();
    }
  } else if (alter.kind == AlterDomainKind::set_default) {
    if (definition) {
      alter.expr = translate_expr(context, definition);
    } else {
      alter.kind = AlterDomainKind::drop_default;
    }
  }
  return alter;
}

}  // namespace pgfk
