// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/views/compare_side_box.h"

#include "ui/models/colors.h"
#include "ui/models/recent_files.h"
#include "ui/models/text.h"
#include "ui/views/compare_colors.h"
#include "ui/views/path_drop.h"
#include "ui/views/path_field.h"
#include "ui/views/quiet_label.h"
#include "ui/views/wheel_guard.h"

#include <QtCore/QEvent>
#include <QtCore/QSignalBlocker>
#include <QtGui/QPainter>
#include <QtWidgets/QComboBox>
#include <QtWidgets/QGridLayout>
#include <QtWidgets/QLabel>

#include <algorithm>

namespace waypoint {

namespace {

constexpr int kSign = 22;
constexpr int kFewLetters = 8;
constexpr int kManyLetters = 28;

}  // namespace

CompareSideBox::CompareSideBox(CompareFiles::Side side, QWidget *parent)
    : QWidget(parent),
      m_side(side),
      m_sign(new QLabel),
      m_path(new PathField),
      m_sections(new QComboBox),
      m_what(new ElidedLabel)
{
    const QString letter = side == CompareFiles::A ? QStringLiteral("A") : QStringLiteral("B");
    setObjectName(QStringLiteral("compareSide") + letter);
    m_path->setObjectName(QStringLiteral("comparePath") + letter);
    m_path->setPlaceholder(side == CompareFiles::A ? tr("A checkpoint, the earlier one")
                                                   : tr("The one to compare with"));
    m_sections->setObjectName(QStringLiteral("compareSection") + letter);
    m_sections->setSizeAdjustPolicy(QComboBox::AdjustToMinimumContentsLengthWithIcon);
    m_sections->setAccessibleName(tr("Part of %1").arg(letter));
    m_sections->setToolTip(tr("What of this file is compared"));
    guardWheel(m_sections);
    m_what->setElideMode(Qt::ElideRight);
    auto *layout = new QGridLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setVerticalSpacing(2);
    layout->addWidget(m_sign, 0, 0);
    layout->addWidget(m_path, 0, 1, 1, 2);
    layout->addWidget(m_sections, 1, 1);
    layout->addWidget(m_what, 1, 2);
    layout->setColumnStretch(2, 1);
    paintSign();
    auto *drop = new PathDrop(this, tr("Drop to compare as %1").arg(letter));
    connect(drop, &PathDrop::dropped, this, &CompareSideBox::pathChosen);
    connect(m_path, &PathField::edited, this, [this](bool settled) {
        if (settled)
            Q_EMIT pathChosen(m_path->path());
    });
    connect(m_path, &PathField::entered, this, [this] { Q_EMIT pathChosen(m_path->path()); });
    connect(m_sections, &QComboBox::activated, this,
            [this] { Q_EMIT sectionChosen(m_sections->currentData().toString()); });
}

void CompareSideBox::showFiles(const CompareFiles &files)
{
    const CompareFilePtr &file = files.file(m_side);
    m_path->setPath(files.path(m_side));
    if (file && file->opened.checkpoint)
        m_path->remember();
    showSections(file.get(), files.section(m_side));
    m_what->setFullText(file ? file->sentence : QString());
}

void CompareSideBox::showSections(const CompareFile *file, const QString &chosen)
{
    const QSignalBlocker quiet(m_sections);
    m_sections->clear();
    if (file)
        for (const ComparePlace &place : file->places)
            m_sections->addItem(place.label, place.path);
    if (!chosen.isEmpty() && file && file->opened.checkpoint) {
        const EntryId found = comparePlace(*file->opened.checkpoint, chosen);
        const QString path =
            found == kNoEntry ? QString() : text::fromUtf8(file->opened.checkpoint->entries.pathText(found));
        if (m_sections->findData(path) < 0)
            m_sections->addItem(path, path);
        m_sections->setCurrentIndex(m_sections->findData(path));
    }
    // As wide as what is chosen, not as all that could be: what the file is stands beside it.
    m_sections->setMinimumContentsLength(
        std::clamp(static_cast<int>(m_sections->currentText().size()), kFewLetters, kManyLetters));
    m_sections->setVisible(m_sections->count() > 1);
}

void CompareSideBox::changeEvent(QEvent *event)
{
    QWidget::changeEvent(event);
    if (event->type() == QEvent::PaletteChange)
        paintSign();
}

void CompareSideBox::showEvent(QShowEvent *event)
{
    QWidget::showEvent(event);
    const QString path = m_path->path();
    m_path->setKind(
        PathField::Kind::File, QStringLiteral("compare"),
        tr("Checkpoints (*.pt *.pth *.ckpt *.safetensors *.pkl *.bin *.th *.tar *.index.json);;All files (*)"));
    m_path->setSuggestions(RecentFiles().paths());
    m_path->setPath(path);
}

void CompareSideBox::paintSign()
{
    QPixmap sign(QSize(kSign, kSign) * devicePixelRatio());
    sign.setDevicePixelRatio(devicePixelRatio());
    sign.fill(Qt::transparent);
    QPainter painter(&sign);
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setPen(Qt::NoPen);
    painter.setBrush(colors::compared(m_side, palette()));
    painter.drawRoundedRect(QRectF(0, 0, kSign, kSign), 4, 4);
    QFont bold = font();
    bold.setBold(true);
    painter.setFont(bold);
    painter.setPen(colors::isDark(palette()) ? Qt::black : Qt::white);
    painter.drawText(QRectF(0, 0, kSign, kSign), Qt::AlignCenter,
                     m_side == CompareFiles::A ? QStringLiteral("A") : QStringLiteral("B"));
    painter.end();
    m_sign->setPixmap(sign);
}

}  // namespace waypoint
