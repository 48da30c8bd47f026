// What makes two findings of different runs the same: code, constraint, table and keys, never lines.
//
// 16 hex digits of FNV-1a, 64 bit: stable across versions and machines, since baselines keep it. Not a secret: the hash of a short
// key can be found by trying.
#pragma once

#include <string>
#include <string_view>

#include "analyzer/finding.h"

namespace pgfk {

std::string fingerprint(const Finding& finding, bool keys_are_hashed);
/// What --redact shows for a key value.
std::string hashed_value(std::string_view value);

}  // namespace pgfk
