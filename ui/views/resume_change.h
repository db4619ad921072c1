// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QtWidgets/QWidget>

class QLabel;
class QPushButton;

namespace waypoint {

/// A setting that mostly stays: says what it is, and opens its chooser only where somebody wants another.
class ResumeChange final : public QWidget
{
    Q_OBJECT

public:
    /// `name`: of the setting, for screen readers. Takes the chooser.
    ResumeChange(const QString &name, QWidget *chooser, QWidget *parent = nullptr);

    void setValue(const QString &text);
    void setOpen(bool open);
    [[nodiscard]] bool isOpen() const { return m_isOpen; }

Q_SIGNALS:
    /// "Change…" was pressed; the chooser is open.
    void opened();

private:
    QWidget *m_line;
    QLabel *m_value;
    QPushButton *m_change;
    QWidget *m_chooser;
    bool m_isOpen = false;
};

}  // namespace waypoint
