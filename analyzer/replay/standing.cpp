// Questions about keys once the load is over.
#include <string>
#include <utility>

#include "analyzer/replay/replay.h"

namespace pgfk {

StandingAnswer Replay::stands_in(RelationId leaf, const StandingQuestion& question) {
  const Relation& relation = catalog()[leaf];
  RowStore::Table& table = store().table(leaf);
  KeyShape shape;
  std::vector<Value> values;
  for (std::size_t at = 0; at < question.columns.size(); ++at) {
    const ColumnIndex index = relation.column(question.columns[at]);
    if (index == kNoColumn) return {Standing::unknown, "table \"" + relation.name + "\" has no column \"" + question.columns[at] + "\""};
    const Column& column = relation.columns[index];
    const TypeId meet = key_equality(catalog(), column.type, column.type, names_.server_version).meet;
    if (meet == TypeId::none) return {Standing::unknown, "column \"" + column.name + "\" has a type without equality"};
    // No typmod: a value that would have to be rounded or cut is not there.
    Outcome<Value> read = read_value(types(), base_type(catalog(), column.type), -1, question.values[at]);
    if (read.ok()) read = cast_value(types(), *std::move(read), meet, -1, CastContext::explicit_);
    if (!read.ok() || !read->is_known()) {
      return {Standing::unknown, "\"" + question.values[at] + "\" cannot be read as " + format_type(catalog(), column.type)};
    }
    values.push_back(*std::move(read));
    const Collation* collation = column.collation.empty() ? nullptr : catalog().collation(column.collation);
    shape.columns.push_back(index);
    shape.meet.push_back(meet);
    shape.locales.push_back(collation && !collation->deterministic ? collation->locale : "");
  }
  for (const BulkPart& part : table.bulk) {
    for (const ColumnIndex column : shape.columns) {
      for (std::size_t at = 0; at < part.columns.size(); ++at) {
        if (part.columns[at] == column && !part.kept[at]) {
          return {Standing::unknown, "no key of the input has column \"" + relation.columns[column].name + "\" of \"" + relation.name + "\""};
        }
      }
    }
  }
  const auto because = [&](DoubtId id) { return StandingAnswer{Standing::unknown, doubts_[static_cast<std::size_t>(id) - 1].reason}; };
  std::vector<const Value*> pointers;
  for (const Value& value : values) pointers.push_back(&value);
  std::string bytes;
  make_key(types(), shape, pointers, bytes);
  KeyIndex& index = store().index(leaf, shape, types());
  if (const std::vector<RowNumber>* rows = index.find(bytes)) {
    if (table.shaken != DoubtId::none) return because(table.shaken);
    for (const RowNumber row : *rows) {
      if (table.rows[row].doubt == DoubtId::none) return {Standing::yes, ""};
    }
    return because(table.rows[rows->front()].doubt);
  }
  if (!table.bulk.empty()) {
    const KeyFound found = store().find_bulk_key(leaf, shape, values, types(), threads_);
    if (found == KeyFound::too_dear) return {Standing::unknown, needs_memory("keys", relation)};
    if (found == KeyFound::yes) return table.shaken == DoubtId::none ? StandingAnswer{Standing::yes, ""} : because(table.shaken);
  }
  if (table.open != DoubtId::none) return because(table.open);
  if (!index.vague().empty()) return {Standing::unknown, "a key of \"" + relation.name + "\" is not known"};
  return {table.live_count() == 0 ? Standing::table_empty : Standing::no, ""};
}

StandingAnswer Replay::ask(const StandingQuestion& question) {
  if (question.columns.empty() || question.columns.size() != question.values.size()) return {Standing::unknown, "the key is not known"};
  Database* found = nullptr;
  for (const auto& [name, database] : databases_) {
    if (database->catalog.find_in(question.schema, question.table) == RelationId::none) continue;
    if (!found || name == question.database) found = database.get();
  }
  if (!found) return {Standing::unknown, "there is no table \"" + question.table + "\""};
  database_ = found;
  StandingAnswer answer{Standing::table_empty, ""};
  for (const RelationId leaf : leaves(catalog().find_in(question.schema, question.table))) {
    StandingAnswer here = stands_in(leaf, question);
    if (here.standing == Standing::yes) return here;
    const bool says_more = answer.standing == Standing::table_empty || here.standing == Standing::unknown;
    if (says_more && here.standing != Standing::table_empty) answer = std::move(here);
  }
  return answer;
}

}  // namespace pgfk
