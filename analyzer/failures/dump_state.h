// What a dump says of a key that a log names.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace pgfk {

enum class DumpState {
  absent,      // insert: the referenced row is still not there. delete: no row references the key any more
  present,     // insert: it is there now, so it came later, or another transaction had not committed it. delete: rows reference it still
  table_empty, // insert: the referenced table has no row at all. delete: the referencing table has none
  unknown,     // the dump does not tell: no such constraint, a key that cannot be read, rows that are not known
};
inline constexpr std::size_t kDumpStates = 4;

/// "absent", as the JSON output spells it.
std::string_view dump_state_name(DumpState state);

struct DumpAnswer {
  DumpState state = DumpState::unknown;
  std::string why;  // of unknown
};

}  // namespace pgfk
