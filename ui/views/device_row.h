// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/run/trainer_answers.h"

#include <QtCore/QString>
#include <QtWidgets/QWidget>

class QLabel;
class QRadioButton;

namespace waypoint {

class ElidedLabel;
class MemoryBar;

/// One device to choose: its name and model, and below how much memory is free and who runs on it, or why it cannot be
/// used.
class DeviceRow final : public QWidget
{
    Q_OBJECT

public:
    explicit DeviceRow(const QString &device, QWidget *parent = nullptr);

    /// What is shown changes in place.
    void setDevice(const TrainerDevice &device);
    /// Nothing is known of it; `text` says why it stands here all the same.
    void setUnknown(const QString &text);
    /// Title of the run that is at work on it.
    void setRun(const QString &title);

    [[nodiscard]] QString name() const { return m_name; }
    [[nodiscard]] bool isUsable() const { return m_usable; }
    [[nodiscard]] QRadioButton *button() const { return m_button; }

protected:
    void paintEvent(QPaintEvent *event) override;
    void mouseReleaseEvent(QMouseEvent *event) override;

private:
    void showFacts();

    QString m_name;
    QString m_memory;  ///< free of total
    QString m_free;
    QString m_busy;
    QString m_run;
    bool m_usable = true;
    QRadioButton *m_button;
    ElidedLabel *m_model;
    MemoryBar *m_bar;
    ElidedLabel *m_facts;
    QLabel *m_reason;
};

}  // namespace waypoint
