#include "analyzer/plpgsql/variables.h"

#include <algorithm>
#include <utility>

namespace pgfk {

PlLevel::PlLevel(std::string label, PlLevel* outer) : label_(std::move(label)), outer_(outer) { rebuild(); }

void PlLevel::rebuild() {
  scope_.rows.clear();
  scope_.variables = true;
  scope_.outer = outer_ ? &outer_->scope_ : nullptr;
  ScopeRow scalars;
  scalars.name = label_;
  scalars.columns = &names_;
  scalars.types = &types_;
  scalars.row = &values_;
  scope_.rows.push_back(scalars);
  for (const PlRecord& record : records_) {
    ScopeRow row;
    row.schema = label_;
    row.name = record.name;
    row.columns = record.shaped ? &record.columns : nullptr;
    row.types = &record.types;
    row.row = &record.cells;
    row.qualified_only = &record.qualified;
    scope_.rows.push_back(row);
  }
}

void PlLevel::add_scalar(std::string name, PlScalar scalar, Value value) {
  names_.push_back(std::move(name));
  types_.push_back(scalar.type);
  scalars_.push_back(scalar);
  values_.push_back(std::move(value));
}

PlRecord& PlLevel::add_record(PlRecord record) {
  record.qualified.assign(record.columns.size(), true);
  record.cells.resize(record.columns.size());
  records_.push_back(std::move(record));
  rebuild();
  return records_.back();
}

void PlLevel::shape(PlRecord& record, std::vector<std::string> columns, std::vector<TypeId> types) {
  record.columns = std::move(columns);
  record.types = std::move(types);
  record.typmods.assign(record.columns.size(), -1);
  record.qualified.assign(record.columns.size(), true);
  record.cells.assign(record.columns.size(), Value());
  record.shaped = true;
  rebuild();
}

PlLevel::Found PlLevel::find(const std::vector<std::string>& names) {
  const auto within = [](PlLevel& level, std::size_t first, const std::vector<std::string>& all) {
    Found found;
    const std::size_t left = all.size() - first;
    if (left == 1) {
      for (std::size_t at = 0; at < level.names_.size(); ++at) {
        if (level.names_[at] == all[first]) {
          found.level = &level;
          found.scalar = at;
          return found;
        }
      }
    }
    for (PlRecord& record : level.records_) {
      if (record.name != all[first] || left > 2) continue;
      found.level = &level;
      found.record = &record;
      if (left == 2) found.field = all[first + 1];
      return found;
    }
    return found;
  };
  for (PlLevel* level = this; level; level = level->outer_) {
    if (Found found = within(*level, 0, names); found.level) return found;
    if (names.size() > 1 && !level->label_.empty() && names.front() == level->label_) {
      if (Found found = within(*level, 1, names); found.level) return found;
    }
  }
  return {};
}

}  // namespace pgfk
