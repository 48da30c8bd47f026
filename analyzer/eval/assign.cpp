#include "analyzer/eval/assign.h"

#include "analyzer/eval/casts.h"
#include "analyzer/eval/type_rules.h"

namespace pgfk {

namespace {

const std::vector<std::string> kValueName = {"value"};

ServerError of_domain(const Type& domain, std::string sqlstate, std::string message, std::string constraint = {}) {
  ServerError error{std::move(sqlstate), std::move(message)};
  error.schema = domain.schema;
  error.constraint = std::move(constraint);
  return error;
}

Done check_one(const Catalog& catalog, EvaluationHost& host, const Value& value, const Type& domain, const DomainCheck& check) {
  const std::vector<TypeId> types = {domain.base};
  const std::vector<Value> row = {value};
  Scope scope;
  ScopeRow named;
  named.columns = &kValueName;
  named.types = &types;
  named.row = &row;
  scope.rows.push_back(named);
  Binder binder(catalog, host);
  const Outcome<NodePtr> bound = binder.bind_condition(*check.expr, scope, "CHECK");
  if (!bound) return bound.as<std::monostate>();
  Executor executor(catalog, host);
  const Outcome<Value> holds = executor.run(**bound, scope);
  if (!holds) return holds.as<std::monostate>();
  if (holds->is_unknown()) return Doubt{host.symbols()[holds->symbol()].reason};
  if (holds->is_null() || holds->is_true()) return done();
  return of_domain(domain, "23514", "value for domain " + format_type(host.types().types, domain.id) + " violates check constraint \"" + check.name + "\"",
                   check.name);
}

Done check_chain(const Catalog& catalog, EvaluationHost& host, const Value& value, TypeId id) {
  const Type* domain = is_array(id) ? nullptr : host.types().types.type(id);
  if (domain == nullptr || domain->kind != TypeKind::domain) return done();
  Done inner = check_chain(catalog, host, value, domain->base);
  if (!inner) return inner;
  if (domain->not_null && value.is_null()) {
    return of_domain(*domain, "23502", "domain " + format_type(host.types().types, domain->id) + " does not allow null values");
  }
  for (const DomainCheck& check : domain->checks) {
    if (check.expr == nullptr) continue;
    Done holds = check_one(catalog, host, value, *domain, check);
    if (!holds) return holds;
  }
  return done();
}

}  // namespace

Outcome<Value> check_domain(const Catalog& catalog, EvaluationHost& host, const Value& value, TypeId domain) {
  const Done checked = check_chain(catalog, host, value, domain);
  if (!checked) return checked.as<Value>();
  return value;
}

Outcome<Value> Evaluator::check_domain(const Value& value, TypeId domain) { return pgfk::check_domain(catalog_, host_, value, domain); }

Outcome<Value> Evaluator::assign(const Value& value, const Column& column) {
  const TypeLookup& types = host_.types().types;
  const TypeId base = base_type(types, column.type);
  std::int32_t typmod = column.typmod;
  for (const Type* domain = is_array(column.type) ? nullptr : types.type(column.type); domain != nullptr && domain->kind == TypeKind::domain;
       domain = is_array(domain->base) ? nullptr : types.type(domain->base)) {
    if (typmod < 0) typmod = domain->typmod;
  }
  Outcome<Value> stored = value;
  if (value.is_null()) {
    stored = Value::null(base);
  } else if (value.type() == TypeId::unknown && value.is_known()) {
    // read_value of an interval, a regclass or a plain type alike goes by the binder's rules for literals.
    Binder binder(catalog_, host_);
    Outcome<NodePtr> literal = binder.coerce(make_constant(value), base, typmod, CastContext::assignment);
    if (!literal) return literal.as<Value>();
    stored = Executor(catalog_, host_).run(**literal, Scope{});
  } else {
    if (!can_coerce(types, value.type(), base, CastContext::assignment)) {
      ServerError error{"42804", "column \"" + column.name + "\" is of type " + format_type(types, column.type) + " but expression is of type " +
                                     format_type(types, value.type())};
      return error;
    }
    stored = run_cast(catalog_, host_, value, base, typmod, CastContext::assignment);
  }
  if (!stored) return stored;
  if (base == column.type) return stored;
  return check_domain(*stored, column.type);
}

}  // namespace pgfk
