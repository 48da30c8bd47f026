#include "analyzer/replay/row_cells.h"

#include <string>

#include "tests/support/catch.h"

namespace pgfk::test {
namespace {

std::string cut(std::string_view text, const std::optional<Piece>& piece) {
  return piece ? std::string(text.substr(piece->first, piece->second)) : std::string("none");
}

TEST_CASE("a value of a VALUES list is found behind any other", "[replay]") {
  struct Case { const char* list; std::size_t position; const char* value; };
  const auto c = GENERATE(values<Case>({
      {"(1, 7)", 0, "1"},
      {"(1, 7)", 1, "7"},
      {"(1, 7)", 2, "none"},
      {"1, 7), (2, 8)", 1, "7"},
      {"( 1 ,\n -7.5e3 )", 1, "-7.5e3"},
      {"('a,b', 'it''s')", 1, "'it''s'"},
      {"(E'a\\',', 2)", 1, "2"},
      {"('a\\', 2)", 1, "2"},
      {"(f(1, 2), ARRAY[3, 4], 5)", 2, "5"},
      {"(1, \"a)b\", 3)", 2, "3"},
      {"('x'::text, 2)", 0, "'x'::text"},
      {"($$,$$, 2)", 1, "none"},
      {"(1 /* , */, 2)", 1, "none"},
      {"('open, 2)", 1, "none"},
      {"(1, )", 1, "none"},
      {"", 0, "none"},
  }));
  CAPTURE(c.list, c.position);
  CHECK(cut(c.list, value_of_list(c.list, c.position)) == c.value);
}

TEST_CASE("a field of a line may hold an escaped delimiter", "[replay]") {
  struct Case { const char* line; std::size_t position; const char* field; };
  const auto c = GENERATE(values<Case>({
      {"1\t7", 0, "1"}, {"1\t7", 1, "7"}, {"1\t7", 2, "none"}, {"a\\\tb\t7", 1, "7"}, {"\t", 1, ""}, {"", 0, ""}, {"a\\", 0, "a\\"},
  }));
  CAPTURE(c.line, c.position);
  CHECK(cut(c.line, field_of_line(c.line, '\t', c.position)) == c.field);
}

TEST_CASE("statements are known by the form in which they wrote", "[replay]") {
  const RelationId one = static_cast<RelationId>(1), two = static_cast<RelationId>(2);
  WrittenForms forms;
  forms.note(3, {one, false, '\t', {}});
  forms.note(4, {one, false, '\t', {}});
  forms.note(6, {two, true, '\t', {}});
  forms.note(7, {one, false, '\t', {}});
  forms.note(7, {two, false, '\t', {}});  // WITH
  std::string told;
  for (std::uint32_t statement = 2; statement < 9; ++statement) {
    const WrittenForm* form = forms.find(statement);
    told += form == nullptr ? "-" : form->relation == one ? "1" : form->copy ? "C" : "2";
  }
  CHECK(told == "-11-C--");
}

}  // namespace
}  // namespace pgfk::test
