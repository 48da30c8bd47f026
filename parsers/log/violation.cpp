#include "parsers/log/violation.h"

#include <algorithm>

#include "parsers/log/key_text.h"
#include "parsers/log/skeleton.h"

namespace pgfk {
namespace {

constexpr std::string_view kForeignKeyViolation = "23503";
constexpr std::string_view kRestrictViolation = "23001";

ViolationKind kind_of(MessageForm form) {
  switch (form) {
    case MessageForm::update_delete: return ViolationKind::update_delete;
    case MessageForm::update_delete_restrict: return ViolationKind::update_delete_restrict;
    case MessageForm::remove_partition: return ViolationKind::remove_partition;
    default: return ViolationKind::insert_update;
  }
}

/// The cut that agrees with the table that ends the DETAIL; the first one otherwise.
const std::array<std::string_view, 3>& best_cut(const MatchedMessage& message, std::string_view detail_table) {
  const auto agrees = [detail_table](const std::array<std::string_view, 3>& cut) { return cut[2] == detail_table; };
  const auto found = std::ranges::find_if(message.cuts, agrees);
  return found == message.cuts.end() ? message.cuts.front() : *found;
}

void read_key(const MatchedDetail& detail, LogEvent& event) {
  const std::size_t cut = detail.key.find(")=(");
  event.key_columns_text = std::string(detail.key.substr(0, cut));
  event.key_values_text = std::string(detail.key.substr(cut + 3));
  if (std::optional<SplitKey> split = cut_key(detail.key, event.statement ? *event.statement : std::string_view())) {
    event.key_shown = KeyShown::yes;
    event.key_columns = std::move(split->columns);
    event.key_values = std::move(split->values);
  } else {
    event.key_shown = KeyShown::ambiguous;
  }
}

}  // namespace

bool classify_violation(LogEvent& event) {
  const bool has_state = event.sqlstate.has_value();
  if (has_state && *event.sqlstate != kForeignKeyViolation && *event.sqlstate != kRestrictViolation) return false;
  const std::optional<MatchedMessage> message = match_message(event.message);
  if (!message) {
    // 23001 is also what code raises for restrictions of its own.
    if (!has_state || *event.sqlstate != kForeignKeyViolation) return false;
    event.kind = ViolationKind::raised;
    return true;
  }

  std::optional<MatchedDetail> detail;
  if (event.detail) detail = match_detail(*event.detail);
  const std::array<std::string_view, 3>& names = best_cut(*message, detail ? detail->table : std::string_view());
  event.table = std::string(names[0]);
  event.constraint = std::string(names[1]);
  if (message->form == MessageForm::insert_update) {
    event.side = ViolationSide::referencing;
    event.referencing_table = event.table;
    if (detail && !detail->table.empty()) event.referenced_table = std::string(detail->table);
    // Without the DETAIL a MATCH FULL failure reads the same.
    if (detail && detail->form == MessageForm::match_full) {
      event.kind = ViolationKind::match_full;
    } else if (event.detail) {
      event.kind = ViolationKind::insert_update;
    }
  } else {
    event.side = ViolationSide::referenced;
    event.kind = kind_of(message->form);
    event.referenced_table = event.table;
    const std::string_view referencing = !names[2].empty() ? names[2] : detail ? detail->table : std::string_view();
    if (!referencing.empty()) event.referencing_table = std::string(referencing);
  }
  if (detail && detail->key.data() != nullptr) read_key(*detail, event);
  return true;
}

}  // namespace pgfk
