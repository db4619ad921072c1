// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/run/run_config.h"
#include "ui/models/run_now.h"

#include <QtWidgets/QWidget>

#include <memory>

class QStackedWidget;
class QTreeWidget;

namespace waypoint {

class EmptyState;

/// What a run was started with, to read and to copy.
class RunSettingsView final : public QWidget
{
    Q_OBJECT

public:
    explicit RunSettingsView(QWidget *parent = nullptr);

    void setRun(const RunNow &now);

private:
    QWidget *createTools();
    void fill();
    void copyJson();
    void copyCommand();

    QString m_folder;
    RunDescription m_run;
    bool m_isFilled = false;
    QTreeWidget *m_table;
    EmptyState *m_nothing;
    QStackedWidget *m_stack;
    QWidget *m_tools;
};

}  // namespace waypoint
