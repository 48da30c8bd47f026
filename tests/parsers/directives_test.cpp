#include "parsers/sql/directives.h"

#include <string>
#include <string_view>

#include "tests/support/catch.h"

using namespace pgfk;

namespace {

/// "kind words | constraint-in-quotes | next statement | reason", or the problem; one line per directive.
std::string read(const std::string& text) {
  const std::unique_ptr<Source> source = Source::of_text("x.sql", text);
  std::string out;
  for (const Directive& directive : read_directives(*source, SourceId{0})) {
    if (!out.empty()) out += '\n';
    if (!directive.problem.empty()) {
      out += directive.text + " " + directive.problem;
      continue;
    }
    switch (directive.kind) {
      case DirectiveKind::ignore: out += "ignore"; break;
      case DirectiveKind::ignore_file: out += "file"; break;
      case DirectiveKind::assume: out += "assume " + directive.referencing.schema + "." + directive.referencing.name; break;
    }
    for (const std::string& word : directive.words) out += " " + word;
    for (const std::string& column : directive.columns) out += " " + column;
    if (directive.kind == DirectiveKind::assume) out += " from " + directive.referenced.schema + "." + directive.referenced.name;
    if (directive.last_is_quoted) out += " (quoted)";
    const std::string_view next = std::string_view(text).substr(static_cast<std::size_t>(directive.statement));
    out += " | " + std::string(next.substr(0, next.find_first_of(" ;\n"))) + " | " + directive.reason;
  }
  return out;
}

}  // namespace

TEST_CASE("directives are read with codes, constraint and reason", "[directives]") {
  struct Case { const char* text; const char* read; };
  const auto c = GENERATE(values<Case>({
      {"SELECT 1;\n", ""},
      {"-- pgfk:ignore FK001\nINSERT;", "ignore fk001 | INSERT | "},
      {"  --pgfk:ignore FK001,FK002 orders_fkey -- cleaned -- later\r\n\n-- other\nINSERT INTO x;", "ignore fk001 fk002 orders_fkey | INSERT | cleaned -- later"},
      {"-- pgfk:ignore FK001, orphan-row \"My \"\"key\"\n/* a /* nested */ one */ COPY;", "ignore fk001 orphan-row My \"key (quoted) | COPY | "},
      {"-- pgfk:ignore all Orders_FKey\nX", "ignore all orders_fkey | X | "},
      {"\n-- head\n-- pgfk:ignore-file FK008 -- legacy\nSELECT 1;", "file fk008 | SELECT | legacy"},
      {"-- pgfk:assume rows refunds(order_id) from orders -- by the app\nINSERT", "assume .refunds order_id from .orders | INSERT | by the app"},
      {"-- pgfk:assume rows Shop.\"Refunds\" ( a , \"B\" ) from shop.orders\nINSERT", "assume shop.Refunds a B from shop.orders | INSERT | "},
      {"-- pgfk:ignore FK001", "ignore fk001 |  | "},
      {"-- pgfk:ignore FK001\nX;\n-- pgfk:ignore FK002\nY;", "ignore fk001 | X | \nignore fk002 | Y | "},
  }));
  CAPTURE(c.text);
  CHECK(read(c.text) == c.read);
}

TEST_CASE("a directive that steers nothing says why", "[directives]") {
  struct Case { const char* text; const char* read; };
  const auto c = GENERATE(values<Case>({
      {"-- pgfk:ignore\nX;", "pgfk:ignore names no code"},
      {"-- pgfk:ignore -- why\nX;", "pgfk:ignore names no code"},
      {"-- pgfk:ignore FK001(a)\nX;", "pgfk:ignore FK001( takes codes and a constraint"},
      {"-- pgfk:ignored FK001\nX;", "pgfk:ignored is no directive; there are pgfk:ignore, pgfk:ignore-file and pgfk:assume"},
      {"SELECT 1; -- pgfk:ignore FK001\nX;", "pgfk:ignore FK001 stands behind a statement; it is for the next one, and needs a line of its own"},
      {"SELECT 1;\n-- pgfk:ignore-file FK001\nX;", "pgfk:ignore-file FK001 has to stand above the first statement"},
      {"-- pgfk:assume rows refunds from orders\nX;", "pgfk:assume rows refunds is written: pgfk:assume rows table(column, ...) from table"},
      {"-- pgfk:assume rows refunds(a) from orders, b\nX;", "pgfk:assume rows refunds(a) from orders, is written: pgfk:assume rows table(column, ...) from table"},
  }));
  CAPTURE(c.text);
  CHECK(read(c.text) == c.read);
}

TEST_CASE("text that is no comment of its own line is no directive", "[directives]") {
  const auto text = GENERATE(values<const char*>({"SELECT 'pgfk:ignore FK001';\n", "INSERT INTO t VALUES ('-- pgfk:ignore FK001');\n",
                                                  "1\t-- pgfk:ignore FK001\n", "/* pgfk:ignore FK001 */\n", "pgfk:ignore FK001\n"}));
  CAPTURE(text);
  CHECK(read(text).empty());
}

TEST_CASE("a large dump of pg_dump is not searched", "[directives]") {
  const std::string head = "--\n-- PostgreSQL database dump\n--\n";
  const std::string directive = "-- pgfk:ignore FK001\nX;\n";
  CHECK(!read(head + directive).empty());
  CHECK(read(head + std::string(17u << 20, '\n') + directive).empty());
  CHECK(!read(std::string(17u << 20, '\n') + directive).empty());
}

TEST_CASE("a line without end does not make a directive long", "[directives]") {
  CHECK(read("-- pgfk:ignore " + std::string(100'000, 'x')).empty());
}
