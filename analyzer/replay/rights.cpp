#include "analyzer/replay/rights.h"

namespace pgfk {

namespace {

bool is_on(const Option& option) { return !option.value || (*option.value != "0" && *option.value != "false" && *option.value != "f"); }

}  // namespace

void Rights::create_role(const CreateRole& role) {
  for (const Option& option : role.options) {
    if (option.name == "superuser" && is_on(option)) superusers_.insert(role.name);
  }
}

void Rights::alter_role(const AlterRole& role) {
  for (const Option& option : role.options) {
    if (option.name != "superuser") continue;
    if (is_on(option)) {
      superusers_.insert(role.name);
    } else {
      superusers_.erase(role.name);
    }
  }
}

void Rights::grant(const Catalog& catalog, const NameScope& scope, const Grant& grant) {
  if (grant.of_roles) {
    for (const std::string& member : grant.grantees) {
      for (const std::string& role : grant.privileges) {
        if (grant.revoke) {
          members_of_[member].erase(role);
        } else {
          members_of_[member].insert(role);
        }
      }
    }
    return;
  }
  if (grant.object != ObjectKind::table) return;
  std::set<std::uint32_t> relations;
  for (const QualifiedName& name : grant.names) {
    if (!grant.all_in_schema) {
      relations.insert(static_cast<std::uint32_t>(catalog.find(scope, name)));
      continue;
    }
    for (const RelationId id : catalog.relations()) {
      if (catalog[id].schema == name.name) relations.insert(static_cast<std::uint32_t>(id));
    }
  }
  for (const std::string& grantee : grant.grantees) {
    for (const std::uint32_t relation : relations) {
      std::set<std::string>& held = granted_[{grantee, relation}];
      if (grant.privileges.empty()) {
        if (grant.revoke) {
          held.clear();
        } else {
          held.insert("all");
        }
      }
      for (const std::string& privilege : grant.privileges) {
        if (grant.revoke) {
          held.erase(privilege);
        } else {
          held.insert(privilege);
        }
      }
    }
  }
}

bool Rights::may(const std::string& role, const Relation& relation, const std::string& privilege) const {
  std::set<std::string> roles = {role, "public"};
  for (bool grown = true; grown;) {
    grown = false;
    for (const auto& [member, of] : members_of_) {
      if (!roles.contains(member)) continue;
      for (const std::string& other : of) grown = roles.insert(other).second || grown;
    }
  }
  for (const std::string& one : roles) {
    if (is_superuser(one) || relation.owner == one) return true;
    const auto held = granted_.find({one, static_cast<std::uint32_t>(relation.id)});
    if (held != granted_.end() && (held->second.contains("all") || held->second.contains(privilege))) return true;
  }
  return false;
}

}  // namespace pgfk
