// ALTER TABLE: ENABLE and DISABLE TRIGGER, which also switch foreign keys.
// Source: trigger.c, EnableDisableTrigger; fk-semantics 11.1, 11.2.
#include "analyzer/catalog/alter_table.h"

namespace pgfk {
namespace {

void set_mode(Trigger& trigger, AlterTableKind kind) {
  trigger.enabled = kind == AlterTableKind::enable_trigger || kind == AlterTableKind::enable_always_trigger;
  trigger.in_replica = kind == AlterTableKind::enable_always_trigger || kind == AlterTableKind::enable_replica_trigger;
}

/// Both sides that sit on the relation.
void switch_keys(Work& work, RelationId relation, bool on) {
  const std::vector<ForeignKeyId> of = work.catalog.foreign_keys_of(relation);
  for (const ForeignKeyId id : of) work.catalog.edit_key(id).check_enabled = on;
  const std::vector<ForeignKeyId> to = work.catalog.foreign_keys_to(relation);
  for (const ForeignKeyId id : to) work.catalog.edit_key(id).guard_enabled = on;
}

/// Some trigger of a foreign key that only the superuser may switch.
const ForeignKey* system_trigger(const Work& work, RelationId relation) {
  for (const auto* keys : {&work.catalog.foreign_keys_of(relation), &work.catalog.foreign_keys_to(relation)}) {
    for (const ForeignKeyId id : *keys) {
      if (work.catalog.foreign_key(id).enforced) return &work.catalog.foreign_key(id);
    }
  }
  return nullptr;
}

// Until then only the named table's triggers were switched.
constexpr int kSwitchesPartitionsSince = 14;

}  // namespace

Done switch_triggers(Work& work, const AlterStep& step) {
  const AlterTableCommand& command = step.command;
  if (!command.all_triggers && !command.user_triggers) {
    bool found = false;
    for (const Trigger& trigger : work[step.relation].triggers) found = found || trigger.name == command.name;
    if (!found) {
      return refusal("42704", "trigger " + quoted(command.name) + " for table " + quoted(work[step.relation].name) +
                                  " does not exist");
    }
  }
  const bool below = step.recurse && work.version() >= kSwitchesPartitionsSince;
  std::vector<RelationId> all = {step.relation};
  if (below && work[step.relation].partitioning) all = with_descendants(work.catalog, step.relation);
  if (command.all_triggers && !work.scope.superuser) {
    for (const RelationId id : all) {
      const ForeignKey* key = system_trigger(work, id);
      if (key == nullptr) continue;
      const char* side = key->referencing == id ? "c" : "a";
      return refusal("42501", std::string("permission denied: \"RI_ConstraintTrigger_") + side + "_" +
                                  std::to_string(static_cast<std::uint32_t>(key->id)) + "\" is a system trigger");
    }
  }
  for (const RelationId id : all) {
    for (Trigger& trigger : work.catalog.edit(id).triggers) {
      if (command.all_triggers || command.user_triggers || trigger.name == command.name) set_mode(trigger, command.kind);
    }
    if (command.all_triggers) switch_keys(work, id, command.kind == AlterTableKind::enable_trigger);
  }
  return done();
}

}  // namespace pgfk
