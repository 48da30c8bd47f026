// Foreign keys: judging a definition, and one row of pg_constraint per partition on either side.
// Source: tablecmds.c, ATAddForeignKeyConstraint and what it calls; fk-semantics 10 and 12.
#pragma once

#include <string>
#include <vector>

#include "analyzer/catalog/columns.h"

namespace pgfk {

struct AddForeignKeyOptions {
  bool only = false;         // ALTER TABLE ONLY
  bool fresh_table = false;  // within CREATE TABLE: NOT VALID means nothing, and there are no rows
};

Done add_foreign_key(Work& work, RelationId relation, const DraftConstraint& draft, const AddForeignKeyOptions& options = {});

/// Gives a new or attached partition the keys of its root, in both directions. `fresh`: no rows to look at.
Done clone_foreign_keys_to_partition(Work& work, RelationId root, RelationId partition, bool fresh);
/// Makes a partition's keys its own again, and asks whether its rows are referenced. After it left the root's list.
Done detach_foreign_keys(Work& work, RelationId root, RelationId partition);

/// The key and all copies made for it, the key last.
std::vector<ForeignKeyId> with_copies(const Catalog& catalog, ForeignKeyId top);
void remove_foreign_key(Work& work, ForeignKeyId top);

/// Judges the types again after a column changed its type; 42804 as for a new key. True where the way of comparing changed.
Outcome<bool> rejudge_foreign_key(Work& work, ForeignKeyId key);

}  // namespace pgfk
