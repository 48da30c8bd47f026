// A small database for the evaluator: definitions, INSERTs without constraints, and queries. Rows lie in vectors.
#pragma once

#include <deque>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "analyzer/catalog/definitions.h"
#include "analyzer/eval/query.h"
#include "parsers/sql/pg_query.h"

namespace pgfk {

class EvalDatabase : public EvaluationHost, public DefinitionHost, public RowProvider {
 public:
  EvalDatabase() : definitions_(catalog, *this) {}

  /// Runs the statements and gives the last one's answer as psql -A -t prints it: fields with |, rows with line breaks, NULL and t/f.
  /// "ERROR 22012: division by zero", "doubt: reason"; unknown values are "?".
  std::string run(std::string_view sql);

  const NameScope& names() const override { return scope; }
  TypeContext types() const override { return {catalog, settings}; }
  Symbols& symbols() override { return symbols_; }
  Outcome<Value> nextval(RelationId sequence) override;
  Outcome<Value> currval(RelationId sequence) override;
  Outcome<Value> lastval() override;
  Outcome<Value> setval(RelationId sequence, std::int64_t value, bool is_called) override;
  Outcome<Value> set_config(const std::string& name, const std::string& value, bool local) override;
  std::optional<std::string> setting(const std::string& name) const override;
  Value transaction_time(TypeId type) override { return Value::unknown(type, clock_); }
  Outcome<std::vector<TypeId>> column_types(const Select& select, const Scope& outer) override;
  Outcome<std::vector<std::vector<Value>>> run(const Select& select, const Scope& outer) override;
  Outcome<Value> call(const Function& function, const std::vector<Value>& arguments) override;
  Outcome<std::vector<std::pair<std::string, TypeId>>> result_columns(const Function&) override { return Doubt{"no function is run here"}; }
  Outcome<std::vector<std::vector<Value>>> call_rows(const Function&, const std::vector<Value>&) override { return Doubt{"no function is run here"}; }

  Outcome<Value> constant(const Expr& expr, TypeId type, std::int32_t typmod) override;
  bool has_pending_checks(RelationId) const override { return false; }
  bool has_rows(RelationId) const override { return false; }
  Outcome<TypeId> type_of(const Expr& expr, RelationId relation) override;
  Outcome<std::vector<std::pair<std::string, TypeId>>> columns_of(const Statement& query) override;

  Outcome<std::vector<const ResultRow*>> rows(RelationId relation) override;

  Catalog catalog;
  NameScope scope;
  ValueSettings settings;
  std::size_t scans = 0;  // calls of rows()

 private:
  std::string apply(const Statement& statement);
  std::string insert(const Insert& insert);
  std::string shown(const QueryResult& result) const;

  Definitions definitions_;
  Symbols symbols_;
  std::uint32_t clock_ = symbols_.make("the time is known to the server alone", false);
  std::set<RelationId> used_;  // sequences
  std::map<RelationId, std::deque<ResultRow>> tables_;
  std::map<std::string, std::string> configured_;
  std::deque<ParsedSql> trees_;  // the catalog points into them
  std::unique_ptr<QueryRunner> runner_;
  RelationId last_sequence_ = RelationId::none;
};

}  // namespace pgfk
