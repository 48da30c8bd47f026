// Code in PL/pgSQL as the replay tells of it: where a row of a body stands, what is undecided and how far that reaches. What the server
// does with such code is held against its recorded answers in fixtures/conformance/plpgsql.
#include <string>

#include "tests/support/catch.h"
#include "tests/support/replay_dump.h"

namespace pgfk::test {
namespace {

const std::string kSchema =
    "CREATE TABLE p (id integer PRIMARY KEY);\nCREATE TABLE c (p_id integer REFERENCES p);\n"
    "CREATE TABLE q (id integer PRIMARY KEY);\nCREATE TABLE d (q_id integer REFERENCES q);\n";

}  // namespace

TEST_CASE("a row that a DO block writes is shown where it stands in the block", "[replay]") {
  const ReplayCase how{.rows = true, .cells = true};
  CHECK(replay(kSchema + "DO $$\nDECLARE n integer := 8;\nBEGIN\n  INSERT INTO c\n    VALUES (NULL),\n           (77);\nEND $$;", how) ==
        "11: c_p_id_fkey (77) absent; 1 row, 1 key; row 2 at 10; 10:13 77");
  CHECK(replay(kSchema + "DO $$\nDECLARE n integer := 8;\nBEGIN\n  INSERT INTO c VALUES (n);\nEND $$;", how) ==
        "9: c_p_id_fkey (8) absent; 1 row, 1 key; row 1 at 8; 8:25 n");
}

TEST_CASE("rows that a failing block takes along are missed with it", "[replay]") {
  CHECK(replay(kSchema + "DO $$ BEGIN INSERT INTO p VALUES (1); RAISE EXCEPTION 'no'; END $$;\nINSERT INTO c VALUES (1);", {.reasons = true}) ==
        "5: P0001 no\n6: c_p_id_fkey (1) absent; lost with #0");
}

TEST_CASE("what is not followed in a block makes the tables it names uncertain, and no others", "[replay]") {
  const std::string block = "DO $$\nDECLARE k CURSOR FOR SELECT 1;\nBEGIN\n  INSERT INTO p VALUES (1);\n  OPEN k;\nEND $$;\n";
  const std::string found = replay(kSchema + block + "INSERT INTO c VALUES (1);\nINSERT INTO d VALUES (1);");
  CAPTURE(found);
  CHECK(found.find("10: undecided: open of a cursor is not evaluated offline (line 5 of the code)\n") == 0);
  CHECK(found.find("11: c_p_id_fkey undecided: ") != std::string::npos);
  CHECK(found.find("12: d_q_id_fkey (1) absent") != std::string::npos);
}

TEST_CASE("code that does not end is undecided", "[replay]") {
  CHECK(replay("DO $$ BEGIN LOOP NULL; END LOOP; END $$;") == "1: undecided: the code takes more steps than are followed offline (line 1 of the code)");
  CHECK(replay("CREATE FUNCTION f() RETURNS integer LANGUAGE plpgsql AS $$ BEGIN RETURN f(); END $$;\nSELECT f();") ==
        "2: undecided: calls within calls go deeper than is followed offline (line 1 of the code)");
  CHECK(replay(kSchema + "CREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN INSERT INTO p VALUES (NEW.id + 1); RETURN NEW; END $$;\n"
                         "CREATE TRIGGER t BEFORE INSERT ON p FOR EACH ROW EXECUTE FUNCTION f();\nINSERT INTO p VALUES (1);") ==
        "7: undecided: trigger \"t\" on \"p\": calls within calls go deeper than is followed offline (line 1 of the code)");
}

}  // namespace pgfk::test
