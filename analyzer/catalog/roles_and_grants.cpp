// Roles, GRANT, OWNER TO and COMMENT: no rows change, but missing names make them fail.
// Source: aclchk.c, ExecuteGrantStmt; objectaddress.c, get_object_address; user.c.
#include <algorithm>

#include "analyzer/catalog/families.h"
#include "analyzer/catalog/unique_keys.h"

namespace pgfk {
namespace {

/// A relation, schema, type or extension that must be there; kinds we do not keep are taken as being there.
Done existing_object(const Work& work, ObjectKind object, const QualifiedName& name) {
  switch (object) {
    case ObjectKind::table:
    case ObjectKind::view:
    case ObjectKind::materialized_view:
    case ObjectKind::foreign_table:
    case ObjectKind::sequence:
    case ObjectKind::index:
    case ObjectKind::trigger:
    case ObjectKind::rule:
    case ObjectKind::policy:
    case ObjectKind::column:
    case ObjectKind::constraint: {
      // System catalogs are not kept.
      if (name.schema == "pg_catalog" || name.schema == "information_schema" || name.name.compare(0, 3, "pg_") == 0) return done();
      const Outcome<RelationId> found = existing_relation(work, name);
      if (!found) return found.as<std::monostate>();
      return done();
    }
    case ObjectKind::schema:
      if (!work.catalog.has_schema(name.name)) return missing_schema(name.name);
      return done();
    case ObjectKind::type:
    case ObjectKind::domain: {
      TypeName type;
      type.schema = name.schema;
      type.name = name.name;
      const Outcome<TypeAndModifier> found = resolve_type_name(work, type);
      if (found.refused()) return found.error();
      return done();
    }
    case ObjectKind::extension:
      if (!work.catalog.has_extension(name.name)) {
        return refusal("42704", "extension " + quoted(name.name) + " does not exist");
      }
      return done();
    case ObjectKind::role: return existing_role(work, name.name);
    case ObjectKind::function:
    case ObjectKind::procedure:
    case ObjectKind::aggregate:
    case ObjectKind::collation:
    case ObjectKind::database:
    case ObjectKind::cast:
    case ObjectKind::operator_:
    case ObjectKind::language:
    case ObjectKind::other: return done();
  }
  return done();
}

}  // namespace

Done grant(Work& work, const Grant& statement) {
  if (statement.of_roles) {
    for (const std::string& role : statement.privileges) {
      if (Done known = existing_role(work, role); !known) return known;
    }
  } else {
    for (const QualifiedName& name : statement.names) {
      const ObjectKind object = statement.all_in_schema ? ObjectKind::schema : statement.object;
      if (Done known = existing_object(work, object, name); !known) return known;
    }
  }
  for (const std::string& role : statement.grantees) {
    if (Done known = existing_role(work, role); !known) return known;
  }
  return done();
}

Done comment(Work& work, const Comment& statement) {
  if (Done known = existing_object(work, statement.object, statement.name); !known) return known;
  if (statement.sub_name.empty()) return done();
  const RelationId id = work.catalog.find(work.scope, statement.name);
  if (id == RelationId::none) return done();
  const Relation& table = work[id];
  if (statement.object == ObjectKind::column && table.columns_known && table.column(statement.sub_name) == kNoColumn) {
    return refusal("42703", "column " + quoted(statement.sub_name) + " of relation " + quoted(table.name) + " does not exist");
  }
  if (statement.object == ObjectKind::constraint && !has_constraint(work, id, statement.sub_name)) {
    return refusal("42704", "constraint " + quoted(statement.sub_name) + " for table " + quoted(table.name) + " does not exist");
  }
  if (statement.object == ObjectKind::trigger) {
    for (const Trigger& trigger : table.triggers) {
      if (trigger.name == statement.sub_name) return done();
    }
    return refusal("42704", "trigger " + quoted(statement.sub_name) + " for table " + quoted(table.name) + " does not exist");
  }
  return done();
}

Done owner_to(Work& work, const OwnerTo& statement) {
  if (Done role = existing_role(work, statement.role); !role) return role;
  return existing_object(work, statement.object, statement.name);
}

Done create_role(Work& work, const CreateRole& statement) {
  if (statement.name.compare(0, 3, "pg_") == 0) {
    return refusal("42939", "role name " + quoted(statement.name) + " is reserved",
                   "Role names starting with \"pg_\" are reserved.");
  }
  if (work.catalog.has_role(statement.name)) return refusal("42710", "role " + quoted(statement.name) + " already exists");
  work.catalog.add_role(statement.name);
  return done();
}

Done alter_role(Work& work, const AlterRole& statement) {
  if (statement.name.empty() || statement.name == "all") return done();
  return existing_role(work, statement.name);
}

Done drop_role(Work& work, const DropRole& statement) {
  for (const std::string& name : statement.names) {
    if (!work.catalog.has_role(name)) {
      if (statement.if_exists) continue;
      return refusal("42704", "role " + quoted(name) + " does not exist");
    }
    work.catalog.remove_role(name);
  }
  return done();
}

}  // namespace pgfk
