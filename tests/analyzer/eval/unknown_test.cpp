// What only the server knows, and what we do not understand: how far it spreads, and where it stops.
#include "tests/analyzer/eval/eval_fixture.h"
#include "tests/support/catch.h"

using namespace pgfk;

TEST_CASE("an unknown value spreads as far as the answer rests on it", "[eval]") {
  struct Case { const char* expr; const char* answer; };
  const Case c = GENERATE(values<Case>({
      {"gen_random_uuid()", "?"},
      {"gen_random_uuid() = gen_random_uuid()", "f"},                            // each differs from all others
      {"gen_random_uuid() = '00000000-0000-0000-0000-000000000000'", "f"},
      {"gen_random_uuid()::text = 'x'", "f"},
      {"(SELECT u = u FROM (SELECT gen_random_uuid() AS u) t)", "t"},            // and is itself
      {"now() = now()", "t"},                                                    // one clock per transaction
      {"now() > '2024-01-01'", "t"},                                             // which is over
      {"now() > '2224-01-01'", "?"},
      {"now() + INTERVAL '1 day'", "?"},
      {"now() IS NULL", "f"},
      {"random() < 2 AND false", "f"},
      {"random() < 2 OR true", "t"},
      {"random() < 2 AND NULL", "?"},
      {"NOT random() < 2", "?"},
      {"COALESCE(NULL, random())", "?"},
      {"COALESCE(1, random())", "1"},
      {"CASE WHEN random() < 2 THEN 1 ELSE 1 END", "?"},
      {"CASE WHEN false THEN random() ELSE 1 END", "1"},
      {"1 IN (1, random())", "t"},
      {"2.5 = ANY (ARRAY[1.5, random()])", "?"},
      {"NULL || now()::text", "NULL"},
      {"concat('a', now())", "?"},
      {"(SELECT count(*) FROM (VALUES (now()), (now())) v(x))", "2"},
      {"(SELECT max(x) FROM (VALUES (now()), (now())) v(x))", "?"},
      {"(SELECT count(DISTINCT x) FROM (VALUES (gen_random_uuid()), (gen_random_uuid())) v(x))", "2"},
      {"(SELECT 1 WHERE random() < 2)", "doubt: random() is known to the server alone"},
  }));
  CAPTURE(c.expr);
  EvalDatabase database;
  CHECK(database.run(std::string("SELECT ") + c.expr) == c.answer);
}

TEST_CASE("a function we do not compute is a doubt only where it is run", "[eval]") {
  EvalDatabase database;
  CHECK(database.run("SELECT pg_size_pretty(5::bigint)") == "doubt: function pg_size_pretty(bigint) is not evaluated offline");
  CHECK(database.run("SELECT CASE WHEN true THEN 1 ELSE length(pg_size_pretty(5::bigint)) END") == "1");
  CHECK(database.run("SELECT false AND pg_size_pretty(5::bigint) = 'x'") == "f");
  CHECK(database.run("SELECT pg_size_pretty('x'::text)") == "ERROR 42883: function pg_size_pretty(text) does not exist");
  CHECK(database.run("SELECT starelid FROM pg_statistic") == "doubt: relation \"pg_statistic\" of the system is not known offline");
  CHECK(database.run("SELECT relname FROM pg_class") == "doubt: all rows of pg_catalog.pg_class are known to the server alone");
  CHECK(database.run("SELECT 1 FROM pg_class WHERE relname = 'nothing_of_that_name'") == "");
}

TEST_CASE("functions of extensions are there once the extension is", "[eval]") {
  EvalDatabase database;
  const char* call = "SELECT uuid_generate_v5(uuid_ns_dns(), 'example.org')";
  CHECK(database.run(call) == "ERROR 42883: function uuid_ns_dns() does not exist");
  CHECK(database.run("CREATE EXTENSION \"uuid-ossp\"") == "");
  CHECK(database.run(call) == "aad03681-8b63-5304-89e0-8ca8f49461b5");
  CHECK(database.run("SELECT uuid_generate_v3(uuid_ns_dns(), 'example.org')") == "04738bdf-b25a-3829-a801-b21a1d25095b");
  CHECK(database.run("SELECT uuid_generate_v4() = uuid_nil()") == "f");
}

TEST_CASE("functions of newer servers are a doubt there and missing before", "[eval]") {
  EvalDatabase database;
  CHECK(database.run("SELECT uuidv7()") == "ERROR 42883: function uuidv7() does not exist");
  database.scope.server_version = 18;
  CHECK(database.run("SELECT uuidv7()") == "doubt: function uuidv7() is not evaluated offline");
}

TEST_CASE("functions of the input are the host's", "[eval]") {
  EvalDatabase database;
  CHECK(database.run("CREATE FUNCTION f(a integer, b text) RETURNS text LANGUAGE sql AS 'SELECT b'; SELECT f(1, 'x')") == "f of 2");
  CHECK(database.run("SELECT f('x'::text, 1)") == "ERROR 42883: function f(text, integer) does not exist");
  CHECK(database.run("SELECT f(1)") == "ERROR 42883: function f(integer) does not exist");
}

TEST_CASE("a look-up by equality reads each table once", "[eval]") {
  EvalDatabase database;
  REQUIRE(database.run("CREATE TABLE p (id integer, name text); CREATE TABLE c (p_name text);"
                       "INSERT INTO p SELECT i, 'n' || i FROM generate_series(1, 300) i;"
                       "INSERT INTO c SELECT 'n' || i FROM generate_series(1, 300) i") == "");
  database.scans = 0;
  CHECK(database.run("SELECT sum((SELECT id FROM p WHERE p.name = c.p_name)) FROM c") == "45150");
  CHECK(database.scans == 2);
}

TEST_CASE("a query whose first rows are the plan's choice is a doubt under LIMIT", "[eval]") {
  EvalDatabase database;
  REQUIRE(database.run("CREATE TABLE a (x integer); INSERT INTO a VALUES (1), (2)") == "");
  CHECK(database.run("SELECT x FROM a LIMIT 1") == "1");
  CHECK(database.run("SELECT a.x FROM a, a b LIMIT 1") == "doubt: LIMIT without ORDER BY: which rows come first depends on the plan");
  CHECK(database.run("SELECT a.x FROM a, a b LIMIT 4") == "1\n1\n2\n2");
}
