// What depends on the session, the clock and chance. Source: guc.c, timestamp.c, uuid.c, uuid-ossp, pgcrypto.
#include "analyzer/eval/implementations.h"
#include "analyzer/eval/regclass.h"

namespace pgfk {

namespace {

Value unknowable(const CallContext& context, bool fresh) {
  return Value::unknown(context.result,
                        context.host.symbols().make(std::string(context.name) + "() is known to the server alone", fresh));
}

Outcome<Value> set_config(const CallContext& context, Arguments a) {
  if (a[0].is_null()) return ServerError{"22004", "SET requires parameter name"};
  // A NULL value sets the default.
  if (a[1].is_null()) return Doubt{"set_config to the default is not followed"};
  return context.host.set_config(a[0].text(), a[1].text(), !a[2].is_null() && a[2].is_true());
}

Outcome<Value> current_setting(const CallContext& context, Arguments a) {
  const std::optional<std::string> value = context.host.setting(a[0].text());
  if (value) return Value::of(TypeId::text, *value);
  if (a.size() > 1 && a[1].is_true()) return Value::null(TypeId::text);
  // A name with a dot that nobody set is unknown to the server; any other may be one of its many.
  if (a[0].text().find('.') != std::string::npos) {
    return ServerError{"42704", "unrecognized configuration parameter \"" + a[0].text() + "\""};
  }
  return Doubt{"the setting \"" + a[0].text() + "\" is not known offline"};
}

Outcome<Value> transaction_clock(const CallContext& context, Arguments) { return context.host.transaction_time(context.result); }
Outcome<Value> unknown_number(const CallContext& context, Arguments) { return unknowable(context, false); }
Outcome<Value> new_value(const CallContext& context, Arguments) { return unknowable(context, true); }

template <const char* text>
Outcome<Value> constant_uuid(const CallContext&, Arguments) {
  return Value::of(TypeId::uuid, std::string(text));
}
constexpr char kNil[] = "00000000-0000-0000-0000-000000000000";
constexpr char kDns[] = "6ba7b810-9dad-11d1-80b4-00c04fd430c8";
constexpr char kUrl[] = "6ba7b811-9dad-11d1-80b4-00c04fd430c8";
constexpr char kOid[] = "6ba7b812-9dad-11d1-80b4-00c04fd430c8";
constexpr char kX500[] = "6ba7b814-9dad-11d1-80b4-00c04fd430c8";

Outcome<Value> current_schema(const CallContext& context, Arguments) {
  const std::optional<std::string> schema = context.catalog.creation_schema(context.host.names());
  return schema ? Value::of(TypeId::name, *schema) : Value::null(TypeId::name);
}
Outcome<Value> current_database(const CallContext& context, Arguments) { return Value::of(TypeId::name, context.catalog.current_database()); }
Outcome<Value> current_role(const CallContext& context, Arguments) { return Value::of(TypeId::name, context.host.names().role); }
Outcome<Value> nothing(const CallContext&, Arguments) { return Value::of(TypeId::void_, std::string()); }

Outcome<Value> to_regclass(const CallContext& context, Arguments a) {
  const Outcome<Value> found = read_regclass(context.catalog, context.host.names(), a[0].text());
  if (found.refused() && found.error().sqlstate == "42P01") return Value::null(TypeId::regclass);
  return found;
}

Outcome<Value> count_nulls(Arguments a, bool null) {
  std::int64_t count = 0;
  for (const Value& value : a) count += value.is_null() == null ? 1 : 0;
  return Value::of(TypeId::int4, count);
}
Outcome<Value> num_nulls(const CallContext&, Arguments a) { return count_nulls(a, true); }
Outcome<Value> num_nonnulls(const CallContext&, Arguments a) { return count_nulls(a, false); }

constexpr ImplementationEntry kSession[] = {
    {"set_config_by_name", set_config},
    {"show_config_by_name", current_setting},
    {"show_config_by_name_missing_ok", current_setting},
    {"now", transaction_clock},
    {"statement_timestamp", unknown_number},
    {"clock_timestamp", unknown_number},
    {"timeofday", unknown_number},
    {"pg_current_xact_id", unknown_number},
    {"pg_backend_pid", unknown_number},
    {"gen_random_uuid", new_value},
    {"uuid_generate_v1", new_value},
    {"uuid_generate_v1mc", new_value},
    {"uuid_generate_v4", new_value},
    {"gen_salt", new_value},
    {"crypt", new_value},
    {"gen_random_bytes", unknown_number},
    {"uuid_nil", constant_uuid<kNil>},
    {"uuid_ns_dns", constant_uuid<kDns>},
    {"uuid_ns_url", constant_uuid<kUrl>},
    {"uuid_ns_oid", constant_uuid<kOid>},
    {"uuid_ns_x500", constant_uuid<kX500>},
    {"current_schema", current_schema},
    {"current_database", current_database},
    {"current_user", current_role},
    {"session_user", current_role},
    {"pg_sleep", nothing},
    {"pg_advisory_lock_int8", nothing},
    {"pg_advisory_lock_int4", nothing},
    {"pg_advisory_xact_lock_int8", nothing},
    {"pg_advisory_xact_lock_int4", nothing},
    {"pg_notify", nothing},
    {"to_regclass", to_regclass},
    {"pg_num_nulls", num_nulls},
    {"pg_num_nonnulls", num_nonnulls},
};

}  // namespace

std::span<const ImplementationEntry> session_functions() { return kSession; }

}  // namespace pgfk
