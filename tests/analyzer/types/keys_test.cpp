// Equality, order, key pairs and names of types.
#include <string>

#include "analyzer/types/type_io.h"
#include "tests/analyzer/types/lookup.h"
#include "tests/support/catch.h"

namespace {

using namespace pgfk;

struct Fixture {
  TestTypes types;
  ValueSettings settings;
  TypeContext context{types, settings};

  Value value(const char* type, const char* text) {
    const Outcome<Value> read = read_value(context, types.named(type), -1, text);
    REQUIRE(read.ok());
    return *read;
  }
  std::string key(const Value& value) {
    std::string out;
    append_key(context, value, out);
    return out;
  }
};

}  // namespace

TEST_CASE("two spellings are one key where the type's = says so", "[types]") {
  struct Case {
    const char* type;
    const char* left;
    const char* right;
    bool equal;
  };
  const auto c = GENERATE(values<Case>({
      {"int4", "7", "007", true},
      {"numeric", "1.0", "1.00", true},
      {"numeric", "0", "-0.00", true},
      {"numeric", "100", "1", false},
      {"numeric", "NaN", "nan", true},
      {"float8", "0", "-0", true},
      {"float8", "nan", "NaN", true},
      {"float8", "0.1", "0.10000000000000001", true},
      {"bpchar", "ab", "ab  ", true},
      {"text", "ab", "ab ", false},
      {"text", "a", "A", false},
      {"citext", "aBC", "Abc", true},
      {"citext", "STRASSE", "straße", false},
      {"citext", "ÄB", "äb", true},
      {"hstore", "a=>1", "a=>1", true},
      {"interval", "1 day", "24 hours", true},
      {"interval", "1 mon", "720:00:00", true},
      {"interval", "1 mon", "31 days", false},
      {"interval", "-1 day", "-24:00", true},
      {"timetz", "12:00+00", "13:00+01", false},
      {"timetz", "12:00+00", "12:00Z", true},
      {"timestamptz", "2024-03-01 12:00+00", "2024-03-01 13:00+01", true},
      {"jsonb", "{\"a\": 1, \"b\": [1.0]}", "{\"b\":[1], \"a\":1.00}", true},
      {"jsonb", "1", "\"1\"", false},
      {"inet", "10.0.0.1", "10.0.0.1/32", true},
      {"inet", "10.0.0.1", "10.0.0.1/24", false},
      {"macaddr", "08:00:2b:01:02:03", "0800.2b01.0203", true},
      {"varbit", "01", "1", false},
      {"int4[]", "{1,2}", "[1:2]={1,2}", true},
      {"int4[]", "{1,2}", "[0:1]={1,2}", false},
      {"int4[]", "{1,2,3,4}", "{{1,2},{3,4}}", false},
      {"int4[]", "{1,NULL}", "{1,null}", true},
      {"numeric[]", "{1.0}", "{1}", true},
      {"int4range", "[1,4]", "[1,5)", true},
      {"int4range", "[1,1)", "empty", true},
      {"numrange", "[1,2]", "[1,2)", false},
      {"numrange", "[1,2.0)", "[1.0,2)", true},
      {"int4multirange", "{[1,3),[3,5)}", "{[1,5)}", true},
      {"pair", "(1,)", "(01,)", true},
      {"pair", "(1,)", "(1,\"\")", false},
      {"bytea", "abc", "\\x616263", true},
      {"uuid", "A0EEBC99-9C0B-4EF8-BB6D-6BB9BD380A11", "{a0eebc999c0b4ef8bb6d6bb9bd380a11}", true},
  }));
  Fixture f;
  const Value left = f.value(c.type, c.left), right = f.value(c.type, c.right);
  CAPTURE(c.type, c.left, c.right);
  CHECK((f.key(left) == f.key(right)) == c.equal);
  CHECK((compare_values(f.context, left, right) == 0) == c.equal);
}

TEST_CASE("keys of several values in a row are told apart", "[types]") {
  Fixture f;
  CHECK(f.key(f.value("text", "a")) + f.key(f.value("text", "bc")) != f.key(f.value("text", "ab")) + f.key(f.value("text", "c")));
  CHECK(f.key(f.value("text[]", "{a,bc}")) != f.key(f.value("text[]", "{ab,c}")));
}

TEST_CASE("values stand in the btree order", "[types]") {
  struct Case {
    const char* type;
    const char* smaller;
    const char* greater;
  };
  const auto c = GENERATE(values<Case>({
      {"numeric", "-10", "-9.5"}, {"numeric", "-Infinity", "-1e10"}, {"numeric", "1e10", "Infinity"}, {"numeric", "Infinity", "NaN"},
      {"numeric", "9.99", "10"}, {"numeric", "0.05", "0.5"}, {"float8", "Infinity", "NaN"}, {"text", "B", "a"}, {"mood", "sad", "ok"},
      {"int4[]", "{1}", "{1,0}"}, {"int4[]", "{2}", "{NULL}"}, {"interval", "29 days", "1 mon"}, {"inet", "10.0.0.0/8", "10.0.0.0/16"},
      {"inet", "255.0.0.1", "::1"}, {"int4range", "empty", "[1,2)"}, {"int4range", "(,5)", "[1,2)"}, {"numrange", "[1,2)", "(1,2)"},
      {"numrange", "[1,2)", "[1,2]"}, {"jsonb", "null", "\"a\""}, {"jsonb", "\"z\"", "1"}, {"jsonb", "1", "false"}, {"jsonb", "false", "[]"},
      {"jsonb", "[9]", "[1,1]"}, {"jsonb", "[1]", "{}"}, {"date", "-infinity", "0001-01-01 BC"}, {"timestamp", "9999-12-31", "infinity"},
      {"pair", "(1,b)", "(2,a)"}, {"pg_lsn", "0/FF", "1/0"}, {"bool", "f", "t"},
  }));
  Fixture f;
  CAPTURE(c.type, c.smaller, c.greater);
  CHECK(compare_values(f.context, f.value(c.type, c.smaller), f.value(c.type, c.greater)) < 0);
  CHECK(compare_values(f.context, f.value(c.type, c.greater), f.value(c.type, c.smaller)) > 0);
}

// Recorded by trying ALTER TABLE .. ADD FOREIGN KEY for each pair on PostgreSQL 15.
TEST_CASE("a foreign key joins the pairs of types that the server joins, and no others", "[types]") {
  const std::vector<std::string> tried = {"text", "varchar", "bpchar", "name", "char", "varbit", "bit", "oid", "float4", "float8", "macaddr8",
                                          "macaddr", "numeric", "interval", "timetz", "time", "inet", "cidr", "jsonb", "timestamp", "timestamptz",
                                          "date", "int8", "int2", "int4", "uuid", "money", "bool", "int4[]", "int8[]", "citext", "mood"};
  Fixture f;
  std::string joined;
  for (const std::string& from : tried) {
    std::string targets;
    for (const std::string& to : tried) {
      if (from != to && key_equality(f.types, f.types.named(from), f.types.named(to), 15).meet != TypeId::none) targets += " " + to;
    }
    if (!targets.empty()) joined += from + ":" + targets + "\n";
  }
  CHECK(joined ==
        "text: varchar bpchar name\n"
        "varchar: text bpchar name\n"
        "bpchar: text varchar name\n"
        "name: text varchar\n"
        "char: text varchar\n"
        "varbit: bit\n"
        "bit: varbit\n"
        "float4: float8\n"
        "float8: float4\n"
        "macaddr8: macaddr\n"
        "macaddr: macaddr8\n"
        "numeric: float4 float8\n"
        "time: interval timetz\n"
        "inet: cidr\n"
        "cidr: inet\n"
        "timestamp: timestamptz date\n"
        "timestamptz: timestamp date\n"
        "date: timestamp timestamptz\n"
        "int8: oid float4 float8 numeric int2 int4\n"
        "int2: oid float4 float8 numeric int8 int4\n"
        "int4: oid float4 float8 numeric int8 int2\n");
  CHECK(key_equality(f.types, f.types.named("code"), TypeId::text, 15).meet == TypeId::text);
  CHECK(key_equality(f.types, TypeId::int4, TypeId::int8, 15).meet == TypeId::int8);
}

TEST_CASE("a domain is read as its base type under its modifier", "[types]") {
  Fixture f;
  const Outcome<Value> read = read_value(f.context, f.types.named("short_code"), -1, "abcd");
  REQUIRE(read.refused());
  CHECK(read.error().message == "value too long for type character varying(3)");
  CHECK(f.value("short_code", "abc").type() == TypeId::varchar);
  CHECK(write_value(f.context, *read_value(f.context, array_of(f.types.named("code")), -1, "{abc}")) == "{abc}");
}

TEST_CASE("types are written as messages write them", "[types]") {
  struct Case {
    const char* type;
    std::vector<std::int64_t> modifiers;
    std::int32_t interval_fields;
    const char* written;
  };
  const auto c = GENERATE(values<Case>({
      {"int4", {}, -1, "integer"}, {"int4[]", {}, -1, "integer[]"}, {"varchar", {5}, -1, "character varying(5)"},
      {"bpchar", {5}, -1, "character(5)"}, {"bpchar", {}, -1, "character"}, {"numeric", {10, 2}, -1, "numeric(10,2)"},
      {"numeric", {5}, -1, "numeric(5,0)"}, {"numeric", {3, -2}, -1, "numeric(3,-2)"}, {"timestamptz", {3}, -1, "timestamp(3) with time zone"},
      {"time", {}, -1, "time without time zone"}, {"interval", {}, 1 << 2 | 1 << 1, "interval year to month"}, {"interval", {3}, -1, "interval(3)"},
      {"bit", {3}, -1, "bit(3)"}, {"char", {}, -1, "\"char\""}, {"mood", {}, -1, "mood"}, {"varchar[]", {3}, -1, "character varying(3)[]"},
      {"float4", {}, -1, "real"}}));
  const TestTypes types;
  const TypeId type = types.named(c.type);
  const Outcome<std::int32_t> typmod = read_typmod(type, c.modifiers, c.interval_fields);
  REQUIRE(typmod.ok());
  CHECK(format_type(types, type, *typmod) == c.written);
}

TEST_CASE("modifiers out of range are refused", "[types]") {
  struct Case {
    TypeId type;
    std::vector<std::int64_t> modifiers;
    const char* message;
  };
  const auto c = GENERATE(values<Case>({
      {TypeId::varchar, {0}, "length for type varchar must be at least 1"},
      {TypeId::bpchar, {10485761}, "length for type char cannot exceed 10485760"},
      {TypeId::numeric, {1001}, "NUMERIC precision 1001 must be between 1 and 1000"},
      {TypeId::numeric, {5, 2000}, "NUMERIC scale 2000 must be between -1000 and 1000"},
      {TypeId::bit, {0}, "length for type bit must be at least 1"}}));
  const Outcome<std::int32_t> typmod = read_typmod(c.type, c.modifiers);
  REQUIRE(typmod.refused());
  CHECK(typmod.error().sqlstate == "22023");
  CHECK(typmod.error().message == c.message);
}

TEST_CASE("which types can be keys, be hashed, are understood", "[types]") {
  struct Case {
    const char* type;
    bool equality, hash, understood;
  };
  const auto c = GENERATE(values<Case>({{"int4", true, true, true}, {"money", true, false, true}, {"varbit", true, false, true},
                                        {"json", false, false, true}, {"xml", false, false, false}, {"point", false, false, false},
                                        {"tsvector", true, false, false}, {"hstore", true, true, false}, {"citext", true, true, true},
                                        {"json[]", false, false, true}, {"money[]", true, false, true}, {"pair", true, true, true},
                                        {"mood", true, true, true}, {"code", true, true, true}, {"floatrange", true, true, true}}));
  const TestTypes types;
  const TypeId type = types.named(c.type);
  CAPTURE(c.type);
  CHECK(has_equality(types, type) == c.equality);
  CHECK(has_hash(types, type) == c.hash);
  CHECK(is_understood(types, type) == c.understood);
}

TEST_CASE("nondeterministic collations fold case and accents by their level", "[types]") {
  const auto same = [](const char* a, const char* b, const char* locale) { return fold_for_collation(a, locale) == fold_for_collation(b, locale); };
  CHECK(same("Abc", "aBC", "und-u-ks-level2"));
  CHECK_FALSE(same("cafe", "café", "und-u-ks-level2"));
  CHECK(same("cafe", "CAFÉ", "und-u-ks-level1"));
  CHECK_FALSE(fold_for_collation("a", "und-u-kn-true").has_value());
}
