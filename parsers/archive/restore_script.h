// The SQL that pg_restore sends or prints for the steps of a restore.
//
// A definition is not all of it: pg_restore selects search path (up to 1.12), tablespace and table access method before an entry, and sets the
// owner behind it. What it prints is that of the archive's own version; of 13 to 16 the output of pg_restore 15.
// Left out: rights on a group of large objects (1.16) are printed for the group's first object only.
// Source: pg_backup_archiver.c, RestoreArchive, restore_toc_entry, _printTocEntry (18).
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "parsers/archive/archive.h"
#include "parsers/archive/restore_order.h"
#include "parsers/input/result.h"

namespace pgfk {

struct RestoreScriptOptions {
  bool comments = true;      // as in a script; pg_restore -d sends none
  std::string restrict_key;  // of \restrict and \unrestrict; empty: without them
};

/// Makes the texts step by step, in the plan's order, since what one step selected holds for the next. Keeps what it is given.
/// Each text is what pg_restore -d sends at once: the server takes or refuses it as a whole.
class RestoreScript {
 public:
  using Texts = std::vector<std::string>;

  RestoreScript(const Archive& archive, const RestorePlan& plan, RestoreScriptOptions options)
      : archive_(archive), plan_(plan), options_(std::move(options)) {}

  /// Session settings: client_encoding, search_path, ...
  Texts opening() const;
  /// The step's definition, where it has one to run.
  Texts definition(const RestoreStep& step);
  /// What comes before the rows: DISABLE TRIGGER, last the COPY statement, if it is COPY; behind them: ENABLE TRIGGER.
  Texts before_data(const RestoreStep& step);
  Texts after_data(const RestoreStep& step) const;
  Texts closing() const;

 private:
  void comment(const TocEntry& entry, std::string_view prefix, Texts& texts) const;
  void settings(Texts& texts) const;
  void become_superuser(Texts& texts);
  void select_schema(std::optional<std::string_view> schema, Texts& texts);
  void select_for(const TocEntry& entry, Texts& texts);
  void reconnect(const TocEntry& entry, Texts& texts);
  bool is_version(int major) const;

  const Archive& archive_;
  const RestorePlan& plan_;
  RestoreScriptOptions options_;
  // What the session has been told so far.
  std::optional<std::string> schema_;
  std::optional<std::string> tablespace_;
  std::optional<std::string> access_method_;
  bool superuser_ = false;
};

/// The whole script, as pg_restore -f - prints it, piece by piece. Stops at data that cannot be read, and gives its Error.
std::optional<Error> write_script(const Archive& archive, const RestorePlan& plan, const RestoreScriptOptions& options,
                                  const std::function<void(std::string_view)>& write);

}  // namespace pgfk
