// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"
#include "core/pickle/global_use.h"

#include <QtWidgets/QWidget>

#include <filesystem>
#include <vector>

class QLabel;
class QPushButton;

namespace waypoint {

class FactGrid;
class SafetyNote;

/// Takes the place of a file that cannot be opened: what is wrong, at which byte, what to try.
class ProblemPane final : public QWidget
{
    Q_OBJECT

public:
    explicit ProblemPane(QWidget *parent = nullptr);

    /// `globals` are the names seen before it failed: a damaged file can still be a dangerous one.
    void setProblem(const Error &error, const std::filesystem::path &path, const std::vector<GlobalUse> &globals);
    /// What a person reads first, for tests and screen readers.
    [[nodiscard]] QString headline() const;

Q_SIGNALS:
    void retryRequested();
    void openOtherRequested();
    /// The file is damaged, and a part of it may be saved.
    void salvageRequested();

private:
    QLabel *m_headline;
    QLabel *m_explanation;
    FactGrid *m_facts;
    SafetyNote *m_safety;
    QPushButton *m_salvage;
};

}  // namespace waypoint
