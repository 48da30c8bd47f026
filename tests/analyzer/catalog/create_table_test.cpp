// What PostgreSQL 15.18 answered to the same statements; 18's answers are those of shared conformance.
#include "tests/support/catch.h"

#include "tests/analyzer/catalog/catalog_fixture.h"

namespace pgfk {
namespace {

constexpr const char* kTables =
    "CREATE TABLE p (id int PRIMARY KEY, code text UNIQUE, n int);"
    "CREATE TABLE g (a int PRIMARY KEY DEFERRABLE);"
    "CREATE VIEW v AS SELECT id FROM p;"
    "CREATE SEQUENCE sq;"
    "CREATE TEMP TABLE tt (id int PRIMARY KEY);"
    "CREATE UNLOGGED TABLE ul (id int PRIMARY KEY);";

TEST_CASE("a table that cannot be made is refused with the server's first error", "[catalog]") {
  struct Case {
    const char* sql;
    const char* error;
  };
  const auto c = GENERATE(values<Case>({
      {"CREATE TABLE p (id int)", R"(42P07 relation "p" already exists)"},
      {"CREATE TABLE d (id nosuch)", R"(42704 type "nosuch" does not exist)"},
      {"CREATE TABLE d (id int, id text)", R"(42701 column "id" specified more than once)"},
      {"CREATE TABLE d (ctid int)", R"(42701 column name "ctid" conflicts with a system column name)"},
      {"CREATE TABLE d (id record)", R"(42P16 column "id" has pseudo-type record)"},
      {"CREATE TABLE d (id int PRIMARY KEY, b int PRIMARY KEY)", R"(42P16 multiple primary keys for table "d" are not allowed)"},
      {"CREATE TABLE d (id int, PRIMARY KEY (nope))", R"(42703 column "nope" named in key does not exist)"},
      {"CREATE TABLE d (id int, PRIMARY KEY (id, id))", R"(42701 column "id" appears twice in primary key constraint)"},
      {"CREATE TABLE d (id json PRIMARY KEY)",
       R"(42704 data type json has no default operator class for access method "btree")"},
      {"CREATE TABLE d (id int NULL NOT NULL)",
       R"(42601 conflicting NULL/NOT NULL declarations for column "id" of table "d")"},
      {"CREATE TABLE d (id serial DEFAULT 2)", R"(42601 multiple default values specified for column "id" of table "d")"},
      {"CREATE TABLE d (id int GENERATED ALWAYS AS IDENTITY DEFAULT 2)",
       R"(42601 both default and identity specified for column "id" of table "d")"},
      {"CREATE TABLE d (id text GENERATED ALWAYS AS IDENTITY)",
       "22023 identity column type must be smallint, integer, or bigint"},
      {"CREATE TABLE d (id int DEFAULT 'abc')", R"(22P02 invalid input syntax for type integer: "abc")"},
      {"CREATE TABLE d (id int DEFAULT n)", "0A000 cannot use column reference in DEFAULT expression"},
      {"CREATE TABLE d (id int DEFAULT nextval('nope'))", R"(42P01 relation "nope" does not exist)"},
      {"CREATE TABLE d (id int CHECK (x > 0))", R"(42703 column "x" does not exist)"},
      {"CREATE TABLE d (id int CHECK (id))", "42804 argument of CHECK must be type boolean, not type integer"},
      {"CREATE TABLE d (id int COLLATE \"C\")", "42804 collations are not supported by type integer"},
      {"CREATE TABLE s.d (id int)", R"(3F000 schema "s" does not exist)"},
  }));
  CAPTURE(c.sql);
  Database database;
  REQUIRE(database.run(kTables) == "");
  CHECK(database.run(c.sql) == std::string("1: ") + c.error);
}

TEST_CASE("a foreign key that cannot be made is refused with the server's first error", "[catalog]") {
  struct Case {
    const char* columns;
    const char* error;
  };
  const auto c = GENERATE(values<Case>({
      {"id int REFERENCES nowhere", R"(42P01 relation "nowhere" does not exist)"},
      {"id int REFERENCES nosch.p", R"(3F000 schema "nosch" does not exist)"},
      {"id int REFERENCES v", R"(42809 referenced relation "v" is not a table)"},
      {"id int REFERENCES sq", R"(42809 referenced relation "sq" is not a table)"},
      {"id int REFERENCES p_pkey", R"(42809 "p_pkey" is an index)"},
      {"id int REFERENCES tt", "42P16 constraints on permanent tables may reference only permanent tables"},
      {"id int REFERENCES ul", "42P16 constraints on permanent tables may reference only permanent tables"},
      {"id int, FOREIGN KEY (x) REFERENCES p", R"(42703 column "x" referenced in foreign key constraint does not exist)"},
      {"id int REFERENCES p (nope)", R"(42703 column "nope" referenced in foreign key constraint does not exist)"},
      {"id int REFERENCES p (n)", R"(42830 there is no unique constraint matching given keys for referenced table "p")"},
      {"id int, x int, FOREIGN KEY (id, x) REFERENCES p (id, id)",
       "42830 foreign key referenced-columns list must not contain duplicates"},
      {"id int, x int, FOREIGN KEY (id, x) REFERENCES p",
       "42830 number of referencing and referenced columns for foreign key disagree"},
      {"id int REFERENCES g", R"(55000 cannot use a deferrable primary key for referenced table "g")"},
      {"id int REFERENCES g (a)", R"(55000 cannot use a deferrable unique constraint for referenced table "g")"},
      {"id text REFERENCES p",
       "42804 foreign key constraint \"d_id_fkey\" cannot be implemented\n"
       "  Key columns \"id\" and \"id\" are of incompatible types: text and integer."},
      {"a int, b int, FOREIGN KEY (a) REFERENCES p ON DELETE SET NULL (b)",
       R"(42P10 column "b" referenced in ON DELETE SET action must be part of foreign key)"},
      {"a int, g int GENERATED ALWAYS AS (a) STORED REFERENCES p ON UPDATE CASCADE",
       "42601 invalid ON UPDATE action for foreign key constraint containing generated column"},
      {"a int, CONSTRAINT fk FOREIGN KEY (a) REFERENCES p, CONSTRAINT fk FOREIGN KEY (a) REFERENCES p",
       R"(42710 constraint "fk" for relation "d" already exists)"},
  }));
  CAPTURE(c.columns);
  Database database;
  REQUIRE(database.run(kTables) == "");
  const std::string before = database.dump();
  CHECK(database.run(std::string("CREATE TABLE d (") + c.columns + ")") == std::string("1: ") + c.error);
  CHECK(database.dump() == before);
}

TEST_CASE("names are made up and equal indexes merged as the server does", "[catalog]") {
  Database database;
  REQUIRE(database.run("CREATE TABLE p (id int UNIQUE PRIMARY KEY, code text UNIQUE, UNIQUE (id, code), UNIQUE (code));"
                       "CREATE TABLE c (id serial, p_id int REFERENCES p, code text REFERENCES p (code) ON DELETE CASCADE,"
                       "  CHECK (p_id > 0), CHECK (p_id < id), CONSTRAINT x UNIQUE (id), CONSTRAINT y UNIQUE (id));") == "");
  CHECK(database.dump() ==
        "table p\n"
        "  id integer not null\n"
        "  code text\n"
        "  primary key p_pkey (id)\n"
        "  unique p_code_key (code)\n"
        "  unique p_id_code_key (id, code)\n"
        "table c\n"
        "  id integer not null default nextval(c_id_seq)\n"
        "  p_id integer\n"
        "  code text\n"
        "  unique x (id)\n"
        "  check c_p_id_check\n"
        "  check c_check\n"
        "  foreign key c_p_id_fkey (p_id) -> p (id)\n"
        "  foreign key c_code_fkey (code) -> p (code) on delete cascade\n"
        "sequence c_id_seq integer start 1 range 1..2147483647 at 1 owned by c.id\n");
}

TEST_CASE("LIKE and INHERITS bring columns, not foreign keys", "[catalog]") {
  Database database;
  REQUIRE(database.run("CREATE TABLE p (id int PRIMARY KEY);"
                       "CREATE TABLE c (id int PRIMARY KEY, p_id int REFERENCES p CHECK (p_id > 0));"
                       "CREATE TABLE likeness (LIKE c INCLUDING ALL, more int);"
                       "CREATE TABLE heir (extra int) INHERITS (c);") == "");
  CHECK(dump_relation(database.catalog, database.catalog.find_in("public", "likeness")) ==
        "table likeness\n  id integer not null\n  p_id integer\n  more integer\n"
        "  primary key likeness_pkey (id)\n  check c_p_id_check\n");
  CHECK(dump_relation(database.catalog, database.catalog.find_in("public", "heir")) ==
        "table heir inherits c\n  id integer not null inherited\n  p_id integer inherited\n  extra integer\n"
        "  check c_p_id_check inherited\n");
}

TEST_CASE("18 names NOT NULL and knows NOT ENFORCED, PERIOD and virtual columns", "[catalog]") {
  CHECK(errors("CREATE TABLE p (id int PRIMARY KEY);"
               "CREATE TABLE c (id int NOT NULL CONSTRAINT c_id_not_null REFERENCES p)",
               18) == "2: 42710 constraint \"c_id_not_null\" for relation \"c\" already exists");
  CHECK(errors("CREATE TABLE p (id int PRIMARY KEY); CREATE TABLE c (id text REFERENCES p)", 18) ==
        "2: 42804 foreign key constraint \"c_id_fkey\" cannot be implemented\n"
        "  Key columns \"id\" of the referencing table and \"id\" of the referenced table are of incompatible types: text and "
        "integer.");
  CHECK(errors("CREATE TABLE room (id integer, during daterange, PRIMARY KEY (id, during WITHOUT OVERLAPS))", 18) ==
        "1: 42704 data type integer has no default operator class for access method \"gist\"");
  CHECK(errors("CREATE TABLE room (id int4range, during daterange, PRIMARY KEY (id, during WITHOUT OVERLAPS));"
               "CREATE TABLE b (room_id int4range, during daterange,"
               " FOREIGN KEY (room_id, PERIOD during) REFERENCES room (id, PERIOD during) ON DELETE CASCADE)",
               18) == "2: 0A000 unsupported ON DELETE action for foreign key constraint using PERIOD");
  CHECK(errors("CREATE UNLOGGED TABLE p (id int) PARTITION BY LIST (id)", 18) == "1: 0A000 partitioned tables cannot be unlogged");
}

}  // namespace
}  // namespace pgfk
