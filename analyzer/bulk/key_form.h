// How a key is laid out so that equal keys are equal bits: a few 64-bit words where all parts are of fixed width, else bytes.
//
//   int4, int8 -> 1 word each | uuid -> 2 words | text -> bytes | char(n) -> bytes without blanks behind | all else -> append_key
//
// Keys have the same form whether they come from packed columns (key_reader.h) or from Values.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "analyzer/bulk/bulk.h"

namespace pgfk {

enum class PartKind : std::uint8_t { integer, uuid, text, stripped_text, value };

struct KeyForm {
  static constexpr std::size_t kMaxWords = 4;

  KeyForm(const std::vector<TypeId>& meet, const TypeLookup& types);

  std::vector<TypeId> meet;
  std::vector<PartKind> parts;
  std::size_t words = 0;      // of a key; 0 if it is bytes
  bool only_integers = true;  // one word a part, the value itself
};

/// Up to kRows keys, as columns of words or as bytes behind each other.
struct KeyBatch {
  static constexpr std::size_t kRows = 512;
  enum class State : std::uint8_t { key, null, mixed /* some parts NULL */, dead, odd /* cannot be cast: equals nothing */ };

  std::size_t count = 0;
  bool all_keys = true;       // every state is `key`
  State states[kRows];
  std::int64_t words[KeyForm::kMaxWords][kRows];
  std::vector<char> bytes;
  std::uint32_t ends[kRows + 1];  // key k is bytes [ends[k], ends[k + 1])

  bool is_key(std::size_t row) const { return all_keys || states[row] == State::key; }
  std::string_view key(std::size_t row) const { return {bytes.data() + ends[row], ends[row + 1] - ends[row]}; }
};

/// Appends one part that is bytes; `alone`: the key has no other.
void append_text(std::string_view text, bool alone, std::vector<char>& out);
void append_word(std::int64_t word, std::vector<char>& out);
std::string_view strip_blanks(std::string_view text);

/// Puts a part of a key, given as a Value of the meet type, as word(s) `word`.. of row `row` or at the end of the bytes. False if it cannot.
bool put_value(const KeyForm& form, std::size_t part, std::size_t word, const Value& value, const TypeContext& context, std::size_t row,
               KeyBatch& out);

/// A batch of the one key; its state is null if a part is NULL or unknown.
void read_key(const KeyForm& form, std::span<const Value> key, const TypeContext& context, KeyBatch& out);

}  // namespace pgfk
