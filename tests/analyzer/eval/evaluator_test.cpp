// The evaluator's own promises: assignment, conditions, analysis, and expressions as text.
#include "tests/analyzer/eval/eval_fixture.h"
#include "tests/support/catch.h"

using namespace pgfk;

namespace {

/// The one target of SELECT.
class Parsed {
 public:
  explicit Parsed(const std::string& expr) : sql_(parse_sql("SELECT " + expr)) { REQUIRE(sql_.statements.size() == 1); }
  const Expr& expr() const { return *std::get<Select>(sql_.statements[0].body).targets[0].expr; }

 private:
  ParsedSql sql_;
};

template <typename T>
std::string trouble(const Outcome<T>& outcome) {
  return outcome.doubtful() ? "doubt: " + outcome.doubt().reason : outcome.error().sqlstate + " " + outcome.error().message;
}

}  // namespace

TEST_CASE("a value is stored as its column's type", "[eval]") {
  struct Case { const char* type; const char* expr; const char* answer; };
  const Case c = GENERATE(values<Case>({
      {"integer", "'7'", "7"},
      {"integer", "2.6", "3"},
      {"integer", "9999999999", "22003 integer out of range"},
      {"integer", "'9999999999'", "22003 value \"9999999999\" is out of range for type integer"},
      {"integer", "'x'", "22P02 invalid input syntax for type integer: \"x\""},
      {"integer", "'x'::text", "42804 column \"c\" is of type integer but expression is of type text"},
      {"integer", "true", "42804 column \"c\" is of type integer but expression is of type boolean"},
      {"integer", "ARRAY[1]", "42804 column \"c\" is of type integer but expression is of type integer[]"},
      {"boolean", "1", "42804 column \"c\" is of type boolean but expression is of type integer"},
      {"date", "20240101", "42804 column \"c\" is of type date but expression is of type integer"},
      {"date", "timestamp '2024-03-02 23:00'", "2024-03-02"},
      {"text", "42", "42"},
      {"text", "true", "true"},
      {"varchar(3)", "'abcd'", "22001 value too long for type character varying(3)"},
      {"varchar(3)", "'abc   '", "abc"},
      {"char(3)", "'a'", "a  "},
      {"numeric(4,2)", "1.005", "1.01"},
      {"numeric(4,2)", "100", "22003 numeric field overflow"},
      {"integer", "NULL", "null"},
      {"pos", "5", "5"},
      {"pos", "-5", "23514 value for domain pos violates check constraint \"pos_check\""},
      {"code", "NULL", "23502 domain code does not allow null values"},
      {"code", "'abcd'", "22001 value too long for type character varying(3)"},
      {"jsonb", "'{\"b\": 1, \"a\": 2}'", "{\"a\": 2, \"b\": 1}"},
      {"pair", "ROW(1, 'x y')", "(1,\"x y\")"},
      {"pair", "ROW(1)", "42846 cannot cast type record to pair"},
      {"integer[]", "'{1,2}'", "{1,2}"},
  }));
  CAPTURE(c.type, c.expr);
  EvalDatabase database;
  REQUIRE(database.run("CREATE DOMAIN pos AS integer CHECK (VALUE > 0); CREATE DOMAIN code AS varchar(3) NOT NULL;"
                       "CREATE TYPE pair AS (a integer, b text)") == "");
  REQUIRE(database.run(std::string("CREATE TABLE t (c ") + c.type + ")") == "");
  QualifiedName name;
  name.name = "t";
  const Column& column = database.catalog[database.catalog.find(database.scope, name)].columns[0];
  Evaluator evaluator(database.catalog, database);
  const Parsed parsed(c.expr);
  const Outcome<Value> value = evaluator.evaluate(parsed.expr(), Scope{});
  REQUIRE(value.ok());
  const Outcome<Value> stored = evaluator.assign(*value, column);
  CHECK((stored ? write_value(database.types(), *stored) : trouble(stored)) == c.answer);
}

TEST_CASE("a domain's failure names its schema and constraint", "[eval]") {
  EvalDatabase database;
  REQUIRE(database.run("CREATE DOMAIN pos AS integer CONSTRAINT above CHECK (VALUE > 0)") == "");
  const Outcome<Value> checked =
      Evaluator(database.catalog, database).check_domain(Value::of(TypeId::int4, std::int64_t{-1}), database.catalog.find_type_in("public", "pos"));
  REQUIRE(checked.refused());
  CHECK(checked.error().schema == "public");
  CHECK(checked.error().constraint == "above");
}

TEST_CASE("planning folds what needs no row, session or sequence", "[eval]") {
  struct Case { const char* expr; bool constant; bool is_volatile; };
  const Case c = GENERATE(values<Case>({{"1 / 0", true, false},
                                        {"lower('X') || 'y'", true, false},
                                        {"x + 1", false, false},
                                        {"now()", false, false},
                                        {"nextval('s')", false, true},
                                        {"1 + random()", false, true},
                                        {"own_function(1)", false, true},
                                        {"(SELECT 1)", false, false},
                                        {"current_date", false, false}}));
  CAPTURE(c.expr);
  const Parsed parsed(c.expr);
  CHECK(Evaluator::is_constant(parsed.expr()) == c.constant);
  CHECK(Evaluator::is_volatile(parsed.expr()) == c.is_volatile);
}

TEST_CASE("analysis tells types and what does not exist without running anything", "[eval]") {
  struct Case { const char* expr; const char* answer; };
  const Case c = GENERATE(values<Case>({{"1 / 0", "integer"},
                                        {"nextval('s')", "bigint"},
                                        {"1 + 2.5", "numeric"},
                                        {"CASE WHEN true THEN 1 ELSE 2.5 END", "numeric"},
                                        {"ARRAY[1, 2]", "integer[]"},
                                        {"(SELECT 'x')", "text"},
                                        {"pg_size_pretty(5::bigint)", "text"},
                                        {"nope + 1", "42703 column \"nope\" does not exist"},
                                        {"f(1)", "42883 function f(integer) does not exist"},
                                        {"nextval('nope')", "42P01 relation \"nope\" does not exist"},
                                        {"1 + 'x'", "22P02 invalid input syntax for type integer: \"x\""}}));
  CAPTURE(c.expr);
  EvalDatabase database;
  REQUIRE(database.run("CREATE SEQUENCE s") == "");
  const Parsed parsed(c.expr);
  const Outcome<TypeId> type = Evaluator(database.catalog, database).analyze(parsed.expr(), Scope{});
  CHECK((type ? format_type(database.catalog, *type) : trouble(type)) == c.answer);
}

TEST_CASE("a condition must be boolean", "[eval]") {
  EvalDatabase database;
  const Parsed parsed("1");
  const Outcome<Value> value = Evaluator(database.catalog, database).condition(parsed.expr(), Scope{});
  REQUIRE(value.refused());
  CHECK(trouble(value) == "42804 argument of WHERE must be type boolean, not type integer");
}

TEST_CASE("expressions read as they were written", "[eval]") {
  const char* text = GENERATE("nextval('s'::regclass)", "a + (b * 2)", "name LIKE 'x%'", "id IN (1, 2)", "x BETWEEN 1 AND 2", "COALESCE(a, 'it''s')",
                              "CASE WHEN a THEN 1 ELSE 2 END", "t.c IS NOT NULL", "a::numeric(10,2)", "ARRAY[1, 2]", "count(*)");
  const Parsed parsed(text);
  CHECK(expression_text(parsed.expr()) == text);
}
