// Analyses made by hand, for tests of rules, reports and the command line: inputs by text, places by what stands there.
#pragma once

#include <string>
#include <string_view>

#include "analyzer/analyze.h"
#include "parsers/input/source.h"

namespace pgfk::test {

struct Made {
  Sources sources;
  AnalyzeOptions options;
  Analysis analysis;

  SourceId file(const std::string& path, const std::string& text) {
    const SourceId id = sources.add(Source::of_text(path, text));
    options.inputs.push_back(id);
    return id;
  }
  /// The `nth` place (from 1) where `words` stand.
  Span at(SourceId source, std::string_view words, int nth = 1) const {
    const std::string_view text = sources[source].text();
    std::size_t found = std::string_view::npos;
    for (int time = 0; time < nth; ++time) found = text.find(words, time == 0 ? 0 : found + 1);
    return {source, found, words.size()};
  }
};

inline ConstraintName foreign_key(std::string table, std::string name, std::string column, std::string referenced,
                                  std::string referenced_column = "id") {
  return {"public", std::move(table), std::move(name), "public", std::move(referenced), {std::move(column)},
          {std::move(referenced_column)}};
}

inline ConstraintSummary summary_of(const ConstraintName& name, KeyVerdict verdict, Span declared_at = {}) {
  ConstraintSummary summary;
  summary.name = name;
  summary.verdict = verdict;
  summary.declared_at = declared_at;
  return summary;
}

/// The dump of the manual: three orders without customer, found when the constraint is added.
inline Made dump_with_orphans() {
  Made made;
  const SourceId dump = made.file("prod.sql",
                                  "COPY public.orders (id, customer_id, total) FROM stdin;\n"
                                  "88411\t12\t1.00\n"
                                  "88412\t70311\t19.90\n"
                                  "88413\t70311\t2.00\n"
                                  "88414\t81004\t3.00\n"
                                  "\\.\n"
                                  "ALTER TABLE ONLY public.orders\n"
                                  "    ADD CONSTRAINT orders_customer_id_fkey FOREIGN KEY (customer_id) REFERENCES "
                                  "public.customers(id);\n");
  const ConstraintName name = foreign_key("orders", "orders_customer_id_fkey", "customer_id", "customers");
  Finding finding;
  finding.sqlstate = "23503";
  finding.statement = {"ALTER TABLE", 1, made.at(dump, "ALTER TABLE ONLY public.orders\n    ADD CONSTRAINT orders_customer_id_fkey "
                                                       "FOREIGN KEY (customer_id) REFERENCES public.customers(id)"),
                       8, "public.orders"};
  finding.at = made.at(dump, "orders_customer_id_fkey");
  finding.constraint = name;
  finding.reason = Reason::never_in_input;
  const std::string origin = "COPY public.orders (id, customer_id, total)";
  finding.rows = {{made.at(dump, "88412\t70311\t19.90"), made.at(dump, "70311"), 2, {"70311"}, {}, origin},
                  {made.at(dump, "88413\t70311\t2.00"), made.at(dump, "70311", 2), 3, {"70311"}, {}, origin},
                  {made.at(dump, "88414\t81004\t3.00"), made.at(dump, "81004"), 4, {"81004"}, {}, origin}};
  finding.rows_total = 3;
  finding.keys_total = 2;
  finding.message = "insert or update on table \"orders\" violates foreign key constraint \"orders_customer_id_fkey\"";
  finding.detail = "Key (customer_id)=(70311) is not present in table \"customers\".";
  finding.evidence = {"id 1..118222", "its data is not excluded"};
  made.analysis.findings = {finding};
  made.analysis.constraints = {summary_of(name, KeyVerdict::fails, finding.statement.span)};
  made.analysis.constraints.front().rows_failing = 3;
  made.analysis.constraints.front().keys_missing = 2;
  made.analysis.constraints.front().exists_after_load = false;
  made.analysis.tables = {{"public", "customers", 120400, 120400, 120400}, {"public", "orders", 4, 4, 4}};
  made.analysis.data_statements = made.analysis.data_decided = 2;
  made.analysis.rows = 120404;
  made.analysis.references = 4;
  made.analysis.statements = {3, 2, 1, 0, 0};
  made.analysis.target_version = 15;
  return made;
}

/// The seed set of the manual: orders before customers, items after orders.
inline Made seeds_in_wrong_order() {
  Made made;
  made.file("db/seeds/10_schema.sql", "CREATE TABLE ...;\n");
  const SourceId orders = made.file("db/seeds/20_orders.sql",
                                    "INSERT INTO orders (id, customer_id, total) VALUES\n"
                                    "  (1001, 1, 19.90),\n"
                                    "  (1002, 2, 5.00);\n");
  const SourceId items = made.file("db/seeds/25_items.sql", "INSERT INTO items (order_id) VALUES (1001);\n");
  const SourceId customers =
      made.file("db/seeds/30_customers.sql", "INSERT INTO customers (id, name) VALUES (1, 'Ann'), (2, 'Bob');\n");
  made.options.inputs = {SourceId{0}, orders, customers, items};  // so that the rows arrive one file later
  made.file("db/seeds/40_more.sql", "SELECT 1;\n");

  Finding root;
  root.sqlstate = "23503";
  root.statement = {"INSERT", 1, {orders, 0, made.sources[orders].text().size() - 2}, 3, "orders"};
  root.constraint = foreign_key("orders", "orders_customer_id_fkey", "customer_id", "customers");
  root.reason = Reason::comes_later;
  root.rows = {{made.at(orders, "(1001, 1, 19.90)"), made.at(orders, "1, 19"), 1, {"1"}, made.at(customers, "(1, 'Ann')"), ""},
               {made.at(orders, "(1002, 2, 5.00)"), made.at(orders, "2, 5"), 2, {"2"}, made.at(customers, "(2, 'Bob')"), ""}};
  for (FindingRow& row : root.rows) row.cell->length = 1;
  root.rows_total = root.keys_total = 2;
  root.message = "insert or update on table \"orders\" violates foreign key constraint \"orders_customer_id_fkey\"";
  root.detail = "Key (customer_id)=(1) is not present in table \"customers\".";

  Finding consequence;
  consequence.sqlstate = "23503";
  consequence.statement = {"INSERT", 2, {items, 0, 43}, 1, "items"};
  consequence.constraint = foreign_key("items", "items_order_id_fkey", "order_id", "orders");
  consequence.reason = Reason::lost_with_statement;
  consequence.caused_by = {0};
  consequence.rows = {{made.at(items, "(1001)"), made.at(items, "1001"), 1, {"1001"}, {}, ""}};
  consequence.rows_total = consequence.keys_total = 1;
  made.analysis.findings = {root, consequence};
  made.analysis.constraints = {summary_of(*root.constraint, KeyVerdict::fails),
                               summary_of(*consequence.constraint, KeyVerdict::fails)};
  made.analysis.load_order.given_files = {"db/seeds/10_schema.sql", "db/seeds/20_orders.sql", "db/seeds/25_items.sql",
                                          "db/seeds/30_customers.sql", "db/seeds/40_more.sql"};
  made.analysis.load_order.files = {"db/seeds/10_schema.sql", "db/seeds/30_customers.sql", "db/seeds/20_orders.sql",
                                    "db/seeds/25_items.sql", "db/seeds/40_more.sql"};
  made.analysis.load_order.tables = {"public.customers", "public.orders", "public.items"};
  made.analysis.data_statements = made.analysis.data_decided = 3;
  return made;
}

/// The ring of the manual: departments and employees, both NOT NULL, nothing deferrable.
inline Made ring_of_two() {
  Made made;
  const SourceId data = made.file("data.sql",
                                  "SET search_path = public;\n"
                                  "INSERT INTO departments (id, manager_id) VALUES (1, 10), (2, 20);\n"
                                  "INSERT INTO employees (id, dept_id) VALUES (10, 1), (20, 2);\n");
  const ConstraintName manager = foreign_key("departments", "departments_manager_fk", "manager_id", "employees");
  const ConstraintName department = foreign_key("employees", "employees_dept_id_fkey", "dept_id", "departments");
  Finding root;
  root.sqlstate = "23503";
  root.statement = {"INSERT", 1, made.at(data, "INSERT INTO departments (id, manager_id) VALUES (1, 10), (2, 20)"), 2, "departments"};
  root.constraint = manager;
  root.reason = Reason::comes_later_in_cycle;
  root.rows = {{made.at(data, "(1, 10)"), made.at(data, "10), (2"), 1, {"10"}, made.at(data, "(10, 1)"), ""}};
  root.rows.front().cell->length = 2;
  root.rows_total = root.keys_total = 2;
  Finding other;
  other.sqlstate = "23503";
  other.statement = {"INSERT", 2, made.at(data, "INSERT INTO employees (id, dept_id) VALUES (10, 1), (20, 2)"), 3, "employees"};
  other.constraint = department;
  other.reason = Reason::lost_with_statement;
  other.caused_by = {0};
  other.rows = {{made.at(data, "(10, 1)"), made.at(data, "1), (20"), 1, {"1"}, {}, ""}};
  other.rows.front().cell->length = 1;
  other.rows_total = other.keys_total = 2;
  made.analysis.findings = {root, other};
  made.analysis.constraints = {summary_of(manager, KeyVerdict::fails), summary_of(department, KeyVerdict::fails)};
  for (ConstraintSummary& summary : made.analysis.constraints) summary.nullable = false;
  made.analysis.cycles = {{{"public.departments", "public.employees"}, {manager, department}, 4, false, "make one deferrable"}};
  made.analysis.data_statements = made.analysis.data_decided = 2;
  return made;
}

/// The INSERT .. SELECT of the manual that cannot be evaluated.
inline Made undecided_seed() {
  Made made;
  const SourceId seed = made.file("seeds/90_refunds.sql",
                                  "-- refunds\n\n"
                                  "INSERT INTO refunds (order_id, amount)\n"
                                  "SELECT (payload->>'order')::int, 5.00 FROM staging.events WHERE kind = 'refund';\n"
                                  "INSERT INTO notes VALUES (1);\n");
  Finding root;
  root.verdict = Verdict::undecided;
  root.reason = Reason::unknown_rows;
  root.statement = {"INSERT", 0, made.at(seed, "INSERT INTO refunds"), 4, "refunds"};
  root.constraint = foreign_key("refunds", "refunds_order_id_fkey", "order_id", "orders");
  root.at = made.at(seed, "order_id");
  root.doubt = "the rows of INSERT INTO refunds come from a query pgfk does not run";
  root.evidence = {"812 candidate rows in staging.events", "nothing before line 3 fails"};
  root.settles = "load with --against what fills staging.events";
  Finding later;
  later.verdict = Verdict::undecided;
  later.statement = {"INSERT", 1, made.at(seed, "INSERT INTO notes VALUES (1)"), 5, "notes"};
  later.caused_by = {0};
  made.analysis.findings = {root, later};
  made.analysis.data_statements = 44;
  made.analysis.data_decided = 41;
  return made;
}

}  // namespace pgfk::test
