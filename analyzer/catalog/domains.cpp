// CREATE DOMAIN and ALTER DOMAIN.
// Source: typecmds.c, DefineDomain, AlterDomainAddConstraint, domainAddConstraint.
#include <algorithm>

#include "analyzer/catalog/families.h"

namespace pgfk {
namespace {

/// Checks run in byte order of their names.
void insert_check(Type& domain, DomainCheck check) {
  const auto at = std::find_if(domain.checks.begin(), domain.checks.end(),
                               [&](const DomainCheck& other) { return check.name < other.name; });
  domain.checks.insert(at, std::move(check));
}

const DomainCheck* find_check(const Type& domain, std::string_view name) {
  for (const DomainCheck& check : domain.checks) {
    if (check.name == name) return &check;
  }
  return nullptr;
}

ServerError name_taken(const Type& domain, const std::string& name) {
  return refusal("42710", "constraint " + quoted(name) + " for domain " + quoted(domain.name) + " already exists");
}

Outcome<std::string> check_name(const Work& work, const Type& domain, const ConstraintDef& written) {
  if (written.name.empty()) {
    std::vector<std::string> taken;
    for (const DomainCheck& check : domain.checks) taken.push_back(check.name);
    return constraint_name(work.catalog, domain.schema, domain.name, "", "check", taken);
  }
  if (find_check(domain, written.name) != nullptr) return name_taken(domain, written.name);
  return written.name;
}

bool can_be_a_base(TypeKind kind) { return kind != TypeKind::pseudo; }

}  // namespace

Done create_domain(Work& work, const CreateDomain& statement) {
  const Outcome<std::string> schema = schema_for_new(work, statement.domain);
  if (!schema) return schema.as<std::monostate>();
  if (work.catalog.find_type_in(*schema, statement.domain.name) != TypeId::none ||
      work.catalog.relation_name_taken(*schema, statement.domain.name)) {
    return refusal("42710", "type " + quoted(statement.domain.name) + " already exists");
  }
  const Outcome<TypeAndModifier> base = resolve_type_name(work, statement.type);
  if (!base) return base.as<std::monostate>();
  const Type* info = is_array(base->first) ? nullptr : work.catalog.type(base->first);
  if (info != nullptr && !can_be_a_base(info->kind)) {
    return refusal("42804", quoted(statement.type.name) + " is not a valid base type for a domain");
  }
  const Outcome<std::string> collation = resolve_collation(work, statement.collation);
  if (!collation) return collation.as<std::monostate>();
  Type domain;
  domain.schema = *schema;
  domain.name = statement.domain.name;
  domain.kind = TypeKind::domain;
  domain.base = base->first;
  domain.typmod = base->second;
  domain.collation = *collation;
  bool says_null = false, says_not_null = false;
  for (const ConstraintDef& written : statement.constraints) {
    switch (written.kind) {
      case ConstraintKind::default_:
        if (domain.default_expr != nullptr) return refusal("42601", "multiple default expressions");
        domain.default_expr = written.expr.get();
        if (written.expr && written.expr->kind == ExprKind::string) {
          const Outcome<Value> value = work.host.constant(*written.expr, base_type(work.catalog, base->first), -1);
          if (value.refused()) return value.error();
        }
        break;
      case ConstraintKind::not_null:
        if (says_null) return refusal("42601", "conflicting NULL/NOT NULL constraints");
        says_not_null = true;
        domain.not_null = true;
        break;
      case ConstraintKind::null:
        if (says_not_null) return refusal("42601", "conflicting NULL/NOT NULL constraints");
        says_null = true;
        break;
      case ConstraintKind::check: {
        const Outcome<std::string> name = check_name(work, domain, written);
        if (!name) return name.as<std::monostate>();
        insert_check(domain, {*name, written.expr.get()});
        break;
      }
      case ConstraintKind::unique: return refusal("42601", "unique constraints not possible for domains");
      case ConstraintKind::primary_key: return refusal("42601", "primary key constraints not possible for domains");
      case ConstraintKind::exclusion: return refusal("42601", "exclusion constraints not possible for domains");
      case ConstraintKind::foreign_key: return refusal("42601", "foreign key constraints not possible for domains");
      case ConstraintKind::identity:
      case ConstraintKind::generated: break;  // the grammar has none for domains
    }
  }
  work.catalog.add_type(std::move(domain));
  return done();
}

Done alter_domain(Work& work, const AlterDomain& statement) {
  TypeName name;
  name.schema = statement.domain.schema;
  name.name = statement.domain.name;
  const Outcome<TypeAndModifier> found = resolve_type_name(work, name);
  if (!found) return found.as<std::monostate>();
  const TypeId id = found->first;
  const Type* domain = is_array(id) ? nullptr : work.catalog.type(id);
  if (domain == nullptr || domain->kind != TypeKind::domain) {
    return refusal("42809", shown(statement.domain) + " is not a domain");
  }
  switch (statement.kind) {
    case AlterDomainKind::set_default: work.catalog.edit_type(id).default_expr = statement.expr.get(); return done();
    case AlterDomainKind::drop_default: work.catalog.edit_type(id).default_expr = nullptr; return done();
    case AlterDomainKind::set_not_null:
      if (domain->not_null) return done();
      work.catalog.edit_type(id).not_null = true;
      work.tasks.scans.push_back(CheckDomainTask{id, "", true});
      return done();
    case AlterDomainKind::drop_not_null: work.catalog.edit_type(id).not_null = false; return done();
    case AlterDomainKind::add_constraint: {
      const ConstraintDef& written = *statement.constraint;
      if (written.kind == ConstraintKind::not_null) {
        if (domain->not_null) return done();
        work.catalog.edit_type(id).not_null = true;
        work.tasks.scans.push_back(CheckDomainTask{id, "", true});
        return done();
      }
      const Outcome<std::string> chosen = check_name(work, *domain, written);
      if (!chosen) return chosen.as<std::monostate>();
      insert_check(work.catalog.edit_type(id), {*chosen, written.expr.get()});
      if (!written.not_valid) work.tasks.scans.push_back(CheckDomainTask{id, *chosen});
      return done();
    }
    case AlterDomainKind::drop_constraint: {
      Type& edited = work.catalog.edit_type(id);
      const std::size_t gone = std::erase_if(edited.checks, [&](const DomainCheck& check) { return check.name == statement.name; });
      if (gone != 0 || statement.if_exists) return done();
      return refusal("42704", "constraint " + quoted(statement.name) + " of domain " + quoted(edited.name) + " does not exist");
    }
    case AlterDomainKind::validate_constraint:
      if (find_check(*domain, statement.name) == nullptr) {
        return refusal("42704", "constraint " + quoted(statement.name) + " of domain " + quoted(domain->name) + " does not exist");
      }
      work.tasks.scans.push_back(CheckDomainTask{id, statement.name});
      return done();
  }
  return done();
}

}  // namespace pgfk
