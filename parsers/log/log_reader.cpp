#include "parsers/log/log_reader.h"

#include <algorithm>
#include <deque>
#include <thread>
#include <utility>

#include "parsers/log/chunk_pipeline.h"
#include "parsers/log/client_trace.h"
#include "parsers/log/log_file.h"

namespace pgfk {
namespace {

constexpr std::size_t kChunk = 512u << 10;                     // bytes: where all is failures, their events are six times as long, and several chunks wait
constexpr std::size_t kSample = 64u << 10;                     // bytes
constexpr std::int64_t kClockStep = 60LL * 1'000'000;          // microseconds back that are worth a word

struct Chunk {
  std::size_t input = 0;
  std::size_t from = 0;
  std::size_t to = 0;
};

/// "postgresql.log.10.gz" is older than "postgresql.log.2", and that than "postgresql.log": the rotation's number, 0 without one.
std::uint64_t rotation_number(const std::string& path) {
  std::string_view name = path;
  for (const std::string_view ending : {".gz", ".bz2", ".xz", ".zst", ".lz4"}) {
    if (name.ends_with(ending)) name.remove_suffix(ending.size());
  }
  const std::size_t dot = name.rfind('.');
  if (dot == std::string_view::npos || name.size() - dot > 7) return 0;
  std::uint64_t number = 0;
  for (const char c : name.substr(dot + 1)) {
    if (c < '0' || c > '9') return 0;
    number = number * 10 + static_cast<std::uint64_t>(c - '0');
  }
  return number;
}

/// What comes in lines ends in a newline, unless it was cut; JSON is whole where its bracket is closed.
bool ends_inside_record(std::string_view text, const LogShape& shape) {
  if (shape.framing != Framing::lines && shape.framing != Framing::csv) return false;
  return !text.empty() && !text.ends_with('\n') && !text.ends_with('}');
}

bool read_before(const LogInput& left, const LogInput& right) {
  if (left.first && right.first && left.first->microseconds != right.first->microseconds) return left.first->microseconds < right.first->microseconds;
  const std::uint64_t left_number = rotation_number(left.path), right_number = rotation_number(right.path);
  if (left_number != right_number) return left_number > right_number;
  return left.path < right.path;
}

}  // namespace

struct LogReader::State {
  explicit State(const LogOptions& options) : times(options.time_zone.value_or(""), options.year) {}

  LogTimes times;
  const Sources* sources = nullptr;
  Diagnostics* diagnostics = nullptr;
  std::vector<LogInput> inputs;
  std::vector<LogFile> files;  // one per input
  std::vector<Chunk> chunks;
  std::size_t next_chunk = 0;
  std::deque<LogEvent> ready;
  std::vector<std::pair<std::size_t, std::size_t>> recent;  // begin of an event and hash of its message: those of two chunks side by side
  std::optional<LogEvent> told;                             // of a client's traces, the last one
  std::optional<std::int64_t> clock;
  bool step_reported = false;
  RangeEvents::Oddity unexplained, nul;  // of the input at hand
  bool joined = false;                   // the input at hand goes on where the one before ends
  std::size_t begin_of_input = 0;        // behind the rest of a line that begins in the one before
  std::unique_ptr<ChunkPipeline<RangeEvents>> pipeline;      // last, so that its threads end first

  void add_input(const Sources& all, SourceId id, const LogOptions& options);
  void start(const LogOptions& options);
  void cut_into_chunks(std::size_t input, std::size_t samples);
  void take_chunk();
  void take_event(AssembledEvent found, std::int64_t line, std::size_t input);
  void end_of_input(std::size_t input, bool goes_on);
  void report_damage(std::size_t input, bool goes_on);
};

void LogReader::State::add_input(const Sources& all, SourceId id, const LogOptions& options) {
  const std::string_view text = all[id].text();
  LogFile file(text, log_parts(text, options.prefix, times), times, options.inserts);
  LogInput input;
  input.source = id;
  input.path = all[id].path();
  input.format = file.plan().format;
  input.bytes = text.size();
  if (!file.plan().client) {
    input.first = file.assembler().first_time();
    input.last = file.assembler_of(file.parts().back()).last_time();
  }
  inputs.push_back(std::move(input));
  files.push_back(std::move(file));
}

void LogReader::State::cut_into_chunks(std::size_t input, std::size_t samples) {
  const std::size_t size = files[input].text().size();
  if (samples == 0 || size <= samples * kSample) {
    for (std::size_t from = 0; from == 0 || from < size; from += kChunk) chunks.push_back({input, from, std::min(from + kChunk, size)});
    return;
  }
  const std::size_t distance = size / samples;
  for (std::size_t sample = 0; sample < samples; ++sample) chunks.push_back({input, sample * distance, sample * distance + kSample});
}

void LogReader::State::start(const LogOptions& options) {
  std::vector<std::size_t> order(inputs.size());
  for (std::size_t input = 0; input < order.size(); ++input) order[input] = input;
  std::ranges::stable_sort(order, [this](std::size_t left, std::size_t right) { return read_before(inputs[left], inputs[right]); });
  std::vector<LogInput> sorted_inputs;
  std::vector<LogFile> sorted_files;
  for (const std::size_t input : order) {
    sorted_inputs.push_back(std::move(inputs[input]));
    sorted_files.push_back(std::move(files[input]));
  }
  inputs = std::move(sorted_inputs);
  files = std::move(sorted_files);
  for (std::size_t input = 0; input < inputs.size(); ++input) cut_into_chunks(input, options.samples);
  const unsigned threads = options.threads > 0 ? options.threads : std::max(1u, std::thread::hardware_concurrency());
  const unsigned workers = static_cast<unsigned>(std::clamp<std::size_t>(chunks.size(), 1, threads));
  pipeline = std::make_unique<ChunkPipeline<RangeEvents>>(chunks.size(), workers, [this](std::size_t number) {
    const Chunk& chunk = chunks[number];
    RangeEvents found = files[chunk.input].events_of(chunk.from, chunk.to);
    (*sources)[inputs[chunk.input].source].release(chunk.from, chunk.to - chunk.from);
    return found;
  });
}

void LogReader::State::take_chunk() {
  const Chunk& chunk = chunks[next_chunk++];
  RangeEvents found = pipeline->take();
  const std::size_t input = chunk.input;
  const bool last = next_chunk == chunks.size() || chunks[next_chunk].input != input;
  const std::size_t kept_from = recent.size();
  const std::uint64_t lines_before = inputs[input].lines;
  std::vector<std::pair<AssembledEvent, std::int64_t>> open;
  bool goes_on = false;
  std::size_t told_already = 0;
  for (std::size_t event = 0; event < found.events.size(); ++event) {
    if (found.events[event].begin < begin_of_input) continue;
    const std::int64_t line = static_cast<std::int64_t>(lines_before) + found.lines[event] + 1;
    if (found.events[event].open && last && input + 1 < files.size()) {
      open.emplace_back(std::move(found.events[event]), line);
    } else {
      take_event(std::move(found.events[event]), line, input);
    }
  }
  inputs[input].lines += found.newlines;
  for (const auto& [of_range, of_input] : {std::pair(&found.unexplained, &unexplained), std::pair(&found.nul, &nul)}) {
    if (of_range->count == 0 || of_range->at < begin_of_input) continue;
    if (of_input->count == 0) of_input->at = of_range->at;
    of_input->count += of_range->count;
  }
  if (last && input + 1 < files.size()) {
    std::vector<std::size_t> begins;
    for (const auto& [event, line] : open) begins.push_back(event.begin);
    Seam seam = join_files(files[input], files[input + 1], begins, times);
    const std::string_view text = files[input].text();
    for (AssembledEvent& event : seam.events) {
      const auto behind = std::count(text.begin() + static_cast<std::ptrdiff_t>(event.begin), text.end(), '\n');
      const std::int64_t line = static_cast<std::int64_t>(inputs[input].lines) - behind + 1;
      take_event(std::move(event), line, input);
    }
    if (!seam.joined) {
      for (auto& [event, line] : open) take_event(std::move(event), line, input);
    }
    goes_on = seam.joined;
    told_already = seam.belongs_to_earlier;
  }
  recent.erase(recent.begin(), recent.begin() + static_cast<std::ptrdiff_t>(std::min(kept_from, recent.size())));
  if (!last) return;
  end_of_input(input, goes_on);
  joined = goes_on;
  begin_of_input = told_already;
}

void LogReader::State::take_event(AssembledEvent found, std::int64_t line, std::size_t input) {
  LogEvent& event = found.event;
  const std::pair key(found.begin, std::hash<std::string>()(event.message));
  if (std::ranges::find(recent, key) != recent.end()) return;
  recent.push_back(key);
  event.line = static_cast<std::uint64_t>(std::max<std::int64_t>(line, 1));
  event.place = Span{inputs[input].source, found.begin, found.end - found.begin};
  if (found.open && event.statement && !files[input].text().ends_with('\n')) event.statement_cut = true;
  if (files[input].plan().client) {
    const bool again = told && same_failure(*told, event);
    told = event;
    if (again) return;
  }
  if (event.time) {
    if (clock && *clock - event.time->microseconds > kClockStep && !step_reported) {
      step_reported = true;
      diagnostics->report({DiagnosticLevel::warning, "the clock of \"" + inputs[input].path + "\" goes back at " + event.time->text,
                           "Events stay in the order of the file.", event.place});
    }
    clock = event.time->microseconds;
  }
  ++inputs[input].events;
  ready.push_back(std::move(event));
}

/// What is wrong with the file, as far as it was seen; `goes_on`: the next file begins inside this one's last record.
void LogReader::State::report_damage(std::size_t input, bool goes_on) {
  const LogInput& done = inputs[input];
  const std::string_view text = files[input].text();
  const auto warn = [&](std::string message, const char* hint, std::size_t at) {
    diagnostics->report({DiagnosticLevel::warning, std::move(message), hint, Span{done.source, at, 0}});
  };
  if (!files[input].plan().client) {
    if (!joined && files[input].assembler().begins_inside_record()) {
      warn("\"" + done.path + "\" begins inside a record", "What stands before the first whole one is not read; name the file before it, too.", 0);
    }
    if (!goes_on && ends_inside_record(text, *files[input].parts().back().plan.shape)) {
      warn("\"" + done.path + "\" ends in the middle of a line", "The last record may be cut.", text.size());
    }
  }
  for (std::size_t part = 1; part < files[input].parts().size(); ++part) {
    const LogPart& here = files[input].parts()[part];
    const LogFormat& format = here.plan.format;
    warn("from here on \"" + done.path + "\" is " + format.format + (format.wrapper.empty() ? "" : " in " + format.wrapper), "It is read so.", here.begin);
  }
  if (nul.count > 0) warn("NUL bytes in \"" + done.path + "\"", "The file is damaged from there on; what can be told apart behind them is read.", nul.at);
  if (unexplained.count > 0) {
    warn(std::to_string(unexplained.count) + (unexplained.count == 1 ? " line" : " lines") + " of \"" + done.path + "\" with a foreign key message in no form that this log has",
         "Such lines are not counted.", unexplained.at);
  }
}

void LogReader::State::end_of_input(std::size_t input, bool goes_on) {
  LogInput& done = inputs[input];
  const std::string_view text = files[input].text();
  if (!text.empty() && !text.ends_with('\n')) ++done.lines;
  if (files[input].plan().recognised || done.events > 0) {
    report_damage(input, goes_on);
  } else {
    const bool utf16 = text.starts_with("\xff\xfe") || text.starts_with("\xfe\xff");
    diagnostics->report({DiagnosticLevel::error, "file \"" + done.path + "\" does not look like a server log",
                         utf16 ? "It is UTF-16: iconv -f UTF-16 -t UTF-8 makes it readable." : "Name its log_line_prefix with --prefix, as in postgresql.conf.",
                         Span{done.source, 0, 0}});
  }
  unexplained = nul = {};
  recent.clear();
  told.reset();
  clock.reset();
  step_reported = false;
}

LogReader::LogReader() = default;
LogReader::~LogReader() = default;

Result<std::unique_ptr<LogReader>> LogReader::open(const Sources& sources, const std::vector<SourceId>& inputs, const LogOptions& options,
                                                   Diagnostics& diagnostics) {
  std::unique_ptr<LogReader> reader(new LogReader);
  reader->state_ = std::make_unique<State>(options);
  State& state = *reader->state_;
  if (!state.times.zone_known()) {
    return Error{"time zone \"" + *options.time_zone + "\" is not known", "", "Name it as in \"Europe/Berlin\" or \"+02:00\".", std::nullopt};
  }
  state.sources = &sources;
  state.diagnostics = &diagnostics;
  for (const SourceId id : inputs) state.add_input(sources, id, options);
  state.start(options);
  return reader;
}

bool LogReader::next(LogEvent& event) {
  while (state_->ready.empty()) {
    if (state_->next_chunk == state_->chunks.size()) return false;
    state_->take_chunk();
  }
  event = std::move(state_->ready.front());
  state_->ready.pop_front();
  return true;
}

const std::vector<LogInput>& LogReader::inputs() const { return state_->inputs; }

}  // namespace pgfk
