// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/support/misbehaving_run.h"

#include "core/checkpoint/torch_writer.h"
#include "core/io/atomic_file.h"
#include "core/metrics/metrics_log.h"
#include "core/run/control_watch.h"
#include "core/run/surroundings.h"

#include <array>
#include <chrono>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <random>
#include <string_view>
#include <system_error>
#include <thread>

#include <unistd.h>

namespace waypoint::test {

namespace {

using namespace std::chrono_literals;

constexpr std::int64_t kBatches = 8;
constexpr std::int64_t kTrouble = 20;  ///< step
constexpr auto kStep = 5ms;

volatile std::sig_atomic_t isTerminated = 0;

struct Order
{
    std::filesystem::path folder;
    std::string device = "cpu";
    std::int64_t epochs = 50;
};

Order orderOf(int argc, char **argv)
{
    Order order;
    if (argc > 2 && std::string_view(argv[1]) == "resume")
        order.folder = runFolderOf(argv[2]).value_or("");
    for (int i = 2; i + 1 < argc; ++i) {
        const std::string_view option = argv[i];
        if (option == "--out")
            order.folder = argv[i + 1];
        else if (option == "--device")
            order.device = argv[i + 1];
        else if (option == "--epochs")
            order.epochs = std::atoll(argv[i + 1]);
    }
    return order;
}

std::string randomBytes()
{
    std::mt19937 random(7);
    std::string bytes(3000, ' ');
    for (char &byte : bytes)
        byte = static_cast<char>(random());
    return bytes;
}

void write(const std::filesystem::path &path, const std::string &bytes, std::ios::openmode mode = std::ios::trunc)
{
    std::ofstream(path, std::ios::binary | mode) << bytes;
}

int refuse(const std::string &why, int status)
{
    std::fprintf(stderr, "waypoint-train: %s\n", why.c_str());
    return status;
}

/// A run as waypoint-train's, but that nothing is trained.
class StandIn
{
public:
    StandIn(Order order, std::string mode) : m_order(std::move(order)), m_paths(m_order.folder), m_mode(std::move(mode))
    {
    }

    int run()
    {
        if (m_mode == "exit3")
            return 3;
        if (m_mode == "slow-start")
            std::this_thread::sleep_for(2s);
        if (m_mode == "late-lock")
            speakWithoutLock();
        auto lock = RunLock::acquire(m_paths);
        if (!lock)
            return refuse(lock.error().detail, 2);
        begin();
        auto metrics = MetricsLog::open(m_paths.metrics());
        if (!metrics)
            return refuse(metrics.error().detail, 2);
        while (m_step < m_order.epochs * kBatches)
            if (const auto end = step(*metrics))
                return *end;
        return finish(RunState::Finished, "All epochs are done.");
    }

private:
    [[nodiscard]] std::string description() const
    {
        RunConfig config;
        config.model = "iris";
        config.device = m_order.device;
        config.epochs = m_order.epochs;
        std::string text = runJson(config, {.host = hostName()});
        if (m_mode == "other-version")
            text.replace(text.find("\"waypoint\": 1"), 13, "\"waypoint\": 99");
        return text;
    }

    [[nodiscard]] RunStatus where(RunState state) const
    {
        return {.state = state,
                .pid = ::getpid(),
                .host = hostName(),
                .heartbeat = secondsNow(),
                .epoch = std::min(m_step / kBatches, m_order.epochs - 1),
                .epochs = m_order.epochs,
                .step = m_step,
                .batch = m_step % kBatches,
                .batches = kBatches};
    }

    void speakWithoutLock()
    {
        std::error_code ignored;
        std::filesystem::create_directories(m_paths.folder, ignored);
        write(m_paths.run(), description());
        write(m_paths.status(), statusJson(where(RunState::Starting)));
        std::this_thread::sleep_for(1s);
    }

    void begin()
    {
        m_watch.emplace(m_paths, where(RunState::Starting));
        static_cast<void>(replaceFile(m_paths.run(), description()));
        m_watch->set([](RunStatus &status) { status.state = RunState::Running; });
    }

    /// The exit status, where it is the last one.
    std::optional<int> step(MetricsLog &metrics)
    {
        std::this_thread::sleep_for(kStep);
        ++m_step;
        static_cast<void>(metrics.append({.step = m_step,
                                          .epoch = (m_step - 1) / kBatches,
                                          .time = secondsNow(),
                                          .values = {{"loss/train", 1.0 / static_cast<double>(m_step)}}}));
        m_watch->set([this](RunStatus &status) {
            const RunStatus now = where(status.state);
            status.epoch = now.epoch;
            status.step = now.step;
            status.batch = now.batch;
        });
        if (m_step % kBatches == 0)
            endEpoch(m_step / kBatches - 1);
        if (m_step == kTrouble)
            if (const auto end = misbehave())
                return end;
        return obey();
    }

    void endEpoch(std::int64_t epoch)
    {
        write(m_paths.log(), "Epoch[" + std::to_string(epoch) + "] Iteration[008/008] Loss: 0.5\n", std::ios::app);
        save(m_paths.epoch(epoch));
        static_cast<void>(replaceByLink(m_paths.epoch(epoch), m_paths.last()));
    }

    void save(const std::filesystem::path &path)
    {
        ValueTree tree;
        const std::array<ValueId, 4> items{tree.addStr("epoch"), tree.addInt(m_step / kBatches - 1),
                                           tree.addStr("step"), tree.addInt(m_step)};
        const ValueId root = tree.addContainer(ValueKind::Dict, items);
        if (writeTorchFile(path, tree, root))
            m_watch->set([&](RunStatus &status) { status.lastCheckpoint = path.filename().string(); });
    }

    void saveAsAsked()
    {
        save(m_paths.last());
        write(m_paths.log(), "A checkpoint is saved as asked.\n", std::ios::app);
    }

    std::optional<int> obey()
    {
        if (isTerminated != 0)
            return stop();
        bool isPaused = false;
        do {
            const auto control = m_watch->take();
            if (control && control->command == Command::Stop)
                return stop();
            if (control && control->command == Command::Checkpoint)
                saveAsAsked();
            else if (control)
                isPaused = control->command == Command::Pause;
            m_watch->set([&](RunStatus &status) { status.state = isPaused ? RunState::Paused : RunState::Running; });
            if (isPaused && isTerminated == 0)
                m_watch->wait(100ms);
        } while (isPaused && isTerminated == 0);
        return std::nullopt;
    }

    int stop()
    {
        save(m_paths.last());
        return finish(RunState::Stopped, "Stopped as asked.");
    }

    int finish(RunState state, const std::string &message)
    {
        m_watch->set([&](RunStatus &status) {
            status.state = state;
            status.message = message;
        });
        m_watch.reset();
        return 0;
    }

    int fail(const std::string &reason, const std::string &message, int exitStatus)
    {
        m_watch->set([&](RunStatus &status) { status.reason = reason; });
        finish(RunState::Failed, message);
        return refuse(message, exitStatus);
    }

    std::optional<int> misbehave()
    {
        static const std::map<std::string_view, std::optional<int> (StandIn::*)()> kWays = {
            {"garbage", &StandIn::talkGarbage},
            {"half-line", &StandIn::breakOff},
            {"hang", &StandIn::hang},
            {"abort", &StandIn::abort},
            {"deletes-folder", &StandIn::deleteFolder},
            {"killed", &StandIn::killItself},
        };
        if (const auto way = kWays.find(m_mode); way != kWays.end())
            return (this->*way->second)();
        if (m_mode == "exit3-midway" || m_mode == "silent-death")
            std::_Exit(m_mode == "silent-death" ? 0 : 3);
        if (m_mode == "exit3-told")
            return fail("device", "The device cuda:0 was lost.", 3);
        if (m_mode == "oom-told")
            return fail("out_of_memory", "Training cannot go on (out of memory: tried to allocate 2 GiB).", 4);
        if (m_mode == "nan-told")
            return fail("nan", "Training cannot go on (the loss is nan in epoch 2, at step 20).", 4);
        if (m_mode == "fills-disk")
            return fail("file", "It cannot be written: 'last.pth' (No space left on device).", 2);
        return std::nullopt;
    }

    std::optional<int> talkGarbage()
    {
        m_watch.reset();
        for (const auto &path : {m_paths.status(), m_paths.metrics(), m_paths.log()})
            write(path, randomBytes());
        std::fputs(randomBytes().c_str(), stderr);
        std::this_thread::sleep_for(2s);
        return 0;
    }

    std::optional<int> breakOff()
    {
        const std::string status = statusJson(where(RunState::Running));
        m_watch.reset();
        write(m_paths.status(), status.substr(0, status.size() / 2));
        write(m_paths.metrics(), "{\"step\":21,\"epo", std::ios::app);
        std::_Exit(1);
    }

    std::optional<int> hang()
    {
        m_watch.reset();
        std::signal(SIGTERM, SIG_IGN);
        for (;;)
            ::pause();
    }

    std::optional<int> abort()
    {
        std::fputs("terminate called after throwing an instance of 'std::logic_error'\n"
                   "  what():  the stand-in gives up\n",
                   stderr);
        std::abort();
    }

    std::optional<int> deleteFolder()
    {
        std::error_code ignored;
        std::filesystem::remove_all(m_paths.folder, ignored);
        std::filesystem::remove_all(m_paths.folder, ignored);  // a status may have been written meanwhile
        return std::nullopt;
    }

    std::optional<int> killItself()
    {
        std::raise(SIGKILL);
        return std::nullopt;
    }

    const Order m_order;
    const RunPaths m_paths;
    const std::string m_mode;
    std::int64_t m_step = 0;
    std::optional<ControlWatch> m_watch;
};

}  // namespace

int misbehaveAsRun(int argc, char **argv, const std::string &mode)
{
    std::signal(SIGTERM, [](int) { isTerminated = 1; });
    std::signal(SIGXFSZ, SIG_IGN);
    return StandIn(orderOf(argc, argv), mode).run();
}

}  // namespace waypoint::test
