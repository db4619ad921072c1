// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/views/train_preset_bar.h"

#include "ui/views/fact_grid.h"

#include <QtWidgets/QHBoxLayout>
#include <QtWidgets/QInputDialog>
#include <QtWidgets/QLabel>
#include <QtWidgets/QMenu>
#include <QtWidgets/QToolButton>

namespace waypoint {

namespace {

/// A name of the person's, which may hold what menus take for a mnemonic.
QString menuText(const QString &name) { return QString(name).replace(QLatin1Char('&'), QLatin1String("&&")); }

}  // namespace

TrainPresetBar::TrainPresetBar(TrainPresets &presets, QWidget *parent)
    : QWidget(parent),
      m_presets(presets),
      m_button(new QToolButton),
      m_more(new QToolButton),
      m_presetMenu(new QMenu(this)),
      m_moreMenu(new QMenu(this))
{
    m_button->setText(tr("&Presets"));
    m_button->setToolTip(tr("Setups that come with the program, and your own"));
    m_button->setMenu(m_presetMenu);
    m_more->setText(QStringLiteral("⋯"));
    m_more->setToolTip(tr("Copy as a command or run.json, load one, reset"));
    m_more->setAccessibleName(tr("More"));
    m_more->setMenu(m_moreMenu);
    for (QToolButton *button : {m_button, m_more}) {
        button->setPopupMode(QToolButton::InstantPopup);
        button->setFocusPolicy(Qt::StrongFocus);
    }
    auto *row = new QHBoxLayout(this);
    row->setContentsMargins(0, 0, 0, 0);
    row->addWidget(paneHeading(tr("New run"), this), 1);
    row->addWidget(m_button);
    row->addWidget(m_more);
    connect(m_presetMenu, &QMenu::aboutToShow, this, &TrainPresetBar::fillPresets);
    fillPresets();
    createMore();
}

void TrainPresetBar::fillPresets()
{
    m_presetMenu->clear();
    m_presetMenu->setToolTipsVisible(true);
    for (const BuiltInPreset &preset : builtInPresets()) {
        QAction *action = m_presetMenu->addAction(preset.name);
        action->setToolTip(preset.help);
        connect(action, &QAction::triggered, this, [this, preset] { Q_EMIT chosen(preset.config, preset.ask); });
    }
    const QStringList own = m_presets.names();
    m_presetMenu->addSeparator();
    for (const QString &name : own)
        connect(m_presetMenu->addAction(menuText(name)), &QAction::triggered, this, [this, name] {
            if (const auto config = m_presets.preset(name))
                Q_EMIT chosen(*config, {});
        });
    m_presetMenu->addSeparator();
    connect(m_presetMenu->addAction(tr("&Save as Preset…")), &QAction::triggered, this, &TrainPresetBar::askName);
    if (own.isEmpty())
        return;
    QMenu *remove = m_presetMenu->addMenu(tr("&Delete"));
    for (const QString &name : own)
        connect(remove->addAction(menuText(name)), &QAction::triggered, this, [this, name] { m_presets.remove(name); });
}

void TrainPresetBar::askName()
{
    auto *dialog = new QInputDialog(this);
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->setWindowTitle(tr("Save as Preset"));
    dialog->setLabelText(tr("Name of the preset; one of the same name is replaced:"));
    dialog->setComboBoxItems(m_presets.names());
    dialog->setComboBoxEditable(true);
    connect(dialog, &QInputDialog::textValueSelected, this, [this](const QString &name) {
        if (!name.trimmed().isEmpty())
            Q_EMIT saveRequested(name.trimmed());
    });
    dialog->open();
}

void TrainPresetBar::createMore()
{
    const auto add = [this](const QString &text, void (TrainPresetBar::*signal)()) {
        connect(m_moreMenu->addAction(text), &QAction::triggered, this, signal);
    };
    add(tr("Copy &Command Line"), &TrainPresetBar::copyCommandRequested);
    add(tr("Copy &run.json"), &TrainPresetBar::copyJsonRequested);
    add(tr("&Show Both"), &TrainPresetBar::showTextRequested);
    m_moreMenu->addSeparator();
    add(tr("&Load run.json…"), &TrainPresetBar::loadRequested);
    m_moreMenu->addSeparator();
    add(tr("Reset to &Defaults"), &TrainPresetBar::resetRequested);
}

}  // namespace waypoint
