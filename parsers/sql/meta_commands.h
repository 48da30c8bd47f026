// The backslash commands psql 18 knows, and what each is to a replay.
//
// Source: psql's command.c (exec_command), 13 to 18.
#pragma once

#include <cstdint>
#include <string_view>

namespace pgfk {

enum class MetaAction : std::uint8_t {
  ignore,       // prints, or sets what only printing heeds
  ignore_line,  // the same, with all the rest of the line for its argument
  shell,
  send,         // \g and what sends the query like it
  gset,
  gexec,
  gdesc,
  set,
  unset,
  prompt,       // a variable whose value is not in the script
  begin_if,
  else_if,
  otherwise,
  end_if,
  include,
  include_relative,
  change_directory,
  connect,
  copy,
  encoding,
  quit,
  reset,
  bind,
  bind_named,
  parse,
  close_prepared,
  pipeline,
  restrict_,
  unrestrict,
};

struct MetaCommand {
  std::string_view name;
  MetaAction action = MetaAction::ignore;
  int since = 0;  // psql's major version; 0: older than any that matters
};

/// The command of that name; null where a psql of `version` would call it invalid.
const MetaCommand* find_meta_command(std::string_view name, int version);

/// Whether a branch of \if that is not taken looks at it all the same.
bool is_branching(MetaAction action);

}  // namespace pgfk
