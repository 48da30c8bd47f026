// Types, sequences, functions, roles: names that must be there, and names that are taken.
#include "tests/support/catch.h"

#include "tests/analyzer/catalog/catalog_fixture.h"

namespace pgfk {
namespace {

constexpr const char* kObjects =
    "CREATE TYPE mood AS ENUM ('a', 'b');"
    "CREATE DOMAIN posint AS int CHECK (VALUE > 0);"
    "CREATE TABLE t (id int PRIMARY KEY, m mood);"
    "CREATE VIEW vv AS SELECT id, m FROM t;"
    "CREATE FUNCTION f(a int) RETURNS int LANGUAGE sql AS 'select 1';"
    "CREATE FUNCTION tf() RETURNS trigger LANGUAGE plpgsql AS 'begin return new; end';"
    "CREATE TRIGGER tr BEFORE INSERT ON t FOR EACH ROW EXECUTE FUNCTION tf();"
    "CREATE TABLE ident (id int GENERATED ALWAYS AS IDENTITY (START 10));";

TEST_CASE("other definitions are refused with the server's text", "[catalog]") {
  struct Case {
    const char* sql;
    const char* error;
  };
  const auto c = GENERATE(values<Case>({
      {"CREATE TYPE mood AS ENUM ('a')", R"(42710 type "mood" already exists)"},
      {"ALTER TYPE mood ADD VALUE 'a'", R"(42710 enum label "a" already exists)"},
      {"ALTER TYPE mood ADD VALUE 'd' AFTER 'zz'", R"(22023 "zz" is not an existing enum label)"},
      {"CREATE DOMAIN posint AS int", R"(42710 type "posint" already exists)"},
      {"ALTER DOMAIN posint ADD CONSTRAINT posint_check CHECK (VALUE < 10)",
       R"(42710 constraint "posint_check" for domain "posint" already exists)"},
      {"ALTER DOMAIN mood SET NOT NULL", "42809 mood is not a domain"},
      {"CREATE SEQUENCE s START 5 INCREMENT 2 MAXVALUE 3", "22023 START value (5) cannot be greater than MAXVALUE (3)"},
      {"CREATE SEQUENCE s INCREMENT 0", "22023 INCREMENT must not be zero"},
      {"CREATE SEQUENCE s MINVALUE 5 MAXVALUE 5", "22023 MINVALUE (5) must be less than MAXVALUE (5)"},
      {"CREATE SEQUENCE s AS smallint MAXVALUE 40000",
       "22023 MAXVALUE (40000) is out of range for sequence data type smallint"},
      {"CREATE SEQUENCE s OWNED BY t.nope", R"(42703 column "nope" of relation "t" does not exist)"},
      {"ALTER SEQUENCE t RESTART", R"(42809 "t" is not a sequence)"},
      {"ALTER SEQUENCE ident_id_seq OWNED BY NONE",
       "0A000 cannot change ownership of identity sequence\n  Sequence \"ident_id_seq\" is linked to table \"ident\"."},
      {"ALTER TABLE ident ALTER id SET DEFAULT 4", R"(42601 column "id" of relation "ident" is an identity column)"},
      {"CREATE VIEW vv AS SELECT id FROM t", R"(42P07 relation "vv" already exists)"},
      {"CREATE OR REPLACE VIEW vv AS SELECT id FROM t", "42P16 cannot drop columns from view"},
      {"ALTER TABLE t ALTER m TYPE text",
       "0A000 cannot alter type of a column used by a view or rule\n  rule _RETURN on view vv depends on column \"m\""},
      {"CREATE FUNCTION g() RETURNS nope LANGUAGE sql AS 'select 1'", R"(42704 type "nope" does not exist)"},
      {"CREATE FUNCTION g() RETURNS int LANGUAGE plnope AS ''", R"(42704 language "plnope" does not exist)"},
      {"CREATE FUNCTION f(b int) RETURNS int LANGUAGE sql AS 'select 1'",
       R"(42723 function "f" already exists with same argument types)"},
      {"CREATE TRIGGER tr BEFORE INSERT ON t FOR EACH ROW EXECUTE FUNCTION tf()",
       R"(42710 trigger "tr" for relation "t" already exists)"},
      {"CREATE TRIGGER x BEFORE INSERT ON t FOR EACH ROW EXECUTE FUNCTION nope()", "42883 function nope() does not exist"},
      {"DROP FUNCTION tf()",
       "2BP01 cannot drop function tf() because other objects depend on it\n  trigger tr on table t depends on function tf()"},
      {"CREATE EXTENSION postgis",
       "0A000 extension \"postgis\" is not available\n  Could not open extension control file "
       "\"/usr/share/postgresql/15/extension/postgis.control\": No such file or directory."},
      {"CREATE EXTENSION plpgsql", R"(42710 extension "plpgsql" already exists)"},
      {"GRANT SELECT ON t TO nobody", R"(42704 role "nobody" does not exist)"},
      {"GRANT SELECT ON nope TO public", R"(42P01 relation "nope" does not exist)"},
      {"COMMENT ON COLUMN t.nope IS 'x'", R"(42703 column "nope" of relation "t" does not exist)"},
      {"COMMENT ON CONSTRAINT nope ON t IS 'x'", R"(42704 constraint "nope" for table "t" does not exist)"},
      {"CREATE SCHEMA public", R"(42P06 schema "public" already exists)"},
      {"CREATE ROLE postgres", R"(42710 role "postgres" already exists)"},
  }));
  CAPTURE(c.sql);
  Database database;
  REQUIRE(database.run(kObjects) == "");
  CHECK(database.run(c.sql) == std::string("1: ") + c.error);
}

TEST_CASE("extensions bring their types", "[catalog]") {
  CHECK(errors("CREATE TABLE t (a citext)") == "1: 42704 type \"citext\" does not exist");
  CHECK(errors("CREATE EXTENSION citext; CREATE TABLE t (a citext PRIMARY KEY)") == "");
}

TEST_CASE("made-up names keep to 63 bytes and to whole characters", "[catalog]") {
  struct Case {
    const char* first;
    const char* second;
    const char* label;
    const char* name;
  };
  const auto c = GENERATE(values<Case>({
      {"child", "parent_id", "fkey", "child_parent_id_fkey"},
      {"child", "", "pkey", "child_pkey"},
      {"child_with_a_name_that_is_longer_than_sixty_three_bytes_in_tota", "a_long_column_of_the_child_table", "fkey",
       "child_with_a_name_that_is_lon_a_long_column_of_the_child_t_fkey"},
      {"child_with_a_name_that_is_longer_than_sixty_three_bytes_in_tota", "b", "fkey",
       "child_with_a_name_that_is_longer_than_sixty_three_bytes__b_fkey"},
      {"c", "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", "fkey1",
       "c_aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa_fkey1"},
      {"ééééééééééééééééééééééééééééééé", "üüüüüüüüüüüüüüüüüüüüüü", "fkey",
       "éééééééééééééé_üüüüüüüüüüüüüü_fkey"},
  }));
  CAPTURE(c.first, c.second);
  CHECK(make_object_name(c.first, c.second, c.label) == c.name);
}

}  // namespace
}  // namespace pgfk
