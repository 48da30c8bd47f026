// PRIMARY KEY, UNIQUE, EXCLUDE and the indexes behind them, down to the partitions.
// Source: parse_utilcmd.c, transformIndexConstraint; indexcmds.c, DefineIndex.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "analyzer/catalog/columns.h"

namespace pgfk {

/// How a constraint's parse analysis finds a column: null where there is none.
using FindColumn = std::function<const Column*(std::string_view)>;

/// 42P16 for a second primary key, 42703 and 42701 for its columns, and what 18 asks of WITHOUT OVERLAPS.
Done check_index_constraint(const Work& work, const DraftConstraint& draft, std::string_view table, const FindColumn& find,
                            bool primary_key_seen);

/// The access method of the constraint's index; "other" where operator classes are written, which are not judged.
std::string index_method(const ConstraintDef& written);
/// The constraint as a key of the relation, its name as written; columns must be known to exist.
UniqueKey unique_key_of(const Relation& relation, const DraftConstraint& draft);

struct DefineKeyOptions {
  bool fresh_table = false;      // nothing to build, and a second primary key was refused before
  bool recurse = true;           // into partitions
  std::string method = "btree";
};

/// Makes key and index, names them where no name is given, and does so for the partitions, whose equal keys are taken over.
/// Returns the name.
Outcome<std::string> define_key(Work& work, RelationId relation, UniqueKey key, const DefineKeyOptions& options = {});

/// Gives a new or attached partition the keys of its root.
Done clone_keys_to_partition(Work& work, RelationId root, RelationId partition, bool fresh);

/// Sets NOT NULL on a column and below it; asks for a look at the rows unless `fresh`.
void set_not_null(Work& work, RelationId relation, ColumnIndex column, bool fresh);

/// 42710 unless the name is free among the relation's constraints.
Done constraint_name_free(const Work& work, RelationId relation, std::string_view name);
bool has_constraint(const Work& work, RelationId relation, std::string_view name);

Done create_index(Work& work, const CreateIndex& statement);
/// ADD CONSTRAINT .. PRIMARY KEY | UNIQUE USING INDEX.
Done add_constraint_using_index(Work& work, RelationId relation, const ConstraintDef& written);

}  // namespace pgfk
