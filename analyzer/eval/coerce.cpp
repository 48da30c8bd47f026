// Casts that parse analysis inserts. Source: parse_coerce.c.
#include "analyzer/eval/bound.h"
#include "analyzer/eval/regclass.h"
#include "analyzer/eval/type_rules.h"

namespace pgfk {

namespace {

const Type* domain_of(const TypeLookup& types, TypeId type) {
  if (is_array(type)) return nullptr;
  const Type* found = types.type(type);
  return found != nullptr && found->kind == TypeKind::domain ? found : nullptr;
}

NodePtr wrap(NodeKind kind, NodePtr inner, TypeId type, std::int32_t typmod) {
  NodePtr node = make_node(kind, type, inner->location);
  node->typmod = typmod;
  node->collation = inner->collation;
  node->args.push_back(std::move(inner));
  return node;
}

ServerError no_cast(const TypeLookup& types, const Node& node, TypeId to) {
  ServerError error{"42846", "cannot cast type " + format_type(types, node.type) + " to " + format_type(types, to)};
  error.location = node.location;
  return error;
}

template <typename T>
Outcome<T> located(Outcome<T> outcome, int location) {
  if (outcome.refused() && outcome.error().location < 0) outcome.error().location = location;
  return outcome;
}

}  // namespace

Outcome<NodePtr> Binder::coerce_literal(NodePtr node, TypeId type, std::int32_t typmod, CastContext how) {
  const TypeContext context = types();
  const int location = node->location;
  if (node->kind != NodeKind::constant || node->constant.is_null()) {
    // A NULL, or an untyped value that flows: run as a cast.
    if (node->kind == NodeKind::constant) return make_constant(Value::null(type), location);
    NodePtr cast = wrap(NodeKind::cast, std::move(node), type, typmod);
    cast->cast = how;
    return cast;
  }
  if (type == TypeId::regclass) {
    const Outcome<Value> found = read_regclass(catalog_, host_.names(), node->constant.text());
    if (!found) return located(found, location).as<NodePtr>();
    return make_constant(*found, location);
  }
  // An explicit cast reads the whole text first and cuts it then; an assignment may refuse what is too long.
  const bool read_with_typmod = how != CastContext::explicit_ || type == TypeId::interval;
  Outcome<Value> value = located(read_value(context, type, read_with_typmod ? typmod : -1, node->constant.text()), location);
  if (value.ok() && !read_with_typmod && typmod >= 0) value = cast_value(context, *value, type, typmod, CastContext::explicit_);
  if (!value) {
    if (value.doubtful()) return make_doubt(value.doubt().reason, location, type);
    return value.as<NodePtr>();
  }
  return make_constant(std::move(*value).relabel(type), location);
}

Outcome<NodePtr> Binder::coerce(NodePtr node, TypeId type, std::int32_t typmod, CastContext how) {
  const TypeLookup& lookup = types().types;
  if (type == TypeId::none || type == TypeId::any || node->type == TypeId::none) return node;
  if (node->type == type && (typmod < 0 || node->typmod == typmod)) return node;
  if (const Type* domain = domain_of(lookup, type); domain != nullptr && node->type != type) {
    Bound base = coerce(std::move(node), domain->base, domain->typmod, how);
    if (!base) return base;
    return wrap(NodeKind::domain, std::move(*base), type, -1);
  }
  if (node->type == TypeId::unknown) return coerce_literal(std::move(node), type, typmod, how);
  if (base_type(lookup, node->type) != type && !can_coerce(lookup, node->type, type, how)) return no_cast(lookup, *node, type);
  if (node->kind == NodeKind::row && is_polymorphic(type)) return node;
  NodePtr cast = wrap(NodeKind::cast, std::move(node), type, typmod);
  cast->cast = how;
  return cast;
}

Outcome<NodePtr> Binder::settle(NodePtr node) {
  if (node->type != TypeId::unknown) return node;
  return coerce(std::move(node), TypeId::text, -1, CastContext::implicit);
}

Outcome<TypeId> Binder::unify(std::vector<NodePtr*> nodes, std::string_view what) {
  std::vector<TypeId> candidates;
  for (const NodePtr* node : nodes) candidates.push_back((*node)->type);
  Outcome<TypeId> met = common_type(types().types, candidates, what);
  if (!met) {
    if (met.refused() && met.error().location < 0 && !nodes.empty()) met.error().location = (*nodes.back())->location;
    return met;
  }
  for (NodePtr* node : nodes) {
    Bound coerced = coerce(std::move(*node), *met, -1, CastContext::implicit);
    if (!coerced) return coerced.as<TypeId>();
    *node = std::move(*coerced);
  }
  return met;
}

}  // namespace pgfk
