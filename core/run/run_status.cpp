// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/run/json_fields.h"
#include "core/run/run_folder.h"

#include <algorithm>
#include <array>

namespace waypoint {

namespace {

constexpr std::array<std::string_view, 6> kStates = {"starting", "running", "paused", "stopped", "finished", "failed"};

/// Keys in the order of status.json; `state` comes before them.
template<typename Visit, typename Status>
void eachField(Visit &visit, Status &status)
{
    visit("pid", status.pid);
    visit("host", status.host);
    visit("heartbeat", status.heartbeat);
    visit("epoch", status.epoch);
    visit("step", status.step);
    visit("message", status.message);
    visit("handled_seq", status.handledSeq);
    visit("epochs", status.epochs);
    visit("batch", status.batch);
    visit("batches", status.batches);
    visit("samples_per_second", status.samplesPerSecond);
    visit("seconds_left", status.secondsLeft);
    visit("reason", status.reason);
    visit("last_checkpoint", status.lastCheckpoint);
    visit("memory", status.memoryBytes);
    visit("device_memory", status.deviceMemoryBytes);
}

}  // namespace

std::string_view runStateName(RunState state) { return kStates[static_cast<std::size_t>(state)]; }

bool isFinal(RunState state)
{
    return state == RunState::Stopped || state == RunState::Finished || state == RunState::Failed;
}

std::string statusJson(const RunStatus &status)
{
    JsonWriter writer;
    writer("state", runStateName(status.state));
    eachField(writer, status);
    return writer.finish();
}

Result<RunStatus> parseStatus(std::string_view text)
{
    const auto json = parseJson(text);
    if (!json)
        return json.error();
    if (!json->is_object())
        return Error{.code = ErrorCode::Corrupt, .detail = "status.json should be an object"};
    JsonReader reader(*json, "status.json");
    RunStatus status;
    std::string word(runStateName(status.state));
    reader("state", word);
    eachField(reader, status);
    const auto state = std::find(kStates.begin(), kStates.end(), word);
    if (state == kStates.end())
        reader.refuse("state", "starting, running, paused, stopped, finished or failed");
    if (reader.error())
        return *reader.error();
    status.state = static_cast<RunState>(state - kStates.begin());
    return status;
}

}  // namespace waypoint
