// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/models/run_notice.h"

#include <QtWidgets/QFrame>

class QLabel;
class QPlainTextEdit;
class QToolButton;

namespace waypoint {

class FlowLayout;

/// What a run that does not simply run says: the cause, what to do, its last words, and buttons for it.
class RunNoticeBar final : public QFrame
{
    Q_OBJECT

public:
    explicit RunNoticeBar(QWidget *parent = nullptr);

    void setNotice(const RunNotice &notice, const QString &lastWords);

Q_SIGNALS:
    void actionRequested(waypoint::RunAction action);

protected:
    void changeEvent(QEvent *event) override;
    void paintEvent(QPaintEvent *event) override;

private:
    void showLastWords(const QString &words);
    void showOffers();
    void applyColors();

    RunNotice m_notice;
    QLabel *m_sentence;
    QLabel *m_more;
    QWidget *m_words;
    QPlainTextEdit *m_lastWords;
    QToolButton *m_copy;
    QWidget *m_buttons;
    FlowLayout *m_flow;
};

}  // namespace waypoint
