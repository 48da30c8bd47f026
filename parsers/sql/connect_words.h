// What \connect names, whichever way it is written.
//
// Source: psql's command.c, do_connect; libpq's connection strings and URIs.
#pragma once

#include <string>
#include <vector>

namespace pgfk {

/// The arguments of \connect as database, user, host, port, as far as given; "-" keeps what was. A connection string or URI as
/// the first argument is taken apart, options of \connect are dropped.
std::vector<std::string> connect_words(std::vector<std::string> arguments);

}  // namespace pgfk
