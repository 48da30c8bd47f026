// The database as the script has made it so far: relations, columns, types, constraints, sequences, roles.
//
// Invariants: ids are never reused; a ColumnIndex is stable (dropped columns keep their place); every change since a mark can be
// taken back, and rollback_to(mark) restores exactly what was. Expressions point into statement trees that outlive the catalog.
// Cost: look-ups by name are O(1) expected per schema of the path; edit() copies one Relation into the journal, once per mark.
// Threads: one.
// What the server does is in definitions.h; this file only holds.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "analyzer/types/outcome.h"
#include "analyzer/types/type.h"
#include "analyzer/types/type_io.h"
#include "parsers/input/span.h"
#include "parsers/sql/tree.h"

namespace pgfk {

enum class RelationId : std::uint32_t { none = 0 };
enum class ForeignKeyId : std::uint32_t { none = 0 };
using ColumnIndex = std::uint16_t;  // from 0, attnum - 1

enum class RelationKind { table, partitioned_table, view, materialized_view, foreign_table, sequence, index, composite_type };
enum class Deferral { not_deferrable, initially_immediate, initially_deferred };
enum class Identity { none, always, by_default };
enum class Generated { none, stored, virtual_ };

struct Column {
  std::string name;
  std::vector<std::string> former_names;  // expressions from before a RENAME COLUMN still say these: see expression_column
  TypeId type = TypeId::none;
  std::int32_t typmod = -1;
  std::string collation;                // "" is the type's default; else schema-less name, see Catalog::collation
  bool not_null = false;
  std::string not_null_name;            // 18: every NOT NULL is a named constraint
  bool not_null_valid = true, not_null_no_inherit = false;
  const Expr* default_expr = nullptr;
  RelationId default_sequence = RelationId::none;  // serial, or DEFAULT nextval('s'::regclass): default_expr is null then
  Identity identity = Identity::none;
  RelationId identity_sequence = RelationId::none;
  Generated generated = Generated::none;
  const Expr* generated_expr = nullptr;
  bool dropped = false;
  bool local = true;                    // declared here (also), not only inherited
  int inherited = 0;                    // from how many parents
};

struct CheckConstraint {
  std::string name;
  const Expr* expr = nullptr;
  bool validated = true, enforced = true, no_inherit = false, local = true;
  int inherited = 0;
};

/// A PRIMARY KEY, UNIQUE or EXCLUDE constraint, or a plain unique index. Lies in Relation::unique_keys in order of creation.
struct UniqueKey {
  std::string name;
  RelationId index = RelationId::none;
  std::vector<ColumnIndex> columns;     // empty slots of expressions are kNoColumn
  std::vector<const Expr*> expressions; // one per column slot that is an expression
  const Expr* predicate = nullptr;      // partial
  bool constraint = true;               // false: a plain unique index
  bool primary = false;
  bool nulls_not_distinct = false;
  bool without_overlaps = false;
  bool exclusion = false;               // EXCLUDE or WITHOUT OVERLAPS: two rows conflict where all operators hold
  std::vector<std::string> exclusion_operators;  // one per column slot; empty unless `exclusion`
  Deferral deferral = Deferral::not_deferrable;
  bool valid = true;
  RelationId partition_parent = RelationId::none;  // the partitioned table whose key this is a part of
  std::string parent_key;
};
inline constexpr ColumnIndex kNoColumn = 0xffff;

/// One row of pg_constraint with contype f. A key on or to a partitioned table has one row per partition, as the server has.
struct ForeignKey {
  ForeignKeyId id = ForeignKeyId::none;
  std::string name;
  bool name_generated = false;
  RelationId referencing = RelationId::none;
  std::vector<ColumnIndex> referencing_columns;
  RelationId referenced = RelationId::none;
  std::vector<ColumnIndex> referenced_columns;   // same order and length
  std::vector<KeyEquality> equalities;           // one per pair
  std::string referenced_index;                  // name of the unique key it rests on
  MatchType match = MatchType::simple;
  RefAction on_delete = RefAction::no_action, on_update = RefAction::no_action;
  std::vector<ColumnIndex> delete_set_columns;
  Deferral deferral = Deferral::not_deferrable;
  bool validated = true, enforced = true;
  bool period = false;
  ForeignKeyId parent = ForeignKeyId::none;      // the key this is a partition's copy of
  bool checks_rows = true;                       // has the trigger on the referencing side
  bool guards_rows = true;                       // has the trigger on the referenced side
  bool check_enabled = true, guard_enabled = true;  // DISABLE TRIGGER ALL on that side
  std::uint64_t age = 0;                         // rises with creation: triggers fire in this order
  Span declared_at;
};

struct Trigger {
  std::string name;
  const CreateTrigger* definition = nullptr;
  bool enabled = true;                           // in origin mode
  bool in_replica = false;                       // ENABLE REPLICA or ALWAYS
  bool inherited = false;
};

struct Partitioning {
  PartitionStrategy strategy = PartitionStrategy::list;
  std::vector<ColumnIndex> columns;              // kNoColumn for an expression
  std::vector<const Expr*> expressions;
};

/// Bounds with their values read as the key columns' types. For range, nullopt with `unbounded` -1 MINVALUE, +1 MAXVALUE.
struct Bound {
  bool is_default = false;
  std::vector<Value> list;                       // NULL may be one
  struct Edge { Value value; int unbounded = 0; };
  std::vector<Edge> from, to;
  std::int64_t modulus = 0, remainder = 0;
};

struct Sequence {
  TypeId type = TypeId::int8;
  std::int64_t start = 1, increment = 1, minimum = 1, maximum = INT64_MAX, cache = 1;
  bool cycle = false;
  RelationId owner = RelationId::none;           // OWNED BY
  ColumnIndex owner_column = kNoColumn;
  bool identity = false;
  // the part that ROLLBACK does not take back, unless RESTART made a new file for it
  std::int64_t last_value = 1;
  bool is_called = false;
  bool known = true;                             // false: a call we could not follow moved it
};

/// What a view's query reads: the columns it names of a relation (all of them for a star).
struct ViewUse {
  RelationId relation = RelationId::none;
  std::vector<ColumnIndex> columns;
};

struct Relation {
  RelationId id = RelationId::none;
  std::string schema, name;
  RelationKind kind = RelationKind::table;
  bool temporary = false, unlogged = false;
  std::vector<Column> columns;
  std::vector<CheckConstraint> checks;           // enforced in byte order of name
  std::vector<UniqueKey> unique_keys;
  std::vector<Trigger> triggers;
  std::vector<const CreateRule*> rules;
  bool row_security = false, force_row_security = false;
  std::string owner;
  std::optional<Partitioning> partitioning;
  RelationId partition_of = RelationId::none;
  Bound bound;
  std::vector<RelationId> partitions;            // in bound order, default last
  std::vector<RelationId> inherits, heirs;
  TypeId of_type = TypeId::none;
  const Select* view = nullptr;
  const Statement* query = nullptr;              // of a materialized view, for REFRESH
  bool columns_known = true;                     // false: a query whose columns could not be told
  std::vector<std::string> view_columns;         // written ones; `columns` holds all where they could be told
  std::vector<ViewUse> view_uses;
  std::string check_option;
  RelationId index_of = RelationId::none;
  bool index_unique = false;
  std::string on_commit;
  Span declared_at;

  /// kNoColumn if there is none of that name (dropped ones do not count).
  ColumnIndex column(std::string_view column_name) const;
  /// The column that a stored expression (CHECK, generated, predicate) means, former names included.
  ColumnIndex expression_column(std::string_view column_name) const;
  bool holds_rows() const { return kind == RelationKind::table || kind == RelationKind::materialized_view; }
  const UniqueKey* primary_key() const;
  const UniqueKey* unique_key(std::string_view key_name) const;
};

struct Function {
  std::string schema, name;
  const CreateFunction* definition = nullptr;
};

struct Collation {
  std::string schema, name, locale;
  bool deterministic = true;
};

/// What a session looks names up with.
struct NameScope {
  std::vector<std::string> search_path = {"public"};  // as set, "$user" resolved; pg_catalog and the temporary schema come first by themselves
  std::string role = "postgres";
  bool superuser = true;
  int server_version = 15;
  int temp_session = 0;                          // temporary tables of an ended session are gone
};

class Catalog : public TypeLookup {
 public:
  Catalog();
  ~Catalog() override;

  // --- look-ups
  /// Relations and keys that were removed stay readable here until forget(): tasks speak of them.
  const Relation& operator[](RelationId id) const;
  bool exists(RelationId id) const;
  /// `none` where there is no such relation of any kind (indexes and sequences too).
  RelationId find(const NameScope& scope, const QualifiedName& name) const;
  RelationId find_in(std::string_view schema, std::string_view name) const;
  /// Living relations in order of creation.
  std::vector<RelationId> relations() const;
  bool has_schema(std::string_view name) const;
  /// The schema that CREATE uses for an unqualified name; nullopt if none of the path exists (3F000).
  std::optional<std::string> creation_schema(const NameScope& scope) const;

  const ForeignKey& foreign_key(ForeignKeyId id) const;
  /// Rows of pg_constraint by side, in order of age. Includes partition copies.
  const std::vector<ForeignKeyId>& foreign_keys_of(RelationId referencing) const;
  const std::vector<ForeignKeyId>& foreign_keys_to(RelationId referenced) const;
  ForeignKeyId foreign_key_named(RelationId referencing, std::string_view name) const;
  std::vector<ForeignKeyId> foreign_keys() const;

  const Type* type(TypeId id) const override;
  /// A type made by the input; `none` where there is none of that name.
  TypeId find_type_in(std::string_view schema, std::string_view name) const;
  /// Living types made by the input, in order of creation.
  std::vector<TypeId> types() const;
  const Sequence& sequence(RelationId id) const;
  const std::vector<Function>& functions() const;
  std::vector<const Function*> functions_named(const NameScope& scope, const std::vector<std::string>& name) const;
  bool has_role(std::string_view name) const;
  bool has_extension(std::string_view name) const;
  const Collation* collation(std::string_view name) const;
  std::string current_database() const;
  /// The schema in which temporary relations of the session live.
  static std::string temporary_schema(const NameScope& scope);

  // --- changes, all journalled but advance()
  Relation& edit(RelationId id);
  RelationId add(Relation relation);
  void remove(RelationId id);                    // the relation alone; what depends on it is definitions' business
  ForeignKey& edit_key(ForeignKeyId id);
  ForeignKeyId add_key(ForeignKey key);
  void remove_key(ForeignKeyId id);
  TypeId add_type(Type type);
  Type& edit_type(TypeId id);
  void remove_type(TypeId id);
  void add_schema(std::string name);
  void remove_schema(std::string_view name);
  Sequence& edit_sequence(RelationId id);        // definition and RESTART: taken back by rollback_to
  /// OWNED BY: unlike edit_sequence leaves last_value alone when it is taken back.
  void set_sequence_owner(RelationId id, RelationId owner, ColumnIndex column);
  void add_function(Function function);
  void remove_functions(std::string_view schema, std::string_view name);
  void add_role(std::string name);
  void remove_role(std::string_view name);
  void add_extension(std::string name);
  void add_collation(Collation collation);
  void remove_extension(std::string_view name);
  void remove_collation(std::string_view schema, std::string_view name);
  /// A later moment than that of every key and relation: for ForeignKey::age when triggers are made anew.
  std::uint64_t next_age();
  /// nextval and setval: never taken back.
  Sequence& advance(RelationId id);
  /// Names of constraints and relations taken in a schema, for made-up names.
  bool relation_name_taken(std::string_view schema, std::string_view name) const;
  bool constraint_name_taken(std::string_view schema, std::string_view name) const;

  // --- marks
  using Mark = std::size_t;
  Mark mark() const;
  void rollback_to(Mark mark);
  /// Nothing before this point will be rolled back to any more.
  void forget();

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace pgfk
