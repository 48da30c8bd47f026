// Queries and the statements that write rows.
#include "parsers/sql/keyword_table.h"
#include "parsers/sql/translate.h"

namespace pgfk {

namespace {

// --- FROM ---

/// Alias {aliasname, colnames} of a FROM item.
void set_alias(FromItem& item, TreeNode alias) {
  item.alias = alias["aliasname"].text();
  item.column_aliases = string_list(alias["colnames"]);
}

FromItem function_item(const TranslateContext& context, TreeNode range) {
  FromItem item;
  item.kind = FromKind::function;
  item.ordinality = range["ordinality"].flag();
  item.lateral = range["lateral"].flag();
  set_alias(item, range["alias"]);
  const TreeNode functions = range["functions"];
  // Each is a list of the call and its own column definitions.
  for (const TreeNode function : functions) {
    const TreeNode items = function.content()["items"];
    const TreeNode expression = *items.begin();
    if (functions.size() == 1) {
      item.function = translate_expr(context, expression);
    } else if (!item.function) {
      item.function = std::make_unique<Expr>();
      item.function->kind = ExprKind::unsupported;
      item.function->text = "ROWS FROM with several functions";
    }
  }
  if (item.function) item.location = item.function->location;
  for (const TreeNode definition : range["coldeflist"]) {
    const TreeNode column = definition.content();
    item.column_definitions.emplace_back(column["colname"].text(),
                                         translate_type(context, column["typeName"]));
  }
  return item;
}

constexpr KeywordTable<JoinKind, 4> kJoins({{
    {"JOIN_FULL", JoinKind::full},
    {"JOIN_INNER", JoinKind::inner},
    {"JOIN_LEFT", JoinKind::left},
    {"JOIN_RIGHT", JoinKind::right},
}});
static_assert(kJoins.sorted());

FromItem join_item(const TranslateContext& context, TreeNode join) {
  FromItem item;
  item.kind = FromKind::join;
  item.join = kJoins.find_or(join["jointype"].text(), JoinKind::inner);
  item.natural = join["isNatural"].flag();
  item.left = std::make_unique<FromItem>(translate_from(context, join["larg"]));
  item.right = std::make_unique<FromItem>(translate_from(context, join["rarg"]));
  item.using_columns = string_list(join["usingClause"]);
  if (const TreeNode condition = join["quals"]) item.on = translate_expr(context, condition);
  if (item.join == JoinKind::inner && !item.natural && item.using_columns.empty() && !item.on) {
    item.join = JoinKind::cross;
  }
  set_alias(item, join["alias"]);
  item.location = item.left->location;
  return item;
}

FromItem select_item(const TranslateContext& context, TreeNode range) {
  FromItem item;
  item.kind = FromKind::select;
  item.lateral = range["lateral"].flag();
  item.select = translate_select_pointer(context, range["subquery"].content());
  set_alias(item, range["alias"]);
  if (context.bridge.named_subqueries && item.alias == "unnamed_subquery") item.alias.clear();
  item.location = item.select->location;
  if (!range["alias"] && context.target_version < kAliasOptionalSince && !context.refused) {
    context.refused = missing_alias_error(context.text, item.location);
  }
  return item;
}

FromItem table_item(const TranslateContext& context, TreeNode range) {
  FromItem item;
  item.table = translate_range_var(context, range);
  set_alias(item, range["alias"]);
  item.location = item.table.location;
  return item;
}

/// XMLTABLE, JSON_TABLE and a sample of a table: rows nobody can tell.
FromItem unknown_item(const TranslateContext& context, TreeNode range, std::string_view what) {
  FromItem item;
  item.kind = FromKind::function;
  item.lateral = range["lateral"].flag();
  item.function = std::make_unique<Expr>();
  item.function->kind = ExprKind::unsupported;
  item.function->text = what;
  item.function->location = location_of(context, range);
  item.location = item.function->location;
  set_alias(item, range["alias"]);
  return item;
}

std::vector<FromItem> translate_from_list(const TranslateContext& context, TreeNode list) {
  std::vector<FromItem> items;
  for (const TreeNode element : list) items.push_back(translate_from(context, element));
  return items;
}

// --- clauses shared by several statements ---

With translate_with(const TranslateContext& context, TreeNode clause) {
  With with;
  with.recursive = clause["recursive"].flag();
  for (const TreeNode element : clause["ctes"]) {
    const TreeNode cte = element.content();
    CommonTable table;
    table.name = cte["ctename"].text();
    table.column_aliases = string_list(cte["aliascolnames"]);
    table.statement = translate_statement_pointer(context, cte["ctequery"]);
    table.location = location_of(context, cte);
    with.tables.push_back(std::move(table));
  }
  return with;
}

std::vector<Target> translate_targets(const TranslateContext& context, TreeNode list) {
  std::vector<Target> targets;
  for (const TreeNode element : list) {
    const TreeNode content = element.content();
    Target target;
    target.name = content["name"].text();
    target.expr = translate_expr(context, content["val"]);
    target.location = location_of(context, content);
    targets.push_back(std::move(target));
  }
  return targets;
}

/// RETURNING: a plain list up to 17, {options, exprs} from 18.
std::optional<Returning> translate_returning(const TranslateContext& context, TreeNode statement) {
  const TreeNode clause = statement["returningClause"];
  const TreeNode list = clause ? clause["exprs"] : statement["returningList"];
  if (list.empty()) return std::nullopt;
  Returning returning;
  returning.targets = translate_targets(context, list);
  for (const TreeNode element : clause["options"]) {
    const TreeNode option = element.content();
    const bool old = option["option"].text() == "RETURNING_OPTION_OLD";
    (old ? returning.old_alias : returning.new_alias) = option["value"].text();
  }
  return returning;
}

/// SET: the columns of (a, b) = .. come one by one, each with the whole source and its number.
std::vector<Assignment> translate_assignments(const TranslateContext& context, TreeNode list) {
  std::vector<Assignment> assignments;
  for (const TreeNode element : list) {
    const TreeNode target = element.content();
    const TreeNode value = target["val"];
    const bool multiple = value.tag() == "MultiAssignRef";
    const TreeNode multiple_content = multiple ? value.content() : TreeNode{};
    if (!multiple || multiple_content["colno"].integer() == 1 || assignments.empty()) {
      Assignment& assignment = assignments.emplace_back();
      assignment.location = location_of(context, target);
      assignment.value = translate_expr(context, multiple ? multiple_content["source"] : value);
    }
    Assignment& assignment = assignments.back();
    assignment.columns.emplace_back(target["name"].text());
    if (!target["indirection"].empty()) assignment.subscripted = true;
  }
  return assignments;
}

constexpr KeywordTable<Overriding, 3> kOverridings({{
    {"OVERRIDING_NOT_SET", Overriding::none},
    {"OVERRIDING_SYSTEM_VALUE", Overriding::system_value},
    {"OVERRIDING_USER_VALUE", Overriding::user_value},
}});
static_assert(kOverridings.sorted());

Overriding translate_overriding(TreeNode statement) {
  return kOverridings.find_or(statement["override"].text(), Overriding::none);
}

OnConflict translate_on_conflict(const TranslateContext& context, TreeNode clause) {
  OnConflict conflict;
  if (!clause) return conflict;
  const bool update = clause["action"].text() == "ONCONFLICT_UPDATE";
  conflict.action = update ? OnConflictAction::update : OnConflictAction::nothing;
  const TreeNode infer = clause["infer"];
  conflict.target = translate_index_elements(context, infer["indexElems"]);
  if (const TreeNode where = infer["whereClause"])
    conflict.target_where = translate_expr(context, where);
  conflict.constraint = infer["conname"].text();
  conflict.set = translate_assignments(context, clause["targetList"]);
  if (const TreeNode where = clause["whereClause"]) conflict.where = translate_expr(context, where);
  return conflict;
}

/// The table a statement writes to, and what it is called there.
void set_table(const TranslateContext& context, TreeNode relation, QualifiedName& table,
               std::string& alias) {
  table = translate_range_var(context, relation);
  alias = relation["alias"]["aliasname"].text();
}

ExprPtr optional_expr(const TranslateContext& context, TreeNode tagged) {
  return tagged ? translate_expr(context, tagged) : nullptr;
}

constexpr KeywordTable<SetOperation, 4> kSetOperations({{
    {"SETOP_EXCEPT", SetOperation::except},
    {"SETOP_INTERSECT", SetOperation::intersect},
    {"SETOP_NONE", SetOperation::none},
    {"SETOP_UNION", SetOperation::union_},
}});
static_assert(kSetOperations.sorted());

}  // namespace

FromItem translate_from(const TranslateContext& context, TreeNode tagged) {
  const std::string_view tag = tagged.tag();
  const TreeNode content = tagged.content();
  if (tag == "RangeVar") return table_item(context, content);
  if (tag == "JoinExpr") return join_item(context, content);
  if (tag == "RangeSubselect") return select_item(context, content);
  if (tag == "RangeFunction") return function_item(context, content);
  return unknown_item(context, content, unsupported_name(tag));
}

std::vector<IndexElement> translate_index_elements(const TranslateContext& context, TreeNode list) {
  std::vector<IndexElement> elements;
  for (const TreeNode node : list) {
    const TreeNode content = node.content();
    IndexElement element;
    element.column = content["name"].text();
    element.expr = optional_expr(context, content["expr"]);
    element.collation = dotted_name(content["collation"]);
    element.opclass = dotted_name(content["opclass"]);
    element.descending = content["ordering"].text() == "SORTBY_DESC";
    elements.push_back(std::move(element));
  }
  return elements;
}

Select translate_select(const TranslateContext& context, TreeNode node) {
  Select select;
  select.operation = kSetOperations.find_or(node["op"].text(), SetOperation::none);
  if (const TreeNode with = node["withClause"]) select.with = translate_with(context, with);
  if (select.operation != SetOperation::none) {
    select.all = node["all"].flag();
    select.left = translate_select_pointer(context, node["larg"]);
    select.right = translate_select_pointer(context, node["rarg"]);
    select.location = select.left->location;
  }
  const TreeNode values = node["valuesLists"];
  select.values.reserve(values.size());
  for (const TreeNode row : values)
    select.values.push_back(translate_exprs(context, row.content()["items"]));
  if (!select.values.empty() && !select.values.front().empty()) {
    select.location = select.values.front().front()->location;
  }
  if (const TreeNode distinct = node["distinctClause"]) {
    select.distinct = true;
    // Plain DISTINCT is a list of one empty node.
    for (const TreeNode element : distinct) {
      if (!element.tag().empty()) select.distinct_on.push_back(translate_expr(context, element));
    }
  }
  select.targets = translate_targets(context, node["targetList"]);
  if (!select.targets.empty()) select.location = select.targets.front().location;
  select.from = translate_from_list(context, node["fromClause"]);
  select.where = optional_expr(context, node["whereClause"]);
  select.group_by = translate_exprs(context, node["groupClause"]);
  select.having = optional_expr(context, node["havingClause"]);
  select.has_window = !node["windowClause"].empty();
  select.order_by = translate_sort_keys(context, node["sortClause"]);
  select.limit = optional_expr(context, node["limitCount"]);
  select.offset = optional_expr(context, node["limitOffset"]);
  select.with_ties = node["limitOption"].text() == "LIMIT_OPTION_WITH_TIES";
  select.locking = !node["lockingClause"].empty();
  if (const TreeNode into = node["intoClause"]) {
    select.into = translate_range_var(context, into["rel"]);
    select.into_temporary = into["rel"]["relpersistence"].text() == "t";
  }
  return select;
}

SelectPtr translate_select_pointer(const TranslateContext& context, TreeNode select) {
  return std::make_unique<Select>(translate_select(context, select));
}

Insert translate_insert(const TranslateContext& context, TreeNode node) {
  Insert insert;
  if (const TreeNode with = node["withClause"]) insert.with = translate_with(context, with);
  set_table(context, node["relation"], insert.table, insert.alias);
  const TreeNode columns = node["cols"];
  insert.columns.reserve(columns.size());
  insert.column_locations.reserve(columns.size());
  for (const TreeNode element : columns) {
    const TreeNode column = element.content();
    insert.columns.emplace_back(column["name"].text());
    insert.column_locations.push_back(location_of(context, column));
    if (!column["indirection"].empty()) insert.column_subscripted = true;
  }
  if (const TreeNode source = node["selectStmt"])
    insert.source = translate_select_pointer(context, source.content());
  insert.overriding = translate_overriding(node);
  insert.on_conflict = translate_on_conflict(context, node["onConflictClause"]);
  insert.returning = translate_returning(context, node);
  return insert;
}

Update translate_update(const TranslateContext& context, TreeNode node) {
  Update update;
  if (const TreeNode with = node["withClause"]) update.with = translate_with(context, with);
  set_table(context, node["relation"], update.table, update.alias);
  update.set = translate_assignments(context, node["targetList"]);
  update.from = translate_from_list(context, node["fromClause"]);
  update.where = optional_expr(context, node["whereClause"]);
  update.returning = translate_returning(context, node);
  return update;
}

Delete translate_delete(const TranslateContext& context, TreeNode node) {
  Delete remove;
  if (const TreeNode with = node["withClause"]) remove.with = translate_with(context, with);
  set_table(context, node["relation"], remove.table, remove.alias);
  remove.using_ = translate_from_list(context, node["usingClause"]);
  remove.where = optional_expr(context, node["whereClause"]);
  remove.returning = translate_returning(context, node);
  return remove;
}

namespace {

constexpr KeywordTable<MergeMatch, 3> kMergeMatches({{
    {"MERGE_WHEN_MATCHED", MergeMatch::matched},
    {"MERGE_WHEN_NOT_MATCHED_BY_SOURCE", MergeMatch::not_matched_by_source},
    {"MERGE_WHEN_NOT_MATCHED_BY_TARGET", MergeMatch::not_matched_by_target},
}});
static_assert(kMergeMatches.sorted());

constexpr KeywordTable<MergeAction, 4> kMergeActions({{
    {"CMD_DELETE", MergeAction::delete_},
    {"CMD_INSERT", MergeAction::insert},
    {"CMD_NOTHING", MergeAction::do_nothing},
    {"CMD_UPDATE", MergeAction::update},
}});
static_assert(kMergeActions.sorted());

MergeClause translate_merge_clause(const TranslateContext& context, TreeNode node) {
  MergeClause clause;
  // 15 has `matched`, later ones `matchKind`.
  clause.match = kMergeMatches.find_or(
      node["matchKind"].text(),
      node["matched"].flag() ? MergeMatch::matched : MergeMatch::not_matched_by_target);
  clause.condition = optional_expr(context, node["condition"]);
  clause.action = kMergeActions.find_or(node["commandType"].text(), MergeAction::do_nothing);
  if (clause.action == MergeAction::update) {
    clause.set = translate_assignments(context, node["targetList"]);
  } else if (clause.action == MergeAction::insert) {
    for (const TreeNode element : node["targetList"]) {
      clause.columns.emplace_back(element.content()["name"].text());
    }
    clause.values = translate_exprs(context, node["values"]);
    clause.overriding = translate_overriding(node);
  }
  return clause;
}

}  // namespace

Merge translate_merge(const TranslateContext& context, TreeNode node) {
  Merge merge;
  if (const TreeNode with = node["withClause"]) merge.with = translate_with(context, with);
  set_table(context, node["relation"], merge.table, merge.alias);
  merge.source = translate_from(context, node["sourceRelation"]);
  merge.on = optional_expr(context, node["joinCondition"]);
  for (const TreeNode element : node["mergeWhenClauses"]) {
    merge.clauses.push_back(translate_merge_clause(context, element.content()));
  }
  merge.returning = translate_returning(context, node);
  return merge;
}

}  // namespace pgfk
