#include "analyzer/rewrite/data_statements.h"

#include <algorithm>

#include "analyzer/replay/row_cells.h"
#include "analyzer/rewrite/script_text.h"
#include "parsers/copy/utf8.h"
#include "parsers/sql/pg_query.h"
#include "parsers/sql/script.h"
#include "parsers/sql/tokens.h"

namespace pgfk {
namespace {

constexpr std::uint64_t kLongestSet = 4096;        // bytes: a SET that changes how quotes are read is no longer
constexpr std::uint64_t kWorthReading = 1u << 20;  // bytes of a run to the next row of interest, rather than beginning anew

/// Behind VALUES, and the lists that follow it.
void find_lists(std::string_view sql, std::uint64_t base, DataStatement& out) {
  Tokenizer tokens(sql);
  std::size_t depth = 0, open = 0;
  bool values = false;
  for (Token token = tokens.next(); token.kind != TokenKind::end; token = tokens.next()) {
    if (token.is("(")) {
      if (depth++ == 0) open = token.offset;
    } else if (token.is(")")) {
      if (depth > 0 && --depth == 0 && values) out.lists.emplace_back(base + open, base + token.end());
    } else if (depth == 0 && !values && token.is_word("values")) {
      values = true;
      out.head_end = base + token.end();
    } else if (depth == 0 && values && !token.is(",")) {
      return;
    }
  }
}

class Finder {
 public:
  Finder(Sources& sources, SourceId script, int version, std::span<const std::uint64_t> offsets,
         const std::function<void(const DataStatement&, std::span<const std::uint64_t>)>& visit)
      : script_(script), version_(version), text_(sources[script].text()), offsets_(offsets), visit_(visit) {
    Diagnostics ignored;
    ScriptOptions options;
    options.psql_version = version;
    ScriptReader reader(sources, script, options, ignored);
    for (ScriptItem item; next_ < offsets_.size() && reader.next(item);) {
      if (item.span.source != script_) continue;
      if (item.kind == ItemKind::insert_run) {
        take_run(item);
      } else if (item.kind == ItemKind::sql || item.meta == MetaKind::copy) {
        take(item, reader);
      }
    }
  }

 private:
  /// The offsets before `end` that nobody has taken.
  std::span<const std::uint64_t> take_offsets(std::uint64_t from, std::uint64_t end) {
    while (next_ < offsets_.size() && offsets_[next_] < from) ++next_;
    const std::size_t first = next_;
    while (next_ < offsets_.size() && offsets_[next_] < end) ++next_;
    return offsets_.subspan(first, next_ - first);
  }

  void take(const ScriptItem& item, ScriptReader& reader) {
    DataStatement out;
    out.first = item.span.offset;
    std::uint64_t end = item.span.offset + item.span.length;
    out.head_end = end;
    const std::size_t semicolon = text_.find_first_not_of(" \t\r\n", static_cast<std::size_t>(end));
    if (semicolon != std::string_view::npos && text_[semicolon] == ';') end = out.head_end = semicolon + 1;
    const bool data = item.data && item.data->span.source == script_;
    out.end = data ? item.data->after : behind_rest_of_line(text_, static_cast<std::size_t>(end));
    const bool elsewhere = offsets_[next_] >= out.end;
    if (elsewhere && item.span.length > kLongestSet) return;
    std::string sql = item.text.empty() ? std::string(text_.substr(static_cast<std::size_t>(out.first), static_cast<std::size_t>(item.span.length))) : item.text;
    if (elsewhere && sql.find("standard_conforming_strings") == std::string::npos) return;
    const std::span<const std::uint64_t> offsets = take_offsets(out.first, out.end);
    if (invalid_utf8(sql)) std::ranges::replace_if(sql, [](char c) { return static_cast<unsigned char>(c) > 0x7f; }, '?');
    const ParsedSql parsed = parse_sql(sql, {conforming_, version_});
    if (parsed.statements.size() == 1) {
      const Statement& statement = parsed.statements.front();
      if (const auto* set = std::get_if<SetVariable>(&statement.body); set && set->name == "standard_conforming_strings" && !set->values.empty()) {
        conforming_ = set->values.front() != "off";
        reader.set_standard_conforming_strings(conforming_);
      } else if (const auto* copy = std::get_if<Copy>(&statement.body); copy && copy->from && data && item.more_data.empty()) {
        out.command = "COPY";
        out.table = copy->table;
        out.columns = copy->columns;
        out.data_from = item.data->span.offset;
        out.data_to = item.data->span.offset + item.data->span.length;
        if (read_copy_options(*copy, version_, out.copy_options)) out.command.clear();
      } else if (const auto* insert = std::get_if<Insert>(&statement.body)) {
        out.command = "INSERT";
        out.table = insert->table;
        out.columns = insert->columns;
        if (insert->source && !insert->source->values.empty() && insert->with.tables.empty() && item.text.empty()) find_lists(sql, out.first, out);
      }
    }
    if (!offsets.empty()) visit_(out, offsets);
  }

  void take_run(const ScriptItem& item) {
    const std::uint64_t base = item.span.offset;
    const std::uint64_t run_end = base + item.span.length;
    if (offsets_[next_] >= run_end) return;
    // The last place to begin that lies before the next row of interest.
    const std::vector<std::uint64_t>& splits = item.run.split_offsets;
    const std::string_view run = text_.substr(static_cast<std::size_t>(base), static_cast<std::size_t>(item.span.length));
    while (next_ < offsets_.size() && offsets_[next_] < run_end) {
      const std::uint64_t wanted = std::max(offsets_[next_], base) - base;
      const auto behind = std::ranges::upper_bound(splits, wanted);
      const std::uint64_t start = behind == splits.begin() ? 0 : *(behind - 1);
      if (!take_from(run, base, start)) return;
    }
  }

  /// The first statement from `start` on that holds the next row of interest; false where there is none.
  bool take_from(std::string_view run, std::uint64_t base, std::uint64_t start) {
    ValuesReader reader(run.substr(static_cast<std::size_t>(start)));
    std::vector<Cell> cells;
    for (std::uint64_t from = 0; reader.next_statement(from);) {
      DataStatement out;
      while (reader.next_row(cells)) out.lists.emplace_back(base + start + reader.row_offset(), base + start + reader.row_end());
      const std::uint64_t end = base + start + reader.statement_end();
      if (offsets_[next_] >= end) continue;
      out.command = "INSERT";
      out.first = base + start + from;
      out.end = behind_rest_of_line(text_, static_cast<std::size_t>(end));
      const std::span<const std::uint64_t> offsets = take_offsets(out.first, out.end);
      const std::size_t list = out.lists.empty() ? static_cast<std::size_t>(end) : static_cast<std::size_t>(out.lists.front().first);
      out.head_end = list;
      while (out.head_end > out.first && is_script_blank(text_[static_cast<std::size_t>(out.head_end) - 1])) --out.head_end;
      const ParsedSql parsed = parse_sql(std::string(text_.substr(static_cast<std::size_t>(out.first), list - static_cast<std::size_t>(out.first))) + "(NULL)",
                                         {true, version_});
      if (const auto* insert = parsed.statements.empty() ? nullptr : std::get_if<Insert>(&parsed.statements.front().body)) {
        out.table = insert->table;
        out.columns = insert->columns;
      }
      if (!offsets.empty()) visit_(out, offsets);
      if (next_ == offsets_.size() || offsets_[next_] > end + kWorthReading) return true;
    }
    return false;
  }

  const SourceId script_;
  const int version_;
  const std::string_view text_;
  const std::span<const std::uint64_t> offsets_;
  const std::function<void(const DataStatement&, std::span<const std::uint64_t>)>& visit_;
  std::size_t next_ = 0;
  bool conforming_ = true;
};

}  // namespace

void visit_data_statements(Sources& sources, SourceId script, int server_version, std::span<const std::uint64_t> offsets,
                           const std::function<void(const DataStatement&, std::span<const std::uint64_t>)>& visit) {
  Finder(sources, script, server_version, offsets, visit);
}

std::optional<std::pair<std::uint64_t, std::uint64_t>> value_in_row(const DataStatement& statement, std::string_view text, std::uint64_t row_from,
                                                                    std::uint64_t row_to, std::size_t position, int server_version) {
  const std::string_view row = text.substr(static_cast<std::size_t>(row_from), static_cast<std::size_t>(row_to - row_from));
  if (statement.command == "INSERT") {
    const std::optional<Piece> piece = value_of_list(row, position);
    if (!piece) return std::nullopt;
    return std::pair(row_from + piece->first, std::uint64_t{piece->second});
  }
  CopyOptions options = statement.copy_options;
  options.header = CopyHeader::none;
  options.encoding.clear();
  CopyReader reader(row, options, std::vector<std::string>(position + 1), server_version, false);
  CopyRow fields;
  if (reader.next(fields) != CopyReader::Next::row || position >= fields.fields.size()) return std::nullopt;
  return std::pair(row_from + fields.fields[position].offset, fields.fields[position].length);
}

}  // namespace pgfk
