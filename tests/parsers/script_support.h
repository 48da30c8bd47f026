// A script's items as short text, one line each, so that a test compares what a reader of it would say.
#pragma once

#include <memory>
#include <string>

#include "parsers/sql/script.h"

namespace pgfk {

inline const char* meta_name(MetaKind kind) {
  switch (kind) {
    case MetaKind::connect: return "connect";
    case MetaKind::copy: return "copy";
    case MetaKind::gset: return "gset";
    case MetaKind::gexec: return "gexec";
    case MetaKind::gdesc: return "gdesc";
    case MetaKind::set_error_stop: return "error_stop";
    case MetaKind::set_error_rollback: return "error_rollback";
    case MetaKind::set_autocommit: return "autocommit";
    case MetaKind::set_single_step: return "single_step";
    case MetaKind::quit: return "quit";
    case MetaKind::include_failed: return "include_failed";
    case MetaKind::unknown: return "unknown";
    case MetaKind::shell: return "shell";
    case MetaKind::pipeline: return "pipeline";
    case MetaKind::bind: return "bind";
    case MetaKind::bind_named: return "bind_named";
    case MetaKind::parse: return "parse";
    case MetaKind::close_prepared: return "close_prepared";
    case MetaKind::restricted: return "restricted";
    case MetaKind::encoding: return "encoding";
  }
  return "?";
}

inline std::string on_one_line(std::string_view text) {
  std::string line;
  for (const char character : text) {
    if (character == '\n') line += "\\n";
    else if (character == '\r') line += "\\r";
    else line += character;
  }
  return line;
}

/// "3: INSERT INTO t VALUES (1)", with "2>3" where the statement began on line 2, and its data as " <first..end: bytes>".
inline std::string described(const ScriptItem& item, const Sources& sources) {
  std::string text = std::to_string(item.psql_line);
  if (item.line != item.psql_line) text = std::to_string(item.line) + ">" + text;
  if (item.kind == ItemKind::insert_run)
    return text + ": run of " + std::to_string(item.run.statements);
  if (item.kind == ItemKind::meta) {
    text += std::string(" ") + meta_name(item.meta);
    for (const std::string& word : item.words) text += " [" + word + "]";
  }
  const bool has_sql = item.kind == ItemKind::sql || item.substituted || item.meta == MetaKind::gset ||
                       item.meta == MetaKind::gexec || item.meta == MetaKind::gdesc || item.meta == MetaKind::parse;
  if (has_sql) {
    const std::string_view sql = item.substituted ? std::string_view(item.text) : sources.text(item.span);
    text += ": " + on_one_line(sql);
  }
  const auto add_data = [&](const CopyData& data) {
    text += " <" + std::to_string(data.first_line) + ".." + std::to_string(data.end_line) + ": " +
            on_one_line(sources.text(data.span)) + (data.terminated ? ">" : "> unterminated");
  };
  if (item.data) add_data(*item.data);
  for (const CopyData& data : item.more_data) add_data(data);
  return text;
}

/// Sources, reader and diagnostics of one script held in memory.
struct ReadScript {
  explicit ReadScript(std::string text, ScriptOptions options = {}, std::string path = "test.sql") {
    const SourceId id = sources.add(Source::of_text(std::move(path), std::move(text)));
    reader = std::make_unique<ScriptReader>(sources, id, std::move(options), diagnostics);
  }
  std::string items() {
    std::string text;
    for (ScriptItem item; reader->next(item);) text += described(item, sources) + "\n";
    return text;
  }
  std::string complaints() const {
    std::string text;
    for (const Diagnostic& one : diagnostics.kept()) {
      text += one.span ? std::to_string(sources.place_of(*one.span).line) + ": " : "";
      text += one.message + "\n";
    }
    return text;
  }

  Sources sources;
  Diagnostics diagnostics;
  std::unique_ptr<ScriptReader> reader;
};

}  // namespace pgfk
