// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/models/colors.h"

#include <QtWidgets/QFrame>

class QAbstractButton;
class QHBoxLayout;
class QLabel;
class QToolButton;

namespace waypoint {

/// A coloured line at the place it concerns: one sentence, buttons, and more lines to unfold where there are more.
class NoticeBar final : public QFrame
{
    Q_OBJECT

public:
    explicit NoticeBar(colors::Notice notice, QWidget *parent = nullptr);

    /// The first line is the sentence; the rest unfolds. No lines hide the bar.
    void setLines(const QString &sentence, const QStringList &more = {});
    QAbstractButton *addButton(const QString &text);

protected:
    void changeEvent(QEvent *event) override;
    void paintEvent(QPaintEvent *event) override;

private:
    void applyColors();
    void unfold(bool open);

    colors::Notice m_notice;
    QLabel *m_sentence;
    QLabel *m_more;
    QToolButton *m_unfold;
    QHBoxLayout *m_line;
};

}  // namespace waypoint
