#include "parsers/archive/payload_end.h"

#include <algorithm>
#include <string>

#include "tests/parsers/archive/archive_fixture.h"
#include "tests/support/catch.h"

using namespace pgfk;
using namespace pgfk::test;

namespace {

/// Gives a text in reads of at most `piece` bytes.
class TextStream : public ByteStream {
 public:
  TextStream(std::string text, std::size_t piece) : text_(std::move(text)), piece_(piece) {}
  Result<std::size_t> read(std::span<char> into) override {
    const std::size_t length = std::min({into.size(), piece_, text_.size() - given_});
    std::copy_n(text_.data() + given_, length, into.data());
    given_ += length;
    return length;
  }

 private:
  std::string text_;
  std::size_t piece_;
  std::size_t given_ = 0;
};

}  // namespace

TEST_CASE("data has to end as pg_dump ends it, and is passed on without that end", "[archive]") {
  struct Case {
    PayloadKind kind;
    const char* payload;
    const char* passed;
    bool whole;
  };
  constexpr PayloadKind copy = PayloadKind::copy, insert = PayloadKind::insert;
  const Case c = GENERATE(values<Case>({
      {copy, "1\ta\n2\tb\n\\.\n\n\n", "1\ta\n2\tb\n", true},
      {copy, "\\.\n\n\n", "", true},
      {copy, "\n\n\\.\n\n\n", "\n\n", true},                   // rows without columns
      {copy, "x\\.\n\n\n", "x", false},                        // part of a row, not a line of its own
      {copy, "1\ta\n2\tb\n\\.\n\n", "1\ta\n2\tb", false},       // five bytes are held back until the end is known
      {copy, "1\ta\n2\tb\n", "1\ta", false},
      {copy, "\n", "", false},
      {copy, "", "", false},
      {insert, "INSERT INTO t VALUES (1);\n\n\n", "INSERT INTO t VALUES (1);\n", true},
      {insert, "\n\n", "", true},
      {insert, "INSERT INTO t VALUES ('\n\n", "INSERT INTO t VALUES ('", false},
      {insert, "INSERT INTO t VALUES ('a\n\n\n", "INSERT INTO t VALUES ('a\n", false},
      {insert, "INSERT INTO t VALUES (1);\n", "INSERT INTO t VALUES (1)", false},
      {insert, "", "", false},
  }));
  const std::size_t piece = GENERATE(1u, 2u, 7u, 1000u);
  const std::size_t window = GENERATE(1u, 63u, 64u, 1000u);
  CAPTURE(c.payload, piece, window);
  const Drained drained = drain(without_terminator(std::make_unique<TextStream>(c.payload, piece), c.kind), window);
  CHECK(drained.bytes == c.passed);
  CHECK(drained.error.message == (c.whole ? "" : "its data does not end as pg_dump ends it"));
}
