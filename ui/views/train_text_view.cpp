// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/views/train_text_view.h"

#include "core/run/train_command.h"
#include "ui/jobs/trainer_program.h"
#include "ui/models/text.h"
#include "ui/views/fact_grid.h"

#include <QtCore/QFileInfo>
#include <QtCore/QStandardPaths>
#include <QtGui/QClipboard>
#include <QtGui/QFontDatabase>
#include <QtGui/QGuiApplication>
#include <QtGui/QScreen>
#include <QtWidgets/QHBoxLayout>
#include <QtWidgets/QLabel>
#include <QtWidgets/QPlainTextEdit>
#include <QtWidgets/QPushButton>
#include <QtWidgets/QVBoxLayout>

#include <algorithm>

namespace waypoint {

namespace {

constexpr int kCommandLines = 5;
constexpr int kJsonLines = 16;
constexpr int kWidth = 560;

/// What a shell finds: the name alone where the PATH leads to the same program.
QString shellProgram()
{
    const QString name = QStringLiteral("waypoint-train");
    const QString program = trainerProgram();
    const QString onPath = QFileInfo(QStandardPaths::findExecutable(name)).canonicalFilePath();
    return program.isEmpty() || QFileInfo(program).canonicalFilePath() == onPath ? name : program;
}

}  // namespace

QString runCommandText(const RunConfig &config, const QString &folder)
{
    return text::fromUtf8(shellText(shellProgram().toStdString(), startCommand(config, text::toPath(folder))));
}

QString runJsonText(const RunConfig &config, const QString &folder)
{
    std::vector<std::string> command = startCommand(config, text::toPath(folder));
    command.insert(command.begin(), "waypoint-train");
    return text::fromUtf8(runJson(config, {}, command));
}

TrainTextView::TrainTextView(QWidget *parent) : QFrame(parent, Qt::Popup)
{
    setFrameStyle(QFrame::StyledPanel | QFrame::Plain);
    auto *column = new QVBoxLayout(this);
    column->setSpacing(6);
    m_command = createPart(tr("Command line"), kCommandLines);
    m_json = createPart(tr("run.json"), kJsonLines);
    resize(kWidth, sizeHint().height());
}

QPlainTextEdit *TrainTextView::createPart(const QString &name, int lines)
{
    auto *edit = new QPlainTextEdit;
    edit->setReadOnly(true);
    edit->setFont(QFontDatabase::systemFont(QFontDatabase::FixedFont));
    edit->setAccessibleName(name);
    edit->setMinimumHeight(lines * edit->fontMetrics().lineSpacing() + 12);
    auto *copy = new QPushButton(tr("Copy"));
    copy->setAccessibleName(tr("Copy %1").arg(name));
    connect(copy, &QPushButton::clicked, edit, [edit] { QGuiApplication::clipboard()->setText(edit->toPlainText()); });
    auto *head = new QHBoxLayout;
    head->addWidget(paneHeading(name, this), 1);
    head->addWidget(copy);
    auto *column = static_cast<QVBoxLayout *>(layout());
    column->addLayout(head);
    column->addWidget(edit, lines);
    return edit;
}

void TrainTextView::setRun(const RunConfig &config, const QString &folder)
{
    m_command->setPlainText(runCommandText(config, folder));
    m_json->setPlainText(runJsonText(config, folder));
}

void TrainTextView::popUp(const QWidget &anchor)
{
    const QRect room = anchor.screen()->availableGeometry();
    const QSize size = this->size().boundedTo(room.size());
    QPoint at = anchor.mapToGlobal(QPoint(0, anchor.height()));
    at.setX(std::clamp(at.x(), room.left(), room.right() - size.width()));
    at.setY(std::clamp(at.y(), room.top(), room.bottom() - size.height()));
    resize(size);
    move(at);
    show();
}

}  // namespace waypoint
