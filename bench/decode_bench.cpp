// What the codec alone needs for an archive: every table's rows decoded on some threads and thrown away.
//
//   decode_bench ARCHIVE [THREADS]     prints bytes decoded and seconds
#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <memory>
#include <thread>
#include <vector>

#include "parsers/archive/archive.h"

using namespace pgfk;

int main(int count, char** words) {
  if (count < 2) {
    std::fprintf(stderr, "usage: decode_bench ARCHIVE [THREADS]\n");
    return 2;
  }
  const unsigned threads = count > 2 ? static_cast<unsigned>(std::atoi(words[2])) : std::max(1u, std::thread::hardware_concurrency());
  std::unique_ptr<Source> file;
  if (!std::filesystem::is_directory(words[1])) {
    Result<std::unique_ptr<Source>> opened = Source::open(words[1]);
    if (!opened) return 2;
    file = std::move(opened).value();
  }
  const auto start = std::chrono::steady_clock::now();
  Result<std::unique_ptr<Archive>> archive = file ? Archive::open_file(*file) : Archive::open_directory(words[1]);
  if (!archive) {
    std::fprintf(stderr, "%s\n", archive.error().message.c_str());
    return 2;
  }
  std::vector<const TocEntry*> entries;
  for (const TocEntry& entry : (*archive)->entries()) {
    if (entry.kind == "TABLE DATA") entries.push_back(&entry);
  }
  std::ranges::stable_sort(entries, std::ranges::greater{}, [&](const TocEntry* entry) { return (*archive)->stored_bytes(*entry); });
  std::atomic<std::size_t> next{0};
  std::atomic<std::uint64_t> bytes{0};
  std::vector<std::thread> workers;
  for (unsigned worker = 0; worker < threads; ++worker) {
    workers.emplace_back([&] {
      std::vector<char> buffer(1u << 20);
      for (std::size_t at; (at = next.fetch_add(1)) < entries.size();) {
        Result<std::unique_ptr<ByteStream>> stream = (*archive)->open_data(*entries[at]);
        if (!stream) continue;
        for (;;) {
          const Result<std::size_t> read = (*stream)->read(buffer);
          if (!read || *read == 0) break;
          bytes.fetch_add(*read, std::memory_order_relaxed);
        }
      }
    });
  }
  for (std::thread& worker : workers) worker.join();
  const double seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
  std::printf("%llu bytes, %.3f s\n", static_cast<unsigned long long>(bytes.load()), seconds);
  return 0;
}
