#include <string>

#include "analyzer/failures/fingerprints.h"
#include "analyzer/failures/statement_shape.h"
#include "tests/support/catch.h"

using namespace pgfk;

TEST_CASE("a shape has no values, no comments and one blank at most", "[failures]") {
  struct Case { const char* statement; const char* shape; };
  const auto c = GENERATE(values<Case>({
      {"INSERT INTO t VALUES (1, 'x')", "INSERT INTO t VALUES ($1, $2)"},
      {"INSERT  INTO\n\tt -- id 7\nVALUES (/* a /* b */ 'c' */ 1)", "INSERT INTO t VALUES ( $1)"},
      {"SELECT 'it''s', E'a\\'b', $$x'y$$, $t$ $$ $t$, U&'d', B'1', n'q'", "SELECT $1, $2, $3, $4, $5, $6, $7"},
      {"SELECT 1.5e-3, .5, 0x1F, 1_000, $7, a1, t.c", "SELECT $1, $2, $3, $4, $5, a1, t.c"},
      {"UPDATE \"T 'x' 1\"\"2\" SET a = a - 1", "UPDATE \"T 'x' 1\"\"2\" SET a = a - $1"},
      {"INSERT INTO t VALUES ('cut off here, 5", "INSERT INTO t VALUES ($1"},
      {"SELECT $$ cut", "SELECT $1"},
      {"SELECT /* cut", "SELECT"},
      {"", ""},
  }));
  CAPTURE(c.statement);
  CHECK(statement_shape(c.statement).text == c.shape);
}

TEST_CASE("statements that differ in values alone have one shape", "[failures]") {
  struct Case { const char* left; const char* right; bool same; };
  const auto c = GENERATE(values<Case>({
      {"INSERT INTO t VALUES (1, 2)", "insert into T values ($1,$2), (3, -4), ('x', 5)", true},
      {"SELECT 1 FROM t WHERE a IN (1)", "SELECT 2 FROM t WHERE a IN (1, 2, 3)", true},
      {"SELECT a FROM t", "SELECT b FROM t", false},
      {"SELECT \"a\" FROM t", "SELECT \"A\" FROM t", false},
      {"SELECT 1 - 2", "SELECT 1", false},
      {"SELECT f(1), g", "SELECT f(1), h", false},
  }));
  CAPTURE(c.left, c.right);
  CHECK((statement_shape(c.left).hash == statement_shape(c.right).hash) == c.same);
}

TEST_CASE("fingerprints are libpg_query's where its grammar can read the statement", "[failures]") {
  Fingerprints fingerprints;
  const auto of = [&](const std::string& text) { return fingerprints.of(text, statement_shape(text)); };
  // From libpg_query's own test of fingerprints (test/fingerprint_tests.c).
  CHECK(of("SELECT 1") == "50fde20626009aba");
  CHECK(of("SELECT 2") == "50fde20626009aba");
  CHECK(of("INSERT INTO t VALUES (1, 2)") == of("INSERT INTO t VALUES ($1, $2), (3, 4)"));
  CHECK(of("INSERT INTO t VALUES (1, 'cut").substr(0, 1) == "~");
  CHECK(of("SELECT '\xe9' FROM t") == of("SELECT 'e' FROM t"));  // no UTF-8, but its shape is
  CHECK(of("").size() > 0);
}
