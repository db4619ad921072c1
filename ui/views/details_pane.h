// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/checkpoint/checkpoint.h"
#include "ui/jobs/job.h"

#include <QtWidgets/QWidget>

#include <optional>

class QLabel;
class QPlainTextEdit;
class QStackedWidget;
class QTabBar;
class QTableWidget;

namespace waypoint {

class CurvePreview;
class FactSheet;
class SchedulePane;
class TensorPane;

/// Everything about the selected entry: the numbers of a tensor, or its facts and whole text, param groups as a table,
/// the learning rates of a scheduler, or a module as print(model) shows it.
class DetailsPane final : public QWidget
{
    Q_OBJECT

public:
    explicit DetailsPane(QWidget *parent = nullptr);

    void setEntry(CheckpointPtr checkpoint, EntryId entry);
    void clear();
    /// Text shown whole below the facts, for tests.
    [[nodiscard]] QString bodyText() const;
    /// The param groups' table, or null while none is shown.
    [[nodiscard]] const QTableWidget *groupsTable() const;
    [[nodiscard]] TensorPane &tensorPane() const { return *m_tensor; }
    [[nodiscard]] CurvePreview &curvePreview() const { return *m_curves; }

Q_SIGNALS:
    void entryActivated(waypoint::EntryId entry);

private:
    void showTensor(Value value);
    void showBody();
    void showPage(QWidget *page);
    void showText(const QString &heading, const QString &text);
    void showStoredText();
    void showGroups(Value groups, const Section *optimizer);
    void showSchedule();
    void showSides();
    void chooseSide(int side);

    CheckpointPtr m_checkpoint;
    EntryId m_entry = kRootEntry;
    Job<QString> m_reading;

    QLabel *m_path;
    QLabel *m_kind;
    FactSheet *m_facts;
    QLabel *m_bodyHeading;
    QStackedWidget *m_body;
    QWidget *m_empty;
    QPlainTextEdit *m_text;
    QTableWidget *m_groups;
    TensorPane *m_tensor;
    SchedulePane *m_schedule;
    QTabBar *m_sides;  ///< of an optimizer with a scheduler: its param groups, and their schedule
    CurvePreview *m_curves;
};

}  // namespace waypoint
