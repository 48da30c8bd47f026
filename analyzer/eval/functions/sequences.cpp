// nextval and its kin, through the host. Source: sequence.c, pg_get_serial_sequence.
#include "analyzer/eval/implementations.h"
#include "analyzer/eval/regclass.h"

namespace pgfk {

namespace {

Outcome<RelationId> sequence_of(const CallContext& context, const Value& regclass) {
  const RelationId id = relation_of(context.catalog, context.host.names(), regclass);
  if (id == RelationId::none) return Doubt{"relation \"" + regclass.text() + "\" is not known"};
  const Relation& relation = context.catalog[id];
  if (relation.kind != RelationKind::sequence) return ServerError{"42809", "\"" + relation.name + "\" is not a sequence"};
  return id;
}

Outcome<Value> nextval(const CallContext& context, Arguments a) {
  const Outcome<RelationId> sequence = sequence_of(context, a[0]);
  return sequence ? context.host.nextval(*sequence) : sequence.as<Value>();
}

Outcome<Value> currval(const CallContext& context, Arguments a) {
  const Outcome<RelationId> sequence = sequence_of(context, a[0]);
  return sequence ? context.host.currval(*sequence) : sequence.as<Value>();
}

Outcome<Value> lastval(const CallContext& context, Arguments) { return context.host.lastval(); }

Outcome<Value> setval(const CallContext& context, Arguments a) {
  const Outcome<RelationId> sequence = sequence_of(context, a[0]);
  return sequence ? context.host.setval(*sequence, a[1].integer(), a.size() < 3 || a[2].is_true()) : sequence.as<Value>();
}

Outcome<Value> serial_sequence(const CallContext& context, Arguments a) {
  const std::optional<QualifiedName> name = read_qualified_name(a[0].text());
  if (!name) return ServerError{"42602", "invalid name syntax"};
  const RelationId id = context.catalog.find(context.host.names(), *name);
  if (id == RelationId::none) {
    return ServerError{"42P01", "relation \"" + (name->schema.empty() ? name->name : name->schema + "." + name->name) + "\" does not exist"};
  }
  const Relation& relation = context.catalog[id];
  const ColumnIndex column = relation.column(a[1].text());
  if (column == kNoColumn) {
    return ServerError{"42703", "column \"" + a[1].text() + "\" of relation \"" + relation.name + "\" does not exist"};
  }
  for (const RelationId candidate : context.catalog.relations()) {
    if (context.catalog[candidate].kind != RelationKind::sequence) continue;
    const Sequence& sequence = context.catalog.sequence(candidate);
    if (sequence.owner != id || sequence.owner_column != column) continue;
    const Relation& found = context.catalog[candidate];
    return Value::of(TypeId::text, quote_identifier(found.schema) + "." + quote_identifier(found.name));
  }
  return Value::null(TypeId::text);
}

constexpr ImplementationEntry kSequences[] = {
    {"nextval_oid", nextval}, {"currval_oid", currval}, {"lastval", lastval}, {"setval_oid", setval}, {"setval3_oid", setval},
    {"pg_get_serial_sequence", serial_sequence},
};

}  // namespace

std::span<const ImplementationEntry> sequence_functions() { return kSequences; }

}  // namespace pgfk
