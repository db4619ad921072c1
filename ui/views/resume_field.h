// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QtWidgets/QWidget>

class QLabel;
class QVBoxLayout;

namespace waypoint {

class QuietLabel;

/// Controls of a form with a quiet note below them, and the reason why what they say does not fit.
class ResumeField final : public QWidget
{
    Q_OBJECT

public:
    explicit ResumeField(QWidget *parent = nullptr);

    void add(QWidget *control);
    /// An empty text takes no room.
    void setNote(const QString &text);
    void setProblem(const QString &sentence);
    [[nodiscard]] QString problem() const;

protected:
    void changeEvent(QEvent *event) override;

private:
    void applyColor();

    QVBoxLayout *m_column;
    QuietLabel *m_note;
    QLabel *m_problem;
};

}  // namespace waypoint
