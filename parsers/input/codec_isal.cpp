// gzip and zlib streams with ISA-L.
#include <algorithm>

#include <isa-l/igzip_lib.h>

#include "parsers/input/frame_decoder.h"

namespace pgfk {
namespace {

const char* trouble_of(int answer) {
  switch (answer) {
    case ISAL_DECOMP_OK: return nullptr;
    case ISAL_END_INPUT: return nullptr;
    case ISAL_NEED_DICT: return "it needs a dictionary";
    case ISAL_INVALID_BLOCK: return "invalid block";
    case ISAL_INVALID_SYMBOL: return "invalid symbol";
    case ISAL_INVALID_LOOKBACK: return "invalid distance too far back";
    case ISAL_INVALID_WRAPPER: return "incorrect header";
    case ISAL_UNSUPPORTED_METHOD: return "unknown compression method";
    case ISAL_INCORRECT_CHECKSUM: return "incorrect checksum";
    default: return "invalid data";
  }
}

class IsalDecoder final : public FrameDecoder {
 public:
  explicit IsalDecoder(std::uint32_t wrapper) {
    isal_inflate_init(&state_);
    state_.crc_flag = wrapper;
  }

  Step step(std::string_view in, std::span<char> out) override {
    state_.next_in = reinterpret_cast<std::uint8_t*>(const_cast<char*>(in.data()));
    state_.avail_in = static_cast<std::uint32_t>(in.size());
    state_.next_out = reinterpret_cast<std::uint8_t*>(out.data());
    state_.avail_out = static_cast<std::uint32_t>(out.size());
    const int answer = isal_inflate(&state_);
    Step step{in.size() - state_.avail_in, out.size() - state_.avail_out};
    step.trouble = trouble_of(answer);
    // After a distance too far back (2.30, the assembler loop) avail_in is wrong and next_in is not.
    const std::size_t at = static_cast<std::size_t>(reinterpret_cast<const char*>(state_.next_in) - in.data());
    if (step.trouble != nullptr) step.consumed = std::min(at, in.size());
    step.finished = step.trouble == nullptr && state_.block_state == ISAL_BLOCK_FINISH;
    // The bit buffer is filled by whole words, and a zlib trailer is shorter than one.
    if (step.finished) {
      const std::size_t behind = static_cast<std::size_t>(state_.read_in_length) / 8;
      step.read_ahead = behind - std::min(behind, step.consumed);
      step.consumed -= behind - step.read_ahead;
    }
    return step;
  }

  void restart() override { isal_inflate_reset(&state_); }

 private:
  inflate_state state_;  // 87 kB, set by isal_inflate_init
};

}  // namespace

std::unique_ptr<FrameDecoder> gzip_decoder_of_isal() { return std::make_unique<IsalDecoder>(ISAL_GZIP); }
std::unique_ptr<FrameDecoder> zlib_decoder_of_isal() { return std::make_unique<IsalDecoder>(ISAL_ZLIB); }

}  // namespace pgfk
