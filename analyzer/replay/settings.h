// The settings of a session (GUCs): SET, SET LOCAL, RESET, set_config, and what a transaction's end makes of them.
//
// Invariants: a local value covers the session's until the transaction ends; every change since a mark can be taken back.
// Source: guc.c; fk-semantics 11.3, 14.3.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "analyzer/catalog/catalog.h"
#include "analyzer/types/outcome.h"
#include "analyzer/types/settings.h"

namespace pgfk {

class Settings {
 public:
  explicit Settings(int server_version);

  /// As SHOW prints it; nullopt for a parameter that does not exist.
  std::optional<std::string> get(std::string_view name) const;
  /// 42704 for an unknown parameter, 22023 for a value it does not take, 42501 for what needs a superuser.
  Done set(std::string_view name, const std::string& value, bool local, bool superuser);
  Done reset(std::string_view name, bool superuser);
  void reset_all();
  /// What the session falls back to: \connect, RESET, ALTER DATABASE SET, PGOPTIONS.
  void set_start_value(std::string_view name, const std::string& value);
  /// What RESET would make of it; empty for what has no value then.
  std::string start_value(std::string_view name) const;
  void start_session();

  /// COMMIT or ROLLBACK: local values end. Not journalled.
  bool end_transaction();

  using Mark = std::size_t;
  Mark mark() const { return journal_.size(); }
  void rollback_to(Mark mark);
  void forget() { journal_.clear(); }

  // What verdicts depend on, derived.
  bool replica_role() const;
  bool standard_conforming_strings() const;
  ValueSettings value_settings() const;
  /// The schemas of search_path, with "$user" as `user`.
  std::vector<std::string> search_path(const std::string& user) const;

 private:
  using Values = std::map<std::string, std::string, std::less<>>;
  struct Change {
    bool local;
    std::string name;
    std::optional<std::string> old;
  };
  void assign(bool local, const std::string& name, std::optional<std::string> value);

  int version_;
  Values start_, session_, local_;
  std::vector<Change> journal_;
};

}  // namespace pgfk
