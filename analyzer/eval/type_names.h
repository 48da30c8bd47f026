// Types as expressions write them.
#pragma once

#include <utility>

#include "analyzer/catalog/catalog.h"

namespace pgfk {

/// 42704 `type "x" does not exist`; a Doubt where an extension of the input may have made the type.
Outcome<std::pair<TypeId, std::int32_t>> named_type(const Catalog& catalog, const NameScope& names, const TypeName& name);

}  // namespace pgfk
