#include "tests/support/catch.h"

#include "tests/analyzer/catalog/catalog_fixture.h"

namespace pgfk {
namespace {

constexpr const char* kTables =
    "CREATE TABLE p (id int PRIMARY KEY, code text UNIQUE);"
    "CREATE TABLE c (id serial PRIMARY KEY, p_id int CONSTRAINT fk REFERENCES p, v text CHECK (v > 'a'));";

TEST_CASE("ALTER TABLE is refused as a whole, with the server's text", "[catalog]") {
  struct Case {
    const char* sql;
    const char* error;
  };
  const auto c = GENERATE(values<Case>({
      {"ALTER TABLE nope ADD COLUMN x int", R"(42P01 relation "nope" does not exist)"},
      {"ALTER TABLE c ADD COLUMN v int", R"(42701 column "v" of relation "c" already exists)"},
      {"ALTER TABLE c ADD PRIMARY KEY (p_id)", R"(42P16 multiple primary keys for table "c" are not allowed)"},
      {"ALTER TABLE c ADD CONSTRAINT fk CHECK (id > 0)", R"(42710 constraint "fk" for relation "c" already exists)"},
      {"ALTER TABLE c ADD COLUMN x int, ADD FOREIGN KEY (x) REFERENCES nope", R"(42P01 relation "nope" does not exist)"},
      {"ALTER TABLE c DROP COLUMN nope", R"(42703 column "nope" of relation "c" does not exist)"},
      {"ALTER TABLE c DROP CONSTRAINT nope", R"(42704 constraint "nope" of relation "c" does not exist)"},
      {"ALTER TABLE c ALTER id DROP NOT NULL", R"(42P16 column "id" is in a primary key)"},
      {"ALTER TABLE c ALTER CONSTRAINT c_pkey DEFERRABLE",
       R"(42809 constraint "c_pkey" of relation "c" is not a foreign key constraint)"},
      {"ALTER TABLE c VALIDATE CONSTRAINT c_pkey",
       R"(42809 constraint "c_pkey" of relation "c" is not a foreign key or check constraint)"},
      {"ALTER TABLE c DISABLE TRIGGER fk", R"(42704 trigger "fk" for table "c" does not exist)"},
      {"ALTER TABLE c OWNER TO nobody", R"(42704 role "nobody" does not exist)"},
      {"ALTER TABLE c ADD CONSTRAINT k UNIQUE USING INDEX nope", R"(42704 index "nope" does not exist)"},
      {"ALTER TABLE c ALTER p_id TYPE text",
       "42804 foreign key constraint \"fk\" cannot be implemented\n"
       "  Key columns \"p_id\" and \"id\" are of incompatible types: text and integer."},
      {"ALTER TABLE p RENAME TO c", R"(42P07 relation "c" already exists)"},
      {"ALTER TABLE p RENAME COLUMN code TO id", R"(42701 column "id" of relation "p" already exists)"},
      {"ALTER TABLE p RENAME CONSTRAINT p_pkey TO c_pkey", R"(42P07 relation "c_pkey" already exists)"},
      {"ALTER TABLE p SET SCHEMA nope", R"(3F000 schema "nope" does not exist)"},
  }));
  CAPTURE(c.sql);
  Database database;
  REQUIRE(database.run(kTables) == "");
  const std::string before = database.dump();
  CHECK(database.run(c.sql) == std::string("1: ") + c.error);
  CHECK(database.dump() == before);
}

TEST_CASE("definitions ask of the rows what the server looks at, in its order", "[catalog]") {
  struct Case {
    const char* sql;
    const char* tasks;
  };
  const auto c = GENERATE(values<Case>({
      {"ALTER TABLE c ADD FOREIGN KEY (v) REFERENCES p (code), ADD UNIQUE (v), ALTER v SET NOT NULL",
       "unique c c_v_key\nnot null c.v\nforeign key c c_v_fkey"},
      {"ALTER TABLE c ADD FOREIGN KEY (p_id) REFERENCES p NOT VALID", ""},
      {"ALTER TABLE c ADD COLUMN x int REFERENCES p DEFAULT 5", "fill c.x\nforeign key c c_x_fkey"},
      {"ALTER TABLE c ALTER p_id TYPE bigint", "retype c.p_id from integer\nforeign key c fk"},
      {"ALTER TABLE c ALTER v TYPE varchar(3)", "retype c.v from text\ncheck c c_v_check"},
      {"ALTER TABLE c VALIDATE CONSTRAINT fk", ""},
      {"DROP TABLE c", "drop rows c"},
  }));
  CAPTURE(c.sql);
  Database database;
  REQUIRE(database.run(kTables) == "");
  CHECK(database.tasks(c.sql) == c.tasks);
}

TEST_CASE("what a definition changed can be taken back", "[catalog]") {
  Database database;
  REQUIRE(database.run(kTables) == "");
  const std::string before = database.dump();
  const Catalog::Mark mark = database.catalog.mark();
  REQUIRE(database.run("ALTER TABLE c DROP CONSTRAINT fk, ADD COLUMN w serial; ALTER TABLE p RENAME TO q;"
                       "DROP TABLE q CASCADE; CREATE TABLE p (id int); DROP TABLE c; CREATE SCHEMA s; CREATE TYPE e AS ENUM ('a');"
                       "ALTER SEQUENCE IF EXISTS c_id_seq RESTART WITH 7;") == "");
  CHECK(database.dump() == "table p\n  id integer\n");
  database.catalog.rollback_to(mark);
  CHECK(database.dump() == before);
  CHECK(database.catalog.foreign_keys_to(database.catalog.find_in("public", "p")).size() == 1);
  CHECK_FALSE(database.catalog.has_schema("s"));
}

TEST_CASE("nextval is not taken back, RESTART is", "[catalog]") {
  Database database;
  REQUIRE(database.run("CREATE SEQUENCE s") == "");
  const RelationId sequence = database.catalog.find_in("public", "s");
  const Catalog::Mark mark = database.catalog.mark();
  database.catalog.advance(sequence).last_value = 4;
  REQUIRE(database.run("ALTER SEQUENCE s RESTART WITH 90") == "");
  CHECK(database.catalog.sequence(sequence).last_value == 90);
  database.catalog.rollback_to(mark);
  CHECK(database.catalog.sequence(sequence).last_value == 4);
}

TEST_CASE("pending checks hold ALTER and DROP TABLE back", "[catalog]") {
  Database database;
  REQUIRE(database.run(kTables) == "");
  database.host.pending = database.catalog.find_in("public", "c");
  CHECK(database.run("ALTER TABLE c ADD COLUMN x int") ==
        "1: 55006 cannot ALTER TABLE \"c\" because it has pending trigger events");
  CHECK(database.run("DROP TABLE c") == "1: 55006 cannot DROP TABLE \"c\" because it has pending trigger events");
}

TEST_CASE("DISABLE TRIGGER ALL switches the sides that sit on the table", "[catalog]") {
  Database database;
  REQUIRE(database.run(kTables) == "");
  REQUIRE(database.run("ALTER TABLE c DISABLE TRIGGER ALL") == "");
  CHECK(database.keys() == "c: fk (p_id) -> p (id) checks disabled");
  REQUIRE(database.run("ALTER TABLE p DISABLE TRIGGER ALL; ALTER TABLE c ENABLE TRIGGER ALL") == "");
  CHECK(database.keys() == "c: fk (p_id) -> p (id) guards disabled");
  REQUIRE(database.run("ALTER TABLE p ENABLE TRIGGER ALL; ALTER TABLE c DISABLE TRIGGER USER") == "");
  CHECK(database.keys() == "c: fk (p_id) -> p (id)");
}

TEST_CASE("ALTER CONSTRAINT without options differs by version", "[catalog]") {
  constexpr const char* kScript =
      "CREATE TABLE p (id int PRIMARY KEY); CREATE TABLE c (id int CONSTRAINT fk REFERENCES p DEFERRABLE INITIALLY DEFERRED);"
      "ALTER TABLE c ALTER CONSTRAINT fk;";
  Database fifteen(15), eighteen(18);
  REQUIRE(fifteen.run(kScript) == "");
  CHECK(fifteen.keys() == "c: fk (id) -> p (id)");
  REQUIRE(eighteen.run(kScript) == "");
  CHECK(eighteen.keys() == "c: fk (id) -> p (id) initially deferred");
}

}  // namespace
}  // namespace pgfk
