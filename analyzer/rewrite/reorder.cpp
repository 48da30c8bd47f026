#include "analyzer/rewrite/reorder.h"

#include <algorithm>
#include <map>
#include <utility>

#include "analyzer/rewrite/cycle_remedies.h"
#include "analyzer/rewrite/two_phase.h"

namespace pgfk {
namespace {

/// Cycles of a list: from the first to the last unit of each, in the new order, and the keys in the way.
struct Stretch {
  std::size_t first = 0, last = 0;
  std::set<std::size_t> keys;
};

class Rewriter {
 public:
  Rewriter(Sources& sources, SourceId script, const ScriptUnits& units, const StatementKnowledge& knowledge, const ReorderOptions& options)
      : sources_(sources), text_(sources[script].text()), script_(script), units_(units), knowledge_(knowledge), options_(options) {
    place_statements();
  }

  Reordering rewrite() {
    arrange(units_.units, top_, false);
    return std::move(out_);
  }

 private:
  using Numbers = std::vector<std::vector<std::uint32_t>>;  // statements by unit

  /// Into which unit each statement of the load falls, and which part of a block.
  void place_statements() {
    top_.resize(units_.units.size());
    inner_.resize(units_.units.size());
    std::map<std::string, std::size_t> files;  // each reading of an included file is a source of its own
    for (std::size_t at = 0; at < units_.units.size(); ++at) {
      inner_[at].resize(units_.units[at].inner.size());
      for (const SourceId file : units_.units[at].files) files.emplace(sources_[file].path(), at);
    }
    for (const auto& [number, span] : knowledge_.needs->spans) {
      if (span.source != script_) {
        if (const auto file = files.find(sources_[span.source].path()); file != files.end()) top_[file->second].push_back(number);
      } else {
        const std::optional<std::size_t> unit = unit_at(units_.units, span.offset);
        if (!unit) continue;
        top_[*unit].push_back(number);
        if (const auto part = unit_at(units_.units[*unit].inner, span.offset)) inner_[*unit][*part].push_back(number);
      }
    }
  }

  static std::optional<std::size_t> unit_at(const std::vector<ScriptUnit>& units, std::uint64_t offset) {
    const auto behind = std::ranges::upper_bound(units, offset, {}, &ScriptUnit::from);
    if (behind == units.begin()) return std::nullopt;
    const auto at = behind - 1;
    return offset < at->to ? std::optional(static_cast<std::size_t>(at - units.begin())) : std::nullopt;
  }

  /// Edits that put one list of units in order. True where something moves, or is written between them.
  void arrange(const std::vector<ScriptUnit>& units, const Numbers& statements, bool in_block) {
    const StatementGraph graph(units, statements, knowledge_, options_.readers_wait);
    const FewestMoves moves = options_.cycles == CycleRemedy::two_phase ? graph.arrange_with_nulls() : graph.arrange();
    std::map<std::size_t, CycleFrame> frames_before, frames_after;  // by unit
    std::map<std::size_t, ScriptEdits> within;                      // edits of single values, by unit
    if (options_.cycles == CycleRemedy::two_phase) {
      fill_in_later(units, graph, moves, within, frames_after);
    } else {
      settle_cycles(units, graph, moves, in_block, frames_before, frames_after);
    }

    const auto text_of = [&](const ScriptUnit& unit) {
      return text_.substr(static_cast<std::size_t>(unit.from), static_cast<std::size_t>(unit.to - unit.from));
    };
    // The unit that comes first has the blank lines of the one that came first, and that one those of the other.
    const std::size_t old_first = 0, new_first = moves.order.empty() ? 0 : moves.order.front();
    const auto blank_of = [&](std::size_t unit) {
      const ScriptUnit& from = units[unit == old_first ? new_first : unit == new_first ? old_first : unit];
      return text_.substr(static_cast<std::size_t>(from.from), static_cast<std::size_t>(from.blank));
    };
    std::size_t next_kept = 0;
    bool ends_line = true;
    for (std::size_t at = 0; at < moves.order.size(); ++at) {
      const std::size_t number = moves.order[at];
      const ScriptUnit& unit = units[number];
      const auto before = frames_before.find(number), after = frames_after.find(number);
      const std::string lead = before == frames_before.end() ? std::string() : before->second.before;
      const std::string tail = after == frames_after.end() ? std::string() : after->second.after;
      const bool own_line_end = text_of(unit).ends_with('\n');
      const std::string terminator = unit.open && at + 1 < moves.order.size() ? ";" : "";
      if (!moves.moved[number]) {
        next_kept = number + 1;
        if (blank_of(number) != text_.substr(static_cast<std::size_t>(unit.from), static_cast<std::size_t>(unit.blank))) {
          out_.edits.replace(unit.from, unit.blank, std::string(blank_of(number)));
        }
        out_.edits.replace(unit.from + unit.blank, 0, ends_line ? lead : lead.empty() ? lead : units_.newline + lead);
        if (unit.kind == UnitKind::block) arrange(unit.inner, inner_of(unit), true);
        for (const ScriptEdit& edit : within[number].sorted()) out_.edits.replace(edit.offset, edit.length, edit.text);
        if (!tail.empty()) out_.edits.replace(unit.to, 0, own_line_end ? tail : units_.newline + tail);
        if (!terminator.empty()) out_.edits.replace(unit.to, 0, terminator + units_.newline);
        ends_line = own_line_end || !tail.empty() || !terminator.empty();
        continue;
      }
      while (next_kept < units.size() && moves.moved[next_kept]) ++next_kept;
      const std::uint64_t place = next_kept < units.size() ? units[next_kept].from : units.back().to;
      std::string moved(ends_line ? "" : units_.newline);
      moved += blank_of(number);
      moved += lead;
      moved += unit.kind == UnitKind::block ? moved_block(unit) : edited_text(unit, within[number]);
      moved += terminator;
      if (!own_line_end || !terminator.empty()) moved += units_.newline;
      moved += tail;
      ends_line = true;
      out_.edits.replace(place, 0, std::move(moved));
      out_.edits.replace(unit.from, unit.to - unit.from, "");
      out_.moves.push_back({unit.first});
    }
  }

  const Numbers& inner_of(const ScriptUnit& block) const {
    return inner_[static_cast<std::size_t>(&block - units_.units.data())];
  }

  /// What a unit holds behind its blank lines, with edits of its own.
  std::string edited_text(const ScriptUnit& unit, const ScriptEdits& edits) const {
    const std::uint64_t from = unit.from + unit.blank;
    ScriptEdits own;
    for (const ScriptEdit& edit : edits.sorted()) own.replace(edit.offset - from, edit.length, edit.text);
    return own.apply(text_.substr(static_cast<std::size_t>(from), static_cast<std::size_t>(unit.to - from)));
  }

  /// A block as it is to stand elsewhere: its own statements may move within it.
  std::string moved_block(const ScriptUnit& block) {
    Reordering outer = std::exchange(out_, Reordering());
    arrange(block.inner, inner_of(block), true);
    Reordering inside = std::exchange(out_, std::move(outer));
    out_.moves.insert(out_.moves.end(), inside.moves.begin(), inside.moves.end());
    out_.refused.insert(out_.refused.end(), inside.refused.begin(), inside.refused.end());
    out_.settled += inside.settled;
    return edited_text(block, inside.edits);
  }

  /// Keys that the order does not meet are NULL at first, and filled in behind the rows that they refer to.
  void fill_in_later(const std::vector<ScriptUnit>& units, const StatementGraph& graph, const FewestMoves& moves, std::map<std::size_t, ScriptEdits>& within,
                     std::map<std::size_t, CycleFrame>& after) {
    std::vector<std::size_t> place(units.size());
    for (std::size_t at = 0; at < moves.order.size(); ++at) place[moves.order[at]] = at;
    for (const OrderEdge& edge : moves.refused) {
      for (const UnitNeed& need : graph.between(edge)) {
        const NeededKey& key = knowledge_.needs->keys[need.need->key];
        std::string updates;
        const auto rows = knowledge_.needs->rows.find(*need.need);
        const std::string why = key.nullable.empty() ? "its key may not be NULL"
                                : rows == knowledge_.needs->rows.end() ? std::string("its rows are not known")
                                                                       : null_first(sources_, script_, options_.server_version, units[edge.from].first, key,
                                                                                    rows->second, units_.newline, within[edge.from], updates);
        if (!why.empty()) {
          out_.refused.push_back({units[edge.from].first, units[edge.to].first, need.need->key, why});
          continue;
        }
        std::string& tail = after[moves.order[std::max(place[edge.from], place[edge.to])]].after;
        if (tail.empty()) tail = "-- pgfk: keys that were NULL until the rows were there that they refer to" + units_.newline;
        tail += updates;
        ++out_.settled;
      }
    }
  }

  void settle_cycles(const std::vector<ScriptUnit>& units, const StatementGraph& graph, const FewestMoves& moves, bool in_block,
                     std::map<std::size_t, CycleFrame>& before, std::map<std::size_t, CycleFrame>& after) {
    std::vector<std::size_t> place(units.size());
    for (std::size_t at = 0; at < moves.order.size(); ++at) place[moves.order[at]] = at;
    std::vector<Stretch> stretches;
    for (const OrderEdge& edge : moves.refused) {
      const std::vector<UnitNeed> needs = graph.between(edge);
      std::string why = graph.why_not(edge);
      const bool framed = options_.cycles == CycleRemedy::deferrable || options_.cycles == CycleRemedy::not_valid;
      const std::size_t first = std::min(place[edge.from], place[edge.to]), last = std::max(place[edge.from], place[edge.to]);
      if (framed && !needs.empty() && (why.empty() || options_.cycles == CycleRemedy::not_valid)) {
        why = options_.cycles == CycleRemedy::deferrable ? blocks_between(units, moves, first, last) : std::string();
        if (why.empty()) {
          Stretch stretch{first, last, {}};
          for (const UnitNeed& need : needs) stretch.keys.insert(need.need->key);
          stretches.push_back(std::move(stretch));
          continue;
        }
      }
      for (const UnitNeed& need : needs) out_.refused.push_back({units[edge.from].first, units[edge.to].first, need.need->key, why});
    }
    std::ranges::sort(stretches, {}, &Stretch::first);
    for (std::size_t at = 0; at < stretches.size();) {
      Stretch whole = stretches[at++];
      for (; at < stretches.size() && stretches[at].first <= whole.last; ++at) {
        whole.last = std::max(whole.last, stretches[at].last);
        whole.keys.insert(stretches[at].keys.begin(), stretches[at].keys.end());
      }
      const std::vector<NeededKey>& keys = knowledge_.needs->keys;
      const CycleFrame frame = options_.cycles == CycleRemedy::deferrable ? deferring_frame(keys, whole.keys, in_block, units_.newline)
                                                                          : rebuilding_frame(keys, whole.keys, units_.newline);
      before[moves.order[whole.first]].before = frame.before;
      after[moves.order[whole.last]].after = frame.after;
      ++out_.settled;
    }
  }

  /// Why these units cannot be put into one transaction; empty where they can.
  static std::string blocks_between(const std::vector<ScriptUnit>& units, const FewestMoves& moves, std::size_t first, std::size_t last) {
    for (std::size_t at = first; at <= last; ++at) {
      const ScriptUnit& unit = units[moves.order[at]];
      if (unit.kind == UnitKind::block) return "a transaction block of its own stands between";
      if (!unit.effects.fixed.empty()) return unit.effects.fixed + " stands between";
    }
    return "";
  }

  Sources& sources_;
  const std::string_view text_;
  const SourceId script_;
  const ScriptUnits& units_;
  const StatementKnowledge& knowledge_;
  const ReorderOptions& options_;
  Numbers top_;
  std::vector<Numbers> inner_;
  Reordering out_;
};

}  // namespace

Reordering reorder(Sources& sources, SourceId script, const ScriptUnits& units, const StatementKnowledge& knowledge,
                   const ReorderOptions& options) {
  return Rewriter(sources, script, units, knowledge, options).rewrite();
}

}  // namespace pgfk
