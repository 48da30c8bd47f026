#include <algorithm>
#include <memory>
#include <random>
#include <span>
#include <string>
#include <vector>

#include "tests/analyzer/bulk/bulk_support.h"
#include "tests/support/catch.h"

namespace pgfk::bulk_test {
namespace {

/// Puts a text out in pieces of changing sizes; with `broken` set, an error instead of its end.
class PieceStream : public ByteStream {
 public:
  PieceStream(std::string text, unsigned seed, bool broken) : text_(std::move(text)), random_(seed), broken_(broken) {}

  Result<std::size_t> read(std::span<char> into) override {
    if (at_ == text_.size()) {
      if (broken_) return Error{"the stream ends in the middle", "", "", std::nullopt};
      return std::size_t{0};
    }
    const std::size_t size = std::min({into.size(), text_.size() - at_, std::size_t{random_() % 50 + 1}});
    std::copy_n(text_.begin() + static_cast<std::ptrdiff_t>(at_), size, into.begin());
    at_ += size;
    return size;
  }

 private:
  std::string text_;
  std::mt19937 random_;
  bool broken_;
  std::size_t at_ = 0;
};

std::unique_ptr<Source> stream_of(const std::string& text, unsigned seed, bool broken = false) {
  return Source::of_stream("stream", text.size(), [=] { return Result<std::unique_ptr<ByteStream>>(std::make_unique<PieceStream>(text, seed, broken)); });
}

std::string rows_of_text() {
  std::string text;
  for (int row = 0; row < 3000; ++row) {
    text += std::to_string(row) + "\t" + std::string(static_cast<std::size_t>(row % 37), 'x') + (row % 11 == 0 ? "\\\nsecond line" : "") + "\n";
  }
  return text;
}

BulkResult extract(const Source& source, const BulkPlan& plan) {
  const CopyStream stream{&source, Span{SourceId{}, 0, kWholeSource}, plan};
  return std::move(extract_streams(std::span(&stream, 1), context(), 3).front());
}

}  // namespace

TEST_CASE("rows of a stream are those of the same text at hand", "[bulk]") {
  const std::string text = rows_of_text();
  BulkPlan plan = copy_plan({column(TypeId::int4), column(TypeId::text)});
  plan.threads = 3;
  plan.chunk_bytes = GENERATE(1u, 64u, 1000u, 1u << 20);
  CAPTURE(plan.chunk_bytes);
  const BulkResult at_hand = extract_rows(text, Span{SourceId{}, 0, text.size()}, plan, context());
  const auto source = stream_of(text, 7);
  const BulkResult streamed = extract(*source, plan);
  REQUIRE(at_hand.rows);
  REQUIRE(streamed.rows);
  CHECK(print(*streamed.rows, plan) == print(*at_hand.rows, plan));
  for (const BulkRow row : {0u, 11u, 1500u, 2999u}) {
    const Span place = streamed.rows->locate(row).row;
    CHECK(place == at_hand.rows->locate(row).row);
    CHECK(source->text().substr(place.offset, place.length).starts_with(std::to_string(row) + "\t"));
  }
}

TEST_CASE("a bad row of a stream is the same row as of the text", "[bulk]") {
  std::string text = rows_of_text();
  text += "12x\tbad\n";
  text += rows_of_text();
  BulkPlan plan = copy_plan({column(TypeId::int4), column(TypeId::text)});
  plan.threads = 3;
  plan.chunk_bytes = 500;
  const BulkResult result = extract(*stream_of(text, 3), plan);
  CHECK_FALSE(result.rows);
  CHECK(result.bad_row == 3000u);
}

TEST_CASE("several streams are read at once, each as if alone", "[bulk]") {
  const std::string text = rows_of_text();
  BulkPlan plan = copy_plan({column(TypeId::int4), column(TypeId::text)});
  plan.chunk_bytes = 700;
  std::vector<std::unique_ptr<Source>> sources;
  std::vector<CopyStream> streams;
  for (unsigned number = 0; number < 7; ++number) {
    sources.push_back(stream_of(text.substr(0, text.find("x\n", 1000 * number) + 2), number, number == 4));
    streams.push_back({sources.back().get(), Span{SourceId{}, 0, kWholeSource}, plan});
  }
  const std::vector<BulkResult> results = extract_streams(streams, context(), 3);
  for (std::size_t number = 0; number < streams.size(); ++number) {
    CAPTURE(number);
    REQUIRE(results[number].rows.has_value() == (number != 4));
    CHECK(results[number].damage.has_value() == (number == 4));
    if (number == 4) continue;
    const std::string_view whole = sources[number]->text();
    const BulkResult at_hand = extract_rows(whole, Span{SourceId{}, 0, whole.size()}, plan, context());
    CHECK(print(*results[number].rows, plan) == print(*at_hand.rows, plan));
  }
}

TEST_CASE("a stream that breaks off gives no rows, and says why", "[bulk]") {
  const BulkPlan plan = copy_plan({column(TypeId::int4), column(TypeId::text)});
  const auto source = stream_of(rows_of_text(), 5, true);
  const BulkResult result = extract(*source, plan);
  CHECK_FALSE(result.rows);
  REQUIRE(result.damage);
  CHECK(result.damage->message == "the stream ends in the middle");
  CHECK(source->text() == rows_of_text());
  REQUIRE(source->damage());
}

}  // namespace pgfk::bulk_test
