// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/views/train_folder_box.h"

#include "ui/models/colors.h"
#include "ui/models/text.h"
#include "ui/models/train_outlook.h"
#include "ui/views/fact_grid.h"
#include "ui/views/train_field.h"
#include "ui/views/train_path_edit.h"

#include <QtCore/QDir>
#include <QtCore/QEvent>
#include <QtCore/QFileInfo>
#include <QtCore/QSettings>
#include <QtWidgets/QLabel>
#include <QtWidgets/QLineEdit>
#include <QtWidgets/QPushButton>
#include <QtWidgets/QVBoxLayout>

#include <chrono>
#include <utility>

namespace waypoint {

namespace {

constexpr std::chrono::milliseconds kSettle(150);

QString baseKey() { return QStringLiteral("train/runsFolder"); }

}  // namespace

TrainFolderBox::TrainFolderBox(QWidget *parent)
    : QWidget(parent),
      m_looking(this),
      m_base(QSettings().value(baseKey(), usualRunsFolder()).toString()),
      m_path(new TrainPathEdit(TrainPathEdit::Kind::Folder, tr("Folder of the New Run"))),
      m_field(
          new TrainField(QStringLiteral("out"), tr("R&un folder"), m_path,
                         tr("Where the run keeps its settings, metrics and checkpoints. Made if it is not there."))),
      m_useNew(new QPushButton(tr("Use a &New One"))),
      m_warning(plainLabel({}, this))
{
    auto *column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(4);
    column->addWidget(m_field);
    column->addWidget(m_useNew, 0, Qt::AlignRight);
    column->addWidget(m_warning);
    m_useNew->hide();
    m_warning->hide();
    m_settle.setSingleShot(true);
    m_settle.setInterval(kSettle);
    m_field->setCheck([this] { return m_look.folder == folder() ? m_look.problem : QString(); });
    connect(&m_settle, &QTimer::timeout, this, &TrainFolderBox::look);
    connect(m_path, &TrainPathEdit::pathEdited, this, &TrainFolderBox::edited);
    connect(m_useNew, &QPushButton::clicked, this, [this] { useNext(); });
    applyColor();
    m_settle.start();
}

QString TrainFolderBox::folder() const
{
    const QString path = m_path->path();
    return path.isEmpty() ? m_look.folder : QDir::cleanPath(path);
}

void TrainFolderBox::edited()
{
    m_isOwn = !m_path->path().isEmpty();
    m_field->valueChanged();
    m_settle.start();
    Q_EMIT changed();
}

void TrainFolderBox::setFolder(const QString &folder)
{
    m_path->setPath(folder);
    edited();
}

void TrainFolderBox::setStem(const QString &stem)
{
    if (std::exchange(m_settingsStem, stem) == stem)
        return;
    m_stem = stem;
    if (!m_isOwn)
        m_settle.start();
}

void TrainFolderBox::setTaken(const QStringList &folders)
{
    if (std::exchange(m_taken, folders) != folders)
        m_settle.start();
}

void TrainFolderBox::useNext()
{
    const QString now = folder();
    if (m_isOwn && !now.isEmpty()) {
        // The person's place, and the person's name for it, go on.
        m_base = QFileInfo(now).absolutePath();
        m_stem = numberlessStem(QFileInfo(now).fileName());
        QSettings().setValue(baseKey(), m_base);
    }
    if (!now.isEmpty() && !m_taken.contains(now))
        m_taken << now;
    m_isOwn = false;
    m_settle.stop();
    look();
    Q_EMIT changed();
}

void TrainFolderBox::reset()
{
    QSettings().remove(baseKey());
    m_base = usualRunsFolder();
    m_isOwn = false;
    m_settle.start();
    Q_EMIT changed();
}

void TrainFolderBox::look()
{
    FolderQuestion question{.folder = m_isOwn ? folder() : QString(), .base = m_base, .stem = m_stem, .taken = m_taken};
    m_looking.start([question = std::move(question)](std::stop_token, Progress &) { return lookAtFolder(question); },
                    [this](const FolderLook &look) { take(look); });
}

void TrainFolderBox::take(const FolderLook &look)
{
    m_look = look;
    m_path->line()->setPlaceholderText(look.folder);
    const bool isBeingTyped = m_path->path().isEmpty() && m_path->line()->hasFocus();
    if (!m_isOwn && !isBeingTyped)
        m_path->setPath(look.folder);
    m_field->valueChanged();
    m_useNew->setVisible(look.holdsRun);
    showSpace();
    Q_EMIT changed();
}

QString TrainFolderBox::problem() const { return m_field->problem(); }

void TrainFolderBox::setToldProblem(const QString &problem) { m_field->setToldProblem(problem); }

void TrainFolderBox::setPlan(const TrainerPlan *plan)
{
    m_needed = plan ? keptBytes(*plan) : 0;
    m_size = plan ? sizeText(*plan) : QString();
    showSpace();
}

QString TrainFolderBox::warning() const
{
    if (!m_look.freeBytes || m_needed == 0 || m_needed <= *m_look.freeBytes)
        return {};
    return tr("The checkpoints will take about %1, and %2 are free. Keep fewer, or choose another disk.")
        .arg(text::bytes(ByteCount{m_needed}), text::bytes(ByteCount{*m_look.freeBytes}));
}

void TrainFolderBox::showSpace()
{
    QStringList parts;
    if (m_look.freeBytes)
        parts << tr("%1 free").arg(text::bytes(ByteCount{*m_look.freeBytes}));
    if (!m_size.isEmpty())
        parts << m_size;
    m_field->setNote(parts.join(QStringLiteral("; ")));
    const QString warning = this->warning();
    m_warning->setText(warning.isEmpty() ? QString() : QStringLiteral("⚠ ") + warning);
    m_warning->setVisible(!warning.isEmpty());
}

void TrainFolderBox::changeEvent(QEvent *event)
{
    if (event->type() == QEvent::PaletteChange)
        applyColor();
    QWidget::changeEvent(event);
}

void TrainFolderBox::applyColor()
{
    QPalette inked = palette();
    inked.setColor(QPalette::WindowText, colors::noticeAccent(colors::Notice::Warning, palette()));
    m_warning->setPalette(inked);
}

}  // namespace waypoint
