#include "analyzer/types/datetime_words.h"

namespace pgfk {
namespace {

constexpr std::size_t kWordLength = 10;  // TOKMAXLEN

using F = DateField;
constexpr DateWord kWords[] = {
    {"+infinity", F::reserved, kWordLate, 16},
    {"-infinity", F::reserved, kWordEarly},
    {"ad", F::ad_bc, kAd},
    {"allballs", F::reserved, kWordZulu},
    {"am", F::am_pm, kAm},
    {"apr", F::month, 4},
    {"april", F::month, 4},
    {"at", F::ignored, 0},
    {"aug", F::month, 8},
    {"august", F::month, 8},
    {"bc", F::ad_bc, kBc},
    {"d", F::units, kUnitDay, 0, 16},
    {"dec", F::month, 12},
    {"december", F::month, 12},
    {"dow", F::units, kUnitOther},
    {"doy", F::units, kUnitOther},
    {"dst", F::daylight_modifier, 3600},
    {"epoch", F::reserved, kWordEpoch},
    {"feb", F::month, 2},
    {"february", F::month, 2},
    {"fri", F::day_of_week, 5},
    {"friday", F::day_of_week, 5},
    {"h", F::units, kUnitHour, 0, 16},
    {"infinity", F::reserved, kWordLate},
    {"isodow", F::units, kUnitOther},
    {"isoyear", F::units, kUnitOther},
    {"j", F::units, kUnitJulian},
    {"jan", F::month, 1},
    {"january", F::month, 1},
    {"jd", F::units, kUnitJulian},
    {"jul", F::month, 7},
    {"julian", F::units, kUnitJulian},
    {"july", F::month, 7},
    {"jun", F::month, 6},
    {"june", F::month, 6},
    {"m", F::units, kUnitMonth, 0, 16},
    {"mar", F::month, 3},
    {"march", F::month, 3},
    {"may", F::month, 5},
    {"mm", F::units, kUnitMinute, 0, 16},
    {"mon", F::day_of_week, 1},
    {"monday", F::day_of_week, 1},
    {"nov", F::month, 11},
    {"november", F::month, 11},
    {"now", F::reserved, kWordNow},
    {"oct", F::month, 10},
    {"october", F::month, 10},
    {"on", F::ignored, 0},
    {"pm", F::am_pm, kPm},
    {"s", F::units, kUnitSecond, 0, 16},
    {"sat", F::day_of_week, 6},
    {"saturday", F::day_of_week, 6},
    {"sep", F::month, 9},
    {"sept", F::month, 9},
    {"september", F::month, 9},
    {"sun", F::day_of_week, 0},
    {"sunday", F::day_of_week, 0},
    {"t", F::iso_time, kUnitTime},
    {"thu", F::day_of_week, 4},
    {"thur", F::day_of_week, 4},
    {"thurs", F::day_of_week, 4},
    {"thursday", F::day_of_week, 4},
    {"today", F::reserved, kWordToday},
    {"tomorrow", F::reserved, kWordTomorrow},
    {"tue", F::day_of_week, 2},
    {"tues", F::day_of_week, 2},
    {"tuesday", F::day_of_week, 2},
    {"wed", F::day_of_week, 3},
    {"wednesday", F::day_of_week, 3},
    {"weds", F::day_of_week, 3},
    {"y", F::units, kUnitYear, 0, 16},
    {"yesterday", F::reserved, kWordYesterday},
};

}  // namespace

const DateWord* find_date_word(std::string_view lower_case, int server_version) {
  const std::string_view key = lower_case.substr(0, kWordLength);
  for (const DateWord& word : kWords) {
    if (key == word.word && server_version >= word.since && server_version < word.until) return &word;
  }
  return nullptr;
}

}  // namespace pgfk
