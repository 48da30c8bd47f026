// Cell texts as the server would see them: COPY's backslashes read, doubled quotes of literals halved.
#pragma once

#include <string>
#include <string_view>

namespace pgfk {

/// Reads the escapes of a field of COPY text. False where we had better not say: \. , a backslash at the end, a NUL byte.
/// `numeric`: whether an escape by number was there, after which the encoding has to be checked again.
/// Source: copyfromparse.c, CopyReadAttributesText.
bool unescape_copy(std::string_view field, std::string& out, bool& numeric);

/// Halves doubled quotes. False if a quote stands alone, that is, if the literal ended there.
bool halve_quotes(std::string_view literal, std::string& out);

}  // namespace pgfk
