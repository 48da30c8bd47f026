#include "analyzer/rewrite/ordering.h"

#include <algorithm>
#include <cstdint>

#include "analyzer/rewrite/edited_source.h"

namespace pgfk {
namespace {

std::map<SourceId, Reordering> reorder_all(Sources& sources, const AnalyzeOptions& options, const std::map<SourceId, ScriptUnits>& units,
                                           const StatementKnowledge& knowledge, const ReorderOptions& how) {
  std::map<SourceId, Reordering> out;
  for (const SourceId id : options.inputs) out.emplace(id, reorder(sources, id, units.at(id), knowledge, how));
  return out;
}

bool any_edits(const std::map<SourceId, Reordering>& scripts) {
  return std::ranges::any_of(scripts, [](const auto& script) { return !script.second.edits.empty(); });
}

}  // namespace

LoadFailures failures_of_load(const Analysis& analysis) {
  LoadFailures out;
  for (const Finding& finding : analysis.findings) {
    if (finding.verdict == Verdict::undecided) ++out.undecided;
    if (finding.verdict == Verdict::fails && finding.reported) ++(finding.sqlstate == "23503" || finding.sqlstate == "23001" ? out.keys : out.others);
  }
  return out;
}

ScriptOrdering order_statements(Sources& sources, const AnalyzeOptions& options, ReorderOptions how) {
  ScriptOrdering out;
  AnalyzeOptions all_needs = options;
  all_needs.needs = &out.needs;
  out.needs.keep_rows = how.cycles == CycleRemedy::two_phase;
  all_needs.keep_going = true;
  all_needs.single_transaction = all_needs.exit_on_error = false;
  all_needs.one_session = options.one_session || options.single_transaction;
  all_needs.survey_from_bytes = UINT64_MAX;  // which row brings a key is only known of rows kept whole
  const Analysis load = load_once(sources, all_needs);
  how.server_version = load.target_version;
  const StatementKnowledge knowledge = knowledge_of(out.needs, load);
  std::map<SourceId, ScriptUnits> units;
  for (const SourceId id : options.inputs) units.emplace(id, read_units(sources, id, load.target_version));

  out.before = out.after = load_once(sources, options);
  out.scripts = reorder_all(sources, options, units, knowledge, how);
  const auto attempt = [&](std::map<SourceId, Reordering> scripts) {
    if (!any_edits(scripts)) return false;
    AnalyzeOptions again = options;
    std::map<SourceId, SourceId> edited;
    for (SourceId& id : again.inputs) {
      const Result<SourceId> made = edited_source(sources, id, scripts.at(id).edits, options.temporary_directory);
      if (!made) {
        out.error = made.error();
        return false;
      }
      if (*made != id) edited[id] = *made;
      id = *made;
    }
    Analysis tried = load_once(sources, again);
    const LoadFailures now = failures_of_load(tried), before = failures_of_load(out.after);
    if (now == before || !now.at_most(before)) return false;
    out.after = std::move(tried);
    out.scripts = std::move(scripts);
    out.edited = std::move(edited);
    return true;
  };
  if (!attempt(out.scripts)) {
    for (auto& [id, script] : out.scripts) {
      script.edits = {};
      script.moves.clear();
      script.settled = 0;
    }
  }
  // Statements that fail for want of what they look up may be helped by what comes later.
  if (!knowledge.failing.empty() && failures_of_load(out.after).others > 0) {
    how.readers_wait = true;
    static_cast<void>(attempt(reorder_all(sources, options, units, knowledge, how)));
  }
  return out;
}

}  // namespace pgfk
