// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>

namespace waypoint::test {

/// What the stand-in does where it is told to `start` or `resume` a run: eight steps an epoch, 200 steps a second with
/// a line of metrics each, a checkpoint an epoch, commands obeyed, SIGTERM too; `--epochs` (50) and `--device` count,
/// other options are passed over. Modes go wrong at step 20, in epoch 2:
///   fine           does not
///   garbage        its run.json is good; what it writes else is random bytes; lives two seconds more
///   half-line      metrics.jsonl and status.json end in the middle, then it is gone
///   hang           holds the lock, and neither beats nor hears, not even SIGTERM
///   abort          says a last word and aborts
///   exit3          ends with status 3 before its first word
///   exit3-midway   ends with status 3 without a word
///   exit3-told     says that the device is lost
///   silent-death   ends with status 0 without a word
///   oom-told, nan-told   say that memory ran out, that the loss is NaN
///   killed         kills itself
///   other-version  its run.json is of version 99; trains on as if all were well
///   deletes-folder removes its run folder and goes on
///   fills-disk     says that the disk is full
///   slow-start     takes two seconds to its first word
///   late-lock      speaks a second before it has the lock
/// The exit status.
int misbehaveAsRun(int argc, char **argv, const std::string &mode);

}  // namespace waypoint::test
