#include "analyzer/catalog/catalog.h"

#include <algorithm>
#include <unordered_set>
#include <utility>

namespace pgfk {
namespace {

/// One change taken back. Move-only, since it may hold what was removed.
class Undo {
 public:
  virtual ~Undo() = default;
  virtual void run() = 0;
};

template <typename Action>
class UndoOf final : public Undo {
 public:
  explicit UndoOf(Action action) : action_(std::move(action)) {}
  void run() override { action_(); }

 private:
  Action action_;
};

std::string in_schema(std::string_view schema, std::string_view name) {
  std::string key;
  key.reserve(schema.size() + name.size() + 1);
  key.append(schema).push_back('\0');
  key.append(name);
  return key;
}

template <typename Id>
std::size_t slot(Id id) {
  return static_cast<std::uint32_t>(id) - kFirstUserType;
}

/// Objects of one kind by id, and since when each is saved in the journal.
template <typename Object>
struct Shelf {
  std::vector<std::unique_ptr<Object>> objects;  // ids are shared by all kinds, so many slots are empty
  std::vector<std::uint64_t> saved_at;
  std::unordered_map<std::size_t, std::unique_ptr<Object>> removed;  // since forget(): tasks still read them

  /// Also where it was removed.
  const Object& at(std::size_t index) const { return objects[index] ? *objects[index] : *removed.at(index); }
  Object* find(std::size_t at) const { return at < objects.size() ? objects[at].get() : nullptr; }
  void put(std::size_t at, std::unique_ptr<Object> object) {
    if (at >= objects.size()) {
      objects.resize(at + 1);
      saved_at.resize(at + 1, 0);
    }
    objects[at] = std::move(object);
  }
};

/// How often a name is taken, kept right under renames by remembering what each object was counted as.
using NameCounts = std::unordered_map<std::string, int>;

void uncount(NameCounts& counts, const std::string& key) {
  const auto found = counts.find(key);
  if (found != counts.end() && --found->second == 0) counts.erase(found);
}

}  // namespace

struct Catalog::State {
  std::uint32_t next_id = kFirstUserType;
  Shelf<Relation> relations;
  Shelf<ForeignKey> keys;
  Shelf<Type> types;
  Shelf<Sequence> sequences;
  std::unordered_map<std::uint32_t, std::vector<ForeignKeyId>> keys_of, keys_to;
  std::vector<Function> functions;
  std::set<std::string, std::less<>> schemas = {"public", "pg_catalog", "information_schema", "pg_toast"};
  std::set<std::string, std::less<>> roles = {"postgres"};
  std::set<std::string, std::less<>> extensions = {"plpgsql"};
  std::vector<Collation> collations;

  // Look-ups by name. Objects handed out by edit() may have been renamed since: `stale` is settled before each look-up.
  std::unordered_map<std::string, std::uint32_t> relation_names, type_names;
  NameCounts constraint_names;
  struct Indexed {
    std::string name;                      // as in relation_names or type_names
    std::vector<std::string> constraints;  // as in constraint_names
  };
  std::unordered_map<std::uint32_t, Indexed> indexed;
  std::unordered_set<std::uint32_t> stale;

  std::vector<std::unique_ptr<Undo>> journal;
  std::uint64_t forgotten = 1;  // journal positions before this one are gone; 0 means never saved
  std::uint64_t last_mark = 1;

  std::uint64_t position() const { return forgotten + journal.size(); }

  template <typename Action>
  void record(Action action) {
    journal.push_back(std::make_unique<UndoOf<Action>>(std::move(action)));
  }

  /// Saves an object before its first change since the last mark.
  template <typename Object>
  Object& edit(Shelf<Object>& shelf, std::size_t at, std::uint32_t id) {
    Object& object = *shelf.objects[at];
    stale.insert(id);
    if (shelf.saved_at[at] >= last_mark) return object;
    const std::uint64_t before = shelf.saved_at[at];
    shelf.saved_at[at] = position();
    record([this, &shelf, at, id, before, copy = std::make_unique<Object>(object)]() mutable {
      *shelf.objects[at] = std::move(*copy);
      shelf.saved_at[at] = before;
      stale.insert(id);
    });
    return object;
  }

  void unindex(std::uint32_t id) {
    const auto found = indexed.find(id);
    if (found == indexed.end()) return;
    for (auto* names : {&relation_names, &type_names}) {
      const auto entry = names->find(found->second.name);
      if (entry != names->end() && entry->second == id) names->erase(entry);
    }
    for (const std::string& name : found->second.constraints) uncount(constraint_names, name);
    indexed.erase(found);
  }

  void count_constraint(Indexed& entry, std::string_view schema, std::string_view name) {
    entry.constraints.push_back(in_schema(schema, name));
    ++constraint_names[entry.constraints.back()];
  }

  void index_relation(std::uint32_t id, const Relation& relation) {
    Indexed& entry = indexed[id];
    entry.name = in_schema(relation.schema, relation.name);
    relation_names[entry.name] = id;
    for (const CheckConstraint& check : relation.checks) count_constraint(entry, relation.schema, check.name);
    for (const UniqueKey& key : relation.unique_keys) {
      if (key.constraint) count_constraint(entry, relation.schema, key.name);
    }
    for (const Column& column : relation.columns) {
      if (!column.dropped && !column.not_null_name.empty()) count_constraint(entry, relation.schema, column.not_null_name);
    }
  }

  void settle() {
    if (stale.empty()) return;
    // A relation that changed its schema takes its keys' names along.
    std::vector<std::uint32_t> with_keys(stale.begin(), stale.end());
    for (const std::uint32_t id : with_keys) {
      const auto found = keys_of.find(id);
      if (found == keys_of.end()) continue;
      for (const ForeignKeyId key : found->second) stale.insert(static_cast<std::uint32_t>(key));
    }
    for (const std::uint32_t id : stale) unindex(id);
    for (const std::uint32_t id : stale) {
      const std::size_t at = id - kFirstUserType;
      if (const Relation* relation = relations.find(at)) {
        index_relation(id, *relation);
      } else if (const Type* type = types.find(at)) {
        Indexed& entry = indexed[id];
        entry.name = in_schema(type->schema, type->name);
        type_names[entry.name] = id;
      } else if (const ForeignKey* key = keys.find(at)) {
        sort_by_age(*key);
        const Relation* owner = relations.find(slot(key->referencing));
        if (owner != nullptr) count_constraint(indexed[id], owner->schema, key->name);
      }
    }
    stale.clear();
  }

  void sort_by_age(const ForeignKey& key) {
    const auto older = [this](ForeignKeyId a, ForeignKeyId b) {
      return keys.objects[slot(a)]->age < keys.objects[slot(b)]->age;
    };
    std::vector<ForeignKeyId>& of = keys_of[static_cast<std::uint32_t>(key.referencing)];
    if (!std::is_sorted(of.begin(), of.end(), older)) std::stable_sort(of.begin(), of.end(), older);
    std::vector<ForeignKeyId>& to = keys_to[static_cast<std::uint32_t>(key.referenced)];
    if (!std::is_sorted(to.begin(), to.end(), older)) std::stable_sort(to.begin(), to.end(), older);
  }

  void hang_in(const ForeignKey& key) {
    keys_of[static_cast<std::uint32_t>(key.referencing)].push_back(key.id);
    keys_to[static_cast<std::uint32_t>(key.referenced)].push_back(key.id);
    stale.insert(static_cast<std::uint32_t>(key.id));
  }
  void take_out(const ForeignKey& key) {
    std::erase(keys_of[static_cast<std::uint32_t>(key.referencing)], key.id);
    std::erase(keys_to[static_cast<std::uint32_t>(key.referenced)], key.id);
    stale.insert(static_cast<std::uint32_t>(key.id));
  }

  template <typename Object>
  void add(Shelf<Object>& shelf, std::uint32_t id, Object object) {
    const std::size_t at = id - kFirstUserType;
    shelf.put(at, std::make_unique<Object>(std::move(object)));
    shelf.saved_at[at] = position();
    stale.insert(id);
    record([this, &shelf, at, id] {
      shelf.objects[at].reset();
      stale.insert(id);
    });
  }

  template <typename Object>
  void remove(Shelf<Object>& shelf, std::uint32_t id) {
    const std::size_t at = id - kFirstUserType;
    shelf.removed[at] = std::move(shelf.objects[at]);
    stale.insert(id);
    record([this, &shelf, at, id] {
      shelf.objects[at] = std::move(shelf.removed[at]);
      shelf.removed.erase(at);
      stale.insert(id);
    });
  }

  void add_to(std::set<std::string, std::less<>>& names, std::string name) {
    if (!names.insert(name).second) return;
    record([&names, name = std::move(name)] { names.erase(name); });
  }
  void remove_from(std::set<std::string, std::less<>>& names, std::string_view name) {
    if (names.erase(std::string(name)) == 0) return;
    record([&names, name = std::string(name)] { names.insert(name); });
  }
};

ColumnIndex Relation::column(std::string_view column_name) const {
  for (std::size_t index = 0; index < columns.size(); ++index) {
    if (!columns[index].dropped && columns[index].name == column_name) return static_cast<ColumnIndex>(index);
  }
  return kNoColumn;
}

ColumnIndex Relation::expression_column(std::string_view column_name) const {
  if (const ColumnIndex index = column(column_name); index != kNoColumn) return index;
  for (std::size_t index = 0; index < columns.size(); ++index) {
    const std::vector<std::string>& former = columns[index].former_names;
    if (!columns[index].dropped && std::find(former.begin(), former.end(), column_name) != former.end()) {
      return static_cast<ColumnIndex>(index);
    }
  }
  return kNoColumn;
}

const UniqueKey* Relation::primary_key() const {
  for (const UniqueKey& key : unique_keys) {
    if (key.primary) return &key;
  }
  return nullptr;
}

const UniqueKey* Relation::unique_key(std::string_view key_name) const {
  for (const UniqueKey& key : unique_keys) {
    if (key.name == key_name) return &key;
  }
  return nullptr;
}

Catalog::Catalog() : state_(std::make_unique<State>()) {}
Catalog::~Catalog() = default;

const Relation& Catalog::operator[](RelationId id) const { return state_->relations.at(slot(id)); }

bool Catalog::exists(RelationId id) const { return state_->relations.find(slot(id)) != nullptr; }

std::string Catalog::temporary_schema(const NameScope& scope) { return "pg_temp_" + std::to_string(scope.temp_session); }

RelationId Catalog::find_in(std::string_view schema, std::string_view name) const {
  state_->settle();
  const auto found = state_->relation_names.find(in_schema(schema, name));
  return found == state_->relation_names.end() ? RelationId::none : RelationId(found->second);
}

RelationId Catalog::find(const NameScope& scope, const QualifiedName& name) const {
  const std::string temporary = temporary_schema(scope);
  if (!name.schema.empty()) return find_in(name.schema == "pg_temp" ? temporary : name.schema, name.name);
  if (const RelationId id = find_in(temporary, name.name); id != RelationId::none) return id;
  for (const std::string& schema : scope.search_path) {
    if (const RelationId id = find_in(schema, name.name); id != RelationId::none) return id;
  }
  return RelationId::none;
}

std::vector<RelationId> Catalog::relations() const {
  std::vector<RelationId> result;
  for (const auto& relation : state_->relations.objects) {
    if (relation) result.push_back(relation->id);
  }
  return result;
}

bool Catalog::has_schema(std::string_view name) const {
  return state_->schemas.count(name) != 0 || name.substr(0, 7) == "pg_temp";
}

std::optional<std::string> Catalog::creation_schema(const NameScope& scope) const {
  for (const std::string& schema : scope.search_path) {
    if (schema == "pg_temp") return temporary_schema(scope);
    if (has_schema(schema)) return schema;
  }
  return std::nullopt;
}

const ForeignKey& Catalog::foreign_key(ForeignKeyId id) const { return state_->keys.at(slot(id)); }

namespace {
const std::vector<ForeignKeyId> kNoKeys;
}

const std::vector<ForeignKeyId>& Catalog::foreign_keys_of(RelationId referencing) const {
  state_->settle();
  const auto found = state_->keys_of.find(static_cast<std::uint32_t>(referencing));
  return found == state_->keys_of.end() ? kNoKeys : found->second;
}

const std::vector<ForeignKeyId>& Catalog::foreign_keys_to(RelationId referenced) const {
  state_->settle();
  const auto found = state_->keys_to.find(static_cast<std::uint32_t>(referenced));
  return found == state_->keys_to.end() ? kNoKeys : found->second;
}

ForeignKeyId Catalog::foreign_key_named(RelationId referencing, std::string_view name) const {
  for (const ForeignKeyId id : foreign_keys_of(referencing)) {
    if (foreign_key(id).name == name) return id;
  }
  return ForeignKeyId::none;
}

std::vector<ForeignKeyId> Catalog::foreign_keys() const {
  std::vector<ForeignKeyId> result;
  for (const auto& key : state_->keys.objects) {
    if (key) result.push_back(key->id);
  }
  return result;
}

const Type* Catalog::type(TypeId id) const {
  if (is_array(id)) return nullptr;
  if (static_cast<std::uint32_t>(id) < kFirstUserType) return builtin_type_info(id);
  return state_->types.find(slot(id));
}

TypeId Catalog::find_type_in(std::string_view schema, std::string_view name) const {
  state_->settle();
  const auto found = state_->type_names.find(in_schema(schema, name));
  return found == state_->type_names.end() ? TypeId::none : TypeId(found->second);
}

std::vector<TypeId> Catalog::types() const {
  std::vector<TypeId> result;
  for (const auto& type : state_->types.objects) {
    if (type) result.push_back(type->id);
  }
  return result;
}

const Sequence& Catalog::sequence(RelationId id) const { return *state_->sequences.objects[slot(id)]; }

const std::vector<Function>& Catalog::functions() const { return state_->functions; }

std::vector<const Function*> Catalog::functions_named(const NameScope& scope, const std::vector<std::string>& name) const {
  std::vector<const Function*> result;
  if (name.empty()) return result;
  for (const Function& function : state_->functions) {
    if (function.name != name.back()) continue;
    const bool visible = name.size() > 1
                             ? function.schema == name[name.size() - 2]
                             : std::find(scope.search_path.begin(), scope.search_path.end(), function.schema) !=
                                   scope.search_path.end();
    if (visible) result.push_back(&function);
  }
  return result;
}

bool Catalog::has_role(std::string_view name) const {
  return name.substr(0, 3) == "pg_" || state_->roles.count(name) != 0;
}

bool Catalog::has_extension(std::string_view name) const { return state_->extensions.count(name) != 0; }

const Collation* Catalog::collation(std::string_view name) const {
  for (const Collation& collation : state_->collations) {
    if (collation.name == name) return &collation;
  }
  return nullptr;
}

std::string Catalog::current_database() const { return "postgres"; }

Relation& Catalog::edit(RelationId id) {
  return state_->edit(state_->relations, slot(id), static_cast<std::uint32_t>(id));
}

RelationId Catalog::add(Relation relation) {
  const std::uint32_t id = state_->next_id++;
  relation.id = RelationId(id);
  if (relation.kind == RelationKind::sequence) {
    state_->sequences.put(id - kFirstUserType, std::make_unique<Sequence>());
    state_->sequences.saved_at[id - kFirstUserType] = state_->position();
  }
  state_->add(state_->relations, id, std::move(relation));
  return RelationId(id);
}

void Catalog::remove(RelationId id) { state_->remove(state_->relations, static_cast<std::uint32_t>(id)); }

ForeignKey& Catalog::edit_key(ForeignKeyId id) {
  return state_->edit(state_->keys, slot(id), static_cast<std::uint32_t>(id));
}

ForeignKeyId Catalog::add_key(ForeignKey key) {
  const std::uint32_t number = state_->next_id++;
  const ForeignKeyId id{number};
  key.id = id;
  key.age = number;
  state_->add(state_->keys, number, std::move(key));
  State* state = state_.get();
  state->hang_in(*state->keys.objects[slot(id)]);
  // Undone before the key itself goes.
  state->record([state, id] { state->take_out(*state->keys.objects[slot(id)]); });
  return id;
}

void Catalog::remove_key(ForeignKeyId id) {
  State* state = state_.get();
  state->take_out(*state->keys.objects[slot(id)]);
  state->record([state, id] { state->hang_in(*state->keys.objects[slot(id)]); });
  state->remove(state->keys, static_cast<std::uint32_t>(id));
}

TypeId Catalog::add_type(Type type) {
  const std::uint32_t id = state_->next_id++;
  type.id = TypeId(id);
  state_->add(state_->types, id, std::move(type));
  return TypeId(id);
}

Type& Catalog::edit_type(TypeId id) { return state_->edit(state_->types, slot(id), static_cast<std::uint32_t>(id)); }

void Catalog::remove_type(TypeId id) { state_->remove(state_->types, static_cast<std::uint32_t>(id)); }

void Catalog::add_schema(std::string name) { state_->add_to(state_->schemas, std::move(name)); }
void Catalog::remove_schema(std::string_view name) { state_->remove_from(state_->schemas, name); }

Sequence& Catalog::edit_sequence(RelationId id) {
  return state_->edit(state_->sequences, slot(id), static_cast<std::uint32_t>(id));
}

void Catalog::set_sequence_owner(RelationId id, RelationId owner, ColumnIndex column) {
  Sequence& sequence = advance(id);
  state_->record([&sequence, owner = sequence.owner, column = sequence.owner_column] {
    sequence.owner = owner;
    sequence.owner_column = column;
  });
  sequence.owner = owner;
  sequence.owner_column = column;
}

void Catalog::add_function(Function function) {
  state_->functions.push_back(std::move(function));
  state_->record([state = state_.get()] { state->functions.pop_back(); });
}

void Catalog::remove_functions(std::string_view schema, std::string_view name) {
  state_->record([state = state_.get(), before = state_->functions]() mutable { state->functions = std::move(before); });
  std::erase_if(state_->functions, [&](const Function& f) { return f.schema == schema && f.name == name; });
}

void Catalog::add_role(std::string name) { state_->add_to(state_->roles, std::move(name)); }
void Catalog::remove_role(std::string_view name) { state_->remove_from(state_->roles, name); }
void Catalog::add_extension(std::string name) { state_->add_to(state_->extensions, std::move(name)); }
void Catalog::remove_extension(std::string_view name) { state_->remove_from(state_->extensions, name); }

void Catalog::add_collation(Collation collation) {
  state_->collations.push_back(std::move(collation));
  state_->record([state = state_.get()] { state->collations.pop_back(); });
}

void Catalog::remove_collation(std::string_view schema, std::string_view name) {
  state_->record([state = state_.get(), before = state_->collations]() mutable { state->collations = std::move(before); });
  std::erase_if(state_->collations, [&](const Collation& c) { return c.schema == schema && c.name == name; });
}

std::uint64_t Catalog::next_age() { return state_->next_id++; }

Sequence& Catalog::advance(RelationId id) { return *state_->sequences.objects[slot(id)]; }

bool Catalog::relation_name_taken(std::string_view schema, std::string_view name) const {
  return find_in(schema, name) != RelationId::none;
}

bool Catalog::constraint_name_taken(std::string_view schema, std::string_view name) const {
  state_->settle();
  return state_->constraint_names.count(in_schema(schema, name)) != 0;
}

Catalog::Mark Catalog::mark() const {
  state_->last_mark = state_->position();
  return state_->last_mark;
}

void Catalog::rollback_to(Mark mark) {
  while (state_->position() > mark && !state_->journal.empty()) {
    const std::unique_ptr<Undo> undo = std::move(state_->journal.back());
    state_->journal.pop_back();
    undo->run();
  }
  state_->last_mark = state_->position();
}

void Catalog::forget() {
  state_->forgotten = state_->position();
  state_->journal.clear();
  state_->relations.removed.clear();
  state_->keys.removed.clear();
  state_->types.removed.clear();
  state_->last_mark = state_->forgotten;
}

}  // namespace pgfk
