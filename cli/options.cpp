#include "cli/options.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <filesystem>
#include <limits>
#include <set>
#include <system_error>
#include <string_view>

#include <boost/program_options.hpp>
#include <fmt/format.h>

#include "analyzer/types/encoding.h"
#include "cli/config.h"
#include "cli/nearest.h"
#include "cli/option_values.h"
#include "reports/formats.h"
#include "rules/wording.h"

namespace pgfk {
namespace {

namespace po = boost::program_options;

struct CommandWord {
  std::string_view word;
  Command command;
};
constexpr std::array kCommands = {
    CommandWord{"check", Command::check},     CommandWord{"order", Command::order},
    CommandWord{"fix", Command::fix},
    CommandWord{"schema", Command::schema},   CommandWord{"log", Command::log},
    CommandWord{"explain", Command::explain}, CommandWord{"version", Command::version},
    CommandWord{"help", Command::help},
};
constexpr std::array<std::string_view, 1> kPlannedCommands = {"report"};

// Options of the manual that this version does not know yet: told apart from mistakes.
constexpr auto kPlannedOptions = std::to_array<std::string_view>({
    "pager", "completion"});

std::vector<std::string> visible_option_names(const po::options_description& options) {
  std::vector<std::string> names;
  for (const auto& option : options.options()) names.push_back("--" + option->long_name());
  return names;
}

po::options_description described_options() {
  const auto text = [] { return po::value<std::string>(); };
  const auto texts = [] { return po::value<std::vector<std::string>>()->composing(); };
  // A flag given twice says no more than once: -qq.
  const auto flag = [] { return po::value<std::vector<std::string>>()->zero_tokens()->implicit_value({}, "")->composing(); };
  po::options_description options;
  options.add_options()
      // input
      ("format,F", text(), "")("dbname,d", text(), "")("setting", texts(), "")("variable", texts(), "")("against", texts(), "")
      ("one-session", flag(), "")("schema,n", texts(), "")("exclude-schema,N", texts(), "")("table,t", texts(), "")
      ("exclude-table,T", texts(), "")("assume-parent", text(), "")("pg-version", text(), "")("encoding,E", text(), "")
      ("decompress,Z", text(), "")
      // restore
      ("data-only,a", flag(), "")("schema-only,s", flag(), "")("single-transaction,1", flag(), "")("exit-on-error,e", flag(), "")
      ("disable-triggers", flag(), "")("no-data-for-failed-tables", flag(), "")("section", texts(), "")("use-list,L", text(), "")
      ("jobs,j", text(), "")("as", text(), "")
      // output
      ("output,o", text(), "")("output-format,f", text(), "")("report", texts(), "")("max-rows", text(), "")
      ("redact", text(), "")("color", text(), "")("width", text(), "")
      ("stdin-filepath", text(), "")("progress", text(), "")("quiet,q", flag(), "")("verbose,v", flag(), "")("statistics", flag(), "")
      // rules and limits
      ("select", texts(), "")("ignore", texts(), "")("strict", flag(), "")("fail-on", text(), "")("baseline", text(), "")("write-baseline", flag(), "")
      ("prune-baseline", flag(), "")("threads", text(), "")("memory", text(), "")("tmpdir", text(), "")
      // order and schema
      ("emit", text(), "")("check", flag(), "")("write", flag(), "")("diff", flag(), "")("cycles", text(), "")("orphans", text(), "")("graph", text(), "")
      // general
      ("config,c", text(), "")("no-config", flag(), "")("version,V", flag(), "")("help,?", flag(), "")("word", texts(), "");
  for (const LogOption& option : kLogOptions) {
    option.takes_value ? options.add_options()(option.names, text(), "") : options.add_options()(option.names, flag(), "");
  }
  return options;
}

OptionValues::Words words_of(const po::variables_map& map) {
  OptionValues::Words words;
  for (const auto& [name, value] : map) {
    const auto* text = boost::any_cast<std::string>(&value.value());
    const auto* texts = boost::any_cast<std::vector<std::string>>(&value.value());
    words[name] = texts ? *texts : text ? std::vector{*text} : std::vector<std::string>();
  }
  return words;
}

using Values = OptionValues;

std::pair<std::string, std::string> name_and_value(Values& values, const char* option, const std::string& word) {
  const std::size_t equals = word.find('=');
  if (equals == std::string::npos || equals == 0) {
    values.refuse(fmt::format("{} takes NAME=VALUE, not \"{}\"", values.written(option), word));
    return {};
  }
  return {word.substr(0, equals), word.substr(equals + 1)};
}

void read_input_options(Values& values, CommandLine& line) {
  AnalyzeOptions& analyze = line.analyze;
  line.open.format = values.choice("format", InputFormat::detected,
                                   std::array{std::pair{std::string_view("c"), InputFormat::custom}, std::pair{std::string_view("custom"), InputFormat::custom},
                                              std::pair{std::string_view("d"), InputFormat::directory},
                                              std::pair{std::string_view("directory"), InputFormat::directory},
                                              std::pair{std::string_view("t"), InputFormat::tar}, std::pair{std::string_view("tar"), InputFormat::tar},
                                              std::pair{std::string_view("p"), InputFormat::plain},
                                              std::pair{std::string_view("plain"), InputFormat::plain}});
  analyze.dbname = values.text("dbname");
  for (const std::string& word : values.texts("setting")) analyze.settings.push_back(name_and_value(values, "setting", word));
  for (const std::string& word : values.texts("variable")) {
    auto [name, value] = name_and_value(values, "variable", word);
    analyze.variables[std::move(name)] = std::move(value);
  }
  line.against = values.texts("against");
  analyze.filters = {values.texts("schema"), values.texts("exclude-schema"), values.texts("table"), values.texts("exclude-table")};
  analyze.assume_parent = values.choice("assume-parent", AssumeRows::unknown,
                                        std::array{std::pair{std::string_view("unknown"), AssumeRows::unknown},
                                                   std::pair{std::string_view("absent"), AssumeRows::absent}});
  analyze.pg_version = static_cast<int>(values.number("pg-version", 0, kOldestVersion, kNewestVersion));
  analyze.encoding = values.text("encoding");
  using Choice = std::pair<std::string_view, std::optional<Codec>>;
  line.open.stdin_path = values.text("stdin-filepath");
  line.open.source.codec = values.choice("decompress", std::optional<Codec>(),
                                         std::array{Choice{"auto", std::nullopt}, Choice{"none", Codec::none}, Choice{"gzip", Codec::gzip},
                                                    Choice{"lz4", Codec::lz4}, Choice{"zstd", Codec::zstd}, Choice{"bzip2", Codec::bzip2},
                                                    Choice{"xz", Codec::xz}});
  if (values.has("encoding") && !is_known_encoding(analyze.encoding)) {
    values.refuse(fmt::format("unknown encoding \"{}\"", analyze.encoding), fmt::format("There are {}.", listed(encoding_names())));
  }
}

void read_sections(Values& values, RestoreOptions& restore) {
  const std::vector<std::string> words = values.texts("section");
  if (words.empty()) return;
  restore.pre_data = restore.data = restore.post_data = false;
  for (const std::string& word : words) {
    if (word == "pre-data") {
      restore.pre_data = true;
    } else if (word == "data") {
      restore.data = true;
    } else if (word == "post-data") {
      restore.post_data = true;
    } else {
      values.refuse(fmt::format("--section takes pre-data, data, post-data, not \"{}\"", word));
    }
  }
}

void read_restore_options(Values& values, CommandLine& line) {
  AnalyzeOptions& analyze = line.analyze;
  RestoreOptions& restore = line.open.restore;
  values.refuse_both("data-only", "schema-only");
  restore.data_only = values.has("data-only");
  restore.schema_only = values.has("schema-only");
  restore.disable_triggers = values.has("disable-triggers");
  restore.no_data_for_failed_tables = values.has("no-data-for-failed-tables");
  analyze.data_only = restore.data_only;
  analyze.schema_only = restore.schema_only;
  analyze.disable_triggers = restore.disable_triggers;
  read_sections(values, restore);
  line.open.use_list = values.text("use-list");
  analyze.single_transaction = values.has("single-transaction");
  analyze.exit_on_error = values.has("exit-on-error");
  analyze.one_session = values.has("one-session") || analyze.single_transaction;
  analyze.as = values.choice("as", LoadRole::superuser,
                             std::array{std::pair{std::string_view("superuser"), LoadRole::superuser},
                                        std::pair{std::string_view("owner"), LoadRole::owner}});
  // Taken and without effect: the verdicts of a parallel restore are the same (fk-semantics 20.3).
  constexpr std::uint64_t kMostJobs = 10'000;
  const std::uint64_t jobs = values.number("jobs", 1, 1, kMostJobs);
  if (jobs > 1 && analyze.single_transaction) values.refuse("options --jobs and --single-transaction exclude each other");
}

void check_format(Values& values, const std::string& format) {
  if (find_renderer(format) != nullptr) return;
  values.refuse(is_planned_format(format) ? fmt::format("output format \"{}\" is not available yet", format)
                                          : fmt::format("unknown output format \"{}\"", format),
                fmt::format("There are {}.", listed(format_names())));
}

void read_reports(Values& values, CommandLine& line) {
  std::set<std::string> files = {line.output};
  for (const std::string& word : values.texts("report")) {
    const std::size_t colon = word.find(':');
    if (colon == std::string::npos || colon + 1 == word.size()) {
      values.refuse(fmt::format("--report takes FORMAT:FILE, not \"{}\"", word));
      continue;
    }
    line.reports.push_back({word.substr(0, colon), word.substr(colon + 1)});
    check_format(values, line.reports.back().format);
    if (!files.insert(line.reports.back().path).second) values.refuse(fmt::format("two outputs go to \"{}\"", line.reports.back().path));
  }
}

void read_output_options(Values& values, CommandLine& line) {
  constexpr std::uint64_t kAny = std::numeric_limits<std::uint64_t>::max();
  constexpr std::uint64_t kNarrowest = 40, kWidest = 1000;
  values.refuse_both("quiet", "verbose");
  line.output = values.text("output");
  if (line.command == Command::log) {
    read_log_options(values, line.log);
  } else {
    line.format = values.text("output-format", "full");
    check_format(values, line.format);
  }
  read_reports(values, line);
  line.report.max_rows = line.analyze.max_rows = values.number("max-rows", 3, 0, kAny);
  line.report.redaction = values.choice("redact", Redaction::none,
                                        std::array{std::pair{std::string_view("keys"), Redaction::keys},
                                                   std::pair{std::string_view("all"), Redaction::all}});
  line.color = values.choice("color", ColorChoice::automatic,
                             std::array{std::pair{std::string_view("auto"), ColorChoice::automatic},
                                        std::pair{std::string_view("always"), ColorChoice::always},
                                        std::pair{std::string_view("never"), ColorChoice::never}});
  if (values.has("width")) line.width = values.number("width", 100, kNarrowest, kWidest);
  line.progress = values.choice("progress", ShowProgress::automatic,
                                std::array{std::pair{std::string_view("auto"), ShowProgress::automatic},
                                           std::pair{std::string_view("always"), ShowProgress::always},
                                           std::pair{std::string_view("never"), ShowProgress::never}});
  line.report.quiet = values.has("quiet");
  line.report.verbose = values.has("verbose");
  line.report.statistics = values.has("statistics");
}

// Codes, names or beginnings of codes, separated by commas.
void read_selection(Values& values, const char* option, bool (Selection::*take)(std::string_view), Selection& selection) {
  for (const std::string& words : values.texts(option)) {
    for (std::size_t from = 0; from <= words.size();) {
      const std::size_t comma = std::min(words.find(',', from), words.size());
      const std::string word = words.substr(from, comma - from);
      from = comma + 1;
      if ((selection.*take)(word)) continue;
      const std::string nearest = nearest_word(word, selectable_words());
      values.refuse(fmt::format("{} takes codes or names of causes, not \"{}\"", values.written(option), word),
                    nearest.empty() ? std::string("pgfk explain 23503 lists them.") : fmt::format("Did you mean {}?", nearest));
    }
  }
}

void read_baseline_options(Values& values, BaselineOptions& baseline) {
  baseline.path = values.text("baseline");
  values.refuse_both("write-baseline", "prune-baseline");
  if (values.has("write-baseline")) baseline.change = BaselineChange::write;
  if (values.has("prune-baseline")) baseline.change = BaselineChange::prune;
  if (baseline.change != BaselineChange::none && baseline.path.empty()) {
    values.refuse(fmt::format("--{} needs --baseline=FILE", values.has("write-baseline") ? "write-baseline" : "prune-baseline"));
  }
}

void read_other_options(Values& values, CommandLine& line) {
  read_selection(values, "select", &Selection::select, line.selection);
  read_selection(values, "ignore", &Selection::ignore, line.selection);
  values.refuse_both("strict", "fail-on");
  line.fail_on = values.choice("fail-on", FailOn::error,
                               std::array{std::pair{std::string_view("error"), FailOn::error},
                                          std::pair{std::string_view("warning"), FailOn::warning},
                                          std::pair{std::string_view("undecided"), FailOn::undecided},
                                          std::pair{std::string_view("never"), FailOn::never}});
  if (values.has("strict")) line.fail_on = FailOn::undecided;
  read_baseline_options(values, line.baseline);
  constexpr std::uint64_t kMostThreads = 1024;
  line.analyze.threads = static_cast<unsigned>(values.number("threads", 0, 1, kMostThreads));
  constexpr std::uint64_t kLeastMemory = 64u << 20;  // what is not counted, buffers above all, is about as much
  line.analyze.memory_bytes = values.size("memory", 0, kLeastMemory);
  line.analyze.temporary_directory = line.open.source.spool.directory = values.text("tmpdir");

  line.emit = values.choice("emit", OrderEmit::tables, std::array{std::pair{std::string_view("tables"), OrderEmit::tables},
                                                                  std::pair{std::string_view("files"), OrderEmit::files},
                                                                  std::pair{std::string_view("list"), OrderEmit::list},
                                                                  std::pair{std::string_view("sql"), OrderEmit::sql}});
  line.check_order = values.has("check");
  line.write = values.has("write");
  line.diff = values.has("diff");
  values.refuse_both("emit", "write");
  line.cycles = values.choice("cycles", CycleRemedy::fail, std::array{std::pair{std::string_view("fail"), CycleRemedy::fail},
                                                                      std::pair{std::string_view("deferrable"), CycleRemedy::deferrable},
                                                                      std::pair{std::string_view("two-phase"), CycleRemedy::two_phase},
                                                                      std::pair{std::string_view("not-valid"), CycleRemedy::not_valid}});
  line.orphans = values.choice("orphans", OrphanRemedy::fail, std::array{std::pair{std::string_view("fail"), OrphanRemedy::fail},
                                                                         std::pair{std::string_view("stub"), OrphanRemedy::stub},
                                                                         std::pair{std::string_view("null"), OrphanRemedy::null},
                                                                         std::pair{std::string_view("quarantine"), OrphanRemedy::quarantine},
                                                                         std::pair{std::string_view("drop"), OrphanRemedy::drop}});
  const std::string graph = values.text("graph");
  if (graph == "svg") {
    values.refuse("schema --graph=svg is not available yet", "Use --graph=dot and the program dot: dot -Tsvg.");
  } else {
    line.graph = values.choice("graph", GraphFormat::none, std::array{std::pair{std::string_view("dot"), GraphFormat::dot},
                                                                      std::pair{std::string_view("mermaid"), GraphFormat::mermaid}});
  }
}

void check_command_options(Values& values, const CommandLine& line) {
  struct Owned { const char* option; Command command; const char* word; };
  for (const Owned& owned : {Owned{"report", Command::check, "check"}, Owned{"emit", Command::order, "order"}, Owned{"check", Command::order, "order"},
                             Owned{"write", Command::order, "order"}, Owned{"orphans", Command::fix, "fix"},
                             Owned{"graph", Command::schema, "schema"}}) {
    if (values.has(owned.option) && line.command != owned.command) {
      values.refuse(fmt::format("option --{} belongs to pgfk {}", owned.option, owned.word));
    }
  }
  const bool rewrites = line.command == Command::order || line.command == Command::fix;
  if (!rewrites && (values.has("diff") || values.has("cycles"))) values.refuse("options --diff and --cycles belong to pgfk order and pgfk fix");
  for (const LogOption& option : kLogOptions) {
    const std::string name(option.long_name());
    if (values.has(name.c_str()) && line.command != Command::log) values.refuse(fmt::format("option --{} belongs to pgfk log", name));
  }
  const bool reads = line.command == Command::check || line.command == Command::order || line.command == Command::schema ||
                     line.command == Command::fix || line.command == Command::log;
  if (reads && line.inputs.empty()) values.refuse("no input named", "pgfk FILE...; - is standard input; order = [...] in .pgfk.toml names files for all; pgfk --help says more.");
  if (line.command == Command::explain && line.inputs.size() != 1) {
    values.refuse("explain takes one code, cause or SQLSTATE", "pgfk explain 23503 lists them.");
  }
}

// A first word that names no command is an input.
void take_command_word(Values& values, CommandLine& line) {
  if (line.inputs.empty()) return;
  const std::string word = line.inputs.front();
  const auto known = std::ranges::find(kCommands, std::string_view(word), &CommandWord::word);
  if (known != kCommands.end()) {
    line.command = known->command;
    line.inputs.erase(line.inputs.begin());
  } else if (std::ranges::find(kPlannedCommands, word) != kPlannedCommands.end()) {
    values.refuse(fmt::format("\"{}\" is not available yet", word), fmt::format("For a file of that name, write ./{}.", word));
  }
}

// Of two options that exclude each other, one from the command line leaves the file's out.
bool is_overruled(const Values& values, std::string_view option) {
  constexpr std::array<std::array<const char*, 2>, 2> kExclusive = {{{"strict", "fail-on"}, {"quiet", "verbose"}}};
  for (const auto& [one, other] : kExclusive) {
    if ((option == one && values.has(other)) || (option == other && values.has(one))) return true;
  }
  return false;
}

// The folder where the first input lies; logs lie where no project is.
std::string config_folder(const Values& values, const CommandLine& line) {
  if (line.command == Command::log || line.inputs.empty()) return {};
  std::string first = line.inputs.front();
  if (first == "-") first = values.text("stdin-filepath");
  std::error_code ignored;
  return std::filesystem::is_directory(first, ignored) ? first : std::filesystem::path(first).parent_path().string();
}

// What .pgfk.toml says, behind what the command line and PGFK_OPTS say.
std::optional<Error> take_config(Values& values, CommandLine& line) {
  values.refuse_both("config", "no-config");
  if (values.has("no-config")) return std::nullopt;
  const std::string path = values.has("config") ? values.text("config") : find_config(config_folder(values, line));
  if (path.empty()) return std::nullopt;
  Result<Config> config = read_config(path);
  if (!config) return std::move(config).error();
  std::vector<std::string> taken;
  for (const auto& [name, value] : line.command == Command::log ? config->log : config->check) {
    if (!is_overruled(values, name) && (name != "report" || line.command == Command::check)) taken.push_back(name);
  }
  for (const std::string& name : taken) {
    const Config::Value& value = (line.command == Command::log ? config->log : config->check).at(name);
    values.add(name, value.words, value.place);
  }
  if (line.command == Command::log || !line.inputs.empty() || !config->order) return std::nullopt;
  Result<std::vector<std::string>> files = expand_order(*config->order);
  if (!files) return std::move(files).error();
  line.inputs = std::move(files).value();
  return std::nullopt;
}

// A bare --redact is --redact=keys: the word behind it is an input, which Boost would take for its value.
void spell_out(std::vector<std::string>& words) {
  for (std::string& word : words) {
    if (word == "--") return;
    if (word == "--redact") word = "--redact=keys";
  }
}

Error unknown_option(std::string_view written, const po::options_description& options) {
  const std::string word(written.substr(0, written.find('=')));
  const std::string bare = word.substr(std::min(word.find_first_not_of('-'), word.size()));
  if (std::ranges::find(kPlannedOptions, bare) != kPlannedOptions.end()) {
    return {fmt::format("option {} is not available yet", word), {}, "pgfk --help lists the options there are.", {}};
  }
  const std::string nearest = nearest_word("--" + bare, visible_option_names(options));
  return {fmt::format("unknown option \"{}\"", word), {},
          nearest.empty() || bare.size() < 2 ? std::string("pgfk --help lists the options there are.")
                                             : fmt::format("Did you mean {}?", nearest),
          {}};
}

}  // namespace

Result<CommandLine> parse_command_line(const std::vector<std::string>& args, const std::string& pgfk_opts) {
  const po::options_description options = described_options();
  po::positional_options_description positions;
  positions.add("word", -1);
  po::variables_map map;
  try {
    constexpr int kStyle = po::command_line_style::unix_style & ~po::command_line_style::allow_guessing;
    const auto parse = [&](std::vector<std::string> words) {
      spell_out(words);
      return po::command_line_parser(words).options(options).positional(positions).style(kStyle).run();
    };
    // What is stored first stays, and what may be repeated adds up: the command line goes first.
    po::store(parse(args), map);
    if (!pgfk_opts.empty()) po::store(parse(po::split_unix(pgfk_opts)), map);
    po::notify(map);
  } catch (const po::unknown_option& trouble) {
    return unknown_option(trouble.get_option_name(), options);
  } catch (const po::multiple_occurrences& trouble) {
    return Error{fmt::format("option {} is given twice", trouble.get_option_name()), {}, {}, {}};
  } catch (const po::error& trouble) {
    return Error{trouble.what(), {}, {}, {}};
  }

  Values values(words_of(map));
  CommandLine line;
  line.inputs = values.texts("word");
  take_command_word(values, line);
  if (values.has("version")) line.command = Command::version;
  if (values.has("help")) line.command = Command::help;
  if (line.command == Command::version || line.command == Command::help) return line;
  if (line.command != Command::explain) {
    if (std::optional<Error> trouble = take_config(values, line)) return *std::move(trouble);
  }
  read_input_options(values, line);
  read_restore_options(values, line);
  read_output_options(values, line);
  read_other_options(values, line);
  check_command_options(values, line);
  if (values.error()) return *values.error();
  return line;
}

}  // namespace pgfk
