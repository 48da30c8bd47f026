#include "parsers/sql/pg_query.h"

#include <string>

#include "tests/parsers/tree_dump.h"
#include "tests/support/catch.h"

using namespace pgfk;

namespace {

struct Case {
  const char* sql;
  const char* tree;
};

std::string repeat(std::string_view text, int times) {
  std::string result;
  for (int time = 0; time < times; ++time) result += text;
  return result;
}

}  // namespace

TEST_CASE("expressions keep their structure", "[sql]") {
  const auto c = GENERATE(values<Case>({
      {"1, -5, 2147483648, -2.5, 'it''s', E'a\\nb', b'01', x'1f', null, true",
       "1,-5,2147483648n,-2.5n,'it's','a\nb',bits b01,bits x1f,null,true"},
      {"- ( -7 ), -(0), - /* - */ 3", "7,0,-3"},
      {"a.b.c, t.*, $2", "a.b.c,t.*,$2"},
      {"a + b * c, -a, a || 'x', a operator(pg_catalog.=) b", "(a+(b*c)),(-a),(a||'x'),(a=b)"},
      {"a and b and c or not d", "or(and(a,b,c),not(d))"},
      {"a is null, b is not null, c is true, d is not unknown",
       "(a is null),(b is not null),(c is true),(d is not unknown)"},
      {"a in (1, 2), a not in (3), a between 1 and 2, a not between symmetric 1 and 2",
       "in(a,1,2),not in(a,3),between(a,1,2),not between symmetric(a,1,2)"},
      {"a is distinct from b, a is not distinct from b, nullif(a, 1)",
       "distinct(a,b),not distinct(a,b),nullif(a,1)"},
      {"a like 'x', a not ilike 'y', a = any(b), a <> all(array[1, 2])",
       "(a~~'x'),(a!~~*'y'),(a=any b),(a<>all array[1,2])"},
      {"cast(a as numeric(10,-2)), '1'::int[], interval '1' day, 'x'::s.t",
       "a::pg_catalog.numeric(10,-2),'1'::pg_catalog.int4[],'1'::pg_catalog.interval{8},'x'::s.t"},
      {"case a when 1 then 2 else 3 end, case when b then 1 end",
       "case a when 1 then 2 else 3 end,case when b then 1 end"},
      {"coalesce(a, b), greatest(1, 2), least(1, 2), row(1, 2), (1, 2)",
       "coalesce(a,b),greatest(1,2),least(1,2),row(1,2),row(1,2)"},
      {"count(*), count(distinct a), string_agg(a, ',' order by b desc) filter (where c), f(x => "
       "1), f(variadic a), sum(a) over ()",
       "count(*),count(distinct a),string_agg(a,',' order by b desc) filter c,f(x=>1),f(variadic "
       "a),sum(a) over"},
      {"exists (select 1), a in (select b), array(select 1), (select 1), a = any (select 1), a > "
       "all (select 1)",
       "exists(select 1),any a=(select b),array(select 1),expr(select 1),any a=(select 1),all "
       "a>(select 1)"},
      {"current_date, current_timestamp, localtime(3), session_user",
       "current_date,current_timestamp,localtime(3),session_user"},
      {"(r).f, (r).*, a[1], a[1][2]", "(r).f,(r).*,a[1],a[1][2]"},
      {"a collate \"C\", now() at time zone 'UTC'",
       "(a collate C),pg_catalog.timezone('UTC',now())"},
      {"a[1:2], xmlelement(name x), grouping(a)",
       "unsupported<array slice>,unsupported<XmlExpr>,<grouping>"},
  }));
  CAPTURE(c.sql);
  CHECK(parsed("select " + std::string(c.sql)) == "select " + std::string(c.tree));
}

TEST_CASE("queries and writes", "[sql]") {
  const auto c = GENERATE(values<Case>({
      {"values (1, default), (2, 'x') order by 1 limit 1",
       "values (1,default),(2,'x') order by 1 limit 1"},
      {"with recursive x(a) as (values (1)) select distinct on (a) * from x, lateral f(x) with "
       "ordinality as y(a, b), g() as (a int)",
       "with recursive x(a)=(values (1)) select distinct on(a) * from x,lateral f(x) with "
       "ordinality as y(a,b),g() [a pg_catalog.int4]"},
      {"select 1 from only t a join u using (x) left join s.v on true cross join (select 1) z(q) "
       "natural join w",
       "select 1 from ((((only t as a inner u using(x)) left s.v on true) cross (select 1) as "
       "z(q)) natural inner w)"},
      {"select a into temp b from t where c group by 1 having d order by 1 desc nulls last offset "
       "2 for update",
       "select a into temp b from t where c group by 1 having d order by 1 desc nulls last offset "
       "2 locking"},
      {"select 1 union all select 2 except select 3",
       "((select 1 union all select 2) except select 3)"},
      {"insert into s.t as q (a, b) overriding system value values (1, default) returning q.a as z",
       "insert s.t as q(a,b) overriding system values (1,default) returning q.a as z"},
      {"insert into t default values", "insert t default values"},
      {"insert into t (a[1], b.c) select 1, 2", "insert t(a,b)[] select 1,2"},
      {"insert into t values (1) on conflict (a, (lower(b)) collate \"C\") where x do update set a "
       "= excluded.a, (b, c) = (1, 2) where y",
       "insert t values (1) on conflict (a,lower(b) collate C) where x update "
       "a=excluded.a,(b,c)=row(1,2) where y"},
      {"insert into t values (1) on conflict on constraint k do nothing",
       "insert t values (1) on conflict on constraint k nothing"},
      {"update t set a = 1, (b, c) = (select 1, 2), d[1] = default from u where t.x = u.x",
       "update t set a=1,(b,c)=expr(select 1,2),d[]=default from u where (t.x=u.x)"},
      {"with d as (delete from only t using u where true returning *) update t set a = 1",
       "with d=(delete only t using u where true returning *) update t set a=1"},
      {"merge into t using s on t.a = s.a when matched and s.b then update set a = 1 when not "
       "matched then insert (a) values (s.a) when matched then do nothing",
       "merge t using s on (t.a=s.a) when matched and s.b: update a=1 when not matched by target: "
       "insert (a) values (s.a) when matched: nothing"},
      {"truncate a, only b restart identity cascade", "truncate a,only b restart cascade"},
      {"copy s.t (a, b) from stdin", "copy s.t(a,b) from std"},
      {"copy t from '/f' with delimiter ',' csv header null 'x' force not null a",
       "copy t from /f{delimiter=,,format=csv,header=true,null=x,force_not_null=(a)}"},
      {"copy t from stdin with (format csv, header, force_null (a, b), force_quote *, encoding "
       "'UTF8') where a > 1",
       "copy t from std{format=csv,header,force_null=(a,b),force_quote=(*),encoding=UTF8} where "
       "(a>1)"},
      {"copy (select 1) to program 'x'", "copy (select 1) to program x"},
  }));
  CAPTURE(c.sql);
  CHECK(parsed(c.sql) == c.tree);
}

TEST_CASE("definitions of tables", "[sql]") {
  const auto c = GENERATE(values<Case>({
      {"create table t (a int primary key, b serial not null default -5, c numeric(5,2)[] "
       "references s.p (x) match full on delete cascade on update set null deferrable initially "
       "deferred)",
       "create table t(a pg_catalog.int4 [primary key], b serial [not null; default -5], c "
       "pg_catalog.numeric(5,2)[] [foreign key->s.p(x) match full delete cascade update set null "
       "deferrable deferred])"},
      {"create temp table if not exists t (a text collate \"C\" check (a > '') no inherit, like u "
       "including defaults including indexes, constraint k foreign key (a) references p (b) on "
       "delete set null (a) not valid, unique nulls not distinct (a) include (b), exclude using "
       "gist (a with =) where (a > 1)) inherits (x, y) on commit drop",
       "create temp table if not exists t(a text collate C [check (a>'') no inherit], like u "
       "defaults indexes, k:foreign key(a)->p(b) delete set null(a) not valid, unique(a) "
       "include(b) nulls not distinct, exclusion a with = where (a>1)) inherits x,y on commit "
       "drop"},
      {"create table t (id int generated by default as identity (start with -5 increment by -1), b "
       "int generated always as (id * 2) stored)",
       "create table t(id pg_catalog.int4 [identity{start=-5,increment=-1}], b pg_catalog.int4 "
       "[generated (id*2)])"},
      {"create table t (a int) partition by range (a, (b + 1) text_ops)",
       "create table t(a pg_catalog.int4) by range(a,(b+1) text_ops)"},
      {"create table p partition of t (a default 1) for values from (minvalue, -10) to (maxvalue, "
       "3)",
       "create table p partition of t(a typed [default 1]) from (minvalue,-10) to (maxvalue,3)"},
      {"create table p partition of t for values in (-1, null)",
       "create table p partition of t() in (-1,null)"},
      {"create table p partition of t default", "create table p partition of t() default"},
      {"create table p partition of t for values with (modulus 4, remainder 0)",
       "create table p partition of t() with (4,0)"},
      {"create table t of ty (a with options not null)",
       "create table t of ty(a typed [not null])"},
      {"create foreign table f (a int) server s", "create foreign table f(a pg_catalog.int4)"},
      {"create table if not exists x (a, b) as select 1, 2 with no data",
       "create table if not exists x(a,b) as select 1,2 no data"},
      {"create materialized view m as select 1", "create materialized table m as select 1"},
      {"create unique index concurrently i on s.t using btree (a desc, lower(b)) include (c) where "
       "a > 1",
       "create unique index concurrently i on s.t btree(a desc,lower(b)) include(c) where (a>1)"},
      {"alter table only s.t add constraint k foreign key (a) references s.p (b) not valid, add "
       "primary key using index i, drop constraint if exists c cascade, validate constraint k, "
       "alter constraint k deferrable initially deferred",
       "alter table only s.t: add constraint k:foreign key(a)->s.p(b) not valid, add constraint "
       "primary key using i, drop constraint if exists c cascade, validate k, alter constraint k "
       "k:foreign key deferrable deferred"},
      {"alter table if exists t add column if not exists a int not null default 1, drop column b, "
       "alter c set default 1, alter c drop default, alter c set not null, alter c drop not null, "
       "alter c type text using c::text",
       "alter table if exists t: add column if not exists a pg_catalog.int4 [not null; default 1], "
       "drop column b, set default c = 1, drop default c, set not null c, drop not null c, set "
       "type  text of c = c::text"},
      {"alter table t alter a add generated always as identity (sequence name s.q start with 3), "
       "alter a set generated by default restart with -4, alter a drop identity if exists",
       "alter table t: add identity a identity always{sequence_name=(s,q),start=3}, set identity "
       "a{generated=by_default,restart=-4}, drop identity if exists a"},
      {"alter table t disable trigger all, enable trigger user, disable trigger x, enable always "
       "trigger x, enable replica trigger x",
       "alter table t: disable trigger all, enable trigger user, disable trigger x, enable always "
       "x, enable replica x"},
      {"alter table t attach partition p for values from (1) to (2)",
       "alter table t: attach p from (1) to (2)"},
      {"alter table t detach partition p concurrently", "alter table t: detach p concurrently"},
      {"alter table t inherit p, no inherit q, owner to x, set (fillfactor = 3), replica identity "
       "full",
       "alter table t: inherit p, no inherit q, owner x, other SetRelOptions, replica identity f"},
      {"alter sequence s owner to x", "alter sequence s: owner x"},
      {"alter index i attach partition j", "alter index i: attach j"},
      {"alter view v alter a set default 1", "alter view v: set default a = 1"},
  }));
  CAPTURE(c.sql);
  CHECK(parsed(c.sql) == c.tree);
}

TEST_CASE("definitions of other objects", "[sql]") {
  const auto c = GENERATE(values<Case>({
      {"create sequence if not exists s as bigint start with -5 increment -1 no minvalue maxvalue "
       "10 cache 3 cycle owned by t.a",
       "create sequence if not exists "
       "s{as=int8,start=-5,increment=-1,minvalue,maxvalue=10,cache=3,cycle=true,owned_by=(t,a)}"},
      {"alter sequence s restart with -3 owned by none",
       "alter sequence s{restart=-3,owned_by=(none)}"},
      {"create domain d as varchar(3) collate \"C\" constraint n not null default 'a' check (value "
       "> '')",
       "create domain d pg_catalog.varchar(3) collate C [n:not null; default 'a'; check "
       "(value>'')]"},
      {"alter domain d add constraint k check (value > 1) not valid",
       "alter domain d add constraint k:check (value>1) not valid"},
      {"alter domain d drop constraint if exists k cascade",
       "alter domain d drop constraint if exists k cascade"},
      {"alter domain d set default 3", "alter domain d set default 3"},
      {"alter domain d drop default", "alter domain d drop default"},
      {"create type t as enum ('a', 'b')", "create type t enum (a,b)"},
      {"create type t as (a int, b text)", "create type t composite (a pg_catalog.int4,b text)"},
      {"create type t as range (subtype = float8)", "create type t range{subtype=float8}"},
      {"create type t", "create type t shell"},
      {"alter type t add value if not exists 'a' after 'b'",
       "alter enum t add if not exists a after b"},
      {"alter type t rename value 'a' to 'b'", "alter enum t rename a to b"},
      {"create schema s create table t (a int) create view v as select 1",
       "create schema s {create table t(a pg_catalog.int4); create view v as select 1}"},
      {"create schema authorization joe", "create schema joe"},
      {"create or replace view v (a) as select 1 with local check option",
       "create or replace view v(a) as select 1 check local"},
      {"create or replace function f(a int, out b text, inout c int default 3, variadic d int[]) "
       "returns setof t language sql immutable strict as 'select 1'",
       "create or replace function f(i a pg_catalog.int4,o b text,b c pg_catalog.int4=3,v d "
       "pg_catalog.int4[]) returns setof t sql immutable strict $select 1$"},
      {"create function f() returns int begin atomic select 1; select 2; end",
       "create function f() returns pg_catalog.int4 {select 1; select 2}"},
      {"create function f() returns int return 1",
       "create function f() returns pg_catalog.int4 {select 1}"},
      {"create constraint trigger g after insert or update of a, b on t deferrable initially "
       "deferred for each row when (true) execute function s.f('a', 1)",
       "create constraint trigger g after insert update(a,b) on t row when true deferrable "
       "deferred s.f(a,1)"},
      {"create rule r as on insert to t where a > 1 do instead (select 1; delete from x)",
       "create rule r on insert to t where (a>1) instead {select 1; delete x}"},
      {"create extension if not exists x with schema y",
       "create extension if not exists x schema y"},
      {"create collation c (provider = icu, deterministic = false)",
       "create collation c{provider=icu,deterministic=false}"},
      {"create collation c from \"C\"", "create collation c from C"},
      {"drop table if exists a, b.c cascade", "drop table if exists a,b.c cascade"},
      {"drop trigger g on s.t", "drop trigger g on s.t"},
      {"drop policy p on t", "drop policy p on t"},
      {"drop function f(int, text), g", "drop function f(pg_catalog.int4,text),g()"},
      {"drop type a, b.c", "drop type a,b.c"},
      {"drop schema a, b cascade", "drop schema a,b cascade"},
      {"drop index concurrently i", "drop index concurrently i"},
      {"alter table s.t rename to u", "rename table s.t to u"},
      {"alter table t rename a to b", "rename column t: a to b"},
      {"alter table t rename constraint a to b", "rename constraint t: a to b"},
      {"alter schema a rename to b", "rename schema a to b"},
      {"alter type t rename attribute a to b cascade", "rename type t: a to b cascade"},
      {"alter domain d rename constraint a to b", "rename domain d: a to b"},
      {"alter table t set schema s", "set schema of table t to s"},
      {"alter function s.f(int) owner to x", "owner of function s.f to x"},
      {"comment on column s.t.c is 'x'", "comment on column c of s.t"},
      {"comment on constraint c on domain d is 'x'", "comment on domain c of d"},
      {"grant select (a), insert on s.t, u to public, x with grant option",
       "grant option select,insert on table s.t,u: public,x"},
      {"revoke all on all tables in schema s from current_user",
       "revoke all on tables in schema s: current_user"},
      {"grant a, b to c with admin option", "grant roles option a,b: c"},
      {"create user u password 'x' superuser", "create user u{password=x,superuser=true}"},
      {"alter role r in database d set search_path to a, b",
       "ALTER ROLE role r database d: set search_path=a|b"},
      {"alter database d set timezone to 'UTC'", "ALTER DATABASE database d: set timezone=UTC"},
      {"create database d template x connection limit -1",
       "create database d{template=x,connection_limit=-1}"},
      {"create policy p on t using (true)", "CREATE POLICY t"},
      {"create publication p for table s.t, u", "CREATE PUBLICATION s.t,u"},
      {"create statistics s on a, b from t", "CREATE STATISTICS t"},
      {"create operator + (procedure = f)", "CREATE OPERATOR"},
      {"security label for x on table s.t is 'y'", "SECURITY LABEL s.t"},
  }));
  CAPTURE(c.sql);
  CHECK(parsed(c.sql) == c.tree);
}

TEST_CASE("statements of sessions", "[sql]") {
  const auto c = GENERATE(values<Case>({
      {"begin isolation level serializable read only, not deferrable",
       "begin{transaction_isolation=serializable,transaction_read_only=1,transaction_deferrable="
       "0}"},
      {"start transaction", "begin"},
      {"end", "commit"},
      {"abort and chain", "rollback chain"},
      {"savepoint a", "savepoint a"},
      {"rollback to savepoint a", "rollback to a"},
      {"release a", "release a"},
      {"prepare transaction 'x'", "prepare x"},
      {"set session characteristics as transaction read only",
       "set session characteristics{transaction_read_only=1}"},
      {"set transaction isolation level serializable",
       "set transaction{transaction_isolation=serializable}"},
      {"set local Session_Replication_Role = replica",
       "set local session_replication_role=replica"},
      {"set search_path = a, \"B\", 'c'", "set search_path=a|B|c"},
      {"set a.b to default", "set a.b default"},
      {"set x = -3", "set x=-3"},
      {"set time zone interval '-08:00' hour to minute", "set timezone=INTERVAL '-08:00'"},
      {"set time zone local", "set timezone default"},
      {"set schema 'x'", "set search_path=x"},
      {"set session authorization default", "set session_authorization default"},
      {"reset all", "reset all"},
      {"reset role", "reset role"},
      {"set constraints all deferred", "set constraints all deferred"},
      {"set constraints a.b, c immediate", "set constraints a.b,c immediate"},
      {"discard temp", "discard temp"},
      {"lock table a, only b in share mode", "lock a,only b"},
      {"prepare p (int) as insert into t values ($1)",
       "prepare p(pg_catalog.int4) as insert t values ($1)"},
      {"execute p (1, 'x')", "execute p(1,'x')"},
      {"deallocate all", "deallocate all"},
      {"explain (analyze off) delete from t", "explain delete t"},
      {"explain analyze delete from t", "explain analyze delete t"},
      {"call s.p(1)", "call s.p(1)"},
      {"do $$begin end$$", "do plpgsql $begin end$"},
      {"declare c cursor for select 1", "declare c for select 1"},
      {"refresh materialized view m with no data", "refresh m no data"},
      {"vacuum (full) t, u (a)", "VACUUM t,u !block"},
      {"analyze t", "ANALYZE t"},
      {"cluster t using i", "CLUSTER t"},
      {"cluster", "CLUSTER !block"},
      {"reindex table concurrently t", "REINDEX t !block"},
      {"reindex index i", "REINDEX i"},
      {"alter system set a = 1", "ALTER SYSTEM !block"},
      {"fetch 3 from c", "FETCH"},
      {"show time zone", "show timezone"},
  }));
  CAPTURE(c.sql);
  CHECK(parsed(c.sql) == c.tree);
}

TEST_CASE("names are folded, unquoted and cut to 63 bytes between characters", "[sql]") {
  const std::string umlauts = repeat("\xC3\xBC", 40);
  CHECK(parsed("select ABC, \"ABC\", U&\"d\\0061t\"") == "select abc,ABC,dat");
  CHECK(parsed("select " + umlauts) == "select " + repeat("\xC3\xBC", 31));
}

TEST_CASE("each statement knows where it begins and how long it is", "[sql]") {
  const ParsedSql result = parse_sql(" select 1 ;; -- c\n select 'x'");
  REQUIRE(result.statements.size() == 2);
  CHECK(result.statements[0].location == 1);
  CHECK(result.statements[0].location + result.statements[0].length == 10);
  CHECK(result.statements[1].location == 19);
  CHECK(result.statements[1].length == 0);
  CHECK(parsed("") == "");
  CHECK(parsed("-- nothing\n/* at all */;") == "");
}

TEST_CASE("errors are the server's, at bytes", "[sql]") {
  // Asked of PostgreSQL 15.
  const auto c = GENERATE(values<Case>({
      {"selec 1", "42601 syntax error at or near \"selec\" @0"},
      {"select 1; insert into", "42601 syntax error at end of input @21"},
      {"select '\xC3\xA9' foo bar", "42601 syntax error at or near \"bar\" @16"},
      {"select 'abc", "42601 unterminated quoted string at or near \"'abc\" @7"},
      {"select \"a", "42601 unterminated quoted identifier at or near \"\"a\" @7"},
      {"select /* abc", "42601 unterminated /* comment at or near \"/* abc\" @7"},
      {"select 1a", "42601 trailing junk after numeric literal at or near \"1a\" @7"},
      {"create table t (a int references p match partial)",
       "0A000 MATCH PARTIAL not yet implemented @35"},
      {"create role public", "42939 role name \"public\" is reserved @12"},
      {"select E'\\u12'", "22025 invalid Unicode escape @9"},
      {"select U&'\\12'", "42601 invalid Unicode escape @10"},
  }));
  CAPTURE(c.sql);
  CHECK(parsed_for(15, c.sql) == c.tree);
}

TEST_CASE("errors without a place", "[sql]") {
  if (grammar_version() >= 18) return;  // which gives a place, and has other words for the second
  CHECK(parsed_for(15, "create table t (a int, check (a > 0) deferrable)") ==
        "0A000 CHECK constraints cannot be marked DEFERRABLE @-1");
  CHECK(parsed_for(15, "alter table t alter constraint k not valid") ==
        "0A000 FOREIGN KEY constraints cannot be marked NOT VALID @-1");
}

TEST_CASE("standard_conforming_strings = off gives backslashes their meaning", "[sql]") {
  ParseSettings settings;
  settings.standard_conforming_strings = false;
  CHECK(dump(parse_sql("select 'a\\tb', 'c''d\\'e', $$\\t$$, \"\\t\", 'x' as y", settings)) ==
        "select 'a\tb','c'd'e','\\t',\\t,'x' as y");
  CHECK(dump(parse_sql("select 'a\\\\' frm t x", settings)) ==
        "42601 syntax error at or near \"t\" @17");
  CHECK(parsed("select 'a\\tb'") == "select 'a\\tb'");
}

TEST_CASE("hostile texts are refused or read, never fatal", "[sql]") {
  using namespace std::string_literals;
  const std::string too_deep =
      "(ours) 42601 the statement nests more than 5000 operators, joins or sub-selects in one "
      "another @-1";
  CHECK(parsed("select a" + repeat("||a", 100000)) == too_deep);
  CHECK(parsed("select 1" + repeat("::int", 100000)) == too_deep);
  CHECK(parsed("select 1,2" + repeat(" union select 1,2", 100000)) == too_deep);
  CHECK(parsed("select 1 from a" + repeat(" join a on b and c", 100000)) == too_deep);
  CHECK(parsed("select a" + repeat(" collate x", 100000)) == too_deep);
  CHECK(parsed("select " + repeat("(", 4000) + "a" + repeat("||a)", 4000)) == too_deep);
  CHECK(parsed("select " + repeat("(", 20000) + "1" + repeat(")", 20000)).substr(0, 40) ==
        "42601 memory exhausted at or near \"(\" @1");
  CHECK(parsed("select 1" + repeat(" and a = 1", 20000)).size() > 100000);
  CHECK(parse_sql("select a" + repeat("||a", 4900)).statements.size() == 1);
  CHECK(parsed("select 1\0"s) == "(ours) 42601 the statement holds a NUL byte @-1");
  CHECK(parsed("select '\xE9 b'") ==
        "22021 invalid byte sequence for encoding \"UTF8\": 0xe9 0x20 0x62 @-1");
  CHECK(parsed("select '\xED\xA0\x80'") ==
        "22021 invalid byte sequence for encoding \"UTF8\": 0xed 0xa0 0x80 @-1");
  CHECK(parsed("select '\xC3") == "22021 invalid byte sequence for encoding \"UTF8\": 0xc3 @-1");
  CHECK(parsed(repeat("(", 1000)).substr(0, 12) == "42601 syntax");
}
