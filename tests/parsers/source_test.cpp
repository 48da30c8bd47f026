#include "parsers/input/source.h"

#include <unistd.h>

#include <cstdio>
#include <string>
#include <thread>
#include <vector>

#include "parsers/input/line_index.h"
#include "tests/support/catch.h"

using namespace pgfk;

namespace {

std::string file_with(const std::string& text) {
  char name[] = "/tmp/pgfk_source_test.XXXXXX";
  const int file = mkstemp(name);
  REQUIRE(file >= 0);
  REQUIRE(write(file, text.data(), text.size()) == static_cast<ssize_t>(text.size()));
  close(file);
  return name;
}

}  // namespace

TEST_CASE("newlines are counted whatever the length and place", "[input]") {
  for (const std::size_t size : {0u, 1u, 15u, 16u, 63u, 64u, 65u, 4095u, 5000u, 70000u}) {
    std::string text(size, 'x');
    std::uint64_t newlines = 0;
    for (std::size_t at = 0; at < size; at += 1 + at % 3) {
      text[at] = '\n';
      ++newlines;
    }
    CAPTURE(size);
    CHECK(count_newlines(text).newlines == newlines);
    CHECK_FALSE(count_newlines(text).has_nul);
    if (size == 0) continue;
    text.back() = '\0';
    CHECK(count_newlines(text).has_nul);
  }
  CHECK(count_newlines(std::string(100000, '\n')).newlines == 100000);
}

TEST_CASE("a place is line and column, from 1, in bytes", "[input]") {
  const auto source = Source::of_text("t", "ab\n\ncd\r\nlast");
  struct Case { std::uint64_t offset, line, column; const char* text; };
  const auto c = GENERATE(values<Case>({{0, 1, 1, "ab"}, {1, 1, 2, "ab"}, {2, 1, 3, "ab"}, {3, 2, 1, ""}, {4, 3, 1, "cd"},
                                        {7, 3, 4, "cd"}, {8, 4, 1, "last"}, {12, 4, 5, "last"}, {99, 4, 5, "last"}}));
  CAPTURE(c.offset);
  CHECK(source->place_of(c.offset).line == c.line);
  CHECK(source->place_of(c.offset).column == c.column);
  CHECK(source->line_at(c.offset) == c.text);
}

TEST_CASE("places may be asked from many threads, over many windows", "[input]") {
  std::string text;
  while (text.size() < 5'000'000) text += "0123456789abcde\n";
  const auto source = Source::of_text("t", text);
  std::vector<std::thread> threads;
  std::vector<int> wrong(4, 0);
  for (std::size_t thread = 0; thread < wrong.size(); ++thread) {
    threads.emplace_back([&, thread] {
      for (std::uint64_t offset = thread * 7; offset < text.size(); offset += 99991)
        wrong[thread] += source->place_of(offset).line != offset / 16 + 1;
    });
  }
  for (std::thread& thread : threads) thread.join();
  CHECK(wrong == std::vector<int>(4, 0));
}

TEST_CASE("files are mapped, empty ones too, and pages given back can be read again", "[input]") {
  const std::string name = file_with(std::string(1'000'000, 'x') + "\nend");
  Result<std::unique_ptr<Source>> source = Source::open(name);
  REQUIRE(source.ok());
  CHECK((*source)->path() == name);
  CHECK((*source)->text().size() == 1'000'004);
  (*source)->release(10, 900'000);
  (*source)->release(0, 1u << 30);
  CHECK((*source)->text().substr(500'000, 3) == "xxx");
  CHECK((*source)->line_at(1'000'002) == "end");
  unlink(name.c_str());

  const std::string empty = file_with("");
  source = Source::open(empty);
  REQUIRE(source.ok());
  CHECK((*source)->text().empty());
  CHECK((*source)->place_of(5).line == 1);
  unlink(empty.c_str());
}

TEST_CASE("what is no mappable file is spooled", "[input]") {
  int ends[2];
  REQUIRE(pipe(ends) == 0);
  std::thread writer([&ends] {
    const std::string line(99999, 'p');
    for (int count = 0; count < 30; ++count) REQUIRE(write(ends[1], line.data(), line.size()) > 0);
    close(ends[1]);
  });
  Result<std::unique_ptr<Source>> source = Source::open("/dev/fd/" + std::to_string(ends[0]));
  writer.join();
  close(ends[0]);
  REQUIRE(source.ok());
  CHECK((*source)->text() == std::string(30 * 99999, 'p'));
}

TEST_CASE("what cannot be read is refused with the reason", "[input]") {
  struct Case { const char* path; const char* message; };
  const auto c = GENERATE(values<Case>({{"/tmp", "file \"/tmp\" is a directory"},
                                        {"/nonexistent/x", "could not open file \"/nonexistent/x\": No such file or directory"}}));
  const Result<std::unique_ptr<Source>> source = Source::open(c.path);
  REQUIRE_FALSE(source.ok());
  CHECK(source.error().message == c.message);
}

TEST_CASE("a span that reaches past its source is cut off", "[input]") {
  Sources sources;
  const SourceId id = sources.add(Source::of_text("t", "abc"));
  CHECK(sources.text(Span{id, 1, 100}) == "bc");
  CHECK(sources.text(Span{id, 100, 1}).empty());
  CHECK(sources.place_of(Span{id, 1, 1}).column == 2);
}
