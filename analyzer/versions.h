// Which server wrote a dump, and by which version's rules its load is judged.
#pragma once

#include <string>

#include "analyzer/analyze.h"

namespace pgfk {

struct Versions {
  std::string server, pg_dump;  // of the first dump that tells; empty if none does
  int target = kNewestVersion;
  bool clamped = false;
};

/// Of the inputs; the target is --pg-version, else the dump's as far as it is known, else the newest.
Versions versions_of(const Sources& sources, const AnalyzeOptions& options);

}  // namespace pgfk
