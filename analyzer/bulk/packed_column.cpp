#include "analyzer/bulk/packed_column.h"

#include <algorithm>
#include <cstring>
#include <utility>

#include "analyzer/bulk/mix.h"

namespace pgfk {
namespace {

// A dictionary with more entries than this is given up unless the rows repeat: looking up would cost more than it saves.
constexpr std::size_t kTrialEntries = 2048;

template <typename Width>
void unpack(const std::uint8_t* from, std::uint64_t base, std::size_t count, std::int64_t* out) {
  for (std::size_t row = 0; row < count; ++row) {
    Width value;
    std::memcpy(&value, from + row * sizeof value, sizeof value);
    out[row] = static_cast<std::int64_t>(base + value);
  }
}

template <typename T>
void keep_rows(std::vector<T>& values, const std::vector<std::uint8_t>& keep, std::size_t per_row) {
  std::size_t to = 0;
  for (std::size_t row = 0; row < keep.size(); ++row) {
    if (keep[row] == 0) continue;
    std::copy_n(values.data() + row * per_row, per_row, values.data() + to * per_row);
    ++to;
  }
  values.resize(to * per_row);
}

}  // namespace

void PackedColumn::integers(std::size_t first, std::size_t count, std::int64_t* out) const {
  const std::uint64_t base = static_cast<std::uint64_t>(min_);
  const std::uint8_t* from = packed_ + first * width_;
  switch (width_) {
    case 1: return unpack<std::uint8_t>(from, base, count, out);
    case 2: return unpack<std::uint16_t>(from, base, count, out);
    case 4: return unpack<std::uint32_t>(from, base, count, out);
    case 8: return unpack<std::uint64_t>(from, base, count, out);
    default: std::fill_n(out, count, min_);
  }
}

std::size_t PackedColumn::entry_of(std::size_t row) const {
  if (width_ == 1) return packed_[row];
  if (width_ == 0) return row;
  std::uint16_t code;
  std::memcpy(&code, packed_ + row * 2, 2);
  return code;
}

void ColumnBuilder::Parts::clear() {
  nulls.clear();
  offsets.clear();
  packed.clear();
  bytes.clear();
}

template <typename Width>
void ColumnBuilder::pack(const std::uint64_t* values, std::uint64_t base, PackedColumn& out) {
  out.width_ = sizeof(Width);
  parts_.packed.resize(rows_ * sizeof(Width));
  std::uint8_t* to = parts_.packed.data();
  for (std::size_t row = 0; row < rows_; ++row) {
    const Width value = static_cast<Width>(values[row] - base);
    std::memcpy(to + row * sizeof value, &value, sizeof value);
  }
}

void ColumnBuilder::pack_width(const std::uint64_t* values, std::uint64_t base, std::uint64_t range, PackedColumn& out) {
  if (range == 0) return;
  if (range <= UINT8_MAX) return pack<std::uint8_t>(values, base, out);
  if (range <= UINT16_MAX) return pack<std::uint16_t>(values, base, out);
  if (range <= UINT32_MAX) return pack<std::uint32_t>(values, base, out);
  pack<std::uint64_t>(values, base, out);
}

std::int64_t* ColumnBuilder::grow_integers(std::size_t count) {
  integers_.resize(rows_ + count);
  std::int64_t* at = integers_.data() + rows_;
  rows_ += count;
  return at;
}

std::uint8_t* ColumnBuilder::grow_uuids(std::size_t count) {
  uuids_.resize((rows_ + count) * 16);
  std::uint8_t* at = uuids_.data() + rows_ * 16;
  rows_ += count;
  return at;
}

void ColumnBuilder::set_null(std::size_t row) {
  any_null_ = true;
  if (nulls_.size() <= row >> 6) nulls_.resize((row >> 6) + 1);
  nulls_[row >> 6] |= std::uint64_t{1} << (row & 63);
}

void ColumnBuilder::add_text(std::string_view text) {
  row_entries_.push_back(find_entry(text));
  ++rows_;
}

void ColumnBuilder::add_null_text() {
  set_null(rows_);
  row_entries_.push_back(entries_.empty() ? find_entry({}) : 0);
  ++rows_;
}

std::uint32_t ColumnBuilder::find_entry(std::string_view text) {
  const bool trying = entries_.size() < kTrialEntries || repeats_ > entries_.size();
  std::uint32_t hash = 0;
  if (trying) {
    if (slots_.size() < entries_.size() * 2 + 2) {
      slots_.assign(std::max<std::size_t>(256, slots_.size() * 4), 0);
      for (std::size_t entry = 0; entry < entries_.size(); ++entry) {
        std::size_t slot = entries_[entry].hash & (slots_.size() - 1);
        while (slots_[slot] != 0) slot = (slot + 1) & (slots_.size() - 1);
        slots_[slot] = static_cast<std::uint32_t>(entry) + 1;
      }
    }
    hash = static_cast<std::uint32_t>(hash_bytes(text, 0));
    std::size_t slot = hash & (slots_.size() - 1);
    for (; slots_[slot] != 0; slot = (slot + 1) & (slots_.size() - 1)) {
      const Entry& entry = entries_[slots_[slot] - 1];
      if (entry.hash == hash && std::string_view(bytes_.data() + entry.offset, entry.length) == text) {
        ++repeats_;
        return slots_[slot] - 1;
      }
    }
    slots_[slot] = static_cast<std::uint32_t>(entries_.size()) + 1;
  }
  entries_.push_back({bytes_.size(), static_cast<std::uint32_t>(text.size()), hash});
  bytes_.insert(bytes_.end(), text.begin(), text.end());
  return static_cast<std::uint32_t>(entries_.size() - 1);
}

void ColumnBuilder::filter(const std::vector<std::uint8_t>& keep) {
  switch (kind_) {
    case PackKind::none: break;
    case PackKind::integers: keep_rows(integers_, keep, 1); break;
    case PackKind::uuids: keep_rows(uuids_, keep, 16); break;
    case PackKind::texts: keep_rows(row_entries_, keep, 1); break;
  }
  const std::vector<std::uint64_t> nulls = std::exchange(nulls_, {});
  any_null_ = false;
  rows_ = 0;
  for (std::size_t row = 0; row < keep.size(); ++row) {
    if (keep[row] == 0) continue;
    if (row >> 6 < nulls.size() && (nulls[row >> 6] >> (row & 63) & 1) != 0) set_null(rows_);
    ++rows_;
  }
}

void ColumnBuilder::finish_texts(PackedColumn& out) {
  const std::size_t entries = entries_.size();
  if (repeats_ > 0 && entries <= std::size_t{UINT16_MAX} + 1) {
    // The greatest entry decides the width, but a single one still needs codes: width 0 means "entry = row".
    const std::vector<std::uint64_t> codes(row_entries_.begin(), row_entries_.end());
    if (entries <= std::size_t{UINT8_MAX} + 1) {
      pack<std::uint8_t>(codes.data(), 0, out);
    } else {
      pack<std::uint16_t>(codes.data(), 0, out);
    }
    for (const Entry& entry : entries_) parts_.offsets.push_back(static_cast<std::uint32_t>(entry.offset));
    parts_.offsets.push_back(static_cast<std::uint32_t>(bytes_.size()));
    parts_.bytes.assign(bytes_.begin(), bytes_.end());
    return;
  }
  for (const std::uint32_t index : row_entries_) {
    const Entry& entry = entries_[index];
    parts_.offsets.push_back(static_cast<std::uint32_t>(parts_.bytes.size()));
    parts_.bytes.insert(parts_.bytes.end(), bytes_.begin() + static_cast<std::ptrdiff_t>(entry.offset),
                      bytes_.begin() + static_cast<std::ptrdiff_t>(entry.offset + entry.length));
  }
  parts_.offsets.push_back(static_cast<std::uint32_t>(parts_.bytes.size()));
}

void ColumnBuilder::finish_integers(PackedColumn& out) {
  const auto is_null = [this](std::size_t row) { return any_null_ && row >> 6 < nulls_.size() && (nulls_[row >> 6] >> (row & 63) & 1) != 0; };
  for (std::size_t row = 0; row < rows_; ++row) {
    if (is_null(row)) continue;
    out.min_ = std::min(out.min_, integers_[row]);
    out.max_ = std::max(out.max_, integers_[row]);
  }
  if (out.min_ > out.max_) return;
  if (any_null_) {
    for (std::size_t row = 0; row < rows_; ++row) {
      if (is_null(row)) integers_[row] = out.min_;
    }
  }
  const std::uint64_t base = static_cast<std::uint64_t>(out.min_);
  pack_width(reinterpret_cast<const std::uint64_t*>(integers_.data()), base, static_cast<std::uint64_t>(out.max_) - base, out);
}

void ColumnBuilder::put_together(PackedColumn& out, SpillArea* area) {
  block_.clear();
  const auto append = [this](const auto& part) {
    const std::size_t at = block_.size(), length = part.size() * sizeof part[0];
    block_.resize(at + length);
    if (length > 0) std::memcpy(block_.data() + at, part.data(), length);
    return at;
  };
  const std::size_t nulls = append(parts_.nulls), offsets = append(parts_.offsets), packed = append(parts_.packed), bytes = append(parts_.bytes);
  out.block_ = HeldBytes(block_, area);
  const std::uint8_t* const at = out.block_.data();
  if (!parts_.nulls.empty()) out.nulls_ = reinterpret_cast<const std::uint64_t*>(at + nulls);
  if (!parts_.offsets.empty()) out.offsets_ = reinterpret_cast<const std::uint32_t*>(at + offsets);
  out.packed_ = at + packed;
  out.bytes_ = at + bytes;
  out.entries_ = static_cast<std::uint32_t>(parts_.offsets.empty() ? 0 : parts_.offsets.size() - 1);
  out.byte_count_ = parts_.bytes.size();
}

PackedColumn ColumnBuilder::finish(SpillArea* area) {
  PackedColumn out;
  out.kind_ = kind_;
  out.rows_ = static_cast<std::uint32_t>(rows_);
  parts_.clear();
  if (any_null_) {
    parts_.nulls = nulls_;
    parts_.nulls.resize((rows_ + 63) / 64);
  }
  switch (kind_) {
    case PackKind::none: break;
    case PackKind::integers: finish_integers(out); break;
    case PackKind::uuids: parts_.bytes.assign(uuids_.begin(), uuids_.end()); break;
    case PackKind::texts: finish_texts(out); break;
  }
  put_together(out, area);
  rows_ = 0;
  any_null_ = false;
  integers_.clear();
  uuids_.clear();
  nulls_.clear();
  row_entries_.clear();
  entries_.clear();
  bytes_.clear();
  std::fill(slots_.begin(), slots_.end(), 0);
  repeats_ = 0;
  return out;
}

}  // namespace pgfk
