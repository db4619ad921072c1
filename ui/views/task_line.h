// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QtCore/QTimer>
#include <QtWidgets/QWidget>

#include <functional>

class QToolButton;

namespace waypoint {

class ElidedLabel;

/// One line about a piece of work: what is being done and how far, with a way to stop it, then what came of it. Out of
/// sight while there is nothing to say.
class TaskLine final : public QWidget
{
    Q_OBJECT

public:
    explicit TaskLine(QWidget *parent = nullptr);

    /// Appears only when the work takes longer than a blink.
    void begin(const QString &doing, std::function<void()> cancel);
    void setShare(double share);
    /// Stays for a while.
    void finish(const QString &result);
    void clear();
    [[nodiscard]] QString text() const;

private:
    void cancel();

    ElidedLabel *m_label;
    QToolButton *m_cancel;
    QTimer m_appear;
    QTimer m_vanish;
    QString m_doing;
    std::function<void()> m_onCancel;
};

}  // namespace waypoint
