// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/checkpoint/reader.h"
#include "core/io/byte_stream.h"
#include "core/pickle/pickle_machine.h"
#include "core/pickle/resolve.h"

#include <string_view>

namespace waypoint {

/// Reads one pickle from where `stream` stands up to its STOP into `into.values`, and turns what it made into
/// what it stands for with `resolver` (may be null: the values stay raw).
///
/// Every name in it is judged and recorded in `into.globals` under `member` ("archive/data.pkl", empty where
/// the file has only one part), also when the pickle is broken: what was seen until then counts.
///
/// With Unfinished::Keep a pickle that breaks off gives what was built until then; see Unpickled::broken.
enum class Unfinished { Refuse, Keep };
Result<Unpickled> readPickleInto(ByteStream &stream, std::string_view member, const ObjectResolver *resolver,
                                 const OpenOptions &options, Checkpoint &into,
                                 Unfinished unfinished = Unfinished::Refuse);

/// Records the names of a pickle in `into.globals`, and nothing else: for a pickle that hides beside the one that
/// torch.load would read. A pickle that breaks off is no error here; what it named until then is recorded.
/// Returns how many names were new.
std::size_t scanPickleInto(const FilePtr &file, std::string_view member, const OpenOptions &options, Checkpoint &into);

/// Judges `sites` and adds those that `member` does not have yet to `into.globals`. Returns how many were new.
std::size_t recordGlobals(const std::vector<GlobalSite> &sites, std::string_view member, Checkpoint &into);

}  // namespace waypoint
