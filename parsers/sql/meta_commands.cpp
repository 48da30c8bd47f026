#include "parsers/sql/meta_commands.h"

#include <algorithm>

#include "parsers/sql/characters.h"

namespace pgfk {
namespace {

using enum MetaAction;

// \restrict came with the minor versions of August 2025; the 13 whose answers are recorded is older.
constexpr MetaCommand kCommands[] = {
    {"a", ignore},
    {"bind", bind, 16},
    {"bind_named", bind_named, 18},
    {"C", ignore},
    {"c", connect},
    {"cd", change_directory},
    {"close_prepared", close_prepared, 18},
    {"connect", connect},
    {"conninfo", ignore},
    {"copy", copy},
    {"copyright", ignore},
    {"crosstabview", send},
    {"e", ignore},
    {"echo", ignore},
    {"edit", ignore},
    {"ef", ignore_line},
    {"elif", else_if},
    {"else", otherwise},
    {"encoding", encoding},
    {"endif", end_if},
    {"endpipeline", pipeline, 18},
    {"errverbose", ignore},
    {"ev", ignore_line},
    {"f", ignore},
    {"flush", pipeline, 18},
    {"flushrequest", pipeline, 18},
    {"g", send},
    {"gdesc", gdesc},
    {"getenv", prompt, 15},
    {"getresults", pipeline, 18},
    {"gexec", gexec},
    {"gset", gset},
    {"gx", send},
    {"H", ignore},
    {"h", ignore_line},
    {"help", ignore_line},
    {"html", ignore},
    {"i", include},
    {"if", begin_if},
    {"include", include},
    {"include_relative", include_relative},
    {"ir", include_relative},
    {"l", ignore},
    {"l+", ignore},
    {"list", ignore},
    {"list+", ignore},
    {"listx", ignore, 18},
    {"lx", ignore, 18},
    {"lo_export", ignore},
    {"lo_import", ignore},
    {"lo_list", ignore},
    {"lo_list+", ignore},
    {"lo_unlink", ignore},
    {"o", ignore},
    {"out", ignore},
    {"p", ignore},
    {"parse", parse, 18},
    {"password", ignore},
    {"print", ignore},
    {"prompt", prompt},
    {"pset", ignore},
    {"q", quit},
    {"qecho", ignore},
    {"quit", quit},
    {"r", reset},
    {"reset", reset},
    {"restrict", restrict_, 14},
    {"s", ignore},
    {"sendpipeline", send, 18},
    {"set", set},
    {"setenv", ignore},
    {"sf", ignore_line},
    {"sf+", ignore_line},
    {"startpipeline", pipeline, 18},
    {"sv", ignore_line},
    {"sv+", ignore_line},
    {"syncpipeline", pipeline, 18},
    {"t", ignore},
    {"T", ignore},
    {"timing", ignore},
    {"unrestrict", unrestrict, 14},
    {"unset", unset},
    {"w", ignore},
    {"warn", ignore},
    {"watch", send},
    {"write", ignore},
    {"x", ignore},
    {"z", ignore},
    {"zS", ignore, 16},
    {"zx", ignore, 18},
    {"!", shell},
    {"?", ignore},
};

/// \d and its kin: a second letter that stands for a kind of object, then modifiers.
bool is_describe(std::string_view name) {
  constexpr std::string_view kKinds = "+aAbcCdDeEfFgilLmnoOpPrRsStTuvxXy";
  return name.front() == 'd' && (name.size() == 1 || kKinds.find(name[1]) != std::string_view::npos);
}

}  // namespace

const MetaCommand* find_meta_command(std::string_view name, int version) {
  static constexpr MetaCommand kDescribe{"d", ignore};
  if (is_word(name, "copy")) name = "copy";  // the only one whose case psql does not mind
  const auto found = std::find_if(std::begin(kCommands), std::end(kCommands),
                                  [name](const MetaCommand& one) { return one.name == name; });
  if (found != std::end(kCommands)) return found->since <= version ? found : nullptr;
  return !name.empty() && is_describe(name) ? &kDescribe : nullptr;
}

bool is_branching(MetaAction action) {
  return action == begin_if || action == else_if || action == otherwise || action == end_if;
}

}  // namespace pgfk
