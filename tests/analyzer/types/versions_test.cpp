// Spellings that a later server reads otherwise. Source: fk-semantics 23 and conformance/types, v16.
#include <string>

#include "analyzer/types/type_io.h"
#include "tests/analyzer/types/lookup.h"
#include "tests/support/catch.h"

TEST_CASE("a spelling is read as the server's version reads it", "[types]") {
  using namespace pgfk;
  struct Case {
    int version;
    const char* type;
    const char* text;
    const char* answer;
  };
  const auto c = GENERATE(values<Case>({
      {15, "int4", "0x10", "22P02 invalid input syntax for type integer: \"0x10\""},
      {16, "int4", "0x10", "16"},
      {16, "int4", "0O17", "15"},
      {16, "int4", " 0B101 ", "5"},
      {16, "int4", "-0x2a", "-42"},
      {16, "int4", "1_000", "1000"},
      {16, "int4", "1__000", "22P02 invalid input syntax for type integer: \"1__000\""},
      {16, "int4", "_1000", "22P02 invalid input syntax for type integer: \"_1000\""},
      {16, "int4", "1000_", "22P02 invalid input syntax for type integer: \"1000_\""},
      {16, "int4", "0x", "22P02 invalid input syntax for type integer: \"0x\""},
      {16, "int4", "0b102", "22P02 invalid input syntax for type integer: \"0b102\""},
      {16, "int4", "0x10.0", "22P02 invalid input syntax for type integer: \"0x10.0\""},
      {16, "int8", "-0x8000000000000000", "-9223372036854775808"},
      {16, "int2", "-0x8000", "-32768"},
      {16, "int2", "0x8000", "22003 value \"0x8000\" is out of range for type smallint"},
      {16, "numeric", "0xffffffffffffffffffff", "1208925819614629174706175"},
      {16, "numeric", "1_000.000_1", "1000.0001"},
      {16, "numeric", "0b1", "1"},
      {16, "numeric", "0x1.8", "22P02 invalid input syntax for type numeric: \"0x1.8\""},
      {16, "numeric", "1_000._0001", "22P02 invalid input syntax for type numeric: \"1_000._0001\""},
      {16, "float8", "0x10", "16"},
      {16, "float8", "2_000", "22P02 invalid input syntax for type double precision: \"2_000\""},
      {16, "float8", "0b11", "22P02 invalid input syntax for type double precision: \"0b11\""},
      {15, "date", "y2001m02d04", "2001-02-04"},
      {16, "date", "y2001m02d04", "22007 invalid input syntax for type date: \"y2001m02d04\""},
      {15, "date", "+infinity", "22007 invalid input syntax for type date: \"+infinity\""},
      {16, "date", "+infinity", "infinity"},
      {16, "date", "infinity", "infinity"},
      {17, "timestamp", "-infinity", "-infinity"},
      {16, "timestamptz", "epoch", "1970-01-01 00:00:00+00"},
      {15, "date", "2001-01-01 12:34:56 infinity", "infinity"},
      {16, "date", "2001-01-01 12:34:56 infinity", "22007 invalid input syntax for type date: \"2001-01-01 12:34:56 infinity\""},
      {16, "date", "epoch 2001-01-01", "22007 invalid input syntax for type date: \"epoch 2001-01-01\""},
      {15, "interval", "infinity", "22007 invalid input syntax for type interval: \"infinity\""},
      {17, "interval", "infinity", "infinity"},
      {17, "interval", "-infinity", "-infinity"},
      {15, "interval", "1 day ago 2 hours", "-1 days -02:00:00"},
      {17, "interval", "1 day ago 2 hours", "22007 invalid input syntax for type interval: \"1 day ago 2 hours\""},
      {17, "interval", "3 days 2 hours ago", "-3 days -02:00:00"},
  }));
  const TestTypes types;
  ValueSettings settings;
  settings.server_version = c.version;
  const TypeContext context{types, settings};
  CAPTURE(c.version, c.type, c.text);
  const Outcome<Value> read = read_value(context, types.named(c.type), -1, c.text);
  REQUIRE_FALSE(read.doubtful());
  CHECK((read.ok() ? write_value(context, *read) : read.error().sqlstate + " " + read.error().message) == c.answer);
}

TEST_CASE("a JSON null becomes NULL from 18 on and is refused before", "[types]") {
  using namespace pgfk;
  const TestTypes types;
  ValueSettings settings;
  const TypeContext context{types, settings};
  const Value json = *read_value(context, TypeId::jsonb, -1, "null");
  const Outcome<Value> refused = cast_value(context, json, TypeId::int4, -1, CastContext::explicit_);
  REQUIRE(refused.refused());
  CHECK(refused.error().message == "cannot cast jsonb null to type integer");
  settings.server_version = 18;
  CHECK(cast_value(context, json, TypeId::int4, -1, CastContext::explicit_)->is_null());
}

TEST_CASE("what only the clock decides is in doubt", "[types]") {
  using namespace pgfk;
  const TestTypes types;
  const ValueSettings settings;
  const TypeContext context{types, settings};
  for (const char* text : {"now", "today", "tomorrow", "yesterday", "NOW "}) {
    CAPTURE(text);
    CHECK(read_value(context, TypeId::timestamptz, -1, text).doubtful());
  }
  CHECK(read_value(context, TypeId::date, -1, "today").doubtful());
}
