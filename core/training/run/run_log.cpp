// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/training/run/run_log.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstdio>

namespace waypoint {

namespace {

/// A log that cannot be written is no reason to stop: what is lost is lost.
void writeAll(int descriptor, std::string_view text)
{
    while (!text.empty()) {
        const ssize_t written = ::write(descriptor, text.data(), text.size());
        if (written <= 0)
            return;
        text.remove_prefix(static_cast<std::size_t>(written));
    }
}

}  // namespace

std::string progressText(const ProgressLine &line)
{
    std::string text = fmt::format("Epoch[{:03}/{:03}] Iteration[{:03}/{:03}] LR: {:.1e} Loss: {:.4f}", line.epoch,
                                   line.epochs, line.batch, line.batches, line.lr, line.loss);
    if (line.accuracy)
        text += fmt::format(" Acc: {:.2f}%", *line.accuracy * 100);
    if (line.valLoss)
        text += fmt::format(" Val: {:.4f}", *line.valLoss);
    if (line.valAccuracy)
        text += fmt::format(" {:.2f}%", *line.valAccuracy * 100);
    return text;
}

std::string durationText(double seconds)
{
    const auto whole = static_cast<std::int64_t>(seconds + 0.5);
    if (whole >= 3600)
        return fmt::format("{} h {:02} min", whole / 3600, whole % 3600 / 60);
    if (whole >= 60)
        return fmt::format("{} min {:02} s", whole / 60, whole % 60);
    return fmt::format("{} s", whole);
}

RunLog::RunLog(const std::filesystem::path &file)
    : m_file(::open(file.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0666)), m_terminal(isatty(STDOUT_FILENO))
{
}

RunLog::~RunLog()
{
    if (m_lineOpen)
        writeAll(STDOUT_FILENO, "\n");
    if (m_file >= 0)
        ::close(m_file);
}

void RunLog::toFile(std::string_view text)
{
    if (m_file >= 0)
        writeAll(m_file, text);
}

void RunLog::toScreen(std::string_view text) { writeAll(STDOUT_FILENO, text); }

void RunLog::say(std::string_view text)
{
    const std::string line = std::string(text) + '\n';
    toFile(line);
    endProgress(line);
}

void RunLog::sayFailed(std::string_view text)
{
    const std::string line = std::string(text) + '\n';
    if (!standardErrorIsFile())
        toFile(line);
    endProgress(line);
}

void RunLog::endProgress(const std::string &line)
{
    toScreen((m_lineOpen ? "\n" : "") + line);
    m_lineOpen = false;
}

bool RunLog::standardErrorIsFile() const
{
    struct stat file = {};
    struct stat error = {};
    return ::fstat(m_file, &file) == 0 && ::fstat(STDERR_FILENO, &error) == 0 && file.st_dev == error.st_dev
           && file.st_ino == error.st_ino;
}

void RunLog::progress(const ProgressLine &line)
{
    const std::string text = progressText(line);
    toFile(text + '\n');
    std::string screen = text;
    if (line.samplesPerSecond > 0)
        screen += fmt::format("  {:.0f} samples/s", line.samplesPerSecond);
    if (line.samplesPerSecond > 0 && line.secondsLeft >= 0)
        screen += ", " + durationText(line.secondsLeft) + " left";
    if (!m_terminal)
        return toScreen(screen + '\n');
    toScreen('\r' + screen + "\x1b[K");
    m_lineOpen = true;
}

}  // namespace waypoint
