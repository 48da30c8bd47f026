#include <sstream>
#include <string>

#include "reports/formats.h"
#include "reports/input_info.h"
#include "reports/redact.h"
#include "tests/support/catch.h"
#include "tests/support/made_analysis.h"

using namespace pgfk;
using namespace pgfk::test;

namespace {

std::string full(Made& made, ReportOptions options = {}, int exit_code = 1) {
  redact(made.analysis, options.redaction);
  std::vector<InputInfo> inputs;
  for (std::size_t id = 0; id < made.sources.size(); ++id) {
    inputs.push_back(describe_input(made.sources[static_cast<SourceId>(id)]));
  }
  Invocation invocation;
  invocation.exit_code = exit_code;
  invocation.seconds = 2.1;
  invocation.peak_rss = 212'000'000;
  std::ostringstream out;
  render_full({made.analysis, made.sources, made.options, inputs, invocation, options}, out);
  return out.str();
}

std::string full(Made&& made, ReportOptions options = {}, int exit_code = 1) { return full(made, options, exit_code); }

}  // namespace

TEST_CASE("orphans found when the constraint is added", "[reports]") {
  CHECK(full(dump_with_orphans()) ==
        R"(error[FK001]: ADD FOREIGN KEY fails: 3 rows of public.orders have no parent (SQLSTATE 23503)
  --> prod.sql:8:20
    |
  7 | ALTER TABLE ONLY public.orders
  8 |     ADD CONSTRAINT orders_customer_id_fkey FOREIGN KEY (customer_id) REFERENCES ...
    |                    ^^^^^^^^^^^^^^^^^^^^^^^ customer_id -> public.customers (id)
    |
  ::: prod.sql:3:7   COPY public.orders (id, customer_id, total), row 2
    |
  3 | 88412  70311  19.90
    |        ^^^^^ customer_id 70311 is not in public.customers
  = rows:   line 3 (70311), line 4 (70311), line 5 (81004): 3 rows, 2 missing keys
  = parent: public.customers loads 120,400 rows; id 1..118222; its data is not excluded
  = server: insert or update on table "orders" violates foreign key constraint
            "orders_customer_id_fkey"
            Key (customer_id)=(70311) is not present in table "customers".
  = effect: psql exits 0, pg_restore exits 1; rows stay, the constraint is missing afterwards
  = help:   in the source, then dump again:  DELETE FROM public.orders
              WHERE customer_id IN (70311, 81004);      -- 3 rows; or insert the 2 customers
            or keep the rows: append NOT VALID to line 8 and VALIDATE after cleaning

prod.sql: 1 of 1 foreign key fails, 3 rows; 2 of 2 data statements load.  exit 1
)");
}

TEST_CASE("seeds in the wrong order", "[reports]") {
  CHECK(full(seeds_in_wrong_order()) ==
        R"(error[FK002]: INSERT INTO orders runs before its parent rows (SQLSTATE 23503)
  --> db/seeds/20_orders.sql:2:10
    |
  1 | INSERT INTO orders (id, customer_id, total) VALUES
  2 |   (1001, 1, 19.90),
    |          ^ customers has no row 1 yet
  3 |   (1002, 2, 5.00);
    |          - nor row 2
    |
  ::: db/seeds/30_customers.sql:1:1
    |
  1 | INSERT INTO customers (id, name) VALUES (1, 'Ann'), (2, 'Bob');
    | -------------------------------- both rows arrive here, one file later
  = cause:  order only; every parent row exists in the set
  = then:   25_items.sql:1 fails too (FK007), because its orders were not inserted
  = help:   load 30_customers.sql before 20_orders.sql:  pgfk order db/seeds

db/seeds: 5 files, 1 root cause, 1 consequence; suggested order 10 30 20 25 40.  exit 1
)");
}

TEST_CASE("a ring that no order loads", "[reports]") {
  CHECK(full(ring_of_two()) ==
        R"(error[FK003]: no order of these statements loads departments and employees (SQLSTATE 23503)
  --> data.sql:2:53
    |
  2 | INSERT INTO departments (id, manager_id) VALUES (1, 10), (2, 20);
    |                                                     ^^ needs employees 10, inserted at line 3
  3 | INSERT INTO employees (id, dept_id) VALUES (10, 1), (20, 2);
    |                                                 - needs departments 1, inserted at line 2
  = cycle:  departments.manager_id -> employees.id  departments_manager_fk  NOT NULL, not deferrable
            employees.dept_id -> departments.id     employees_dept_id_fkey  NOT NULL, not deferrable
  = note:   SET CONSTRAINTS ALL DEFERRED does nothing for constraints that are not DEFERRABLE
  = then:   line 3 fails too (FK007), because its departments were not inserted
  = help:   as table owner, no superuser needed:
              BEGIN;
              ALTER TABLE departments ALTER CONSTRAINT departments_manager_fk
                DEFERRABLE INITIALLY DEFERRED;
              -- lines 2-3
              COMMIT;
              ALTER TABLE departments ALTER CONSTRAINT departments_manager_fk NOT DEFERRABLE;
            see also: pgfk explain FK003

data.sql: 2 of 2 foreign keys fail, 4 rows; 0 of 2 data statements load; 1 root cause, 1 consequence.  exit 1
)");
}

TEST_CASE("a statement that cannot be decided", "[reports]") {
  CHECK(full(undecided_seed(), {}, 0) ==
        R"(note[FK090]: undecided: the rows of INSERT INTO refunds come from a query pgfk does not run
  --> seeds/90_refunds.sql:3:22
    |
  3 | INSERT INTO refunds (order_id, amount)
    |                      ^^^^^^^^ refunds_order_id_fkey -> orders (id)
  = known:  812 candidate rows in staging.events; nothing before line 3 fails
  = then:   1 later statement depends on refunds (line 5): verdict "fails only if line 3 fails"
  = help:   -- pgfk:assume rows refunds(order_id) from orders     above line 3, if that is so
            or load with --against what fills staging.events
            --strict turns undecided statements into exit 3

seeds/90_refunds.sql: 41 of 44 data statements decided, none fails; 1 undecided, 1 depends on it.  exit 0
)");
}

TEST_CASE("nothing fails", "[reports]") {
  Made made;
  made.file("shop.sql",
            "--\n-- PostgreSQL database dump\n--\n\n-- Dumped from database version 15.18 (Debian)\n"
            "-- Dumped by pg_dump version 16.2\n\n--\n-- PostgreSQL database dump complete\n--\n");
  made.analysis.tables.resize(24);
  made.analysis.constraints.resize(31);
  made.analysis.rows = 8'412'907;
  made.analysis.references = 19'204'551;
  made.analysis.data_statements = made.analysis.data_decided = 46;
  made.analysis.cycles = {{{"public.categories"}, {}, 0, true, "one COPY loads all its rows"}};
  const std::string expected = R"(shop.sql: plain dump, 160 bytes, dumped from 15.18 by pg_dump 16.2
  24 tables, 31 foreign keys, 46 data statements, 8,412,907 rows, 19,204,551 references

note[FK050]: pg_dump's circular warning on "categories" is harmless: one COPY loads all its rows
No foreign key failures. 46 of 46 data statements and 31 of 31 constraints decided.  2.1 s, 212 MB
)";
  CHECK(full(made, {}, 0) == expected);
  ReportOptions quiet;
  quiet.quiet = true;
  CHECK(full(made, quiet, 0).empty());
}

TEST_CASE("colour only adds", "[reports]") {
  ReportOptions options;
  options.color = true;
  std::string text = full(dump_with_orphans(), options);
  CHECK(text.find("\033[1;31merror[FK001]\033[0m") == 0);
  for (std::size_t at = text.find('\033'); at != std::string::npos; at = text.find('\033')) text.erase(at, text.find('m', at) - at + 1);
  CHECK(text == full(dump_with_orphans()));
}

TEST_CASE("many alike are told a few times and counted exactly", "[reports]") {
  Made made = dump_with_orphans();
  const Finding one = made.analysis.findings.front();
  made.analysis.findings.assign(1000, one);
  for (std::size_t at = 0; at < 1000; ++at) made.analysis.findings[at].statement.index = at;
  const std::string text = full(made);
  std::size_t bodies = 0;
  for (std::size_t at = text.find("error[FK001]: ADD"); at != std::string::npos; at = text.find("error[FK001]: ADD", at + 1)) ++bodies;
  CHECK(bodies == 3);
  CAPTURE(text);
  CHECK(text.find("error[FK001]: 997 more statements (orders, orders_customer_id_fkey), 2,991 rows: prod.sql:7 ..\n"
                  "  prod.sql:7; --max-rows=0 shows all\n") != std::string::npos);
}

TEST_CASE("redaction leaves no value of a row", "[reports]") {
  for (const Redaction redaction : {Redaction::keys, Redaction::all}) {
    for (Made (*make)() : {dump_with_orphans, seeds_in_wrong_order, ring_of_two}) {
      ReportOptions options;
      options.redaction = redaction;
      const std::string text = full(make(), options);
      CAPTURE(text);
      for (const char* value : {"70311", "81004", "19.90", "Ann", "1001"}) CHECK(text.find(value) == std::string::npos);
    }
  }
}

TEST_CASE("hostile lines are cut and made safe", "[reports]") {
  Made made;
  const std::string line = "INSERT INTO orders VALUES (" + std::string(100'000, 'x') + "\033[2J\xff 77, " + std::string(100'000, 'y') + ");";
  const SourceId file = made.file("wide.sql", line + "\n");
  Finding finding;
  finding.sqlstate = "23503";
  finding.statement = {"INSERT", 0, {file, 0, line.size() - 1}, 1, "orders"};
  finding.constraint = foreign_key("orders", "orders_fk", "customer_id", "customers");
  finding.rows = {{finding.statement.span, made.at(file, "77"), 1, {"77"}, {}, ""}};
  finding.rows_total = finding.keys_total = 1;
  made.analysis.findings = {finding};
  const std::string text = full(made);
  CHECK(text.find('\033') == std::string::npos);
  CHECK(text.find("?[2J? 77, yyyy") != std::string::npos);
  std::istringstream lines(text);
  for (std::string each; std::getline(lines, each);) CHECK(each.size() <= 100);
}
