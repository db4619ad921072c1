// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QtWidgets/QFrame>

class QLabel;
class QPushButton;

namespace waypoint {

class ElidedLabel;

/// The first line of a page: what the file is, what it is made of, and the actions that follow from it. A click leads
/// to the overview.
class SummaryHeader final : public QFrame
{
    Q_OBJECT

public:
    explicit SummaryHeader(QWidget *parent = nullptr);

    void setText(const QString &sentence, const QString &details);
    [[nodiscard]] QString sentence() const;
    /// Offers to resume training from the file. Begins without.
    void setResumable(bool resumable);
    /// Offers to export from the file. Begins without.
    void setExportable(bool exportable);

Q_SIGNALS:
    void clicked();
    void resumeClicked();
    void exportClicked();

protected:
    void mouseReleaseEvent(QMouseEvent *event) override;

private:
    QWidget *createText();

    QLabel *m_sentence;
    ElidedLabel *m_details;
    QPushButton *m_resume;
    QPushButton *m_export;
};

}  // namespace waypoint
