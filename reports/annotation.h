// A finding as systems that review code want it: one message at one place. Shared by sarif, github, gitlab, junit and rdjsonl.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "parsers/input/source.h"
#include "reports/report.h"
#include "rules/context.h"
#include "rules/diagnosis.h"

namespace pgfk {

struct Annotation {
  const Finding* finding = nullptr;
  Diagnosis diagnosis;
  Span span;
  std::string path;          // as the user named it, without a leading "./"; of an archive's entry the archive's
  Place start, end;          // of the span; line 1 in an archive, whose lines nobody sees
  bool in_archive = false;
};

/// Cost: that of diagnose().
Annotation annotation_of(const Report& report, const Context& context, std::size_t finding);

/// Whether a format for reviews tells it: texts' choice, and with --quiet errors only.
bool is_annotated(const Report& report, const Finding& finding);

/// Below the headline: what stands at the place, facts, what follows, what to do. Lines separated by \n, none at the end.
std::string annotation_body(const Diagnosis& diagnosis);

std::string path_of(const Source& source);
/// The place's column, from 1, in Unicode characters; empty where the line is too long to count them.
std::optional<std::uint64_t> column_in_characters(const Source& source, std::uint64_t offset);

/// Control characters but \n and \t, and bytes that are no UTF-8, become U+FFFD: what XML and workflow commands can hold.
std::string plain_text(std::string_view bytes);

}  // namespace pgfk
