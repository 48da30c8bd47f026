// Dumps by chance, the same for each seed on each machine: a few tables whose keys have several types, rows with duplicates,
// NULLs, orphans and now and then a cell that its type refuses.
#pragma once

#include <cstdint>
#include <string>

namespace pgfk::test {

struct DumpShape {
  std::uint64_t rows = 100;         // per table, about
  bool copy = true;                 // blocks of COPY data
  bool inserts = true;              // runs of INSERT ... VALUES
  bool constraints_inline = false;  // with the tables; else behind the data, as pg_dump has them
  bool spoiled = true;              // now and then a cell that its type refuses
};

std::string random_dump(std::uint64_t seed, const DumpShape& shape);

}  // namespace pgfk::test
