// Sequences: their options, and those that belong to serial and identity columns.
#pragma once

#include <string>
#include <vector>

#include "analyzer/catalog/work.h"

namespace pgfk {

/// Applies options to a definition; `fresh` for CREATE. 22023 and 42601 as init_params says.
/// Source: sequence.c, init_params.
Done apply_sequence_options(Sequence& sequence, const std::vector<Option>& options, bool fresh, bool identity = false);

/// Makes a sequence relation in `schema`: 42P07 where the name is taken.
Outcome<RelationId> add_sequence(Work& work, const std::string& schema, const std::string& name, Sequence definition, bool temporary);

/// OWNED BY table.column, or NONE.
Done own_sequence(Work& work, RelationId sequence, const std::vector<std::string>& names);

Done create_sequence(Work& work, const CreateSequence& statement);
Done alter_sequence(Work& work, const AlterSequence& statement);

/// A sequence named by nextval('name'), which must be there.
Outcome<RelationId> existing_sequence(const Work& work, const QualifiedName& name);

}  // namespace pgfk
