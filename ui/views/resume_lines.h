// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/models/resume_plan.h"

#include <QtWidgets/QWidget>

#include <vector>

namespace waypoint {

/// What is restored, begins anew or contradicts: a line each, told apart by a sign and not by colour alone.
class ResumeLines final : public QWidget
{
    Q_OBJECT

public:
    explicit ResumeLines(QWidget *parent = nullptr);

    void setLines(const std::vector<ResumeLine> &lines);
    [[nodiscard]] const std::vector<ResumeLine> &lines() const { return m_lines; }

private:
    std::vector<ResumeLine> m_lines;
};

}  // namespace waypoint
