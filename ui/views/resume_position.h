// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/models/resume_choice.h"
#include "ui/models/resume_file.h"

#include <QtWidgets/QWidget>

class QLabel;
class QRadioButton;
class QSpinBox;
class QToolButton;

namespace waypoint {

/// The epoch that a run goes on at, of how many, and what the file's `epoch` means where it can mean two things.
class ResumePosition final : public QWidget
{
    Q_OBJECT

public:
    explicit ResumePosition(QWidget *parent = nullptr);

    /// Forgets what was chosen.
    void setFile(const ResumeFile &file);
    void setPlan(const TrainerPlan &plan);
    /// Writes what a person has chosen here.
    void fill(ResumeInput &input) const;

Q_SIGNALS:
    void changed();

private:
    QWidget *createNumbers();
    QWidget *createMeanings();
    void chooseNext(int epoch);
    void chooseMeaning(const QString &meaning);
    void forgetNext();
    void showMeanings(const TrainerPlan &plan);

    QSpinBox *m_next;
    QSpinBox *m_epochs;
    QToolButton *m_back;
    QWidget *m_meanings;
    QRadioButton *m_finished;
    QRadioButton *m_following;
    QLabel *m_why;

    std::optional<std::int64_t> m_chosenNext;
    std::int64_t m_chosenEpochs = 0;
    QString m_epochIs;
    bool m_isAmbiguous = false;  ///< stays, once a plan has said so
};

}  // namespace waypoint
