// Any bytes as an archive file, custom or tar: opening ends, reading every table ends, and so does planning and writing a restore.
//
// Seeds are archives as they are. Options, list and window come from the last bytes.
#include <algorithm>
#include <cstddef>

#include "fuzz/bytes.h"
#include "parsers/archive/archive.h"
#include "parsers/archive/list_file.h"
#include "parsers/archive/restore_order.h"
#include "parsers/archive/restore_script.h"

using namespace pgfk;

namespace {

RestoreOptions options_of(unsigned bits) {
  RestoreOptions options;
  options.data_only = (bits & 1) != 0;
  options.schema_only = (bits & 2) != 0;
  options.pre_data = (bits & 4) == 0;
  options.data = (bits & 8) == 0;
  if ((bits & 16) != 0) options.tables = {"customers"};
  if ((bits & 32) != 0) options.exclude_schemas = {"public"};
  options.create = (bits & 64) != 0;
  options.disable_triggers = (bits & 128) != 0;
  return options;
}

void read_all_rows(const Archive& archive, std::size_t window) {
  std::size_t room = 64u << 20;  // bytes decoded for one input: a small one can hold a lot
  for (const TocEntry& entry : archive.entries()) {
    (void)archive.place_of(entry);
    (void)archive.table_of(entry);
    (void)list_line(entry);
    const Result<std::unique_ptr<ByteStream>> stream = archive.open_rows(entry);
    fuzz::require(stream.ok() || !stream.error().message.empty());
    if (stream.ok() && room > 0) room -= std::min(room, fuzz::read_all(**stream, window).bytes.size());
  }
}

std::size_t bytes_in(const RestoreScript::Texts& texts) {
  std::size_t bytes = 0;
  for (const std::string& text : texts) bytes += text.size();
  return bytes;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size < 2) return 0;
  const std::string_view bytes = fuzz::bytes_of(data, size);
  const std::unique_ptr<Source> source = Source::of_text("fuzz", std::string(bytes));
  const Result<std::unique_ptr<Archive>> opened = Archive::open_file(*source);
  if (!opened.ok()) {
    fuzz::require(!opened.error().message.empty());
    return 0;
  }
  const Archive& archive = *opened.value();
  read_all_rows(archive, std::size_t{1} << (data[size - 2] & 15));
  RestoreOptions options = options_of(data[size - 1]);
  if (Result<ListFile> list = parse_list(bytes.substr(size / 2), archive); list.ok()) options.use_list = list->entries;
  const RestorePlan plan = plan_restore(archive, options);
  fuzz::require(plan.steps.size() <= archive.entries().size());
  std::size_t written = 0;
  RestoreScript script(archive, plan, {});
  for (const RestoreStep& step : plan.steps) {
    written += bytes_in(script.definition(step)) + bytes_in(script.before_data(step)) + bytes_in(script.after_data(step));
  }
  fuzz::require(written < 1000 * (size + 1000));  // an empty definition is a comment and a few settings
  return 0;
}
