#include "analyzer/rewrite/stubs.h"

#include <algorithm>

#include <fmt/format.h>

#include "analyzer/catalog/expressions.h"
#include "analyzer/rewrite/placeholders.h"
#include "analyzer/types/type_io.h"
#include "parsers/archive/identifier.h"

namespace pgfk {
namespace {

constexpr unsigned kMostRefusals = 60;   // of one row, before it is given up
constexpr unsigned kMostDepth = 32;      // of rows that rows refer to
constexpr unsigned kMostTrials = 40'000; // of values for one CHECK
constexpr unsigned kMostVariants = 50;

/// The code points of UTF-8 text beyond ASCII as \XXXX or \+XXXXXX, backslashes doubled.
std::string escaped(const std::string& text) {
  std::string out;
  for (std::size_t at = 0; at < text.size(); ++at) {
    const auto byte = static_cast<unsigned char>(text[at]);
    if (byte < 0x80) {
      out += text[at];
      if (byte == '\\') out += '\\';
      continue;
    }
    const unsigned more = byte >= 0xf0 ? 3 : byte >= 0xe0 ? 2 : 1;
    unsigned code = byte & (0x3fu >> more);
    for (unsigned next = 0; next < more && at + 1 < text.size(); ++next) code = code << 6 | (static_cast<unsigned char>(text[++at]) & 0x3fu);
    out += code > 0xffff ? fmt::format("\\+{:06X}", code) : fmt::format("\\{:04X}", code);
  }
  return out;
}

bool is_ascii(const std::string& text) {
  return std::ranges::all_of(text, [](char c) { return static_cast<unsigned char>(c) < 0x80; });
}

std::string in_quotes(const std::string& text, char quote) {
  std::string out(1, quote);
  for (const char c : text) {
    out += c;
    if (c == quote) out += c;
  }
  return out + quote;
}

bool is_number(const std::string& text) {
  const std::size_t sign = !text.empty() && text.front() == '-';
  return text.size() > sign && text.size() < 40 && text.find_first_not_of("0123456789", sign) == std::string::npos;
}

bool is_numeric(TypeId type) { return type == TypeId::int2 || type == TypeId::int4 || type == TypeId::int8 || type == TypeId::numeric; }

const Type* domain_of(const Catalog& catalog, TypeId id) {
  const Type* type = catalog.type(id);
  return type && type->kind == TypeKind::domain ? type : nullptr;
}

bool may_be_null(const Catalog& catalog, const Column& column) {
  if (column.not_null) return false;
  for (const Type* type = domain_of(catalog, column.type); type; type = domain_of(catalog, type->base)) {
    if (type->not_null) return false;
  }
  return true;
}

bool has_column(const std::vector<ColumnIndex>& columns, ColumnIndex column) { return std::ranges::find(columns, column) != columns.end(); }

bool is_unique(const Relation& relation, ColumnIndex column) {
  return std::ranges::any_of(relation.unique_keys, [&](const UniqueKey& key) { return has_column(key.columns, column); });
}

}  // namespace

bool StubMaker::fail(std::string why) {
  if (why_.empty()) why_ = std::move(why);
  return false;
}

Result<std::vector<std::string>> StubMaker::make(const std::string& schema, const std::string& table, const std::vector<std::string>& columns,
                                                 const std::vector<std::string>& key, bool ascii) {
  const Catalog& catalog = database_.catalog();
  const RelationId relation = catalog.find_in(schema, table);
  why_.clear();
  made_.clear();
  ascii_ = ascii;
  if (relation == RelationId::none) return Error{"there is no table \"" + table + "\"", {}, {}, {}};
  if (database_.ask({"", schema, table, columns, key}).standing == Standing::yes) return made_;
  Draft draft{&catalog[relation], {}, {}, {}, {}};
  for (std::size_t at = 0; at < columns.size() && at < key.size(); ++at) {
    const ColumnIndex column = draft.table->column(columns[at]);
    if (column == kNoColumn) return Error{"table \"" + table + "\" has no column \"" + columns[at] + "\"", {}, {}, {}};
    if (draft.table->columns[column].generated != Generated::none) return Error{"column \"" + columns[at] + "\" is generated", {}, {}, {}};
    draft.values[column] = key[at];
    draft.fixed.insert(column);
  }
  if (!complete(draft, 0)) return Error{why_.empty() ? std::string("no row was found that the table takes") : why_, {}, {}, {}};
  return std::move(made_);
}

bool StubMaker::complete(Draft& draft, unsigned depth) {
  if (depth > kMostDepth) return fail("rows that it refers to lead too far");
  for (unsigned refusals = 0; refusals < kMostRefusals;) {
    const Outcome<std::vector<Value>> cells = database_.try_row(draft.table->id, draft.values, false);
    if (cells.doubtful()) return fail(cells.doubt().reason);
    if (cells.refused()) {
      ++refusals;
      if (!settle_refusal(draft, cells.error())) return fail(cells.error().message);
      continue;
    }
    const TrialValues before = draft.values;
    if (!refer(draft, *cells, depth)) return false;
    if (draft.values != before) {
      ++refusals;
      continue;
    }
    if (!database_.try_row(draft.table->id, draft.values, true).ok()) return fail("no row was found that the table takes");
    made_.push_back(statement(draft));
    return true;
  }
  return fail("no row of \"" + draft.table->name + "\" was found that meets all its constraints");
}

bool StubMaker::settle_refusal(Draft& draft, const ServerError& error) {
  const Catalog& catalog = database_.catalog();
  const ColumnIndex column = error.column.empty() ? kNoColumn : draft.table->column(error.column);
  if (error.sqlstate == "23502") return column != kNoColumn && fill(draft, column);
  if (error.sqlstate == "23505" || error.sqlstate == "23P01") return vary_unique(draft, error.constraint);
  if (error.sqlstate == "23514") {
    for (const CheckConstraint& check : draft.table->checks) {
      if (check.name == error.constraint && check.expr && column == kNoColumn) {
        return meet_check(draft, check.name, {check.expr}, columns_used(*draft.table, *check.expr));
      }
    }
    if (column == kNoColumn) return false;
    std::vector<const Expr*> checks;
    for (const Type* type = domain_of(catalog, draft.table->columns[column].type); type; type = domain_of(catalog, type->base)) {
      for (const DomainCheck& check : type->checks) checks.push_back(check.expr);
    }
    return meet_check(draft, error.message, checks, {column});
  }
  return false;
}

/// A value for a column that must have one.
bool StubMaker::fill(Draft& draft, ColumnIndex column) {
  if (draft.fixed.contains(column)) return false;
  const Catalog& catalog = database_.catalog();
  for (const ForeignKeyId id : catalog.foreign_keys_of(draft.table->id)) {
    const ForeignKey& key = catalog.foreign_key(id);
    if (key.parent != ForeignKeyId::none || !key.enforced || !has_column(key.referencing_columns, column)) continue;
    const Relation& referenced = catalog[key.referenced];
    for (std::size_t at = 0; at < key.referencing_columns.size(); ++at) {
      const ColumnIndex own = key.referencing_columns[at], other = key.referenced_columns[at];
      if (draft.fixed.contains(own) || (draft.values.contains(own) && draft.values[own])) continue;
      // A row that has to refer to some row of its own table refers to itself.
      const auto same = draft.values.find(other);
      const bool itself = referenced.id == draft.table->id && same != draft.values.end() && same->second;
      draft.values[own] = itself ? *same->second : placeholder_value(catalog, referenced.columns[other], 0, "");
    }
    return true;
  }
  const bool unique = is_unique(*draft.table, column);
  draft.variants[column] = unique;
  draft.values[column] = placeholder(draft, column, unique ? 1 : 0);
  return true;
}

std::string StubMaker::placeholder(const Draft& draft, ColumnIndex column, unsigned variant) const {
  return placeholder_value(database_.catalog(), draft.table->columns[column], variant, hint_of(draft));
}

/// The key that is asked for: what makes the row differ from others.
std::string StubMaker::hint_of(const Draft& draft) {
  std::string hint;
  for (const ColumnIndex fixed : draft.fixed) hint += (hint.empty() ? "" : "-") + draft.values.at(fixed).value_or("");
  return hint;
}

bool StubMaker::vary_unique(Draft& draft, const std::string& constraint) {
  const UniqueKey* key = draft.table->unique_key(constraint);
  if (!key) {
    // Of a partition: the same columns as the one above it.
    for (const UniqueKey& other : draft.table->unique_keys) key = other.columns.empty() ? key : &other;
  }
  if (!key) return false;
  std::vector<ColumnIndex> columns = key->columns;
  if (columns.empty() || std::ranges::find(columns, kNoColumn) != columns.end()) {
    for (const auto& [column, value] : draft.values) columns.push_back(column);
  }
  for (const ColumnIndex column : columns) {
    if (column == kNoColumn || draft.fixed.contains(column)) continue;
    unsigned& variant = draft.variants[column];
    if (++variant > kMostVariants) continue;
    draft.values[column] = placeholder(draft, column, variant);
    return true;
  }
  return false;
}

/// Tries values for the columns that a condition names, one column at a time, then two.
bool StubMaker::meet_check(Draft& draft, const std::string& constraint, const std::vector<const Expr*>& checks, const std::vector<ColumnIndex>& columns) {
  if (++draft.searched[constraint] > 3) return false;
  const Catalog& catalog = database_.catalog();
  struct Choice { ColumnIndex column; std::vector<std::optional<std::string>> values; };
  std::vector<Choice> choices;
  for (const ColumnIndex column : columns) {
    const Column& at = draft.table->columns[column];
    if (draft.fixed.contains(column) || at.generated != Generated::none || at.dropped) continue;
    Choice choice{column, {}};
    for (std::string& value : candidate_values(catalog, at, checks, is_unique(*draft.table, column) ? hint_of(draft) : std::string())) choice.values.emplace_back(std::move(value));
    choice.values.emplace_back(placeholder(draft, column, 0));
    choice.values.emplace_back(placeholder(draft, column, 1));
    if (may_be_null(catalog, at)) choice.values.emplace_back(std::nullopt);
    choices.push_back(std::move(choice));
  }
  unsigned trials = 0;
  const auto holds = [&](const TrialValues& values) {
    ++trials;
    const Outcome<std::vector<Value>> cells = database_.try_row(draft.table->id, values, false);
    if (cells.ok()) return true;
    if (!cells.refused()) return false;
    // Another constraint is the next one's matter, a value that cannot be read is none.
    const ServerError& error = cells.error();
    const bool same = error.sqlstate == "23514" && (error.constraint == constraint || error.message == constraint);
    if (error.sqlstate == "23502") return std::ranges::none_of(columns, [&](ColumnIndex column) { return draft.table->columns[column].name == error.column; });
    return !same && (error.sqlstate == "23514" || error.sqlstate == "23505" || error.sqlstate == "23P01") &&
           !draft.searched.contains(error.constraint.empty() ? error.message : error.constraint);
  };
  for (std::size_t first = 0; first < choices.size(); ++first) {
    for (const std::optional<std::string>& value : choices[first].values) {
      TrialValues values = draft.values;
      values[choices[first].column] = value;
      if (trials < kMostTrials && holds(values)) {
        draft.values = std::move(values);
        return true;
      }
    }
  }
  for (std::size_t first = 0; first < choices.size(); ++first) {
    for (std::size_t second = first + 1; second < choices.size(); ++second) {
      for (const std::optional<std::string>& one : choices[first].values) {
        for (const std::optional<std::string>& other : choices[second].values) {
          if (trials >= kMostTrials) return false;
          TrialValues values = draft.values;
          values[choices[first].column] = one;
          values[choices[second].column] = other;
          if (!holds(values)) continue;
          draft.values = std::move(values);
          return true;
        }
      }
    }
  }
  return false;
}

/// The rows that this one refers to in turn; where one cannot be made, NULL if the column takes it. The draft's values change then.
bool StubMaker::refer(Draft& draft, const std::vector<Value>& cells, unsigned depth) {
  const Catalog& catalog = database_.catalog();
  for (const ForeignKeyId id : std::vector<ForeignKeyId>(catalog.foreign_keys_of(draft.table->id))) {
    const ForeignKey& key = catalog.foreign_key(id);
    if (key.parent != ForeignKeyId::none || !key.enforced || key.period) continue;
    const Relation& referenced = catalog[key.referenced];
    StandingQuestion question{"", referenced.schema, referenced.name, {}, {}};
    bool whole = true, itself = referenced.id == draft.table->id;
    for (std::size_t at = 0; at < key.referencing_columns.size(); ++at) {
      const Value& value = cells[key.referencing_columns[at]];
      if (!value.is_known()) {
        whole = false;
        break;
      }
      question.columns.push_back(referenced.columns[key.referenced_columns[at]].name);
      question.values.push_back(database_.text_of(value));
      const Value& own = cells[std::min<std::size_t>(key.referenced_columns[at], cells.size() - 1)];
      itself = itself && own.is_known() && database_.text_of(own) == question.values.back();
    }
    if (!whole || itself || database_.ask(question).standing == Standing::yes) continue;
    Draft above{&referenced, {}, {}, {}, {}};
    for (std::size_t at = 0; at < question.values.size(); ++at) {
      above.values[key.referenced_columns[at]] = question.values[at];
      above.fixed.insert(key.referenced_columns[at]);
    }
    const std::size_t made_before = made_.size();
    if (complete(above, depth + 1)) continue;
    made_.resize(std::min(made_before, made_.size()));
    bool dropped = false;
    for (const ColumnIndex column : key.referencing_columns) {
      if (draft.fixed.contains(column) || !may_be_null(catalog, draft.table->columns[column])) continue;
      draft.values[column] = std::nullopt;
      dropped = true;
    }
    if (!dropped) return false;
    why_.clear();
    return true;
  }
  return true;
}

std::string StubMaker::statement(const Draft& draft) const {
  const Catalog& catalog = database_.catalog();
  const auto identifier = [&](const std::string& name) {
    return ascii_ && !is_ascii(name) ? "U&" + in_quotes(escaped(name), '"') : sql_identifier(name);
  };
  std::string names, literals;
  bool overrides = false;
  for (const auto& [column, value] : draft.values) {
    const Column& at = draft.table->columns[column];
    overrides = overrides || at.identity == Identity::always;
    names += (names.empty() ? "" : ", ") + identifier(at.name);
    literals += literals.empty() ? "" : ", ";
    if (!value) {
      literals += "NULL";
    } else if (is_numeric(base_type(catalog, at.type)) && is_number(*value)) {
      literals += *value;
    } else if (ascii_ && !is_ascii(*value)) {
      literals += "U&" + in_quotes(escaped(*value), '\'');
    } else {
      literals += in_quotes(*value, '\'');
    }
  }
  return fmt::format("INSERT INTO {}.{} ({}){} VALUES ({})", identifier(draft.table->schema), identifier(draft.table->name), names,
                     overrides ? " OVERRIDING SYSTEM VALUE" : "", literals);
}

}  // namespace pgfk
