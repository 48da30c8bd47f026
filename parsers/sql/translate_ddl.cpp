// Tables, columns, constraints, partitions, indexes and domains.
#include "parsers/sql/keyword_table.h"
#include "parsers/sql/pg_query.h"
#include "parsers/sql/tokens.h"
#include "parsers/sql/translate.h"

namespace pgfk {

namespace {

constexpr KeywordTable<ConstraintKind, 10> kConstraintKinds({{
    {"CONSTR_CHECK", ConstraintKind::check},
    {"CONSTR_DEFAULT", ConstraintKind::default_},
    {"CONSTR_EXCLUSION", ConstraintKind::exclusion},
    {"CONSTR_FOREIGN", ConstraintKind::foreign_key},
    {"CONSTR_GENERATED", ConstraintKind::generated},
    {"CONSTR_IDENTITY", ConstraintKind::identity},
    {"CONSTR_NOTNULL", ConstraintKind::not_null},
    {"CONSTR_NULL", ConstraintKind::null},
    {"CONSTR_PRIMARY", ConstraintKind::primary_key},
    {"CONSTR_UNIQUE", ConstraintKind::unique},
}});
static_assert(kConstraintKinds.sorted());

/// pg_constraint's letters.
RefAction ref_action(std::string_view letter) {
  if (letter == "r") return RefAction::restrict;
  if (letter == "c") return RefAction::cascade;
  if (letter == "n") return RefAction::set_null;
  if (letter == "d") return RefAction::set_default;
  return RefAction::no_action;
}

MatchType match_type(std::string_view letter) {
  if (letter == "f") return MatchType::full;
  if (letter == "p") return MatchType::partial;
  return MatchType::simple;
}

/// Behind a column's constraint its attributes come as nodes of their own.
/// Source: parse_utilcmd.c, transformConstraintAttrs (15).
void apply_attribute(std::string_view attribute, ConstraintDef& constraint) {
  if (attribute == "CONSTR_ATTR_DEFERRABLE") {
    constraint.deferrable = true;
  } else if (attribute == "CONSTR_ATTR_NOT_DEFERRABLE") {
    constraint.deferrable = false;
  } else if (attribute == "CONSTR_ATTR_DEFERRED") {
    constraint.deferrable = true;
    constraint.initially_deferred = true;
  } else if (attribute == "CONSTR_ATTR_IMMEDIATE") {
    constraint.initially_deferred = false;
  } else if (attribute == "CONSTR_ATTR_NOT_ENFORCED") {
    constraint.not_enforced = true;
    constraint.not_valid = true;
  } else if (attribute == "CONSTR_ATTR_ENFORCED") {
    constraint.not_enforced = false;
  }
}

std::vector<ConstraintDef> translate_constraints(const TranslateContext& context, TreeNode list) {
  std::vector<ConstraintDef> constraints;
  for (const TreeNode element : list) {
    if (element.tag() == "CollateClause") continue;
    const TreeNode constraint = element.content();
    const std::string_view kind = constraint["contype"].text();
    if (kind.starts_with("CONSTR_ATTR_")) {
      if (!constraints.empty()) apply_attribute(kind, constraints.back());
    } else {
      constraints.push_back(translate_constraint(context, constraint));
    }
  }
  return constraints;
}

// Bits of TableLikeClause.options.
constexpr std::int64_t kLikeConstraints = 1 << 2;
constexpr std::int64_t kLikeDefaults = 1 << 3;
constexpr std::int64_t kLikeGenerated = 1 << 4;
constexpr std::int64_t kLikeIdentity = 1 << 5;
constexpr std::int64_t kLikeIndexes = 1 << 6;

LikeClause translate_like(const TranslateContext& context, TreeNode like) {
  LikeClause clause;
  clause.table = translate_range_var(context, like["relation"]);
  const std::int64_t options = like["options"].integer();
  clause.constraints = (options & kLikeConstraints) != 0;
  clause.defaults = (options & kLikeDefaults) != 0;
  clause.generated = (options & kLikeGenerated) != 0;
  clause.identity = (options & kLikeIdentity) != 0;
  clause.indexes = (options & kLikeIndexes) != 0;
  return clause;
}

/// 15 gives the word as written, folded unless it was quoted ("List"); later ones an enumerator.
PartitionStrategy partition_strategy(std::string_view word) {
  if (word == "PARTITION_STRATEGY_RANGE" || word == "range") return PartitionStrategy::range;
  if (word == "PARTITION_STRATEGY_HASH" || word == "hash") return PartitionStrategy::hash;
  return PartitionStrategy::list;
}

CreateTable::PartitionBy translate_partition_by(const TranslateContext& context, TreeNode spec) {
  const std::string_view strategy = spec["strategy"].text();
  CreateTable::PartitionBy by;
  by.strategy = partition_strategy(strategy.starts_with("PARTITION_") ? std::string(strategy)
                                                                      : lower_ascii(strategy));
  for (const TreeNode element : spec["partParams"]) {
    const TreeNode content = element.content();
    PartitionKeyPart part;
    part.column = content["name"].text();
    if (const TreeNode expr = content["expr"]) part.expr = translate_expr(context, expr);
    part.collation = dotted_name(content["collation"]);
    part.opclass = dotted_name(content["opclass"]);
    by.parts.push_back(std::move(part));
  }
  return by;
}

TableElement translate_element(const TranslateContext& context, TreeNode element) {
  const std::string_view tag = element.tag();
  if (tag == "TableLikeClause") return translate_like(context, element.content());
  if (tag == "Constraint") return translate_constraint(context, element.content());
  return translate_column(context, element.content());
}

constexpr KeywordTable<std::string_view, 4> kOnCommit({{
    {"ONCOMMIT_DELETE_ROWS", "delete"},
    {"ONCOMMIT_DROP", "drop"},
    {"ONCOMMIT_NOOP", ""},
    {"ONCOMMIT_PRESERVE_ROWS", "preserve"},
}});
static_assert(kOnCommit.sorted());

}  // namespace

ConstraintDef translate_constraint(const TranslateContext& context, TreeNode node) {
  ConstraintDef constraint;
  constraint.kind = kConstraintKinds.find_or(node["contype"].text(), ConstraintKind::check);
  constraint.name = node["conname"].text();
  constraint.location = location_of(context, node);
  if (const TreeNode expr = node["raw_expr"]) constraint.expr = translate_expr(context, expr);
  const bool foreign_key = constraint.kind == ConstraintKind::foreign_key;
  constraint.columns = string_list(node[foreign_key ? "fk_attrs" : "keys"]);
  constraint.including = string_list(node["including"]);
  constraint.using_index = node["indexname"].text();
  constraint.nulls_not_distinct = node["nulls_not_distinct"].flag();
  constraint.without_overlaps = node["without_overlaps"].flag();
  constraint.no_inherit = node["is_no_inherit"].flag();
  if (foreign_key) {
    constraint.referenced = translate_range_var(context, node["pktable"]);
    constraint.referenced_columns = string_list(node["pk_attrs"]);
    constraint.match = match_type(node["fk_matchtype"].text());
    constraint.on_delete = ref_action(node["fk_del_action"].text());
    constraint.on_update = ref_action(node["fk_upd_action"].text());
    constraint.delete_set_columns = string_list(node["fk_del_set_cols"]);
    constraint.period = node["fk_with_period"].flag();
    constraint.referenced_period = node["pk_with_period"].flag();
  }
  constraint.deferrable = node["deferrable"].flag();
  constraint.initially_deferred = node["initdeferred"].flag();
  const bool can_be_unenforced = foreign_key || constraint.kind == ConstraintKind::check;
  constraint.not_enforced =
      grammar_version() >= 18 && can_be_unenforced && !node["is_enforced"].flag();
  constraint.not_valid = node["skip_validation"].flag() || constraint.not_enforced;
  constraint.always = node["generated_when"].text() == "a";
  constraint.virtual_ = node["generated_kind"].text() == "v";
  constraint.sequence_options = translate_options(context, node["options"]);
  std::erase_if(constraint.sequence_options, [](const Option& option) {
    return option.name == "logged" || option.name == "unlogged";
  });
  constraint.access_method = node["access_method"].text();
  if (const TreeNode where = node["where_clause"]) constraint.where = translate_expr(context, where);
  for (const TreeNode pair : node["exclusions"]) {
    // {"List": {"items": [IndexElem, {"List": {"items": [operator's name]}}]}}
    Exclusion exclusion;
    for (const TreeNode part : pair.content()["items"]) {
      if (part.tag() == "IndexElem") {
        exclusion.column = part.content()["name"].text();
        exclusion.has_opclass = static_cast<bool>(part.content()["opclass"]);
        if (const TreeNode expr = part.content()["expr"])
          exclusion.expr = translate_expr(context, expr);
      } else {
        for (const TreeNode word : part.content()["items"]) exclusion.op = string_value(word);
      }
    }
    constraint.exclusions.push_back(std::move(exclusion));
  }
  return constraint;
}

ColumnDef translate_column(const TranslateContext& context, TreeNode node) {
  ColumnDef column;
  column.name = node["colname"].text();
  if (const TreeNode type = node["typeName"]) {
    column.type = translate_type(context, type);
  } else {
    column.typed_table = true;
  }
  column.collation = dotted_name(node["collClause"]["collname"]);
  column.constraints = translate_constraints(context, node["constraints"]);
  column.location = location_of(context, node);
  if (column.name == "system_user") refuse_later_keyword(context, column.name, column.location);
  return column;
}

PartitionBound translate_bound(const TranslateContext& context, TreeNode node) {
  PartitionBound bound;
  bound.is_default = node["is_default"].flag();
  const std::string_view strategy = node["strategy"].text();
  bound.strategy = strategy == "r"   ? PartitionStrategy::range
                   : strategy == "h" ? PartitionStrategy::hash
                                     : PartitionStrategy::list;
  bound.values = translate_exprs(context, node["listdatums"]);
  bound.from = translate_exprs(context, node["lowerdatums"]);
  bound.to = translate_exprs(context, node["upperdatums"]);
  bound.modulus = node["modulus"].integer();
  bound.remainder = node["remainder"].integer();
  return bound;
}

CreateTable translate_create_table(const TranslateContext& context, TreeNode node, bool foreign) {
  CreateTable create;
  const TreeNode relation = node["relation"];
  create.table = translate_range_var(context, relation);
  const std::string_view persistence = relation["relpersistence"].text();
  create.temporary = persistence == "t";
  create.unlogged = persistence == "u";
  create.if_not_exists = node["if_not_exists"].flag();
  create.foreign = foreign;
  const TreeNode elements = node["tableElts"];
  create.elements.reserve(elements.size());
  for (const TreeNode element : elements)
    create.elements.push_back(translate_element(context, element));
  std::vector<QualifiedName> parents = translate_range_vars(context, node["inhRelations"]);
  if (const TreeNode bound = node["partbound"]) {
    create.bound = translate_bound(context, bound);
    if (!parents.empty()) create.partition_of = std::move(parents.front());
  } else {
    create.inherits = std::move(parents);
  }
  if (const TreeNode spec = node["partspec"])
    create.partition_by = translate_partition_by(context, spec);
  if (const TreeNode type = node["ofTypename"]) create.of_type = translate_type(context, type);
  create.on_commit = kOnCommit.find_or(node["oncommit"].text(), "");
  return create;
}

CreateTableAs translate_create_table_as(const TranslateContext& context, TreeNode node) {
  CreateTableAs create;
  const TreeNode into = node["into"];
  create.table = translate_range_var(context, into["rel"]);
  create.columns = string_list(into["colNames"]);
  create.temporary = into["rel"]["relpersistence"].text() == "t";
  create.if_not_exists = node["if_not_exists"].flag();
  create.with_data = !into["skipData"].flag();
  create.materialized_view = node["objtype"].text() == "OBJECT_MATVIEW";
  create.query = translate_statement_pointer(context, node["query"]);
  return create;
}

CreateIndex translate_create_index(const TranslateContext& context, TreeNode node) {
  CreateIndex index;
  index.table = translate_range_var(context, node["relation"]);
  index.name = node["idxname"].text();
  index.unique = node["unique"].flag();
  index.concurrently = node["concurrent"].flag();
  index.if_not_exists = node["if_not_exists"].flag();
  index.nulls_not_distinct = node["nulls_not_distinct"].flag();
  index.method = node["accessMethod"].text();
  index.elements = translate_index_elements(context, node["indexParams"]);
  for (const TreeNode element : node["indexIncludingParams"]) {
    index.including.emplace_back(element.content()["name"].text());
  }
  if (const TreeNode where = node["whereClause"]) index.where = translate_expr(context, where);
  return index;
}

CreateDomain translate_create_domain(const TranslateContext& context, TreeNode node) {
  CreateDomain create;
  create.domain = qualified_name(node["domainname"]);
  create.type = translate_type(context, node["typeName"]);
  create.collation = dotted_name(node["collClause"]["collname"]);
  create.constraints = translate_constraints(context, node["constraints"]);
  return create;
}

}  // namespace pgfk
