#include "analyzer/catalog/partitions.h"

#include <algorithm>

#include "analyzer/catalog/expressions.h"
#include "analyzer/catalog/foreign_keys.h"
#include "analyzer/catalog/inheritance.h"
#include "analyzer/catalog/triggers.h"
#include "analyzer/catalog/unique_keys.h"

namespace pgfk {
namespace {

ServerError invalid(std::string message, std::string detail = {}) {
  return refusal("42P17", std::move(message), std::move(detail));
}

/// What does not fit the strategy, before the other partitions are looked at.
ServerError misfit(std::string message) { return refusal("42P16", std::move(message)); }

TypeContext type_context(const Work& work) {
  static const ValueSettings settings;
  return {work.catalog, settings};
}

int compare(const Work& work, const Value& a, const Value& b) { return compare_values(type_context(work), a, b); }

int compare(const Work& work, const Bound::Edge& a, const Bound::Edge& b) {
  if (a.unbounded != b.unbounded) return a.unbounded < b.unbounded ? -1 : 1;
  return a.unbounded != 0 ? 0 : compare(work, a.value, b.value);
}

/// The first difference decides; an infinite edge ends the comparison.
int compare(const Work& work, const std::vector<Bound::Edge>& a, const std::vector<Bound::Edge>& b) {
  for (std::size_t at = 0; at < a.size() && at < b.size(); ++at) {
    const int order = compare(work, a[at], b[at]);
    if (order != 0) return order;
    if (a[at].unbounded != 0) return 0;
  }
  return 0;
}

/// Bounds of partitions of one root that are not default, in the server's order.
bool before(const Work& work, PartitionStrategy strategy, const Bound& a, const Bound& b) {
  switch (strategy) {
    case PartitionStrategy::hash:
      return a.modulus != b.modulus ? a.modulus < b.modulus : a.remainder < b.remainder;
    case PartitionStrategy::range: return compare(work, a.from, b.from) < 0;
    case PartitionStrategy::list: {
      const auto lowest = [&work](const Bound& bound) {
        const Value* low = nullptr;
        for (const Value& value : bound.list) {
          if (!value.is_null() && (low == nullptr || compare(work, value, *low) < 0)) low = &value;
        }
        return low;
      };
      const Value* low_a = lowest(a);
      const Value* low_b = lowest(b);
      if (low_a == nullptr || low_b == nullptr) return low_a != nullptr;  // only NULL: behind the values
      return compare(work, *low_a, *low_b) < 0;
    }
  }
  return false;
}

struct KeyType {
  TypeId type = TypeId::none;
  std::int32_t typmod = -1;
};

KeyType key_type(Work& work, const Relation& root, std::size_t at) {
  const Partitioning& key = *root.partitioning;
  const ColumnIndex column = key.columns[at];
  if (column != kNoColumn) return {root.columns[column].type, root.columns[column].typmod};
  std::size_t expression = 0;
  for (std::size_t before_it = 0; before_it < at; ++before_it) expression += key.columns[before_it] == kNoColumn ? 1 : 0;
  const Outcome<TypeId> type = work.host.type_of(*key.expressions[expression], root.id);
  return {type.ok() ? *type : TypeId::none, -1};
}

Outcome<Value> read_bound_value(Work& work, const Relation& root, std::size_t at, const Expr& expr) {
  const KeyType type = key_type(work, root, at);
  if (type.type == TypeId::none) return Doubt{"the type of a partition key's expression is not known", expr.location};
  std::optional<ServerError> error;
  walk(expr, [&](const Expr& inner) {
    if (inner.kind == ExprKind::column && !error) {
      error = refusal("0A000", "cannot use column reference in partition bound expression");
    }
  });
  if (error) return *error;
  return work.host.constant(expr, type.type, type.typmod);
}

Outcome<std::vector<Bound::Edge>> read_edges(Work& work, const Relation& root, const std::vector<ExprPtr>& written) {
  std::vector<Bound::Edge> edges;
  int unbounded = 0;
  for (std::size_t at = 0; at < written.size(); ++at) {
    const Expr& expr = *written[at];
    Bound::Edge edge;
    if (expr.kind == ExprKind::column && expr.names.size() == 1 && expr.names.front() == "minvalue") edge.unbounded = -1;
    if (expr.kind == ExprKind::column && expr.names.size() == 1 && expr.names.front() == "maxvalue") edge.unbounded = 1;
    if (unbounded != 0 && edge.unbounded != unbounded) {
      return refusal("42804", unbounded < 0 ? "every bound following MINVALUE must also be MINVALUE"
                                            : "every bound following MAXVALUE must also be MAXVALUE");
    }
    unbounded = edge.unbounded;
    if (unbounded == 0) {
      const Outcome<Value> value = read_bound_value(work, root, at, expr);
      if (!value) return value.as<std::vector<Bound::Edge>>();
      if (value->is_null()) return refusal("42P17", "cannot specify NULL in range bound");
      if (value->is_unknown()) return Doubt{"a partition bound is known to the server alone", expr.location};
      edge.value = *value;
    }
    edges.push_back(std::move(edge));
  }
  return edges;
}

std::string shown_edges(const Work& work, const std::vector<Bound::Edge>& edges) {
  std::string text;
  for (const Bound::Edge& edge : edges) {
    if (!text.empty()) text += ", ";
    if (edge.unbounded != 0) {
      text += edge.unbounded < 0 ? "MINVALUE" : "MAXVALUE";
      continue;
    }
    const std::string value = write_value(type_context(work), edge.value);
    const TypeId type = edge.value.type();
    const bool bare = type == TypeId::int2 || type == TypeId::int4 || type == TypeId::int8 || type == TypeId::numeric ||
                      type == TypeId::float4 || type == TypeId::float8 || type == TypeId::oid;
    text += bare ? value : "'" + value + "'";
  }
  return "(" + text + ")";
}

std::string would_overlap(std::string_view partition, std::string_view other) {
  return "partition " + quoted(partition) + " would overlap partition " + quoted(other);
}

Done check_hash_bound(const Work& work, const Relation& root, const Bound& bound, std::string_view partition) {
  for (const RelationId id : root.partitions) {
    const Bound& other = work[id].bound;
    const std::int64_t low = std::min(bound.modulus, other.modulus), high = std::max(bound.modulus, other.modulus);
    if (high % low != 0) {
      const bool smaller = bound.modulus < other.modulus;
      return invalid("every hash partition modulus must be a factor of the next larger modulus",
                     "The new modulus " + std::to_string(bound.modulus) +
                         (smaller ? " is not a factor of " : " is not divisible by ") + std::to_string(other.modulus) +
                         ", the modulus of existing partition " + quoted(work[id].name) + ".");
    }
  }
  for (const RelationId id : root.partitions) {
    const Bound& other = work[id].bound;
    const std::int64_t low = std::min(bound.modulus, other.modulus);
    if (bound.remainder % low == other.remainder % low) return invalid(would_overlap(partition, work[id].name));
  }
  return done();
}

Done check_list_bound(const Work& work, const Relation& root, const Bound& bound, std::string_view partition) {
  for (const Value& value : bound.list) {
    for (const RelationId id : root.partitions) {
      for (const Value& other : work[id].bound.list) {
        const bool equal = value.is_null() || other.is_null() ? value.is_null() && other.is_null()
                                                              : compare(work, value, other) == 0;
        if (equal) return invalid(would_overlap(partition, work[id].name));
      }
    }
  }
  return done();
}

Done check_range_bound(const Work& work, const Relation& root, const Bound& bound, std::string_view partition) {
  if (compare(work, bound.from, bound.to) >= 0) {
    return invalid("empty range bound specified for partition " + quoted(partition),
                   "Specified lower bound " + shown_edges(work, bound.from) + " is greater than or equal to upper bound " +
                       shown_edges(work, bound.to) + ".");
  }
  for (const RelationId id : root.partitions) {
    const Bound& other = work[id].bound;
    if (other.is_default) continue;
    if (compare(work, bound.from, other.to) < 0 && compare(work, other.from, bound.to) < 0) {
      return invalid(would_overlap(partition, work[id].name));
    }
  }
  return done();
}

RelationId default_partition(const Work& work, const Relation& root) {
  for (const RelationId id : root.partitions) {
    if (work[id].bound.is_default) return id;
  }
  return RelationId::none;
}

const char* strategy_word(PartitionStrategy strategy) {
  switch (strategy) {
    case PartitionStrategy::list: return "list";
    case PartitionStrategy::range: return "range";
    case PartitionStrategy::hash: return "hash";
  }
  return "";
}

}  // namespace

Done set_partitioning(Work& work, RelationId relation, const CreateTable::PartitionBy& written) {
  const Relation& table = work[relation];
  Partitioning partitioning;
  partitioning.strategy = written.strategy;
  if (written.strategy == PartitionStrategy::list && written.parts.size() != 1) {
    return invalid("cannot use \"list\" partition strategy with more than one column");
  }
  for (const PartitionKeyPart& part : written.parts) {
    TypeId type = TypeId::none;
    if (part.expr && part.column.empty()) {
      if (Done known = known_columns(table, *part.expr); !known) return known;
      const Outcome<TypeId> of = work.host.type_of(*part.expr, relation);
      if (of.refused()) return of.error();
      partitioning.columns.push_back(kNoColumn);
      partitioning.expressions.push_back(part.expr.get());
    } else {
      const ColumnIndex column = table.column(part.column);
      if (column == kNoColumn) {
        return refusal("42703", "column " + quoted(part.column) + " named in partition key does not exist");
      }
      if (table.columns[column].generated != Generated::none) {
        return invalid("cannot use generated column in partition key",
                       "Column " + quoted(part.column) + " is a generated column.");
      }
      type = table.columns[column].type;
      partitioning.columns.push_back(column);
    }
    if (type != TypeId::none && part.opclass.empty() && !is_array(type) && !has_equality(work.catalog, type)) {
      const bool hash = written.strategy == PartitionStrategy::hash;
      return refusal("42704", "data type " + type_text(work, type) + " has no default operator class for access method " +
                                  (hash ? "\"hash\"" : "\"btree\""));
    }
  }
  work.catalog.edit(relation).partitioning = std::move(partitioning);
  return done();
}

Outcome<Bound> read_bound(Work& work, RelationId root_id, const PartitionBound& written) {
  const Relation& root = work[root_id];
  const Partitioning& key = *root.partitioning;
  Bound bound;
  if (written.is_default) {
    if (key.strategy == PartitionStrategy::hash) return misfit("a hash-partitioned table may not have a default partition");
    bound.is_default = true;
    return bound;
  }
  if (written.strategy != key.strategy) {
    return misfit(std::string("invalid bound specification for a ") + strategy_word(key.strategy) + " partition");
  }
  switch (key.strategy) {
    case PartitionStrategy::hash:
      bound.modulus = written.modulus;
      bound.remainder = written.remainder;
      if (bound.modulus <= 0) return misfit("modulus for hash partition must be an integer value greater than zero");
      if (bound.remainder < 0) {
        return misfit("remainder for hash partition must be an integer value greater than or equal to zero");
      }
      if (bound.remainder >= bound.modulus) return misfit("remainder for hash partition must be less than modulus");
      return bound;
    case PartitionStrategy::list:
      for (const ExprPtr& expr : written.values) {
        const Outcome<Value> value = read_bound_value(work, root, 0, *expr);
        if (!value) return value.as<Bound>();
        if (value->is_unknown()) return Doubt{"a partition bound is known to the server alone", expr->location};
        bound.list.push_back(*value);
      }
      return bound;
    case PartitionStrategy::range: {
      if (written.from.size() != key.columns.size()) {
        return misfit("FROM must specify exactly one value per partitioning column");
      }
      if (written.to.size() != key.columns.size()) return misfit("TO must specify exactly one value per partitioning column");
      Outcome<std::vector<Bound::Edge>> from = read_edges(work, root, written.from);
      if (!from) return from.as<Bound>();
      Outcome<std::vector<Bound::Edge>> to = read_edges(work, root, written.to);
      if (!to) return to.as<Bound>();
      bound.from = std::move(*from);
      bound.to = std::move(*to);
      return bound;
    }
  }
  return bound;
}

Done check_bound(const Work& work, RelationId root_id, const Bound& bound, std::string_view partition) {
  const Relation& root = work[root_id];
  if (bound.is_default) {
    const RelationId other = default_partition(work, root);
    if (other == RelationId::none) return done();
    return invalid("partition " + quoted(partition) + " conflicts with existing default partition " + quoted(work[other].name));
  }
  switch (root.partitioning->strategy) {
    case PartitionStrategy::hash: return check_hash_bound(work, root, bound, partition);
    case PartitionStrategy::list: return check_list_bound(work, root, bound, partition);
    case PartitionStrategy::range: return check_range_bound(work, root, bound, partition);
  }
  return done();
}

void insert_partition(Work& work, RelationId root_id, RelationId partition, Bound bound, bool fresh) {
  const Relation& root = work[root_id];
  const RelationId rest = default_partition(work, root);
  const PartitionStrategy strategy = root.partitioning->strategy;
  std::vector<RelationId>& partitions = work.catalog.edit(root_id).partitions;
  auto place = partitions.end();
  if (!bound.is_default) {
    place = std::find_if(partitions.begin(), partitions.end(), [&](RelationId id) {
      return work[id].bound.is_default || before(work, strategy, bound, work[id].bound);
    });
  }
  partitions.insert(place, partition);
  const bool looks_at_rest = !bound.is_default && rest != RelationId::none;
  Relation& edited = work.catalog.edit(partition);
  edited.partition_of = root_id;
  edited.bound = std::move(bound);
  if (!fresh) {
    for (const RelationId leaf : with_descendants(work.catalog, partition)) {
      if (work[leaf].holds_rows()) work.tasks.scans.push_back(CheckBoundTask{leaf});
    }
  }
  if (looks_at_rest) work.tasks.scans.push_back(CheckDefaultPartitionTask{rest, partition});
}

Done attach_partition(Work& work, RelationId root_id, const AlterTableCommand& command) {
  const Outcome<RelationId> found = existing_relation(work, command.other_table);
  if (!found) return found.as<std::monostate>();
  const RelationId partition = *found;
  if (work[partition].kind == RelationKind::index) return done();  // ALTER INDEX .. ATTACH PARTITION
  if (!work[root_id].partitioning) {
    return refusal("42809", "table " + quoted(work[root_id].name) + " is not partitioned");
  }
  if (!command.bound) return done();
  Outcome<Bound> bound = read_bound(work, root_id, *command.bound);
  if (!bound) return bound.as<std::monostate>();

  const Relation& root = work[root_id];
  const Relation& table = work[partition];
  if (table.partition_of != RelationId::none) return refusal("42809", quoted(table.name) + " is already a partition");
  if (table.of_type != TypeId::none) return refusal("42809", "cannot attach a typed table as partition");
  if (!table.inherits.empty()) return refusal("42809", "cannot attach inheritance child as partition");
  if (!table.heirs.empty()) return refusal("42809", "cannot attach inheritance parent as partition");
  for (const RelationId below : with_descendants(work.catalog, partition)) {
    if (below != root_id) continue;
    return refusal("42P07", "circular inheritance not allowed",
                   quoted(root.name) + " is already a child of " + quoted(table.name) + ".");
  }
  if (!root.temporary && table.temporary) {
    return refusal("42809", "cannot attach a temporary relation as partition of permanent relation " + quoted(root.name));
  }
  if (root.temporary && !table.temporary) {
    return refusal("42809", "cannot attach a permanent relation as partition of temporary relation " + quoted(root.name));
  }
  for (const Column& column : table.columns) {
    if (column.dropped || root.column(column.name) != kNoColumn) continue;
    return refusal("42804", "table " + quoted(table.name) + " contains column " + quoted(column.name) +
                                " not found in parent " + quoted(root.name),
                   "The new partition may contain only the columns present in parent.");
  }
  if (Done free = check_bound(work, root_id, *bound, table.name); !free) return free;
  if (Done merged = merge_into_existing(work, root_id, partition); !merged) return merged;
  if (Done keys = clone_keys_to_partition(work, root_id, partition, false); !keys) return keys;
  insert_partition(work, root_id, partition, std::move(*bound), false);
  clone_triggers_to_partition(work, root_id, partition);
  return clone_foreign_keys_to_partition(work, root_id, partition, false);
}

Done detach_partition(Work& work, RelationId root_id, const AlterTableCommand& command) {
  const Outcome<RelationId> found = existing_relation(work, command.other_table);
  if (!found) return found.as<std::monostate>();
  const RelationId partition = *found;
  if (!work[root_id].partitioning) {
    return refusal("42809", "table " + quoted(work[root_id].name) + " is not partitioned");
  }
  if (work[partition].partition_of != root_id) {
    return refusal("42P01", "relation " + quoted(work[partition].name) + " is not a partition of relation " +
                                quoted(work[root_id].name));
  }
  std::erase(work.catalog.edit(root_id).partitions, partition);
  if (Done detached = detach_foreign_keys(work, root_id, partition); !detached) return detached;
  Relation& edited = work.catalog.edit(partition);
  edited.partition_of = RelationId::none;
  edited.bound = {};
  for (UniqueKey& key : edited.unique_keys) {
    if (key.partition_parent != root_id) continue;
    key.partition_parent = RelationId::none;
    key.parent_key.clear();
  }
  for (Column& column : edited.columns) {
    column.inherited = 0;
    column.local = true;
    if (column.identity_sequence != RelationId::none && work.catalog.sequence(column.identity_sequence).owner != partition) {
      column.identity = Identity::none;
      column.identity_sequence = RelationId::none;
    }
  }
  for (CheckConstraint& check : edited.checks) {
    check.inherited = 0;
    check.local = true;
  }
  for (Trigger& trigger : edited.triggers) trigger.inherited = false;
  return done();
}

}  // namespace pgfk
