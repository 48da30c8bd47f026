// Archives of fixtures/archives, opened for tests.
#pragma once

#include <filesystem>
#include <fstream>
#include <iterator>
#include <memory>
#include <string>
#include <vector>

#include "parsers/archive/archive.h"

namespace pgfk::test {

inline std::string archive_path(const std::string& name) { return std::string(PGFK_SOURCE_DIR "/fixtures/archives/") + name; }

inline std::string file_text(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

/// An archive together with the file it lives in.
struct Opened {
  std::unique_ptr<Source> source;  // empty for a directory
  Result<std::unique_ptr<Archive>> archive = Error{};
  const Archive& operator*() const { return **archive; }
  const Archive* operator->() const { return archive.value().get(); }
};

inline Opened open_bytes(std::string name, std::string bytes) {
  Opened opened;
  opened.source = Source::of_text(std::move(name), std::move(bytes));
  opened.archive = Archive::open_file(*opened.source);
  return opened;
}

inline Opened open_path(const std::string& path) {
  Opened opened;
  if (std::filesystem::is_directory(path)) {
    opened.archive = Archive::open_directory(path);
    return opened;
  }
  opened.source = std::move(Source::open(path)).value();
  opened.archive = Archive::open_file(*opened.source);
  return opened;
}

inline Opened open_fixture(const std::string& name) { return open_path(archive_path(name)); }

/// All that a stream gives, and the Error it ends with; the message is empty where there is none.
struct Drained {
  std::string bytes;
  Error error;
};

inline Drained drain(const Result<std::unique_ptr<ByteStream>>& stream, std::size_t window = 64 * 1024) {
  Drained drained;
  if (!stream) return {"", stream.error()};
  std::vector<char> buffer(window);
  for (;;) {
    const Result<std::size_t> read = (*stream)->read(buffer);
    if (!read) drained.error = read.error();
    if (!read || *read == 0) return drained;
    drained.bytes.append(buffer.data(), *read);
  }
}

}  // namespace pgfk::test
