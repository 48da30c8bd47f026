// The long text on a cause, for `pgfk explain`.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace pgfk {

/// The page of a code ("FK001", any case), a cause's name ("orphan-row"), or a SQLSTATE: 23503 and 23001 list every cause with its
/// headline. Empty where there is no such thing.
std::optional<std::string> explanation(std::string_view topic);

}  // namespace pgfk
