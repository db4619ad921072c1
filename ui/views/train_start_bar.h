// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QtWidgets/QFrame>

class QLabel;
class QPushButton;
class QToolButton;

namespace waypoint {

/// Below the form of a training, always in sight: what will happen or what is in the way, and the button.
class TrainStartBar final : public QFrame
{
    Q_OBJECT

public:
    enum class State { Checking, Ready, Blocked };
    /// What helps where it is blocked.
    enum class Way { None, Show, TryAgain };

    explicit TrainStartBar(QWidget *parent = nullptr);

    void setState(State state, const QString &sentence, Way way = Way::None);
    void setButtonText(const QString &text);
    [[nodiscard]] QString text() const;
    [[nodiscard]] QPushButton *button() const { return m_start; }

Q_SIGNALS:
    void startClicked();
    void showClicked();
    void tryAgainClicked();

protected:
    void changeEvent(QEvent *event) override;

private:
    void applyColors();

    State m_state = State::Checking;
    QLabel *m_sign;
    QLabel *m_text;
    QToolButton *m_show;
    QToolButton *m_tryAgain;
    QPushButton *m_start;
};

}  // namespace waypoint
