// Files that are written whole or not at all: a temporary file beside, fsync, rename. Permissions and owner of a file that is replaced are kept, a
// symbolic link goes on pointing at it.
#pragma once

#include <functional>
#include <optional>
#include <string>

#include "analyzer/rewrite/edits.h"
#include "parsers/input/result.h"

namespace pgfk {

/// Writes the content into the sink; false where the sink refused, or there is nothing to be kept.
using ContentWriter = std::function<bool(const TextSink& sink)>;

/// The error, or nothing. Without an error the content is at `path`, on the disk.
std::optional<Error> replace_file(const std::string& path, const ContentWriter& content);

}  // namespace pgfk
