// SQL as the replay needs it: plain structs, translated once from libpg_query's parse tree (translate.h).
//
// Names are folded and unquoted already, cut to 63 bytes. `location` is a byte offset into the statement's text, -1 where
// the grammar gave none. A tree is immutable after translation and lives as long as its ScriptItem; the catalog keeps plain
// pointers into it (defaults, CHECKs).
// What has no struct here is an OtherStatement with its command tag: it can fail, but touches neither rows nor keys.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace pgfk {

struct Expr;
struct Select;
using ExprPtr = std::unique_ptr<Expr>;
using SelectPtr = std::unique_ptr<Select>;

/// [database.][schema.]name; empty where not written.
struct QualifiedName {
  std::string database;
  std::string schema;
  std::string name;
  bool only = false;  // ONLY t: without heirs and partitions
  int location = -1;

  friend bool operator==(const QualifiedName& a, const QualifiedName& b) {
    return a.schema == b.schema && a.name == b.name;
  }
};

/// A type as written: name, modifiers, array bounds. `integer` is pg_catalog.int4 as the grammar says it.
struct TypeName {
  std::string schema;
  std::string name;
  std::vector<ExprPtr> modifiers;  // numeric(10,2), varchar(5), bit(3)
  std::int32_t interval_fields = -1;
  int array_dimensions = 0;
  bool setof = false;
  bool percent_type = false;  // t.c%TYPE
  int location = -1;
};

// --- expressions ------------------------------------------------------------------------------------------------------

enum class ExprKind {
  null_literal,    // NULL
  integer,         // `integer`: fits 32 bits, no sign (a minus is folded in where the grammar does so)
  number,          // `text`: any other numeric literal as written
  string,          // `text`: unescaped
  bit_string,      // `text`: "b0101" or "x1F"
  boolean,         // `flag`
  column,          // `names`: [schema,] [table,] column; a last "*" is a star
  parameter,       // `integer`: $1 is 1
  default_value,   // DEFAULT in VALUES or SET
  op,              // `name` the operator ("+", "=", "||", "->>", "~~" is LIKE, "~~*" ILIKE), `args` one or two
  op_any,          // a = ANY (b), `name`, args a, b
  op_all,          // a <> ALL (b)
  in_list,         // a IN (...): args[0], then the list; `flag` true for NOT IN
  between,         // args a, low, high; `flag` NOT; `symmetric`
  is_distinct,     // args a, b; `flag` true for IS NOT DISTINCT FROM
  nullif,          // args a, b
  and_,            // args two or more
  or_,
  not_,
  is_null,         // args[0]; `flag` true for IS NOT NULL
  is_true,         // args[0]; `name` one of true, false, unknown; `flag` NOT
  function,        // `names`: [schema,] name; args; see the aggregate fields
  cast,            // args[0], `type`
  collate,         // args[0], `names` the collation
  case_,           // args: [0] tested operand or null pointer, then pairs when/then, then else or null pointer
  coalesce,
  greatest,
  least,
  array,           // ARRAY[...]
  row,             // ROW(...), (a, b)
  field,           // (expr).name: args[0], `name` ("*" for all)
  subscript,       // args[0], args[1] (upper), slices are `unsupported`
  sublink,         // `select`, `name` one of exists, any, all, expr, array; args[0] the left side of any/all; `text` the operator
  value_function,  // `name`: current_date, current_timestamp, localtimestamp, current_user, session_user, ...
  grouping_or_window,  // parsed, never evaluated: `text` says what
  unsupported      // `text` says what the node was
};

struct SortKey;

struct Expr {
  ExprKind kind = ExprKind::null_literal;
  int location = -1;
  std::int64_t integer = 0;
  std::string text;
  std::string name;
  std::vector<std::string> names;
  bool flag = false;
  bool symmetric = false;
  std::vector<ExprPtr> args;
  std::unique_ptr<TypeName> type;
  SelectPtr select;
  // function only
  bool star = false;       // count(*)
  bool distinct = false;
  bool variadic = false;
  std::vector<std::string> arg_names;  // named notation, empty strings for positional; empty if none is named
  std::vector<SortKey> order_by;
  ExprPtr filter;
  bool window = false;     // has OVER
};

enum class NullsOrder { by_default, first, last };

struct SortKey {
  ExprPtr expr;
  bool descending = false;
  NullsOrder nulls = NullsOrder::by_default;
};

// --- queries ----------------------------------------------------------------------------------------------------------

struct Target {
  std::string name;  // AS name, or the column assigned to
  ExprPtr expr;
  int location = -1;
};

enum class FromKind { table, select, function, join };
enum class JoinKind { inner, left, right, full, cross };

struct FromItem {
  FromKind kind = FromKind::table;
  QualifiedName table;
  SelectPtr select;
  ExprPtr function;                        // also ROWS FROM with one function
  bool ordinality = false;
  bool lateral = false;
  std::string alias;
  std::vector<std::string> column_aliases;
  std::vector<std::pair<std::string, TypeName>> column_definitions;  // AS t(a int, b text)
  JoinKind join = JoinKind::inner;
  bool natural = false;
  std::unique_ptr<FromItem> left, right;
  ExprPtr on;
  std::vector<std::string> using_columns;
  int location = -1;
};

struct Statement;

struct CommonTable {
  std::string name;
  std::vector<std::string> column_aliases;
  std::unique_ptr<Statement> statement;  // Select, Insert, Update, Delete or Merge
  int location = -1;
};

struct With {
  bool recursive = false;
  std::vector<CommonTable> tables;
};

enum class SetOperation { none, union_, intersect, except };

struct Select {
  With with;
  SetOperation operation = SetOperation::none;
  bool all = false;
  SelectPtr left, right;                       // for a set operation
  std::vector<std::vector<ExprPtr>> values;    // VALUES (...), (...): nothing else is set then, but order/limit/with
  bool distinct = false;
  std::vector<ExprPtr> distinct_on;
  std::vector<Target> targets;
  std::vector<FromItem> from;
  ExprPtr where;
  std::vector<ExprPtr> group_by;
  ExprPtr having;
  bool has_window = false;
  std::vector<SortKey> order_by;
  ExprPtr limit, offset;
  bool with_ties = false;
  bool locking = false;                        // FOR UPDATE and the like
  std::optional<QualifiedName> into;           // SELECT INTO
  bool into_temporary = false;                 // SELECT INTO TEMP
  int location = -1;
};

struct Returning {
  std::vector<Target> targets;
  std::string old_alias, new_alias;  // 18: WITH (OLD AS o, NEW AS n)
};

// --- statements that write rows ---------------------------------------------------------------------------------------

enum class Overriding { none, system_value, user_value };
enum class OnConflictAction { none, nothing, update };

struct Assignment {
  std::vector<std::string> columns;  // one, or several for (a, b) = (...)
  ExprPtr value;                     // for several: a row or a sublink
  bool subscripted = false;          // SET a[1] = .., SET a.b = ..
  int location = -1;
};

struct IndexElement {
  std::string column;  // empty for an expression
  ExprPtr expr;
  std::string collation, opclass;
  bool descending = false;
};

struct OnConflict {
  OnConflictAction action = OnConflictAction::none;
  std::vector<IndexElement> target;   // empty with no target
  ExprPtr target_where;
  std::string constraint;             // ON CONSTRAINT name
  std::vector<Assignment> set;
  ExprPtr where;
};

struct Insert {
  With with;
  QualifiedName table;
  std::string alias;
  std::vector<std::string> columns;   // as written; empty if none
  std::vector<int> column_locations;  // one per column
  bool column_subscripted = false;    // INSERT INTO t (a[1], b.c)
  SelectPtr source;                   // VALUES or a query; null for DEFAULT VALUES
  Overriding overriding = Overriding::none;
  OnConflict on_conflict;
  std::optional<Returning> returning;
};

struct Update {
  With with;
  QualifiedName table;
  std::string alias;
  std::vector<Assignment> set;
  std::vector<FromItem> from;
  ExprPtr where;
  std::optional<Returning> returning;
};

struct Delete {
  With with;
  QualifiedName table;
  std::string alias;
  std::vector<FromItem> using_;
  ExprPtr where;
  std::optional<Returning> returning;
};

enum class MergeMatch { matched, not_matched_by_target, not_matched_by_source };
enum class MergeAction { do_nothing, update, delete_, insert };

struct MergeClause {
  MergeMatch match = MergeMatch::matched;
  ExprPtr condition;
  MergeAction action = MergeAction::do_nothing;
  std::vector<Assignment> set;            // update
  std::vector<std::string> columns;       // insert
  std::vector<ExprPtr> values;            // insert; empty for DEFAULT VALUES
  Overriding overriding = Overriding::none;
};

struct Merge {
  With with;
  QualifiedName table;
  std::string alias;
  FromItem source;
  ExprPtr on;
  std::vector<MergeClause> clauses;
  std::optional<Returning> returning;
};

struct Truncate {
  std::vector<QualifiedName> tables;
  bool restart_identity = false;
  bool cascade = false;
};

/// An option of WITH (...): `value` as text where it is a word, number or string; `names` where it is a list ("*" a star).
struct Option {
  std::string name;  // lower case
  std::optional<std::string> value;
  std::vector<std::string> names;
  int location = -1;
};

struct Copy {
  QualifiedName table;             // empty name for COPY (query)
  std::vector<std::string> columns;
  std::unique_ptr<Statement> query;
  bool from = false;
  bool program = false;
  std::optional<std::string> file;  // none: stdin / stdout
  std::vector<Option> options;      // normalised to the names of WITH (...): format, delimiter, null, header, quote, escape,
                                    // force_quote, force_not_null, force_null, encoding, freeze, default, on_error, ...
  ExprPtr where;
};

// --- definitions ------------------------------------------------------------------------------------------------------

enum class MatchType { simple, full, partial };
enum class RefAction { no_action, restrict, cascade, set_null, set_default };

/// "set null", in lower case.
constexpr std::string_view action_words(RefAction action) {
  switch (action) {
    case RefAction::no_action: return "no action";
    case RefAction::restrict: return "restrict";
    case RefAction::cascade: return "cascade";
    case RefAction::set_null: return "set null";
    case RefAction::set_default: return "set default";
  }
  return "";
}

enum class ConstraintKind { not_null, null, default_, check, primary_key, unique, foreign_key, exclusion, identity, generated };

/// EXCLUDE (column WITH op).
struct Exclusion {
  std::string column;  // empty for an expression
  ExprPtr expr;
  std::string op;
  bool has_opclass = false;  // an operator class is written
};

struct ConstraintDef {
  ConstraintKind kind = ConstraintKind::check;
  std::string name;                      // empty if not written
  int location = -1;
  ExprPtr expr;                          // check, default, generated
  std::vector<std::string> columns;      // keys of primary_key/unique/foreign_key/table-level not_null; empty in a column
  std::vector<std::string> including;
  std::string using_index;
  std::vector<Exclusion> exclusions;     // exclusion
  std::string access_method;             // exclusion; empty is btree
  ExprPtr where;                         // exclusion
  bool nulls_not_distinct = false;
  bool without_overlaps = false;         // the last column
  bool no_inherit = false;
  // foreign key
  QualifiedName referenced;
  std::vector<std::string> referenced_columns;
  MatchType match = MatchType::simple;
  RefAction on_delete = RefAction::no_action, on_update = RefAction::no_action;
  std::vector<std::string> delete_set_columns;  // SET NULL (c)
  bool period = false, referenced_period = false;
  // attributes
  bool deferrable = false, initially_deferred = false;
  bool not_valid = false;
  bool not_enforced = false;
  // identity, generated
  bool always = false;                   // GENERATED ALWAYS AS IDENTITY
  bool virtual_ = false;
  std::vector<Option> sequence_options;
};

struct ColumnDef {
  std::string name;
  TypeName type;
  bool typed_table = false;              // column options of a typed table or partition: no type given
  std::string collation;                 // possibly schema.name
  std::vector<ConstraintDef> constraints;
  int location = -1;
};

struct LikeClause {
  QualifiedName table;
  bool defaults = false, constraints = false, indexes = false, identity = false, generated = false;
};

enum class PartitionStrategy { list, range, hash };

struct PartitionKeyPart {
  std::string column;
  ExprPtr expr;
  std::string collation, opclass;
};

struct PartitionBound {
  bool is_default = false;
  PartitionStrategy strategy = PartitionStrategy::list;
  std::vector<ExprPtr> values;           // list
  std::vector<ExprPtr> from, to;         // range; MINVALUE and MAXVALUE are `column` nodes named minvalue, maxvalue
  std::int64_t modulus = 0, remainder = 0;
};

/// One element of CREATE TABLE ( ... ), in textual order, which decides in what order keys are made.
using TableElement = std::variant<ColumnDef, ConstraintDef, LikeClause>;

struct CreateTable {
  QualifiedName table;
  bool temporary = false, unlogged = false, if_not_exists = false, foreign = false;
  std::vector<TableElement> elements;
  std::vector<QualifiedName> inherits;
  std::optional<QualifiedName> partition_of;
  std::optional<PartitionBound> bound;
  struct PartitionBy { PartitionStrategy strategy; std::vector<PartitionKeyPart> parts; };
  std::optional<PartitionBy> partition_by;
  std::optional<TypeName> of_type;
  std::string on_commit;                 // "", "preserve", "delete", "drop"
};

struct CreateTableAs {
  QualifiedName table;
  std::vector<std::string> columns;
  bool temporary = false, if_not_exists = false, with_data = true, materialized_view = false;
  std::unique_ptr<Statement> query;      // Select, or Execute
};

enum class AlterTableKind {
  add_column, drop_column, set_default, drop_default, set_not_null, drop_not_null, set_type, add_constraint, drop_constraint,
  alter_constraint, validate_constraint, add_identity, set_identity, drop_identity, set_expression, drop_expression,
  enable_trigger, disable_trigger, enable_always_trigger, enable_replica_trigger,
  attach_partition, detach_partition, inherit, no_inherit, owner_to, add_index_constraint, enable_row_security,
  disable_row_security, force_row_security, no_force_row_security, enable_rule, disable_rule, set_unlogged, set_logged,
  cluster_on, replica_identity, of_type, not_of,
  other                                  // no effect on rows or keys: SET STATISTICS, SET (..), SET TABLESPACE, ...
};

struct AlterTableCommand {
  AlterTableKind kind = AlterTableKind::other;
  std::string name;                      // column, constraint, trigger ("" with all/user below), role
  bool all_triggers = false, user_triggers = false;
  std::optional<ColumnDef> column;       // add_column; set_type (type, collation)
  ExprPtr expr;                          // set_default; set_type USING; set_expression
  std::optional<ConstraintDef> constraint;  // add_constraint, alter_constraint (attributes), add_identity
  bool mentions_deferrability = true;    // alter_constraint
  bool mentions_enforcement = false;
  bool mentions_inheritability = false;  // 18: [NO] INHERIT, for NOT NULL constraints
  std::vector<Option> sequence_options;  // set_identity
  QualifiedName other_table;             // partition, inheritance parent
  std::optional<PartitionBound> bound;
  bool concurrently = false;             // detach
  bool if_exists = false, if_not_exists = false, cascade = false;
  std::string text;                      // other: what it is
  int location = -1;
};

enum class ObjectKind {
  table, view, materialized_view, foreign_table, sequence, index, type, domain, schema, function, procedure, aggregate,
  trigger, rule, policy, extension, collation, column, constraint, database, role, cast, operator_, language, other
};

struct AlterTable {
  ObjectKind object = ObjectKind::table;  // ALTER VIEW, ALTER INDEX, ALTER SEQUENCE t OWNER TO come here too
  QualifiedName table;
  bool if_exists = false;
  std::vector<AlterTableCommand> commands;
};

struct CreateIndex {
  QualifiedName table;
  std::string name;
  bool unique = false, concurrently = false, if_not_exists = false, nulls_not_distinct = false;
  std::string method;
  std::vector<IndexElement> elements;
  std::vector<std::string> including;
  ExprPtr where;
};

struct CreateSequence {
  QualifiedName sequence;
  bool temporary = false, if_not_exists = false;
  std::vector<Option> options;           // start, increment, minvalue, maxvalue (no value: NO), cache, cycle, as, owned_by (names), restart
};

struct AlterSequence {
  QualifiedName sequence;
  bool if_exists = false;
  std::vector<Option> options;
};

struct CreateDomain {
  QualifiedName domain;
  TypeName type;
  std::string collation;
  std::vector<ConstraintDef> constraints;
};

enum class AlterDomainKind { set_default, drop_default, set_not_null, drop_not_null, add_constraint, drop_constraint, validate_constraint };

struct AlterDomain {
  QualifiedName domain;
  AlterDomainKind kind = AlterDomainKind::set_default;
  ExprPtr expr;
  std::optional<ConstraintDef> constraint;
  std::string name;
  bool if_exists = false, cascade = false;
};

enum class CreateTypeKind { enum_, composite, range, base, shell };

struct CreateType {
  QualifiedName type;
  CreateTypeKind kind = CreateTypeKind::shell;
  std::vector<std::string> labels;
  std::vector<ColumnDef> attributes;
  std::vector<Option> options;           // range: subtype, ...
};

struct AlterEnum {
  QualifiedName type;
  std::string new_label, old_label;      // old_label set: RENAME VALUE
  std::string neighbor;
  bool after = false, if_not_exists = false;
};

struct CreateSchema {
  std::string name;                      // AUTHORIZATION x without a name: x
  bool if_not_exists = false;
  std::vector<std::unique_ptr<Statement>> elements;
};

struct CreateView {
  QualifiedName view;
  std::vector<std::string> columns;
  SelectPtr query;
  bool replace = false, temporary = false;
  std::string check_option;              // "", "local", "cascaded"
};

struct FunctionParameter {
  std::string name;
  TypeName type;
  char mode = 'i';                       // i in, o out, b inout, v variadic, t table
  ExprPtr default_value;
};

enum class SetScope { session, local };

struct SetVariable {
  std::string name;                      // lower case
  std::vector<std::string> values;
  bool to_default = false, from_current = false, reset = false, reset_all = false;
  SetScope scope = SetScope::session;
  bool transaction_mode = false;         // SET TRANSACTION / SESSION CHARACTERISTICS: options below
  std::vector<Option> options;
};

struct CreateFunction {
  QualifiedName function;
  bool procedure = false, replace = false;
  std::vector<FunctionParameter> parameters;
  std::optional<TypeName> returns;
  std::string language;
  std::string body;                      // AS '...'
  std::vector<std::unique_ptr<Statement>> sql_body;  // BEGIN ATOMIC / RETURN
  std::string volatility;                // "", immutable, stable, volatile
  bool strict = false;
  std::vector<SetVariable> settings;     // SET name = value, for as long as it runs
};

struct CreateTrigger {
  std::string name;
  QualifiedName table;
  QualifiedName function;
  std::vector<std::string> arguments;
  enum class Timing { before, after, instead_of } timing = Timing::after;
  bool for_each_row = false;
  bool on_insert = false, on_update = false, on_delete = false, on_truncate = false;
  std::vector<std::string> update_columns;
  ExprPtr when;
  bool constraint = false, deferrable = false, initially_deferred = false, replace = false;
  bool has_transition_tables = false;    // REFERENCING
};

struct CreateRule {
  std::string name;
  QualifiedName table;
  std::string event;                     // select, insert, update, delete
  bool instead = false, replace = false;
  ExprPtr where;
  std::vector<std::unique_ptr<Statement>> actions;
};

struct CreateExtension {
  std::string name;
  std::string schema;
  bool if_not_exists = false;
};

struct CreateCollation {
  QualifiedName collation;
  std::vector<Option> options;
  std::optional<QualifiedName> from;
  bool if_not_exists = false;
};

struct Drop {
  ObjectKind object = ObjectKind::table;
  std::vector<QualifiedName> names;      // trigger, rule, policy: the object's own name in `name`, its table in `tables`
  std::vector<QualifiedName> tables;
  std::vector<std::vector<TypeName>> function_arguments;  // function, procedure: one list per name
  bool if_exists = false, cascade = false, concurrently = false;
};

struct Rename {
  ObjectKind object = ObjectKind::table;
  QualifiedName name;                    // the table for column, constraint, trigger
  std::string old_name;                  // column, constraint, trigger, attribute, or the domain's constraint
  std::string new_name;
  bool if_exists = false, cascade = false;
};

struct SetSchema {
  ObjectKind object = ObjectKind::table;
  QualifiedName name;
  std::string new_schema;
  bool if_exists = false;
};

/// ALTER ... OWNER TO.
struct OwnerTo {
  ObjectKind object = ObjectKind::other;
  QualifiedName name;
  std::string role;
};

struct Comment {
  ObjectKind object = ObjectKind::other;
  QualifiedName name;
  std::string sub_name;                  // the column, constraint, trigger
};

struct Grant {
  bool revoke = false;
  bool of_roles = false;                 // GRANT a TO b
  ObjectKind object = ObjectKind::table;
  std::vector<QualifiedName> names;
  std::vector<std::string> privileges;   // lower case; empty is ALL; for roles the granted roles
  std::vector<std::string> grantees;     // "public", "current_user", names
  bool all_in_schema = false;
  bool grant_option = false;
};

struct CreateRole {
  std::string name;
  std::string kind;                      // role, user, group
  std::vector<Option> options;
};
struct AlterRole { std::string name; std::vector<Option> options; };
struct DropRole { std::vector<std::string> names; bool if_exists = false; };
struct CreateDatabase { std::string name; std::vector<Option> options; };
struct DropDatabase { std::string name; bool if_exists = false; };

// --- sessions ---------------------------------------------------------------------------------------------------------

enum class TransactionKind {
  begin, commit, rollback, savepoint, release, rollback_to, prepare, commit_prepared, rollback_prepared
};

struct Transaction {
  TransactionKind kind = TransactionKind::begin;
  std::string name;                      // savepoint, or the prepared transaction
  bool chain = false;
  std::vector<Option> options;           // transaction_isolation, transaction_read_only, transaction_deferrable
};

struct SetConstraints {
  bool all = false;
  std::vector<QualifiedName> names;
  bool deferred = false;
};

struct Show { std::string name; };
struct Discard { std::string what; };
struct LockTable { std::vector<QualifiedName> tables; };
struct Prepare { std::string name; std::vector<TypeName> types; std::unique_ptr<Statement> statement; };
struct Execute { std::string name; std::vector<ExprPtr> arguments; };
struct Deallocate { std::string name; bool all = false; };
struct Explain { std::unique_ptr<Statement> statement; bool analyze = false; };
struct Call { ExprPtr function; };
struct DoBlock { std::string language; std::string body; };
struct DeclareCursor { std::string name; std::unique_ptr<Statement> query; };
struct Refresh { QualifiedName view; bool with_data = true; };

/// A statement of which nothing but the name matters here. `tag` is the command tag ("ANALYZE", "CREATE POLICY").
struct OtherStatement {
  std::string tag;
  std::vector<QualifiedName> names;      // the relations it names, where a missing one makes it fail
  bool not_in_transaction = false;       // VACUUM, CREATE DATABASE, ...: 25001 inside a block
  // ALTER ROLE role [IN DATABASE database] SET .., ALTER DATABASE database SET ..: the setting of sessions to come.
  std::string role, database;
  std::optional<SetVariable> setting;
};

struct Statement {
  std::variant<OtherStatement, Select, Insert, Update, Delete, Merge, Truncate, Copy, CreateTable, CreateTableAs, AlterTable,
               CreateIndex, CreateSequence, AlterSequence, CreateDomain, AlterDomain, CreateType, AlterEnum, CreateSchema,
               CreateView, CreateFunction, CreateTrigger, CreateRule, CreateExtension, CreateCollation, Drop, Rename, SetSchema,
               OwnerTo, Comment, Grant, CreateRole, AlterRole, DropRole, CreateDatabase, DropDatabase, Transaction,
               SetVariable, SetConstraints, Show, Discard, LockTable, Prepare, Execute, Deallocate, Explain, Call, DoBlock,
               DeclareCursor, Refresh>
      body;
  int location = 0;   // byte offset in the parsed text
  int length = 0;     // 0: to the end
};

template <typename T>
bool is(const Statement& statement) {
  return std::holds_alternative<T>(statement.body);
}

}  // namespace pgfk
