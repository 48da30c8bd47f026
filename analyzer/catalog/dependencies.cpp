#include "analyzer/catalog/dependencies.h"

#include <algorithm>

#include "analyzer/catalog/expressions.h"
#include "analyzer/catalog/foreign_keys.h"

namespace pgfk {
namespace {

constexpr std::size_t kMaxReported = 100;  // as the server's client log

enum class Bond { normal, automatic };

struct Dependent {
  Part part;
  Bond bond;
  std::uint64_t age;  // rises with creation
  bool by_array = false;  // depends on a type by way of its array type
};

struct Found {
  Part part;
  std::string depends_on;
  bool original = false, automatic = false;
};

bool contains(const std::vector<ColumnIndex>& columns, ColumnIndex column) {
  return std::find(columns.begin(), columns.end(), column) != columns.end();
}

template <typename Id>
std::uint32_t number(Id id) {
  return static_cast<std::uint32_t>(id);
}

TypeId plain_type(TypeId type) { return is_array(type) ? element_of(type) : type; }

/// Foreign keys rest on the index of a constraint, and their lines say so.
std::string describe_target(const Work& work, const Part& part) {
  if (part.kind == ObjectPart::unique_key) {
    if (const UniqueKey* key = work[part.relation].unique_key(part.name)) {
      return describe(work, Part{ObjectPart::relation, key->index});
    }
  }
  return describe(work, part);
}

class Drops {
 public:
  explicit Drops(Work& work) : work_(work) {}

  void find(const Part& part, const std::string& on, Bond bond, bool original);
  Done report(const std::vector<Part>& parts) const;
  Done check_pending() const;
  void execute();

 private:
  std::vector<Dependent> dependents(const Part& part) const;
  void of_relation(const Part& part, std::vector<Dependent>& out) const;
  void of_column(const Part& part, std::vector<Dependent>& out) const;
  void of_sequence(RelationId sequence, std::vector<Dependent>& out) const;
  void of_type(TypeId type, std::vector<Dependent>& out) const;
  void of_schema(const std::string& schema, std::vector<Dependent>& out) const;
  void of_function(const Part& part, std::vector<Dependent>& out) const;
  void views_of(RelationId relation, ColumnIndex column, std::vector<Dependent>& out) const;
  void add_key(ForeignKeyId id, Bond bond, std::vector<Dependent>& out) const;

  void remove(const Part& part);
  void remove_relation(RelationId id);
  void remove_column(RelationId relation, ColumnIndex column);

  Work& work_;
  std::vector<Found> found_;
  std::vector<Part> open_;  // being searched, against circles
};

Part relation_part(RelationId id) { return Part{ObjectPart::relation, id}; }

void Drops::find(const Part& part, const std::string& on, Bond bond, bool original) {
  for (Found& known : found_) {
    if (!(known.part == part)) continue;
    known.automatic = known.automatic || bond == Bond::automatic;
    known.original = known.original || original;
    return;
  }
  if (std::find(open_.begin(), open_.end(), part) != open_.end()) return;
  open_.push_back(part);
  std::vector<Dependent> all = dependents(part);
  std::stable_sort(all.begin(), all.end(), [](const Dependent& a, const Dependent& b) { return a.age > b.age; });
  const std::string target = describe_target(work_, part);
  for (const Dependent& dependent : all) find(dependent.part, target + (dependent.by_array ? "[]" : ""), dependent.bond, false);
  open_.pop_back();
  found_.push_back({part, on, original, bond == Bond::automatic});
}

void Drops::add_key(ForeignKeyId id, Bond bond, std::vector<Dependent>& out) const {
  // A copy made for a referenced partition belongs to its key: that is what goes.
  while (bond == Bond::normal) {
    const ForeignKey& key = work_.catalog.foreign_key(id);
    if (key.parent == ForeignKeyId::none || work_.catalog.foreign_key(key.parent).referencing != key.referencing) break;
    id = key.parent;
  }
  Part part{ObjectPart::foreign_key, work_.catalog.foreign_key(id).referencing};
  part.key = id;
  out.push_back({part, bond, work_.catalog.foreign_key(id).age});
}

void Drops::views_of(RelationId relation, ColumnIndex column, std::vector<Dependent>& out) const {
  for (const RelationId id : work_.catalog.relations()) {
    for (const ViewUse& use : work_[id].view_uses) {
      if (use.relation != relation) continue;
      if (column != kNoColumn && !contains(use.columns, column)) continue;
      out.push_back({relation_part(id), Bond::normal, number(id)});
    }
  }
}

void Drops::of_sequence(RelationId sequence, std::vector<Dependent>& out) const {
  for (const RelationId id : work_.catalog.relations()) {
    const Relation& table = work_[id];
    for (std::size_t at = 0; at < table.columns.size(); ++at) {
      if (table.columns[at].dropped || table.columns[at].default_sequence != sequence) continue;
      Part part{ObjectPart::default_value, id};
      part.column = static_cast<ColumnIndex>(at);
      out.push_back({part, Bond::normal, number(id)});
    }
  }
}

void Drops::of_relation(const Part& part, std::vector<Dependent>& out) const {
  const RelationId id = part.relation;
  const Relation& table = work_[id];
  const Catalog& catalog = work_.catalog;
  if (table.kind == RelationKind::sequence) of_sequence(id, out);
  if (table.kind == RelationKind::index) {
    for (const ForeignKeyId key : catalog.foreign_keys_to(table.index_of)) {
      if (catalog.foreign_key(key).referenced_index == table.name) add_key(key, Bond::normal, out);
    }
  }
  for (const ForeignKeyId key : catalog.foreign_keys_of(id)) add_key(key, Bond::automatic, out);
  for (const ForeignKeyId key : catalog.foreign_keys_to(id)) {
    if (catalog.foreign_key(key).referencing != id) add_key(key, Bond::normal, out);
  }
  // Defaults go with their columns, whatever becomes of the sequence.
  for (std::size_t at = 0; at < table.columns.size(); ++at) {
    if (table.columns[at].dropped || table.columns[at].default_sequence == RelationId::none) continue;
    Part dependent{ObjectPart::default_value, id};
    dependent.column = static_cast<ColumnIndex>(at);
    out.push_back({dependent, Bond::automatic, number(id)});
  }
  for (const RelationId partition : table.partitions) out.push_back({relation_part(partition), Bond::automatic, number(partition)});
  for (const RelationId heir : table.heirs) out.push_back({relation_part(heir), Bond::normal, number(heir)});
  for (const RelationId other : catalog.relations()) {
    if (work_[other].kind == RelationKind::sequence && catalog.sequence(other).owner == id) {
      out.push_back({relation_part(other), Bond::automatic, number(other)});
    }
  }
  views_of(id, kNoColumn, out);
  if (const TypeId row = catalog.find_type_in(table.schema, table.name); row != TypeId::none) of_type(row, out);
}

void Drops::of_column(const Part& part, std::vector<Dependent>& out) const {
  const Relation& table = work_[part.relation];
  const Catalog& catalog = work_.catalog;
  if (table.columns[part.column].default_sequence != RelationId::none) {
    Part dependent = part;
    dependent.kind = ObjectPart::default_value;
    out.push_back({dependent, Bond::automatic, number(part.relation)});
  }
  for (const ForeignKeyId id : catalog.foreign_keys_of(part.relation)) {
    if (contains(catalog.foreign_key(id).referencing_columns, part.column)) add_key(id, Bond::automatic, out);
  }
  for (const ForeignKeyId id : catalog.foreign_keys_to(part.relation)) {
    if (contains(catalog.foreign_key(id).referenced_columns, part.column)) add_key(id, Bond::normal, out);
  }
  for (const UniqueKey& key : table.unique_keys) {
    bool uses = contains(key.columns, part.column);
    for (const Expr* expr : key.expressions) uses = uses || contains(columns_used(table, *expr), part.column);
    if (key.predicate != nullptr) uses = uses || contains(columns_used(table, *key.predicate), part.column);
    if (!uses) continue;
    Part dependent{ObjectPart::unique_key, part.relation};
    dependent.name = key.name;
    out.push_back({dependent, Bond::automatic, number(key.index)});
  }
  for (const CheckConstraint& check : table.checks) {
    if (!contains(columns_used(table, *check.expr), part.column)) continue;
    Part dependent{ObjectPart::check, part.relation};
    dependent.name = check.name;
    out.push_back({dependent, Bond::automatic, number(part.relation)});
  }
  for (std::size_t at = 0; at < table.columns.size(); ++at) {
    const Column& other = table.columns[at];
    if (other.dropped || other.generated_expr == nullptr || at == part.column) continue;
    if (!contains(columns_used(table, *other.generated_expr), part.column)) continue;
    Part dependent{ObjectPart::column, part.relation};
    dependent.column = static_cast<ColumnIndex>(at);
    out.push_back({dependent, Bond::normal, number(part.relation)});
  }
  for (const RelationId other : catalog.relations()) {
    if (work_[other].kind != RelationKind::sequence) continue;
    const Sequence& sequence = catalog.sequence(other);
    if (sequence.owner != part.relation || sequence.owner_column != part.column) continue;
    out.push_back({relation_part(other), Bond::automatic, number(other)});
  }
  views_of(part.relation, part.column, out);
}

void Drops::of_type(TypeId type, std::vector<Dependent>& out) const {
  for (const RelationId id : work_.catalog.relations()) {
    const Relation& table = work_[id];
    if (table.kind == RelationKind::view || table.kind == RelationKind::materialized_view) {
      for (const Column& column : table.columns) {
        if (plain_type(column.type) == type) {
          out.push_back({relation_part(id), Bond::normal, number(id)});
          break;
        }
      }
      continue;
    }
    for (std::size_t at = 0; at < table.columns.size(); ++at) {
      if (table.columns[at].dropped || plain_type(table.columns[at].type) != type) continue;
      Part part{ObjectPart::column, id};
      part.column = static_cast<ColumnIndex>(at);
      out.push_back({part, Bond::normal, number(id), is_array(table.columns[at].type)});
    }
  }
  for (const TypeId other : work_.catalog.types()) {
    const Type& info = *work_.catalog.type(other);
    const bool row = work_.catalog.find_in(info.schema, info.name) != RelationId::none;
    for (const auto& [name, field_type] : info.fields) {
      if (row || plain_type(field_type) != type) continue;
      Part part{ObjectPart::attribute};
      part.type = other;
      part.name = name;
      out.push_back({part, Bond::normal, number(other), is_array(field_type)});
    }
    const bool over = info.kind == TypeKind::domain && plain_type(info.base) == type;
    const bool multirange = info.kind == TypeKind::multirange && info.subtype == type;
    if (!over && !multirange) continue;
    Part part{ObjectPart::type};
    part.type = other;
    out.push_back({part, multirange ? Bond::automatic : Bond::normal, number(other)});
  }
}

void Drops::of_schema(const std::string& schema, std::vector<Dependent>& out) const {
  for (const RelationId id : work_.catalog.relations()) {
    const Relation& relation = work_[id];
    // Indexes go with their tables.
    if (relation.schema != schema || relation.kind == RelationKind::index) continue;
    out.push_back({relation_part(id), Bond::normal, number(id)});
  }
  for (const TypeId id : work_.catalog.types()) {
    const Type& type = *work_.catalog.type(id);
    if (type.schema != schema || work_.catalog.find_in(schema, type.name) != RelationId::none) continue;
    Part part{ObjectPart::type};
    part.type = id;
    out.push_back({part, Bond::normal, number(id)});
  }
  for (const Function& function : work_.catalog.functions()) {
    if (function.schema != schema) continue;
    Part part{ObjectPart::function};
    part.schema = schema;
    part.name = function.name;
    out.push_back({part, Bond::normal, 0});
  }
}

void Drops::of_function(const Part& part, std::vector<Dependent>& out) const {
  for (const RelationId id : work_.catalog.relations()) {
    for (const Trigger& trigger : work_[id].triggers) {
      if (trigger.definition == nullptr || trigger.definition->function.name != part.name) continue;
      if (!trigger.definition->function.schema.empty() && trigger.definition->function.schema != part.schema) continue;
      Part dependent{ObjectPart::trigger, id};
      dependent.name = trigger.name;
      out.push_back({dependent, Bond::normal, number(id)});
    }
  }
}

std::vector<Dependent> Drops::dependents(const Part& part) const {
  std::vector<Dependent> out;
  const Catalog& catalog = work_.catalog;
  switch (part.kind) {
    case ObjectPart::relation: of_relation(part, out); break;
    case ObjectPart::column: of_column(part, out); break;
    case ObjectPart::unique_key:
      for (const ForeignKeyId id : catalog.foreign_keys_to(part.relation)) {
        if (catalog.foreign_key(id).referenced_index == part.name) add_key(id, Bond::normal, out);
      }
      // The parts of a partitioned table's key go with it.
      for (const RelationId partition : work_[part.relation].partitions) {
        for (const UniqueKey& key : work_[partition].unique_keys) {
          if (key.partition_parent != part.relation || key.parent_key != part.name) continue;
          Part dependent{ObjectPart::unique_key, partition};
          dependent.name = key.name;
          out.push_back({dependent, Bond::automatic, number(key.index)});
        }
      }
      break;
    case ObjectPart::foreign_key:
      for (const ForeignKeyId id : with_copies(catalog, part.key)) {
        if (id != part.key) add_key(id, Bond::automatic, out);
      }
      break;
    case ObjectPart::type: of_type(part.type, out); break;
    case ObjectPart::schema: of_schema(part.name, out); break;
    case ObjectPart::function: of_function(part, out); break;
    case ObjectPart::default_value:
    case ObjectPart::check:
    case ObjectPart::attribute:
    case ObjectPart::trigger: break;
  }
  return out;
}

Done Drops::report(const std::vector<Part>& parts) const {
  std::string detail;
  std::size_t lines = 0;
  for (auto found = found_.rbegin(); found != found_.rend(); ++found) {
    if (found->original || found->automatic) continue;
    if (++lines > kMaxReported) continue;
    if (!detail.empty()) detail += '\n';
    detail += describe(work_, found->part) + " depends on " + found->depends_on;
  }
  if (lines == 0) return done();
  if (lines > kMaxReported) {
    const std::size_t more = lines - kMaxReported;
    detail += "\nand " + std::to_string(more) + " other object" + (more == 1 ? "" : "s") + " (see server log for list)";
  }
  if (parts.size() == 1) {
    return refusal("2BP01", "cannot drop " + describe(work_, parts.front()) + " because other objects depend on it", detail);
  }
  return refusal("2BP01", "cannot drop desired object(s) because other objects depend on them", detail);
}

Done Drops::check_pending() const {
  for (const Found& found : found_) {
    if (found.part.kind != ObjectPart::relation) continue;
    if (Done pending = no_pending_checks(work_, found.part.relation, "DROP TABLE"); !pending) return pending;
  }
  return done();
}

void Drops::remove_relation(RelationId id) {
  Catalog& catalog = work_.catalog;
  const Relation& table = work_[id];
  if (table.holds_rows()) work_.tasks.before.push_back(DropRowsTask{id});
  if (table.partition_of != RelationId::none && catalog.exists(table.partition_of)) {
    std::erase(catalog.edit(table.partition_of).partitions, id);
  }
  for (const RelationId base : table.inherits) {
    if (catalog.exists(base)) std::erase(catalog.edit(base).heirs, id);
  }
  if (table.kind == RelationKind::index && catalog.exists(table.index_of)) {
    std::erase_if(catalog.edit(table.index_of).unique_keys, [id](const UniqueKey& key) { return key.index == id; });
  }
  for (const RelationId other : catalog.relations()) {
    if (work_[other].kind == RelationKind::index && work_[other].index_of == id) catalog.remove(other);
  }
  const TypeId row = catalog.find_type_in(table.schema, table.name);
  if (row != TypeId::none) catalog.remove_type(row);
  catalog.remove(id);
}

void Drops::remove_column(RelationId relation, ColumnIndex column) {
  Relation& table = work_.catalog.edit(relation);
  Column& gone = table.columns[column];
  gone.dropped = true;
  gone.not_null = false;
  gone.default_expr = nullptr;
  gone.default_sequence = RelationId::none;
  gone.identity = Identity::none;
  gone.identity_sequence = RelationId::none;
  gone.generated = Generated::none;
  gone.generated_expr = nullptr;
}

void Drops::remove(const Part& part) {
  Catalog& catalog = work_.catalog;
  switch (part.kind) {
    case ObjectPart::relation: remove_relation(part.relation); return;
    case ObjectPart::column: remove_column(part.relation, part.column); return;
    case ObjectPart::default_value: {
      Column& column = catalog.edit(part.relation).columns[part.column];
      column.default_expr = nullptr;
      column.default_sequence = RelationId::none;
      return;
    }
    case ObjectPart::unique_key: {
      const UniqueKey* key = work_[part.relation].unique_key(part.name);
      if (key == nullptr) return;
      const RelationId index = key->index;
      std::erase_if(catalog.edit(part.relation).unique_keys, [&](const UniqueKey& own) { return own.name == part.name; });
      if (catalog.exists(index)) catalog.remove(index);
      return;
    }
    case ObjectPart::foreign_key: catalog.remove_key(part.key); return;
    case ObjectPart::check:
      std::erase_if(catalog.edit(part.relation).checks, [&](const CheckConstraint& own) { return own.name == part.name; });
      return;
    case ObjectPart::type: catalog.remove_type(part.type); return;
    case ObjectPart::attribute:
      if (catalog.type(part.type) == nullptr) return;
      std::erase_if(catalog.edit_type(part.type).fields, [&](const auto& field) { return field.first == part.name; });
      return;
    case ObjectPart::function: catalog.remove_functions(part.schema, part.name); return;
    case ObjectPart::schema: catalog.remove_schema(part.name); return;
    case ObjectPart::trigger:
      std::erase_if(catalog.edit(part.relation).triggers, [&](const Trigger& own) { return own.name == part.name; });
      return;
  }
}

void Drops::execute() {
  // Dependents were found before what they depend on, so that is the order.
  for (const Found& found : found_) {
    const Part& part = found.part;
    const bool belongs = part.relation != RelationId::none && part.kind != ObjectPart::relation;
    if (belongs && !work_.catalog.exists(part.relation)) continue;
    if (part.kind == ObjectPart::relation && !work_.catalog.exists(part.relation)) continue;
    remove(part);
  }
}

bool is_visible(const Work& work, const Relation& relation) {
  QualifiedName name;
  name.name = relation.name;
  return work.catalog.find(work.scope, name) == relation.id;
}

std::string describe_relation(const Work& work, RelationId id) {
  const Relation& relation = work[id];
  std::string text = std::string(kind_word(relation.kind)) + " ";
  if (!is_visible(work, relation)) text += quoted_identifier(relation.schema) + ".";
  return text + quoted_identifier(relation.name);
}

std::string function_arguments(const Work& work, const Part& part) {
  for (const Function& function : work.catalog.functions()) {
    if (function.schema != part.schema || function.name != part.name || function.definition == nullptr) continue;
    std::string text;
    for (const FunctionParameter& parameter : function.definition->parameters) {
      if (parameter.mode == 'o' || parameter.mode == 't') continue;
      const Outcome<TypeAndModifier> type = resolve_type_name(work, parameter.type);
      if (!text.empty()) text += ",";
      text += type.ok() ? type_text(work, type->first) : parameter.type.name;
    }
    return text;
  }
  return {};
}

}  // namespace

std::string describe(const Work& work, const Part& part) {
  switch (part.kind) {
    case ObjectPart::relation: return describe_relation(work, part.relation);
    case ObjectPart::column:
      return "column " + work[part.relation].columns[part.column].name + " of " + describe_relation(work, part.relation);
    case ObjectPart::default_value:
      return "default value for column " + work[part.relation].columns[part.column].name + " of " +
             describe_relation(work, part.relation);
    case ObjectPart::unique_key: return "constraint " + part.name + " on " + describe_relation(work, part.relation);
    case ObjectPart::foreign_key:
      return "constraint " + work.catalog.foreign_key(part.key).name + " on " + describe_relation(work, part.relation);
    case ObjectPart::check: return "constraint " + part.name + " on " + describe_relation(work, part.relation);
    case ObjectPart::type: return "type " + type_text(work, part.type);
    case ObjectPart::attribute: return "column " + part.name + " of composite type " + type_text(work, part.type);
    case ObjectPart::function: return "function " + part.name + "(" + function_arguments(work, part) + ")";
    case ObjectPart::schema: return "schema " + quoted_identifier(part.name);
    case ObjectPart::trigger: return "trigger " + part.name + " on " + describe_relation(work, part.relation);
  }
  return {};
}

Done drop_parts(Work& work, const std::vector<Part>& parts, bool cascade) {
  Drops drops(work);
  for (const Part& part : parts) drops.find(part, {}, Bond::normal, true);
  if (!cascade) {
    if (Done reported = drops.report(parts); !reported) return reported;
  }
  if (Done pending = drops.check_pending(); !pending) return pending;
  drops.execute();
  return done();
}

}  // namespace pgfk
