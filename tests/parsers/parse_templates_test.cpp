#include "parsers/sql/parse_templates.h"

#include <string>
#include <variant>
#include <vector>

#include "tests/parsers/tree_dump.h"
#include "tests/support/catch.h"

using namespace pgfk;

namespace {

// --- the places of a tree, one after the other

std::string places(const Select& select);

std::string places(const ExprPtr& expr) {
  if (!expr) return "";
  std::string out = " " + std::to_string(expr->location);
  for (const ExprPtr& arg : expr->args) out += places(arg);
  if (expr->type) out += " t" + std::to_string(expr->type->location);
  if (expr->select) out += places(*expr->select);
  return out + places(expr->filter);
}

std::string places(const std::vector<FromItem>& items) {
  std::string out;
  for (const FromItem& item : items) {
    out += " f" + std::to_string(item.location) + "," + std::to_string(item.table.location) + places(item.on) + places(item.function);
    if (item.select) out += places(*item.select);
  }
  return out;
}

std::string places(const std::vector<Target>& targets) {
  std::string out;
  for (const Target& target : targets) out += " @" + std::to_string(target.location) + places(target.expr);
  return out;
}

std::string places(const Select& select) {
  std::string out = " s" + std::to_string(select.location);
  for (const std::vector<ExprPtr>& row : select.values) {
    for (const ExprPtr& cell : row) out += places(cell);
  }
  out += places(select.targets) + places(select.from) + places(select.where) + places(select.limit);
  if (select.left) out += places(*select.left);
  if (select.right) out += places(*select.right);
  return out;
}

std::string places(const std::vector<Assignment>& set) {
  std::string out;
  for (const Assignment& one : set) out += " =" + std::to_string(one.location) + places(one.value);
  return out;
}

std::string places(const Statement& statement) {
  std::string out = std::to_string(statement.location) + "+" + std::to_string(statement.length);
  if (const Select* select = std::get_if<Select>(&statement.body)) out += places(*select);
  if (const Insert* insert = std::get_if<Insert>(&statement.body)) {
    out += " " + std::to_string(insert->table.location);
    for (const int column : insert->column_locations) out += " c" + std::to_string(column);
    for (const CommonTable& part : insert->with.tables) out += " w" + std::to_string(part.location) + places(*part.statement);
    if (insert->source) out += places(*insert->source);
    out += places(insert->on_conflict.set);
    if (insert->returning) out += places(insert->returning->targets);
  }
  if (const Update* update = std::get_if<Update>(&statement.body)) out += places(update->set) + places(update->from) + places(update->where);
  if (const Delete* remove = std::get_if<Delete>(&statement.body)) out += places(remove->using_) + places(remove->where);
  return out;
}

std::string told(const ParsedSql& parsed) {
  std::string out = dump(parsed);
  for (const Statement& statement : parsed.statements) out += "\n" + places(statement);
  return out;
}

struct Pair {
  const char* first;
  const char* second;
};

}  // namespace

TEST_CASE("a statement that differs in its literals from earlier ones gets the tree that the grammar gives", "[sql]") {
  const auto pair = GENERATE(values<Pair>({
      {"INSERT INTO t VALUES (1, 'a');", "INSERT INTO t VALUES (123456789, 'it''s a longer one ''');"},
      {"INSERT INTO t (a, b) VALUES (1, 'a'), (2, 'b')", "INSERT   INTO t (a, b)\n VALUES (-- no\n 17, 'abc'), (0, '');"},
      {"INSERT INTO t VALUES (-1, +2, - 3)", "INSERT INTO t VALUES (-100, +20, - 4)"},
      {"INSERT INTO t (id, p) VALUES (1, (SELECT id FROM p WHERE code = 'x' AND n = -1 LIMIT 1));",
       "INSERT INTO t (id, p) VALUES (2000, (SELECT id FROM p WHERE code = 'longer' AND n = -77 LIMIT 1));"},
      {"INSERT INTO t SELECT 1, a FROM p JOIN q ON p.id = q.id + 1 WHERE a = 'x' UNION ALL SELECT 2, 'y'",
       "INSERT INTO t SELECT 10, a FROM p JOIN q ON p.id = q.id + 11 WHERE a = 'xyz' UNION ALL SELECT 20, 'yyy'"},
      {"INSERT INTO t VALUES (1) ON CONFLICT (id) DO UPDATE SET a = 5 RETURNING id, 7 AS b",
       "INSERT INTO t VALUES (11) ON CONFLICT (id) DO UPDATE SET a = 55 RETURNING id, 77 AS b"},
      {"WITH w AS (INSERT INTO p VALUES (1) RETURNING id) INSERT INTO t SELECT id, 'x' FROM w",
       "WITH w AS (INSERT INTO p VALUES (111) RETURNING id) INSERT INTO t SELECT id, 'xx' FROM w"},
      {"UPDATE t SET a = 'x', b = 2 WHERE id = 3", "UPDATE t SET a = 'xxxx', b = 22 WHERE id = 33"},
      {"DELETE FROM t USING p WHERE t.p = p.id AND p.n IN (1, 2)", "DELETE FROM t USING p WHERE t.p = p.id AND p.n IN (100, 200)"},
      {"SELECT setval('s', 5, true)", "SELECT setval('sequence', 500, true)"},
      {"INSERT INTO t VALUES (DATE '2020-01-01', '1 day'::interval, CAST('7' AS numeric(10,2)), ARRAY[1, 2], 'a' || 'b')",
       "INSERT INTO t VALUES (DATE '2021-11-11', '10 days'::interval, CAST('77' AS numeric(12,3)), ARRAY[10, 20], 'aa' || 'bb')"},
      {"INSERT INTO t VALUES (INTERVAL '1' DAY, interval(3) '2 s')", "INSERT INTO t VALUES (INTERVAL '11' DAY, interval(4) '2 s')"},
      {"INSERT INTO t VALUES (1.5, 2)", "INSERT INTO t VALUES (1.5, 22)"},
      {"INSERT INTO t VALUES (extract(year FROM d), substring('abc' FROM 2 FOR 1), 'x' COLLATE \"C\", 'a' LIKE 'b')",
       "INSERT INTO t VALUES (extract(year FROM d), substring('abcdef' FROM 3 FOR 2), 'xx' COLLATE \"C\", 'aa' LIKE 'bb')"},
      {"INSERT INTO t VALUES ('a'\n'b')", "INSERT INTO t VALUES ('aa'\n'bb')"},
      {"INSERT INTO t VALUES ('a' 'b')", "INSERT INTO t VALUES ('aa'\n'bb')"},
      {"INSERT INTO t VALUES (E'a\\n', 1, U&'\\0041', N'x', b'01', $1)", "INSERT INTO t VALUES (E'a\\n', 12, U&'\\0041', N'x', b'01', $1)"},
      {"INSERT INTO t VALUES (1) -- one", "INSERT INTO t VALUES (2) -- another remark"},
      {"SELECT 1 INTO u", "SELECT 22 INTO u"},
      {"SELECT a FROM t ORDER BY 1, 2 OFFSET 3", "SELECT a FROM t ORDER BY 11, 22 OFFSET 33"},
      {"SELECT 1; SELECT 2", "SELECT 11; SELECT 22"},
      {"INSERT INTO t VALUES (1, 'a'", "INSERT INTO t VALUES (22, 'aaa'"},
      {"SELECT * FROM generate_series(1, 3) g, (VALUES (1, 'a')) v (n, t) WHERE g = ANY ('{1,2}')",
       "SELECT * FROM generate_series(10, 30) g, (VALUES (10, 'aa')) v (n, t) WHERE g = ANY ('{1,2,3}')"},
  }));
  const ParseSettings settings{true, GENERATE(15, 18)};
  ParseTemplates shapes;
  const auto read = [&](std::string_view text) {
    const ParsedSql* known = shapes.find(text, settings);
    return known ? told(*known) : told(parse_sql(text, settings));
  };
  for (const char* text : {pair.first, pair.second, pair.first, pair.second}) CHECK(read(text) == told(parse_sql(text, settings)));
}

TEST_CASE("what is said over and over is parsed twice", "[sql]") {
  ParseTemplates shapes;
  CHECK(shapes.find("INSERT INTO t VALUES (1)", {}) == nullptr);
  CHECK(shapes.find("INSERT INTO t VALUES (2)", {}) != nullptr);
  CHECK(shapes.find("INSERT INTO t VALUES (3)", {}) != nullptr);
  CHECK(shapes.find("INSERT INTO t VALUES (3)", {.standard_conforming_strings = false}) == nullptr);
  CHECK(shapes.find("INSERT INTO u VALUES (3)", {}) == nullptr);
}

TEST_CASE("statements other than those on rows, and long ones, are left to the grammar", "[sql]") {
  ParseTemplates shapes;
  const std::string lengthy = "INSERT INTO t VALUES ('" + std::string(100'000, 'x') + "')";
  for (int time = 0; time < 3; ++time) {
    CHECK(shapes.find("DO 'begin null; end'", {}) == nullptr);
    CHECK(shapes.find("CREATE TABLE t (a varchar(5))", {}) == nullptr);
    CHECK(shapes.find(lengthy, {}) == nullptr);
    CHECK(shapes.find("", {}) == nullptr);
  }
}
