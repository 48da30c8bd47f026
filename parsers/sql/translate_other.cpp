// Statements of which nothing but the command tag and the relations they name matters.
#include "parsers/sql/keyword_table.h"
#include "parsers/sql/translate.h"

namespace pgfk {

namespace {

struct OtherForm {
  std::string_view tag;
  bool not_in_transaction = false;
};

constexpr KeywordTable<OtherForm, 54> kOtherForms({{
    {"AlterCollationStmt", {"ALTER COLLATION"}},
    {"AlterDatabaseRefreshCollStmt", {"ALTER DATABASE"}},
    {"AlterDatabaseSetStmt", {"ALTER DATABASE"}},
    {"AlterDatabaseStmt", {"ALTER DATABASE"}},
    {"AlterDefaultPrivilegesStmt", {"ALTER DEFAULT PRIVILEGES"}},
    {"AlterEventTrigStmt", {"ALTER EVENT TRIGGER"}},
    {"AlterExtensionContentsStmt", {"ALTER EXTENSION"}},
    {"AlterExtensionStmt", {"ALTER EXTENSION"}},
    {"AlterFdwStmt", {"ALTER FOREIGN DATA WRAPPER"}},
    {"AlterForeignServerStmt", {"ALTER SERVER"}},
    {"AlterOpFamilyStmt", {"ALTER OPERATOR FAMILY"}},
    {"AlterOperatorStmt", {"ALTER OPERATOR"}},
    {"AlterPolicyStmt", {"ALTER POLICY"}},
    {"AlterPublicationStmt", {"ALTER PUBLICATION"}},
    {"AlterRoleSetStmt", {"ALTER ROLE"}},
    {"AlterStatsStmt", {"ALTER STATISTICS"}},
    {"AlterSubscriptionStmt", {"ALTER SUBSCRIPTION"}},
    {"AlterSystemStmt", {"ALTER SYSTEM", true}},
    {"AlterTSConfigurationStmt", {"ALTER TEXT SEARCH CONFIGURATION"}},
    {"AlterTSDictionaryStmt", {"ALTER TEXT SEARCH DICTIONARY"}},
    {"AlterTableMoveAllStmt", {"ALTER TABLE"}},
    {"AlterTableSpaceOptionsStmt", {"ALTER TABLESPACE"}},
    {"AlterTypeStmt", {"ALTER TYPE"}},
    {"AlterUserMappingStmt", {"ALTER USER MAPPING"}},
    {"CheckPointStmt", {"CHECKPOINT"}},
    {"ClosePortalStmt", {"CLOSE CURSOR"}},
    {"ClusterStmt", {"CLUSTER"}},
    {"CreateAmStmt", {"CREATE ACCESS METHOD"}},
    {"CreateCastStmt", {"CREATE CAST"}},
    {"CreateConversionStmt", {"CREATE CONVERSION"}},
    {"CreateEventTrigStmt", {"CREATE EVENT TRIGGER"}},
    {"CreateFdwStmt", {"CREATE FOREIGN DATA WRAPPER"}},
    {"CreateForeignServerStmt", {"CREATE SERVER"}},
    {"CreateOpClassStmt", {"CREATE OPERATOR CLASS"}},
    {"CreateOpFamilyStmt", {"CREATE OPERATOR FAMILY"}},
    {"CreatePLangStmt", {"CREATE LANGUAGE"}},
    {"CreatePolicyStmt", {"CREATE POLICY"}},
    {"CreatePublicationStmt", {"CREATE PUBLICATION"}},
    {"CreateStatsStmt", {"CREATE STATISTICS"}},
    {"CreateSubscriptionStmt", {"CREATE SUBSCRIPTION", true}},
    {"CreateTableSpaceStmt", {"CREATE TABLESPACE", true}},
    {"CreateTransformStmt", {"CREATE TRANSFORM"}},
    {"CreateUserMappingStmt", {"CREATE USER MAPPING"}},
    {"DropOwnedStmt", {"DROP OWNED"}},
    {"DropSubscriptionStmt", {"DROP SUBSCRIPTION"}},
    {"DropTableSpaceStmt", {"DROP TABLESPACE", true}},
    {"DropUserMappingStmt", {"DROP USER MAPPING"}},
    {"ImportForeignSchemaStmt", {"IMPORT FOREIGN SCHEMA"}},
    {"ListenStmt", {"LISTEN"}},
    {"LoadStmt", {"LOAD"}},
    {"NotifyStmt", {"NOTIFY"}},
    {"ReassignOwnedStmt", {"REASSIGN OWNED"}},
    {"SecLabelStmt", {"SECURITY LABEL"}},
    {"UnlistenStmt", {"UNLISTEN"}},
}});
static_assert(kOtherForms.sorted());

// What CREATE or ALTER is said of, where one node stands for several commands.
constexpr KeywordTable<std::string_view, 16> kObjectWords({{
    {"OBJECT_AGGREGATE", "AGGREGATE"},
    {"OBJECT_FUNCTION", "FUNCTION"},
    {"OBJECT_INDEX", "INDEX"},
    {"OBJECT_MATVIEW", "MATERIALIZED VIEW"},
    {"OBJECT_OPERATOR", "OPERATOR"},
    {"OBJECT_PROCEDURE", "PROCEDURE"},
    {"OBJECT_ROUTINE", "ROUTINE"},
    {"OBJECT_SEQUENCE", "SEQUENCE"},
    {"OBJECT_TABLE", "TABLE"},
    {"OBJECT_TRIGGER", "TRIGGER"},
    {"OBJECT_TSCONFIGURATION", "TEXT SEARCH CONFIGURATION"},
    {"OBJECT_TSDICTIONARY", "TEXT SEARCH DICTIONARY"},
    {"OBJECT_TSPARSER", "TEXT SEARCH PARSER"},
    {"OBJECT_TSTEMPLATE", "TEXT SEARCH TEMPLATE"},
    {"OBJECT_TYPE", "TYPE"},
    {"OBJECT_VIEW", "VIEW"},
}});
static_assert(kObjectWords.sorted());

std::string with_object(std::string_view verb, TreeNode object_type) {
  return std::string(verb) + std::string(kObjectWords.find_or(object_type.text(), "OBJECT"));
}

bool is_concurrent_reindex(const TranslateContext& context, TreeNode node) {
  if (node["concurrent"].flag()) return true;
  for (const Option& option : translate_options(context, node["params"])) {
    if (option.name == "concurrently" && option.value.value_or("on") != "off") return true;
  }
  return false;
}

void set_reindex(const TranslateContext& context, TreeNode node, OtherStatement& other) {
  const std::string_view kind = node["kind"].text();
  other.tag = "REINDEX";
  other.not_in_transaction = kind == "REINDEX_OBJECT_DATABASE" || kind == "REINDEX_OBJECT_SYSTEM" ||
                             kind == "REINDEX_OBJECT_SCHEMA" ||
                             is_concurrent_reindex(context, node);
}

void set_vacuum(const TranslateContext& context, TreeNode node, OtherStatement& other) {
  const bool vacuum = node["is_vacuumcmd"].flag();
  other.tag = vacuum ? "VACUUM" : "ANALYZE";
  other.not_in_transaction = vacuum;
  for (const TreeNode element : node["rels"]) {
    if (const TreeNode relation = element.content()["relation"]) {
      other.names.push_back(translate_range_var(context, relation));
    }
  }
}

/// Every node that names a relation does so in one of these fields.
void add_relations(const TranslateContext& context, TreeNode node, OtherStatement& other) {
  for (const char* field : {"relation", "table"}) {
    if (const TreeNode relation = node[field])
      other.names.push_back(translate_range_var(context, relation));
  }
  for (const TreeNode relation : node["relations"]) {
    if (relation.tag() == "RangeVar")
      other.names.push_back(translate_range_var(context, relation.content()));
  }
  for (const TreeNode object : node["pubobjects"]) {
    if (const TreeNode relation = object.content()["pubtable"]["relation"]) {
      other.names.push_back(translate_range_var(context, relation));
    }
  }
  if (node["objtype"].text() == "OBJECT_TABLE" &&
      node["object"].tag() == "List") {  // SECURITY LABEL, ALTER EXTENSION
    other.names.push_back(qualified_name(node["object"].content()["items"]));
  }
}

}  // namespace

OtherStatement translate_other(const TranslateContext& context, std::string_view tag, TreeNode node) {
  OtherStatement other;
  if (tag == "VacuumStmt") {
    set_vacuum(context, node, other);
    return other;
  }
  add_relations(context, node, other);
  if (tag == "ReindexStmt") {
    set_reindex(context, node, other);
  } else if (tag == "FetchStmt") {
    other.tag = node["ismove"].flag() ? "MOVE" : "FETCH";
  } else if (tag == "DefineStmt") {
    other.tag = with_object("CREATE ", node["kind"]);
  } else if (tag == "AlterFunctionStmt") {
    other.tag = with_object("ALTER ", node["objtype"]);
  } else if (tag == "AlterObjectDependsStmt") {
    other.tag = with_object("ALTER ", node["objectType"]);
  } else if (const OtherForm* form = kOtherForms.find(tag)) {
    other.tag = form->tag;
    other.not_in_transaction = form->not_in_transaction;
    if (tag == "ClusterStmt") other.not_in_transaction = other.names.empty();
  } else {
    other.tag = tag;
  }
  if (const TreeNode set = node["setstmt"]; set && tag != "AlterSystemStmt") {
    other.role = translate_role(node["role"]);
    other.database = node[tag == "AlterDatabaseSetStmt" ? "dbname" : "database"].text();
    other.setting = translate_set(context, set);
  }
  return other;
}

}  // namespace pgfk
