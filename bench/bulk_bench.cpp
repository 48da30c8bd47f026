// How fast the bulk path reads a dump of make_dump.py and decides its keys, phase by phase.
//
//   bulk_bench DUMP [threads] [rounds]
//
// The tables are those of make_dump.py, known by heart here; where their rows stand is found by plain searches, which are not timed.
#include <time.h>

#include <chrono>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <functional>
#include <iostream>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <fmt/format.h>

#include "analyzer/bulk/bulk.h"
#include "parsers/input/source.h"

namespace {

using namespace pgfk;

struct TableColumn {
  std::string name;
  BulkColumn about;
};

struct ForeignKeyPlan {
  std::vector<std::size_t> columns;
  std::string referenced;
  std::vector<std::size_t> referenced_columns;
};

struct Table {
  std::vector<TableColumn> columns;
  std::vector<std::size_t> primary_key;
  std::vector<ForeignKeyPlan> foreign_keys;
};

constexpr std::int32_t kPrice = ((10 << 16) | 2) + 4;  // numeric(10,2)

BulkColumn column(TypeId type, bool not_null, bool wanted, std::int32_t typmod = -1) { return {type, typmod, not_null, wanted}; }

const std::map<std::string, Table>& tables() {
  using enum TypeId;
  static const std::map<std::string, Table> all = {
      {"category", {{{"id", column(int4, true, true)}, {"parent_id", column(int4, false, true)}, {"name", column(text, true, false)}},
                    {0}, {{{1}, "category", {0}}}}},
      {"customer", {{{"id", column(int8, true, true)}, {"email", column(text, true, false)}, {"created_at", column(timestamptz, true, false)},
                     {"note", column(text, false, false)}}, {0}, {}}},
      {"event", {{{"id", column(int8, true, true)}, {"kind", column(text, true, true)}, {"customer_id", column(int8, false, true)},
                  {"order_id", column(int8, false, true)}, {"payload", column(text, false, false)}, {"at", column(timestamptz, true, false)}},
                 {0}, {{{2}, "customer", {0}}, {{1}, "event_kind", {0}}, {{3}, "orders", {0}}}}},
      {"event_kind", {{{"code", column(text, true, true)}, {"title", column(text, false, false)}}, {0}, {}}},
      {"order_item", {{{"order_id", column(int8, true, true)}, {"line", column(int4, true, true)}, {"product_id", column(uuid, true, true)},
                       {"qty", column(int4, false, false)}, {"price", column(numeric, false, false, kPrice)}},
                      {0, 1}, {{{0}, "orders", {0}}, {{2}, "product", {0}}}}},
      {"orders", {{{"id", column(int8, true, true)}, {"customer_id", column(int8, true, true)}, {"placed_at", column(timestamptz, false, false)},
                   {"status", column(text, false, false)}}, {0}, {{{1}, "customer", {0}}}}},
      {"product", {{{"id", column(uuid, true, true)}, {"category_id", column(int4, false, true)}, {"title", column(text, false, false)},
                    {"price", column(numeric, false, false, kPrice)}}, {0}, {{{1}, "category", {0}}}}},
      {"refund", {{{"id", column(int8, true, true)}, {"order_id", column(int8, true, true)}, {"line", column(int4, true, true)},
                   {"reason", column(text, false, false)}}, {0}, {{{1, 2}, "order_item", {0, 1}}}}},
  };
  return all;
}

struct Block {
  std::string table;
  Span span;
  bool insert = false;
  std::vector<std::uint64_t> splits;
};

/// Like text.find, which stops at every byte that is like the first one wanted.
std::size_t find_text(std::string_view text, std::string_view wanted, std::size_t at) {
  const void* found = memmem(text.data() + at, text.size() - at, wanted.data(), wanted.size());
  return found == nullptr ? std::string_view::npos : static_cast<std::size_t>(static_cast<const char*>(found) - text.data());
}

std::vector<Block> find_blocks(std::string_view text) {
  std::vector<Block> blocks;
  constexpr std::string_view kMark = "; Type: TABLE DATA;";
  constexpr std::string_view kInsert = "INSERT INTO ", kCopy = "COPY ";
  for (std::size_t mark = find_text(text, kMark, 0); mark != std::string_view::npos; mark = find_text(text, kMark, mark + 1)) {
    const std::size_t name = text.rfind(": ", mark) + 2;
    const std::size_t begin = text.find("\n\n", mark) + 2;
    Block block{std::string(text.substr(name, mark - name)), {}, text.substr(begin).starts_with(kInsert), {}};
    if (text.substr(begin).starts_with(kCopy)) {
      block.span.offset = text.find('\n', begin) + 1;
      block.span.length = find_text(text, "\n\\.\n", block.span.offset - 1) + 1 - block.span.offset;
    } else if (block.insert) {
      block.span.offset = begin;
      const std::size_t end = find_text(text, "\n\n\n--", begin);
      block.span.length = (end == std::string_view::npos ? text.size() : end) - begin;
      for (std::size_t at = begin + (1u << 20); at < begin + block.span.length; at += 1u << 20) {
        at = text.find("\nINSERT INTO ", at) + 1;
        if (at == 0 || at >= begin + block.span.length) break;
        block.splits.push_back(at - begin);
      }
    }
    if (block.span.length > 0) blocks.push_back(block);
  }
  return blocks;
}

class NoTypes : public TypeLookup {
 public:
  const Type* type(TypeId id) const override { return builtin_type_info(id); }
};

double cpu_seconds() {
  timespec now{};
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
  return static_cast<double>(now.tv_sec) + static_cast<double>(now.tv_nsec) / 1e9;
}

double seconds(const std::function<void()>& work) {
  const auto start = std::chrono::steady_clock::now();
  work();
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

/// The most memory held since the last call, in MB, as the kernel counts it.
double peak_megabytes() {
  std::ifstream status("/proc/self/status");
  std::string line;
  double peak = 0;
  while (std::getline(status, line)) {
    if (line.starts_with("VmHWM:")) peak = std::strtod(line.c_str() + 6, nullptr) / 1e3;
  }
  std::ofstream("/proc/self/clear_refs") << 5;
  return peak;
}

void run(const Source& source, unsigned threads) {
  const std::vector<Block> blocks = find_blocks(source.text());
  source.release(0, source.text().size());
  const NoTypes types;
  const ValueSettings settings;
  const TypeContext context{types, settings};
  std::map<std::string, BulkRows> rows;
  std::uint64_t bytes = 0, row_count = 0, memory = 0;
  double extraction = 0, primary = 0, foreign = 0;
  peak_megabytes();
  const double cpu = cpu_seconds();
  for (const Block& block : blocks) {
    BulkPlan plan;
    for (const TableColumn& about : tables().at(block.table).columns) plan.columns.push_back(about.about);
    plan.insert = block.insert;
    plan.threads = threads;
    std::optional<BulkResult> result;
    const double taken = seconds([&] {
      result = extract_rows(source.text().substr(block.span.offset, block.span.length), block.span, plan, context, block.splits,
                            [&](std::uint64_t offset, std::uint64_t length) { source.release(offset, length); });
    });
    extraction += taken;
    bytes += block.span.length;
    row_count += result->row_count;
    fmt::print("  {:<12} {:>9} rows {:>7.1f} MB {:>7.1f} ms {:>5.2f} GB/s{}\n", block.table, result->row_count,
               static_cast<double>(block.span.length) / 1e6, taken * 1e3, static_cast<double>(block.span.length) / taken / 1e9,
               result->unsupported ? " unsupported" : result->bad_row ? fmt::format(" bad row {}", *result->bad_row)
                                                     : result->bad_statements.empty() ? "" : " bad statements");
    if (result->rows) {
      memory += result->rows->memory();
      rows.emplace(block.table, std::move(*result->rows));
    }
  }
  std::map<std::string, BulkKeySet> sets;
  const auto types_of = [](const Table& table, const std::vector<std::size_t>& columns) {
    std::vector<TypeId> meet;
    for (const std::size_t index : columns) meet.push_back(table.columns[index].about.type);
    return meet;
  };
  std::uint64_t set_memory = 0, missing = 0;
  for (const auto& [name, table] : tables()) {
    if (!rows.contains(name)) continue;
    const double taken = seconds([&] {
      BulkKeySet set(types_of(table, table.primary_key), context, threads);
      const KeySource source_of{&rows.at(name), table.primary_key, types_of(table, table.primary_key), nullptr};
      if (set.add({&source_of, 1}, true)) fmt::print("  {} has duplicates\n", name);
      set_memory += set.memory();
      sets.emplace(name, std::move(set));
    });
    primary += taken;
    fmt::print("  {:<12} primary key {:>7.1f} ms\n", name, taken * 1e3);
  }
  for (const auto& [name, table] : tables()) {
    for (const ForeignKeyPlan& key : table.foreign_keys) {
      if (!rows.contains(name) || !sets.contains(key.referenced)) continue;
      BulkKeySet::Missing found;
      const double taken = seconds([&] {
        const KeySource source_of{&rows.at(name), key.columns, types_of(tables().at(key.referenced), key.referenced_columns), nullptr};
        found = sets.at(key.referenced).missing({&source_of, 1}, 10, false);
      });
      foreign += taken;
      missing += found.rows;
      fmt::print("  {:<12} -> {:<12} {:>7.1f} ms, {} rows of {} missing, {} keys\n", name, key.referenced, taken * 1e3, found.rows, found.checked,
                 found.keys);
    }
  }
  const double total = extraction + primary + foreign;
  fmt::print("{} rows, {:.0f} MB: extraction {:.0f} ms ({:.2f} GB/s), primary keys {:.0f} ms, foreign keys {:.0f} ms, all {:.0f} ms ({:.2f} GB/s), cpu {:.0f} ms; "
             "{} missing; columns {:.0f} MB, sets {:.0f} MB, peak {:.0f} MB\n",
             row_count, static_cast<double>(bytes) / 1e6, extraction * 1e3, static_cast<double>(bytes) / extraction / 1e9, primary * 1e3,
             foreign * 1e3, total * 1e3, static_cast<double>(bytes) / total / 1e9, (cpu_seconds() - cpu) * 1e3, missing, static_cast<double>(memory) / 1e6,
             static_cast<double>(set_memory) / 1e6, peak_megabytes());
}

}  // namespace

int main(int count, char** arguments) {
  if (count < 2) {
    std::cerr << "usage: bulk_bench DUMP [threads] [rounds]\n";
    return 2;
  }
  const pgfk::Result<std::unique_ptr<pgfk::Source>> source = pgfk::Source::open(arguments[1]);
  if (!source) {
    std::cerr << source.error().message << '\n';
    return 1;
  }
  const int threads = count > 2 ? std::atoi(arguments[2]) : 2;
  const int rounds = count > 3 ? std::atoi(arguments[3]) : 1;
  for (int round = 0; round < rounds; ++round) run(**source, static_cast<unsigned>(threads));
  return 0;
}
