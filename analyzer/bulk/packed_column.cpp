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
  const std::uint8_t* from = packed_.data() + first * width_;
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
  std::memcpy(&code, packed_.data() + row * 2, 2);
  return code;
}

std::size_t PackedColumn::memory() const {
  return sizeof *this + packed_.capacity() + bytes_.capacity() + offsets_.capacity() * sizeof(std::uint32_t) +
         nulls_.capacity() * sizeof(std::uint64_t);
}

template <typename Width>
void PackedColumn::pack(const std::uint64_t* values, std::uint64_t base) {
  width_ = sizeof(Width);
  packed_.resize(std::size_t{rows_} * sizeof(Width));
  std::uint8_t* to = packed_.data();
  for (std::size_t row = 0; row < rows_; ++row) {
    const Width value = static_cast<Width>(values[row] - base);
    std::memcpy(to + row * sizeof value, &value, sizeof value);
  }
}

void PackedColumn::pack_width(const std::uint64_t* values, std::uint64_t base, std::uint64_t range) {
  if (range == 0) return;
  if (range <= UINT8_MAX) return pack<std::uint8_t>(values, base);
  if (range <= UINT16_MAX) return pack<std::uint16_t>(values, base);
  if (range <= UINT32_MAX) return pack<std::uint32_t>(values, base);
  pack<std::uint64_t>(values, base);
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
      out.pack<std::uint8_t>(codes.data(), 0);
    } else {
      out.pack<std::uint16_t>(codes.data(), 0);
    }
    out.offsets_.reserve(entries + 1);
    for (const Entry& entry : entries_) out.offsets_.push_back(static_cast<std::uint32_t>(entry.offset));
    out.offsets_.push_back(static_cast<std::uint32_t>(bytes_.size()));
    out.bytes_.assign(bytes_.begin(), bytes_.end());
    return;
  }
  std::size_t total = 0;
  for (const std::uint32_t entry : row_entries_) total += entries_[entry].length;
  out.offsets_.reserve(row_entries_.size() + 1);
  out.bytes_.reserve(total);
  for (const std::uint32_t index : row_entries_) {
    const Entry& entry = entries_[index];
    out.offsets_.push_back(static_cast<std::uint32_t>(out.bytes_.size()));
    out.bytes_.insert(out.bytes_.end(), bytes_.begin() + static_cast<std::ptrdiff_t>(entry.offset),
                      bytes_.begin() + static_cast<std::ptrdiff_t>(entry.offset + entry.length));
  }
  out.offsets_.push_back(static_cast<std::uint32_t>(out.bytes_.size()));
}

PackedColumn ColumnBuilder::finish() {
  PackedColumn out;
  out.kind_ = kind_;
  out.rows_ = static_cast<std::uint32_t>(rows_);
  if (any_null_) {
    out.nulls_ = nulls_;
    out.nulls_.resize((rows_ + 63) / 64);
  }
  switch (kind_) {
    case PackKind::none: break;
    case PackKind::integers: {
      for (std::size_t row = 0; row < rows_; ++row) {
        if (out.is_null(row)) continue;
        out.min_ = std::min(out.min_, integers_[row]);
        out.max_ = std::max(out.max_, integers_[row]);
      }
      if (out.min_ > out.max_) break;
      if (any_null_) {
        for (std::size_t row = 0; row < rows_; ++row) {
          if (out.is_null(row)) integers_[row] = out.min_;
        }
      }
      const std::uint64_t base = static_cast<std::uint64_t>(out.min_);
      out.pack_width(reinterpret_cast<const std::uint64_t*>(integers_.data()), base,
                     static_cast<std::uint64_t>(out.max_) - base);
      break;
    }
    case PackKind::uuids: out.bytes_.assign(uuids_.begin(), uuids_.end()); break;
    case PackKind::texts: finish_texts(out); break;
  }
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
