#include "parsers/log/insert_scan.h"

#include <string>

#include "tests/support/catch.h"

using namespace pgfk;

namespace {

class Tables : public InsertFilter {
 public:
  bool may_be_table(std::string_view name) const override { return name == "customers" || name == "order"; }
  bool wants(const LogEvent&) const override { return true; }
};

std::string found_in(const std::string& text) {
  std::string out;
  for (const std::size_t at : find_into(text, 0, text.size(), Tables())) out += (out.empty() ? "" : " ") + std::to_string(at);
  return out;
}

}  // namespace

TEST_CASE("INTO is found before tables that are looked for, however an envelope escapes it", "[log]") {
  struct Case {
    const char* text;
    const char* wanted;
  };
  const auto c = GENERATE(values<Case>({
      {"INSERT INTO customers VALUES (1)", "7"},
      {"insert\n\tinto\n\t\"Customers\"", "8"},
      {"INSERT INTO suppliers VALUES (1)", ""},
      {"INSERT INTO shop.customers", "7"},
      {"INSERT INTO \"shop\" . \"customers\"", "7"},
      {"INSERT INTO \\\"shop\\\".\\\"customers\\\" (a)", "7"},
      {"INSERT\\nINTO\\n\\tcustomers", "8"},
      {"INSERT INTO#012#011customers", "7"},
      {"INSERT INTO \"Order Lines\"", "7"},
      {"INSERT INTO /* why */ suppliers", "7"},
      {"INSERT INTO \"(odd)\"", "7"},
      {"SELECT into_x, intox, into, customers", ""},
      {"INTO", ""},
      {"x INTO customers y into customers", "2 19"},
  }));
  CAPTURE(c.text);
  CHECK(found_in(c.text) == c.wanted);
}

TEST_CASE("INTO is found at each place of a long text, once", "[log]") {
  const std::string dots(300, '.');
  for (std::size_t at = 0; at < 200; ++at) {
    std::string text = dots;
    text.replace(at, 16, " INTO customers ");
    CAPTURE(at);
    CHECK(found_in(text) == std::to_string(at + 1));
    CHECK(find_into(text, 0, 100, Tables()).size() + find_into(text, 100, text.size(), Tables()).size() == 1);
  }
}
