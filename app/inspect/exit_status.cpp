// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/inspect/exit_status.h"

#include "core/base/describe_error.h"
#include "core/pickle/python_literal.h"

#include <cerrno>
#include <cstdio>
#include <cstring>

namespace waypoint {

namespace {

// The first write that did not arrive; later ones would only say the same.
int &writeError()
{
    static int code = 0;
    return code;
}

void print(std::FILE *stream, std::string_view text) { std::fwrite(text.data(), 1, text.size(), stream); }

}  // namespace

std::string errorLine(std::string_view file, const Error &error)
{
    std::string line = "waypoint-inspect: ";
    line += file;
    line += ": ";
    line += describe(error);
    return oneLine(line);
}

ExitStatus reportUnreadable(std::string_view file, const Error &error)
{
    print(stderr, errorLine(file, error) + '\n');
    return ExitStatus::Unreadable;
}

void writeOutput(std::string_view text)
{
    if (writeError() != 0)
        return;
    if (std::fwrite(text.data(), 1, text.size(), stdout) != text.size())
        writeError() = errno;
}

bool outputFailed()
{
    if (writeError() == 0 && std::fflush(stdout) != 0)
        writeError() = errno;
    if (writeError() == 0)
        return false;
    print(stderr, std::string("waypoint-inspect: standard output: ") + std::strerror(writeError())
                      + "; nothing more can be written there, free some space or choose another place\n");
    return true;
}

}  // namespace waypoint
