// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/models/run_story.h"

#include <QtWidgets/QWidget>

namespace waypoint {

/// The state of a run: a glyph and a word on the colour that stands for it.
class RunBadge final : public QWidget
{
    Q_OBJECT

public:
    explicit RunBadge(QWidget *parent = nullptr);

    void setState(RunCondition condition, const QString &word);
    [[nodiscard]] QString word() const { return m_word; }
    [[nodiscard]] QSize sizeHint() const override;
    [[nodiscard]] QSize minimumSizeHint() const override { return sizeHint(); }

protected:
    void paintEvent(QPaintEvent *event) override;

private:
    RunCondition m_condition = RunCondition::Starting;
    QString m_word;
};

}  // namespace waypoint
