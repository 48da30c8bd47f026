// The exit status, from what was found. Scripts rely on it.
#pragma once

#include "analyzer/finding.h"
#include "cli/options.h"

namespace pgfk {

constexpr int kExitFine = 0;
constexpr int kExitFails = 1;
constexpr int kExitUsage = 2;      // or an input that cannot be used; wins over 1
constexpr int kExitInterrupted = 130;
constexpr int kExitUndecided = 3;  // nothing fails but something is undecided, under --strict

int exit_status(const Analysis& analysis, bool inputs_unusable, FailOn fail_on);

}  // namespace pgfk
