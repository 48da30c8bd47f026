#include "analyzer/catalog/sequences.h"

#include <charconv>
#include <limits>

namespace pgfk {
namespace {

struct Bounds {
  std::int64_t low, high;
};

Bounds bounds_of(TypeId type) {
  if (type == TypeId::int2) return {std::numeric_limits<std::int16_t>::min(), std::numeric_limits<std::int16_t>::max()};
  if (type == TypeId::int4) return {std::numeric_limits<std::int32_t>::min(), std::numeric_limits<std::int32_t>::max()};
  return {std::numeric_limits<std::int64_t>::min(), std::numeric_limits<std::int64_t>::max()};
}

const char* type_name(TypeId type) {
  if (type == TypeId::int2) return "smallint";
  if (type == TypeId::int4) return "integer";
  return "bigint";
}

TypeId sequence_type(std::string_view name) {
  if (const std::size_t dot = name.find_last_of('.'); dot != std::string_view::npos) name.remove_prefix(dot + 1);
  if (name == "smallint" || name == "int2") return TypeId::int2;
  if (name == "integer" || name == "int4" || name == "int") return TypeId::int4;
  if (name == "bigint" || name == "int8") return TypeId::int8;
  return TypeId::none;
}

Outcome<std::int64_t> number(const Option& option) {
  const std::string& text = *option.value;
  std::string_view digits = text;
  if (!digits.empty() && digits.front() == '+') digits.remove_prefix(1);
  std::int64_t value = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), value);
  if (error == std::errc::result_out_of_range) {
    return refusal("22003", "value " + quoted(text) + " is out of range for type bigint");
  }
  if (error != std::errc() || end != digits.data() + digits.size()) {
    return refusal("22P02", "invalid input syntax for type bigint: " + quoted(text));
  }
  return value;
}

ServerError invalid(std::string message) { return refusal("22023", std::move(message)); }

std::string in_parentheses(std::int64_t value) { return "(" + std::to_string(value) + ")"; }

/// The options by name, each at most once.
struct Given {
  const Option *as = nullptr, *start = nullptr, *restart = nullptr, *increment = nullptr, *minvalue = nullptr,
               *maxvalue = nullptr, *cache = nullptr, *cycle = nullptr, *owned_by = nullptr;
};

Outcome<Given> sort_out(const std::vector<Option>& options) {
  struct Slot {
    const char* name;
    const Option* Given::*member;
  };
  static constexpr Slot kSlots[] = {
      {"as", &Given::as},             {"start", &Given::start},       {"restart", &Given::restart},
      {"increment", &Given::increment}, {"minvalue", &Given::minvalue}, {"maxvalue", &Given::maxvalue},
      {"cache", &Given::cache},       {"cycle", &Given::cycle},       {"owned_by", &Given::owned_by}};
  Given given;
  for (const Option& option : options) {
    for (const Slot& slot : kSlots) {
      if (option.name != slot.name) continue;
      if (given.*slot.member != nullptr) return refusal("42601", "conflicting or redundant options");
      given.*slot.member = &option;
    }
  }
  return given;
}

bool is_true(const Option& option) {
  return !option.value || *option.value == "true" || *option.value == "1" || *option.value == "on";
}

}  // namespace

Done apply_sequence_options(Sequence& sequence, const std::vector<Option>& options, bool fresh, bool identity) {
  const Outcome<Given> sorted = sort_out(options);
  if (!sorted) return sorted.as<std::monostate>();
  const Given& given = *sorted;

  bool reset_minimum = false, reset_maximum = false;
  if (given.as != nullptr) {
    const TypeId type = sequence_type(given.as->value.value_or(given.as->names.empty() ? "" : given.as->names.back()));
    if (type == TypeId::none) {
      return invalid(identity ? "identity column type must be smallint, integer, or bigint"
                              : "sequence type must be smallint, integer, or bigint");
    }
    if (!fresh) {
      // Bounds that were the old type's follow to the new one.
      const Bounds old = bounds_of(sequence.type);
      reset_maximum = sequence.maximum == old.high;
      reset_minimum = sequence.minimum == old.low;
    }
    sequence.type = type;
  }
  if (given.increment != nullptr && given.increment->value) {
    const Outcome<std::int64_t> value = number(*given.increment);
    if (!value) return value.as<std::monostate>();
    if (*value == 0) return invalid("INCREMENT must not be zero");
    sequence.increment = *value;
  }
  if (given.cycle != nullptr) sequence.cycle = is_true(*given.cycle);

  const Bounds bounds = bounds_of(sequence.type);
  const bool ascending = sequence.increment > 0;
  if (given.maxvalue != nullptr && given.maxvalue->value) {
    const Outcome<std::int64_t> value = number(*given.maxvalue);
    if (!value) return value.as<std::monostate>();
    sequence.maximum = *value;
  } else if (fresh || given.maxvalue != nullptr || reset_maximum) {
    sequence.maximum = ascending || reset_maximum ? bounds.high : -1;
  }
  if (sequence.maximum < bounds.low || sequence.maximum > bounds.high) {
    return invalid("MAXVALUE " + in_parentheses(sequence.maximum) + " is out of range for sequence data type " +
                   type_name(sequence.type));
  }
  if (given.minvalue != nullptr && given.minvalue->value) {
    const Outcome<std::int64_t> value = number(*given.minvalue);
    if (!value) return value.as<std::monostate>();
    sequence.minimum = *value;
  } else if (fresh || given.minvalue != nullptr || reset_minimum) {
    sequence.minimum = !ascending || reset_minimum ? bounds.low : 1;
  }
  if (sequence.minimum < bounds.low || sequence.minimum > bounds.high) {
    return invalid("MINVALUE " + in_parentheses(sequence.minimum) + " is out of range for sequence data type " +
                   type_name(sequence.type));
  }
  if (sequence.minimum >= sequence.maximum) {
    return invalid("MINVALUE " + in_parentheses(sequence.minimum) + " must be less than MAXVALUE " +
                   in_parentheses(sequence.maximum));
  }

  if (given.start != nullptr && given.start->value) {
    const Outcome<std::int64_t> value = number(*given.start);
    if (!value) return value.as<std::monostate>();
    sequence.start = *value;
  } else if (fresh) {
    sequence.start = ascending ? sequence.minimum : sequence.maximum;
  }
  if (sequence.start < sequence.minimum) {
    return invalid("START value " + in_parentheses(sequence.start) + " cannot be less than MINVALUE " +
                   in_parentheses(sequence.minimum));
  }
  if (sequence.start > sequence.maximum) {
    return invalid("START value " + in_parentheses(sequence.start) + " cannot be greater than MAXVALUE " +
                   in_parentheses(sequence.maximum));
  }

  if (given.restart != nullptr) {
    std::int64_t value = sequence.start;
    if (given.restart->value) {
      const Outcome<std::int64_t> written = number(*given.restart);
      if (!written) return written.as<std::monostate>();
      value = *written;
    }
    sequence.last_value = value;
    sequence.is_called = false;
    sequence.known = true;
  } else if (fresh) {
    sequence.last_value = sequence.start;
    sequence.is_called = false;
  }
  if (sequence.last_value < sequence.minimum) {
    return invalid("RESTART value " + in_parentheses(sequence.last_value) + " cannot be less than MINVALUE " +
                   in_parentheses(sequence.minimum));
  }
  if (sequence.last_value > sequence.maximum) {
    return invalid("RESTART value " + in_parentheses(sequence.last_value) + " cannot be greater than MAXVALUE " +
                   in_parentheses(sequence.maximum));
  }
  if (given.cache != nullptr && given.cache->value) {
    const Outcome<std::int64_t> value = number(*given.cache);
    if (!value) return value.as<std::monostate>();
    if (*value <= 0) return invalid("CACHE " + in_parentheses(*value) + " must be greater than zero");
    sequence.cache = *value;
  }
  return done();
}

Outcome<RelationId> add_sequence(Work& work, const std::string& schema, const std::string& name, Sequence definition,
                                 bool temporary) {
  if (work.catalog.relation_name_taken(schema, name)) {
    return refusal("42P07", "relation " + quoted(name) + " already exists");
  }
  Relation relation;
  relation.schema = schema;
  relation.name = name;
  relation.kind = RelationKind::sequence;
  relation.temporary = temporary;
  relation.owner = work.scope.role;
  relation.declared_at = work.at;
  const RelationId id = work.catalog.add(std::move(relation));
  work.catalog.edit_sequence(id) = std::move(definition);
  return id;
}

Done own_sequence(Work& work, RelationId sequence, const std::vector<std::string>& names) {
  const auto check_identity = [&]() -> Done {
    const Sequence& now = work.catalog.sequence(sequence);
    if (!now.identity || now.owner == RelationId::none) return done();
    return refusal("0A000", "cannot change ownership of identity sequence",
                   "Sequence " + quoted(work[sequence].name) + " is linked to table " + quoted(work[now.owner].name) + ".");
  };
  if (names.size() == 1) {
    if (names.front() != "none") return refusal("42601", "invalid OWNED BY option");
    if (Done free = check_identity(); !free) return free;
    work.catalog.set_sequence_owner(sequence, RelationId::none, kNoColumn);
    return done();
  }
  if (names.empty()) return refusal("42601", "invalid OWNED BY option");
  QualifiedName table;
  table.name = names[names.size() - 2];
  if (names.size() > 2) table.schema = names[names.size() - 3];
  const Outcome<RelationId> found = existing_relation(work, table);
  if (!found) return found.as<std::monostate>();
  const Relation& owner = work[*found];
  if (owner.kind == RelationKind::sequence || owner.kind == RelationKind::index ||
      owner.kind == RelationKind::materialized_view || owner.kind == RelationKind::composite_type) {
    return refusal("42809", "sequence cannot be owned by relation " + quoted(owner.name));
  }
  if (owner.schema != work[sequence].schema) {
    return refusal("55000", "sequence must be in same schema as table it is linked to");
  }
  const ColumnIndex column = owner.column(names.back());
  if (column == kNoColumn) {
    return refusal("42703", "column " + quoted(names.back()) + " of relation " + quoted(owner.name) + " does not exist");
  }
  if (Done free = check_identity(); !free) return free;
  work.catalog.set_sequence_owner(sequence, *found, column);
  return done();
}

namespace {

Done own_as_written(Work& work, RelationId sequence, const std::vector<Option>& options) {
  for (const Option& option : options) {
    if (option.name != "owned_by") continue;
    std::vector<std::string> names = option.names;
    if (names.empty() && option.value) names.push_back(*option.value);
    return own_sequence(work, sequence, names);
  }
  return done();
}

}  // namespace

Done create_sequence(Work& work, const CreateSequence& statement) {
  const Outcome<std::string> schema = schema_for_new(work, statement.sequence, statement.temporary);
  if (!schema) return schema.as<std::monostate>();
  if (statement.if_not_exists && work.catalog.relation_name_taken(*schema, statement.sequence.name)) return done();
  Sequence definition;
  if (Done applied = apply_sequence_options(definition, statement.options, true); !applied) return applied;
  const Outcome<RelationId> id = add_sequence(work, *schema, statement.sequence.name, definition, statement.temporary);
  if (!id) return id.as<std::monostate>();
  return own_as_written(work, *id, statement.options);
}

Done alter_sequence(Work& work, const AlterSequence& statement) {
  const Outcome<RelationId> found = existing_relation(work, statement.sequence);
  if (!found) {
    if (found.refused() && statement.if_exists) return done();
    return found.as<std::monostate>();
  }
  if (work[*found].kind != RelationKind::sequence) {
    return refusal("42809", quoted(work[*found].name) + " is not a sequence");
  }
  Sequence changed = work.catalog.sequence(*found);
  if (Done applied = apply_sequence_options(changed, statement.options, false); !applied) return applied;
  bool moves = false;
  for (const Option& option : statement.options) moves = moves || option.name != "owned_by";
  if (moves) work.catalog.edit_sequence(*found) = changed;
  return own_as_written(work, *found, statement.options);
}

Outcome<RelationId> existing_sequence(const Work& work, const QualifiedName& name) {
  const Outcome<RelationId> found = existing_relation(work, name);
  if (!found) return found;
  if (work[*found].kind != RelationKind::sequence) return refusal("42809", quoted(work[*found].name) + " is not a sequence");
  return found;
}

}  // namespace pgfk
