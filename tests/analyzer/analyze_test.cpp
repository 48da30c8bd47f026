// What surrounds the replay: the version, what --against leaves open, the order of files, and -n, -N, -t, -T.
#include "analyzer/analyze.h"

#include <string>
#include <vector>

#include "tests/support/catch.h"
#include "tests/support/replay_dump.h"

namespace pgfk::test {
namespace {

Analysis analyzed(const std::vector<std::string>& texts, AnalyzeOptions options = {}) {
  Sources sources;
  for (std::size_t at = 0; at < texts.size(); ++at) {
    options.inputs.push_back(sources.add(Source::of_text(std::string(1, static_cast<char>('a' + at)), texts[at])));
  }
  return analyze(sources, options);
}

std::string joined_names(const std::vector<std::string>& names) {
  std::string text;
  for (const std::string& name : names) text += (text.empty() ? "" : " ") + name;
  return text;
}

TEST_CASE("the target is what is asked for, else the dump's, else the newest", "[analyze]") {
  struct Case { const char* text; int asked, target; std::size_t warnings; };
  const auto c = GENERATE(values<Case>({
      {"SELECT 1;", 0, 18, 0},
      {"SELECT 1;", 14, 14, 0},
      {"-- Dumped from database version 16.3\n", 0, 16, 0},
      {"-- Dumped from database version 16.3\n", 17, 17, 0},
      {"-- Dumped from database version 9.6.24\n", 0, 13, 1},
      {"-- Dumped from database version 9.6.24\n", 15, 15, 0},
      {"-- Dumped from database version 21devel\n", 0, 18, 1},
  }));
  CAPTURE(c.text, c.asked);
  AnalyzeOptions options;
  options.pg_version = c.asked;
  const Analysis analysis = analyzed({c.text}, options);
  CHECK(analysis.target_version == c.target);
  CHECK(analysis.diagnostics.count() == c.warnings);
  CHECK(analysis.diagnostics.errors() == 0);
}

TEST_CASE("what stands before the inputs may hold rows that nobody has shown", "[analyze]") {
  const std::string schema =
      "CREATE TABLE customers (id integer PRIMARY KEY);\nCREATE TABLE orders (id integer PRIMARY KEY, customer_id integer REFERENCES customers);\n"
      "CREATE TABLE items (order_id integer REFERENCES orders);\n";
  const std::string seed = "INSERT INTO orders VALUES (1, 7);\nINSERT INTO items VALUES (1);";
  ReplayCase how{.against = {schema}};
  CHECK(replay(seed, how) ==
        "a:1: orders_customer_id_fkey undecided: whether \"customers\" has 7 is not known: \"customers\" may hold rows already: no input loads any\n"
        "a:2: items_order_id_fkey undecided: whether \"orders\" has 1 is not known: whether \"customers\" has 7 is not known: \"customers\" may hold rows "
        "already: no input loads any");
  how.options.assume_parent = AssumeRows::absent;
  CHECK(replay(seed, how) == "a:1: orders_customer_id_fkey (7) absent\na:2: items_order_id_fkey (1) absent");

  // One row of it is known: then the others are, too.
  how.options.assume_parent = AssumeRows::unknown;
  how.against = {schema + "INSERT INTO customers VALUES (1);"};
  CHECK(replay("INSERT INTO orders VALUES (1, 7);", how) == "a:1: orders_customer_id_fkey (7) absent");
  how.against = {schema};
  CHECK(replay("INSERT INTO orders VALUES (1, 7);\nINSERT INTO customers VALUES (8);", how) == "a:1: orders_customer_id_fkey (7) absent");
  CHECK(replay("INSERT INTO orders VALUES (1, 7);\nINSERT INTO customers VALUES (7);", how) == "a:1: orders_customer_id_fkey (7) absent");
  // A table that the input makes is empty.
  how.against = {};
  CHECK(replay(schema + "INSERT INTO orders VALUES (1, 7);", how) == "4: orders_customer_id_fkey (7) absent");
}

TEST_CASE("files are put in an order that loads, and moved no more than needed", "[analyze]") {
  const std::string schema =
      "CREATE TABLE customers (id integer PRIMARY KEY);\nCREATE TABLE orders (id integer PRIMARY KEY, customer_id integer REFERENCES customers);\n"
      "CREATE TABLE items (order_id integer REFERENCES orders);\n";
  struct Case { std::string behaviour; std::vector<std::string> files; std::string order; std::size_t remaining; };
  const std::vector<Case> cases = {
      {"as given", {schema, "INSERT INTO customers VALUES (1);", "INSERT INTO orders VALUES (1, 1);"}, "a b c", 0},
      {"one file, whatever it holds", {schema + "INSERT INTO orders VALUES (1, 1);"}, "a", 1},
      {"one is pulled up", {schema, "INSERT INTO orders VALUES (1, 1);", "INSERT INTO items VALUES (1);", "INSERT INTO customers VALUES (1);", "SELECT 1;"},
       "a d b c e", 0},
      {"a need that shows only after another is met", {schema, "INSERT INTO items VALUES (1);", "INSERT INTO orders VALUES (1, 1);", "INSERT INTO customers VALUES (1);"},
       "a d c b", 0},
      {"tables come before their rows", {"INSERT INTO customers VALUES (1);", "INSERT INTO orders VALUES (1, 1);", schema}, "c a b", 0},
      {"a table before one that refers to it",
       {"CREATE TABLE orders (customer_id integer REFERENCES customers);", "CREATE TABLE customers (id integer PRIMARY KEY);"}, "b a", 0},
      {"an orphan stays one", {schema, "INSERT INTO orders VALUES (1, 1), (2, 7);", "INSERT INTO customers VALUES (1);"}, "a b c", 1},
      {"what can be mended is, the rest remains",
       {schema, "INSERT INTO orders VALUES (1, 1);\nINSERT INTO orders VALUES (2, 7);", "INSERT INTO customers VALUES (1);"}, "a c b", 1},
      {"a ring of files has no order",
       {"CREATE TABLE p (id integer PRIMARY KEY, q integer);\nCREATE TABLE q (id integer PRIMARY KEY, p integer REFERENCES p);\nALTER TABLE p ADD FOREIGN KEY (q) REFERENCES q;",
        "INSERT INTO p VALUES (1, 1);", "INSERT INTO q VALUES (1, 1);"},
       "a b c", 2},
  };
  for (const Case& c : cases) {
    CAPTURE(c.behaviour);
    const Analysis analysis = analyzed(c.files);
    CHECK(joined_names(analysis.load_order.files) == c.order);
    CHECK(analysis.load_order.given_files.size() == c.files.size());
    CHECK(analysis.load_order.remaining.size() == c.remaining);
  }
}

TEST_CASE("an order of files is found past a failure that ends the load", "[analyze]") {
  const std::vector<std::string> files = {
      "CREATE TABLE customers (id integer PRIMARY KEY);\nCREATE TABLE orders (id integer PRIMARY KEY, customer_id integer REFERENCES customers);\n"
      "CREATE TABLE items (order_id integer REFERENCES orders);\n",
      "INSERT INTO items VALUES (1);", "INSERT INTO orders VALUES (1, 1);", "INSERT INTO customers VALUES (1);"};
  AnalyzeOptions in_one_transaction, on_error_stop;
  in_one_transaction.single_transaction = in_one_transaction.one_session = true;
  on_error_stop.exit_on_error = on_error_stop.one_session = true;
  for (const AnalyzeOptions& how : {in_one_transaction, on_error_stop}) {
    const Analysis analysis = analyzed(files, how);
    CHECK(joined_names(analysis.load_order.files) == "a d c b");
    CHECK(analysis.load_order.remaining.empty());
    CHECK(analysis.statements.fail > 0);  // as given
  }
}

// Recorded with pg_dump 15 -s of these tables; without a schema pg_dump takes the visible ones (public's), pgfk those of any schema.
TEST_CASE("tables are chosen by pg_dump's patterns", "[analyze]") {
  const std::string tables =
      "CREATE SCHEMA sales; CREATE SCHEMA \"Mixed\"; CREATE TABLE log_1(); CREATE TABLE log_22(); CREATE TABLE \"a.b\"(); CREATE TABLE \"a$b\"();"
      "CREATE TABLE \"Mixed\".events(); CREATE TABLE orders(); CREATE TABLE order_items(); CREATE TABLE \"Orders\"(); CREATE TABLE sales.visits();"
      "CREATE TABLE \"q\"\"x\"();";
  struct Case { TableFilters filters; std::string chosen; };
  const std::vector<Case> cases = {
      {{.tables = {"orders"}}, "public.orders"},
      {{.tables = {"ORDERS"}}, "public.orders"},
      {{.tables = {"\"Orders\""}}, "public.Orders"},
      {{.tables = {"order*"}}, "public.orders public.order_items"},
      {{.tables = {"order?"}}, "public.orders"},
      {{.tables = {"sales.*"}}, "sales.visits"},
      {{.tables = {"*.visits", "orders"}}, "public.orders sales.visits"},
      {{.tables = {"log_[0-9]"}}, "public.log_1"},
      {{.tables = {"log_[0-9]+"}}, "public.log_1 public.log_22"},
      {{.tables = {"orders|log_1"}}, "public.log_1 public.orders"},
      {{.tables = {"\"a.b\""}}, "public.a.b"},
      {{.tables = {"a$b"}}, "public.a$b"},
      {{.tables = {"\"q\"\"x\""}}, "public.q\"x"},
      {{.tables = {"a.b.c"}}, "improper qualified name (too many dotted names): a.b.c"},
      {{.tables = {"nothing"}}, "no matching tables were found"},
      {{.schemas = {"sales"}}, "sales.visits"},
      {{.schemas = {"Mixed"}}, "no matching schemas were found"},
      {{.schemas = {"\"Mixed\""}}, "Mixed.events"},
      {{.exclude_schemas = {"p*"}}, "Mixed.events sales.visits"},
      {{.schemas = {"public"}, .exclude_schemas = {"public"}}, ""},
      {{.schemas = {"nothing"}}, "no matching schemas were found"},
      {{.schemas = {"sales"}, .tables = {"public.log_1"}}, "public.log_1"},
      {{.exclude_schemas = {"sales"}, .tables = {"sales.*"}}, "sales.visits"},
      {{.exclude_tables = {"*.order*", "log*", "a*", "\"O\"*"}}, "Mixed.events sales.visits public.q\"x"},
      {{.schemas = {"a.b"}}, "improper qualified name (too many dotted names): a.b"},
  };
  for (const Case& c : cases) {
    AnalyzeOptions options;
    options.filters = c.filters;
    const Analysis analysis = analyzed({tables}, options);
    std::string chosen;
    for (const TableSummary& table : analysis.tables) {
      if (!table.left_out) chosen += (chosen.empty() ? "" : " ") + table.schema + "." + table.table;
    }
    if (analysis.diagnostics.errors() > 0) chosen = analysis.diagnostics.kept().front().message;
    CHECK(chosen == c.chosen);
  }
  AnalyzeOptions options;
  options.filters.tables = {"log_("};
  CHECK(analyzed({tables}, options).diagnostics.kept().front().message.starts_with("invalid regular expression in pattern \"log_(\""));
}

TEST_CASE("all tables are loaded, and only those chosen are told of", "[analyze]") {
  AnalyzeOptions options;
  options.filters.tables = {"items"};
  const Analysis analysis = analyzed(
      {"CREATE TABLE customers (id integer PRIMARY KEY);\nCREATE TABLE orders (id integer PRIMARY KEY, customer_id integer REFERENCES customers);\n"
       "CREATE TABLE items (order_id integer REFERENCES orders);\nINSERT INTO orders VALUES (1, 7);\nINSERT INTO items VALUES (1);\n"
       "INSERT INTO orders VALUES ('x');\nINSERT INTO items VALUES ('x');\nSELECT 1 FROM;\n"},
      options);
  std::string told;
  for (const Finding& finding : analysis.findings) told += finding.left_out ? "-" : "+";
  CHECK(told == "-+-++");
  CHECK(analysis.findings[1].caused_by == std::vector<std::size_t>{0});
  CHECK(analysis.constraints.size() == 1);
  CHECK(joined_names(analysis.load_order.tables) == "public.items");
}

}  // namespace
}  // namespace pgfk::test
