// Rows that are tried once the load is over: what a table would say to them.
#include <string>
#include <utility>

#include "analyzer/replay/replay.h"

namespace pgfk {

Outcome<std::vector<Value>> Replay::try_row(RelationId table, const TrialValues& values, bool keep) {
  const Relation& relation = catalog()[table];
  RowValues cells(relation.columns.size());
  for (std::size_t at = 0; at < relation.columns.size(); ++at) {
    const Column& column = relation.columns[at];
    if (column.dropped || column.generated != Generated::none) continue;
    const auto given = values.find(static_cast<ColumnIndex>(at));
    Outcome<Value> value = given == values.end() ? column_default(relation, static_cast<ColumnIndex>(at))
                           : given->second       ? evaluator().assign(Value::of(TypeId::unknown, *given->second), column)
                                                 : evaluator().assign(Value::null(column.type), column);
    if (value.refused()) {
      ServerError error = value.error();
      error.column = column.name;
      return error;
    }
    if (!value.ok()) return value.as<RowValues>();
    cells[at] = *std::move(value);
  }
  if (const Done generated = compute_generated(relation, cells); !generated.ok()) return generated.as<RowValues>();
  RowValues stored = cells;
  const Outcome<RelationId> leaf = route(table, stored);
  if (!leaf.ok()) return leaf.as<RowValues>();
  DoubtId ignored = DoubtId::none;
  if (const Done fits = check_row(catalog()[*leaf], stored, ignored, *leaf == table); !fits.ok()) return fits.as<RowValues>();
  if (const Done single = check_unique(catalog()[*leaf], stored, kNoRow, ignored, true); !single.ok()) return single.as<RowValues>();
  if (keep) {
    StoredRow row;
    row.cells = std::move(stored);
    store().insert(*leaf, std::move(row), types());
  }
  return cells;
}

}  // namespace pgfk
