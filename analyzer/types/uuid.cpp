// uuid: any case, optional braces, hyphens only after groups of four digits. Source: uuid.c, string_to_uuid; fk-semantics 8.9.
#include "analyzer/types/family.h"

namespace pgfk {
namespace {

Outcome<Value> read_uuid(const TypeContext&, TypeId type, std::int32_t, std::string_view text) {
  std::string_view rest = text;
  const bool braces = !rest.empty() && rest.front() == '{';
  if (braces) rest.remove_prefix(1);
  std::string canonical(36, '-');
  std::size_t at = 0, to = 0;
  for (int byte = 0; byte < 16; ++byte) {
    for (int half = 0; half < 2; ++half) {
      const int digit = at < rest.size() ? hex_digit(rest[at]) : -1;
      if (digit < 0) return invalid_input("uuid", text);
      canonical[to++] = "0123456789abcdef"[digit];
      ++at;
    }
    if (byte == 3 || byte == 5 || byte == 7 || byte == 9) ++to;
    if (byte % 2 == 1 && byte < 15 && at < rest.size() && rest[at] == '-') ++at;
  }
  if (braces && (at >= rest.size() || rest[at++] != '}')) return invalid_input("uuid", text);
  if (at != rest.size()) return invalid_input("uuid", text);
  return Value::of(type, std::move(canonical));
}

}  // namespace

const TypeOps kUuidOps = {read_uuid, string_write, string_key, string_compare};

}  // namespace pgfk
