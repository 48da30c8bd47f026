#include "parsers/archive/restore_program.h"

#include <string>
#include <string_view>
#include <utility>

#include "parsers/archive/entry_names.h"
#include "parsers/archive/restore_script.h"

namespace pgfk {
namespace {

/// Adds items to a program, and their texts to the sources.
class ProgramMaker {
 public:
  ProgramMaker(RestoreProgram& program, const SpoolOptions& spool, Sources& sources) : program_(program), spool_(spool), sources_(sources) {}

  void add_query(std::string text, std::optional<std::size_t> entry) {
    RestoreItem item;
    item.entry = entry;
    item.text = add_text(std::move(text), entry);
    program_.items.push_back(item);
  }

  void add_queries(RestoreScript::Texts texts, std::optional<std::size_t> entry) {
    for (std::string& text : texts) add_query(std::move(text), entry);
  }

  /// `copy`: the COPY statement; none where the rows are INSERTs.
  void add_rows(std::size_t position, std::optional<std::string> copy, std::optional<std::size_t> needs_table) {
    const Archive& archive = *program_.archive;
    const TocEntry& entry = archive.entries()[position];
    RestoreItem item;
    item.entry = position;
    item.needs_table = needs_table;
    item.kind = RestoreItemKind::inserts;
    if (copy) {
      item.kind = RestoreItemKind::copy;
      item.text = add_text(*std::move(copy), position);
    }
    const std::uint64_t stored = archive.stored_bytes(entry);
    program_.stored_bytes += stored;
    const bool in_file = archive.header().kind == ArchiveKind::directory;
    const std::string place = archive.place_of(entry);
    auto rows = Source::of_stream(
        in_file ? place : archive.path() + ": " + place, stored, [&archive, &entry] { return archive.open_rows(entry); }, spool_);
    rows->set_origin({in_file ? place : archive.path(), static_cast<std::int32_t>(entry.id)});
    item.rows = sources_.add(std::move(rows));
    program_.items.push_back(item);
  }

 private:
  Span add_text(std::string text, std::optional<std::size_t> position) {
    const Archive& archive = *program_.archive;
    std::string name = "settings of pg_restore";
    std::int32_t id = 0;
    if (position) {
      name = entry_name(archive.entries()[*position]);
      id = static_cast<std::int32_t>(archive.entries()[*position].id);
    }
    const std::uint64_t length = text.size();
    auto source = Source::of_text(archive.path() + ": " + name, std::move(text));
    source->set_origin({archive.path(), id});
    return Span{sources_.add(std::move(source)), 0, length};
  }

  RestoreProgram& program_;
  const SpoolOptions& spool_;
  Sources& sources_;
};

}  // namespace

std::shared_ptr<const RestoreProgram> make_restore_program(std::unique_ptr<Archive> archive, const RestoreOptions& options, const SpoolOptions& spool,
                                                           Sources& sources) {
  auto program = std::make_shared<RestoreProgram>();
  program->archive = std::move(archive);
  const Archive& from = *program->archive;
  ProgramMaker maker(*program, spool, sources);
  const RestorePlan plan = plan_restore(from, options);
  RestoreScript script(from, plan, {.comments = false, .restrict_key = ""});
  maker.add_queries(script.opening(), std::nullopt);
  for (const RestoreStep& step : plan.steps) {
    const TocEntry& entry = from.entries()[step.entry];
    maker.add_queries(script.definition(step), step.entry);
    if (!step.load_data || entry.kind != "TABLE DATA") continue;
    RestoreScript::Texts before = script.before_data(step);
    std::optional<std::string> copy;
    if (entry.copy_statement && !before.empty()) {
      copy = std::move(before.back());
      before.pop_back();
    }
    maker.add_queries(std::move(before), step.entry);
    maker.add_rows(step.entry, std::move(copy), step.data_needs_table);
    maker.add_queries(script.after_data(step), step.entry);
  }
  return program;
}

}  // namespace pgfk
