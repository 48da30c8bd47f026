// Large objects: no foreign key sees them, so it is enough that the calls of pg_dump's scripts are no reason to doubt. Source: be-fsstubs.c.
#include "analyzer/eval/implementations.h"

namespace pgfk {

namespace {

/// Descriptors and OIDs are the server's to choose.
Outcome<Value> server_number(const CallContext& context, Arguments) {
  return Value::unknown(context.result, context.host.symbols().make(std::string(context.name) + "() is known to the server alone", false));
}

Outcome<Value> lo_create(const CallContext& context, Arguments a) {
  if (a[0].is_known() && a[0].integer() != 0) return a[0];
  return server_number(context, a);
}

Outcome<Value> nothing(const CallContext& context, Arguments) { return Value::null(context.result); }

constexpr ImplementationEntry kLargeObjects[] = {
    {"be_lo_close", server_number},       {"be_lo_creat", server_number},  {"be_lo_create", lo_create},
    {"be_lo_from_bytea", server_number},  {"be_lo_get", server_number},    {"be_lo_get_fragment", server_number},
    {"be_lo_lseek", server_number},       {"be_lo_lseek64", server_number}, {"be_lo_open", server_number},
    {"be_lo_put", nothing},               {"be_lo_tell", server_number},   {"be_lo_tell64", server_number},
    {"be_lo_truncate", server_number},    {"be_lo_truncate64", server_number}, {"be_lo_unlink", server_number},
    {"be_loread", server_number},         {"be_lowrite", server_number},
};

}  // namespace

std::span<const ImplementationEntry> large_object_functions() { return kLargeObjects; }

}  // namespace pgfk
