// Which entries of an archive a serial pg_restore runs, in which order, and which part of each.
//
// Three passes over the table of contents: everything else; rights; event triggers, refreshes and late statistics. The reader never sorts.
// Source: pg_backup_archiver.c, ProcessArchiveRestoreOptions, _tocEntryRequired, RestoreArchive (18).
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "parsers/archive/archive.h"

namespace pgfk {

/// pg_restore's options by its own rules: names are exact, not patterns, and unqualified.
struct RestoreOptions {
  bool data_only = false;    // -a
  bool schema_only = false;  // -s
  bool pre_data = true;      // --section, which may be given several times
  bool data = true;
  bool post_data = true;
  std::vector<std::string> schemas;          // -n: only what is in them; the schemas themselves are not in them
  std::vector<std::string> exclude_schemas;  // -N
  std::vector<std::string> tables;           // -t: tables, views, sequences and their data, without indexes, keys and defaults
  std::optional<std::vector<DumpId>> use_list;  // -L: what parse_list gave
  bool disable_triggers = false;
  bool no_data_for_failed_tables = false;
  bool create = false;  // -C
};

struct RestoreStep {
  std::size_t entry = 0;        // position in Archive::entries()
  bool run_definition = false;  // its SQL; comes before the data
  bool load_data = false;       // its rows or large objects
  /// --no-data-for-failed-tables: the data is left out where creating this entry's table failed in this restore.
  std::optional<std::size_t> data_needs_table;
};

struct RestorePlan {
  std::vector<RestoreStep> steps;
  bool data_only = false;         // asked for, or no definition is left
  bool disable_triggers = false;  // around the data of each table: asked for, and data_only
};

/// The steps of a restore, one for each entry that has any part in it.
/// Cost: O(entries * log(entries)), times the names given.
RestorePlan plan_restore(const Archive& archive, const RestoreOptions& options);

}  // namespace pgfk
