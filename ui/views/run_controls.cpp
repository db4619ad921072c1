// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/views/run_controls.h"

#include "ui/models/run_look.h"
#include "ui/views/quiet_label.h"

#include <QtWidgets/QHBoxLayout>
#include <QtWidgets/QLabel>
#include <QtWidgets/QMenu>
#include <QtWidgets/QToolButton>

namespace waypoint {

namespace {

QToolButton *button(const QString &name, RunGlyph glyph, const QString &objectName)
{
    auto *button = new QToolButton;
    button->setText(name);
    button->setIcon(runIcon(glyph));
    button->setToolButtonStyle(Qt::ToolButtonTextBesideIcon);
    button->setObjectName(objectName);
    button->setFocusPolicy(Qt::StrongFocus);
    return button;
}

/// Why nothing can be asked for; empty where it can.
QString whyMute(const RunNow &now)
{
    switch (now.story.condition) {
    case RunCondition::Starting:
        return RunControls::tr("The trainer is still starting.");
    case RunCondition::NotResponding:
        return RunControls::tr("The trainer does not respond.");
    default:
        return {};
    }
}

bool canBeSteered(RunCondition condition)
{
    return condition == RunCondition::Starting || condition == RunCondition::Running
           || condition == RunCondition::Paused || condition == RunCondition::NotResponding;
}

}  // namespace

RunControls::RunControls(QWidget *parent)
    : QWidget(parent),
      m_pause(button(tr("&Pause"), RunGlyph::Pause, QStringLiteral("runPause"))),
      m_checkpoint(button(tr("Chec&kpoint Now"), RunGlyph::Save, QStringLiteral("runCheckpoint"))),
      m_stop(button(tr("&Stop"), RunGlyph::Stop, QStringLiteral("runStop"))),
      m_pending(new QuietLabel)
{
    createStopMenu();
    // "Continue" is the longer one: the others stay where they are.
    m_pause->setText(tr("&Continue"));
    m_pause->setMinimumWidth(m_pause->sizeHint().width());
    m_pause->setText(tr("&Pause"));
    m_pending->setObjectName(QStringLiteral("runPending"));
    auto *layout = new QHBoxLayout(this);
    layout->setContentsMargins(14, 0, 14, 8);
    layout->setSpacing(6);
    for (QToolButton *each : {m_pause, m_checkpoint, m_stop})
        layout->addWidget(each);
    layout->addSpacing(6);
    layout->addWidget(m_pending, 1);
    connect(m_pause, &QToolButton::clicked, this, [this] { give(m_isPaused ? Command::Continue : Command::Pause); });
    connect(m_checkpoint, &QToolButton::clicked, this, [this] { give(Command::Checkpoint); });
    connect(m_stop, &QToolButton::clicked, this, [this] { give(Command::Stop); });
}

void RunControls::createStopMenu()
{
    auto *menu = new QMenu(m_stop);
    m_stopAfterStep = menu->addAction(tr("After This &Step"), this, [this] { give(Command::Stop); });
    m_stopAfterEpoch = menu->addAction(tr("After This &Epoch"), this, [this] { give(Command::Stop, true); });
    menu->setToolTipsVisible(true);
    m_stopAfterStep->setToolTip(tr("Writes a checkpoint and ends; resumes at the same step"));
    m_stopAfterEpoch->setToolTip(tr("Finishes the epoch, writes a checkpoint and ends"));
    m_stop->setMenu(menu);
    m_stop->setPopupMode(QToolButton::MenuButtonPopup);
}

void RunControls::setRun(const RunNow &now)
{
    if (now.folder != m_folder) {
        m_folder = now.folder;
        m_given.reset();
    }
    m_isPending = now.isPending;
    if (!m_isPending)
        m_given.reset();
    m_isPaused = now.story.condition == RunCondition::Paused;
    m_pause->setText(m_isPaused ? tr("&Continue") : tr("&Pause"));
    m_pause->setIcon(runIcon(m_isPaused ? RunGlyph::Play : RunGlyph::Pause));
    setVisible(now.story.isActive && canBeSteered(now.story.condition));
    enable(now);
    showPending();
}

void RunControls::give(Command command, bool afterEpoch)
{
    m_given = Order{command, afterEpoch};
    m_isPending = true;
    showPending();
    Q_EMIT commandGiven(command, afterEpoch);
}

void RunControls::enable(const RunNow &now)
{
    const QString mute = whyMute(now);
    const bool stops = m_isPending && m_given && m_given->command == Command::Stop;
    const QString busy = m_isPending ? tr("Waits until the trainer has done what was asked for.") : QString();
    const QString other = mute.isEmpty() ? busy : mute;
    enable(m_pause, m_isPaused ? tr("Goes on with the next step") : tr("Waits after this step until you continue"),
           other);
    enable(m_checkpoint, tr("Writes last.pth after this step and goes on"), other);
    // Who asked for the end of the epoch may still want it sooner.
    const QString already = stops && !m_given->afterEpoch ? tr("It stops after this step.") : QString();
    enable(m_stop, tr("Writes a checkpoint after this step and ends; it can be resumed"),
           mute.isEmpty() ? already : mute);
    m_stopAfterEpoch->setEnabled(!stops);
}

void RunControls::enable(QToolButton *button, const QString &toolTip, const QString &whyNot)
{
    const bool isEnabled = whyNot.isEmpty();
    // It would go on to the next button, which stops the run.
    if (!isEnabled && button->hasFocus()) {
        m_focusOwner = button;
        setFocus();
    }
    button->setEnabled(isEnabled);
    button->setToolTip(isEnabled ? toolTip : whyNot);
    if (isEnabled && m_focusOwner == button && hasFocus())
        button->setFocus();
}

void RunControls::showPending() { m_pending->setText(m_isPending ? pendingText() : QString()); }

QString RunControls::pendingText() const
{
    if (!m_given)
        return tr("Waiting for the trainer…");
    switch (m_given->command) {
    case Command::Pause:
        return tr("Pausing…");
    case Command::Continue:
        return tr("Continuing…");
    case Command::Checkpoint:
        return tr("Writing a checkpoint…");
    case Command::Stop:
        return m_given->afterEpoch ? tr("Stopping after this epoch…") : tr("Stopping after this step…");
    }
    return {};
}

}  // namespace waypoint
