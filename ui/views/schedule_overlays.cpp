// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/views/schedule_overlays.h"

#include "core/base/describe_error.h"
#include "core/checkpoint/reader.h"
#include "ui/models/text.h"
#include "ui/views/fact_grid.h"

#include <QtCore/QFileInfo>
#include <QtWidgets/QFileDialog>
#include <QtWidgets/QHBoxLayout>
#include <QtWidgets/QLabel>
#include <QtWidgets/QToolButton>
#include <QtWidgets/QVBoxLayout>

#include <algorithm>

namespace waypoint {

namespace {

constexpr int kMostLines = 8;  ///< before it scrolls

ScheduleOverlays::File readFile(ScheduleOverlays::File file, std::stop_token stop, Progress &progress)
{
    const Opened opened = openCheckpoint(text::toPath(file.path), {.limits = {}, .stop = stop, .progress = &progress});
    if (!opened.checkpoint) {
        file.problem = text::fromUtf8(describe(opened.error.value_or(Error{})));
        return file;
    }
    file.stories = scheduleStories(*opened.checkpoint, std::nullopt, stop);
    if (file.stories.empty())
        file.problem = ScheduleOverlays::tr("There is no learning-rate scheduler in this file.");
    else if (std::ranges::none_of(file.stories, &ScheduleStory::hasCurve))
        file.problem = file.stories.front().note;
    return file;
}

QString stateText(const ScheduleOverlays::File &file, bool reading)
{
    if (reading)
        return ScheduleOverlays::tr("%1 · reading…").arg(file.name);
    if (!file.problem.isEmpty())
        return ScheduleOverlays::tr("%1 · %2").arg(file.name, file.problem);
    QStringList classes;
    for (const ScheduleStory &story : file.stories)
        classes << (story.perBatch ? ScheduleOverlays::tr("%1 (counts batches)").arg(story.className)
                                   : story.className);
    return ScheduleOverlays::tr("%1 · %2").arg(file.name, classes.join(QStringLiteral(", ")));
}

}  // namespace

struct ScheduleOverlays::Row
{
    explicit Row(ScheduleOverlays *owner) : reading(owner) {}

    File file;
    Job<File> reading;
    std::unique_ptr<QWidget> widget;
    QLabel *label = nullptr;
};

ScheduleOverlays::ScheduleOverlays(QWidget *parent) : QScrollArea(parent)
{
    auto *rows = new QWidget;
    m_column = new QVBoxLayout(rows);
    m_column->setContentsMargins(0, 0, 0, 0);
    m_column->setSpacing(2);
    setWidget(rows);
    setWidgetResizable(true);
    setFrameShape(QFrame::NoFrame);
    setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    setSizeAdjustPolicy(AdjustToContents);
    setSizePolicy(QSizePolicy::Preferred, QSizePolicy::Maximum);
    setMaximumHeight(kMostLines * fontMetrics().lineSpacing());
    hide();
}

QSize ScheduleOverlays::minimumSizeHint() const { return {1, 2 * fontMetrics().lineSpacing()}; }

ScheduleOverlays::~ScheduleOverlays() = default;

void ScheduleOverlays::addFiles(const QStringList &paths)
{
    for (const QString &path : paths) {
        const QString absolute = QFileInfo(path).absoluteFilePath();
        if (std::ranges::any_of(m_rows, [&](const auto &row) { return row->file.path == absolute; }))
            continue;
        auto row = std::make_unique<Row>(this);
        row->file.path = absolute;
        row->file.name = QFileInfo(absolute).fileName();
        row->widget = std::make_unique<QWidget>();
        row->label = plainLabel({}, row->widget.get());
        auto *away = new QToolButton;
        away->setText(QStringLiteral("✕"));
        away->setAutoRaise(true);
        away->setToolTip(tr("Take this file's schedule away"));
        away->setAccessibleName(tr("Take %1 away").arg(row->file.name));
        connect(away, &QToolButton::clicked, this, [this, absolute] { remove(absolute); });
        auto *line = new QHBoxLayout(row->widget.get());
        line->setContentsMargins(0, 0, 0, 0);
        line->addWidget(row->label, 1);
        line->addWidget(away, 0, Qt::AlignTop);
        m_column->addWidget(row->widget.get());
        m_rows.push_back(std::move(row));
        read(*m_rows.back());
    }
    setVisible(!m_rows.empty());
    Q_EMIT changed();
}

void ScheduleOverlays::read(Row &row)
{
    row.reading.start([file = row.file](std::stop_token stop,
                                        Progress &progress) { return readFile(file, std::move(stop), progress); },
                      [this, &row](File file) {
                          row.file = std::move(file);
                          showState(row);
                          Q_EMIT changed();
                      });
    showState(row);
}

void ScheduleOverlays::showState(Row &row)
{
    row.label->setText(stateText(row.file, row.reading.isRunning()));
    row.label->setToolTip(row.file.path.toHtmlEscaped());
}

void ScheduleOverlays::remove(const QString &path)
{
    const auto found = std::ranges::find_if(m_rows, [&](const auto &row) { return row->file.path == path; });
    if (found == m_rows.end())
        return;
    // Its button may be what is asking.
    (*found)->widget->hide();
    (*found)->widget.release()->deleteLater();
    m_rows.erase(found);
    setVisible(!m_rows.empty());
    Q_EMIT changed();
}

void ScheduleOverlays::chooseFiles()
{
    auto *dialog = new QFileDialog(this, tr("Overlay Schedules"));
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->setFileMode(QFileDialog::ExistingFiles);
    connect(dialog, &QFileDialog::filesSelected, this, &ScheduleOverlays::addFiles);
    dialog->open();
}

std::vector<const ScheduleOverlays::File *> ScheduleOverlays::files() const
{
    std::vector<const File *> files;
    for (const auto &row : m_rows)
        files.push_back(&row->file);
    return files;
}

bool ScheduleOverlays::isReading() const
{
    return std::ranges::any_of(m_rows, [](const auto &row) { return row->reading.isRunning(); });
}

}  // namespace waypoint
