// Function calls: which function a name and its arguments mean. Source: parse_func.c.
#include <algorithm>

#include "analyzer/eval/bound.h"
#include "analyzer/eval/implementations.h"
#include "analyzer/eval/names.h"
#include "analyzer/eval/overloads.h"
#include "analyzer/eval/type_names.h"

namespace pgfk {

namespace {

struct Candidate {
  const BuiltinFunction* builtin = nullptr;
  const Function* user = nullptr;
  TypeId user_result = TypeId::none;
  std::vector<int> order;  // argument taken for each parameter, -1 for a default; empty: as written
};


/// Extensions of the input whose functions are not in our table.
bool may_come_from_extension(const Catalog& catalog) {
  static constexpr std::string_view kOthers[] = {"postgis", "citext", "hstore", "pg_trgm", "tablefunc", "ltree", "btree_gist", "btree_gin", "cube",
                                                 "earthdistance", "intarray", "dblink", "postgres_fdw", "xml2", "isn", "lo", "seg", "pgjwt",
                                                 "pg_uuidv7", "timescaledb", "vector", "pg_stat_statements", "http", "pg_net", "moddatetime",
                                                 "pgtap", "plv8", "plpython3u", "postgis_topology", "pg_cron", "pgsodium", "supabase_vault"};
  return std::any_of(std::begin(kOthers), std::end(kOthers), [&](std::string_view name) { return catalog.has_extension(name); });
}

std::vector<std::string_view> words(std::string_view text) {
  std::vector<std::string_view> result;
  while (!text.empty()) {
    const std::size_t blank = std::min(text.find(' '), text.size());
    result.push_back(text.substr(0, blank));
    text.remove_prefix(std::min(blank + 1, text.size()));
  }
  return result;
}

/// Which argument each parameter takes under named notation; nullopt where names do not fit.
std::optional<std::vector<int>> match_names(const Expr& call, std::span<const std::string_view> parameters, std::size_t required) {
  std::vector<int> order(parameters.size(), -1);
  for (std::size_t at = 0; at < call.args.size(); ++at) {
    const std::string& name = at < call.arg_names.size() ? call.arg_names[at] : std::string();
    std::size_t place = at;
    if (!name.empty()) {
      place = static_cast<std::size_t>(std::find(parameters.begin(), parameters.end(), name) - parameters.begin());
    }
    if (place >= parameters.size() || order[place] >= 0) return std::nullopt;
    order[place] = static_cast<int>(at);
  }
  for (std::size_t at = 0; at < required; ++at) {
    if (order[at] < 0) return std::nullopt;
  }
  return order;
}

bool is_named(const Expr& call) {
  return std::any_of(call.arg_names.begin(), call.arg_names.end(), [](const std::string& name) { return !name.empty(); });
}

struct CandidateList {
  std::vector<Candidate> functions;
  std::vector<Overload> overloads;

  void add(Candidate candidate, std::vector<TypeId> arguments) {
    overloads.push_back({std::move(arguments), functions.size()});
    functions.push_back(std::move(candidate));
  }
};

void add_builtin(CandidateList& list, const BuiltinFunction& function, const Expr& call) {
  const std::size_t declared = function.argument_count();
  const std::size_t given = call.args.size();
  std::vector<TypeId> types;
  for (std::size_t at = 0; at < declared; ++at) types.push_back(expand_type(function.arguments[at]));
  Candidate candidate{&function, nullptr, TypeId::none, {}};
  if (is_named(call)) {
    const std::vector<std::string_view> names = words(function.argument_names);
    const std::optional<std::vector<int>> order = match_names(call, names, declared - static_cast<std::size_t>(function.defaults));
    if (!order || names.size() != declared) return;
    candidate.order = *order;
    std::vector<TypeId> taken(given);
    for (std::size_t at = 0; at < declared; ++at) {
      if ((*order)[at] >= 0) taken[static_cast<std::size_t>((*order)[at])] = types[at];
    }
    list.add(std::move(candidate), std::move(taken));
    return;
  }
  if (function.variadic != 0 && !call.variadic) {
    if (given < declared) return;
    const TypeId element = expand_type(function.variadic);
    types.resize(declared - 1);
    while (types.size() < given) types.push_back(element);
    list.add(std::move(candidate), std::move(types));
    return;
  }
  if (given > declared || given + static_cast<std::size_t>(function.defaults) < declared) return;
  types.resize(given);
  list.add(std::move(candidate), std::move(types));
}

/// False where a parameter's type is not known, so that nothing can be said of the name.
bool add_user(CandidateList& list, const Catalog& catalog, const NameScope& names, const Function& function, const Expr& call) {
  const CreateFunction& definition = *function.definition;
  std::vector<TypeId> types;
  std::vector<std::string_view> parameter_names;
  std::size_t required = 0;
  bool variadic = false;
  for (const FunctionParameter& parameter : definition.parameters) {
    if (parameter.mode == 'o' || parameter.mode == 't') continue;
    const Outcome<std::pair<TypeId, std::int32_t>> type = named_type(catalog, names, parameter.type);
    if (!type) return false;
    types.push_back(type->first);
    parameter_names.push_back(parameter.name);
    if (!parameter.default_value) required = types.size();
    variadic = variadic || parameter.mode == 'v';
  }
  Candidate candidate{nullptr, &function, TypeId::none, {}};
  if (definition.returns) {
    const Outcome<std::pair<TypeId, std::int32_t>> result = named_type(catalog, names, *definition.returns);
    candidate.user_result = result.ok() ? result->first : TypeId::record;
  } else {
    // OUT parameters make the result.
    const FunctionParameter* only = nullptr;
    for (const FunctionParameter& parameter : definition.parameters) {
      if (parameter.mode != 'o' && parameter.mode != 'b') continue;
      candidate.user_result = only ? TypeId::record : candidate.user_result;
      only = only ? only : &parameter;
      if (only == &parameter) {
        const Outcome<std::pair<TypeId, std::int32_t>> result = named_type(catalog, names, parameter.type);
        candidate.user_result = result.ok() ? result->first : TypeId::none;
      }
    }
  }
  const std::optional<std::vector<int>> order = match_names(call, parameter_names, required);
  if (variadic && !call.variadic) return false;
  if (!order) return true;
  std::vector<TypeId> taken(call.args.size());
  for (std::size_t at = 0; at < types.size(); ++at) {
    if ((*order)[at] >= 0) taken[static_cast<std::size_t>((*order)[at])] = types[at];
  }
  candidate.order = *order;
  list.add(std::move(candidate), std::move(taken));
  return true;
}

std::string call_text(const TypeLookup& types, const Expr& call, const std::vector<NodePtr>& arguments) {
  std::string text = call.names.size() > 1 ? call.names[call.names.size() - 2] + "." + call.names.back() : call.names.back();
  text += "(";
  for (std::size_t at = 0; at < arguments.size(); ++at) {
    if (at > 0) text += ", ";
    if (at < call.arg_names.size() && !call.arg_names[at].empty()) text += call.arg_names[at] + " => ";
    text += format_type(types, arguments[at]->type);
  }
  return text + ")";
}

}  // namespace

Outcome<NodePtr> Binder::call(const Expr& expr, const Scope& scope) {
  const TypeLookup& lookup = types().types;
  const NameScope& names = host_.names();
  const std::string& name = expr.names.back();
  const bool qualified = expr.names.size() > 1;
  const bool of_system = !qualified || expr.names[expr.names.size() - 2] == "pg_catalog";

  if (of_system && name == "merge_action" && expr.args.empty() && names.server_version >= 17) {
    const Outcome<FoundColumn> action = find_column(catalog_, {kMergeActionColumn}, scope, expr.location);
    if (action.ok()) return column_node(catalog_, scope, *action, expr.location);
    return ServerError{"42601", "MERGE_ACTION() can only be used in the RETURNING list of a MERGE command"};
  }

  CandidateList list;
  bool aggregate = expr.window || expr.star;
  if (of_system) {
    for (const BuiltinFunction& function : builtin_functions(name)) {
      aggregate = aggregate || function.kind == 'a';
      add_builtin(list, function, expr);
    }
  }
  if (aggregate) {
    if (aggregates_ != nullptr) return aggregates_->add(expr, scope);
    return ServerError{"42803", "aggregate functions are not allowed in " + where_};
  }
  Outcome<std::vector<NodePtr>> bound = bind_all(expr.args, scope);
  if (!bound) return bound.as<NodePtr>();
  std::vector<NodePtr>& arguments = *bound;
  if (!qualified || !of_system) {
    for (const ExtensionFunction& entry : extension_functions()) {
      if (entry.function.name == name && catalog_.has_extension(entry.extension)) add_builtin(list, entry.function, expr);
    }
  }
  bool all_understood = true;
  for (const Function* function : catalog_.functions_named(names, expr.names)) {
    all_understood = add_user(list, catalog_, names, *function, expr) && all_understood;
  }
  if (!all_understood) return make_doubt("function " + name + " is not evaluated offline", expr.location);

  std::vector<TypeId> given;
  for (const NodePtr& argument : arguments) {
    if (argument->type == TypeId::none) {
      const Node* doubt = find_doubt(*argument);
      return make_doubt(doubt != nullptr ? doubt->text : "an argument of unknown type", expr.location);
    }
    given.push_back(argument->type);
  }
  // integer('5'): a type's name used as a function is a cast, unless a function fits exactly.
  if (arguments.size() == 1 && !is_named(expr)) {
    const bool exact = std::any_of(list.overloads.begin(), list.overloads.end(),
                                   [&](const Overload& overload) { return overload.arguments[0] == given[0]; });
    TypeName type_name;
    type_name.name = name;
    if (qualified) type_name.schema = expr.names[expr.names.size() - 2];
    const Outcome<std::pair<TypeId, std::int32_t>> type = exact ? Outcome<std::pair<TypeId, std::int32_t>>(Doubt{}) : named_type(catalog_, names, type_name);
    if (type.ok() && (given[0] == TypeId::unknown || can_coerce(lookup, given[0], type->first, CastContext::explicit_))) {
      return coerce(std::move(arguments[0]), type->first, -1, CastContext::explicit_);
    }
  }
  const ChosenOverload chosen = choose_overload(lookup, given, list.overloads);
  if (chosen.choice != Choice::one) {
    const std::string shown = call_text(lookup, expr, arguments);
    if (chosen.choice == Choice::ambiguous) return ServerError{"42725", "function " + shown + " is not unique"};
    for (const NewerFunction& newer : newer_functions()) {
      if (newer.name == name && of_system && names.server_version >= newer.version) {
        if (newer.statistics) return make_constant(Value::boolean(true), expr.location);
        return make_doubt("function " + shown + " is not evaluated offline", expr.location);
      }
    }
    if (may_come_from_extension(catalog_)) return make_doubt("function " + shown + " may come from an extension", expr.location);
    if (qualified && !of_system && !catalog_.has_schema(expr.names[expr.names.size() - 2])) {
      return ServerError{"3F000", "schema \"" + expr.names[expr.names.size() - 2] + "\" does not exist"};
    }
    return ServerError{"42883", "function " + shown + " does not exist"};
  }
  const Candidate& candidate = list.functions[list.overloads[chosen.index].index];
  const std::vector<TypeId>& declared = list.overloads[chosen.index].arguments;
  const std::optional<PolymorphicTypes> polymorphic = resolve_polymorphic(lookup, given, declared);
  for (std::size_t at = 0; at < arguments.size(); ++at) {
    TypeId wanted = polymorphic ? polymorphic->apply(declared[at]) : declared[at];
    if (is_polymorphic(declared[at]) && wanted == TypeId::none && given[at] == TypeId::unknown) {
      return ServerError{"42804", "could not determine polymorphic type because input has type unknown"};
    }
    if (wanted == TypeId::any) wanted = given[at] == TypeId::unknown ? TypeId::text : given[at];
    Bound coerced = coerce(std::move(arguments[at]), wanted, -1, CastContext::implicit);
    if (!coerced) return coerced;
    arguments[at] = std::move(*coerced);
  }

  if (candidate.user != nullptr) {
    NodePtr node = make_node(NodeKind::user_call, candidate.user_result, expr.location);
    node->user = candidate.user;
    std::vector<const FunctionParameter*> inputs;
    for (const FunctionParameter& parameter : candidate.user->definition->parameters) {
      if (parameter.mode != 'o' && parameter.mode != 't') inputs.push_back(&parameter);
    }
    for (std::size_t at = 0; at < candidate.order.size(); ++at) {
      const int taken = candidate.order[at];
      if (taken >= 0) {
        node->args.push_back(std::move(arguments[static_cast<std::size_t>(taken)]));
        continue;
      }
      const Outcome<std::pair<TypeId, std::int32_t>> type = named_type(catalog_, names, inputs[at]->type);
      Bound value = bind(*inputs[at]->default_value, Scope{});
      if (value.ok() && type.ok()) value = coerce(std::move(*value), type->first, -1, CastContext::assignment);
      if (!value || !type) return make_doubt("defaults of function " + name + " are not evaluated offline", expr.location, candidate.user_result);
      node->args.push_back(std::move(*value));
    }
    const CreateFunction& definition = *candidate.user->definition;
    const bool table = std::any_of(definition.parameters.begin(), definition.parameters.end(), [](const FunctionParameter& p) { return p.mode == 't'; });
    node->flag = table || (definition.returns && definition.returns->setof);
    if (node->flag && aggregates_ != nullptr) {
      node->text = name;
      if (NodePtr element = aggregates_->add_set(std::move(node))) return element;
      return ServerError{"0A000", "set-returning functions are not allowed here"};
    }
    return node;
  }
  const BuiltinFunction& function = *candidate.builtin;
  const TypeId declared_result = expand_type(function.result);
  const TypeId result = polymorphic ? polymorphic->apply(declared_result) : declared_result;
  if ((function.returns_set || declared_result == TypeId::record) && aggregates_ != nullptr && !expr.variadic) {
    NodePtr set = make_node(NodeKind::call, result, expr.location);
    set->function = &function;
    set->text = name;
    set->args = std::move(arguments);
    if (NodePtr element = aggregates_->add_set(std::move(set))) return element;
    return ServerError{"0A000", "set-returning functions are not allowed here"};
  }
  const Implementation implementation = function.returns_set ? nullptr : find_implementation(function.source);
  if (implementation == nullptr || expr.variadic) {
    return make_doubt("function " + call_text(lookup, expr, arguments) + " is not evaluated offline", expr.location, result);
  }
  NodePtr node = make_node(NodeKind::call, result, expr.location);
  node->function = &function;
  node->implementation = implementation;
  node->text = name;
  if (candidate.order.empty()) {
    node->args = std::move(arguments);
  } else {
    // Defaults in the middle are NULL to the implementation, which knows them.
    for (const int taken : candidate.order) {
      node->args.push_back(taken < 0 ? nullptr : std::move(arguments[static_cast<std::size_t>(taken)]));
    }
  }
  return node;
}

}  // namespace pgfk
