// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/io/atomic_file.h"
#include "core/run/file_lock.h"
#include "core/run/json_fields.h"
#include "core/run/run_folder.h"
#include "core/run/surroundings.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <thread>

#include <fcntl.h>
#include <unistd.h>

namespace waypoint {

namespace {

constexpr std::array<std::string_view, 4> kCommands = {"pause", "continue", "checkpoint", "stop"};

/// The highest number that anyone has given a command of this run, -1 before the first.
std::int64_t latestSeq(const RunPaths &paths)
{
    std::int64_t latest = -1;
    if (const auto text = readText(paths.control()))
        if (const auto control = parseControl(*text))
            latest = control->seq;
    if (const auto text = readText(paths.status()))
        if (const auto status = parseStatus(*text))
            latest = std::max(latest, status->handledSeq);
    return latest;
}

/// While it lives nobody else on this computer gives the run a command: two at one moment would take one number, and
/// the second would not be obeyed. A lock on the folder itself leaves no file behind; where folders have none, or
/// somebody holds it for too long, the command is given all the same.
class CommandTurn
{
public:
    explicit CommandTurn(const RunPaths &paths)
        : m_descriptor(::open(paths.folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC))
    {
        constexpr int kTries = 20;
        if (m_descriptor < 0)
            return;
        for (int i = 0; i < kTries && takeLock(m_descriptor, LockKind::Flock) == LockAnswer::Held; ++i)
            std::this_thread::sleep_for(std::chrono::milliseconds(5));
    }
    CommandTurn(const CommandTurn &) = delete;
    CommandTurn &operator=(const CommandTurn &) = delete;
    ~CommandTurn()
    {
        if (m_descriptor >= 0)
            ::close(m_descriptor);
    }

private:
    int m_descriptor;
};

}  // namespace

std::string controlJson(const Control &control)
{
    return fmt::format("{{\"seq\":{},\"command\":\"{}\",\"after\":\"{}\"}}\n", control.seq,
                       kCommands[static_cast<std::size_t>(control.command)], control.afterEpoch ? "epoch" : "step");
}

Result<Control> parseControl(std::string_view text)
{
    const auto json = parseJson(text);
    if (!json)
        return json.error();
    if (!json->is_object() || !json->contains("seq"))
        return Error{.code = ErrorCode::Corrupt, .detail = "control should be an object with 'seq' and 'command'"};
    JsonReader reader(*json, "control");
    Control control;
    std::string word;
    std::string after = "step";
    reader("seq", control.seq);
    reader("command", word);
    reader("after", after);
    const auto command = std::find(kCommands.begin(), kCommands.end(), word);
    if (command == kCommands.end())
        reader.refuse("command", "pause, continue, checkpoint or stop");
    if (after != "step" && after != "epoch")
        reader.refuse("after", "step or epoch");
    if (reader.error())
        return *reader.error();
    control.command = static_cast<Command>(command - kCommands.begin());
    control.afterEpoch = after == "epoch";
    return control;
}

Result<std::int64_t> sendCommand(const RunPaths &paths, Command command, bool afterEpoch)
{
    const CommandTurn turn(paths);
    const Control control{.seq = latestSeq(paths) + 1, .command = command, .afterEpoch = afterEpoch};
    if (const auto written = replaceFile(paths.control(), controlJson(control)); !written)
        return written.error();
    return control.seq;
}

}  // namespace waypoint
