// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/run/run_config.h"

#include <QtWidgets/QWidget>

#include <functional>

class QLabel;

namespace waypoint {

class QuietLabel;

/// One row of the form of a training: the name of a setting, its editor, and below it why the value does not fit.
/// Fills itself from a configuration and writes itself into one.
class TrainField final : public QWidget
{
    Q_OBJECT

public:
    enum class Place { Beside, Below };

    /// `option`: of waypoint-train, as its errors name it: "batch-size". `label` has the mnemonic; `help` is one
    /// sentence for newcomers.
    TrainField(const QString &option, const QString &label, QWidget *editor, const QString &help,
               Place place = Place::Beside, QWidget *parent = nullptr);

    [[nodiscard]] const QString &option() const { return m_option; }
    /// What it is called, without mnemonic.
    [[nodiscard]] QString name() const;
    [[nodiscard]] QWidget *editor() const { return m_editor; }
    /// Where the keyboard goes.
    [[nodiscard]] QWidget *focusTarget() const;

    void bind(std::function<void(const RunConfig &)> fill, std::function<void(RunConfig &)> read);
    void fill(const RunConfig &config) const;
    void read(RunConfig &config) const;

    /// Asked after each change: why the value is none, without the subject; empty where it is one.
    void setCheck(std::function<QString()> check);
    /// To be called by whoever knows that the editor's value changed.
    void valueChanged();
    /// What waypoint-train says of it; the field's own reason goes first.
    void setToldProblem(const QString &problem);
    /// For editors that show their own reason: it counts, and is not shown twice.
    void setShowsProblem(bool shows);
    [[nodiscard]] QString ownProblem() const { return m_own; }
    [[nodiscard]] QString problem() const { return m_own.isEmpty() ? m_told : m_own; }
    /// A quiet line below; empty hides it.
    void setNote(const QString &note);
    [[nodiscard]] QString note() const;
    /// What stands in an empty line.
    void setPlaceholder(const QString &text);

Q_SIGNALS:
    void changed();
    void problemChanged();

protected:
    void changeEvent(QEvent *event) override;

private:
    void createRow(Place place, const QString &help);
    void showProblem();
    void applyColor();

    QString m_option;
    QLabel *m_label;
    QWidget *m_editor;
    QLabel *m_problem;
    QuietLabel *m_note;
    std::function<void(const RunConfig &)> m_fill;
    std::function<void(RunConfig &)> m_read;
    std::function<QString()> m_check;
    QString m_own;
    QString m_told;
    bool m_showsProblem = true;
};

/// Room of the names beside the editors, so that those of all sections line up.
constexpr int kTrainLabelWidth = 128;

}  // namespace waypoint
