// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/views/resume_place.h"

#include <QtCore/QDir>
#include <QtCore/QFileInfo>
#include <QtCore/QSignalBlocker>
#include <QtWidgets/QFileDialog>
#include <QtWidgets/QHBoxLayout>
#include <QtWidgets/QLineEdit>
#include <QtWidgets/QPushButton>
#include <QtWidgets/QRadioButton>
#include <QtWidgets/QVBoxLayout>

namespace waypoint {

ResumePlace::ResumePlace(QWidget *parent)
    : QWidget(parent),
      m_inPlace(new QRadioButton),
      m_own(new QRadioButton(tr("In a folder of its own:"))),
      m_folder(new QLineEdit)
{
    m_inPlace->setObjectName(QStringLiteral("inPlace"));
    m_own->setObjectName(QStringLiteral("ownFolder"));
    m_folder->setObjectName(QStringLiteral("runFolder"));
    m_folder->setAccessibleName(tr("Run folder"));
    m_folder->setToolTip(tr("A new run is kept here; the folder is made"));
    auto *browse = new QPushButton(tr("Choose…"));
    browse->setAutoDefault(false);
    auto *line = new QHBoxLayout;
    line->addWidget(m_folder, 1);
    line->addWidget(browse);
    auto *column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(4);
    column->addWidget(m_inPlace);
    column->addWidget(m_own);
    column->addLayout(line);
    connect(m_inPlace, &QRadioButton::toggled, this, &ResumePlace::changed);
    connect(m_folder, &QLineEdit::textChanged, this, &ResumePlace::changed);
    connect(browse, &QPushButton::clicked, this, &ResumePlace::browse);
}

void ResumePlace::setFile(const ResumeFile &file)
{
    const QSignalBlocker blocker(this);
    const ResumeInput first = firstInput(file);
    const bool hasRun = file.isOwn && !file.runFolder.isEmpty();
    m_inPlace->setText(tr("In its run folder %1").arg(QFileInfo(file.runFolder).fileName()));
    m_inPlace->setToolTip(QDir::toNativeSeparators(file.runFolder));
    m_inPlace->setVisible(hasRun);
    m_own->setVisible(hasRun);
    (first.inPlace ? m_inPlace : m_own)->setChecked(true);
    m_folder->setText(QDir::toNativeSeparators(first.folder));
}

void ResumePlace::fill(ResumeInput &input) const
{
    input.inPlace = m_inPlace->isChecked();
    const QString folder = QDir::fromNativeSeparators(m_folder->text().trimmed());
    input.folder = folder.isEmpty() ? QString() : QFileInfo(folder).absoluteFilePath();
}

void ResumePlace::browse()
{
    auto *dialog = new QFileDialog(this, tr("Run Folder"));
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->setFileMode(QFileDialog::Directory);
    dialog->setDirectory(QFileInfo(m_folder->text()).absolutePath());
    connect(dialog, &QFileDialog::fileSelected, this, &ResumePlace::take);
    dialog->open();
}

void ResumePlace::take(const QString &folder)
{
    m_folder->setText(QDir::toNativeSeparators(folder));
    m_own->setChecked(true);
}

}  // namespace waypoint
