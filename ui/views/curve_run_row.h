// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/models/curve_sources.h"

#include <QtWidgets/QFrame>

class QCheckBox;
class QLabel;
class QPushButton;
class QToolButton;

namespace waypoint {

class ElidedLabel;
class QuietLabel;

/// One run of the list.
class CurveRunRow final : public QFrame
{
    Q_OBJECT

public:
    explicit CurveRunRow(QWidget *parent = nullptr);

    void setState(const CurveSourceState &state);
    [[nodiscard]] const CurveSourceState &state() const { return m_state; }

Q_SIGNALS:
    void shownChanged(const QString &path, bool shown);
    void removeRequested(const QString &path);
    void retryRequested(const QString &path);

protected:
    void changeEvent(QEvent *event) override;
    void keyPressEvent(QKeyEvent *event) override;

private:
    void applyColours();

    CurveSourceState m_state;
    QCheckBox *m_shown;
    QLabel *m_swatch;
    ElidedLabel *m_title;
    ElidedLabel *m_details;
    QLabel *m_problem;
    QPushButton *m_retry;
    QToolButton *m_remove;
};

}  // namespace waypoint
