#include "tests/support/catch.h"

#include "tests/analyzer/catalog/catalog_fixture.h"

namespace pgfk {
namespace {

constexpr const char* kParent =
    "CREATE TABLE parent (id int PRIMARY KEY) PARTITION BY RANGE (id);"
    "CREATE TABLE parent_hi PARTITION OF parent FOR VALUES FROM (100) TO (200);"
    "CREATE TABLE parent_lo PARTITION OF parent FOR VALUES FROM (0) TO (100);"
    "CREATE TABLE child (id int, parent_id int REFERENCES parent);"
    "CREATE TABLE parent_rest PARTITION OF parent DEFAULT;";

TEST_CASE("copies of a key to a partitioned table are named in bound order", "[catalog]") {
  Database fifteen(15), eighteen(18);
  REQUIRE(fifteen.run(kParent) == "");
  CHECK(fifteen.keys() ==
        "child: child_parent_id_fkey (parent_id) -> parent (id)\n"
        "child: child_parent_id_fkey1 (parent_id) -> parent_lo (id) of child_parent_id_fkey\n"
        "child: child_parent_id_fkey2 (parent_id) -> parent_hi (id) of child_parent_id_fkey\n"
        "child: child_parent_id_fkey3 (parent_id) -> parent_rest (id) of child_parent_id_fkey");
  REQUIRE(eighteen.run(kParent) == "");
  CHECK(eighteen.keys() ==
        "child: child_parent_id_fkey (parent_id) -> parent (id)\n"
        "child: child_parent_id_fkey_1 (parent_id) -> parent_lo (id) of child_parent_id_fkey\n"
        "child: child_parent_id_fkey_2 (parent_id) -> parent_hi (id) of child_parent_id_fkey\n"
        "child: child_parent_id_fkey_3 (parent_id) -> parent_rest (id) of child_parent_id_fkey");
}

TEST_CASE("bounds are judged as the server judges them", "[catalog]") {
  struct Case {
    const char* bound;
    const char* error;
  };
  const auto c = GENERATE(values<Case>({
      {"FOR VALUES FROM (50) TO (60)", R"(42P17 partition "x" would overlap partition "parent_lo")"},
      {"FOR VALUES FROM (60) TO (60)",
       "42P17 empty range bound specified for partition \"x\"\n"
       "  Specified lower bound (60) is greater than or equal to upper bound (60)."},
      {"DEFAULT", R"(42P17 partition "x" conflicts with existing default partition "parent_rest")"},
      {"FOR VALUES IN (1)", "42P16 invalid bound specification for a range partition"},
      {"FOR VALUES FROM (1, 2) TO (3)", "42P16 FROM must specify exactly one value per partitioning column"},
      {"FOR VALUES FROM ('a') TO (3)", R"(22P02 invalid input syntax for type integer: "a")"},
  }));
  CAPTURE(c.bound);
  Database database;
  REQUIRE(database.run(kParent) == "");
  CHECK(database.run(std::string("CREATE TABLE x PARTITION OF parent ") + c.bound) == std::string("1: ") + c.error);
}

TEST_CASE("ATTACH takes an equal key over, DETACH gives it back", "[catalog]") {
  Database database;
  REQUIRE(database.run("CREATE TABLE p (id int PRIMARY KEY);"
                       "CREATE TABLE c (id int, pid int CONSTRAINT fk REFERENCES p) PARTITION BY LIST (id);"
                       "CREATE TABLE own (id int, pid int CONSTRAINT mine REFERENCES p);"
                       "CREATE TABLE bare (id int, pid int);"
                       "CREATE TABLE taken (id int, pid int CONSTRAINT fk CHECK (pid > 0));") == "");
  CHECK(database.tasks("ALTER TABLE c ATTACH PARTITION own FOR VALUES IN (1)") == "bound own");
  CHECK(database.tasks("ALTER TABLE c ATTACH PARTITION bare FOR VALUES IN (2)") == "bound bare\nforeign key bare fk");
  CHECK(database.tasks("ALTER TABLE c ATTACH PARTITION taken FOR VALUES IN (3)") ==
        "bound taken\nforeign key taken taken_pid_fkey");
  CHECK(database.keys() ==
        "c: fk (pid) -> p (id)\n"
        "own: mine (pid) -> p (id) of fk\n"
        "bare: fk (pid) -> p (id) of fk\n"
        "taken: taken_pid_fkey (pid) -> p (id) of fk");
  REQUIRE(database.run("ALTER TABLE c DETACH PARTITION bare") == "");
  CHECK(database.run("ALTER TABLE c DETACH PARTITION bare") ==
        "1: 42P01 relation \"bare\" is not a partition of relation \"c\"");
  REQUIRE(database.run("DROP TABLE c") == "");
  CHECK(database.keys() == "bare: fk (pid) -> p (id)");
}

TEST_CASE("a referenced partition is looked at before it is detached, and cannot be dropped", "[catalog]") {
  Database database;
  REQUIRE(database.run(kParent) == "");
  CHECK(database.run("DROP TABLE parent_lo") ==
        "1: 2BP01 cannot drop table parent_lo because other objects depend on it\n"
        "  constraint child_parent_id_fkey on table child depends on table parent_lo");
  CHECK(database.tasks("ALTER TABLE parent DETACH PARTITION parent_lo") == "detach parent_lo child child_parent_id_fkey1");
  REQUIRE(database.run("DROP TABLE parent_hi CASCADE") == "");
  CHECK(database.keys() == "");
}

TEST_CASE("keys on partitioned tables have limits, fewer in 18", "[catalog]") {
  constexpr const char* kTables =
      "CREATE TABLE p (id int PRIMARY KEY); CREATE TABLE c (id int, pid int) PARTITION BY LIST (id);";
  struct Case {
    int version;
    const char* sql;
    const char* error;
  };
  const auto c = GENERATE(values<Case>({
      {15, "ALTER TABLE c ADD CONSTRAINT k FOREIGN KEY (pid) REFERENCES p NOT VALID",
       "1: 42809 cannot add NOT VALID foreign key on partitioned table \"c\" referencing relation \"p\"\n"
       "  This feature is not yet supported on partitioned tables."},
      {18, "ALTER TABLE c ADD CONSTRAINT k FOREIGN KEY (pid) REFERENCES p NOT VALID", ""},
      {15, "ALTER TABLE ONLY c ADD CONSTRAINT k FOREIGN KEY (pid) REFERENCES p",
       "1: 42809 cannot use ONLY for foreign key on partitioned table \"c\" referencing relation \"p\""},
      {15, "ALTER TABLE c ADD PRIMARY KEY (pid)",
       "1: 0A000 unique constraint on partitioned table must include all partitioning columns\n"
       "  PRIMARY KEY constraint on table \"c\" lacks column \"id\" which is part of the partition key."},
  }));
  CAPTURE(c.version, c.sql);
  Database database(c.version);
  REQUIRE(database.run(kTables) == "");
  CHECK(database.run(c.sql) == c.error);
}

}  // namespace
}  // namespace pgfk
