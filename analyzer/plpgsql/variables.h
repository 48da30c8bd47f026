// The variables in sight at a point of PL/pgSQL code, level by level, as names that expressions can use.
//
// A level is a block, a loop's own variable, a handler's SQLSTATE and SQLERRM, or the function with its parameters. It is also a Scope, so
// that the evaluator finds variables where no column has the name. Invariant: a level does not move while a Scope of it is in use.
// Source: pl_comp.c, plpgsql_ns_lookup; pl_exec.c, exec_assign_value, exec_move_row.
#pragma once

#include <deque>
#include <string>
#include <string_view>
#include <vector>

#include "analyzer/eval/query.h"

namespace pgfk {

struct PlScalar {
  TypeId type = TypeId::unknown;
  std::int32_t typmod = -1;
  bool constant = false, not_null = false;
};

/// A record, or a row of a table's or composite type.
struct PlRecord {
  std::string name;
  std::vector<std::string> columns;
  std::vector<TypeId> types;
  std::vector<std::int32_t> typmods;
  std::vector<Value> cells;
  std::vector<bool> qualified;   // all true: fields are seen as record.field only
  bool shaped = false;           // has columns; an untyped record has them once it was assigned
  bool typed = false;            // of a declared row type: its columns never change
  bool null = false;             // assigned NULL as a whole
};

class PlLevel {
 public:
  explicit PlLevel(std::string label, PlLevel* outer);
  PlLevel(const PlLevel&) = delete;
  PlLevel& operator=(const PlLevel&) = delete;

  void add_scalar(std::string name, PlScalar scalar, Value value);
  PlRecord& add_record(PlRecord record);
  /// Gives an untyped record new columns.
  void shape(PlRecord& record, std::vector<std::string> columns, std::vector<TypeId> types);

  /// What expressions see from here.
  const Scope& scope() const { return scope_; }
  Scope& scope() { return scope_; }
  PlLevel* outer() const { return outer_; }
  const std::string& label() const { return label_; }

  struct Found {
    PlLevel* level = nullptr;
    std::size_t scalar = 0;
    PlRecord* record = nullptr;  // null: a scalar
    std::string field;           // of the record; empty: the whole
  };
  /// The variable that `names` ([label.]variable[.field]) means, from here outwards; level null where there is none.
  Found find(const std::vector<std::string>& names);

  const PlScalar& scalar(std::size_t at) const { return scalars_[at]; }
  const std::string& scalar_name(std::size_t at) const { return names_[at]; }
  Value& value(std::size_t at) { return values_[at]; }

 private:
  void rebuild();

  std::string label_;
  PlLevel* outer_;
  std::vector<std::string> names_;
  std::vector<TypeId> types_;
  std::vector<Value> values_;
  std::vector<PlScalar> scalars_;
  std::deque<PlRecord> records_;
  Scope scope_;
};

}  // namespace pgfk
