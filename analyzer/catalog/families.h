// All families of definitions, one line each, by the file they stand in.
#pragma once

#include "analyzer/catalog/work.h"

namespace pgfk {

// create_table.cpp
Done create_table(Work& work, const CreateTable& statement);
// views.cpp
Done create_table_as(Work& work, const CreateTableAs& statement);
Done create_view(Work& work, const CreateView& statement, const Statement& whole);
Done refresh(Work& work, const Refresh& statement);
// alter_table.cpp
Done alter_table(Work& work, const AlterTable& statement);
// drops.cpp
Done drop(Work& work, const Drop& statement);
// renames.cpp
Done rename(Work& work, const Rename& statement);
Done set_schema(Work& work, const SetSchema& statement);
// unique_keys.cpp
Done create_index(Work& work, const CreateIndex& statement);
// sequences.cpp
Done create_sequence(Work& work, const CreateSequence& statement);
Done alter_sequence(Work& work, const AlterSequence& statement);
// domains.cpp
Done create_domain(Work& work, const CreateDomain& statement);
Done alter_domain(Work& work, const AlterDomain& statement);
// user_types.cpp
Done create_type(Work& work, const CreateType& statement);
Done alter_enum(Work& work, const AlterEnum& statement);
// functions.cpp
Done create_function(Work& work, const CreateFunction& statement);
Done create_trigger(Work& work, const CreateTrigger& statement);
Done create_rule(Work& work, const CreateRule& statement);
// extensions.cpp
Done create_extension(Work& work, const CreateExtension& statement);
// schemas.cpp
Done create_collation(Work& work, const CreateCollation& statement);
Done create_schema(Work& work, const CreateSchema& statement, Definitions& definitions);
// roles_and_grants.cpp
Done grant(Work& work, const Grant& statement);
Done comment(Work& work, const Comment& statement);
Done owner_to(Work& work, const OwnerTo& statement);
Done create_role(Work& work, const CreateRole& statement);
Done alter_role(Work& work, const AlterRole& statement);
Done drop_role(Work& work, const DropRole& statement);

}  // namespace pgfk
