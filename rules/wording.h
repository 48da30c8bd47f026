// How counts, names, keys and places are said in text for people, the same in every rule and every report.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "analyzer/finding.h"
#include "parsers/input/source.h"
#include "rules/context.h"

namespace pgfk {

/// 8412907 -> "8,412,907"
std::string grouped(std::uint64_t number);
/// (1, "row") -> "1 row"; (3, "row") -> "3 rows". Only nouns with a plural in s.
std::string counted(std::uint64_t number, std::string_view noun);
/// "a, b and c"
std::string listed(const std::vector<std::string>& words);
std::string joined(const std::vector<std::string>& words, std::string_view separator);
/// The last part of a path.
std::string_view base_name(std::string_view path);

/// A name as SQL needs it: double quotes only where it must have them.
std::string quoted_name(std::string_view name);
std::string qualified_name(std::string_view schema, std::string_view name);
/// A key value as a literal: digits bare, everything else in single quotes.
std::string literal(std::string_view value);

/// "70311" or "(7, abc)"
std::string key_text(const std::vector<std::string>& key);

/// A table as the input would write it: with its schema where the finding's statement qualifies names, or where it is not public.
std::string shown_table(const Finding& finding, std::string_view schema, std::string_view table);
std::string referencing_table(const Finding& finding);
std::string referenced_table(const Finding& finding);

/// "line 12" where `place` is in the source of `from`, else "file.sql:12", or "entry 3634 line 12" in an archive.
std::string line_of(const Sources& sources, Span place, Span from);

/// "INSERT INTO orders", "COPY public.orders", "ADD FOREIGN KEY", "COMMIT": what the statement is called in a headline.
std::string statement_phrase(const Finding& finding, const Sources& sources);
/// The entry of an archive that the statement is in, 0 where it is in none.
std::int32_t toc_entry(const Finding& finding, const Sources& sources);
/// Whether it is DDL that looks at rows already there (ALTER TABLE, ATTACH PARTITION ...), not a statement that brings rows.
bool checks_standing_rows(const Finding& finding);

/// Whether the command tag is that of a statement that brings, changes or removes rows.
bool is_data_statement(std::string_view kind);

/// " (SQLSTATE 23503)", or nothing.
std::string sqlstate_suffix(const Finding& finding);

}  // namespace pgfk
