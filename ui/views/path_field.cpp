// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/views/path_field.h"

#include "ui/views/wheel_guard.h"

#include <QtCore/QDir>
#include <QtCore/QFileInfo>
#include <QtCore/QSettings>
#include <QtCore/QSignalBlocker>
#include <QtWidgets/QComboBox>
#include <QtWidgets/QFileDialog>
#include <QtWidgets/QHBoxLayout>
#include <QtWidgets/QLineEdit>
#include <QtWidgets/QPushButton>

namespace waypoint {

namespace {

constexpr qsizetype kMostRecent = 8;
constexpr int kLeastCharacters = 8;

}  // namespace

PathField::PathField(QWidget *parent)
    : QWidget(parent), m_combo(new QComboBox), m_browse(new QPushButton(tr("Browse…")))
{
    m_combo->setEditable(true);
    m_combo->setInsertPolicy(QComboBox::NoInsert);
    m_combo->setCompleter(nullptr);
    m_combo->setSizeAdjustPolicy(QComboBox::AdjustToMinimumContentsLengthWithIcon);
    m_combo->setMinimumContentsLength(kLeastCharacters);
    m_combo->setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
    m_combo->setAccessibleName(tr("Path"));
    // A line that takes drops writes the URL into itself.
    m_combo->setAcceptDrops(false);
    m_combo->lineEdit()->setAcceptDrops(false);
    guardWheel(m_combo);
    setFocusProxy(m_combo);
    auto *layout = new QHBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->addWidget(m_combo, 1);
    layout->addWidget(m_browse);
    connect(m_combo->lineEdit(), &QLineEdit::textEdited, this, &PathField::textEdited);
    connect(m_combo->lineEdit(), &QLineEdit::returnPressed, this, &PathField::entered);
    connect(m_combo, &QComboBox::activated, this, [this] { choose(m_combo->currentText()); });
    connect(m_browse, &QPushButton::clicked, this, &PathField::browse);
}

void PathField::setKind(Kind kind, const QString &group, const QString &filter)
{
    m_kind = kind;
    m_group = group;
    m_filter = filter;
    m_browse->setToolTip(kind == Kind::Folder ? tr("Choose a folder") : tr("Choose a file"));
    const QSignalBlocker quiet(m_combo);
    const QString text = m_combo->currentText();
    m_combo->clear();
    const QStringList recent = QSettings().value(settingsKey()).toStringList();
    m_combo->addItems(recent);
    for (const QString &path : m_suggestions)
        if (!recent.contains(path))
            m_combo->addItem(path);
    m_combo->setEditText(text);
}

void PathField::setSuggestions(const QStringList &paths)
{
    m_suggestions = paths;
    setKind(m_kind, m_group, m_filter);
}

void PathField::setPlaceholder(const QString &text) { m_combo->lineEdit()->setPlaceholderText(text); }

QString PathField::path() const { return m_combo->currentText().trimmed(); }

void PathField::setPath(const QString &path)
{
    if (path == this->path())
        return;
    const QSignalBlocker quiet(m_combo);
    m_combo->setEditText(path);
    m_combo->setToolTip(path);
}

void PathField::remember()
{
    // Elsewhere the same words may lead to something else.
    if (!QFileInfo(path()).isAbsolute())
        return;
    QStringList recent = QSettings().value(settingsKey()).toStringList();
    if (!recent.isEmpty() && recent.first() == path())
        return;
    recent.removeAll(path());
    recent.prepend(path());
    QSettings().setValue(settingsKey(), recent.mid(0, kMostRecent));
    setKind(m_kind, m_group, m_filter);
}

QString PathField::settingsKey() const { return QStringLiteral("recentPaths/") + m_group; }

void PathField::textEdited(const QString &text)
{
    // As a shell does: what takes the path knows no "~".
    if (text.startsWith(QLatin1String("~/")))
        setPath(QDir::homePath() + text.mid(1));
    m_combo->setToolTip(path());
    Q_EMIT edited(false);
}

void PathField::browse()
{
    auto *dialog = new QFileDialog(this, m_browse->toolTip());
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->setFileMode(m_kind == Kind::Folder ? QFileDialog::Directory : QFileDialog::ExistingFile);
    dialog->setOption(QFileDialog::ShowDirsOnly, m_kind == Kind::Folder);
    if (!m_filter.isEmpty())
        dialog->setNameFilter(m_filter);
    if (const QFileInfo present(path()); present.isAbsolute())
        dialog->setDirectory(present.path());
    connect(dialog, &QFileDialog::fileSelected, this, &PathField::choose);
    dialog->open();
}

void PathField::choose(const QString &path)
{
    setPath(path);
    Q_EMIT edited(true);
}

}  // namespace waypoint
