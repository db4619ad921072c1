// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/models/resume_choice.h"
#include "ui/models/resume_file.h"

#include <QtWidgets/QWidget>

class QLineEdit;
class QRadioButton;

namespace waypoint {

/// Where the run is kept: in the run folder it lies in, or in one of its own.
class ResumePlace final : public QWidget
{
    Q_OBJECT

public:
    explicit ResumePlace(QWidget *parent = nullptr);

    void setFile(const ResumeFile &file);
    void fill(ResumeInput &input) const;

Q_SIGNALS:
    void changed();

private:
    void browse();
    void take(const QString &folder);

    QRadioButton *m_inPlace;
    QRadioButton *m_own;
    QLineEdit *m_folder;
};

}  // namespace waypoint
