// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/views/run_settings_view.h"

#include "core/run/train_command.h"
#include "ui/models/run_settings.h"
#include "ui/models/text.h"
#include "ui/views/badge_delegate.h"
#include "ui/views/empty_state.h"

#include <QtGui/QClipboard>
#include <QtGui/QGuiApplication>
#include <QtWidgets/QHBoxLayout>
#include <QtWidgets/QHeaderView>
#include <QtWidgets/QPushButton>
#include <QtWidgets/QStackedWidget>
#include <QtWidgets/QTreeWidget>
#include <QtWidgets/QVBoxLayout>

namespace waypoint {

RunSettingsView::RunSettingsView(QWidget *parent)
    : QWidget(parent), m_table(new QTreeWidget), m_nothing(new EmptyState), m_stack(new QStackedWidget)
{
    m_table->setHeaderHidden(true);
    m_table->setColumnCount(2);
    m_table->setRootIsDecorated(false);
    m_table->setFrameShape(QFrame::NoFrame);
    m_table->setUniformRowHeights(true);
    m_table->setItemDelegate(new BadgeDelegate(Qt::UserRole, m_table));
    m_table->setObjectName(QStringLiteral("runSettings"));
    m_table->setAccessibleName(tr("What the run was started with"));
    m_nothing->setText(tr("No settings yet"), tr("The trainer writes them to run.json when it starts."));
    m_stack->addWidget(m_nothing);
    m_stack->addWidget(m_table);
    m_tools = createTools();
    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(0);
    layout->addWidget(m_stack, 1);
    layout->addWidget(m_tools);
    m_tools->setEnabled(false);
}

QWidget *RunSettingsView::createTools()
{
    auto *json = new QPushButton(tr("Copy as run.json"));
    json->setToolTip(tr("The whole configuration, every default written out"));
    json->setObjectName(QStringLiteral("copyRunJson"));
    auto *command = new QPushButton(tr("Copy as Command Line"));
    command->setToolTip(tr("What starts the same run from a shell"));
    command->setObjectName(QStringLiteral("copyRunCommand"));
    connect(json, &QPushButton::clicked, this, &RunSettingsView::copyJson);
    connect(command, &QPushButton::clicked, this, &RunSettingsView::copyCommand);
    auto *tools = new QWidget;
    auto *layout = new QHBoxLayout(tools);
    layout->setContentsMargins(10, 4, 8, 4);
    layout->addStretch(1);
    layout->addWidget(json);
    layout->addWidget(command);
    return tools;
}

void RunSettingsView::setRun(const RunNow &now)
{
    const bool isKnown = now.snapshot && now.snapshot->exists && !now.snapshot->error;
    m_tools->setEnabled(isKnown);
    m_stack->setCurrentWidget(isKnown ? static_cast<QWidget *>(m_table) : m_nothing);
    if (!isKnown) {
        m_isFilled = false;
        return;
    }
    const RunDescription &run = now.snapshot->view.description;
    if (m_isFilled && now.folder == m_folder && run.config == m_run.config && run.environment == m_run.environment)
        return;
    m_folder = now.folder;
    m_run = run;
    m_isFilled = true;
    fill();
}

void RunSettingsView::fill()
{
    m_table->clear();
    for (const RunSettingsGroup &group : runSettings(m_run)) {
        auto *heading = new QTreeWidgetItem(m_table, {group.name});
        QFont strong = m_table->font();
        strong.setWeight(QFont::DemiBold);
        heading->setFont(0, strong);
        heading->setFirstColumnSpanned(true);
        for (const auto &[name, value] : group.rows) {
            auto *row = new QTreeWidgetItem(heading, {name, value});
            row->setToolTip(1, value.toHtmlEscaped());
        }
    }
    m_table->expandAll();
    m_table->resizeColumnToContents(0);
}

void RunSettingsView::copyJson()
{
    QGuiApplication::clipboard()->setText(text::fromUtf8(runJson(m_run.config, m_run.environment, m_run.command)));
}

void RunSettingsView::copyCommand()
{
    const auto arguments = startCommand(m_run.config, text::toPath(m_folder));
    QGuiApplication::clipboard()->setText(text::fromUtf8(shellText("waypoint-train", arguments)));
}

}  // namespace waypoint
