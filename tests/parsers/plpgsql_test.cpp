// What the reader of PL/pgSQL makes of bodies, as short text; what it refuses, and whose refusal that is.
#include "parsers/sql/plpgsql.h"

#include <string>

#include "tests/support/catch.h"

namespace pgfk {
namespace {

std::string dump(const PlStatements& statements);

std::string dump(const PlTarget& target) {
  std::string out;
  for (const std::string& name : target.names) out += (out.empty() ? "" : ".") + name;
  for (const PlQuery& subscript : target.subscripts) out += "[" + subscript.text + "]";
  return out;
}

std::string dump(const std::vector<PlTarget>& targets) {
  std::string out;
  for (const PlTarget& target : targets) out += (out.empty() ? "" : ",") + dump(target);
  return out;
}

std::string dump(const PlBlock& block) {
  std::string out = block.label.empty() ? "" : "<<" + block.label + ">>";
  for (const PlVariable& variable : block.variables) {
    out += variable.name + (variable.constant ? " constant" : "") + (variable.not_null ? " not null" : "");
    if (variable.type.name) out += " " + variable.type.name->name;
    if (variable.initial) out += " = " + variable.initial.text;
    out += "; ";
  }
  out += "{" + dump(block.body) + "}";
  for (const PlHandler& handler : block.handlers) {
    out += " when";
    for (const PlCondition& condition : handler.conditions) out += " " + condition.name;
    out += " {" + dump(handler.body) + "}";
  }
  return out;
}

std::string dump(const PlStatement& one) {
  if (const auto* s = std::get_if<PlAssign>(&one.body)) return dump(s->target) + " := " + s->value.text;
  if (const auto* s = std::get_if<PlSql>(&one.body)) return s->query.text + (s->into.empty() ? "" : " -> " + dump(s->into)) + (s->strict ? " strict" : "");
  if (const auto* s = std::get_if<PlPerform>(&one.body)) return "perform " + s->query.text;
  if (const auto* s = std::get_if<PlDynamic>(&one.body)) {
    return "execute " + s->text.text + (s->into.empty() ? "" : " -> " + dump(s->into)) + " using " + std::to_string(s->parameters.size());
  }
  if (const auto* s = std::get_if<PlIf>(&one.body)) {
    std::string out = "if";
    for (const PlBranch& branch : s->branches) out += " " + branch.conditions.front().text + " {" + dump(branch.body) + "}";
    return out + " else {" + dump(s->otherwise) + "}";
  }
  if (const auto* s = std::get_if<PlCase>(&one.body)) return "case of " + std::to_string(s->branches.size()) + (s->has_else ? " else" : "");
  if (const auto* s = std::get_if<PlLoop>(&one.body)) {
    return "loop " + std::to_string(static_cast<int>(s->kind)) + " " + dump(s->targets) + (s->reverse ? " reverse" : "") + " {" + dump(s->body) + "}";
  }
  if (const auto* s = std::get_if<PlExit>(&one.body)) return std::string(s->goes_on ? "continue" : "exit") + (s->label.empty() ? "" : " " + s->label) + (s->when ? " when" : "");
  if (const auto* s = std::get_if<PlReturn>(&one.body)) return "return " + std::to_string(static_cast<int>(s->kind)) + " " + s->value.text;
  if (const auto* s = std::get_if<PlRaise>(&one.body)) {
    return "raise " + s->level + " " + s->format.value_or("-") + " " + s->condition + " " + std::to_string(s->parameters.size()) + " " + std::to_string(s->options.size());
  }
  if (const auto* s = std::get_if<std::unique_ptr<PlBlock>>(&one.body)) return dump(**s);
  if (const auto* s = std::get_if<PlDiagnostics>(&one.body)) return "get " + std::to_string(s->items.size()) + (s->stacked ? " stacked" : "");
  if (const auto* s = std::get_if<PlTransactionEnd>(&one.body)) return s->commit ? "commit" : "rollback";
  if (const auto* s = std::get_if<PlOther>(&one.body)) return "other: " + s->what;
  return "null";
}

std::string dump(const PlStatements& statements) {
  std::string out;
  for (const PlStatement& one : statements) out += (out.empty() ? "" : " | ") + dump(one);
  return out;
}

std::string read(const std::string& body) {
  const PlBody code = parse_plpgsql(body);
  if (code.error) return std::string(code.error->ours ? "not read: " : "refused: ") + code.error->message;
  return dump(code.block);
}

}  // namespace

TEST_CASE("the reader cuts PL/pgSQL into its statements", "[plpgsql]") {
  struct Case { const char* body; const char* read; };
  const auto c = GENERATE(values<Case>({
      {"BEGIN NULL; END", "{null}"},
      {"<<b>> DECLARE a integer NOT NULL := 5; b CONSTANT text DEFAULT 'x;y'; BEGIN END b;",
       "<<b>>a not null int4 = SELECT 5; b constant text = SELECT 'x;y'; {}"},
      {"BEGIN a := 1; r.f = (2); t[i + 1] := 3; END", "{a := SELECT 1 | r.f := SELECT (2) | t[SELECT i + 1] := SELECT 3}"},
      {"BEGIN INSERT INTO t SELECT 1; SELECT a, b INTO STRICT x, y FROM t; END",
       "{INSERT INTO t SELECT 1 | SELECT a, b                  FROM t -> x,y strict}"},
      {"BEGIN INSERT INTO t VALUES (1) RETURNING id INTO o.id; END", "{INSERT INTO t VALUES (1) RETURNING id           -> o.id}"},
      {"BEGIN IF a THEN NULL; ELSIF b THEN ELSE COMMIT; END IF; END", "{if SELECT a {null} SELECT b {} else {commit}}"},
      {"BEGIN CASE a WHEN 1, 2 THEN NULL; WHEN 3 THEN NULL; END CASE; CASE WHEN b THEN ELSE END CASE; END", "{case of 2 | case of 1 else}"},
      {"BEGIN FOR i IN REVERSE 3..1 LOOP EXIT; END LOOP; FOR r IN SELECT 1 LOOP CONTINUE x WHEN b; END LOOP; END",
       "{loop 2 i reverse {exit} | loop 3 r {continue x when}}"},
      {"BEGIN FOR a, b IN EXECUTE q USING 1 LOOP END LOOP; FOREACH n IN ARRAY l LOOP END LOOP; WHILE a LOOP END LOOP; LOOP END LOOP; END",
       "{loop 4 a,b {} | loop 5 n {} | loop 1  {} | loop 0  {}}"},
      {"BEGIN EXECUTE 'a' || b INTO c USING d, e; PERFORM f(1); CALL p(); END", "{execute SELECT 'a' || b -> c using 2 | perform SELECT f(1) | CALL p()}"},
      {"BEGIN RAISE; RAISE EXCEPTION 'a %', b USING ERRCODE = 'x', HINT = 'y'; RAISE NOTICE 'it''s'; RAISE division_by_zero; END",
       "{raise  -  0 0 | raise exception a %  1 2 | raise notice it's  0 0 | raise exception - division_by_zero 0 0}"},
      {"BEGIN NULL; EXCEPTION WHEN a OR SQLSTATE '22012' THEN NULL; WHEN others THEN END", "{null} when a 22012 {null} when others {}"},
      {"BEGIN RETURN; RETURN a + 1; RETURN NEXT b; RETURN QUERY SELECT 1; END", "{return 0  | return 0 SELECT a + 1 | return 1 SELECT b | return 2 SELECT 1}"},
      {"BEGIN GET DIAGNOSTICS n = ROW_COUNT; GET STACKED DIAGNOSTICS a = MESSAGE_TEXT, b := RETURNED_SQLSTATE; OPEN c; END",
       "{get 1 | get 2 stacked | other: open of a cursor}"},
      {"BEGIN CREATE FUNCTION f() RETURNS integer BEGIN ATOMIC SELECT 1; SELECT CASE WHEN true THEN 2 END; END; NULL; END",
       "{CREATE FUNCTION f() RETURNS integer BEGIN ATOMIC SELECT 1; SELECT CASE WHEN true THEN 2 END; END | null}"},
      {"BEGIN CREATE RULE r AS ON INSERT TO t DO (DELETE FROM a; DELETE FROM b); END",
       "{CREATE RULE r AS ON INSERT TO t DO (DELETE FROM a; DELETE FROM b)}"},
      {"BEGIN -- END;\n  /* END */ UPDATE t SET a = ';' WHERE b = $q$;$q$; END", "{UPDATE t SET a = ';' WHERE b = $q$;$q$}"},
  }));
  CAPTURE(c.body);
  CHECK(read(c.body) == c.read);
}

TEST_CASE("SQL that the grammar refuses is the server's error, what only this reader stops at is not", "[plpgsql]") {
  struct Case { const char* body; const char* read; };
  const auto c = GENERATE(values<Case>({
      {"BEGIN INSERT INTO t VALUS (1); END", "refused: syntax error at or near \"VALUS\""},
      {"BEGIN a := 1 +; END", "refused: syntax error at end of input"},
      {"BEGIN IF a THEN NULL; END", "not read: line 1 of the PL/pgSQL code is not understood: it ends too early"},
      {"BEGIN IF a THEN NULL; END LOOP; END", "not read: line 1 of the PL/pgSQL code is not understood: near \"LOOP\""},
      {"BEGIN a := (1)); END", "refused: mismatched parentheses at or near \")\""},
      {"BEGIN IF a; END IF; END", "refused: missing \"THEN\" at end of SQL expression"},
      {"BEGIN FOR i IN 1..3 LOOP NULL; END LOOP; a := 1..2; END", "refused: syntax error at or near \"..\""},
      {"BEGIN\n  FOR r IN c LOOP NULL; END LOOP;\nEND", "not read: line 2 of the PL/pgSQL code is not understood: a loop over a cursor"},
      {"BEGIN NULL;", "not read: line 1 of the PL/pgSQL code is not understood: it ends too early"},
      {"", "not read: line 1 of the PL/pgSQL code is not understood: it ends too early"},
  }));
  CAPTURE(c.body);
  CHECK(read(c.body) == c.read);
}

TEST_CASE("blocks may nest, but not without end", "[plpgsql]") {
  const auto nested = [](int depth) {
    std::string body;
    for (int at = 0; at < depth; ++at) body += "BEGIN ";
    for (int at = 0; at < depth; ++at) body += at + 1 == depth ? "END" : "END; ";
    return body;
  };
  CHECK(!parse_plpgsql(nested(100)).error);
  const PlBody deep = parse_plpgsql(nested(5000));
  REQUIRE(deep.error);
  CHECK(deep.error->ours);
}

TEST_CASE("a statement says where in the body it stands", "[plpgsql]") {
  const std::string body = "\nDECLARE a integer;\nBEGIN\n  INSERT INTO t VALUES (1);\nEND";
  const PlBody code = parse_plpgsql(body);
  REQUIRE(code.block.body.size() == 1);
  CHECK(code.block.body[0].line == 4);
  CHECK(body.substr(code.block.body[0].offset, 6) == "INSERT");
  CHECK(std::get<PlSql>(code.block.body[0].body).query.offset == code.block.body[0].offset);
}

}  // namespace pgfk
