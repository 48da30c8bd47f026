#include "analyzer/bulk/column_reader.h"

#include <algorithm>
#include <cstring>
#include <utility>

#include <simdjson.h>

#include "analyzer/bulk/fast_cells.h"
#include "analyzer/bulk/unescape.h"

namespace pgfk {
namespace {

// What read_value took is remembered so far: for enums, inet and the like, which repeat.
constexpr std::size_t kMaxAccepted = 4096;
constexpr std::size_t kMaxAcceptedLength = 64;

constexpr unsigned kind_bit(LiteralKind kind) { return 1u << static_cast<unsigned>(kind); }

bool one_of(TypeId type, std::initializer_list<TypeId> types) {
  return std::find(types.begin(), types.end(), type) != types.end();
}

/// [-]digits[.digits] as the server would print the number again: no zeros ahead, no minus zero.
bool is_canonical_number(std::string_view text) {
  const std::string_view digits = text.substr(text.starts_with('-') ? 1 : 0);
  if (digits.starts_with('-') || !is_plain_decimal(digits.data(), digits.size(), 15, 15)) return false;
  if (digits.size() > 1 && digits[0] == '0' && digits[1] != '.') return false;
  return digits.size() == text.size() || digits.find_first_not_of("0.") != std::string_view::npos;
}

/// Types into which an unquoted number goes by way of its text.
bool takes_number(TypeId type) {
  return one_of(type, {TypeId::numeric, TypeId::float4, TypeId::float8, TypeId::text, TypeId::varchar, TypeId::bpchar});
}

}  // namespace

bool is_literal(LiteralKind kind, std::string_view text) {
  switch (kind) {
    case LiteralKind::text: {
      std::size_t quote = text.find('\'');
      while (quote != std::string_view::npos && quote + 1 < text.size() && text[quote + 1] == '\'') quote = text.find('\'', quote + 2);
      return quote == std::string_view::npos;
    }
    case LiteralKind::number:
      // Two minus signs are a comment.
      return text.find_first_not_of("+-.0123456789eE") == std::string_view::npos && text.find("--") == std::string_view::npos;
    case LiteralKind::bits: return text.find('\'') == std::string_view::npos;
    case LiteralKind::null:
    case LiteralKind::boolean:
    case LiteralKind::default_: break;
  }
  return true;
}

PackKind pack_kind(const TypeLookup& types, TypeId type) {
  if (type == TypeId::uuid) return PackKind::uuids;
  if (one_of(type, {TypeId::bool_, TypeId::int2, TypeId::int4, TypeId::int8, TypeId::oid, TypeId::date, TypeId::time,
                    TypeId::timestamp, TypeId::timestamptz, TypeId::money})) {
    return PackKind::integers;
  }
  const Type* info = is_array(type) ? nullptr : types.type(type);
  return info != nullptr && info->kind == TypeKind::enum_ ? PackKind::integers : PackKind::texts;
}

bool stores_value(TypeId type) { return type == TypeId::text || type == TypeId::varchar; }

// Fast paths. kLiterals: the ways to write a literal that the fast path may be asked about.

struct ColumnReader::IntegerCell {
  static constexpr unsigned kLiterals = kind_bit(LiteralKind::text) | kind_bit(LiteralKind::number);
  static bool read(ColumnReader& reader, std::string_view text, std::size_t row) {
    std::int64_t value = 0;
    if (!read_integer(text.data(), text.size(), value) || value < reader.low_ || value > reader.high_) return false;
    if (reader.integers_ != nullptr) reader.integers_[row] = value;
    return true;
  }
};

struct ColumnReader::DecimalCell {
  static constexpr unsigned kLiterals = kind_bit(LiteralKind::text) | kind_bit(LiteralKind::number);
  static bool read(ColumnReader& reader, std::string_view text, std::size_t) {
    if (!is_plain_decimal(text.data(), text.size(), reader.whole_, reader.scale_)) return false;
    if (reader.wanted()) reader.builder_.add_text(text);
    return true;
  }
};

struct ColumnReader::BooleanCell {
  static constexpr unsigned kLiterals = kind_bit(LiteralKind::text) | kind_bit(LiteralKind::boolean);
  static bool read(ColumnReader& reader, std::string_view text, std::size_t row) {
    const bool truth = text == "t" || text == "true";
    if (!truth && text != "f" && text != "false") return false;
    if (reader.integers_ != nullptr) reader.integers_[row] = truth;
    return true;
  }
};

struct ColumnReader::UuidCell {
  static constexpr unsigned kLiterals = kind_bit(LiteralKind::text);
  static bool read(ColumnReader& reader, std::string_view text, std::size_t row) {
    std::uint8_t unwanted[16];
    return read_uuid(text.data(), text.size(), reader.uuids_ != nullptr ? reader.uuids_ + row * 16 : unwanted);
  }
};

struct ColumnReader::DateCell {
  static constexpr unsigned kLiterals = kind_bit(LiteralKind::text);
  static bool read(ColumnReader& reader, std::string_view text, std::size_t row) {
    std::int64_t days = 0;
    if (!read_date(text.data(), text.size(), days)) return false;
    if (reader.integers_ != nullptr) reader.integers_[row] = days;
    return true;
  }
};

struct ColumnReader::TimestampCell {
  static constexpr unsigned kLiterals = kind_bit(LiteralKind::text);
  static bool read(ColumnReader& reader, std::string_view text, std::size_t row) {
    std::int64_t microseconds = 0;
    if (!read_timestamp<false>(text.data(), text.size(), reader.scale_, microseconds)) return false;
    if (reader.integers_ != nullptr) reader.integers_[row] = microseconds;
    return true;
  }
};

struct ColumnReader::TimestamptzCell {
  static constexpr unsigned kLiterals = kind_bit(LiteralKind::text);
  static bool read(ColumnReader& reader, std::string_view text, std::size_t row) {
    std::int64_t microseconds = 0;
    if (!read_timestamp<true>(text.data(), text.size(), reader.scale_, microseconds)) return false;
    if (reader.integers_ != nullptr) reader.integers_[row] = microseconds;
    return true;
  }
};

struct ColumnReader::TextCell {
  static constexpr unsigned kLiterals = kind_bit(LiteralKind::text);
  static bool read(ColumnReader& reader, std::string_view text, std::size_t) {
    if (text.size() > reader.bytes_) return false;
    if (reader.wanted()) reader.builder_.add_text(text);
    return true;
  }
};

struct ColumnReader::AnyCell {
  static constexpr unsigned kLiterals = 0;
  static bool read(ColumnReader&, std::string_view, std::size_t) { return false; }
};

ColumnReader::ColumnReader(const BulkColumn& column, const BulkPlan& plan, const TypeContext& context)
    : column_(column),
      context_(context),
      insert_(plan.insert),
      check_utf8_(plan.check_utf8),
      null_length_(plan.null_text.size()),
      builder_(column.wanted ? pack_kind(context.types, column.type) : PackKind::none) {
  null_word_ = load_short(plan.null_text.data(), std::min<std::size_t>(null_length_, 8));
  null_mask_ = null_length_ == 0 ? 0 : ~std::uint64_t{0} >> (64 - 8 * std::min<std::size_t>(null_length_, 8));
  choose();
}

void ColumnReader::choose() {
  const std::int32_t typmod = column_.typmod;
  const auto integers = [&](std::int64_t low, std::int64_t high) {
    low_ = low;
    high_ = high;
    use<IntegerCell>();
  };
  const auto text_of = [&](std::int32_t length) {
    bytes_ = length >= 0 ? static_cast<std::size_t>(length) : SIZE_MAX;
    use<TextCell>();
  };
  const auto decimals = [&](std::size_t whole, std::size_t scale) {
    whole_ = whole;
    scale_ = scale;
    use<DecimalCell>();
  };
  scale_ = typmod >= 0 && typmod <= 6 ? static_cast<std::size_t>(typmod) : 6;  // of timestamps
  switch (column_.type) {
    case TypeId::int2: return integers(INT16_MIN, INT16_MAX);
    case TypeId::int4: return integers(INT32_MIN, INT32_MAX);
    case TypeId::int8: return integers(INT64_MIN, INT64_MAX);
    case TypeId::oid: return integers(0, UINT32_MAX);
    case TypeId::bool_: return use<BooleanCell>();
    case TypeId::uuid: return use<UuidCell>();
    case TypeId::date: return use<DateCell>();
    case TypeId::timestamp: return use<TimestampCell>();
    case TypeId::timestamptz: return use<TimestamptzCell>();
    case TypeId::text: return text_of(-1);
    case TypeId::varchar:
    case TypeId::bpchar: return text_of(typmod >= 4 ? typmod - 4 : -1);
    case TypeId::name: return text_of(63);
    case TypeId::float4:
    case TypeId::float8: return decimals(15, 15);
    case TypeId::numeric: {
      if (typmod < 4) return decimals(1000, 1000);
      const std::int32_t precision = (typmod - 4) >> 16 & 0xFFFF, scale = (typmod - 4) & 0x7FF;
      if (scale <= precision && scale < 0x400) {
        return decimals(static_cast<std::size_t>(precision - scale), static_cast<std::size_t>(scale));
      }
      return use<AnyCell>();  // a scale below 0 or above the precision
    }
    default: return use<AnyCell>();
  }
}

template <bool kInsert>
bool ColumnReader::is_null(const CellBlock& block, std::size_t cell, std::string_view text) const {
  if constexpr (kInsert) return block.kinds[cell] == LiteralKind::null;
  return text.size() == null_length_ && (load64(text.data()) & null_mask_) == null_word_;
}

/// Whether no cell of this block could be refused, and none is wanted.
bool ColumnReader::passes_unread(const CellBlock& block) const {
  return column_.type == TypeId::text && !wanted() && !column_.not_null && !block.escapes;
}

template <typename Fast, bool kInsert>
void ColumnReader::read_cells(const CellBlock& block, std::size_t column, std::vector<std::uint32_t>& bad) {
  if (!kInsert && passes_unread(block)) return;
  const std::size_t base = builder_.rows();
  const bool texts = builder_.kind() == PackKind::texts;
  integers_ = builder_.kind() == PackKind::integers ? builder_.grow_integers(block.rows) : nullptr;
  uuids_ = builder_.kind() == PackKind::uuids ? builder_.grow_uuids(block.rows) : nullptr;
  const char escape = kInsert ? '\'' : '\\';
  std::size_t cell = column;
  for (std::size_t row = 0; row < block.rows; ++row, cell += block.columns) {
    const std::string_view text = block.text(cell);
    bool good = true;
    if (is_null<kInsert>(block, cell, text)) {
      if (!column_.not_null && wanted()) {
        if (texts) {
          builder_.add_null_text();
        } else {
          builder_.set_null(base + row);
        }
      }
      good = !column_.not_null;
    } else {
      bool fast = true;
      if constexpr (kInsert) fast = (Fast::kLiterals >> static_cast<unsigned>(block.kinds[cell]) & 1) != 0;
      if constexpr (std::is_same_v<Fast, TextCell>) fast = fast && !(block.escapes && text.find(escape) != std::string_view::npos);
      good = (fast && Fast::read(*this, text, row)) || read_slowly(block, cell, text, row);
    }
    if (good) continue;
    bad.push_back(static_cast<std::uint32_t>(row));
    if constexpr (!kInsert) return;
    if (texts) builder_.add_null_text();
  }
}

bool ColumnReader::read_slowly(const CellBlock& block, std::size_t cell, std::string_view text, std::size_t row) {
  if (block.kinds != nullptr) return read_literal(block.kinds[cell], text, row);
  if (!block.escapes || text.find('\\') == std::string_view::npos) return read_text(text, row);
  bool numeric = false;
  if (!unescape_copy(text, scratch_, numeric)) return false;
  if (numeric && check_utf8_ && !simdjson::validate_utf8(scratch_)) return false;
  return read_text(scratch_, row);
}

bool ColumnReader::read_literal(LiteralKind kind, std::string_view text, std::size_t row) {
  if (!is_literal(kind, text)) {
    strange_ = true;
    return false;
  }
  switch (kind) {
    case LiteralKind::text:
      if (text.find('\'') == std::string_view::npos) return read_text(text, row);
      return halve_quotes(text, scratch_) && read_text(scratch_, row);
    case LiteralKind::number:
      return takes_number(column_.type) && is_canonical_number(text) && read_text(text, row);
    case LiteralKind::boolean: return column_.type == TypeId::bool_ && read_text(text, row);
    case LiteralKind::bits: return one_of(column_.type, {TypeId::bit, TypeId::varbit}) && read_text(text, row);
    case LiteralKind::null:
    case LiteralKind::default_: break;
  }
  return false;
}

bool ColumnReader::read_text(std::string_view text, std::size_t row) {
  std::int64_t integer = 0;
  const bool texts = builder_.kind() == PackKind::texts;
  if (column_.type == TypeId::text || (column_.type == TypeId::varchar && text.size() <= bytes_)) {
    if (texts) builder_.add_text(text);
    return true;
  }
  const bool remember = uuids_ == nullptr && text.size() <= kMaxAcceptedLength;
  const auto known = remember ? accepted_.find(text) : accepted_.end();
  if (known != accepted_.end()) {
    integer = known->second;
  } else {
    const Outcome<Value> value = read_value(context_, column_.type, column_.typmod, text);
    if (!value.ok() || !value->is_known()) return false;
    if (integers_ != nullptr) {
      const std::int64_t* number = std::get_if<std::int64_t>(&value->data());
      if (number == nullptr) return false;
      integer = *number;
    } else if (uuids_ != nullptr) {
      const std::string* canonical = std::get_if<std::string>(&value->data());
      if (canonical == nullptr || canonical->size() != 36) return false;
      char padded[36 + kPadding] = {};
      canonical->copy(padded, 36);
      return read_uuid(padded, 36, uuids_ + row * 16);
    } else if (texts && stores_value(column_.type)) {
      const std::string* cut = std::get_if<std::string>(&value->data());  // varchar(n) loses blanks behind the n-th character
      if (cut == nullptr) return false;
      builder_.add_text(*cut);
      return true;
    }
    if (remember && accepted_.size() < kMaxAccepted) accepted_.emplace(std::string(text), integer);
  }
  if (integers_ != nullptr) integers_[row] = integer;
  if (texts) builder_.add_text(text);
  return true;
}

}  // namespace pgfk
