// Who may do what, as far as the script says: GRANT, REVOKE, CREATE ROLE. fk-semantics section 18.
//
// Only asked once a session has left its superuser (SET ROLE): a load runs as one, and then nothing is looked up.
// Not undone by ROLLBACK: roles and grants in a block that is rolled back are rare, and a missed refusal is a Doubt's worth at most.
#pragma once

#include <map>
#include <set>
#include <string>
#include <utility>

#include "analyzer/catalog/catalog.h"
#include "parsers/sql/tree.h"

namespace pgfk {

class Rights {
 public:
  void create_role(const CreateRole& role);
  void alter_role(const AlterRole& role);
  void grant(const Catalog& catalog, const NameScope& scope, const Grant& grant);

  bool is_superuser(const std::string& role) const { return superusers_.contains(role); }
  /// `privilege` in lower case: select, insert, update, delete, truncate, references.
  bool may(const std::string& role, const Relation& relation, const std::string& privilege) const;

 private:
  std::set<std::string> superusers_ = {"postgres"};
  std::map<std::string, std::set<std::string>> members_of_;  // role -> roles it is a member of
  std::map<std::pair<std::string, std::uint32_t>, std::set<std::string>> granted_;  // (role, relation) -> privileges, "all"
};

}  // namespace pgfk
