#include "analyzer/loaded.h"

#include <utility>

#include "analyzer/replay/replay.h"
#include "analyzer/versions.h"

namespace pgfk {

LoadedDatabase::LoadedDatabase(Sources& sources, AnalyzeOptions options)
    : options_(std::move(options)), analysis_(std::make_unique<Analysis>()) {
  Versions versions = versions_of(sources, options_);
  analysis_->server_version = std::move(versions.server);
  analysis_->pg_dump_version = std::move(versions.pg_dump);
  analysis_->target_version = versions.target;
  replay_ = std::make_unique<Replay>(sources, options_, *analysis_);
  for (const SourceId id : options_.against) replay_->load_against(id);
  replay_->doubt_rows_of(options_.doubted_tables);
  replay_->load(options_.inputs);
  replay_->finish();
}

LoadedDatabase::~LoadedDatabase() = default;

StandingAnswer LoadedDatabase::ask(const StandingQuestion& question) { return replay_->ask(question); }

const Catalog& LoadedDatabase::catalog() const { return replay_->standing_catalog(); }

Outcome<std::vector<Value>> LoadedDatabase::try_row(RelationId table, const TrialValues& values, bool keep) {
  return replay_->try_row(table, values, keep);
}

std::string LoadedDatabase::text_of(const Value& value) const { return replay_->text_of(value); }

}  // namespace pgfk
