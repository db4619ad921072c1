// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/models/compare_numbers.h"

#include <QtCore/QElapsedTimer>
#include <QtCore/QObject>
#include <QtCore/QTimer>

#include <chrono>
#include <memory>
#include <optional>

namespace waypoint {

class CompareWork;

/// Two checkpoints made ready to be compared number by number: made in the background.
struct Comparison
{
    CompareContentPtr content;
    std::shared_ptr<CompareNumbers> numbers;
    std::shared_ptr<CompareWork> work;

    [[nodiscard]] static std::shared_ptr<const Comparison> of(CompareContentPtr content);
};
using ComparisonPtr = std::shared_ptr<const Comparison>;

/// Compares the numbers of two checkpoints in the background while the window is used: the selected row first, then
/// those in view, then the rest. Lives on the window's thread, which never waits for it.
class CompareScan final : public QObject
{
    Q_OBJECT

public:
    enum class State { Idle, Running, Paused, Stopped, Finished };

    explicit CompareScan(QObject *parent = nullptr);
    ~CompareScan() override;

    /// Begins anew; null ends it.
    void begin(ComparisonPtr comparison);
    /// The rows in view.
    void prefer(std::vector<std::size_t> tensors);
    /// The selected row: it comes first, also while paused or stopped.
    void want(std::optional<std::size_t> tensor);
    void pause();
    void stop();
    /// Goes on, also after stop().
    void resume();

    [[nodiscard]] const ComparisonPtr &comparison() const { return m_comparison; }
    [[nodiscard]] State state() const { return m_state; }
    /// 0 to 1, by bytes.
    [[nodiscard]] double progress() const { return m_progress; }
    /// Until it is done, at the pace it had so far; nothing while that cannot be told.
    [[nodiscard]] std::optional<std::chrono::milliseconds> timeLeft() const;

Q_SIGNALS:
    /// At most 20 times a second, with all that arrived meanwhile.
    void arrived(const std::vector<std::size_t> &tensors);
    void stateChanged();
    void progressed();

private:
    void halt(State state);
    void collect();
    void setState(State state);

    State m_state = State::Idle;
    ComparisonPtr m_comparison;
    double m_progress = 0;
    double m_progressAtStart = 0;
    QTimer m_poll;
    QElapsedTimer m_sinceArrival;
    QElapsedTimer m_sinceStart;
};

}  // namespace waypoint
