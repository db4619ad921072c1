// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QtWidgets/QWidget>

class QLabel;

namespace waypoint {

/// The line under a field: what is known of the choice, quietly, or why it does not fit, with a sign. Hidden while
/// there is nothing to say.
class StateLine final : public QWidget
{
    Q_OBJECT

public:
    explicit StateLine(QWidget *parent = nullptr);

    void setQuiet(const QString &text);
    void setProblem(const QString &text);
    [[nodiscard]] QString text() const;
    [[nodiscard]] bool isProblem() const { return m_isProblem; }

protected:
    void changeEvent(QEvent *event) override;

private:
    void show(const QString &text, bool isProblem);
    void applyColor();

    QLabel *m_sign;
    QLabel *m_text;
    bool m_isProblem = false;
};

}  // namespace waypoint
