// What the script reader remembers: a stack of files being read, each as a MainLoop of psql's, and what they share.
//
//   script.cpp        the loop: lexer stops, items, ends of files
//   script_data.cpp   COPY data behind a query, and spilling it
//   script_query.cpp  the query being collected, and the variables put into it
//   script_meta.cpp   backslash commands
// Private to these.
#pragma once

#include <cstdint>
#include <deque>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "parsers/sql/lexer.h"
#include "parsers/sql/meta_commands.h"
#include "parsers/sql/script.h"
#include "parsers/sql/slash_arguments.h"
#include "parsers/sql/variables.h"

namespace pgfk {

/// Line numbers of offsets that mostly rise: each byte is counted once.
class LineCursor {
 public:
  explicit LineCursor(const Source& source) : source_(&source) {}
  std::uint64_t line_of(std::uint64_t offset);
  /// Says what is known: `offset` begins line `line`.
  void jump(std::uint64_t offset, std::uint64_t line);
  bool has_nul() const { return has_nul_; }

 private:
  const Source* source_;
  std::uint64_t offset_ = 0;
  std::uint64_t line_ = 1;
  bool has_nul_ = false;
};

/// The query psql collects. Nothing is copied while what psql would send are the very bytes of the file.
struct Query {
  bool started = false;
  bool copied = false;      // `text` holds what came before `from`
  bool too_long = false;    // past the limit; nothing more is collected
  std::size_t first = 0;    // offset of the first token
  std::size_t from = 0;     // from here on the file's bytes are still to be taken
  std::uint64_t line = 0;   // of the first token; 0: not asked yet
  std::string text;
  std::vector<Span> parts;
  std::size_t part = 0;     // offset where the part at hand began
};

/// A query as it was sent, which \g without a query sends again.
struct SentQuery {
  bool sent = false;
  Span span;
  std::uint64_t line = 0;  // of its first token; 0: to be asked of the source
  bool substituted = false;
  std::string text;
  std::size_t copies = 0;
};

/// An \if at work.
struct Branch {
  enum class State { taken, not_yet, ignored, else_taken, else_ignored };
  State state = State::taken;
  std::uint64_t paren_depth = 0;  // what \endif puts back after a branch that was not taken
  bool active() const { return state == State::taken || state == State::else_taken; }
};

/// COPY data that stands behind the line at hand: psql reads the rest of the line after it.
struct Hole {
  std::size_t line_end = 0;       // offset of the line behind the one at hand
  std::size_t resume = 0;         // offset behind the data
  std::uint64_t psql_line = 0;    // the line psql counts while it reads the rest of the line
  std::uint64_t resume_line = 0;
};

/// A variable's value being read in the place of its name.
struct Expansion {
  std::string name;
  std::string text;
  std::size_t at = 0;
};

struct Frame {
  Frame(SourceId id, const Source& file) : source(id), text(file.text()), path(file.path()), lines(file) {}

  SourceId source;
  std::string_view text;
  std::string path;
  std::size_t at = 0;
  Lexer lexer;
  Query query;
  SentQuery previous;
  LineCursor lines;
  std::vector<Branch> branches;
  std::vector<Expansion> expansions;
  std::optional<Hole> hole;
  std::uint64_t expanded = 0;        // variables put into the query at hand
  std::size_t no_run_before = 0;     // offset up to which looking for a run of INSERTs was in vain
  bool quit = false;
  bool nul_reported = false;

  bool active() const { return branches.empty() || branches.back().active(); }
};

struct ScriptReader::State {
  State(Sources& all, ScriptOptions with, Diagnostics& to);

  // script.cpp
  void begin_file(SourceId id);
  void step();
  void end_file();
  bool try_insert_run(Frame& frame);
  void stop_at(Frame& frame, LexStop stop);
  std::uint64_t psql_line(Frame& frame, std::size_t offset);
  void report(DiagnosticLevel level, std::string message, std::string hint, std::optional<Span> span);

  // script_query.cpp
  void note_first_token(Frame& frame, std::size_t offset);
  void collect(Frame& frame, std::size_t up_to);
  void append(Frame& frame, std::string_view text);
  bool expand(Frame& frame, std::string_view text, std::size_t& at);
  void end_part(Frame& frame, std::size_t at);
  void send(Frame& frame, std::size_t end, std::size_t terminator, ScriptItem item);
  void send_again(Frame& frame, std::size_t terminator, ScriptItem item);
  void take_binding(ScriptItem& item);
  void clear_query(Frame& frame);

  // script_data.cpp
  void find_data(Frame& frame, ScriptItem& item, std::size_t copies);
  void spill(const ScriptItem& item, std::size_t first);
  CopyData read_data(Frame& frame, std::size_t start, std::uint64_t line);
  CopyData read_data_file(SourceId id);
  void check_nul(Frame& frame, bool seen);

  // script_meta.cpp
  struct Call;
  void run_command(Frame& frame, std::string_view text, std::size_t& at, std::size_t backslash);
  void dispatch(Call& call);
  void send_query(Call& call, ScriptItem item);
  void set_variable(Call& call, const std::string& name, const std::string& value);
  void tell_variable(const std::string& name, Span span, std::uint64_t line);
  void branch(Call& call);
  void leave_untaken_branch(Frame& frame);
  void include(Call& call);
  void connect(Call& call);
  void copy(Call& call);
  void restrict_commands(Call& call);
  void meta(Call& call, MetaKind kind, std::vector<std::string> words);
  void complain(Call& call, std::string complaint);
  std::string resolve(const std::string& path) const;
  Result<SourceId> open_file(const std::string& path);

  Sources& sources;
  ScriptOptions options;
  Diagnostics& diagnostics;
  Variables variables;
  std::vector<std::unique_ptr<Frame>> frames;
  std::deque<ScriptItem> ready;
  std::map<std::string, SourceId> opened;       // by resolved path
  std::optional<std::string> restrict_key;
  std::vector<std::string> bound_name;          // of \bind_named, waiting to be sent; the name and the parameters
  bool bound = false;                           // \bind waits for its query
  bool single_line = false;
  bool conforming = true;
  std::uint64_t includes = 0;
};

}  // namespace pgfk
