#include "parsers/input/source.h"

#include <unistd.h>

#include <cstdint>
#include <limits>
#include <string>
#include <thread>
#include <vector>

#include "parsers/input/line_index.h"
#include "tests/support/catch.h"
#include "tests/support/compress.h"

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

TEST_CASE("a compressed file is decoded by its content where that is asked for", "[input]") {
  const SourceOptions by_content{.codec = std::nullopt, .spool = {}};
  std::string text;
  while (text.size() < 5'000'000) text += "INSERT INTO t VALUES (" + std::to_string(text.size()) + ");\n";
  for (const Codec codec : {Codec::none, Codec::gzip, Codec::lz4, Codec::zstd, Codec::xz, Codec::bzip2}) {
    CAPTURE(codec_name(codec));
    const std::string bytes = compressed(codec, text), name = file_with(bytes);
    const Result<std::unique_ptr<Source>> decoded = Source::open(name, by_content);
    const Result<std::unique_ptr<Source>> as_it_is = Source::open(name);
    unlink(name.c_str());
    REQUIRE(decoded.ok());
    CHECK(((*decoded)->text() == text));
    CHECK((*decoded)->compression() == codec);
    CHECK_FALSE((*decoded)->damage());
    REQUIRE(as_it_is.ok());
    CHECK(((*as_it_is)->text() == bytes));
    CHECK((*as_it_is)->compression() == Codec::none);
  }
}

TEST_CASE("two layers of compression are taken off, and no third", "[input]") {
  const SourceOptions by_content{.codec = std::nullopt, .spool = {}};
  const std::string twice = compressed(Codec::gzip, compressed(Codec::xz, "SELECT 1;\n"));
  const std::string two = file_with(twice), three = file_with(compressed(Codec::zstd, twice));
  const Result<std::unique_ptr<Source>> decoded = Source::open(two, by_content);
  REQUIRE(decoded.ok());
  CHECK((*decoded)->text() == "SELECT 1;\n");
  CHECK((*decoded)->compression() == Codec::gzip);
  const Result<std::unique_ptr<Source>> refused = Source::open(three, by_content);
  REQUIRE_FALSE(refused.ok());
  CHECK(refused.error().message == "file \"" + three + "\" is compressed more than twice");
  const SourceOptions once{.codec = Codec::gzip, .spool = {}};
  CHECK((*Source::open(two, once))->text() == compressed(Codec::xz, "SELECT 1;\n"));
  unlink(two.c_str());
  unlink(three.c_str());
}

TEST_CASE("of a damaged file what comes before the damage is read", "[input]") {
  const SourceOptions by_content{.codec = std::nullopt, .spool = {}};
  const std::string bytes = compressed(Codec::gzip, std::string(100'000, 'x'));
  const std::string cut = file_with(bytes.substr(0, bytes.size() - 4)), head = file_with(bytes.substr(0, 10)), text = file_with("SELECT 1;");
  const Result<std::unique_ptr<Source>> source = Source::open(cut, by_content);
  REQUIRE(source.ok());
  CHECK(((*source)->text() == std::string(100'000, 'x')));
  REQUIRE((*source)->damage());
  CHECK((*source)->damage()->message == "file \"" + cut + "\" is damaged: gzip data end in the middle, at byte " +
                                            std::to_string(bytes.size() - 4) + " of the compressed data");
  const Result<std::unique_ptr<Source>> nothing = Source::open(head, by_content);
  REQUIRE_FALSE(nothing.ok());
  CHECK(nothing.error().message == "could not decode file \"" + head + "\": gzip data end in the middle, at byte 10 of the compressed data");
  const Result<std::unique_ptr<Source>> forced = Source::open(text, {.codec = Codec::zstd, .spool = {}});
  REQUIRE_FALSE(forced.ok());
  CHECK(forced.error().message == "could not decode file \"" + text + "\": zstd data were expected, and the input begins with something else");
  for (const std::string& name : {cut, head, text}) unlink(name.c_str());
}

TEST_CASE("a pipe is decoded on the way", "[input]") {
  int ends[2];
  REQUIRE(pipe(ends) == 0);
  const std::string text(3'000'000, 'p');
  std::thread writer([&] {
    // Byte by byte, so that the first read does not see all that tells the codec.
    for (const char byte : compressed(Codec::zstd, text)) REQUIRE(write(ends[1], &byte, 1) == 1);
    close(ends[1]);
  });
  const Result<std::unique_ptr<Source>> source = Source::open("/dev/fd/" + std::to_string(ends[0]), {.codec = std::nullopt, .spool = {}});
  writer.join();
  close(ends[0]);
  REQUIRE(source.ok());
  CHECK(((*source)->text() == text));
  CHECK((*source)->compression() == Codec::zstd);
}

TEST_CASE("a temporary copy leaves room on the disk, or is not made", "[input]") {
  const std::string bomb = file_with(compressed(Codec::gzip, std::string(1'000'000, '0')));
  const SpoolOptions all_of_it{.directory = "/tmp", .reserve = std::numeric_limits<std::uint64_t>::max()};
  const Result<std::unique_ptr<Source>> refused = Source::open(bomb, {.codec = std::nullopt, .spool = all_of_it});
  REQUIRE_FALSE(refused.ok());
  CHECK(refused.error().message == "a temporary copy of file \"" + bomb + "\" takes more than the 0 MB that \"/tmp\" can spare");
  const SpoolOptions nowhere{.directory = "/nonexistent", .reserve = {}};
  const Result<std::unique_ptr<Source>> failed = Source::open(bomb, {.codec = std::nullopt, .spool = nowhere});
  REQUIRE_FALSE(failed.ok());
  CHECK(failed.error().message == "could not create a temporary file in \"/nonexistent\": No such file or directory");
  unlink(bomb.c_str());
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
