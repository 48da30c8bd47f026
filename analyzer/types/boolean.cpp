// boolean: any unambiguous prefix of its words. Source: bool.c, parse_bool_with_len; fk-semantics 8.12.
#include "analyzer/types/family.h"

namespace pgfk {
namespace {

struct Word {
  std::string_view word;
  std::size_t shortest;
  bool value;
};
constexpr Word kWords[] = {{"true", 1, true}, {"false", 1, false}, {"yes", 1, true}, {"no", 1, false},
                           {"on", 2, true},   {"off", 2, false},   {"1", 1, true},   {"0", 1, false}};

Outcome<Value> read_boolean(const TypeContext&, TypeId, std::int32_t, std::string_view text) {
  if (text.size() == 1 && (text[0] == 't' || text[0] == 'f')) return Value::boolean(text[0] == 't');
  const std::string_view word = trim_spaces(text);
  for (const Word& known : kWords) {
    if (word.size() >= known.shortest && word.size() <= known.word.size() &&
        equals_ignoring_case(word, known.word.substr(0, word.size()))) {
      return Value::boolean(known.value);
    }
  }
  return invalid_input("boolean", text);
}

void write_boolean(const TypeContext&, const Value& value, std::string& out) {
  out += value.integer() != 0 ? 't' : 'f';
}

}  // namespace

const TypeOps kBooleanOps = {read_boolean, write_boolean, integer_key, integer_compare};

}  // namespace pgfk
