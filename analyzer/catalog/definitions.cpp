// Which family a statement belongs to.
#include "analyzer/catalog/definitions.h"

#include <type_traits>

#include "analyzer/catalog/families.h"

namespace pgfk {
namespace {

/// One overload per statement; what defines nothing does nothing.
struct Dispatch {
  Work& work;
  Definitions& definitions;
  const Statement& whole;

  Done operator()(const CreateTable& statement) const { return create_table(work, statement); }
  Done operator()(const CreateTableAs& statement) const { return create_table_as(work, statement); }
  Done operator()(const CreateView& statement) const { return create_view(work, statement, whole); }
  Done operator()(const Refresh& statement) const { return refresh(work, statement); }
  Done operator()(const AlterTable& statement) const { return alter_table(work, statement); }
  Done operator()(const Drop& statement) const { return drop(work, statement); }
  Done operator()(const Rename& statement) const { return rename(work, statement); }
  Done operator()(const SetSchema& statement) const { return set_schema(work, statement); }
  Done operator()(const CreateIndex& statement) const { return create_index(work, statement); }
  Done operator()(const CreateSequence& statement) const { return create_sequence(work, statement); }
  Done operator()(const AlterSequence& statement) const { return alter_sequence(work, statement); }
  Done operator()(const CreateDomain& statement) const { return create_domain(work, statement); }
  Done operator()(const AlterDomain& statement) const { return alter_domain(work, statement); }
  Done operator()(const CreateType& statement) const { return create_type(work, statement); }
  Done operator()(const AlterEnum& statement) const { return alter_enum(work, statement); }
  Done operator()(const CreateFunction& statement) const { return create_function(work, statement); }
  Done operator()(const CreateTrigger& statement) const { return create_trigger(work, statement); }
  Done operator()(const CreateRule& statement) const { return create_rule(work, statement); }
  Done operator()(const CreateExtension& statement) const { return create_extension(work, statement); }
  Done operator()(const CreateCollation& statement) const { return create_collation(work, statement); }
  Done operator()(const CreateSchema& statement) const { return create_schema(work, statement, definitions); }
  Done operator()(const Grant& statement) const { return grant(work, statement); }
  Done operator()(const Comment& statement) const { return comment(work, statement); }
  Done operator()(const OwnerTo& statement) const { return owner_to(work, statement); }
  Done operator()(const CreateRole& statement) const { return create_role(work, statement); }
  Done operator()(const AlterRole& statement) const { return alter_role(work, statement); }
  Done operator()(const DropRole& statement) const { return drop_role(work, statement); }
  template <typename Other>
  Done operator()(const Other&) const {
    return done();
  }
};

}  // namespace

Outcome<std::vector<DataTask>> Definitions::apply(const Statement& statement, const NameScope& scope, Span at) {
  Work work{catalog_, host_, scope, at};
  const Done applied = std::visit(Dispatch{work, *this, statement}, statement.body);
  if (!applied) return applied.as<std::vector<DataTask>>();
  return tasks_in_order(std::move(work.tasks));
}

}  // namespace pgfk
