// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/views/train_path_edit.h"

#include <QtCore/QDir>
#include <QtCore/QFileInfo>
#include <QtCore/QMimeData>
#include <QtGui/QDragEnterEvent>
#include <QtWidgets/QFileDialog>
#include <QtWidgets/QHBoxLayout>
#include <QtWidgets/QLineEdit>
#include <QtWidgets/QToolButton>

namespace waypoint {

namespace {

QString withHome(const QString &typed)
{
    if (typed == QLatin1String("~") || typed.startsWith(QLatin1String("~/")))
        return QDir::homePath() + typed.mid(1);
    return typed;
}

QString withTilde(const QString &path)
{
    const QString home = QDir::homePath() + QLatin1Char('/');
    return home.size() > 1 && path.startsWith(home) ? QStringLiteral("~/") + path.mid(home.size()) : path;
}

QString droppedPath(const QMimeData *data)
{
    const auto urls = data->urls();
    return urls.size() == 1 && urls.front().isLocalFile() ? urls.front().toLocalFile() : QString();
}

}  // namespace

TrainPathEdit::TrainPathEdit(Kind kind, const QString &dialogTitle, QWidget *parent)
    : QWidget(parent), m_kind(kind), m_dialogTitle(dialogTitle), m_line(new QLineEdit)
{
    auto *row = new QHBoxLayout(this);
    row->setContentsMargins(0, 0, 0, 0);
    row->setSpacing(4);
    row->addWidget(m_line, 1);
    auto *button = new QToolButton;
    button->setText(QStringLiteral("…"));
    button->setToolTip(dialogTitle);
    button->setAccessibleName(dialogTitle);
    row->addWidget(button);
    m_line->setAcceptDrops(false);  // it would take the text of the address
    setAcceptDrops(true);
    setFocusProxy(m_line);
    connect(button, &QToolButton::clicked, this, &TrainPathEdit::choose);
    connect(m_line, &QLineEdit::textChanged, this, &TrainPathEdit::pathChanged);
    connect(m_line, &QLineEdit::textEdited, this, &TrainPathEdit::pathEdited);
}

QString TrainPathEdit::path() const { return withHome(m_line->text().trimmed()); }

void TrainPathEdit::setPath(const QString &path)
{
    if (path != this->path())
        m_line->setText(withTilde(path));
}

void TrainPathEdit::take(const QString &path)
{
    setPath(path);
    Q_EMIT pathEdited();
}

void TrainPathEdit::choose()
{
    auto *dialog = new QFileDialog(this, m_dialogTitle);
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->setFileMode(m_kind == Kind::File ? QFileDialog::ExistingFile : QFileDialog::Directory);
    if (const QString now = path(); !now.isEmpty())
        dialog->setDirectory(QFileInfo(now).absolutePath());
    connect(dialog, &QFileDialog::fileSelected, this, &TrainPathEdit::take);
    dialog->open();
}

void TrainPathEdit::dragEnterEvent(QDragEnterEvent *event)
{
    const QString path = droppedPath(event->mimeData());
    // A run.json is for the form around this.
    if (!path.isEmpty() && !path.endsWith(QLatin1String(".json")))
        event->acceptProposedAction();
}

void TrainPathEdit::dropEvent(QDropEvent *event)
{
    event->acceptProposedAction();
    take(droppedPath(event->mimeData()));
}

}  // namespace waypoint
