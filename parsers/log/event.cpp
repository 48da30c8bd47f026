#include "parsers/log/event.h"

namespace pgfk {

std::string_view violation_kind_name(ViolationKind kind) {
  switch (kind) {
    case ViolationKind::insert_update: return "insert_update";
    case ViolationKind::update_delete: return "update_delete";
    case ViolationKind::update_delete_restrict: return "update_delete_restrict";
    case ViolationKind::remove_partition: return "remove_partition";
    case ViolationKind::match_full: return "match_full";
    case ViolationKind::raised: return "raised";
  }
  return {};
}

std::string_view violation_side_name(ViolationSide side) {
  switch (side) {
    case ViolationSide::referencing: return "insert";
    case ViolationSide::referenced: return "delete";
  }
  return {};
}

}  // namespace pgfk
