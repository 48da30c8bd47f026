#include "analyzer/eval/overloads.h"

#include <algorithm>

namespace pgfk {

namespace {

using Remaining = std::vector<const Overload*>;

bool is_exact(std::span<const TypeId> arguments, const Overload& candidate) {
  return std::equal(arguments.begin(), arguments.end(), candidate.arguments.begin(), candidate.arguments.end());
}

bool accepts(const TypeLookup& types, std::span<const TypeId> arguments, const Overload& candidate) {
  for (std::size_t at = 0; at < arguments.size(); ++at) {
    if (!can_coerce(types, arguments[at], candidate.arguments[at])) return false;
  }
  return resolve_polymorphic(types, arguments, candidate.arguments).has_value();
}

/// Keeps the candidates for which `fits` holds at the most arguments.
template <typename Fits>
void keep_best(Remaining& remaining, std::size_t arguments, Fits fits) {
  std::vector<std::size_t> scores;
  for (const Overload* candidate : remaining) {
    std::size_t score = 0;
    for (std::size_t at = 0; at < arguments; ++at) score += fits(at, candidate->arguments[at]) ? 1 : 0;
    scores.push_back(score);
  }
  const std::size_t best = *std::max_element(scores.begin(), scores.end());
  Remaining kept;
  for (std::size_t at = 0; at < remaining.size(); ++at) {
    if (scores[at] == best) kept.push_back(remaining[at]);
  }
  remaining = std::move(kept);
}

/// The category an untyped literal would take at an argument: strings win over all others, otherwise all must agree.
struct SlotCategory {
  char category = 0;
  bool has_preferred = false;
  bool conflict = false;
};

SlotCategory slot_category(const TypeLookup& types, const Remaining& remaining, std::size_t at) {
  SlotCategory slot;
  for (const Overload* candidate : remaining) {
    const TypeId type = candidate->arguments[at];
    const char category = type_category(types, type);
    const bool preferred = is_preferred(type);
    if (slot.category == 0) {
      slot.category = category;
      slot.has_preferred = preferred;
    } else if (category == slot.category) {
      slot.has_preferred = slot.has_preferred || preferred;
    } else if (category == 'S') {
      slot.category = category;
      slot.has_preferred = preferred;
    } else {
      slot.conflict = true;
    }
  }
  if (slot.category == 'S') slot.conflict = false;
  return slot;
}

void resolve_untyped(const TypeLookup& types, std::span<const TypeId> bases, Remaining& remaining) {
  std::vector<std::pair<std::size_t, SlotCategory>> slots;
  for (std::size_t at = 0; at < bases.size(); ++at) {
    if (bases[at] != TypeId::unknown) continue;
    slots.emplace_back(at, slot_category(types, remaining, at));
    if (slots.back().second.conflict) return;
  }
  Remaining kept;
  for (const Overload* candidate : remaining) {
    const bool fits = std::all_of(slots.begin(), slots.end(), [&](const auto& slot) {
      const TypeId type = candidate->arguments[slot.first];
      return type_category(types, type) == slot.second.category && (!slot.second.has_preferred || is_preferred(type));
    });
    if (fits) kept.push_back(candidate);
  }
  if (!kept.empty()) remaining = std::move(kept);
}

/// All typed arguments are of one type: take the untyped ones for that type, too.
void assume_one_type(const TypeLookup& types, std::span<const TypeId> bases, Remaining& remaining) {
  TypeId known = TypeId::unknown;
  for (const TypeId base : bases) {
    if (base == TypeId::unknown) continue;
    if (known != TypeId::unknown && known != base) return;
    known = base;
  }
  if (known == TypeId::unknown) return;
  const std::vector<TypeId> assumed(bases.size(), known);
  Remaining kept;
  for (const Overload* candidate : remaining) {
    if (accepts(types, assumed, *candidate)) kept.push_back(candidate);
  }
  if (kept.size() == 1) remaining = std::move(kept);
}

ChosenOverload select(const TypeLookup& types, std::span<const TypeId> arguments, std::span<const Overload> candidates) {
  Remaining remaining;
  for (const Overload& candidate : candidates) {
    if (accepts(types, arguments, candidate)) remaining.push_back(&candidate);
  }
  const auto answer = [&]() -> ChosenOverload {
    if (remaining.size() != 1) return {Choice::ambiguous, 0};
    return {Choice::one, static_cast<std::size_t>(remaining[0] - candidates.data())};
  };
  if (remaining.empty()) return {Choice::none, 0};
  if (remaining.size() == 1) return answer();

  std::vector<TypeId> bases;
  for (const TypeId argument : arguments) bases.push_back(argument == TypeId::unknown ? argument : base_type(types, argument));
  keep_best(remaining, bases.size(), [&](std::size_t at, TypeId type) { return bases[at] != TypeId::unknown && type == bases[at]; });
  if (remaining.size() == 1) return answer();
  keep_best(remaining, bases.size(), [&](std::size_t at, TypeId type) {
    return bases[at] != TypeId::unknown &&
           (type == bases[at] || (is_preferred(type) && type_category(types, type) == type_category(types, bases[at])));
  });
  if (remaining.size() == 1) return answer();
  if (std::find(bases.begin(), bases.end(), TypeId::unknown) == bases.end()) return answer();
  resolve_untyped(types, bases, remaining);
  if (remaining.size() > 1) assume_one_type(types, bases, remaining);
  return answer();
}

ChosenOverload find_exact(std::span<const TypeId> arguments, std::span<const Overload> candidates) {
  for (std::size_t at = 0; at < candidates.size(); ++at) {
    if (is_exact(arguments, candidates[at])) return {Choice::one, at};
  }
  return {};
}

}  // namespace

ChosenOverload choose_overload(const TypeLookup& types, std::span<const TypeId> arguments, std::span<const Overload> candidates) {
  const ChosenOverload exact = find_exact(arguments, candidates);
  return exact.choice == Choice::one ? exact : select(types, arguments, candidates);
}

ChosenOverload choose_operator(const TypeLookup& types, std::span<const TypeId> operands, std::span<const Overload> candidates) {
  std::vector<TypeId> assumed(operands.begin(), operands.end());
  if (assumed.size() == 2) {
    if (assumed[0] == TypeId::unknown) assumed[0] = assumed[1];
    else if (assumed[1] == TypeId::unknown) assumed[1] = assumed[0];
  }
  ChosenOverload exact = find_exact(assumed, candidates);
  if (exact.choice == Choice::one) return exact;
  for (TypeId& type : assumed) type = type == TypeId::unknown ? type : base_type(types, type);
  exact = find_exact(assumed, candidates);
  if (exact.choice == Choice::one) return exact;
  return select(types, operands, candidates);
}

}  // namespace pgfk
