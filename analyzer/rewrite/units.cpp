#include "analyzer/rewrite/units.h"

#include <algorithm>
#include <array>
#include <utility>

#include "analyzer/rewrite/script_text.h"
#include "parsers/copy/utf8.h"
#include "parsers/sql/pg_query.h"
#include "parsers/sql/script.h"

namespace pgfk {
namespace {

/// They print, or change how results are printed: they go with the statement behind them.
constexpr auto kPrintingCommands = std::to_array<std::string_view>({"echo", "qecho", "warn", "timing", "pset", "x", "t", "a", "H", "C", "f"});
constexpr auto kIncludeCommands = std::to_array<std::string_view>({"i", "ir", "include", "include_relative"});

class UnitReader {
 public:
  UnitReader(Sources& sources, SourceId script, int server_version)
      : sources_(sources), script_(script), version_(server_version), text_(sources[script].text()) {}

  ScriptUnits read() {
    out_.newline = newline_of(text_);
    if (text_.starts_with("\xEF\xBB\xBF")) at_ = 3;
    start_ = at_;
    Diagnostics ignored;  // the replay reports them
    ScriptOptions options;
    options.recognise_insert_runs = false;
    options.psql_version = version_;
    ScriptReader reader(sources_, script_, options, ignored);
    for (ScriptItem item; reader.next(item);) {
      if (item.span.source != script_) {
        included_.push_back(effects_of_item(item, reader));
        included_from_.push_back(item.span.source);
      } else if (item.kind == ItemKind::sql || item.meta == MetaKind::copy || item.meta == MetaKind::gset || item.meta == MetaKind::gexec ||
                 item.meta == MetaKind::gdesc || item.meta == MetaKind::parse) {
        take(item, reader);
      }
      // Other commands are found in the text between statements.
    }
    take_gap(text_.size());
    fold_blocks();
    return std::move(out_);
  }

 private:
  StatementEffects effects_of_item(const ScriptItem& item, ScriptReader& reader, ScriptUnit* unit = nullptr) {
    StatementEffects effects;
    if (item.kind == ItemKind::meta && item.meta != MetaKind::copy) {
      effects.fixed = "a psql command";
      return effects;
    }
    std::string sql = item.text.empty() ? std::string(sources_.text(item.span)) : item.text;
    // Names alone matter here: other encodings than UTF8 need not be known.
    if (invalid_utf8(sql)) std::ranges::replace_if(sql, [](char c) { return static_cast<unsigned char>(c) > 0x7f; }, '?');
    const ParsedSql parsed = parse_sql(sql, {reader_conforming_, version_});
    if (parsed.error) effects.fixed = "it cannot be read";
    for (const Statement& statement : parsed.statements) {
      effects.merge(effects_of(statement));
      if (const auto* set = std::get_if<SetVariable>(&statement.body); set && set->name == "standard_conforming_strings" && !set->values.empty()) {
        reader_conforming_ = set->values.front() != "off" && set->values.front() != "false";
        reader.set_standard_conforming_strings(reader_conforming_);
      }
      const auto* transaction = std::get_if<Transaction>(&statement.body);
      if (!unit || !transaction || parsed.statements.size() > 1 || transaction->chain) continue;
      unit->begins = transaction->kind == TransactionKind::begin;
      unit->ends = transaction->kind == TransactionKind::commit || transaction->kind == TransactionKind::rollback;
    }
    return effects;
  }

  void take(const ScriptItem& item, ScriptReader& reader) {
    const std::size_t first = static_cast<std::size_t>(item.span.offset);
    take_gap(first);
    ScriptUnit unit;
    unit.effects = effects_of_item(item, reader, &unit);
    unit.first = first;
    unit.open = item.ended_by_file;
    const bool in_file = item.data && item.data->span.source == script_;
    std::size_t end = static_cast<std::size_t>(item.span.offset + item.span.length);
    if (item.kind == ItemKind::meta && item.meta != MetaKind::copy) {
      unit.kind = UnitKind::fixed;
      end = behind_line(text_, end);
    } else if (item.kind == ItemKind::meta) {
      end = behind_line(text_, end);
    } else {
      while (end < text_.size() && (is_script_blank(text_[end]) || text_.substr(end, 2) == "--" || text_.substr(end, 2) == "/*")) {
        end = is_script_blank(text_[end]) ? end + 1 : text_[end] == '-' ? behind_line(text_, end) : behind_block_comment(text_, end);
      }
      if (end < text_.size() && text_[end] == ';') {
        ++end;
        if (!in_file) end = behind_rest_of_line(text_, end);
      } else {
        end = behind_line(text_, std::min(end, text_.size()));
      }
    }
    if (in_file) {
      const CopyData& last = item.more_data.empty() ? *item.data : item.more_data.back();
      if (text_.substr(end, static_cast<std::size_t>(item.data->span.offset) - end).find_first_not_of(" \t\r\n") != std::string_view::npos) {
        unit.effects.fixed = "more follows on the line of a COPY with data";
      }
      end = static_cast<std::size_t>(last.after);
    }
    close(std::move(unit), end);
  }

  void close(ScriptUnit unit, std::size_t end) {
    unit.from = begin_;
    unit.to = std::max(end, begin_);
    std::size_t at = begin_;
    // Blank lines, and blanks behind the statement before on its line; the indentation of the first line is its own.
    const bool mid_line = begin_ > start_ && text_[begin_ - 1] != '\n';
    std::size_t blank = begin_;
    while (at < unit.first && is_script_blank(text_[at])) {
      if (text_[at++] == '\n') blank = at;
    }
    if (mid_line && blank == begin_) blank = at;
    unit.blank = blank - begin_;
    if (unit.kind == UnitKind::fixed && unit.effects.fixed.empty()) unit.effects.fixed = "a psql command";
    out_.units.push_back(std::move(unit));
    at_ = begin_ = end;
  }

  /// What stands before the next statement, or the end: comments and meta-commands. `begin_` is left where the next unit begins.
  void take_gap(std::size_t to) {
    if (first_gap_) begin_ = at_;
    std::size_t include = 0;
    while (at_ < to) {
      if (is_script_blank(text_[at_])) {
        ++at_;
      } else if (text_.substr(at_, 2) == "--") {
        at_ = std::min(behind_line(text_, at_), to);
      } else if (text_.substr(at_, 2) == "/*") {
        at_ = std::min(behind_block_comment(text_, at_), to);
      } else {
        meta_line(to, include);
      }
    }
    if (first_gap_ && to < text_.size()) leave_heading(to);
    first_gap_ = false;
    included_.clear();
    included_from_.clear();
  }

  void meta_line(std::size_t to, std::size_t& include) {
    ScriptUnit unit;
    unit.first = at_;
    std::size_t word_end = at_ + 1;
    while (word_end < to && !is_script_blank(text_[word_end]) && text_[word_end] != '\\') ++word_end;
    const std::string_view word = text_[at_] == '\\' ? text_.substr(at_ + 1, word_end - at_ - 1) : std::string_view();
    const std::size_t end = std::min(behind_line(text_, at_), to);
    if (std::ranges::find(kPrintingCommands, word) != kPrintingCommands.end()) {
      at_ = end;
      return;
    }
    if (first_gap_) {
      leave_heading(at_);
      first_gap_ = false;
    }
    if (std::ranges::find(kIncludeCommands, word) != kIncludeCommands.end()) {
      unit.kind = UnitKind::include;
      std::string_view name = text_.substr(word_end, end - word_end);
      while (!name.empty() && (is_script_blank(name.back()) || name.back() == ';' || name.back() == '\'')) name.remove_suffix(1);
      while (!name.empty() && (is_script_blank(name.front()) || name.front() == '\'')) name.remove_prefix(1);
      take_included(unit, name, include);
      close(std::move(unit), end);
      return;
    }
    // An \if branch that was left out, or what psql complains of: nothing passes it.
    unit.kind = UnitKind::fixed;
    unit.effects.fixed = word.empty() ? "text that psql does not run" : "\\" + std::string(word);
    close(std::move(unit), word.empty() ? to : end);
  }

  /// The statements of one included file: up to where those of the next one begin, which another line of the same gap includes.
  void take_included(ScriptUnit& unit, std::string_view name, std::size_t& include) {
    for (bool own = false; include < included_.size(); ++include) {
      const SourceId file = included_from_[include];
      const bool named = std::string_view(sources_[file].path()).ends_with(name);
      const bool seen = std::ranges::find(unit.files, file) != unit.files.end();
      if (own && !named && !seen && another_include_names(file)) break;
      own = own || named;
      unit.effects.merge(included_[include]);
      if (!seen) unit.files.push_back(file);
    }
  }

  bool another_include_names(SourceId file) const {
    const std::string& path = sources_[file].path();
    const std::size_t slash = path.rfind('/');
    const std::string_view base = std::string_view(path).substr(slash == std::string::npos ? 0 : slash + 1);
    return text_.find(base) != std::string_view::npos;
  }

  /// The first unit begins behind the last blank line before it.
  void leave_heading(std::size_t to) {
    const std::string_view gap = text_.substr(0, to);
    std::size_t line = start_;
    for (std::size_t at = start_; at < to;) {
      const std::size_t end = std::min(behind_line(gap, at), to);
      if (gap.substr(at, end - at).find_first_not_of(" \t\r\n") == std::string_view::npos && gap[end - 1] == '\n') line = end;
      at = end;
    }
    begin_ = line;
  }

  void fold_blocks() {
    std::vector<ScriptUnit> folded;
    std::vector<ScriptUnit>& units = out_.units;
    for (std::size_t at = 0; at < units.size(); ++at) {
      if (!units[at].begins) {
        folded.push_back(std::move(units[at]));
        continue;
      }
      std::size_t end = at + 1;
      while (end < units.size() && !units[end].ends) ++end;
      if (end == units.size()) {
        folded.push_back(std::move(units[at]));
        continue;
      }
      ScriptUnit block;
      block.kind = UnitKind::block;
      block.from = units[at].from;
      block.blank = units[at].blank;
      block.first = units[at].first;
      block.to = units[end].to;
      for (std::size_t member = at + 1; member < end; ++member) {
        StatementEffects effects = units[member].effects;
        if (effects.ends_with_transaction) effects.fixed.clear();
        block.effects.merge(effects);
        block.inner.push_back(std::move(units[member]));
      }
      folded.push_back(std::move(block));
      at = end;
    }
    units = std::move(folded);
  }

  Sources& sources_;
  const SourceId script_;
  const int version_;
  const std::string_view text_;
  bool reader_conforming_ = true;
  ScriptUnits out_;
  std::size_t start_ = 0;   // behind a byte order mark
  std::size_t at_ = 0;      // read so far
  std::size_t begin_ = 0;   // of the unit at hand
  bool first_gap_ = true;
  std::vector<StatementEffects> included_;  // of statements from included files since the last unit
  std::vector<SourceId> included_from_;
};

}  // namespace

ScriptUnits read_units(Sources& sources, SourceId script, int server_version) { return UnitReader(sources, script, server_version).read(); }

}  // namespace pgfk
