// The types of pg_catalog: one line each says how it is called, written and compared.
#pragma once

#include "analyzer/types/family.h"

namespace pgfk {

struct BuiltinType {
  TypeId id;
  const char* name;              // internal: "int4"
  const char* written;           // as format_type writes it: "integer"
  const TypeOps* ops;
  bool equality = true;          // has a btree operator class
  bool hash = true;              // .. that can be hashed
  bool understood = true;        // we read, print and compare it exactly
  TypeKind kind = TypeKind::base;
  TypeId subtype = TypeId::none; // of ranges; of a multirange its range
};

/// Null for ids that are not in the table. O(1).
const BuiltinType* find_builtin(TypeId id);

}  // namespace pgfk
