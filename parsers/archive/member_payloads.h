// Data in files of their own: what directory archives and tars have in common.
//
// The table of contents names a file without suffix; the file without suffix wins, then .gz, .lz4 and .zst are looked for in this order, whatever the
// header says of compression. A folder may mix them.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "parsers/archive/payloads.h"
#include "parsers/input/byte_stream.h"
#include "parsers/input/codec.h"
#include "parsers/input/result.h"
#include "parsers/input/source.h"

namespace pgfk {

/// A folder's files or a tar's members, by exact name. Threads: any.
class MemberFiles {
 public:
  virtual ~MemberFiles() = default;
  virtual bool has(const std::string& name) const = 0;
  /// The bytes of a file that it has, and who keeps them.
  struct Bytes {
    std::unique_ptr<Source> owner;  // may be absent
    const Source* source = nullptr;
    std::uint64_t offset = 0;
    std::uint64_t length = 0;
  };
  virtual Result<Bytes> open(const std::string& name) const = 0;
  virtual std::uint64_t size(const std::string& name) const = 0;
  /// Why a name that is not there may be missing, a sentence; may be empty.
  virtual std::string why_missing() const = 0;
  /// How people find a file: its path, or its name in the tar.
  virtual std::string path_of(const std::string& name) const = 0;
};

/// A file decoded as its suffix says. The suffix .gz on what is no gzip file means nothing, as for pg_restore.
Result<std::unique_ptr<ByteStream>> decode_member(const MemberFiles& files, const std::string& name);
/// The name with the suffix under which it is there.
std::optional<std::string> find_member(const MemberFiles& files, const std::string& name);

class MemberPayloads : public Payloads {
 public:
  explicit MemberPayloads(std::unique_ptr<MemberFiles> files) : files_(std::move(files)) {}

  Result<std::unique_ptr<ByteStream>> open(const TocEntry& entry) const override;
  Result<std::vector<LargeObject>> large_objects(const TocEntry& entry) const override;
  Result<std::unique_ptr<ByteStream>> open(const LargeObject& object) const override;
  std::uint64_t stored_bytes(const TocEntry& entry) const override;
  std::string file_of(const TocEntry& entry) const override;

 private:
  Result<std::unique_ptr<ByteStream>> open_named(const std::string& name) const;

  std::unique_ptr<MemberFiles> files_;
};

}  // namespace pgfk
