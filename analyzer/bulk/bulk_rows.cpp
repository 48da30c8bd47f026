#include "analyzer/bulk/bulk_rows.h"

#include <algorithm>
#include <cassert>

#include "analyzer/bulk/column_reader.h"
#include "analyzer/bulk/scan_text.h"
#include "analyzer/bulk/parallel.h"

namespace pgfk {
namespace {

std::string uuid_text(const std::uint8_t* bytes) {
  constexpr char kDigits[] = "0123456789abcdef";
  std::string text;
  for (int index = 0; index < 16; ++index) {
    if (index == 4 || index == 6 || index == 8 || index == 10) text.push_back('-');
    text.push_back(kDigits[bytes[index] >> 4]);
    text.push_back(kDigits[bytes[index] & 15]);
  }
  return text;
}

}  // namespace

std::pair<std::uint32_t, std::uint32_t> BulkChunk::rows_of(std::uint32_t statement) const {
  if (row_starts.empty()) return {statement * rows_each, (statement + 1) * rows_each};
  return {row_starts[statement], row_starts[statement + 1]};
}

std::uint32_t BulkChunk::statement_of(std::uint32_t row) const {
  if (row_starts.empty()) return row / std::max(rows_each, 1u);
  // The last one that begins at or before the row: those without rows begin where the next one does.
  return static_cast<std::uint32_t>(std::upper_bound(row_starts.begin(), row_starts.end() - 1, row) - row_starts.begin() - 1);
}

void BulkChunk::set_statements(const std::vector<std::uint32_t>& counts) {
  statements = static_cast<std::uint32_t>(counts.size());
  rows_each = counts.empty() ? 0 : counts[0];
  if (std::all_of(counts.begin(), counts.end(), [&](std::uint32_t count) { return count == rows_each; })) return;
  row_starts.reserve(counts.size() + 1);
  std::uint32_t row = 0;
  for (const std::uint32_t count : counts) {
    row_starts.push_back(row);
    row += count;
  }
  row_starts.push_back(row);
}

std::size_t BulkChunk::memory() const {
  std::size_t bytes = sizeof *this + row_starts.capacity() * sizeof(std::uint32_t);
  for (const PackedColumn& column : columns) bytes += column.memory();
  return bytes;
}

void BulkChunk::release() const {
  for (const PackedColumn& column : columns) column.release();
}

BulkRows::Impl::Impl(std::string_view text_, Span at_, const BulkPlan& plan_, const TypeContext& context)
    : text(text_), at(at_), plan(plan_), types(context.types), settings(context.settings) {
  std::size_t next = 0;
  for (const BulkColumn& column : plan.columns) slots.push_back(column.wanted ? next++ : SIZE_MAX);
}

const BulkChunk& BulkRows::Impl::chunk_of(BulkRow row) const {
  const auto behind = std::upper_bound(chunks.begin(), chunks.end(), row,
                                       [](BulkRow wanted, const BulkChunk& chunk) { return wanted < chunk.first_row; });
  return behind[-1];  // chunks without rows share first_row with the one behind them, which is found
}

const BulkChunk& BulkRows::Impl::chunk_of_statement(std::uint64_t statement) const {
  const auto behind = std::upper_bound(chunks.begin(), chunks.end(), statement, [](std::uint64_t wanted, const BulkChunk& chunk) {
    return wanted < chunk.first_statement;
  });
  return behind[-1];
}

Value BulkRows::Impl::cell(const PackedColumn& column, std::size_t row, std::size_t plan_column) const {
  const BulkColumn& about = plan.columns[plan_column];
  if (column.is_null(row)) return Value::null(about.type);
  switch (column.kind()) {
    case PackKind::integers: return Value::of(about.type, column.integer(row));
    case PackKind::uuids: return Value::of(about.type, uuid_text(column.uuid(row)));
    case PackKind::texts: {
      const std::string_view written = column.text(row);
      if (stores_value(about.type)) return Value::of(about.type, std::string(written));
      Outcome<Value> value = read_value(TypeContext{types, settings}, about.type, about.typmod, written);
      assert(value.ok());  // it was when the row was read
      return std::move(value).value();
    }
    case PackKind::none: break;
  }
  return Value::null(about.type);
}

BulkRows::BulkRows(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
BulkRows::BulkRows(BulkRows&&) noexcept = default;
BulkRows& BulkRows::operator=(BulkRows&&) noexcept = default;
BulkRows::~BulkRows() = default;

std::uint64_t BulkRows::size() const { return impl_->rows; }

std::uint64_t BulkRows::memory() const {
  std::uint64_t bytes = sizeof *impl_;
  for (const BulkChunk& chunk : impl_->chunks) bytes += chunk.memory();
  return bytes;
}

BulkRows::Located BulkRows::locate(BulkRow row) const {
  const BulkChunk& chunk = impl_->chunk_of(row);
  const std::uint32_t within = static_cast<std::uint32_t>(row - chunk.first_row);
  const std::string_view text = impl_->text_of(chunk.part);
  const auto span = [&](TextPart part) {
    return Span{impl_->at.source, impl_->at.offset + chunk.part.offset + part.offset, part.length};
  };
  if (!impl_->plan.insert) {
    return {span(locate_copy_row(text, impl_->plan, within)), impl_->at, row + 1};
  }
  const std::uint32_t statement = chunk.statement_of(within);
  const std::uint32_t first = chunk.rows_of(statement).first;
  const LocatedValues found = locate_values_row(text, impl_->plan, impl_->header, statement, within - first);
  return {span(found.row), span(found.statement), within - first + 1};
}

Value BulkRows::cell(BulkRow row, std::size_t column) const {
  const BulkChunk& chunk = impl_->chunk_of(row);
  if (impl_->asked != nullptr && impl_->asked != &chunk) impl_->asked->release();
  impl_->asked = &chunk;
  return impl_->cell(impl_->column(chunk, column), row - chunk.first_row, column);
}

std::optional<std::pair<Value, Value>> BulkRows::range(std::size_t column) const {
  if (!impl_->plan.columns[column].wanted) return std::nullopt;
  std::int64_t least = INT64_MAX, greatest = INT64_MIN;
  for (const BulkChunk& chunk : impl_->chunks) {
    if (chunk.rows == 0) continue;
    const PackedColumn& cells = impl_->column(chunk, column);
    if (cells.kind() != PackKind::integers || cells.has_nulls()) return std::nullopt;
    least = std::min(least, cells.min());
    greatest = std::max(greatest, cells.max());
  }
  if (least > greatest) return std::nullopt;
  const TypeId type = impl_->plan.columns[column].type;
  return std::pair(Value::of(type, least), Value::of(type, greatest));
}

std::uint64_t BulkRows::statements() const { return impl_->statements; }

std::uint64_t BulkRows::statement_of(BulkRow row) const {
  if (!impl_->plan.insert) return 0;
  const BulkChunk& chunk = impl_->chunk_of(row);
  return chunk.first_statement + chunk.statement_of(static_cast<std::uint32_t>(row - chunk.first_row));
}

std::pair<BulkRow, BulkRow> BulkRows::rows_of_statement(std::uint64_t statement) const {
  if (!impl_->plan.insert) return {0, impl_->rows};
  const BulkChunk& chunk = impl_->chunk_of_statement(statement);
  const auto [first, last] = chunk.rows_of(static_cast<std::uint32_t>(statement - chunk.first_statement));
  return {chunk.first_row + first, chunk.first_row + last};
}

std::optional<BulkRow> first_null(const BulkRows& rows, std::size_t column) {
  for (const BulkChunk& chunk : rows.impl().chunks) {
    const PackedColumn& cells = rows.impl().column(chunk, column);
    for (std::size_t row = 0; cells.has_nulls() && row < chunk.rows; ++row) {
      if (cells.is_null(row)) return chunk.first_row + row;
    }
    cells.release();
  }
  return std::nullopt;
}

std::uint64_t count_rows(std::string_view text, unsigned threads) {
  if (text.empty()) return 0;
  constexpr std::size_t kPart = 4u << 20;
  const std::size_t parts = (text.size() + kPart - 1) / kPart;
  std::vector<std::uint64_t> counts(parts);
  parallel_for(threads, parts, [&](unsigned, std::size_t part) {
    const std::string_view piece = text.substr(part * kPart, kPart);
    counts[part] = count_newlines(piece.data(), piece.size());
  });
  std::uint64_t rows = text.back() == '\n' ? 0 : 1;
  for (const std::uint64_t count : counts) rows += count;
  return rows;
}

}  // namespace pgfk
