// What a statement does to tables, as far as it matters for its place among others: which it reads, adds rows to, changes.
//
// Tables go by their bare names: whether two statements touch the same one is answered "yes" once too often rather than once too seldom.
#pragma once

#include <map>
#include <string>

#include "parsers/sql/tree.h"

namespace pgfk {

enum class TableAccess {
  append,  // adds rows: commutes with other appends
  read,
  change
};

struct StatementEffects {
  std::map<std::string, TableAccess> tables;
  std::string fixed;  // why nothing may pass it, nor it anything else; empty: it may move
  bool ends_with_transaction = false;  // `fixed` holds within a transaction block only: the block as a whole may move

  void touch(const std::string& table, TableAccess access);
  void merge(const StatementEffects& other);
};

StatementEffects effects_of(const Statement& statement);

}  // namespace pgfk
