// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/views/fact_grid.h"

#include <QtWidgets/QGridLayout>
#include <QtWidgets/QLabel>

#include <algorithm>

namespace waypoint {

namespace {

// A label that wraps and lets its pane be as narrow as it likes. QLabel's own minimum is the height its text would have
// in the narrowest of columns, which tears the rows of a grid apart.
class WrappingLabel final : public QLabel
{
public:
    using QLabel::QLabel;

    [[nodiscard]] QSize minimumSizeHint() const override { return {1, fontMetrics().height()}; }
};

// Ids and hashes have nowhere to wrap; a zero-width space gives them places without showing. Paths and names stay as
// they are: people copy them.
QString breakable(const QString &value)
{
    constexpr qsizetype kLongestWord = 24;
    constexpr qsizetype kPiece = 8;
    QString text = value;
    const bool oneWord = std::ranges::all_of(value, [](QChar c) { return c.isLetterOrNumber(); });
    if (oneWord && text.size() > kLongestWord)
        for (qsizetype at = kPiece; at < text.size(); at += kPiece + 1)
            text.insert(at, QChar(0x200b));
    return text;
}

}  // namespace

FactGrid::FactGrid(QWidget *parent) : QWidget(parent), m_grid(new QGridLayout(this))
{
    m_grid->setContentsMargins(0, 0, 0, 0);
    m_grid->setHorizontalSpacing(16);
    m_grid->setVerticalSpacing(4);
    m_grid->setColumnStretch(1, 1);
}

void FactGrid::clear()
{
    while (QLayoutItem *item = m_grid->takeAt(0)) {
        delete item->widget();
        delete item;
    }
    m_count = 0;
}

void FactGrid::add(const QString &name, const QString &value, const QString &toolTip)
{
    if (value.isEmpty())
        return;
    auto *nameLabel = new QLabel(name, this);
    nameLabel->setTextFormat(Qt::PlainText);
    nameLabel->setForegroundRole(QPalette::PlaceholderText);
    QLabel *valueLabel = plainLabel(breakable(value), this);
    valueLabel->setToolTip(toolTip.isEmpty() ? QString() : toolTip.toHtmlEscaped());
    m_grid->addWidget(nameLabel, m_count, 0, Qt::AlignTop | Qt::AlignLeft);
    m_grid->addWidget(valueLabel, m_count, 1);
    ++m_count;
}

QLabel *paneHeading(const QString &text, QWidget *parent)
{
    auto *label = new QLabel(text, parent);
    label->setTextFormat(Qt::PlainText);
    QFont font = label->font();
    font.setWeight(QFont::DemiBold);
    label->setFont(font);
    label->setContentsMargins(0, 10, 0, 0);
    return label;
}

QLabel *plainLabel(const QString &text, QWidget *parent)
{
    auto *label = new WrappingLabel(text, parent);
    label->setTextFormat(Qt::PlainText);
    label->setWordWrap(true);
    label->setTextInteractionFlags(Qt::TextSelectableByMouse | Qt::TextSelectableByKeyboard);
    QSizePolicy policy(QSizePolicy::Ignored, QSizePolicy::Preferred);
    policy.setHeightForWidth(true);
    label->setSizePolicy(policy);
    return label;
}

}  // namespace waypoint
