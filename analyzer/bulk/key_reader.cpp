#include "analyzer/bulk/key_reader.h"

#include <algorithm>
#include <cstring>

#include "analyzer/bulk/column_reader.h"

namespace pgfk {
namespace {

bool is_integer_type(TypeId type) { return type == TypeId::int2 || type == TypeId::int4 || type == TypeId::int8; }

}  // namespace

KeyReader::KeyReader(const KeySource& source, const KeyForm& form, const TypeContext& context)
    : source_(source), rows_(source.rows->impl()), form_(form), context_(context) {
  for (std::size_t part = 0; part < form.parts.size(); ++part) access_.push_back(access_of(part));
}

KeyReader::Access KeyReader::access_of(std::size_t part) const {
  const TypeId type = rows_.plan.columns[source_.columns[part]].type, meet = form_.meet[part];
  switch (form_.parts[part]) {
    case PartKind::integer:
      return type == meet || (is_integer_type(type) && is_integer_type(meet)) ? Access::integers : Access::cast;
    case PartKind::uuid: return type == TypeId::uuid ? Access::uuids : Access::cast;
    case PartKind::text:
      if (meet == TypeId::name) return Access::cast;
      // As text, a char(n) loses its blanks.
      return stores_value(type) ? Access::text : type == TypeId::bpchar ? Access::stripped_text : Access::cast;
    case PartKind::stripped_text: return stores_value(type) || type == TypeId::bpchar ? Access::stripped_text : Access::cast;
    case PartKind::value: break;
  }
  return Access::cast;
}

void KeyReader::read(std::size_t index, std::size_t first, KeyBatch& out) const {
  const BulkChunk& chunk = rows_.chunks[index];
  out.count = std::min<std::size_t>(KeyBatch::kRows, chunk.rows - first);
  read_states(chunk, first, out);
  if (form_.words != 0) {
    read_words(chunk, first, out);
  } else {
    read_bytes(chunk, first, out);
  }
}

void KeyReader::read_states(const BulkChunk& chunk, std::size_t first, KeyBatch& out) const {
  using State = KeyBatch::State;
  out.all_keys = source_.dead == nullptr;
  for (const std::size_t column : source_.columns) out.all_keys = out.all_keys && !rows_.column(chunk, column).has_nulls();
  if (out.all_keys) return;
  for (std::size_t row = 0; row < out.count; ++row) {
    std::size_t nulls = 0;
    for (std::size_t part = 0; part < form_.parts.size(); ++part) nulls += column(chunk, part).is_null(first + row);
    out.states[row] = nulls == 0 ? State::key : nulls == form_.parts.size() ? State::null : State::mixed;
  }
  if (source_.dead == nullptr) return;
  for (std::size_t row = 0; row < out.count; ++row) {
    const BulkRow at = chunk.first_row + first + row;
    if (at < source_.dead->size() && (*source_.dead)[at]) out.states[row] = State::dead;
  }
}

void KeyReader::read_words(const BulkChunk& chunk, std::size_t first, KeyBatch& out) const {
  std::size_t word = 0;
  for (std::size_t part = 0; part < form_.parts.size(); ++part) {
    const PackedColumn& cells = column(chunk, part);
    switch (access_[part]) {
      case Access::integers: cells.integers(first, out.count, out.words[word]); break;
      case Access::uuids:
        for (std::size_t row = 0; row < out.count; ++row) {
          std::memcpy(&out.words[word][row], cells.uuid(first + row), 8);
          std::memcpy(&out.words[word + 1][row], cells.uuid(first + row) + 8, 8);
        }
        break;
      case Access::text:
      case Access::stripped_text:
      case Access::cast:
        for (std::size_t row = 0; row < out.count; ++row) {
          if (!out.is_key(row) || put_part(chunk, part, word, first + row, row, out)) continue;
          if (out.all_keys) std::fill_n(out.states, out.count, KeyBatch::State::key);
          out.all_keys = false;
          out.states[row] = KeyBatch::State::odd;
        }
    }
    word += form_.parts[part] == PartKind::uuid ? 2 : 1;
  }
}

void KeyReader::read_bytes(const BulkChunk& chunk, std::size_t first, KeyBatch& out) const {
  out.bytes.clear();
  out.ends[0] = 0;
  for (std::size_t row = 0; row < out.count; ++row) {
    for (std::size_t part = 0; out.is_key(row) && part < form_.parts.size(); ++part) {
      if (put_part(chunk, part, 0, first + row, row, out)) continue;
      if (out.all_keys) std::fill_n(out.states, out.count, KeyBatch::State::key);
      out.all_keys = false;
      out.states[row] = KeyBatch::State::odd;
    }
    out.ends[row + 1] = static_cast<std::uint32_t>(out.bytes.size());
  }
}

/// Puts one part of a key, which is not NULL. False if it cannot be cast to the meet type.
bool KeyReader::put_part(const BulkChunk& chunk, std::size_t part, std::size_t word, std::size_t chunk_row, std::size_t row,
                         KeyBatch& out) const {
  const PackedColumn& cells = column(chunk, part);
  const bool alone = form_.parts.size() == 1;
  switch (access_[part]) {
    case Access::integers: append_word(cells.integer(chunk_row), out.bytes); return true;
    case Access::uuids: {
      const char* bytes = reinterpret_cast<const char*>(cells.uuid(chunk_row));
      out.bytes.insert(out.bytes.end(), bytes, bytes + 16);
      return true;
    }
    case Access::text: append_text(cells.text(chunk_row), alone, out.bytes); return true;
    case Access::stripped_text: append_text(strip_blanks(cells.text(chunk_row)), alone, out.bytes); return true;
    case Access::cast: break;
  }
  const std::size_t plan_column = source_.columns[part];
  Value value = rows_.cell(cells, chunk_row, plan_column);
  if (value.type() != form_.meet[part]) {
    Outcome<Value> cast = cast_value(context_, value, form_.meet[part], -1, CastContext::implicit);
    if (!cast.ok()) return false;
    value = std::move(cast).value();
  }
  return value.is_known() && put_value(form_, part, word, value, context_, row, out);
}

bool KeyReader::may_hold(std::size_t index, const KeyBatch& key) const {
  std::size_t word = 0;
  for (std::size_t part = 0; part < form_.parts.size(); ++part) {
    const PackedColumn& cells = column(rows_.chunks[index], part);
    if (form_.words != 0 && access_[part] == Access::integers && (key.words[word][0] < cells.min() || key.words[word][0] > cells.max())) return false;
    word += form_.parts[part] == PartKind::uuid ? 2 : 1;
  }
  return true;
}

void KeyReader::release(std::size_t index) const {
  for (const std::size_t plan_column : source_.columns) rows_.column(rows_.chunks[index], plan_column).release();
}

std::uint64_t KeyReader::key_bytes() const {
  if (form_.words != 0) return source_.rows->size() * form_.words * sizeof(std::uint64_t);
  std::uint64_t bytes = 0;
  for (const BulkChunk& chunk : rows_.chunks) {
    for (std::size_t part = 0; part < form_.parts.size(); ++part) {
      const PackedColumn& cells = column(chunk, part);
      if (form_.parts.size() > 1) bytes += chunk.rows * sizeof(std::uint64_t);
      if (cells.kind() != PackKind::texts || cells.entries() == 0) {
        bytes += chunk.rows * std::uint64_t{16};  // a uuid; numbers are less
        continue;
      }
      bytes += cells.coded() ? cells.byte_count() / cells.entries() * chunk.rows : cells.byte_count();
    }
  }
  return bytes;
}

const PackedColumn* KeyReader::dictionary(std::size_t index) const {
  if (source_.dead != nullptr || access_.size() != 1) return nullptr;
  if (access_[0] != Access::text && access_[0] != Access::stripped_text) return nullptr;
  const PackedColumn& cells = column(rows_.chunks[index], 0);
  return cells.coded() ? &cells : nullptr;
}

void KeyReader::read_entries(const PackedColumn& cells, std::size_t first, KeyBatch& out) const {
  out.count = std::min(KeyBatch::kRows, cells.entries() - first);
  out.all_keys = true;
  out.bytes.clear();
  out.ends[0] = 0;
  for (std::size_t entry = 0; entry < out.count; ++entry) {
    const std::string_view text = cells.entry(first + entry);
    append_text(access_[0] == Access::text ? text : strip_blanks(text), true, out.bytes);
    out.ends[entry + 1] = static_cast<std::uint32_t>(out.bytes.size());
  }
}

IntegerRange KeyReader::range(std::size_t part) const {
  IntegerRange all;
  for (const BulkChunk& chunk : rows_.chunks) {
    const PackedColumn& cells = column(chunk, part);
    if (access_[part] == Access::integers) {
      all.min = std::min(all.min, cells.min());
      all.max = std::max(all.max, cells.max());
      continue;
    }
    KeyBatch one;
    for (std::size_t row = 0; row < chunk.rows; ++row) {
      if (cells.is_null(row) || !put_part(chunk, part, part, row, 0, one)) continue;
      all.min = std::min(all.min, one.words[part][0]);
      all.max = std::max(all.max, one.words[part][0]);
    }
  }
  return all;
}

}  // namespace pgfk
