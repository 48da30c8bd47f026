#include "parsers/sql/script.h"

#include <string>

#include "tests/parsers/script_support.h"
#include "tests/support/catch.h"

using namespace pgfk;

namespace {
struct Case {
  const char* script;
  const char* items;
};
std::string items_of(const char* script) { return ReadScript(script).items(); }
}  // namespace

TEST_CASE("a statement ends at a semicolon outside of quotes, comments and parentheses", "[script]") {
  const auto c = GENERATE(values<Case>({
      {"", ""},
      {"\n\n", ""},
      {";;;\n;", ""},
      {"SELECT 1", "1: SELECT 1\n"},
      {"SELECT 1\n\n\n", "1>3: SELECT 1\n"},
      {"SELECT 1;SELECT\n2;\n", "1: SELECT 1\n1>2: SELECT\\n2\n"},
      {"INSERT INTO t VALUES (1;\nSELECT 2);\nSELECT 3;", "1>2: INSERT INTO t VALUES (1;\\nSELECT 2)\n3: SELECT 3\n"},
      {"SELECT ');'; SELECT \"a;\"\"b\"; SELECT 'it''s;';", "1: SELECT ');'\n1: SELECT \"a;\"\"b\"\n1: SELECT 'it''s;'\n"},
      {"SELECT E'\\';'; SELECT '\\'; SELECT 2;", "1: SELECT E'\\';'\n1: SELECT '\\'\n1: SELECT 2\n"},
      {"SELECT $$a;'$$; SELECT $x$ $$;$x$; SELECT a$$; SELECT $1$$;", "1: SELECT $$a;'$$\n1: SELECT $x$ $$;$x$\n1: SELECT a$$\n1: SELECT $1$$;\n"},
      {"-- a;\nSELECT 1 -- ;\n, 2; -- c", "2>3: SELECT 1 -- ;\\n, 2\n"},
      {"/* a; /* b; */ c; */ SELECT 1 /*;*/;", "1: SELECT 1 /*;*/\n"},
      {"SELECT 1*/* c; */2;", "1: SELECT 1*/* c; */2\n"},
      {"SELECT fooE'\\'; SELECT 2;", "1: SELECT fooE'\\'\n1: SELECT 2\n"},
      {"SELECT 1E'\\'; SELECT 2;", "1: SELECT 1E'\\'\n1: SELECT 2\n"},
      {"SELECT 1e5$$;$$; SELECT 1a$$; SELECT 1$$;$$;", "1: SELECT 1e5$$;$$\n1: SELECT 1a$$\n1: SELECT 1$$;$$\n"},
      {"SELECT U&'\\'; SELECT U&\"a;\"; SELECT n'\\';", "1: SELECT U&'\\'\n1: SELECT U&\"a;\"\n1: SELECT n'\\'\n"},
      {"SELECT 'x\ny;\nz';", "1>3: SELECT 'x\\ny;\\nz'\n"},
      {"# no comment\nSELECT 1;", "1>2: # no comment\\nSELECT 1\n"},
      {"\xEF\xBB\xBFSELECT 1;", "1: SELECT 1\n"},
      {"SELECT 1;\r\nSELECT\r\n2;\r\n", "1: SELECT 1\n2>3: SELECT\\r\\n2\n"},
      {"SELECT a::int, b[1:2], c := 1;", "1: SELECT a::int, b[1:2], c := 1\n"},
  }));
  CAPTURE(c.script);
  CHECK(items_of(c.script) == c.items);
}

TEST_CASE("BEGIN and END hold semicolons in CREATE FUNCTION and CREATE PROCEDURE only", "[script]") {
  const auto c = GENERATE(values<Case>({
      {"CREATE PROCEDURE f() BEGIN ATOMIC SELECT 1; SELECT CASE WHEN true THEN 1 END; END;\nSELECT 2;",
       "1: CREATE PROCEDURE f() BEGIN ATOMIC SELECT 1; SELECT CASE WHEN true THEN 1 END; END\n2: SELECT 2\n"},
      {"create or replace function f() begin atomic ; end; SELECT 2;",
       "1: create or replace function f() begin atomic ; end\n1: SELECT 2\n"},
      {"BEGIN; SELECT 1; END;", "1: BEGIN\n1: SELECT 1\n1: END\n"},
      {"CREATE TABLE begin (a int); SELECT 1;", "1: CREATE TABLE begin (a int)\n1: SELECT 1\n"},
      {"CREATE FUNCTION f() AS 'begin'; SELECT 1;", "1: CREATE FUNCTION f() AS 'begin'\n1: SELECT 1\n"},
  }));
  CAPTURE(c.script);
  CHECK(items_of(c.script) == c.items);
}

TEST_CASE("COPY data is found behind the line of its COPY, and psql names the line of its end", "[script]") {
  const auto c = GENERATE(values<Case>({
      {"COPY t FROM stdin;\n1\n2\n\\.\nSELECT 1;", "1>4: COPY t FROM stdin <2..4: 1\\n2\\n>\n5: SELECT 1\n"},
      {"COPY t FROM stdin;\n\\.\nSELECT 1;", "1>2: COPY t FROM stdin <2..2: >\n3: SELECT 1\n"},
      {"COPY t (a, b) FROM STDIN WITH CSV;\r\n1\r\n\\.\r\nSELECT 1;\r\n", "1>3: COPY t (a, b) FROM STDIN WITH CSV <2..3: 1\\r\\n>\n4: SELECT 1\n"},
      {"COPY t FROM stdin; SELECT 1;\n1\n\\.\nSELECT 2;", "1>3: COPY t FROM stdin <2..3: 1\\n>\n1>3: SELECT 1\n4: SELECT 2\n"},
      {"COPY t FROM stdin; SELECT\n1\n\\.\n2;", "1>3: COPY t FROM stdin <2..3: 1\\n>\n1>4: SELECT\\n2\n"},
      {"COPY t FROM stdin \\g\n1\n\\.\n", "1>3: COPY t FROM stdin <2..3: 1\\n>\n"},
      {"COPY a FROM stdin \\; COPY b FROM stdin;\n1\n\\.\n2\n\\.\nSELECT 3;",
       "1>5: COPY a FROM stdin ; COPY b FROM stdin <2..3: 1\\n> <4..5: 2\\n>\n6: SELECT 3\n"},
      {"COPY a FROM stdin; COPY b FROM stdin;\n1\n\\.\n2\n\\.\nSELECT 3;",
       "1>3: COPY a FROM stdin <2..3: 1\\n>\n1>5: COPY b FROM stdin <4..5: 2\\n>\n6: SELECT 3\n"},
      {"COPY t FROM stdin;\nx\\.\n\\.y\n \\.\n\\.\n", "1>5: COPY t FROM stdin <2..5: x\\.\\n\\.y\\n \\.\\n>\n"},
      {"COPY t FROM stdin;\n1\n2\n", "1>3: COPY t FROM stdin <2..3: 1\\n2\\n> unterminated\n"},
      {"COPY t FROM stdin;\n1\n2", "1>2: COPY t FROM stdin <2..2: 1\\n2> unterminated\n"},
      {"COPY t FROM stdin;\n1\n\\.", "1>2: COPY t FROM stdin <2..2: 1\\n\\.> unterminated\n"},
      {"COPY t FROM stdin;\n", "1: COPY t FROM stdin <2..1: > unterminated\n"},
      {"SELECT 1;\nCOPY t FROM stdin", "1: SELECT 1\n2: COPY t FROM stdin <3..2: > unterminated\n"},
      {"copy binary nowhere from stdout;\n1\n\\.\n", "1>3: copy binary nowhere from stdout <2..3: 1\\n>\n"},
      {"COPY \"a b\".\"c\" (d) FROM stdin garbage;\n1\n\\.\n", "1>3: COPY \"a b\".\"c\" (d) FROM stdin garbage <2..3: 1\\n>\n"},
      {"COPY a.b.c FROM /* x */ stdin;\n1\n\\.\n", "1>3: COPY a.b.c FROM /* x */ stdin <2..3: 1\\n>\n"},
      {"COPY a b c d e f FROM stdin;\n", "1: COPY a b c d e f FROM stdin\n"},
      {"COPY t TO stdout;\n", "1: COPY t TO stdout\n"},
      {"COPY (SELECT 1 FROM stdin) TO stdout;\n", "1: COPY (SELECT 1 FROM stdin) TO stdout\n"},
      {"COPY t FROM '/tmp/x';\nSELECT 1 FROM stdin;", "1: COPY t FROM '/tmp/x'\n2: SELECT 1 FROM stdin\n"},
      {"\\copy t from stdin csv\n1\n\\.\n", "1>3 copy [stdin]: COPY t FROM STDIN csv <2..3: 1\\n>\n"},
      {"\\copy (delete from t returning *) to 'x'\n", "1 copy [file]: COPY ( delete from t returning * ) TO STDOUT\n"},
      {"\\copy t (a, b) from program 'ls' with csv;\n", "1 copy [program]: COPY t ( a , b ) FROM STDIN with csv\n"},
      {"\\COPY t from stdin;\n", "1 copy [stdin]: COPY t FROM STDIN <2..1: > unterminated\n"},
      {"COPY t FROM stdin; SELECT 1\n2\n", "1>2: COPY t FROM stdin <2..2: 2\\n> unterminated\n1>2: SELECT 1\n"},
      {"COPY t FROM stdin; SELECT 1\n2\n3", "1>2: COPY t FROM stdin <2..2: 2\\n3> unterminated\n1>2: SELECT 1\n"},
      {"\\copy t fro x\nSELECT 1;", "1 unknown [copy] [\\copy: parse error]\n2: SELECT 1\n"},
  }));
  CAPTURE(c.script);
  CHECK(items_of(c.script) == c.items);
}

TEST_CASE("psql 13 counts one line more where the file's end ends COPY data", "[script]") {
  ScriptOptions options;
  options.psql_version = 13;
  CHECK(ReadScript("COPY t FROM stdin;\n1\n", options).items() == "1>3: COPY t FROM stdin <2..3: 1\\n> unterminated\n");
}

TEST_CASE("data of a refused COPY is read as SQL where the replay says so", "[script]") {
  ReadScript script("COPY t FROM stdin; SELECT 0;\n1\t'a;\n2\t\\N x\n3'\n\\.\nSELECT 1;\n");
  ScriptItem item;
  REQUIRE(script.reader->next(item));
  CHECK(item.terminator_line == 1);
  CHECK(item.psql_line == 5);
  script.reader->spill_data(item);
  CHECK(script.items() ==
        "1: SELECT 0\n"
        "5 unknown [.] [invalid command \\.]\n"
        "2>6: 1\t'a;\\n2\t\\N x\\n3'\\nSELECT 1\n");
}

TEST_CASE("unknown commands drop the rest of their line in spilled data", "[script]") {
  ReadScript script("COPY t FROM stdin;\n1\t\\N\t2;\n\\.\nSELECT 1;\n");
  ScriptItem item;
  REQUIRE(script.reader->next(item));
  script.reader->spill_data(item);
  CHECK(script.items() ==
        "2 unknown [N] [invalid command \\N]\n"
        "3 unknown [.] [invalid command \\.]\n"
        "2>4: 1\t\\nSELECT 1\n");
}

TEST_CASE("only the data from the refused COPY on spills", "[script]") {
  ReadScript script("COPY a FROM stdin \\; COPY b FROM stdin;\n1\n\\.\n2;\n\\.\n");
  ScriptItem item;
  REQUIRE(script.reader->next(item));
  script.reader->spill_data(item, 1);
  CHECK(script.items() == "4: 2\n5 unknown [.] [invalid command \\.]\n");
}

TEST_CASE("backslash commands stand anywhere and leave the statement alone", "[script]") {
  const auto c = GENERATE(values<Case>({
      {"SELECT 1\n\\nosuchcommand x;\n, 2;\n", "2 unknown [nosuchcommand] [invalid command \\nosuchcommand]\n1>3: SELECT 1\\n, 2\n"},
      {"\\echo a; \\\\ SELECT 1;\n", "1: SELECT 1\n"},
      {"\\timing off\n\\d+ x\n\\pset pager off\nSELECT 1;", "4: SELECT 1\n"},
      {"SELECT 1 \\g\nSELECT 2 \\gx out.txt\n\\g\n", "1: SELECT 1\n2: SELECT 2\n2>3: SELECT 2\n"},
      {"SELECT 1;\n\\g\n;\n\\g\n", "1: SELECT 1\n1>2: SELECT 1\n"},
      {"SELECT (1 \\g\n; SELECT 2;", "1: SELECT (1\n2: SELECT 2\n"},
      {"SELECT 1 \\gset\nSELECT 2 \\gset p_\nSELECT 3 \\gexec\nSELECT 4 \\gdesc\n",
       "1 gset: SELECT 1\n2 gset [p_]: SELECT 2\n3 gexec: SELECT 3\n4 gdesc: SELECT 4\n"},
      {"SELECT 1 \\r\nSELECT 2;", "2: SELECT 2\n"},
      {"SELECT 1\n\\q\nSELECT 2;", "1>2: SELECT 1\n2 quit\n"},
      {"\\! rm x\n", "1 shell [rm x]\n"},
      {"\\set ON_ERROR_STOP\n\\set ON_ERROR_STOP 0\n\\set ON_ERROR_ROLLBACK Interactive\n\\set AUTOCOMMIT off\n\\unset AUTOCOMMIT\n\\set ON_ERROR_STOP maybe\n",
       "1 error_stop [on]\n2 error_stop [off]\n3 error_rollback [interactive]\n4 autocommit [off]\n5 autocommit [off]\n"
       "6 unknown [set] [invalid variable name or value: \"ON_ERROR_STOP\"]\n"},
      {"\\connect\n\\c - -\n\\c \"My Db\" Bob\n\\connect -reuse-previous=on \"dbname='we ird'\"\n\\c postgresql://u@h:1/d%20b?x=y\n",
       "1 connect\n2 connect [-] [-]\n3 connect [My Db] [Bob]\n4 connect [we ird] [-] [-] [-]\n5 connect [d b] [u] [h] [1]\n"},
      {"\\restrict k1\n\\set a 1\n\\q\nSELECT :a;\n\\unrestrict k2\n\\unrestrict k1\n\\set a 1\nSELECT :a;\n",
       "2 restricted [set]\n3 restricted [q]\n4: SELECT :a\n5 unknown [unrestrict] [\\unrestrict: wrong key]\n8: SELECT 1\n"},
      {"INSERT INTO t VALUES ($1) \\bind 1 'a b' \\g\n", "1 bind [1] [a b]\n1: INSERT INTO t VALUES ($1)\n"},
      {"SELECT $1 \\parse load\n\\bind_named load 5 \\g\n\\close_prepared load\n",
       "1 parse [load]: SELECT $1\n2 bind_named [load] [5]\n3 close_prepared [load]\n"},
      {"\\startpipeline\nSELECT 1;\n\\endpipeline\n", "1 pipeline [startpipeline]\n2: SELECT 1\n3 pipeline [endpipeline]\n"},
      {"\\encoding LATIN1\n\\encoding\n", "1 encoding [LATIN1]\n"},
      {"SELECT 1 \\; SELECT 2 \\; SELECT 3;", "1: SELECT 1 ; SELECT 2 ; SELECT 3\n"},
  }));
  CAPTURE(c.script);
  CHECK(items_of(c.script) == c.items);
}

TEST_CASE("commands that a psql does not know yet are complained of", "[script]") {
  ScriptOptions options;
  options.psql_version = 13;
  CHECK(ReadScript("\\restrict x\n\\bind 1\n", options).items() ==
        "1 unknown [restrict] [invalid command \\restrict]\n2 unknown [bind] [invalid command \\bind]\n");
}

TEST_CASE("the parts of a query string are told where there are several", "[script]") {
  ReadScript script("SELECT 1 \\; SELECT 2;");
  ScriptItem item;
  REQUIRE(script.reader->next(item));
  REQUIRE(item.parts.size() == 2);
  CHECK(script.sources.text(item.parts[0]) == "SELECT 1 ");
  CHECK(script.sources.text(item.parts[1]) == "SELECT 2");
}

TEST_CASE("variables are replaced outside of quotes, and an unset one stays", "[script]") {
  const auto c = GENERATE(values<Case>({
      {"\\set k 7\n\\set who 'O''Hara'\n\\set t parent\nSELECT :k, :'who', :\"t\", ':k', \":k\", $$:k$$, 1::int, :{?k}, :{?no}, :no, :'no';",
       "4: SELECT 7, 'O''Hara', \"parent\", ':k', \":k\", $$:k$$, 1::int, TRUE, FALSE, :no, :'no'\n"},
      {"\\set a x 'y z' \\n\nSELECT :'a';", "1 unknown [n] [invalid command \\n]\n2: SELECT 'xy z'\n"},
      {"\\set a 1\n\\set b :a:a\nSELECT :b;", "3: SELECT 11\n"},
      {"\\set both 'SELECT 1; SELECT 2'\n:both;\n", "2: SELECT 1\n2: SELECT 2\n"},
      {"\\set open 'SELECT ''a'\n:open;b';\n", "2: SELECT 'a;b'\n"},
      {"\\set q '\\'\\\\x'\nSELECT :'q';\n", "2: SELECT  E'''\\\\x'\n"},
      {"\\set loop ':loop'\nSELECT :loop;\n", "2: SELECT :loop\n"},
      {"\\set a 1\n\\unset a\nSELECT :a;\n", "3: SELECT :a\n"},
      {"\\set t t\nCOPY :t FROM stdin;\n1\n\\.\n", "2>4: COPY t FROM stdin <3..4: 1\\n>\n"},
      {"\\set home :DBNAME\n\\connect :home\n", "2 connect [postgres]\n"},
  }));
  CAPTURE(c.script);
  CHECK(items_of(c.script) == c.items);
}

TEST_CASE("variables of the command line come first", "[script]") {
  ScriptOptions options;
  options.variables = {{"ON_ERROR_STOP", "1"}, {"x", "5"}};
  CHECK(ReadScript("SELECT :x;", options).items() == "0 error_stop [on]\n1: SELECT 5\n");
}

TEST_CASE("\\if reads one branch and lexes the others", "[script]") {
  const auto c = GENERATE(values<Case>({
      {"\\if true\nSELECT 1;\n\\else\nSELECT 2;\n\\endif\n", "2: SELECT 1\n"},
      {"\\if 0\nSELECT 1;\n\\elif yes\nSELECT 2;\n\\elif on\nSELECT 3;\n\\else\nSELECT 4;\n\\endif\nSELECT 5;", "4: SELECT 2\n10: SELECT 5\n"},
      {"\\if off\n\\if true\nSELECT 1;\n\\endif\n\\q\n\\else\nSELECT 2;\n\\endif\n", "7: SELECT 2\n"},
      {"\\set v\n\\if :{?v}\nSELECT 1;\n\\endif\n\\if :v\nSELECT 2;\n\\endif\n", "3: SELECT 1\n"},
      {"SELECT 1\n\\if false\n, (2\n\\endif\n, 3;", "1>5: SELECT 1\\n, 3\n"},
      {"\\if false\nSELECT (1\n\\endif\nSELECT 2;", "4: SELECT 2\n"},
      {"\\if false\n\\set x 1\n\\elif :{?x}\nSELECT 1;\n\\elif :{?DBNAME}\nSELECT 2;\n\\endif\n", "6: SELECT 2\n"},
      {"\\else\n\\endif\n\\if 1\n\\else\n\\elif 1\n\\endif\n",
       "1 unknown [else] [\\else: no matching \\if]\n2 unknown [endif] [\\endif: no matching \\if]\n"
       "5 unknown [elif] [\\elif: cannot occur after \\else]\n"},
  }));
  CAPTURE(c.script);
  CHECK(items_of(c.script) == c.items);
}

TEST_CASE("the replay may change how the rest is read", "[script]") {
  ReadScript script("SELECT 1;\nSELECT '\\';', :id;\nSELECT :id;\n");
  ScriptItem item;
  REQUIRE(script.reader->next(item));
  script.reader->set_standard_conforming_strings(false);
  script.reader->set_variable("id", "42");
  CHECK(script.reader->variable("id") == "42");
  REQUIRE(script.reader->next(item));
  CHECK(described(item, script.sources) == "2: SELECT '\\';', 42");
  script.reader->unset_variable("id");
  CHECK(script.items() == "3: SELECT :id\n");
}

TEST_CASE("single-line mode ends statements at line ends", "[script]") {
  CHECK(items_of("\\set SINGLELINE on\nSELECT 1\nSELECT (2\n);\nCOPY t FROM stdin\n1\n\\.\n") ==
        "2: SELECT 1\n3>4: SELECT (2\\n)\n5>7: COPY t FROM stdin <6..7: 1\\n>\n");
}

TEST_CASE("what cannot be read as a script is told", "[script]") {
  struct Input { const char* name; std::string text; const char* complaints; };
  const auto c = GENERATE(values<Input>({
      {"quote", "SELECT 1;\nSELECT 'a;\n", "2: unterminated quoted string at end of \"test.sql\"\n"},
      {"dollar", "SELECT $x$ $$;\n", "1: unterminated dollar-quoted string at end of \"test.sql\"\n"},
      {"comment", "/* /* */\n", "1: unterminated comment at end of \"test.sql\"\n"},
      {"data", "COPY t FROM stdin;\n1\n", "2: COPY data without \"\\.\" at its end\n"},
      {"bare mark", "COPY t FROM stdin;\n1\n\\.", ""},
      {"nul", std::string("SELECT 1;\nSELECT '\0', '\0';\nSELECT 2;", 33), "2: \"test.sql\" holds NUL bytes\n"},
      {"nul in data", std::string("COPY t FROM stdin;\na\0b\n\\.\n", 26), "2: \"test.sql\" holds NUL bytes\n"},
      {"if", "\\if true\nSELECT 1;\n", "3: reached end of \"test.sql\" without finding closing \\endif\n"},
      {"archive", "PGDMP\x01", "1: \"test.sql\" is no SQL script but a custom-format dump\n"},
      {"utf-16", std::string("S\0E\0L\0E\0C\0T\0", 12), "1: \"test.sql\" is no SQL script but UTF-16 text\n"},
      {"gzip", "\x1f\x8b\x08", "1: \"test.sql\" is no SQL script but a gzip file\n"},
      {"backquotes", "\\set x `date`\nSELECT 1;", "1: what a command in backquotes prints cannot be known\n"},
  }));
  CAPTURE(c.name);
  ReadScript script(c.text);
  script.items();
  CHECK(script.complaints() == c.complaints);
}
