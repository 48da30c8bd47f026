// CREATE EXTENSION: what a usual server with its contrib modules has at hand, and the types these bring.
#include <algorithm>

#include "analyzer/catalog/families.h"

namespace pgfk {
namespace {

/// Extensions of the contrib packages, with the types a column may have of them (separated by blanks).
struct Extension {
  std::string_view name;
  std::string_view types = {};
};

constexpr Extension kExtensions[] = {
    {"adminpack"}, {"amcheck"}, {"autoinc"}, {"bloom"}, {"btree_gin"}, {"btree_gist"}, {"citext", "citext"}, {"cube", "cube"},
    {"dblink"}, {"dict_int"}, {"dict_xsyn"}, {"earthdistance", "earth"}, {"file_fdw"}, {"fuzzystrmatch"}, {"hstore", "hstore"},
    {"insert_username"}, {"intagg"}, {"intarray", "query_int"}, {"isn", "ean13 isbn13 ismn13 issn13 isbn ismn issn upc"},
    {"lo", "lo"}, {"ltree", "ltree lquery ltxtquery"}, {"moddatetime"}, {"old_snapshot"}, {"pageinspect"}, {"pg_buffercache"},
    {"pg_freespacemap"}, {"pg_prewarm"}, {"pg_stat_statements"}, {"pg_surgery"}, {"pg_trgm", "gtrgm"}, {"pg_visibility"},
    {"pg_walinspect"}, {"pgcrypto"}, {"pgrowlocks"}, {"pgstattuple"}, {"plpgsql"}, {"postgres_fdw"}, {"refint"}, {"seg", "seg"},
    {"sslinfo"}, {"tablefunc"}, {"tcn"}, {"tsm_system_rows"}, {"tsm_system_time"}, {"unaccent"}, {"uuid-ossp"}, {"xml2"}};

void add_types(Work& work, const std::string& schema, std::string_view types) {
  while (!types.empty()) {
    const std::size_t end = std::min(types.find(' '), types.size());
    Type type;
    type.schema = schema;
    type.name = types.substr(0, end);
    type.kind = TypeKind::opaque;
    work.catalog.add_type(std::move(type));
    types.remove_prefix(std::min(end + 1, types.size()));
  }
}

}  // namespace

Done create_extension(Work& work, const CreateExtension& statement) {
  if (work.catalog.has_extension(statement.name)) {
    if (statement.if_not_exists) return done();
    return refusal("42710", "extension " + quoted(statement.name) + " already exists");
  }
  const auto* known = std::find_if(std::begin(kExtensions), std::end(kExtensions),
                                   [&](const Extension& extension) { return extension.name == statement.name; });
  if (known == std::end(kExtensions)) {
    return refusal("0A000", "extension " + quoted(statement.name) + " is not available",
                   "Could not open extension control file \"/usr/share/postgresql/" + std::to_string(work.version()) +
                       "/extension/" + statement.name + ".control\": No such file or directory.");
  }
  std::string schema = statement.schema;
  if (schema.empty()) {
    const std::optional<std::string> chosen = work.catalog.creation_schema(work.scope);
    if (!chosen) return refusal("3F000", "no schema has been selected to create in");
    schema = *chosen;
  } else if (!work.catalog.has_schema(schema)) {
    return missing_schema(schema);
  }
  work.catalog.add_extension(statement.name);
  add_types(work, schema, known->types);
  return done();
}

}  // namespace pgfk
