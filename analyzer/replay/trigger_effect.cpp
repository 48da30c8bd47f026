#include "analyzer/replay/trigger_effect.h"

#include <algorithm>
#include <cctype>
#include <string_view>

namespace pgfk {

namespace {

std::string lowered(std::string_view text) {
  std::string out(text);
  for (char& c : out) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  return out;
}

/// Statements of the body, comments and white space at their ends taken off, split at semicolons outside quotes.
std::vector<std::string> statements_of(std::string_view body) {
  std::vector<std::string> out;
  std::string current;
  for (std::size_t at = 0; at < body.size(); ++at) {
    const char c = body[at];
    if (c == '-' && at + 1 < body.size() && body[at + 1] == '-') {
      while (at < body.size() && body[at] != '\n') ++at;
      current.push_back(' ');
    } else if (c == '\'' || c == '"') {
      const std::size_t end = body.find(c, at + 1);
      const std::size_t stop = end == std::string_view::npos ? body.size() - 1 : end;
      current.append(body.substr(at, stop - at + 1));
      at = stop;
    } else if (c == ';') {
      out.push_back(current);
      current.clear();
    } else {
      current.push_back(c);
    }
  }
  out.push_back(current);
  for (std::string& statement : out) {
    const auto begin = std::find_if_not(statement.begin(), statement.end(), [](unsigned char c) { return std::isspace(c); });
    statement.erase(statement.begin(), begin);
    while (!statement.empty() && std::isspace(static_cast<unsigned char>(statement.back()))) statement.pop_back();
  }
  std::erase(out, "");
  return out;
}

/// Functions that an assigned expression may call without touching rows.
bool is_pure(std::string_view expression) {
  for (std::size_t at = expression.find('('); at != std::string_view::npos; at = expression.find('(', at + 1)) {
    std::size_t from = at;
    while (from > 0 && (std::isalnum(static_cast<unsigned char>(expression[from - 1])) || expression[from - 1] == '_')) --from;
    const std::string name = lowered(expression.substr(from, at - from));
    static constexpr std::string_view kPure[] = {"",      "now",       "current_timestamp", "timezone", "lower", "upper", "trim",
                                                 "clock_timestamp", "statement_timestamp", "coalesce", "to_tsvector", "setweight", "concat"};
    if (std::find(std::begin(kPure), std::end(kPure), name) == std::end(kPure)) return false;
  }
  return lowered(expression).find("select") == std::string::npos;
}

bool mentions(const Expr& expr, const std::string& column) {
  if (expr.kind == ExprKind::column && !expr.names.empty() && (expr.names.back() == column || expr.names.back() == "*")) return true;
  return std::any_of(expr.args.begin(), expr.args.end(), [&](const ExprPtr& arg) { return arg && mentions(*arg, column); });
}

}  // namespace

TriggerEffect effect_of(const CreateFunction& function) {
  TriggerEffect effect;
  if (lowered(function.language) != "plpgsql") return effect;
  std::vector<std::string> statements = statements_of(function.body);
  bool begun = false;
  for (std::string& statement : statements) {
    std::string low = lowered(statement);
    if (!begun) {
      if (!low.starts_with("begin") || (low.size() > 5 && !std::isspace(static_cast<unsigned char>(low[5])))) return {};
      begun = true;
      statement.erase(0, 5);
      statement.erase(0, statement.find_first_not_of(" \t\r\n") == std::string::npos ? statement.size()
                                                                                     : statement.find_first_not_of(" \t\r\n"));
      low = lowered(statement);
    }
    if (low.empty() || low == "end" || low == "return new" || low == "return null" || low == "return old") {
      // RETURN NULL of a BEFORE trigger would drop the row.
      if (low == "return null" || low == "return old") return {};
      continue;
    }
    if (!low.starts_with("new.")) return {};
    std::size_t end = 4;
    while (end < low.size() && (std::isalnum(static_cast<unsigned char>(low[end])) || low[end] == '_')) ++end;
    std::size_t assign = low.find_first_not_of(" \t\r\n", end);
    if (assign == std::string::npos) return {};
    if (low.compare(assign, 2, ":=") == 0) {
      assign += 2;
    } else if (low[assign] == '=') {
      assign += 1;
    } else {
      return {};
    }
    if (!is_pure(std::string_view(statement).substr(assign))) return {};
    effect.assigned.push_back(low.substr(4, end - 4));
  }
  effect.understood = begun;
  return effect;
}

bool is_key_column(const Catalog& catalog, const Relation& relation, ColumnIndex column) {
  const auto has = [&](const std::vector<ColumnIndex>& columns) {
    return std::find(columns.begin(), columns.end(), column) != columns.end();
  };
  for (const UniqueKey& key : relation.unique_keys) {
    if (has(key.columns) || !key.expressions.empty() || key.predicate) return true;
  }
  for (const ForeignKeyId id : catalog.foreign_keys_of(relation.id)) {
    if (has(catalog.foreign_key(id).referencing_columns)) return true;
  }
  for (const ForeignKeyId id : catalog.foreign_keys_to(relation.id)) {
    if (has(catalog.foreign_key(id).referenced_columns)) return true;
  }
  for (const CheckConstraint& check : relation.checks) {
    if (check.expr && mentions(*check.expr, relation.columns[column].name)) return true;
  }
  return relation.partitioning.has_value() || relation.partition_of != RelationId::none;
}

}  // namespace pgfk
