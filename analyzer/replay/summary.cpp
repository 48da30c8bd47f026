// The end of the load: what stands, which keys hold, what came in past them, cycles, and the order that would work.
#include <algorithm>
#include <map>
#include <string>

#include "analyzer/order/order.h"
#include "analyzer/replay/replay.h"

namespace pgfk {

void Replay::find_cycles_among_findings() {
  // A waits for a row that statement B brings later; if B itself fails for want of a row of A, no order of the two loads.
  for (const auto& [waiting, failing] : arrivals_that_fail_) {
    Finding& first = result_.findings[waiting];
    Finding& second = result_.findings[failing];
    const bool back = std::find(second.caused_by.begin(), second.caused_by.end(), waiting) != second.caused_by.end();
    if (!back) continue;
    if (first.reason == Reason::comes_later || first.reason == Reason::comes_later_same_table) first.reason = Reason::comes_later_in_cycle;
  }
}

void Replay::find_bypassed_rows() {
  for (const std::uint32_t number : database_->bypassed) {
    const ForeignKeyId id = static_cast<ForeignKeyId>(number);
    const std::vector<ForeignKeyId> standing = catalog().foreign_keys();
    if (std::find(standing.begin(), standing.end(), id) == standing.end()) continue;
    const ForeignKey key = catalog().foreign_key(id);
    violations_.clear();
    event_doubt_.reset();
    for (const RelationId leaf : leaves(key.referencing)) {
      const Done looked = orphans_among(key, leaf, false);
      if (!looked.ok()) break;
    }
    for (const ViolationGroup& group : violations_) {
      Finding finding;
      finding.verdict = Verdict::info;
      finding.bypassed = true;
      finding.reported = false;
      finding.constraint = constraint_name(group.definition);
      finding.rows_total = group.rows;
      finding.keys_total = group.keys;
      finding.declared_at = group.definition.declared_at;
      finding.message = group.message;
      finding.detail = group.detail;
      for (const Violation& violation : group.kept) {
        FindingRow row;
        row.row = violation.place;
        row.number = violation.number;
        for (const Value& value : violation.values) row.key.push_back(value.is_known() ? write_value(types(), value) : std::string("null"));
        finding.rows.push_back(std::move(row));
      }
      finding.truncated = finding.rows.size() < group.rows;
      current_ = FindingStatement();
      current_.kind = "load";
      current_.span = group.kept.empty() ? group.definition.declared_at : group.kept.front().place;
      const std::size_t index = add_finding(std::move(finding));
      result_.findings[index].statement.span = current_.span;
    }
    violations_.clear();
  }
}

void Replay::finish() {
  if (options_.needs) settle_needs();
  find_cycles_among_findings();
  for (const auto& [name, database] : databases_) {
    database_ = database.get();
    connected_ = name;
    find_bypassed_rows();
    summarize_database();
  }
  use_database(home_);
  add_lost_keys();
  if (const std::optional<Error> trouble = area_.trouble()) {
    result_.diagnostics.report({DiagnosticLevel::warning, trouble->message, trouble->detail + " " + trouble->hint, std::nullopt});
  }
}

void Replay::summarize_database() {
  const std::vector<RelationId> relations = catalog().relations();
  std::map<RelationId, std::size_t> node;
  std::vector<RelationId> tables;
  for (const RelationId id : relations) {
    const Relation& relation = catalog()[id];
    if (relation.kind != RelationKind::table && relation.kind != RelationKind::partitioned_table && relation.kind != RelationKind::materialized_view) continue;
    TableSummary summary;
    summary.schema = relation.schema;
    summary.table = relation.name;
    summary.partitioned = relation.partitioning.has_value();
    if (relation.partition_of != RelationId::none) {
      RelationId root = relation.partition_of;
      while (catalog()[root].partition_of != RelationId::none) root = catalog()[root].partition_of;
      summary.root_schema = catalog()[root].schema;
      summary.root_table = catalog()[root].name;
    }
    summary.declared_at = relation.declared_at;
    std::uint64_t rows = 0;
    bool known = true;
    std::vector<RelationId> parts = relation.partitioning ? leaves(id) : scanned(id, false);
    for (const RelationId part : parts) {
      const RowStore::Table* table = store().find(part);
      summary.rows_loaded += database_->rows_loaded[static_cast<std::uint32_t>(part)];
      summary.rows_offered += database_->rows_offered[static_cast<std::uint32_t>(part)];
      if (!table) continue;
      rows += table->live_count();
      if (table->open != DoubtId::none || table->shaken != DoubtId::none) known = false;
      if (known) {
        known = std::none_of(table->rows.begin(), table->rows.end(), [](const StoredRow& row) { return row.live && row.doubt != DoubtId::none; });
      }
    }
    if (relation.partition_of == RelationId::none && relation.inherits.empty()) result_.rows += rows;
    if (known) summary.rows_after = rows;
    result_.tables.push_back(std::move(summary));
    node[id] = tables.size();
    tables.push_back(id);
  }

  const auto shown = [&](RelationId id) { return catalog()[id].schema + "." + catalog()[id].name; };
  std::vector<OrderEdge> edges;
  std::vector<ForeignKeyId> edge_keys;
  for (const ForeignKeyId id : catalog().foreign_keys()) {
    const ForeignKey& key = catalog().foreign_key(id);
    if (key.parent != ForeignKeyId::none) continue;
    const auto found = database_->tallies.find(static_cast<std::uint32_t>(id));
    const Database::KeyTally tally = found == database_->tallies.end() ? Database::KeyTally() : found->second;
    ConstraintSummary summary;
    summary.name = constraint_name(key);
    summary.name_generated = key.name_generated;
    summary.match = key.match;
    summary.on_delete = key.on_delete;
    summary.on_update = key.on_update;
    summary.deferrable = key.deferral != Deferral::not_deferrable;
    summary.initially_deferred = key.deferral == Deferral::initially_deferred;
    summary.validated = key.validated;
    summary.enforced = key.enforced;
    summary.declared_at = key.declared_at;
    summary.rows_checked = tally.checked;
    summary.rows_failing = tally.failing;
    summary.keys_missing = tally.missing;
    summary.verdict = tally.fails         ? KeyVerdict::fails
                      : tally.undecided   ? KeyVerdict::undecided
                      : !key.enforced || database_->bypassed.contains(static_cast<std::uint32_t>(id)) ? KeyVerdict::unchecked
                                          : KeyVerdict::holds;
    bool nullable = false;
    for (const ColumnIndex column : key.referencing_columns) nullable = nullable || !catalog()[key.referencing].columns[column].not_null;
    summary.nullable = nullable;
    result_.constraints.push_back(std::move(summary));
    if (node.contains(key.referencing) && node.contains(key.referenced)) {
      edges.push_back({node[key.referencing], node[key.referenced]});
      edge_keys.push_back(id);
    }
  }
  const Order order = stable_order(tables.size(), edges);
  for (const std::size_t at : order.order) result_.load_order.tables.push_back(shown(tables[at]));
  for (const std::vector<std::size_t>& component : order.components) {
    CycleSummary cycle;
    for (const std::size_t member : ring_of(component, edges)) cycle.tables.push_back(shown(tables[member]));
    for (std::size_t at = 0; at < edges.size(); ++at) {
      const bool inside = std::find(component.begin(), component.end(), edges[at].from) != component.end() &&
                          std::find(component.begin(), component.end(), edges[at].to) != component.end();
      if (!inside) continue;
      const ConstraintName name = constraint_name(catalog().foreign_key(edge_keys[at]));
      for (const Finding& finding : result_.findings) {
        if (finding.verdict == Verdict::fails && finding.constraint && finding.constraint->name == name.name && finding.constraint->table == name.table) {
          cycle.harmless = false;
          cycle.rows_involved += finding.rows_total;
        }
      }
      cycle.constraints.push_back(name);
    }
    cycle.why = cycle.harmless ? "the rows load as they stand" : "rows of the cycle are needed before they come";
    result_.cycles.push_back(std::move(cycle));
  }
}

void Replay::add_lost_keys() {
  // Keys that could not be made, for lack of parents: they are missing afterwards.
  for (const Finding& finding : result_.findings) {
    if (finding.verdict != Verdict::fails || !finding.constraint || finding.constraint->referenced_table.empty()) continue;
    const auto same = std::find_if(result_.constraints.begin(), result_.constraints.end(), [&](const ConstraintSummary& c) {
      return c.name.schema == finding.constraint->schema && c.name.table == finding.constraint->table && c.name.name == finding.constraint->name;
    });
    if (same != result_.constraints.end()) continue;
    ConstraintSummary summary;
    summary.name = *finding.constraint;
    summary.verdict = KeyVerdict::fails;
    summary.rows_failing = finding.rows_total;
    summary.keys_missing = finding.keys_total;
    summary.exists_after_load = false;
    if (finding.declared_at) summary.declared_at = *finding.declared_at;
    result_.constraints.push_back(std::move(summary));
  }
}

}  // namespace pgfk
