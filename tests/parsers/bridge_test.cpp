// Statements of 16 to 18, to a target that takes them and to one that does not. Answers of refusing
// servers: docs of grammar gaps, tried on the grammars of 15, 17 and 18.
#include <string>

#include "parsers/sql/numbers.h"
#include "parsers/sql/pg_query.h"
#include "tests/parsers/tree_dump.h"
#include "tests/support/catch.h"

using namespace pgfk;

namespace {

struct Case {
  int since;
  const char* sql;
  const char* tree;
  const char* refusal;
};

}  // namespace

TEST_CASE("a newer construct is read for a target that has it and refused for one that has not",
          "[sql]") {
  const auto c = GENERATE(values<Case>({
      {18, "CREATE TABLE c (a integer, CONSTRAINT k FOREIGN KEY (a) REFERENCES p NOT ENFORCED)",
       "create table c(a pg_catalog.int4, k:foreign key(a)->p not valid not enforced)",
       "syntax error at or near \"ENFORCED\" @73"},
      {18,
       "ALTER TABLE ONLY c ADD CONSTRAINT k FOREIGN KEY (a) REFERENCES p(id) DEFERRABLE NOT "
       "ENFORCED",
       "alter table only c: add constraint k:foreign key(a)->p(id) deferrable not valid not "
       "enforced",
       "syntax error at or near \"ENFORCED\" @84"},
      {18,
       "CREATE TABLE c (a integer REFERENCES s.p NOT ENFORCED, b integer REFERENCES q ENFORCED)",
       "create table c(a pg_catalog.int4 [foreign key->s.p not valid not enforced], b "
       "pg_catalog.int4 [foreign key->q])",
       "syntax error at or near \"ENFORCED\" @45"},
      {18, "ALTER TABLE c ADD CONSTRAINT k CHECK ((a > 0)) NOT ENFORCED",
       "alter table c: add constraint k:check (a>0) not valid not enforced",
       "syntax error at or near \"ENFORCED\" @51"},
      {18, "ALTER TABLE c ALTER CONSTRAINT k NOT ENFORCED",
       "alter table c: alter constraint k k:foreign key not enforced (deferrability not mentioned) "
       "(enforcement)",
       "syntax error at or near \"ENFORCED\" @37"},
      {18, "ALTER TABLE c ADD d int, ALTER CONSTRAINT k DEFERRABLE ENFORCED",
       "alter table c: add column d pg_catalog.int4, alter constraint k k:foreign key deferrable "
       "(enforcement)",
       "syntax error at or near \"ENFORCED\" @55"},
      {18, "ALTER TABLE ONLY p ADD CONSTRAINT k PRIMARY KEY (id, during WITHOUT OVERLAPS)",
       "alter table only p: add constraint k:primary key(id,during) without overlaps",
       "syntax error at or near \"WITHOUT\" @60"},
      {18,
       "ALTER TABLE ONLY c ADD CONSTRAINT k FOREIGN KEY (id, PERIOD during) REFERENCES p(id, "
       "PERIOD during)",
       "alter table only c: add constraint k:foreign key(id,during) period->p(id,during) period",
       "syntax error at or near \"during\" @60"},
      {18, "CREATE TABLE t (a integer, v integer GENERATED ALWAYS AS (a * 2), b integer)",
       "create table t(a pg_catalog.int4, v pg_catalog.int4 [generated (a*2) virtual], b "
       "pg_catalog.int4)",
       "syntax error at or near \",\" @64"},
      {18, "CREATE TABLE t (a integer, v integer GENERATED ALWAYS AS (a * 2) VIRTUAL NOT NULL)",
       "create table t(a pg_catalog.int4, v pg_catalog.int4 [generated (a*2) virtual; not null])",
       "syntax error at or near \"VIRTUAL\" @65"},
      {18, "CREATE TABLE t (x integer CONSTRAINT n NOT NULL NO INHERIT)",
       "create table t(x pg_catalog.int4 [n:not null no inherit])",
       "syntax error at or near \"NO\" @48"},
      {18, "CREATE TABLE t (CONSTRAINT n NOT NULL y, NOT NULL \"Z\", z integer) INHERITS (b)",
       "create table t(n:not null(y), not null(Z), z pg_catalog.int4) inherits b",
       "syntax error at or near \"NOT\" @29"},
      {18, "ALTER TABLE t ADD CONSTRAINT n NOT NULL y NOT VALID",
       "alter table t: add constraint n:not null(y) not valid",
       "syntax error at or near \"NOT\" @31"},
      {18, "ALTER TABLE c ALTER CONSTRAINT k INHERIT",
       "alter table c: alter constraint k k:foreign key (deferrability not mentioned) "
       "(inheritance)",
       "syntax error at or near \"INHERIT\" @33"},
      {16, "CREATE TABLE t (a text STORAGE EXTERNAL NOT NULL)", "create table t(a text [not null])",
       "syntax error at or near \"STORAGE\" @23"},
      {17, "ALTER TABLE t ALTER COLUMN v SET EXPRESSION AS (a * 3)",
       "alter table t: set expression v = (a*3)", "syntax error at or near \"EXPRESSION\" @33"},
      {17, "ALTER DOMAIN d ADD CONSTRAINT n NOT NULL", "alter domain d set not null n",
       "syntax error at or near \"NOT\" @32"},
      {16, "INSERT INTO t VALUES (0x2A, -0b11, 0o17)", "insert t values (42,-3,15)",
       "trailing junk after numeric literal at or near \"0x\" @22"},
      {16, "INSERT INTO t VALUES (1_000.5, 1_0)", "insert t values (1000.5n,10)",
       "trailing junk after numeric literal at or near \"1_\" @22"},
      {16, "INSERT INTO t SELECT * FROM (VALUES (1, 2))", "insert t select * from (values (1,2))",
       "VALUES in FROM must have an alias @28"},
      {16, "SELECT * FROM (SELECT 1), (SELECT 2) AS b", "select * from (select 1),(select 2) as b",
       "subquery in FROM must have an alias @14"},
      {17, "MERGE INTO t USING s ON t.a = s.a WHEN MATCHED THEN DELETE RETURNING t.a, s.b AS c",
       "merge t using s on (t.a=s.a) when matched: delete returning t.a,s.b as c",
       "syntax error at or near \"RETURNING\" @59"},
      {17,
       "WITH m AS (MERGE INTO t USING s ON t.a = s.a WHEN MATCHED THEN DELETE RETURNING t.a) "
       "SELECT * FROM m; SELECT 1",
       "with m=(merge t using s on (t.a=s.a) when matched: delete returning t.a) select * from m; "
       "select 1",
       "syntax error at or near \"RETURNING\" @70"},
      {17,
       "MERGE INTO t USING s ON t.a = s.a WHEN MATCHED THEN DELETE WHEN NOT MATCHED BY SOURCE AND "
       "t.b THEN DELETE",
       "merge t using s on (t.a=s.a) when matched: delete when not matched by source and t.b: "
       "delete",
       "syntax error at or near \"BY\" @76"},
      {17, "MERGE INTO t USING s ON t.a = s.a WHEN NOT MATCHED BY TARGET THEN INSERT VALUES (s.a)",
       "merge t using s on (t.a=s.a) when not matched by target: insert values (s.a)",
       "syntax error at or near \"BY\" @51"},
      {18, "UPDATE t SET a = 1 RETURNING WITH (OLD AS o, NEW AS n) o.a, n.a",
       "update t set a=1 returning old as o new as n o.a,n.a",
       "syntax error at or near \"WITH\" @29"},
      {17, "INSERT INTO t SELECT now() AT LOCAL", "insert t select pg_catalog.timezone(now())",
       "syntax error at or near \"LOCAL\" @30"},
      {17, "COPY t FROM stdin CSV FORCE NULL *", "copy t from std{format=csv,force_null=(*)}",
       "syntax error at or near \"*\" @33"},
      {16, "INSERT INTO t VALUES (JSON_OBJECT('a': 1), 2)",
       "insert t values (unsupported<SQL/JSON>,2)", "syntax error at or near \":\" @37"},
      {16, "INSERT INTO t VALUES (JSON_ARRAY(1, 2 NULL ON NULL RETURNING jsonb))",
       "insert t values (unsupported<SQL/JSON>)", "syntax error at or near \"NULL\" @38"},
      {16, "SELECT '{}' IS JSON OBJECT, 1", "select unsupported<IS JSON>,1",
       "syntax error at or near \"JSON\" @15"},
      {17, "INSERT INTO t SELECT JSON_VALUE(j, '$.a' RETURNING integer) FROM s",
       "insert t select unsupported<SQL/JSON> from s", "syntax error at or near \"RETURNING\" @41"},
      {17, "SELECT id FROM JSON_TABLE('[1]', '$[*]' COLUMNS (id integer)) AS j",
       "select id from unsupported<SQL/JSON> as j", "syntax error at or near \"COLUMNS\" @40"},
      {16, "SELECT XMLSERIALIZE(CONTENT x AS text INDENT) FROM t",
       "select unsupported<XmlSerialize> from t", "syntax error at or near \"INDENT\" @38"},
      {16, "SELECT\v1", "select 1", "syntax error at or near \"\v\" @6"},
      {16, "GRANT a TO b WITH INHERIT FALSE, SET FALSE GRANTED BY c", "grant roles a: b",
       "syntax error at or near \"INHERIT\" @18"},
      {16, "GRANT a TO b WITH ADMIN OPTION, INHERIT TRUE GRANTED BY c", "grant roles option a: b",
       "syntax error at or near \",\" @30"},
      {16, "REVOKE INHERIT OPTION FOR a FROM b", "revoke roles option a: b",
       "syntax error at or near \"OPTION\" @15"},
      {18, "ALTER DEFAULT PRIVILEGES GRANT SELECT ON LARGE OBJECTS TO a",
       "ALTER DEFAULT PRIVILEGES", "syntax error at or near \"LARGE\" @41"},
      {16, "CREATE STATISTICS ON a, b FROM t", "CREATE STATISTICS t",
       "syntax error at or near \"ON\" @18"},
      {16, "ALTER TABLE t ALTER a SET STORAGE DEFAULT", "alter table t: other a SetStorage",
       "syntax error at or near \"DEFAULT\" @34"},
      {18, "ANALYZE ONLY t", "ANALYZE t", "syntax error at or near \"ONLY\" @8"},
      {16, "REINDEX DATABASE", "REINDEX !block", "syntax error at end of input @16"},
      {17, "ALTER OPERATOR + (int, int) SET (MERGES, NEGATOR = -)", "ALTER OPERATOR",
       "syntax error at or near \",\" @39"},
      {17, "CREATE VIEW v AS SELECT JSON_SCALAR(1), (now() AT LOCAL)",
       "create view v as select unsupported<SQL/JSON>,pg_catalog.timezone(now())",
       "syntax error at or near \"LOCAL\" @50"},
  }));
  CAPTURE(c.sql);
  CHECK(parsed_for(18, c.sql) == c.tree);
  CHECK(parsed_for(c.since - 1, c.sql) == "42601 " + std::string(c.refusal));
}

TEST_CASE("what every pg_dump since November 2024 writes is read for all targets", "[sql]") {
  const int target = GENERATE(15, 16, 17, 18);
  CHECK(parsed_for(target,
                   "ALTER TABLE t ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (SEQUENCE NAME "
                   "s UNLOGGED START WITH 1)") ==
        "alter table t: add identity id identity always{sequence_name=(s),start=1}");
}

TEST_CASE("words that look like newer constructs stay names", "[sql]") {
  const int target = GENERATE(15, 18);
  CHECK(parsed_for(target,
                   "create table t (enforced boolean, period int, virtual int, storage text, check "
                   "(not enforced), foreign key (period, virtual) references p (a, period))") ==
        "create table t(enforced pg_catalog.bool, period pg_catalog.int4, virtual pg_catalog.int4, "
        "storage text, check not(enforced), "
        "foreign key(period,virtual)->p(a,period))");
  CHECK(parsed_for(target, "select 'NOT ENFORCED 0x2A', \"0x2A\", $$AT LOCAL$$ -- RETURNING") ==
        "select 'NOT ENFORCED 0x2A',0x2A,'AT LOCAL'");
}

TEST_CASE("ALTER CONSTRAINT with nothing behind it is a no-op from 18", "[sql]") {
  CHECK(parsed_for(17, "alter table t alter constraint k") ==
        "alter table t: alter constraint k k:foreign key");
  CHECK(parsed_for(18, "alter table t alter constraint k") ==
        "alter table t: alter constraint k k:foreign key (deferrability not mentioned)");
  CHECK(parsed_for(18, "alter table t alter constraint k not deferrable") ==
        "alter table t: alter constraint k k:foreign key");
}

TEST_CASE("words become keywords with the target, not with the grammar", "[sql]") {
  CHECK(parsed_for(15, "create table t (system_user text)") == "create table t(system_user text)");
  CHECK(parsed_for(16, "create table t (system_user text)") ==
        "42601 syntax error at or near \"system_user\" @16");
  CHECK(parsed_for(16, "create table t (\"system_user\" text)") ==
        "create table t(system_user text)");
  CHECK(parsed_for(15, "create function json_scalar() returns int return 1") ==
        "create function json_scalar() returns pg_catalog.int4 {select 1}");
  CHECK(parsed_for(17, "create function json_scalar() returns int return 1") ==
        "42601 syntax error at or near \"(\" @27");
  CHECK(parsed_for(17, "create function s.json_scalar() returns int return 1") ==
        "create function s.json_scalar() returns pg_catalog.int4 {select 1}");
}

TEST_CASE("places behind a rewritten spot are those of the given text", "[sql]") {
  const ParsedSql result = parse_sql(
      "create table t (a int generated always as (1), b int generated always as (2)); insert into "
      "u values (0xFFFFFFFFFF, 7)");
  REQUIRE(!result.error);
  REQUIRE(result.statements.size() == 2);
  CHECK(result.statements[1].location == 79);
  const Insert& insert = std::get<Insert>(result.statements[1].body);
  CHECK(insert.table.location == 91);
  REQUIRE(insert.source);
  CHECK(insert.source->values[0][0]->text == "1099511627775");
  CHECK(insert.source->values[0][1]->location == 115);
  CHECK(parsed("create table t (a int generated always as (1)); selec 0x1") ==
        "42601 syntax error at or near \"selec\" @48");
}

TEST_CASE("numbers with a base or underscores in plain digits", "[sql]") {
  CHECK(plain_number("0xff") == "255");
  CHECK(plain_number("-0XFFFF_FFFF_FFFF_FFFF_FFFF") == "-1208925819614629174706175");
  CHECK(plain_number("0b1000000000000000000000000000000000") == "8589934592");
  CHECK(plain_number("1_000.5_0e1_0") == "1000.50e10");
  CHECK(plain_number("007") == "007");
}
