#include "parsers/archive/restore_script.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <utility>
#include <vector>

#include "parsers/archive/identifier.h"

namespace pgfk {
namespace {

constexpr int kNewInTransactionTimeout = 17;  // SET transaction_timeout
constexpr int kNewOwnerCommands = 16;         // ALTER SEQUENCE .. OWNER TO, which was ALTER TABLE for views and sequences
constexpr std::size_t kReadBytes = 256 * 1024;
constexpr std::size_t kLargeObjectBytes = 16 * 1024;  // per call of lowrite
constexpr std::int64_t kPartitionedTable = 'p';

/// NULL as a hyphen, line breaks as spaces: what stands in a comment must not end it.
std::string in_comment(std::optional<std::string_view> text, const char* null) {
  std::string line(text.value_or(null));
  std::ranges::replace_if(line, [](char c) { return c == '\n' || c == '\r'; }, ' ');
  return line;
}

bool is_set(std::optional<std::string_view> text) {
  return text && !text->empty();
}

bool is_database(const TocEntry& entry) {
  return entry.kind == "DATABASE" || entry.kind == "DATABASE PROPERTIES";
}

/// What ALTER .. OWNER TO calls the object; empty for what has no owner of its own.
std::string owned_object(const TocEntry& entry, bool everything_is_a_table) {
  if (everything_is_a_table && (entry.kind == "VIEW" || entry.kind == "SEQUENCE" || entry.kind == "MATERIALIZED VIEW")) {
    return "TABLE " + sql_identifier(entry.schema, entry.tag);
  }
  // Where the name alone does not tell, the DROP statement has what is needed.
  constexpr std::array<std::string_view, 6> kAsDropped = {"AGGREGATE",      "FUNCTION",        "OPERATOR",
                                                          "OPERATOR CLASS", "OPERATOR FAMILY", "PROCEDURE"};
  constexpr std::array<std::string_view, 20> kByName = {"COLLATION",           "CONVERSION",    "DOMAIN",
                                                        "FOREIGN TABLE",       "MATERIALIZED VIEW", "SEQUENCE",
                                                        "STATISTICS",          "TABLE",         "TEXT SEARCH DICTIONARY",
                                                        "TEXT SEARCH CONFIGURATION", "TYPE",    "VIEW",
                                                        "DATABASE",            "PROCEDURAL LANGUAGE", "SCHEMA",
                                                        "EVENT TRIGGER",       "FOREIGN DATA WRAPPER", "SERVER",
                                                        "PUBLICATION",         "SUBSCRIPTION"};
  if (entry.kind == "BLOB") return "LARGE OBJECT " + std::string(entry.tag);
  if (std::ranges::find(kByName, entry.kind) != kByName.end()) {
    return std::string(entry.kind) + " " + sql_identifier(entry.schema, entry.tag);
  }
  if (std::ranges::find(kAsDropped, entry.kind) == kAsDropped.end()) return "";
  std::string_view dropped = *entry.drop_statement;
  dropped.remove_prefix(std::min(std::string_view("DROP ").size(), dropped.size()));
  return std::string(dropped.substr(0, dropped.find_last_not_of(";\n") + 1));
}

/// One command for each line of the definition of BLOB METADATA, a list of OIDs.
void per_large_object(const TocEntry& entry, std::string_view before, std::string_view behind, RestoreScript::Texts& texts) {
  std::string_view oids = entry.definition.value_or("");
  for (std::size_t end; (end = oids.find('\n')) != std::string_view::npos; oids.remove_prefix(end + 1)) {
    texts.push_back(std::string(before).append(oids.substr(0, end)).append(behind) + ";\n");
  }
  texts.push_back("\n");
}

/// \connect with a name that psql takes as it is, or as a connection string.
std::string connect_command(std::string_view database) {
  const bool simple = std::ranges::all_of(database, [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '.';
  });
  if (simple) return "\\connect " + sql_identifier(database) + "\n";
  std::string value = "dbname='";
  for (const char c : database) {
    if (c == '\'' || c == '\\') value += '\\';
    value += c;
  }
  return "\\encoding SQL_ASCII\n\\connect -reuse-previous=on " + sql_identifier(value + "'") + "\n";
}

}  // namespace

bool RestoreScript::is_version(int major) const {
  const std::string& version = archive_.header().pg_dump_version;
  int found = 0;
  std::from_chars(version.data(), version.data() + version.size(), found);
  return found >= major;
}

void RestoreScript::settings(Texts& texts) const {
  for (const char* timeout : {"statement_timeout", "lock_timeout", "idle_in_transaction_session_timeout", "transaction_timeout"}) {
    if (timeout != std::string_view("transaction_timeout") || is_version(kNewInTransactionTimeout)) texts.push_back(std::string("SET ") + timeout + " = 0;\n");
  }
  texts.push_back("SET client_encoding = '" + std::string(archive_.encoding()) + "';\n");
  const bool standard = archive_.standard_conforming_strings();
  texts.push_back(std::string("SET standard_conforming_strings = ") + (standard ? "on" : "off") + ";\n");
  if (!archive_.search_path_statement().empty()) texts.emplace_back(archive_.search_path_statement());
  texts.push_back("SET check_function_bodies = false;\n");
  texts.push_back("SET xmloption = content;\n");
  texts.push_back("SET client_min_messages = warning;\n");
  if (!standard) texts.push_back("SET escape_string_warning = off;\n");
  texts.push_back("SET row_security = off;\n\n");
}

RestoreScript::Texts RestoreScript::opening() const {
  Texts texts;
  if (options_.comments) {
    texts.push_back("--\n-- PostgreSQL database dump\n--\n\n");
    if (!options_.restrict_key.empty()) texts.push_back("\\restrict " + options_.restrict_key + "\n\n");
    texts.push_back("-- Dumped from database version " + archive_.header().server_version + "\n" +
                    "-- Dumped by pg_dump version " + archive_.header().pg_dump_version + "\n\n");
  }
  settings(texts);
  return texts;
}

RestoreScript::Texts RestoreScript::closing() const {
  Texts texts;
  if (!options_.comments) return texts;
  texts.push_back("--\n-- PostgreSQL database dump complete\n--\n\n");
  if (!options_.restrict_key.empty()) texts.push_back("\\unrestrict " + options_.restrict_key + "\n\n");
  return texts;
}

void RestoreScript::comment(const TocEntry& entry, std::string_view prefix, Texts& texts) const {
  if (!options_.comments) return;
  std::string text = "--\n-- ";
  text.append(prefix) += "Name: " + in_comment(entry.tag, "") + "; Type: ";
  text.append(entry.kind) += "; Schema: " + in_comment(entry.schema, "-") + "; Owner: " + in_comment(entry.owner, "-");
  if (is_set(entry.tablespace)) text += "; Tablespace: " + in_comment(entry.tablespace, "");
  texts.push_back(text + "\n--\n\n");
}

void RestoreScript::select_schema(std::optional<std::string_view> schema, Texts& texts) {
  // As of 1.13 one search path is for all, and names are qualified.
  if (!archive_.search_path_statement().empty() || !is_set(schema) || schema == schema_) return;
  texts.push_back("SET search_path = " + sql_identifier(*schema) + (schema == "pg_catalog" ? "" : ", pg_catalog") + ";\n\n");
  schema_ = *schema;
}

void RestoreScript::select_for(const TocEntry& entry, Texts& texts) {
  select_schema(entry.schema, texts);
  if (entry.tablespace && entry.tablespace != tablespace_) {
    texts.push_back("SET default_tablespace = " + (entry.tablespace->empty() ? "''" : sql_identifier(*entry.tablespace)) + ";\n\n");
    tablespace_ = *entry.tablespace;
  }
  if (entry.relation_kind != kPartitionedTable && entry.access_method && entry.access_method != access_method_) {
    texts.push_back("SET default_table_access_method = " + sql_identifier(*entry.access_method) + ";\n\n");
    access_method_ = *entry.access_method;
  }
}

RestoreScript::Texts RestoreScript::definition(const RestoreStep& step) {
  const TocEntry& entry = archive_.entries()[step.entry];
  Texts texts;
  if (!step.run_definition) return texts;
  select_for(entry, texts);
  comment(entry, entry.kind == "STATISTICS DATA" ? "Statistics for " : "", texts);
  const bool large_objects = entry.kind == "BLOB METADATA";
  if (large_objects) {
    per_large_object(entry, "SELECT pg_catalog.lo_create('", "')", texts);
  } else if (is_set(entry.definition)) {
    texts.push_back(std::string(*entry.definition) + "\n\n");
  }
  if (is_set(entry.owner) && is_set(entry.drop_statement)) {
    const std::string owner = sql_identifier(*entry.owner);
    if (large_objects) {
      per_large_object(entry, "ALTER LARGE OBJECT ", " OWNER TO " + owner, texts);
    } else if (const std::string object = owned_object(entry, !is_version(kNewOwnerCommands)); !object.empty()) {
      texts.push_back("ALTER " + object + " OWNER TO " + owner + ";\n\n");
    }
  }
  if (entry.relation_kind == kPartitionedTable && entry.access_method) {
    texts.push_back("ALTER TABLE " + sql_identifier(entry.schema, entry.tag) + " SET ACCESS METHOD " + sql_identifier(*entry.access_method) + ";\n\n");
  }
  // Rights may come with SET SESSION AUTHORIZATION.
  if (entry.kind == "ACL" || entry.kind == "ACL LANGUAGE" || entry.kind == "DEFAULT ACL") superuser_ = false;
  if (is_database(entry)) reconnect(entry, texts);
  return texts;
}

void RestoreScript::reconnect(const TocEntry& entry, Texts& texts) {
  if (!options_.restrict_key.empty()) texts.push_back("\\unrestrict " + options_.restrict_key + "\n");
  texts.push_back(connect_command(entry.tag));
  texts.push_back(options_.restrict_key.empty() ? "\n" : "\\restrict " + options_.restrict_key + "\n\n");
  superuser_ = false;
  schema_.reset();
  tablespace_.reset();
  access_method_.reset();
  settings(texts);
}

void RestoreScript::become_superuser(Texts& texts) {
  if (!superuser_) texts.push_back("SET SESSION AUTHORIZATION DEFAULT;\n\n");
  superuser_ = true;
}

RestoreScript::Texts RestoreScript::before_data(const RestoreStep& step) {
  const TocEntry& entry = archive_.entries()[step.entry];
  Texts texts;
  if (!step.load_data) return texts;
  select_for(entry, texts);
  comment(entry, "Data for ", texts);
  if (is_set(entry.definition)) texts.push_back(std::string(*entry.definition) + "\n\n");  // "-- load via partition root"
  if (entry.kind == "BLOBS" || entry.kind == "BLOB COMMENTS") {
    select_schema("pg_catalog", texts);
    return texts;
  }
  if (plan_.disable_triggers) {
    become_superuser(texts);
    texts.push_back("ALTER TABLE " + sql_identifier(entry.schema, entry.tag) + " DISABLE TRIGGER ALL;\n\n");
  }
  if (entry.copy_statement) texts.emplace_back(*entry.copy_statement);
  return texts;
}

RestoreScript::Texts RestoreScript::after_data(const RestoreStep& step) const {
  const TocEntry& entry = archive_.entries()[step.entry];
  if (!step.load_data || !plan_.disable_triggers || entry.kind == "BLOBS" || entry.kind == "BLOB COMMENTS") return {};
  return {"ALTER TABLE " + sql_identifier(entry.schema, entry.tag) + " ENABLE TRIGGER ALL;\n\n"};
}

namespace {

using Writer = std::function<void(std::string_view)>;

std::optional<Error> copy_stream(ByteStream& stream, std::size_t piece, const Writer& write) {
  std::vector<char> buffer(piece);
  for (;;) {
    std::size_t length = 0;
    while (length < buffer.size()) {
      Result<std::size_t> read = stream.read(std::span(buffer).subspan(length));
      if (!read) return std::move(read).error();
      if (*read == 0) break;
      length += *read;
    }
    if (length == 0) return std::nullopt;
    write({buffer.data(), length});
  }
}

std::optional<Error> write_large_objects(const Archive& archive, const TocEntry& entry, const Writer& write) {
  const Result<std::vector<LargeObject>> objects = archive.large_objects(entry);
  if (!objects) return objects.error();
  const std::string start = archive.standard_conforming_strings() ? "SELECT pg_catalog.lowrite(0, '\\x" : "SELECT pg_catalog.lowrite(0, '\\\\x";
  const auto write_piece = [&](std::string_view bytes) {
    constexpr std::string_view kDigits = "0123456789abcdef";
    std::string text = start;
    for (const char byte : bytes) {
      text += kDigits[static_cast<unsigned char>(byte) >> 4];
      text += kDigits[static_cast<unsigned char>(byte) & 15];
    }
    write(text += "');\n");
  };
  write("BEGIN;\n\n");
  for (const LargeObject& object : *objects) {
    const std::string oid = "'" + std::to_string(object.oid) + "'";
    // Up to 1.11 there are no entries that create large objects.
    const std::string opened = archive.header().minor < 12 ? "pg_catalog.lo_create(" + oid + ")" : oid;
    write("SELECT pg_catalog.lo_open(" + opened + ", 131072);\n");
    const Result<std::unique_ptr<ByteStream>> stream = archive.open_data(object);
    if (!stream) return stream.error();
    if (std::optional<Error> error = copy_stream(**stream, kLargeObjectBytes, write_piece)) return error;
    write("SELECT pg_catalog.lo_close(0);\n\n");
  }
  write("COMMIT;\n\n");
  return std::nullopt;
}

std::optional<Error> write_data(const Archive& archive, const TocEntry& entry, const Writer& write) {
  if (entry.kind == "BLOBS") return write_large_objects(archive, entry, write);
  const Result<std::unique_ptr<ByteStream>> stream = archive.open_data(entry);
  if (!stream) return stream.error();
  return copy_stream(**stream, kReadBytes, write);
}

}  // namespace

std::optional<Error> write_script(const Archive& archive, const RestorePlan& plan, const RestoreScriptOptions& options, const Writer& write) {
  RestoreScript script(archive, plan, options);
  const auto write_all = [&](const RestoreScript::Texts& texts) {
    for (const std::string& text : texts) write(text);
  };
  write_all(script.opening());
  for (const RestoreStep& step : plan.steps) {
    write_all(script.definition(step));
    if (!step.load_data) continue;
    write_all(script.before_data(step));
    if (std::optional<Error> error = write_data(archive, archive.entries()[step.entry], write)) return error;
    write_all(script.after_data(step));
  }
  write_all(script.closing());
  return std::nullopt;
}

}  // namespace pgfk
