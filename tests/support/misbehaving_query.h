// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>

namespace waypoint::test {

/// What the stand-in does where it is asked for devices, models, a plan, an evaluation or its version. Modes:
///   fine           answers as waypoint-train does; `devices --watch` a line every 50 ms, with one byte less free each
///   garbage        prints what is no JSON
///   half           prints the first half of the answer
///   hang           prints nothing, for ever, and is deaf to SIGTERM
///   slow           answers after a second
///   abort, segv    says a last word and crashes
///   exit3          refuses, as for want of a device
///   silent         prints nothing and ends well
///   flood          prints for ever
///   other-version  says that it is 9.9.9; its plans lack what they should have
///   other-keys     answers with documents of other keys
///   no-watch       refuses --watch, as earlier versions do; fine else
///   half-lines     watches in half lines, with a line that is far too long in between
/// The exit status.
int misbehaveAsQuery(int argc, char **argv, const std::string &mode);

}  // namespace waypoint::test
