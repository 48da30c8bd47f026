// A query after parse analysis. Internal to analyzer/eval.
#pragma once

#include <deque>
#include <optional>

#include "analyzer/eval/bound.h"
#include "analyzer/eval/query.h"

namespace pgfk {

struct BoundSelect;

enum class LeafKind { relation, select, common, function, view, system };

/// A named source of rows in FROM.
struct Leaf {
  LeafKind kind = LeafKind::relation;
  std::string name, schema;
  std::vector<std::string> columns;
  std::vector<TypeId> types;
  std::vector<bool> hidden;               // reached by name.column only
  RelationId relation = RelationId::none;
  bool only = false;
  std::unique_ptr<BoundSelect> select;    // select, view
  bool lateral = false;
  const std::vector<ResultRow>* rows = nullptr;  // common
  std::string common_name;
  NodePtr function;                       // function
  bool ordinality = false;
  std::vector<ResultRow> own_rows;        // system
  ResultRow nulls;
};

/// A tree of joins over leaves.
struct JoinTree {
  std::size_t leaf = 0;                   // of a tree without sides
  JoinKind kind = JoinKind::inner;
  std::unique_ptr<JoinTree> left, right;
  std::vector<NodePtr> conditions;        // ON and USING, cut at AND
  std::size_t first_leaf = 0, end_leaf = 0;
};

struct AggregateCall {
  const BuiltinFunction* function = nullptr;
  std::string name;
  TypeId type = TypeId::none;
  bool star = false, distinct = false;
  std::vector<NodePtr> args;
  NodePtr filter;
  struct Order {
    NodePtr node;
    bool descending = false, nulls_first = false;
  };
  std::vector<Order> order;
};

struct BoundSelect {
  const Select* select = nullptr;
  std::vector<OutputColumn> columns;
  // WITH
  struct Part {
    std::string name;
    const CommonTable* table = nullptr;
    std::unique_ptr<BoundSelect> query;   // null: given by the replay
    std::unique_ptr<BoundSelect> recursive;  // the part that reads the table itself
    bool distinct = false;
  };
  std::vector<Part> parts;
  CommonTables common;                    // columns of the parts; outer is set when it runs
  // a set operation
  std::unique_ptr<BoundSelect> left, right;
  // VALUES
  std::vector<std::vector<NodePtr>> values;
  // SELECT
  std::deque<Leaf> leaves;
  std::vector<std::pair<std::size_t, std::size_t>> star;  // leaf and column, in the order of *
  std::vector<std::unique_ptr<JoinTree>> from;
  std::vector<NodePtr> where;             // cut at AND
  std::vector<NodePtr> group_by;
  bool grouped = false;
  std::vector<AggregateCall> aggregates;
  std::vector<NodePtr> sets;              // set-returning calls in the target list
  NodePtr having;
  std::vector<NodePtr> targets;           // the first `columns.size()` are the output; the rest serve ORDER BY and DISTINCT ON
  std::vector<std::size_t> distinct_on;
  struct Order {
    std::size_t target = 0;
    bool descending = false, nulls_first = false;
  };
  std::vector<Order> order;
  NodePtr limit, offset;
  std::string doubt;                      // why it cannot be run

  Scope scope_for(const Scope* outer) const;
};

Outcome<std::unique_ptr<BoundSelect>> bind_select(const Catalog& catalog, EvaluationHost& host, const Select& select, const Scope& outer,
                                                  bool keep_untyped);
/// Only FROM: leaves and join trees of `into`.
Done bind_from(const Catalog& catalog, EvaluationHost& host, std::span<const FromItem> from, const Scope& outer, BoundSelect& into);

/// Rows of a set-returning function, or of one that returns a record; `columns` are what the query calls them.
Outcome<std::vector<ResultRow>> run_set_function(const CallContext& context, const Node& call, const std::vector<Value>& arguments,
                                                 const std::vector<OutputColumn>& columns);
/// One aggregate over the evaluated arguments of a group's rows, in order.
Outcome<Value> run_aggregate(const CallContext& context, const AggregateCall& call, std::vector<std::vector<Value>> rows);

/// Appends what tells values apart; a Doubt where an unknown may equal another.
Done append_distinct_key(EvaluationHost& host, const Value& value, std::string& key);

}  // namespace pgfk
