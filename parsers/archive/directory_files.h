// The files of a directory archive.
#pragma once

#include <string>

#include "parsers/archive/member_payloads.h"

namespace pgfk {

class DirectoryFiles : public MemberFiles {
 public:
  explicit DirectoryFiles(std::string folder);
  bool has(const std::string& name) const override;
  /// Maps the file; refuses what is no regular file.
  Result<Bytes> open(const std::string& name) const override;
  std::uint64_t size(const std::string& name) const override;
  std::string why_missing() const override { return ""; }
  std::string path_of(const std::string& name) const override { return folder_ + "/" + name; }

 private:
  std::string folder_;
};

}  // namespace pgfk
