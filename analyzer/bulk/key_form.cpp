#include "analyzer/bulk/key_form.h"

#include <cstring>

#include "analyzer/bulk/column_reader.h"
#include "analyzer/bulk/fast_cells.h"

namespace pgfk {
namespace {

PartKind part_kind(TypeId meet, const TypeLookup& types) {
  switch (meet) {
    case TypeId::text:
    case TypeId::varchar:
    case TypeId::name: return PartKind::text;
    case TypeId::bpchar: return PartKind::stripped_text;
    default: break;
  }
  switch (pack_kind(types, meet)) {
    case PackKind::integers: return PartKind::integer;
    case PackKind::uuids: return PartKind::uuid;
    case PackKind::texts:
    case PackKind::none: break;
  }
  return PartKind::value;
}

}  // namespace

KeyForm::KeyForm(const std::vector<TypeId>& meet_, const TypeLookup& types) : meet(meet_) {
  bool fixed = true;
  for (const TypeId type : meet) {
    parts.push_back(part_kind(type, types));
    only_integers = only_integers && parts.back() == PartKind::integer;
    fixed = fixed && (parts.back() == PartKind::integer || parts.back() == PartKind::uuid);
    words += parts.back() == PartKind::uuid ? 2 : 1;
  }
  if (!fixed || words > kMaxWords) words = 0;
  if (words == 0) only_integers = false;
}

void append_word(std::int64_t word, std::vector<char>& out) {
  const std::size_t at = out.size();
  out.resize(at + sizeof word);
  std::memcpy(out.data() + at, &word, sizeof word);
}

void append_text(std::string_view text, bool alone, std::vector<char>& out) {
  if (!alone) append_word(static_cast<std::int64_t>(text.size()), out);
  out.insert(out.end(), text.begin(), text.end());
}

std::string_view strip_blanks(std::string_view text) {
  const std::size_t last = text.find_last_not_of(' ');
  return text.substr(0, last == std::string_view::npos ? 0 : last + 1);
}

bool put_value(const KeyForm& form, std::size_t part, std::size_t word, const Value& value, const TypeContext& context, std::size_t row,
               KeyBatch& out) {
  const bool alone = form.parts.size() == 1;
  switch (form.parts[part]) {
    case PartKind::integer: {
      const std::int64_t* number = std::get_if<std::int64_t>(&value.data());
      if (number == nullptr) return false;
      if (form.words != 0) {
        out.words[word][row] = *number;
      } else {
        append_word(*number, out.bytes);
      }
      return true;
    }
    case PartKind::uuid: {
      const std::string* text = std::get_if<std::string>(&value.data());
      char padded[36 + 16] = {};
      std::uint8_t bytes[16];
      if (text == nullptr || text->size() != 36) return false;
      text->copy(padded, 36);
      if (!read_uuid(padded, 36, bytes)) return false;
      if (form.words != 0) {
        std::memcpy(&out.words[word][row], bytes, 8);
        std::memcpy(&out.words[word + 1][row], bytes + 8, 8);
      } else {
        out.bytes.insert(out.bytes.end(), bytes, bytes + 16);
      }
      return true;
    }
    case PartKind::text:
    case PartKind::stripped_text: {
      const std::string* text = std::get_if<std::string>(&value.data());
      if (text == nullptr) return false;
      append_text(form.parts[part] == PartKind::text ? std::string_view(*text) : strip_blanks(*text), alone, out.bytes);
      return true;
    }
    case PartKind::value: {
      std::string bytes;
      append_key(context, value, bytes);
      append_text(bytes, alone, out.bytes);
      return true;
    }
  }
  return false;
}

void read_key(const KeyForm& form, std::span<const Value> key, const TypeContext& context, KeyBatch& out) {
  out.count = 1;
  out.bytes.clear();
  out.ends[0] = 0;
  out.states[0] = KeyBatch::State::key;
  std::size_t word = 0;
  for (std::size_t part = 0; part < form.parts.size(); ++part) {
    if (part >= key.size() || !key[part].is_known()) {
      out.states[0] = KeyBatch::State::null;
      break;
    }
    if (!put_value(form, part, word, key[part], context, 0, out)) {
      out.states[0] = KeyBatch::State::odd;
      break;
    }
    word += form.parts[part] == PartKind::uuid ? 2 : 1;
  }
  out.all_keys = out.states[0] == KeyBatch::State::key;
  out.ends[1] = static_cast<std::uint32_t>(out.bytes.size());
}

}  // namespace pgfk
