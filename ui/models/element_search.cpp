// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/models/element_search.h"

#include "core/base/describe_error.h"
#include "ui/models/text.h"

#include <chrono>

namespace waypoint {

namespace {

constexpr std::chrono::milliseconds kSampleEvery(100);

}  // namespace

ElementSearch::ElementSearch(QObject *parent) : QObject(parent), m_job(this)
{
    m_sample.setInterval(kSampleEvery);
    connect(&m_sample, &QTimer::timeout, this, [this] {
        const Progress *progress = m_job.progress();
        if (m_job.isRunning() && progress->total > 0)
            Q_EMIT progressed(static_cast<double>(progress->done) / static_cast<double>(progress->total));
    });
}

void ElementSearch::start(NumericTensorPtr tensor, Wanted wanted, std::int64_t from, bool backwards)
{
    m_sample.start();
    m_job.start(
        [tensor = std::move(tensor), wanted, from, backwards](std::stop_token stop, Progress &progress) {
            progress.total = static_cast<std::uint64_t>(tensor->ref.elementCount().value_or(0));
            return std::make_shared<const Result<std::optional<std::int64_t>>>(
                findElement(*tensor, wanted, from, backwards, stop,
                            [&](std::int64_t done) { progress.done = static_cast<std::uint64_t>(done); }));
        },
        [this](const std::shared_ptr<const Result<std::optional<std::int64_t>>> &position) { take(*position); });
}

void ElementSearch::cancel()
{
    m_sample.stop();
    m_job.cancel();
}

void ElementSearch::take(const Result<std::optional<std::int64_t>> &position)
{
    m_sample.stop();
    if (!position)
        Q_EMIT failed(text::fromUtf8(describe(position.error())));
    else if (*position)
        Q_EMIT found(**position);
    else
        Q_EMIT foundNothing();
}

}  // namespace waypoint
