// Blocks, savepoints, SET, SET CONSTRAINTS: fk-semantics sections 4, 11.3, 14.
#include <algorithm>
#include <string>

#include "analyzer/replay/replay.h"

namespace pgfk {

namespace {

std::string joined(const std::vector<std::string>& values, bool quote) {
  std::string out;
  for (const std::string& value : values) {
    if (!out.empty()) out += ", ";
    const bool plain = !value.empty() && value.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789_$") == std::string::npos;
    if (quote && !plain) {
      out += '"';
      for (const char c : value) {
        if (c == '"') out += '"';
        out += c;
      }
      out += '"';
    } else {
      out += value;
    }
  }
  return out;
}

std::string key_of(ForeignKeyId id) { return "f" + std::to_string(static_cast<std::uint32_t>(id)); }
std::string key_of(RelationId relation, const std::string& unique) {
  return "u" + std::to_string(static_cast<std::uint32_t>(relation)) + "." + unique;
}

}  // namespace

Savepoint Replay::here(std::string name) const {
  return {std::move(name),         catalog().mark(), store().mark(), settings_.mark(), deferred_events_.size(), deferral_,
          deferral_of_all_};
}

void Replay::back_to(const Savepoint& point) {
  store().rollback_to(point.rows, types());
  catalog().rollback_to(point.catalog);
  settings_.rollback_to(point.settings);
  // Checks that a failed SET CONSTRAINTS ran are pending again: they are only taken out when all of them passed.
  if (deferred_events_.size() > point.deferred_events) deferred_events_.resize(point.deferred_events);
  deferral_ = point.deferral;
  deferral_of_all_ = point.deferral_of_all;
  settings_changed();
}

void Replay::settle() {
  catalog().forget();
  store().forget();
  settings_.forget();
}

Done Replay::begin_block() {
  if (savepoints_.empty()) savepoints_.push_back(here(""));
  block_ = BlockState::open;
  return done();
}

void Replay::leave_block() {
  settle();
  block_ = BlockState::idle;
  block_doubt_ = DoubtId::none;
  read_only_ = false;
  clock_.clear();
  created_in_block_.clear();
  block_failure_.reset();
  ++transaction_;
}

void Replay::rollback_all() {
  if (!savepoints_.empty()) back_to(savepoints_.front());
  savepoints_.clear();
  deferred_events_.clear();
  deferral_.clear();
  deferral_of_all_.reset();
  if (settings_.end_transaction()) settings_changed();
  leave_block();
}

Done Replay::commit() {
  const Done fired = fire_deferred([](const KeyEvent&) { return true; });
  if (!fired.ok() || !violations_.empty()) return fired;
  deferred_events_.clear();
  deferral_.clear();
  deferral_of_all_.reset();
  savepoints_.clear();
  if (settings_.end_transaction()) settings_changed();
  for (const RelationId id : on_commit_tables_) {
    if (!catalog().exists(id)) continue;
    const std::string on_commit = catalog()[id].on_commit;
    if (on_commit.empty() || on_commit == "preserve") continue;
    store().clear(id);
    if (on_commit == "drop") catalog().remove(id);
  }
  leave_block();
  return fired;
}

Done Replay::execute_transaction(const Transaction& statement) {
  const auto find_savepoint = [&](const std::string& name) {
    for (std::size_t at = savepoints_.size(); at > 1; --at) {
      if (savepoints_[at - 1].name == name) return at - 1;
    }
    return std::size_t{0};
  };
  const auto outside = [&] { return block_ == BlockState::idle || block_ == BlockState::implicit; };
  const auto read_options = [&] {
    for (const Option& option : statement.options) {
      if (option.name == "transaction_read_only") read_only_ = option.value && *option.value != "0" && *option.value != "f" && *option.value != "false";
    }
  };
  switch (statement.kind) {
    case TransactionKind::begin:
      if (block_ == BlockState::open || block_ == BlockState::aborted) return done();  // a warning
      static_cast<void>(begin_block());
      read_options();
      return done();
    case TransactionKind::commit: {
      if (outside() && statement.chain) return ServerError{"25P01", "COMMIT AND CHAIN can only be used in transaction blocks"};
      if (block_ == BlockState::idle) return done();
      if (block_ == BlockState::aborted) {
        rollback_all();
        if (statement.chain) static_cast<void>(begin_block());
        return done();
      }
      const bool chain = statement.chain && block_ == BlockState::open;
      const bool was_read_only = read_only_;
      const Done result = commit();
      if (chain && result.ok() && violations_.empty()) {
        static_cast<void>(begin_block());
        read_only_ = was_read_only;
      }
      return result;
    }
    case TransactionKind::rollback: {
      if (outside() && statement.chain) return ServerError{"25P01", "ROLLBACK AND CHAIN can only be used in transaction blocks"};
      const bool chain = statement.chain && !outside();
      rollback_all();
      if (chain) static_cast<void>(begin_block());
      return done();
    }
    case TransactionKind::savepoint:
      if (outside()) return ServerError{"25P01", "SAVEPOINT can only be used in transaction blocks"};
      savepoints_.push_back(here(statement.name));
      return done();
    case TransactionKind::release: {
      if (outside()) return ServerError{"25P01", "RELEASE SAVEPOINT can only be used in transaction blocks"};
      const std::size_t at = find_savepoint(statement.name);
      if (at == 0) return ServerError{"3B001", "savepoint \"" + statement.name + "\" does not exist"};
      savepoints_.resize(at);
      return done();
    }
    case TransactionKind::rollback_to: {
      if (outside()) return ServerError{"25P01", "ROLLBACK TO SAVEPOINT can only be used in transaction blocks"};
      const std::size_t at = find_savepoint(statement.name);
      if (at == 0) return ServerError{"3B001", "savepoint \"" + statement.name + "\" does not exist"};
      back_to(savepoints_[at]);
      savepoints_.resize(at + 1);
      block_ = BlockState::open;
      return done();
    }
    case TransactionKind::prepare: {
      if (outside()) return done();
      if (block_ == BlockState::aborted) {
        rollback_all();
        return done();
      }
      const Done fired = fire_deferred([](const KeyEvent&) { return true; });
      if (!fired.ok() || !violations_.empty()) return fired;
      // What was prepared stands only after COMMIT PREPARED; a server refuses PREPARE unless it was set up for it.
      std::vector<RelationId> touched;
      for (const RelationId id : catalog().relations()) {
        const RowStore::Table* table = store().find(id);
        if (table && std::any_of(table->rows.begin(), table->rows.end(), [&](const StoredRow& row) { return row.transaction == transaction_; })) {
          touched.push_back(id);
        }
      }
      rollback_all();
      const DoubtId why = doubt("PREPARE TRANSACTION leaves the outcome to another statement");
      for (const RelationId id : touched) store().set_open(id, why);
      return Doubt{"PREPARE TRANSACTION leaves the outcome to another statement"};
    }
    case TransactionKind::commit_prepared:
    case TransactionKind::rollback_prepared:
      if (!outside()) {
        return ServerError{"25001", std::string(statement.kind == TransactionKind::commit_prepared ? "COMMIT PREPARED" : "ROLLBACK PREPARED") +
                                        " cannot run inside a transaction block"};
      }
      return done();
  }
  return done();
}

void Replay::settings_changed() {
  value_settings_ = settings_.value_settings();
  names_.search_path = settings_.search_path(names_.role);
}

Done Replay::execute_set(const SetVariable& set) {
  const bool superuser = names_.superuser;
  if (set.transaction_mode) {
    for (const Option& option : set.options) {
      if (option.name == "transaction_read_only") read_only_ = option.value && *option.value != "0" && *option.value != "f" && *option.value != "false";
    }
    return done();
  }
  if (set.name == "role" || set.name == "session_authorization") {
    const std::string role = set.reset || set.to_default || set.values.empty() ? "postgres" : set.values.front();
    if (role != "none" && role != "default" && !catalog().has_role(role)) {
      return ServerError{"22023", "role \"" + role + "\" does not exist"};
    }
    names_.role = role == "none" || role == "default" ? "postgres" : role;
    names_.superuser = names_.role == "postgres" ? options_.as == LoadRole::superuser : rights_.is_superuser(names_.role);
    settings_changed();
    return done();
  }
  Done result = done();
  const bool local = set.scope == SetScope::local;
  if (set.reset_all) {
    settings_.reset_all();
  } else if (local && block_ == BlockState::idle && calls_ == 0) {
    return done();  // a warning: SET LOCAL can only be used in transaction blocks
  } else if (local && set.to_default) {
    result = settings_.set(set.name, settings_.start_value(set.name), true, superuser);
  } else if (set.reset || set.to_default) {
    result = settings_.reset(set.name, superuser);
  } else if (set.from_current) {
    return done();
  } else {
    result = settings_.set(set.name, joined(set.values, set.name == "search_path"), local, superuser);
  }
  if (set.name == "transaction_read_only" && result.ok()) read_only_ = settings_.get(set.name) == "on";
  settings_changed();
  return result;
}

bool Replay::is_deferred(const ForeignKey& key) const {
  if (key.deferral == Deferral::not_deferrable) return false;
  // Copies of a key follow their root: SET CONSTRAINTS names it.
  for (const ForeignKey* at = &key;; at = &catalog().foreign_key(at->parent)) {
    if (const auto found = deferral_.find(key_of(at->id)); found != deferral_.end()) return found->second;
    if (at->parent == ForeignKeyId::none) break;
  }
  return deferral_of_all_.value_or(key.deferral == Deferral::initially_deferred);
}

bool Replay::is_deferred(const UniqueKey& key, RelationId relation) const {
  if (key.deferral == Deferral::not_deferrable) return false;
  if (const auto found = deferral_.find(key_of(relation, key.name)); found != deferral_.end()) return found->second;
  return deferral_of_all_.value_or(key.deferral == Deferral::initially_deferred);
}

Done Replay::execute_set_constraints(const SetConstraints& set) {
  if (block_ == BlockState::idle && calls_ == 0) return done();  // a warning
  if (set.all) {
    deferral_.clear();
    deferral_of_all_ = set.deferred;
  }
  for (const QualifiedName& name : set.names) {
    std::vector<std::string> schemas;
    if (!name.schema.empty()) {
      if (!catalog().has_schema(name.schema)) return ServerError{"3F000", "schema \"" + name.schema + "\" does not exist"};
      schemas.push_back(name.schema);
    } else {
      schemas = names_.search_path;
    }
    bool found = false;
    for (const std::string& schema : schemas) {
      for (const RelationId relation : catalog().relations()) {
        if (catalog()[relation].schema != schema) continue;
        if (const ForeignKeyId id = catalog().foreign_key_named(relation, name.name); id != ForeignKeyId::none) {
          const ForeignKey& key = catalog().foreign_key(id);
          found = true;
          if (key.deferral == Deferral::not_deferrable) {
            if (set.deferred) return ServerError{"42809", "constraint \"" + name.name + "\" is not deferrable"};
          } else {
            deferral_[key_of(id)] = set.deferred;
          }
        } else if (const UniqueKey* unique = catalog()[relation].unique_key(name.name); unique && unique->constraint) {
          found = true;
          if (unique->deferral == Deferral::not_deferrable) {
            if (set.deferred) return ServerError{"42809", "constraint \"" + name.name + "\" is not deferrable"};
          } else {
            deferral_[key_of(relation, name.name)] = set.deferred;
          }
        } else if (const std::vector<CheckConstraint>& checks = catalog()[relation].checks;
                   std::any_of(checks.begin(), checks.end(), [&](const CheckConstraint& check) { return check.name == name.name; })) {
          found = true;
          if (set.deferred) return ServerError{"42809", "constraint \"" + name.name + "\" is not deferrable"};
        }
      }
      if (found) break;
    }
    if (!found) return ServerError{"42704", "constraint \"" + name.name + "\" does not exist"};
  }
  if (set.deferred) return done();
  return fire_deferred([this](const KeyEvent& event) { return !event_is_deferred(event); });
}

}  // namespace pgfk
