// What hangs on what, and taking it away: DROP ... RESTRICT | CASCADE for every kind of object.
//
// An object is found with all that depends on it, the newest dependent first; what was reached only by way of a normal dependency stands in
// the way of RESTRICT, the rest goes along in silence.
// Cost: relations and types are looked through for each object, so drops cost their number each.
// Source: dependency.c, findDependentObjects, reportDependentObjects; objectaddress.c, getObjectDescription.
#pragma once

#include <string>
#include <vector>

#include "analyzer/catalog/work.h"

namespace pgfk {

enum class ObjectPart { relation, column, default_value, unique_key, foreign_key, check, type, attribute, function, schema, trigger };

/// One thing that can be dropped.
struct Part {
  ObjectPart kind = ObjectPart::relation;
  RelationId relation = RelationId::none;       // of the part itself, or that it belongs to
  ColumnIndex column = kNoColumn;               // column, default_value
  std::string name = {};                        // unique_key, check, attribute, trigger, function, schema
  ForeignKeyId key = ForeignKeyId::none;
  TypeId type = TypeId::none;                   // type, attribute
  std::string schema = {};                      // function

  friend bool operator==(const Part&, const Part&) = default;
};

/// "table p", "constraint fk on table c", "column id of table p".
std::string describe(const Work& work, const Part& part);

/// Drops the parts and all that depends on them: 2BP01 without `cascade` where something else would go, too.
Done drop_parts(Work& work, const std::vector<Part>& parts, bool cascade);

}  // namespace pgfk
