// The members of a tar archive, found by their headers, each of which is read once when the archive is opened.
//
// Any order, "./" and a leading folder are fine, as tar makes them from a directory archive. Member names are those in the folder that holds
// toc.dat; of two with one name the first counts. Headers of POSIX (ustar, pax) and GNU (long names, base-256 numbers) are understood.
// A damaged header ends the index, since nothing tells where the next one is: why_missing() then says where. A member cut by the end of
// the file is there, and cannot be opened.
// Cost: one page of the file for each member.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "parsers/archive/member_payloads.h"

namespace pgfk {

/// True where the first block is a tar header with a right checksum.
bool is_tar(std::string_view bytes);
/// True where the first block would be one, were it whole.
bool looks_like_tar(std::string_view bytes);

class TarMembers : public MemberFiles {
 public:
  explicit TarMembers(const Source& source);

  bool has(const std::string& name) const override { return find(name) != nullptr; }
  Result<Bytes> open(const std::string& name) const override;
  std::uint64_t size(const std::string& name) const override;
  std::string why_missing() const override { return ended_early_; }
  std::string path_of(const std::string& name) const override { return "\"" + name + "\" in " + source_.path(); }

 private:
  struct Member {
    std::string name;
    std::uint64_t offset = 0;  // of its first byte
    std::uint64_t size = 0;    // as its header says
    std::size_t order = 0;
  };
  void index();
  const Member* find(std::string_view name) const;

  const Source& source_;
  std::vector<Member> members_;  // sorted by name
  std::string ended_early_;      // a sentence
};

}  // namespace pgfk
