#include "analyzer/rewrite/cycle_remedies.h"

#include <fmt/format.h>

#include "parsers/archive/identifier.h"

namespace pgfk {
namespace {

std::string qualified(const std::string& schema, const std::string& name) { return sql_identifier(schema) + "." + sql_identifier(name); }

std::string heading(const std::vector<NeededKey>& keys, const std::set<std::size_t>& wanted, const char* what) {
  std::set<std::string> tables;
  for (const std::size_t key : wanted) {
    tables.insert(keys[key].name.table);
    tables.insert(keys[key].name.referenced_table);
  }
  std::string names;
  for (const std::string& table : tables) names += (names.empty() ? "" : ", ") + table;
  return fmt::format("-- pgfk: rows of {} refer to each other: {}", names, what);
}

}  // namespace

CycleFrame deferring_frame(const std::vector<NeededKey>& keys, const std::set<std::size_t>& wanted, bool in_block, const std::string& newline) {
  CycleFrame frame;
  std::string deferred;
  frame.before = heading(keys, wanted, "their keys are checked at the end") + newline;
  if (!in_block) frame.before += "BEGIN;" + newline;
  std::string immediate, back;
  for (const std::size_t key : wanted) {
    const ConstraintName& name = keys[key].name;
    const std::string constraint = qualified(name.schema, name.name);
    if (keys[key].deferrable) {
      deferred += (deferred.empty() ? "" : ", ") + constraint;
      continue;
    }
    const std::string alter = fmt::format("ALTER TABLE {} ALTER CONSTRAINT {} ", qualified(name.schema, name.table), sql_identifier(name.name));
    frame.before += alter + "DEFERRABLE INITIALLY DEFERRED;" + newline;
    immediate += (immediate.empty() ? "" : ", ") + constraint;
    back += alter + "NOT DEFERRABLE;" + newline;
  }
  if (!deferred.empty()) frame.before += "SET CONSTRAINTS " + deferred + " DEFERRED;" + newline;
  if (in_block) {
    // A table whose checks wait cannot be altered.
    const std::string all = immediate.empty() ? deferred : deferred.empty() ? immediate : deferred + ", " + immediate;
    frame.after = "SET CONSTRAINTS " + all + " IMMEDIATE;" + newline + back;
  } else {
    frame.after = "COMMIT;" + newline + back;
  }
  return frame;
}

CycleFrame rebuilding_frame(const std::vector<NeededKey>& keys, const std::set<std::size_t>& wanted, const std::string& newline) {
  CycleFrame frame;
  frame.before = heading(keys, wanted, "their keys are made again behind them") + newline;
  for (const std::size_t key : wanted) {
    const ConstraintName& name = keys[key].name;
    const std::string table = qualified(name.schema, name.table), constraint = sql_identifier(name.name);
    frame.before += fmt::format("ALTER TABLE {} DROP CONSTRAINT {};{}", table, constraint, newline);
    frame.after += fmt::format("ALTER TABLE {0} ADD CONSTRAINT {1} {2} NOT VALID;{3}ALTER TABLE {0} VALIDATE CONSTRAINT {1};{3}", table, constraint,
                               keys[key].definition, newline);
  }
  return frame;
}

}  // namespace pgfk
