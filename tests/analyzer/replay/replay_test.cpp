// The replay's core: when checks run, what a failure takes away, and what is told about the rows that are not there.
// The verdicts are those of a PostgreSQL 15; what a finding says beyond them is the header's promise (analyzer/finding.h).
#include <string>
#include <vector>

#include "tests/support/catch.h"
#include "tests/support/replay_dump.h"

namespace pgfk::test {
namespace {

/// Two tables, on lines 1 and 2.
const std::string kShop =
    "CREATE TABLE customers (id integer PRIMARY KEY, name text);\n"
    "CREATE TABLE orders (id integer PRIMARY KEY, customer_id integer REFERENCES customers);\n";

/// The same; the reference may wait for COMMIT.
const std::string kPatientShop =
    "CREATE TABLE customers (id integer PRIMARY KEY, name text);\n"
    "CREATE TABLE orders (id integer PRIMARY KEY, customer_id integer REFERENCES customers DEFERRABLE);\n";

struct Case {
  std::string behaviour;
  std::string sql;
  std::string found;
};

void check(const std::vector<Case>& cases, const ReplayCase& how = {}) {
  for (const Case& c : cases) {
    CAPTURE(c.behaviour);
    CHECK(replay(c.sql, how) == c.found);
  }
}

TEST_CASE("references are checked at the end of the statement", "[replay]") {
  check({
      {"a referenced row that is missing", kShop + "INSERT INTO orders VALUES (1, 7);", "3: orders_customer_id_fkey (7) absent"},
      {"a row may reference a later row of its statement",
       "CREATE TABLE tree (id integer PRIMARY KEY, up integer REFERENCES tree);\nINSERT INTO tree VALUES (2, 1), (1, NULL);", ""},
      {"two statements in the same order may not",
       "CREATE TABLE tree (id integer PRIMARY KEY, up integer REFERENCES tree);\nINSERT INTO tree VALUES (2, 1);\nINSERT INTO tree VALUES (1, NULL);",
       "2: tree_up_fkey (1) absent"},
      {"NULL references nothing", kShop + "INSERT INTO orders VALUES (1, NULL);", ""},
      {"all rows of the COPY are looked at", kShop + "COPY orders FROM stdin;\n1\t7\n2\t8\n3\t7\n\\.\n", "7: orders_customer_id_fkey (7) (8) (7) absent"},
  });
}

TEST_CASE("a failed statement takes all its rows away", "[replay]") {
  check({
      {"a failed INSERT", kShop + "INSERT INTO customers VALUES (1), (2), (1);\nINSERT INTO orders VALUES (1, 2);",
       "3: 23505 duplicate key value violates unique constraint \"customers_pkey\"\n4: orders_customer_id_fkey (2) absent"},
      {"a failed COPY", kShop + "COPY customers FROM stdin;\n1\tAnn\nx\tBob\n\\.\nINSERT INTO orders VALUES (1, 1);",
       "6: 22P02 invalid input syntax for type integer: \"x\"\n7: orders_customer_id_fkey (1) absent"},
      {"rows that fail for a reference are gone, too",
       kShop + "CREATE TABLE lines (order_id integer REFERENCES orders);\nINSERT INTO orders VALUES (1, 7);\nINSERT INTO lines VALUES (1);",
       "4: orders_customer_id_fkey (7) absent\n5: lines_order_id_fkey (1) absent"},
      {"the next statement stands alone", kShop + "INSERT INTO orders VALUES (1, 7);\nINSERT INTO orders VALUES (1, NULL);", "3: orders_customer_id_fkey (7) absent"},
      {"a sequence goes on all the same",
       "CREATE TABLE p (id serial PRIMARY KEY, n integer CHECK (n > 0));\nCREATE TABLE c (p_id integer REFERENCES p);\n"
       "INSERT INTO p (n) VALUES (0);\nINSERT INTO p (n) VALUES (1);\nINSERT INTO c VALUES (2);\nINSERT INTO c VALUES (1);",
       "3: 23514 new row for relation \"p\" violates check constraint \"p_n_check\"\n6: c_p_id_fkey (1) absent"},
  });
}

TEST_CASE("deferred checks wait for COMMIT or SET CONSTRAINTS", "[replay]") {
  check({
      {"outside a block a deferred check is made at once",
       "CREATE TABLE p (id integer PRIMARY KEY);\nCREATE TABLE c (p_id integer REFERENCES p DEFERRABLE INITIALLY DEFERRED);\nINSERT INTO c VALUES (7);",
       "3: c_p_id_fkey (7) absent"},
      {"initially deferred, the row comes in time",
       "CREATE TABLE p (id integer PRIMARY KEY);\nCREATE TABLE c (p_id integer REFERENCES p DEFERRABLE INITIALLY DEFERRED);\n"
       "BEGIN;\nINSERT INTO c VALUES (7);\nINSERT INTO p VALUES (7);\nCOMMIT;",
       ""},
      {"COMMIT fails and undoes all",
       kPatientShop + "BEGIN;\nSET CONSTRAINTS ALL DEFERRED;\nINSERT INTO customers VALUES (1);\nINSERT INTO orders VALUES (1, 7);\nCOMMIT;\nINSERT INTO orders VALUES (2, 1);",
       "7: orders_customer_id_fkey (7) absent\n8: orders_customer_id_fkey (1) absent"},
      {"deferrable alone is immediate", kPatientShop + "BEGIN;\nINSERT INTO orders VALUES (1, 7);\nINSERT INTO customers VALUES (7);\nCOMMIT;",
       "4: orders_customer_id_fkey (7) absent\n5: 25P02 current transaction is aborted, commands ignored until end of transaction block"},
      {"SET CONSTRAINTS ... IMMEDIATE makes the checks that wait",
       kPatientShop + "BEGIN;\nSET CONSTRAINTS ALL DEFERRED;\nINSERT INTO orders VALUES (1, 7);\nSET CONSTRAINTS ALL IMMEDIATE;\nCOMMIT;",
       "6: orders_customer_id_fkey (7) absent"},
      {"by name", kPatientShop + "BEGIN;\nSET CONSTRAINTS orders_customer_id_fkey DEFERRED;\nINSERT INTO orders VALUES (1, 7);\nINSERT INTO customers VALUES (7);\nCOMMIT;", ""},
      {"what is not deferrable cannot wait", kShop + "BEGIN;\nSET CONSTRAINTS orders_customer_id_fkey DEFERRED;\nROLLBACK;",
       "4: 42809 constraint \"orders_customer_id_fkey\" is not deferrable"},
      {"a row that is gone by COMMIT is not checked",
       kPatientShop + "BEGIN;\nSET CONSTRAINTS ALL DEFERRED;\nINSERT INTO orders VALUES (1, 7);\nDELETE FROM orders;\nCOMMIT;", ""},
  });
}

TEST_CASE("an error aborts the block, a savepoint saves the rest", "[replay]") {
  check({
      {"the rest of the block is refused, COMMIT rolls back",
       kShop + "BEGIN;\nINSERT INTO customers VALUES (1);\nINSERT INTO orders VALUES (1, 7);\nCOMMIT;\nINSERT INTO orders VALUES (2, 1);",
       "5: orders_customer_id_fkey (7) absent\n7: orders_customer_id_fkey (1) absent"},
      {"ROLLBACK TO goes on from the savepoint",
       kShop + "BEGIN;\nINSERT INTO customers VALUES (1);\nSAVEPOINT a;\nINSERT INTO orders VALUES (1, 7);\nROLLBACK TO a;\nINSERT INTO orders VALUES (2, 1);\nCOMMIT;\n"
               "INSERT INTO orders VALUES (3, 1);",
       "6: orders_customer_id_fkey (7) absent"},
      {"rows since the savepoint are gone",
       kShop + "BEGIN;\nSAVEPOINT a;\nINSERT INTO customers VALUES (1);\nROLLBACK TO a;\nINSERT INTO orders VALUES (2, 1);\nCOMMIT;",
       "7: orders_customer_id_fkey (1) absent"},
      {"a released savepoint keeps them",
       kShop + "BEGIN;\nSAVEPOINT a;\nINSERT INTO customers VALUES (1);\nRELEASE a;\nINSERT INTO orders VALUES (2, 1);\nCOMMIT;", ""},
      {"ROLLBACK undoes tables, too", kShop + "BEGIN;\nDROP TABLE orders;\nROLLBACK;\nINSERT INTO orders VALUES (1, 7);", "6: orders_customer_id_fkey (7) absent"},
  });
}

TEST_CASE("checks that are off find nothing, and what came in past them is told", "[replay]") {
  check({
      {"replica role", kShop + "SET session_replication_role = replica;\nINSERT INTO orders VALUES (1, 7);\nRESET session_replication_role;\nINSERT INTO orders VALUES (2, 8);",
       "6: orders_customer_id_fkey (8) absent\n4: orders_customer_id_fkey (7) bypassed"},
      {"DISABLE TRIGGER ALL", kShop + "ALTER TABLE orders DISABLE TRIGGER ALL;\nINSERT INTO orders VALUES (1, 7);\nALTER TABLE orders ENABLE TRIGGER ALL;\nINSERT INTO orders VALUES (2, 8);",
       "6: orders_customer_id_fkey (8) absent\n4: orders_customer_id_fkey (7) bypassed"},
      {"DISABLE TRIGGER USER does not touch them", kShop + "ALTER TABLE orders DISABLE TRIGGER USER;\nINSERT INTO orders VALUES (1, 7);",
       "4: orders_customer_id_fkey (7) absent"},
      {"replica role does not switch off unique keys", kShop + "SET session_replication_role = replica;\nINSERT INTO customers VALUES (1), (1);",
       "4: 23505 duplicate key value violates unique constraint \"customers_pkey\""},
      {"a row that came in late mends it", kShop + "SET session_replication_role = replica;\nINSERT INTO orders VALUES (1, 7);\nINSERT INTO customers VALUES (7);", ""},
  });
}

TEST_CASE("rows that ON CONFLICT skips or changes", "[replay]") {
  check({
      {"a row that is skipped is not checked", kShop + "INSERT INTO orders VALUES (1, NULL);\nINSERT INTO orders VALUES (1, 7) ON CONFLICT DO NOTHING;", ""},
      {"a row that goes in is", kShop + "INSERT INTO orders VALUES (1, 7) ON CONFLICT DO NOTHING;", "3: orders_customer_id_fkey (7) absent"},
      {"a row that is updated is", kShop + "INSERT INTO orders VALUES (1, NULL);\nINSERT INTO orders VALUES (1, 7) ON CONFLICT (id) DO UPDATE SET customer_id = excluded.customer_id;",
       "4: orders_customer_id_fkey (7) absent"},
  });
}

TEST_CASE("changing referenced rows", "[replay]") {
  const auto with = [](const std::string& action) {
    return "CREATE TABLE p (id integer PRIMARY KEY);\nCREATE TABLE c (id integer, p_id integer DEFAULT 9 REFERENCES p " + action +
           ");\nINSERT INTO p VALUES (1), (2);\nINSERT INTO c VALUES (1, 1);\n";
  };
  check({
      {"DELETE", with("") + "DELETE FROM p WHERE id = 1;", "5: c_p_id_fkey (1) referenced"},
      {"of what nobody references", with("") + "DELETE FROM p WHERE id = 2;", ""},
      {"RESTRICT", with("ON DELETE RESTRICT") + "DELETE FROM p WHERE id = 1;", "5: c_p_id_fkey (1) referenced"},
      {"UPDATE of the key", with("") + "UPDATE p SET id = 5 WHERE id = 1;", "5: c_p_id_fkey (1) referenced"},
      {"UPDATE with CASCADE", with("ON UPDATE CASCADE") + "UPDATE p SET id = 5 WHERE id = 1;\nDELETE FROM p WHERE id = 5;", "6: c_p_id_fkey (5) referenced"},
      {"DELETE with CASCADE", with("ON DELETE CASCADE") + "DELETE FROM p WHERE id = 1;\nINSERT INTO c VALUES (2, 1);", "6: c_p_id_fkey (1) absent"},
      {"SET NULL frees the row", with("ON DELETE SET NULL") + "DELETE FROM p WHERE id = 1;\nDELETE FROM p;", ""},
      {"SET DEFAULT to what is missing", with("ON DELETE SET DEFAULT") + "DELETE FROM p WHERE id = 1;", "5: c_p_id_fkey (9) absent"},
      {"UPDATE of the referencing row", with("") + "UPDATE c SET p_id = 3;", "5: c_p_id_fkey (3) absent"},
      {"TRUNCATE", with("") + "TRUNCATE p;", "5: 0A000 cannot truncate a table referenced in a foreign key constraint"},
  });
}

TEST_CASE("of a partitioned table the partition's constraint is named", "[replay]") {
  const std::string tables =
      "CREATE TABLE p (id integer PRIMARY KEY);\n"
      "CREATE TABLE c (id integer, p_id integer REFERENCES p) PARTITION BY RANGE (id);\n"
      "CREATE TABLE c_low PARTITION OF c FOR VALUES FROM (0) TO (10);\n";
  check({
      {"through the root", tables + "INSERT INTO c VALUES (1, 7);", "4: c_p_id_fkey (7) absent"},
      {"no partition takes the row", tables + "INSERT INTO c VALUES (11, 7);", "4: 23514 no partition of relation \"c\" found for row"},
  });
}

TEST_CASE("data behind a refused COPY becomes SQL up to psql 16", "[replay]") {
  // The answers are those of conformance/copy/failed_copy_spills_its_data.
  const std::string sql = kShop + "COPY nowhere FROM stdin;\n1\ta\n2\tb\n\\.\nINSERT INTO customers VALUES (1);\nINSERT INTO orders VALUES (10, 1);\n";
  ReplayCase how;
  how.options.pg_version = 15;
  CHECK(replay(sql, how) ==
        "3: 42P01 relation \"nowhere\" does not exist\n7: 42601 syntax error at or near \"1\"\n8: orders_customer_id_fkey (1) absent");
  how.options.pg_version = 17;
  CHECK(replay(sql, how) == "3: 42P01 relation \"nowhere\" does not exist");
}

TEST_CASE("each database has tables of its own", "[replay]") {
  check({{"connect", kShop + "INSERT INTO customers VALUES (1);\nCREATE DATABASE other;\n\\connect other\n" + kShop + "INSERT INTO orders VALUES (1, 1);",
          "8: orders_customer_id_fkey (1) absent"}});
}

TEST_CASE("several inputs load one after the other, each a session of its own", "[replay]") {
  const std::string orders = "INSERT INTO orders VALUES (1, 7);\n";
  const std::string customers = "INSERT INTO customers VALUES (7);\n";
  CHECK(replay({kShop, customers, orders}) == "");
  CHECK(replay({kShop, orders, customers}, {.reasons = true}) == "b:1: orders_customer_id_fkey (7) absent; comes later at c:1");
  CHECK(replay({kShop, "BEGIN;\n" + customers, orders}) == "c:1: orders_customer_id_fkey (7) absent");  // the end of a session rolls back
}

TEST_CASE("in a single transaction one failure undoes all", "[replay]") {
  ReplayCase how{.summaries = true};
  how.options.single_transaction = true;
  const std::string failed = replay(kShop + "INSERT INTO customers VALUES (1);\nINSERT INTO orders VALUES (1, 7);\n", how);
  CHECK(failed.find("4: orders_customer_id_fkey (7) absent\n") == 0);
  CHECK(failed.find("public.customers") == std::string::npos);  // the table is gone, too
  CHECK(replay("CREATE TABLE customers (id integer);\nINSERT INTO customers VALUES (1);\n", how).find("public.customers: 1 rows\n") == 0);
}

TEST_CASE("a finding says why the row is not there", "[replay]") {
  check(
      {
          {"nobody brings it", kShop + "INSERT INTO customers VALUES (1);\nINSERT INTO orders VALUES (1, 7);", "4: orders_customer_id_fkey (7) absent; never in the input"},
          {"its table gets no rows", kShop + "INSERT INTO orders VALUES (1, 7);", "3: orders_customer_id_fkey (7) absent; table not loaded"},
          {"a later statement brings it", kShop + "INSERT INTO orders VALUES (1, 7);\nINSERT INTO customers VALUES (7);", "3: orders_customer_id_fkey (7) absent; comes later at 4"},
          {"a later row of the table itself",
           "CREATE TABLE tree (id integer PRIMARY KEY, up integer REFERENCES tree);\nINSERT INTO tree VALUES (2, 1);\nINSERT INTO tree VALUES (1, NULL);",
           "2: tree_up_fkey (1) absent; comes later in the same table at 3"},
          {"it was lost with its statement", kShop + "INSERT INTO customers VALUES (7), (7);\nINSERT INTO orders VALUES (1, 7);",
           "3: 23505 duplicate key value violates unique constraint \"customers_pkey\"\n4: orders_customer_id_fkey (7) absent; lost with #0"},
          {"it was removed", kShop + "INSERT INTO customers VALUES (7);\nDELETE FROM customers;\nINSERT INTO orders VALUES (1, 7);", "5: orders_customer_id_fkey (7) absent; removed by 4"},
          {"MATCH FULL mixes",
           "CREATE TABLE p (a integer, b integer, PRIMARY KEY (a, b));\nCREATE TABLE c (a integer, b integer, FOREIGN KEY (a, b) REFERENCES p MATCH FULL);\nINSERT INTO c VALUES (1, NULL);",
           "3: c_a_b_fkey (1, null) mixed; mixed"},
      },
      {.reasons = true});
}

// Not yet so: it is told as coming later.
TEST_CASE("two statements that wait for each other are a cycle", "[replay]") {
  check({{"immediate keys both ways",
          "CREATE TABLE a (id integer PRIMARY KEY, b integer);\nCREATE TABLE b (id integer PRIMARY KEY, a integer REFERENCES a);\n"
          "ALTER TABLE a ADD FOREIGN KEY (b) REFERENCES b;\nINSERT INTO a VALUES (1, 1);\nINSERT INTO b VALUES (1, 1);",
          "4: a_b_fkey (1) absent; comes later in a cycle at 5\n5: b_a_fkey (1) absent; lost with #0"}},
        {.reasons = true});
}

TEST_CASE("a row that an earlier statement wrote is shown by the key's cell", "[replay]") {
  check({{"found when the key is added",
          "CREATE TABLE p (id integer PRIMARY KEY);\nCREATE TABLE c (id integer, p_id integer);\nINSERT INTO c VALUES (1, 7);\n"
          "ALTER TABLE c ADD FOREIGN KEY (p_id) REFERENCES p;",
          "4: c_p_id_fkey (7) absent; 1 row, 1 key; row 1 at 3; 3:26 7"},
         {"columns in another order, several rows, a string with a comma",
          "CREATE TABLE p (id text PRIMARY KEY);\nCREATE TABLE c (id integer, p_id text, n text);\n"
          "INSERT INTO c (n, p_id, id) VALUES ('a,(b', NULL, 1),\n  (lower('X'), 'it''s, so', 2);\nALTER TABLE c ADD FOREIGN KEY (p_id) REFERENCES p;",
          "5: c_p_id_fkey (it's, so) absent; 1 row, 1 key; row 2 at 4; 4:16 'it''s, so'"},
         {"COPY with columns in another order",
          "CREATE TABLE p (id integer PRIMARY KEY);\nCREATE TABLE c (id integer, p_id integer);\nCOPY c (p_id, id) FROM stdin;\n7\t1\n\\.\n"
          "ALTER TABLE c ADD FOREIGN KEY (p_id) REFERENCES p;",
          "6: c_p_id_fkey (7) absent; 1 row, 1 key; row 1 at 4; 4:1 7"},
         {"found at COMMIT",
          "CREATE TABLE p (id integer PRIMARY KEY);\nCREATE TABLE c (id integer, p_id integer REFERENCES p DEFERRABLE INITIALLY DEFERRED);\nBEGIN;\n"
          "INSERT INTO c VALUES (1, 7);\nCOMMIT;",
          "5: c_p_id_fkey (7) absent; 1 row, 1 key; row 1 at 4; 4:26 7"},
         {"an UPDATE wrote it: the row, and no cell",
          "CREATE TABLE p (id integer PRIMARY KEY);\nCREATE TABLE c (id integer, p_id integer);\nINSERT INTO c VALUES (1, 8);\nUPDATE c SET p_id = 7;\n"
          "ALTER TABLE c ADD FOREIGN KEY (p_id) REFERENCES p;",
          "5: c_p_id_fkey (7) absent; 1 row, 1 key; row 1 at 3"}},
        {.rows = true, .cells = true});
}

TEST_CASE("rows are counted exactly, and only some are kept", "[replay]") {
  const std::string sql = kShop + "COPY orders FROM stdin;\n1\t7\n2\t\\N\n3\t8\n4\t7\n5\t9\n\\.\n";
  ReplayCase how{.rows = true, .cells = true};
  how.options.max_rows = 2;
  CHECK(replay(sql, how) == "9: orders_customer_id_fkey (7) (8) ... absent; 4 rows, 3 keys; row 1 at 4; row 3 at 6; 4:3 7; 6:3 8");
  how.options.max_rows = 0;
  CHECK(replay(sql, how) ==
        "9: orders_customer_id_fkey (7) (8) (7) (9) absent; 4 rows, 3 keys; row 1 at 4; row 3 at 6; row 4 at 7; row 5 at 8; 4:3 7; 6:3 8; 7:3 7; 8:3 9");
}

TEST_CASE("a statement that is not read may have touched the tables it names", "[replay]") {
  std::string sum = "1";  // nested deeper than is read; a server takes it
  for (int links = 0; links < 5100; ++links) sum += "+1";
  const std::string schema =
      "CREATE TABLE \"gro\u00dfe Kunden\" (id integer PRIMARY KEY);\nCREATE TABLE a (id integer PRIMARY KEY, k integer REFERENCES \"gro\u00dfe Kunden\");\n"
      "CREATE TABLE b (k integer REFERENCES a);\n";
  const std::string found = replay(schema + "INSERT INTO \"gro\u00dfe Kunden\" VALUES (" + sum + ");\nINSERT INTO a VALUES (1, 5101);\nINSERT INTO b VALUES (9);");
  CAPTURE(found);
  CHECK(found.find("4: undecided: ") != std::string::npos);
  CHECK(found.find("5: a_k_fkey undecided: ") != std::string::npos);  // whether that row was there
  CHECK(found.find("6: b_k_fkey (9) absent") != std::string::npos);
}

TEST_CASE("what cannot be known is undecided, not wrong", "[replay]") {
  const std::string found = replay(kShop + "INSERT INTO customers VALUES (1);\nINSERT INTO orders VALUES (1, (random() * 10)::integer);");
  CHECK(found.find("4: orders_customer_id_fkey") == 0);
  CHECK(found.find("undecided: ") != std::string::npos);
}

TEST_CASE("what a server's plan decides is undecided", "[replay]") {
  const std::string schema =
      "CREATE TABLE p (id integer PRIMARY KEY);\nCREATE TABLE c (id integer PRIMARY KEY, p_id integer REFERENCES p);\n"
      "INSERT INTO p VALUES (1), (2);\nINSERT INTO c VALUES (1, 1), (2, 2);\nCREATE SEQUENCE s;\n";
  CHECK(replay(schema + "UPDATE c SET p_id = 9 WHERE id = nextval('s') AND id > 1;") ==
        "6: undecided: for which rows WHERE comes to its nextval() depends on the plan");
  // The new row has the key of one that is deleted: before or behind it.
  const std::string merged = replay(schema +
                                    "MERGE INTO c USING (VALUES (1, 1), (7, 9)) s (id, p_id) ON c.id = s.id WHEN MATCHED THEN DELETE\n"
                                    "WHEN NOT MATCHED THEN INSERT VALUES (s.id - 6, s.p_id);");
  CHECK(merged == "7: undecided: a new row has a key of a row that the same MERGE matches: which of them comes first depends on the plan");
}

}  // namespace
}  // namespace pgfk::test
