// Text search: what a tsvector holds is the server's (dictionaries, parsers), but making one cannot fail and no key looks at it.
#include "analyzer/eval/implementations.h"

namespace pgfk {

namespace {

Outcome<Value> unknown_vector(const CallContext& context, Arguments) {
  return Value::unknown(context.result, context.host.symbols().make(std::string(context.name) + "() is known to the server alone", false));
}

constexpr ImplementationEntry kTextSearch[] = {
    {"to_tsvector", unknown_vector},
    {"to_tsvector_byid", unknown_vector},
    {"json_string_to_tsvector", unknown_vector},
    {"json_string_to_tsvector_byid", unknown_vector},
    {"jsonb_string_to_tsvector", unknown_vector},
    {"jsonb_string_to_tsvector_byid", unknown_vector},
    {"tsvector_setweight", unknown_vector},
    {"tsvector_concat", unknown_vector},
    {"tsvector_strip", unknown_vector},
};

}  // namespace

std::span<const ImplementationEntry> text_search_functions() { return kTextSearch; }

}  // namespace pgfk
