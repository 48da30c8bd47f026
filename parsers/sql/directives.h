// Comments that steer pgfk, and what each says. What comes of them is the business of rules/directives.h.
//
//   -- pgfk:ignore FK001, FK002 orders_customer_id_fkey -- why     in the next statement
//   -- pgfk:ignore-file FK008 -- why                               in the whole file; above its first statement
//   -- pgfk:assume rows refunds(order_id) from orders -- why       of the next statement
//
// A directive has its line for itself; between it and its statement only blanks and comments may stand. Names follow SQL: folded, unless in
// double quotes.
// What looks like a directive inside a string or among COPY data is taken for one, too. It steers nothing, as no statement begins behind it.
// Cost: one search for a word, at some GB/s; nothing where none is found.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "parsers/input/source.h"
#include "parsers/input/span.h"

namespace pgfk {

enum class DirectiveKind { ignore, ignore_file, assume };

struct DirectiveName {
  std::string schema, name;       // schema: empty where not written
};

struct Directive {
  DirectiveKind kind = DirectiveKind::ignore;
  Span span;                      // from the dashes to the end of the line
  std::uint64_t statement = 0;    // offset of the next statement; that of the end where none follows
  std::string problem;            // why it steers nothing: a clause; empty: it does
  std::string text;               // "pgfk:ignore FK001 orders_customer_id_fkey", without the reason
  std::string reason;             // behind the second "--"; may be empty
  std::vector<std::string> words; // ignore: codes or names of causes, then perhaps a constraint
  bool last_is_quoted = false;    // the last word is in double quotes, so that it is a constraint
  DirectiveName referencing, referenced;  // assume
  std::vector<std::string> columns;
};

/// In the order of their places. None in the streams of an archive, and none in a dump of more than 16 MB: nobody writes there.
std::vector<Directive> read_directives(const Source& source, SourceId id);

}  // namespace pgfk
