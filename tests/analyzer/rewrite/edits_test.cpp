#include "analyzer/rewrite/edits.h"

#include <string>

#include "tests/support/catch.h"

using namespace pgfk;

TEST_CASE("edits are applied in rising order, and what is inserted within a removed range stays", "[rewrite]") {
  struct Case { const char* what; std::vector<ScriptEdit> edits; const char* expected; };
  const auto c = GENERATE(values<Case>({
      {"none", {}, "0123456789"},
      {"two insertions at one place keep their order", {{3, 0, "a"}, {3, 0, "b"}}, "012ab3456789"},
      {"insertion before a removal at the same place", {{3, 2, ""}, {3, 0, "a"}}, "012a56789"},
      {"given backwards", {{8, 1, "x"}, {0, 1, ""}}, "1234567x9"},
      {"removals that overlap", {{2, 4, ""}, {4, 4, ""}}, "0189"},
      {"a replacement within a removal is gone", {{2, 6, ""}, {4, 1, "x"}}, "0189"},
      {"a removal that begins with a replacement", {{2, 1, "x"}, {2, 6, ""}}, "0189"},
      {"an insertion within a removal", {{2, 6, ""}, {4, 0, "x"}}, "01x89"},
      {"behind the end", {{10, 0, "!"}}, "0123456789!"},
  }));
  CAPTURE(c.what);
  ScriptEdits edits;
  for (const ScriptEdit& edit : c.edits) edits.replace(edit.offset, edit.length, edit.text);
  CHECK(edits.apply("0123456789") == c.expected);
}

TEST_CASE("a place in the edited text is told in the original", "[rewrite]") {
  ScriptEdits edits;
  edits.replace(2, 3, "");
  edits.replace(6, 0, "ab");
  edits.replace(8, 1, "XYZ");
  REQUIRE(edits.apply("0123456789") == "015ab67XYZ9");
  const std::uint64_t expected[] = {0, 1, 5, 6, 6, 6, 7, 8, 8, 8, 9, 10};
  for (std::uint64_t at = 0; at < 12; ++at) {
    CAPTURE(at);
    bool inserted = false;
    CHECK(edits.original_of(at, &inserted) == expected[at]);
    CHECK(inserted == (at == 3 || at == 4 || (at >= 7 && at <= 9)));
  }
}

TEST_CASE("edits are shown as diff -u would show them", "[rewrite]") {
  const std::string text = "a\nb\nc\nd\ne\nf\ng\nh\ni\nj\nk\nl";
  ScriptEdits edits;
  edits.replace(2, 2, "");           // line b
  edits.replace(18, 1, "J2");        // within line j
  edits.replace(23, 0, "\nm");       // behind the last line
  std::string out;
  CHECK(write_unified_diff("old", "new", text, edits, [&](std::string_view piece) {
    out += piece;
    return true;
  }));
  CHECK(out ==
        "--- old\n+++ new\n"
        "@@ -1,5 +1,4 @@\n a\n-b\n c\n d\n e\n"
        "@@ -7,6 +6,7 @@\n g\n h\n i\n-j\n+J2\n k\n-l\n\\ No newline at end of file\n+l\n+m\n\\ No newline at end of file\n");
}
