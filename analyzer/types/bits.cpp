// bit(n) and varbit. Source: varbit.c, bit_in, varbit_in; fk-semantics 8.13.
#include "analyzer/types/family.h"

namespace pgfk {
namespace {

constexpr std::size_t kMaxBits = 2147483640;

ServerError bad_digit(std::string_view rest, const char* kind) {
  return {"22P02", "\"" + std::string(rest.substr(0, utf8_prefix(rest, 1))) + "\" is not a valid " + kind + " digit"};
}

ServerError wrong_length(std::size_t length, std::size_t wanted) {
  return {"22026", "bit string length " + std::to_string(length) + " does not match type bit(" + std::to_string(wanted) + ")"};
}
ServerError too_long(std::size_t wanted) {
  return {"22001", "bit string too long for type bit varying(" + std::to_string(wanted) + ")"};
}

Outcome<Value> fit(TypeId type, std::string bits, std::int32_t typmod, bool explicit_cast) {
  if (typmod > 0) {
    const std::size_t wanted = static_cast<std::size_t>(typmod);
    if (type == TypeId::bit && bits.size() != wanted) {
      if (!explicit_cast) return wrong_length(bits.size(), wanted);
      bits.resize(wanted, '0');
    } else if (bits.size() > wanted) {
      if (!explicit_cast) return too_long(wanted);
      bits.resize(wanted);
    }
  }
  return Value::of(type, std::move(bits));
}

Outcome<Value> read_bits(const TypeContext&, TypeId type, std::int32_t typmod, std::string_view text) {
  const char mark = text.empty() ? '\0' : lower(text.front());
  if (mark != 'x') {
    const std::string_view digits = mark == 'b' ? text.substr(1) : text;
    const std::size_t bad = digits.find_first_not_of("01");
    if (bad != std::string_view::npos) return bad_digit(digits.substr(bad), "binary");
    return fit(type, std::string(digits), typmod, false);
  }
  if (text.size() > kMaxBits / 4) return ServerError{"54000", "bit string length exceeds the maximum allowed (2147483640)"};
  std::string bits;
  for (std::size_t at = 1; at < text.size(); ++at) {
    const int digit = hex_digit(text[at]);
    if (digit < 0) return bad_digit(text.substr(at), "hexadecimal");
    for (const int shift : {3, 2, 1, 0}) bits += static_cast<char>('0' + ((digit >> shift) & 1));
  }
  return fit(type, std::move(bits), typmod, false);
}

Outcome<Value> coerce_bits(const TypeContext&, Value value, std::int32_t typmod, bool explicit_cast) {
  return fit(value.type(), value.text(), typmod, explicit_cast);
}

}  // namespace

const TypeOps kBitOps = {read_bits, string_write, string_key, string_compare, coerce_bits};

}  // namespace pgfk
