// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QtWidgets/QFrame>

class QLabel;

namespace waypoint {

class ElidedLabel;

/// The first line of a page: what the file is, and what it is made of. A click leads to the overview.
class SummaryHeader final : public QFrame
{
    Q_OBJECT

public:
    explicit SummaryHeader(QWidget *parent = nullptr);

    void setText(const QString &sentence, const QString &details);
    [[nodiscard]] QString sentence() const;

Q_SIGNALS:
    void clicked();

protected:
    void mouseReleaseEvent(QMouseEvent *event) override;

private:
    QLabel *m_sentence;
    ElidedLabel *m_details;
};

}  // namespace waypoint
