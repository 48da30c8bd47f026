// A few user-made types for tests, as a catalog would hold them.
#pragma once

#include <string>
#include <vector>

#include "analyzer/types/type_io.h"

namespace pgfk {

class TestTypes : public TypeLookup {
 public:
  TestTypes() {
    add(16384, "mood", TypeKind::enum_).labels = {"sad", "ok", "happy"};
    add(16385, "pair", TypeKind::composite).fields = {{"a", TypeId::int4}, {"b", TypeId::text}};
    add(16386, "citext", TypeKind::opaque);
    add(16387, "floatrange", TypeKind::range).subtype = TypeId::float8;
    Type& code = add(16388, "code", TypeKind::domain);
    code.base = TypeId::varchar;
    code.typmod = 3 + 4;
    add(16389, "short_code", TypeKind::domain).base = TypeId(16388);
    add(16390, "hstore", TypeKind::opaque);
  }
  const Type* type(TypeId id) const override {
    if (const Type* builtin = builtin_type_info(id)) return builtin;
    for (const Type& known : made_) {
      if (known.id == id) return &known;
    }
    return nullptr;
  }
  /// By name; "[]" behind it for arrays.
  TypeId named(std::string name) const {
    const bool array = name.size() > 2 && name.substr(name.size() - 2) == "[]";
    if (array) name.resize(name.size() - 2);
    TypeId id = builtin_type(name);
    for (const Type& known : made_) {
      if (known.name == name) id = known.id;
    }
    return array ? array_of(id) : id;
  }

 private:
  Type& add(std::uint32_t id, const char* name, TypeKind kind) {
    made_.emplace_back();
    made_.back().id = TypeId(id);
    made_.back().schema = "public";
    made_.back().name = name;
    made_.back().kind = kind;
    return made_.back();
  }
  std::vector<Type> made_;
};

}  // namespace pgfk
