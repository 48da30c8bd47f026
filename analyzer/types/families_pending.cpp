#include "analyzer/types/cast_table.h"
namespace pgfk {
namespace {
Outcome<Value> keep(const TypeContext&, TypeId type, std::int32_t, std::string_view text) { return Value::of(type, std::string(text)); }
}
#define PENDING(name) const TypeOps name = {keep, string_write, string_key, string_compare}
PENDING(kMoneyOps); PENDING(kByteaOps); PENDING(kBitOps); PENDING(kNetworkOps); PENDING(kMacaddrOps); PENDING(kLsnOps);
PENDING(kIntervalOps); PENDING(kJsonOps); PENDING(kJsonbOps); PENDING(kArrayOps); PENDING(kRangeOps); PENDING(kMultirangeOps); PENDING(kRecordOps);
std::span<const BuiltinCast> json_casts() { return {}; }
std::span<const BuiltinCast> other_casts() { return {}; }
}
