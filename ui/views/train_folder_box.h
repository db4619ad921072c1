// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/run/trainer_answers.h"
#include "ui/jobs/job.h"
#include "ui/models/train_folder.h"

#include <QtCore/QTimer>
#include <QtWidgets/QWidget>

class QLabel;
class QPushButton;

namespace waypoint {

class TrainField;
class TrainPathEdit;

/// The folder of a new run: the first free one until a person names another; with the space that is free there and
/// what the checkpoints will take. Looks at the disk in the background.
class TrainFolderBox final : public QWidget
{
    Q_OBJECT

public:
    explicit TrainFolderBox(QWidget *parent = nullptr);

    /// Absolute; empty until the first free one is found.
    [[nodiscard]] QString folder() const;
    /// As the person names it; empty: the first free one.
    void setFolder(const QString &folder);
    /// What runs of these settings are called.
    void setStem(const QString &stem);
    /// The folders of runs that are known, also of those that have not made theirs yet.
    void setTaken(const QStringList &folders);
    /// The next one that is free: the present one begins.
    void useNext();
    /// Back to the usual place.
    void reset();

    [[nodiscard]] bool isLooking() const { return m_looking.isRunning() || m_settle.isActive(); }
    [[nodiscard]] QString problem() const;
    void setToldProblem(const QString &problem);
    /// What the run will take; null while not known.
    void setPlan(const TrainerPlan *plan);
    [[nodiscard]] QString warning() const;
    [[nodiscard]] TrainField *field() const { return m_field; }

Q_SIGNALS:
    /// Another folder, or another judgement of it.
    void changed();

protected:
    void changeEvent(QEvent *event) override;

private:
    void edited();
    void look();
    void take(const FolderLook &look);
    void showSpace();
    void applyColor();

    Job<FolderLook> m_looking;
    QTimer m_settle;
    FolderLook m_look;
    bool m_isOwn = false;  ///< named by the person
    QString m_base;
    QString m_stem = QStringLiteral("iris");
    QString m_settingsStem = m_stem;  ///< the last one the settings asked for
    QStringList m_taken;
    std::uint64_t m_needed = 0;
    QString m_size;

    TrainPathEdit *m_path;
    TrainField *m_field;
    QPushButton *m_useNew;
    QLabel *m_warning;
};

}  // namespace waypoint
