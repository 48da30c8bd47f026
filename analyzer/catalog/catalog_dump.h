// A compact text of what the catalog holds, for tests and `pgfk schema`.
//
//   table child
//     id integer not null default nextval(child_id_seq)
//     primary key child_pkey (id)
//     foreign key child_parent_id_fkey (parent_id) -> parent (id) on delete cascade
#pragma once

#include <string>

#include "analyzer/catalog/catalog.h"

namespace pgfk {

struct DumpOptions {
  bool copies = true;   // keys that were made for partitions
  bool columns = true;
};

/// All relations but indexes, in order of creation; schemas are written where they are not "public".
std::string dump_catalog(const Catalog& catalog, const DumpOptions& options = {});
std::string dump_relation(const Catalog& catalog, RelationId relation, const DumpOptions& options = {});
/// One line: "child_parent_id_fkey (parent_id) -> parent (id) not valid".
std::string dump_foreign_key(const Catalog& catalog, const ForeignKey& key);

}  // namespace pgfk
