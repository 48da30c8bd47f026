#include "tests/support/catch.h"

#include "tests/analyzer/catalog/catalog_fixture.h"

namespace pgfk {
namespace {

constexpr const char* kObjects =
    "CREATE TYPE mood AS ENUM ('a', 'b');"
    "CREATE TABLE p (id int CONSTRAINT parent_pk PRIMARY KEY, m mood);"
    "CREATE TABLE c (id serial PRIMARY KEY, p_id int CONSTRAINT fk REFERENCES p);"
    "CREATE VIEW v AS SELECT id FROM p;"
    "CREATE TABLE ident (id int GENERATED ALWAYS AS IDENTITY);"
    "CREATE SCHEMA s; CREATE TABLE s.t (id int PRIMARY KEY); CREATE TABLE r (id int REFERENCES s.t);";

TEST_CASE("what others depend on is not dropped without CASCADE", "[catalog]") {
  struct Case {
    const char* sql;
    const char* error;
  };
  const auto c = GENERATE(values<Case>({
      {"DROP TABLE p",
       "2BP01 cannot drop table p because other objects depend on it\n"
       "  constraint fk on table c depends on table p\nview v depends on table p"},
      {"ALTER TABLE p DROP CONSTRAINT parent_pk",
       "2BP01 cannot drop constraint parent_pk on table p because other objects depend on it\n"
       "  constraint fk on table c depends on index parent_pk"},
      {"DROP TABLE p, c",
       "2BP01 cannot drop desired object(s) because other objects depend on them\n  view v depends on table p"},
      {"DROP TYPE mood",
       "2BP01 cannot drop type mood because other objects depend on it\n  column m of table p depends on type mood"},
      {"DROP SEQUENCE c_id_seq",
       "2BP01 cannot drop sequence c_id_seq because other objects depend on it\n"
       "  default value for column id of table c depends on sequence c_id_seq"},
      {"DROP SEQUENCE ident_id_seq", "2BP01 cannot drop sequence ident_id_seq because column id of table ident requires it"},
      {"DROP INDEX parent_pk", "2BP01 cannot drop index parent_pk because constraint parent_pk on table p requires it"},
      {"DROP SCHEMA s",
       "2BP01 cannot drop schema s because other objects depend on it\n"
       "  table s.t depends on schema s\nconstraint r_id_fkey on table r depends on table s.t"},
      {"DROP TABLE nope", R"(42P01 table "nope" does not exist)"},
      {"DROP TABLE nosch.nope", R"(3F000 schema "nosch" does not exist)"},
      {"DROP TABLE v", R"(42809 "v" is not a table)"},
      {"DROP INDEX nope", R"(42704 index "nope" does not exist)"},
      {"DROP TYPE nope", R"(42704 type "nope" does not exist)"},
      {"DROP SCHEMA nope", R"(3F000 schema "nope" does not exist)"},
      {"DROP FUNCTION nope(int)", "42883 function nope(integer) does not exist"},
  }));
  CAPTURE(c.sql);
  Database database;
  REQUIRE(database.run(kObjects) == "");
  CHECK(database.run(c.sql) == std::string("1: ") + c.error);
}

TEST_CASE("CASCADE takes the keys and leaves the referencing table", "[catalog]") {
  Database database;
  REQUIRE(database.run(kObjects) == "");
  REQUIRE(database.run("DROP TABLE p CASCADE; DROP SCHEMA s CASCADE; DROP TABLE IF EXISTS p, ident") == "");
  CHECK(database.dump() ==
        "table c\n"
        "  id integer not null default nextval(c_id_seq)\n"
        "  p_id integer\n"
        "  primary key c_pkey (id)\n"
        "sequence c_id_seq integer start 1 range 1..2147483647 at 1 owned by c.id\n"
        "table r\n"
        "  id integer\n");
}

}  // namespace
}  // namespace pgfk
