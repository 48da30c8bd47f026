#include "analyzer/rewrite/two_phase.h"

#include <algorithm>
#include <optional>
#include <utility>

#include <fmt/format.h>

#include "analyzer/rewrite/data_statements.h"
#include "parsers/archive/identifier.h"

namespace pgfk {
namespace {

constexpr const char* kNotWritten = "its values are not written in the row";

class NullFirst {
 public:
  NullFirst(std::string_view text, int version, const DataStatement& statement, const NeededKey& key) : text_(text), version_(version), statement_(statement), key_(key) {
    if (statement.command == "INSERT") {
      for (const auto& [from, to] : statement.lists) rows_.push_back({from, to, {}});
    } else if (statement.command == "COPY") {
      read_copy();
    }
  }

  std::string edit(std::uint64_t number, const std::string& newline, ScriptEdits& edits, std::string& updates) const {
    if (number == 0 || number > rows_.size()) return "its rows come from no list of values";
    const Row& row = rows_[static_cast<std::size_t>(number) - 1];
    std::string set, where;
    std::vector<std::pair<std::uint64_t, std::uint64_t>> cells;
    for (const std::string& column : key_.nullable) {
      const auto cell = cell_of(row, column);
      const std::optional<std::string> literal = literal_of(row, column);
      if (!cell || !literal) return kNotWritten;
      cells.push_back(*cell);
      set += fmt::format("{}{} = {}", set.empty() ? "" : ", ", sql_identifier(column), *literal);
    }
    for (const std::string& column : key_.primary) {
      const std::optional<std::string> literal = literal_of(row, column);
      if (!literal || *literal == "DEFAULT") return kNotWritten;
      where += fmt::format("{}{} = {}", where.empty() ? "" : " AND ", sql_identifier(column), *literal);
    }
    if (where.empty()) return "its table has no primary key";
    for (const auto& [from, length] : cells) edits.replace(from, length, statement_.command == "COPY" ? statement_.copy_options.null_text : "NULL");
    updates += fmt::format("UPDATE {} SET {} WHERE {};{}", sql_identifier(key_.name.schema, key_.name.table), set, where, newline);
    return "";
  }

 private:
  struct Row {
    std::uint64_t from, to;
    std::vector<CopyField> fields;  // of COPY
  };

  void read_copy() {
    const std::string_view data = text_.substr(static_cast<std::size_t>(statement_.data_from), static_cast<std::size_t>(statement_.data_to - statement_.data_from));
    CopyOptions options = statement_.copy_options;
    if (options.header == CopyHeader::match) options.header = CopyHeader::skip;
    CopyReader reader(data, options, statement_.columns.empty() ? key_.columns : statement_.columns, version_, true);
    for (CopyRow row; reader.next(row) == CopyReader::Next::row;) {
      rows_.push_back({statement_.data_from + row.offset, statement_.data_from + row.offset + row.length, row.fields});
      for (CopyField& field : rows_.back().fields) field.offset += statement_.data_from;
    }
  }

  std::optional<std::size_t> position_of(const std::string& column) const {
    const std::vector<std::string>& columns = statement_.columns.empty() ? key_.columns : statement_.columns;
    const auto found = std::ranges::find(columns, column);
    return found == columns.end() ? std::nullopt : std::optional(static_cast<std::size_t>(found - columns.begin()));
  }

  std::optional<std::pair<std::uint64_t, std::uint64_t>> cell_of(const Row& row, const std::string& column) const {
    const std::optional<std::size_t> position = position_of(column);
    if (!position) return std::nullopt;
    if (statement_.command == "INSERT") return value_in_row(statement_, text_, row.from, row.to, *position, version_);
    if (*position >= row.fields.size()) return std::nullopt;
    return std::pair(row.fields[*position].offset, row.fields[*position].length);
  }

  /// The value as SQL writes it.
  std::optional<std::string> literal_of(const Row& row, const std::string& column) const {
    const auto cell = cell_of(row, column);
    if (!cell) return std::nullopt;
    if (statement_.command == "INSERT") return std::string(text_.substr(static_cast<std::size_t>(cell->first), static_cast<std::size_t>(cell->second)));
    const CopyField& field = row.fields[*position_of(column)];
    if (field.kind == CopyField::Kind::null) return "NULL";
    if (field.kind == CopyField::Kind::default_) return "DEFAULT";
    std::string literal = "'";
    for (const char c : field.text) literal += c == '\'' ? std::string("''") : std::string(1, c);
    return literal + "'";
  }

  const std::string_view text_;
  const int version_;
  const DataStatement& statement_;
  const NeededKey& key_;
  std::vector<Row> rows_;
};

}  // namespace

std::string null_first(Sources& sources, SourceId script, int server_version, std::uint64_t first, const NeededKey& key,
                       const std::vector<std::uint64_t>& rows, const std::string& newline, ScriptEdits& edits, std::string& updates) {
  std::string why = "its rows come from no list of values";
  const std::vector<std::uint64_t> offsets = {first};
  visit_data_statements(sources, script, server_version, offsets, [&](const DataStatement& statement, std::span<const std::uint64_t>) {
    const NullFirst editor(sources[script].text(), server_version, statement, key);
    why.clear();
    for (const std::uint64_t row : rows) {
      if (why.empty()) why = editor.edit(row, newline, edits, updates);
    }
  });
  return why;
}

}  // namespace pgfk
