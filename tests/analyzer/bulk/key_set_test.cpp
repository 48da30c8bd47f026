#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "analyzer/bulk/spill.h"
#include "tests/analyzer/bulk/bulk_support.h"
#include "tests/support/catch.h"

namespace pgfk::bulk_test {
namespace {

/// Rows of a table with columns of the types, from COPY text, which is kept.
struct Rows {
  Rows(std::vector<TypeId> types, std::string text_, std::uint64_t chunk, unsigned threads, SpillArea* area = nullptr)
      : text(std::move(text_)) {
    std::vector<BulkColumn> columns;
    for (const TypeId type : types) columns.push_back(column(type));
    BulkPlan plan = copy_plan(columns);
    plan.chunk_bytes = chunk;
    plan.threads = threads;
    plan.area = area;
    BulkResult result = extract_rows(text, Span{SourceId{}, 0, text.size()}, plan, context());
    REQUIRE(result.rows);
    rows.emplace(std::move(*result.rows));
  }
  KeySource source(std::vector<std::size_t> columns, std::vector<TypeId> meet, const std::vector<bool>* dead = nullptr) const {
    return KeySource{&*rows, std::move(columns), std::move(meet), dead};
  }
  std::string text;
  std::optional<BulkRows> rows;
};

std::string print(const std::optional<BulkKeySet::Duplicate>& duplicate) {
  if (!duplicate) return "none";
  const std::string first = duplicate->first_source == BulkKeySet::kEarlier
                                ? "earlier"
                                : std::to_string(duplicate->first_source) + ":" + std::to_string(duplicate->first_row);
  return std::to_string(duplicate->source) + ":" + std::to_string(duplicate->row) + " repeats " + first;
}

std::string print(const BulkKeySet::Missing& missing) {
  std::string text = std::to_string(missing.rows) + " rows of " + std::to_string(missing.checked) + ", " + std::to_string(missing.keys) + " keys, " +
                     std::to_string(missing.mixed) + " mixed:";
  for (const auto& [source, row] : missing.first) text += " " + std::to_string(source) + ":" + std::to_string(row);
  if (!missing.first_mixed.empty()) text += " mixed";
  for (const auto& [source, row] : missing.first_mixed) text += " " + std::to_string(source) + ":" + std::to_string(row);
  return text;
}

/// A kind of key: its columns, and a random text for them of `variety` different ones.
struct Kind {
  const char* name;
  std::vector<TypeId> types;
  std::vector<TypeId> meet;
  std::uint64_t spread;  // between integers
};

const std::vector<Kind>& kinds() {
  using enum TypeId;
  static const std::vector<Kind> all = {
      {"dense", {int4}, {int4}, 1},
      {"dense, two types", {int2}, {int8}, 3},
      {"dense pair", {int4, int8}, {int4, int8}, 1},
      {"sparse", {int8}, {int8}, 1234567890123},
      {"sparse pair", {int8, int4}, {int8, int4}, 987654},
      {"sparse four", {int8, int4, int2, int8}, {int8, int4, int2, int8}, 98},
      {"five", {int8, int4, int2, int8, int4}, {int8, int4, int2, int8, int4}, 1},
      {"uuid", {uuid}, {uuid}, 1},
      {"uuid and integer", {uuid, int4}, {uuid, int4}, 1},
      {"three uuids", {uuid, uuid, uuid}, {uuid, uuid, uuid}, 1},
      {"text", {text}, {text}, 1},
      {"text pair", {text, varchar}, {text, text}, 1},
      {"text and integer", {text, int4}, {text, int4}, 1},
      {"numeric", {numeric}, {numeric}, 1},
      {"integer as numeric", {int4}, {numeric}, 1},
      {"timestamp", {timestamptz}, {timestamptz}, 1},
      {"boolean", {bool_, int4}, {bool_, int4}, 1},
  };
  return all;
}

std::string random_cell(Random& random, TypeId type, std::uint64_t variety, std::uint64_t spread) {
  const std::uint64_t number = below(random, variety);
  switch (type) {
    case TypeId::int2: return std::to_string(number % 10000 * (spread > 3 ? 1 : spread));
    case TypeId::int4: return std::to_string(number * (spread > 2000 ? 2000 : spread));
    case TypeId::int8: return (number % 7 == 3 ? "-" : "") + std::to_string(number * spread);
    case TypeId::bool_: return number % 2 == 0 ? "t" : "f";
    case TypeId::uuid: return "a0eebc99-9c0b-4ef8-bb6d-6bb9bd38" + std::to_string(1000 + number % 9000);
    case TypeId::numeric: return std::to_string(number / 10) + "." + std::to_string(number % 10) + (below(random, 2) == 0 ? "0" : "");
    case TypeId::timestamptz: return "2024-01-01 00:00:00." + std::to_string(1000 + number % 9000) + "+00";
    default: return number % 11 == 0 ? std::string(number % 40, 'x') : "key " + std::to_string(number);
  }
}

std::string random_rows(Random& random, const Kind& kind, std::uint64_t rows, std::uint64_t variety, bool nulls) {
  std::string text;
  for (std::uint64_t row = 0; row < rows; ++row) {
    for (std::size_t index = 0; index < kind.types.size(); ++index) {
      if (index > 0) text += '\t';
      text += nulls && below(random, 9) == 0 ? "\\N" : random_cell(random, kind.types[index], variety, kind.spread);
    }
    text += '\n';
  }
  return text;
}

/// The key of a row as Values of the meet types.
std::vector<Value> key_of(const BulkRows& rows, BulkRow row, const Kind& kind) {
  std::vector<Value> key;
  for (std::size_t index = 0; index < kind.types.size(); ++index) {
    const Value value = rows.cell(row, index);
    key.push_back(value.is_null() ? value : *cast_value(context(), value, kind.meet[index], -1, CastContext::implicit));
  }
  return key;
}

/// Canonical bytes, or nullopt with a NULL; `nulls` counts them.
std::optional<std::string> naive_key(const std::vector<Value>& key, std::size_t& nulls) {
  std::string bytes;
  nulls = 0;
  for (const Value& value : key) {
    if (value.is_null()) {
      ++nulls;
    } else {
      append_key(context(), value, bytes);
    }
  }
  if (nulls > 0) return std::nullopt;
  return bytes;
}

}  // namespace

TEST_CASE("sets of keys of every shape say what std::set says, with any memory", "[bulk]") {
  const std::size_t kind_index = GENERATE(range(std::size_t{0}, std::size_t{17}));
  const std::uint64_t memory = GENERATE(values<std::uint64_t>({UINT64_MAX, 400'000, 30'000}));
  const Kind& kind = kinds()[kind_index];
  Random random(kind_index);
  std::vector<std::size_t> columns;
  for (std::size_t index = 0; index < kind.types.size(); ++index) columns.push_back(index);
  int apart = 0;
  for (int round = 0; round < 4; ++round) {
    SpillArea area(memory);
    const unsigned threads = 1 + static_cast<unsigned>(round);
    const std::uint64_t chunk = round < 2 ? 300 : 100000;
    const std::uint64_t variety = round % 2 == 0 ? 100 : 3000;
    CAPTURE(kind.name, round, memory);
    std::vector<std::unique_ptr<Rows>> held, asked;
    std::vector<KeySource> held_sources, asked_sources;
    std::vector<bool> dead;
    for (int part = 0; part < 3; ++part) {
      held.push_back(std::make_unique<Rows>(kind.types, random_rows(random, kind, below(random, 1500), variety, true), chunk, threads, &area));
      asked.push_back(std::make_unique<Rows>(kind.types, random_rows(random, kind, below(random, 1500), variety, true), chunk, threads, &area));
    }
    for (std::uint64_t row = 0; row < held[0]->rows->size(); ++row) dead.push_back(below(random, 3) == 0);
    for (std::size_t part = 0; part < 3; ++part) {
      held_sources.push_back(held[part]->source(columns, kind.meet, part == 0 ? &dead : nullptr));
      asked_sources.push_back(asked[part]->source(columns, kind.meet));
    }

    // What a map says.
    std::map<std::string, std::pair<std::size_t, BulkRow>> naive;
    std::optional<BulkKeySet::Duplicate> duplicate;
    for (std::size_t part = 0; part < 3; ++part) {
      for (BulkRow row = 0; row < held[part]->rows->size(); ++row) {
        if (part == 0 && dead[row]) continue;
        std::size_t nulls = 0;
        const std::optional<std::string> key = naive_key(key_of(*held[part]->rows, row, kind), nulls);
        if (!key) continue;
        const auto [at, fresh] = naive.try_emplace(*key, part, row);
        if (!fresh && !duplicate) duplicate = {part, row, at->second.first, at->second.second};
      }
    }

    BulkKeySet set(kind.meet, context(), threads, &area);
    REQUIRE(print(set.add(held_sources, true)) == print(duplicate));
    REQUIRE((set.apart() || set.size() == naive.size()));
    apart += set.apart();

    for (const bool full : {false, true}) {
      BulkKeySet::Missing expected;
      std::set<std::string> keys;
      for (std::size_t part = 0; part < 3; ++part) {
        for (BulkRow row = 0; row < asked[part]->rows->size(); ++row) {
          std::size_t nulls = 0;
          const std::optional<std::string> key = naive_key(key_of(*asked[part]->rows, row, kind), nulls);
          if (key) {
            ++expected.checked;
            if (naive.contains(*key)) continue;
            ++expected.rows;
            keys.insert(*key);
            if (expected.first.size() < 5) expected.first.emplace_back(part, row);
          } else if (full && nulls < kind.types.size()) {
            ++expected.mixed;
            if (expected.first_mixed.size() < 5) expected.first_mixed.emplace_back(part, row);
          }
        }
      }
      expected.keys = keys.size();
      REQUIRE(print(set.missing(asked_sources, 5, full)) == print(expected));
    }

    // One by one, the same; and keys added one by one are found in bulk.
    BulkKeySet single(kind.meet, context(), threads);
    for (std::size_t part = 0; part < 3; ++part) {
      for (BulkRow row = 0; row < asked[part]->rows->size(); ++row) {
        const std::vector<Value> key = key_of(*asked[part]->rows, row, kind);
        std::size_t nulls = 0;
        const std::optional<std::string> bytes = naive_key(key, nulls);
        const bool asked_of_set = !set.apart() || row % 40 == 0;  // each question costs a walk over all rows then
        REQUIRE((!asked_of_set || set.contains(key) == (bytes && naive.contains(*bytes))));
        const bool there = single.contains(key);
        REQUIRE(single.insert(key) == !there);
        if (bytes) REQUIRE(single.contains(key));
        REQUIRE((part > 0 || !asked_of_set || set.insert(key) == (!bytes || naive.try_emplace(*bytes, 9, row).second)));
      }
    }
    REQUIRE(single.missing(asked_sources, 5, false).rows == 0);
    REQUIRE((set.apart() || set.size() == naive.size()));
    REQUIRE((set.apart() || set.missing(std::span(asked_sources).first(1), 5, false).rows == 0));

    // A second helping: what was there before counts as earlier.
    std::optional<BulkKeySet::Duplicate> repeated;
    std::map<std::string, std::pair<std::size_t, BulkRow>> fresh_keys;
    for (std::size_t part = 1; part < 3 && !repeated; ++part) {
      for (BulkRow row = 0; row < asked[part]->rows->size() && !repeated; ++row) {
        std::size_t nulls = 0;
        const std::optional<std::string> key = naive_key(key_of(*asked[part]->rows, row, kind), nulls);
        if (!key) continue;
        if (naive.contains(*key)) {
          repeated = {part - 1, row, BulkKeySet::kEarlier, 0};
        } else if (const auto [at, fresh] = fresh_keys.try_emplace(*key, part - 1, row); !fresh) {
          repeated = {part - 1, row, at->second.first, at->second.second};
        }
      }
    }
    REQUIRE(print(set.add(std::span(asked_sources).subspan(1), true)) == print(repeated));
  }
  if (memory == UINT64_MAX) CHECK(apart == 0);
}

TEST_CASE("texts meet as their types' = has it", "[bulk]") {
  const Rows padded({TypeId::bpchar}, "ab  \ncd\n", 1000, 1);
  const Rows plain({TypeId::text}, "ab\ncd \nef\n", 1000, 1);
  BulkKeySet blanks({TypeId::bpchar}, context(), 1);
  const std::vector<KeySource> padded_source = {padded.source({0}, {TypeId::bpchar})}, plain_source = {plain.source({0}, {TypeId::bpchar})};
  blanks.add(padded_source, true);
  CHECK(print(blanks.missing(plain_source, 9, false)) == "1 rows of 3, 1 keys, 0 mixed: 0:2");

  // A char(n) that refers to text loses its blanks; text keeps them.
  BulkKeySet texts({TypeId::text}, context(), 1);
  const std::vector<KeySource> text_source = {plain.source({0}, {TypeId::text})}, stripped_source = {padded.source({0}, {TypeId::text})};
  texts.add(text_source, true);
  CHECK(print(texts.missing(stripped_source, 9, false)) == "1 rows of 2, 1 keys, 0 mixed: 0:1");
}

TEST_CASE("an empty set lacks every key, and no row lacks nothing", "[bulk]") {
  const Rows rows({TypeId::int4}, "1\n\\N\n1\n2\n", 1000, 1);
  const std::vector<KeySource> source = {rows.source({0}, {TypeId::int4})};
  BulkKeySet set({TypeId::int4}, context(), 2);
  CHECK(print(set.missing(source, 2, false)) == "3 rows of 3, 2 keys, 0 mixed: 0:0 0:2");
  CHECK(print(set.missing({}, 2, false)) == "0 rows of 0, 0 keys, 0 mixed:");
  CHECK_FALSE(set.contains(std::vector<Value>{Value::of(TypeId::int4, std::int64_t{1})}));
  CHECK_FALSE(set.add({}, true));
}

TEST_CASE("integers at the ends of their range are keys like others", "[bulk]") {
  const Rows rows({TypeId::int8}, "9223372036854775807\n-9223372036854775808\n0\n-8324240641242369466\n-8324240641242369465\n", 1000, 1);
  const std::vector<KeySource> source = {rows.source({0}, {TypeId::int8})};
  BulkKeySet set({TypeId::int8}, context(), 1);
  CHECK_FALSE(set.add(source, true));
  CHECK(set.size() == 5);
  CHECK(set.missing(source, 5, false).rows == 0);
  CHECK(print(set.add(source, true)) == "0:0 repeats earlier");
  BulkKeySet grown({TypeId::int8}, context(), 1);
  for (const std::int64_t key : {INT64_MAX, INT64_MIN, std::int64_t{0}}) CHECK(grown.insert(std::vector<Value>{Value::of(TypeId::int8, key)}));
  CHECK(grown.size() == 3);
}

TEST_CASE("a bitmap that grows key by key stays small", "[bulk]") {
  BulkKeySet set({TypeId::int8}, context(), 1);
  for (std::int64_t key = 1; key <= 300000; ++key) REQUIRE(set.insert(std::vector<Value>{Value::of(TypeId::int8, key)}));
  CHECK(set.size() == 300000);
  CHECK(set.memory() < 200000);
  CHECK(set.insert(std::vector<Value>{Value::of(TypeId::int8, std::int64_t{1} << 60)}));
  CHECK_FALSE(set.insert(std::vector<Value>{Value::of(TypeId::int8, std::int64_t{77})}));
}

TEST_CASE("the first NULL of a column is found", "[bulk]") {
  const Rows rows({TypeId::int4, TypeId::text}, "1\ta\n2\t\\N\n\\N\t\\N\n", 4, 2);
  CHECK(first_null(*rows.rows, 0) == BulkRow{2});
  CHECK(first_null(*rows.rows, 1) == BulkRow{1});
  const Rows none({TypeId::int4}, "1\n2\n", 4, 2);
  CHECK_FALSE(first_null(*none.rows, 0));
}

TEST_CASE("packed columns are small", "[bulk]") {
  std::string text;
  for (int row = 0; row < 100000; ++row) text += std::to_string(1000000 + row) + "\t" + (row % 3 == 0 ? "open" : "closed") + "\n";
  const Rows rows({TypeId::int8, TypeId::text}, text, 1u << 20, 1);
  CHECK(rows.rows->memory() < 100000 * 5 + 10000);
}

}  // namespace pgfk::bulk_test
