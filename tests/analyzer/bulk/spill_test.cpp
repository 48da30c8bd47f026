#include "analyzer/bulk/spill.h"

#include <cstdint>
#include <cstdlib>
#include <filesystem>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "analyzer/bulk/bulk.h"
#include "tests/analyzer/bulk/bulk_support.h"
#include "tests/support/catch.h"

namespace pgfk::bulk_test {
namespace {

namespace fs = std::filesystem;

/// An empty folder that goes away.
class Folder {
 public:
  Folder() {
    std::string name = (fs::temp_directory_path() / "spill_test.XXXXXX").string();
    path_ = mkdtemp(name.data());
  }
  ~Folder() { fs::remove_all(path_); }
  std::string path() const { return path_.string(); }
  std::size_t files() const { return static_cast<std::size_t>(std::distance(fs::directory_iterator(path_), fs::directory_iterator())); }

 private:
  fs::path path_;
};

std::vector<std::uint8_t> bytes_of(std::size_t length, std::uint8_t seed) {
  std::vector<std::uint8_t> bytes(length);
  for (std::size_t at = 0; at < length; ++at) bytes[at] = static_cast<std::uint8_t>(seed + at * 7);
  return bytes;
}

bool same(const std::uint8_t* held, const std::vector<std::uint8_t>& bytes) { return std::equal(bytes.begin(), bytes.end(), held); }

std::string cells(const BulkRows& rows) {
  std::string text;
  for (BulkRow row = 0; row < rows.size(); ++row) text += print(rows.cell(row, 0)) + "|" + print(rows.cell(row, 1)) + "\n";
  return text;
}

}  // namespace

TEST_CASE("what was stored reads the same, before and after it is released, from any thread", "[bulk]") {
  const Folder folder;
  SpillArea area(0, folder.path());
  constexpr std::size_t kThreads = 4, kEach = 200;
  std::vector<std::vector<const std::uint8_t*>> stored(kThreads);
  std::vector<std::thread> threads;
  const auto length_of = [](std::size_t index) { return index * 997 + index % 3; };
  for (std::size_t thread = 0; thread < kThreads; ++thread) {
    threads.emplace_back([&, thread] {
      for (std::size_t index = 1; index <= kEach; ++index) stored[thread].push_back(area.store(bytes_of(length_of(index), static_cast<std::uint8_t>(thread))));
    });
  }
  for (std::thread& thread : threads) thread.join();
  for (int again = 0; again < 2; ++again) {
    for (std::size_t thread = 0; thread < kThreads; ++thread) {
      for (std::size_t index = 1; index <= kEach; ++index) {
        const std::uint8_t* const at = stored[thread][index - 1];
        REQUIRE(reinterpret_cast<std::uintptr_t>(at) % 8 == 0);
        REQUIRE(same(at, bytes_of(length_of(index), static_cast<std::uint8_t>(thread))));
        area.release(at, length_of(index));
      }
    }
  }
  CHECK(area.stored() >= kThreads * 997 * kEach * (kEach + 1) / 2);
  CHECK(folder.files() == 0);
}

TEST_CASE("a piece larger than those the file grows by is stored", "[bulk]") {
  SpillArea area(0);
  const std::vector<std::uint8_t> small = bytes_of(10, 1), large = bytes_of(100u << 20, 2);
  const std::uint8_t* const first = area.store(small);
  const std::uint8_t* const second = area.store(large);
  const std::uint8_t* const third = area.store(small);
  CHECK(same(first, small));
  CHECK(same(second, large));
  CHECK(same(third, small));
}

TEST_CASE("columns take half of the memory, and give it back", "[bulk]") {
  SpillArea area(1000);
  {
    HeldBytes kept(bytes_of(400, 1), &area), stored(bytes_of(200, 2), &area), small(bytes_of(100, 3), &area);
    CHECK(kept.memory() == 400);
    CHECK(stored.memory() == 0);
    CHECK(small.memory() == 100);
    CHECK(area.held() == 500);
    CHECK(area.room() == 500);
    CHECK(area.stored() == 200);
    const HeldBytes moved = std::move(kept);
    CHECK(same(moved.data(), bytes_of(400, 1)));
    CHECK(same(stored.data(), bytes_of(200, 2)));
    CHECK(area.held() == 500);
  }
  CHECK(area.held() == 0);
}

TEST_CASE("without a folder to write to, columns stay in memory and the area says so", "[bulk]") {
  SpillArea area(0, "/nonexistent/folder");
  const HeldBytes bytes(bytes_of(100, 1), &area);
  CHECK(same(bytes.data(), bytes_of(100, 1)));
  CHECK(area.held() == 100);
  REQUIRE(area.trouble());
  CHECK(area.trouble()->message == "could not create a temporary file in \"/nonexistent/folder\": No such file or directory");
}

TEST_CASE("rows whose columns were spilled are the same rows, and no file is seen", "[bulk]") {
  const Folder folder;
  std::string text;
  for (int row = 0; row < 5000; ++row) {
    text += row % 7 == 0 ? "\\N" : std::to_string(row * 1237);
    text += "\t" + (row % 11 == 0 ? std::string("\\N") : "text " + std::to_string(row)) + "\n";
  }
  BulkPlan plan = copy_plan({column(TypeId::int8), column(TypeId::text)});
  plan.chunk_bytes = 1000;
  plan.threads = 3;
  const BulkResult in_memory = extract_rows(text, Span{SourceId{}, 0, text.size()}, plan, context());
  {
    SpillArea area(10'000, folder.path());
    plan.area = &area;
    const BulkResult spilled = extract_rows(text, Span{SourceId{}, 0, text.size()}, plan, context());
    REQUIRE(spilled.rows);
    CHECK(cells(*spilled.rows) == cells(*in_memory.rows));
    CHECK(first_null(*spilled.rows, 1) == first_null(*in_memory.rows, 1));
    CHECK(area.held() <= 5000);
    CHECK(area.stored() > 50'000);
    CHECK(folder.files() == 0);
  }
  CHECK(folder.files() == 0);
}

TEST_CASE("keys that do not fit are decided in parts, with the same answers", "[bulk]") {
  struct Case { const char* name; TypeId type; const char* lead; int step; };
  // Sparse integers and texts go by hash, dense integers by range.
  const auto c = GENERATE(values<Case>({{"sparse", TypeId::int8, "", 1'000'003}, {"text", TypeId::text, "key ", 1}, {"dense", TypeId::int8, "", 1}}));
  CAPTURE(c.name);
  constexpr int kRows = 20000;
  const auto keys = [&](int first, int count) {
    std::string text;
    for (int row = 0; row < count; ++row) text += c.lead + std::to_string((first + row) * std::int64_t{c.step}) + "\n";
    return text;
  };
  const std::string held_text = keys(0, kRows), repeated_text = keys(0, kRows) + keys(kRows - 1, 1) + keys(0, 1), asked_text = keys(kRows - 10, 20) + keys(kRows + 3, 2);
  SpillArea area(2000);
  BulkPlan plan = copy_plan({column(c.type)});
  plan.chunk_bytes = 10'000;
  plan.area = &area;
  const auto extract = [&](const std::string& text) { return extract_rows(text, Span{SourceId{}, 0, text.size()}, plan, context()); };
  const BulkResult held = extract(held_text), repeated = extract(repeated_text), asked = extract(asked_text);
  const std::vector<KeySource> held_source = {{&*held.rows, {0}, {c.type}}}, repeated_source = {{&*repeated.rows, {0}, {c.type}}},
                               asked_source = {{&*asked.rows, {0}, {c.type}}};

  BulkKeySet set({c.type}, context(), 2, &area);
  CHECK_FALSE(set.add(held_source, true));
  CHECK(set.apart());
  CHECK(set.memory() < 2000);
  const BulkKeySet::Missing missing = set.missing(asked_source, 3, false);
  CHECK(missing.checked == 22);
  CHECK(missing.rows == 12);
  CHECK(missing.keys == 10);  // the last two come twice
  CHECK(missing.first == std::vector<std::pair<std::size_t, BulkRow>>{{0, 10}, {0, 11}, {0, 12}});
  CHECK(set.contains(std::vector<Value>{held.rows->cell(kRows - 1, 0)}));
  CHECK_FALSE(set.contains(std::vector<Value>{asked.rows->cell(19, 0)}));

  BulkKeySet other({c.type}, context(), 2, &area);
  const std::optional<BulkKeySet::Duplicate> duplicate = other.add(repeated_source, true);
  REQUIRE(duplicate);
  CHECK(duplicate->row == kRows);
  CHECK(duplicate->first_row == kRows - 1);
}

}  // namespace pgfk::bulk_test
