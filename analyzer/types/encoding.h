// Client encodings other than UTF8, through ICU.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace pgfk {

/// Whether the server takes such bytes as they are: UTF8 itself, SQL_ASCII, and the names it has for them.
bool is_utf8_encoding(std::string_view encoding);

/// Whether text in it can be read: one of the two above, or one that to_utf8 knows.
bool is_known_encoding(std::string_view encoding);
/// PostgreSQL's names of those, to be listed.
std::vector<std::string> encoding_names();

/// `text` in UTF-8; nullopt for an encoding we do not know or bytes that it has no character for. `encoding` is PostgreSQL's name, any case.
/// Threads: any.
std::optional<std::string> to_utf8(std::string_view text, std::string_view encoding);

}  // namespace pgfk
