// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/views/plot_legend.h"

#include "ui/models/colors.h"

#include <QtGui/QKeyEvent>
#include <QtGui/QPainter>
#include <QtWidgets/QStyledItemDelegate>

#include <algorithm>

namespace waypoint {

namespace {

constexpr int kSwatch = 22;
constexpr int kPadding = 4;
constexpr int kLongestName = 260;
constexpr int kScrollBar = 16;

/// A swatch of the line and its name; both step back when hidden.
class EntryDelegate final : public QStyledItemDelegate
{
public:
    explicit EntryDelegate(PlotLegend &legend) : QStyledItemDelegate(&legend), m_legend(legend) {}

    void paint(QPainter *painter, const QStyleOptionViewItem &option, const QModelIndex &index) const override
    {
        const LegendEntry &entry = m_legend.entries()[static_cast<std::size_t>(index.row())];
        const bool hidden = m_legend.hiddenNames().contains(entry.name);
        painter->save();
        painter->setRenderHint(QPainter::Antialiasing);
        const bool focused = index.row() == m_legend.keyboardRow();
        if (focused || (option.state & QStyle::State_MouseOver)) {
            QColor hover = option.palette.color(QPalette::Text);
            hover.setAlphaF(0.07F);
            painter->fillRect(option.rect, hover);
        }
        const QRect row = option.rect.adjusted(kPadding, 0, -kPadding, 0);
        drawSwatch(*painter, entry, hidden, row, option.palette);
        QFont font = option.font;
        font.setStrikeOut(hidden);
        painter->setFont(font);
        painter->setPen(hidden ? colors::quietText(option.palette) : option.palette.color(QPalette::Text));
        const QRect words = row.adjusted(kSwatch + 6, 0, 0, 0);
        painter->drawText(words, Qt::AlignLeft | Qt::AlignVCenter,
                          option.fontMetrics.elidedText(entry.name, Qt::ElideMiddle, words.width()));
        painter->restore();
    }

    QSize sizeHint(const QStyleOptionViewItem &option, const QModelIndex &index) const override
    {
        const LegendEntry &entry = m_legend.entries()[static_cast<std::size_t>(index.row())];
        const int name = std::min(kLongestName, option.fontMetrics.horizontalAdvance(entry.name) + 2);
        return {name + kSwatch + 6 + 2 * kPadding, option.fontMetrics.height() + 6};
    }

private:
    static void drawSwatch(QPainter &painter, const LegendEntry &entry, bool hidden, const QRect &row,
                           const QPalette &palette)
    {
        QPen pen = entry.pen;
        if (hidden)
            pen = QPen(colors::hairline(palette), pen.widthF());
        const QPointF left(row.left() + 1, row.center().y() + 0.5);
        const QPointF right(row.left() + kSwatch, left.y());
        if (entry.isBar) {
            painter.fillRect(QRectF(left.x(), left.y() - 5, kSwatch, 10), pen.color());
        } else if (entry.pen.capStyle() == Qt::RoundCap) {  // of dots
            painter.setPen(pen);
            painter.drawPoint((left + right) / 2);
        } else {
            pen.setWidthF(std::max(2.2, pen.widthF()));
            painter.setPen(pen);
            painter.drawLine(left, right);
        }
    }

    PlotLegend &m_legend;
};

}  // namespace

PlotLegend::PlotLegend(QWidget *parent) : QListWidget(parent)
{
    setFrameShape(QFrame::NoFrame);
    setItemDelegate(new EntryDelegate(*this));
    setSelectionMode(QAbstractItemView::NoSelection);
    setEditTriggers(QAbstractItemView::NoEditTriggers);
    setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    setVerticalScrollMode(QAbstractItemView::ScrollPerPixel);
    setResizeMode(QListView::Adjust);
    setMouseTracking(true);
    setFocusPolicy(Qt::TabFocus);
    setAccessibleName(tr("Legend"));
    viewport()->setAutoFillBackground(false);
    viewport()->setCursor(Qt::PointingHandCursor);
}

void PlotLegend::setEntries(const std::vector<LegendEntry> &entries)
{
    if (entries == m_entries)
        return;
    const bool sameNames = std::equal(entries.begin(), entries.end(), m_entries.begin(), m_entries.end(),
                                      [](const auto &a, const auto &b) { return a.name == b.name; });
    m_entries = entries;
    if (!sameNames) {
        clear();
        for (const LegendEntry &entry : entries) {
            auto *item = new QListWidgetItem(entry.name, this);
            item->setFlags(Qt::ItemIsEnabled | Qt::ItemIsUserCheckable);
            item->setToolTip(tr("%1\nClick: show or hide. Double click: only this one, or all again.").arg(entry.name));
        }
    }
    showChecks();
    updateGeometry();
    viewport()->update();
}

void PlotLegend::setHiddenNames(const QStringList &names)
{
    m_hidden = names;
    showChecks();
    viewport()->update();
}

void PlotLegend::showChecks()
{
    for (int row = 0; row < count(); ++row)
        item(row)->setCheckState(m_hidden.contains(item(row)->text()) ? Qt::Unchecked : Qt::Checked);
}

void PlotLegend::setBelow(bool below, int available)
{
    if (below == m_below && available == m_available)
        return;
    m_below = below;
    m_available = available;
    setFlow(below ? QListView::LeftToRight : QListView::TopToBottom);
    setWrapping(below);
    setSizePolicy(below ? QSizePolicy::Expanding : QSizePolicy::Fixed,
                  below ? QSizePolicy::Fixed : QSizePolicy::Expanding);
    updateGeometry();
}

QSize PlotLegend::sizeHint() const
{
    int rows = 1;
    int used = 0;
    const int height = sizeHintForRow(0);
    for (int row = 0; row < count(); ++row) {
        const int width = sizeHintForIndex(model()->index(row, 0)).width();
        if (used > 0 && used + width > m_available - kScrollBar) {
            ++rows;
            used = 0;
        }
        used += width;
    }
    if (m_below)
        return {m_available, std::min(rows, 3) * height + 2};
    return {std::max(wantedWidth(), m_leastWidth), count() * height + 2};
}

int PlotLegend::wantedWidth() const
{
    int widest = 40;
    for (int row = 0; row < count(); ++row)
        widest = std::max(widest, sizeHintForIndex(model()->index(row, 0)).width());
    return std::min(widest + kScrollBar, std::max(80, m_available));
}

void PlotLegend::setLeastWidth(int width)
{
    if (width == m_leastWidth)
        return;
    m_leastWidth = width;
    updateGeometry();
}

void PlotLegend::mousePressEvent(QMouseEvent *event)
{
    const int row = indexAt(event->pos()).row();
    if (event->button() != Qt::LeftButton || row < 0)
        return;
    setCurrentRow(row);
    m_hiddenBeforeClick = m_hidden;
    if (event->modifiers() & Qt::AltModifier)
        solo(row, m_hidden);
    else
        toggle(row);
}

void PlotLegend::mouseReleaseEvent(QMouseEvent *event) { event->accept(); }

void PlotLegend::mouseDoubleClickEvent(QMouseEvent *event)
{
    const int row = indexAt(event->pos()).row();
    if (event->button() == Qt::LeftButton && row >= 0)
        solo(row, m_hiddenBeforeClick);
}

void PlotLegend::keyPressEvent(QKeyEvent *event)
{
    if (event->key() == Qt::Key_Space && currentRow() >= 0)
        toggle(currentRow());
    else
        QListWidget::keyPressEvent(event);
}

void PlotLegend::focusInEvent(QFocusEvent *event)
{
    m_byKeyboard = event->reason() == Qt::TabFocusReason || event->reason() == Qt::BacktabFocusReason;
    QListWidget::focusInEvent(event);
}

void PlotLegend::toggle(int row)
{
    QStringList hidden = m_hidden;
    const QString &name = m_entries[static_cast<std::size_t>(row)].name;
    if (hidden.removeAll(name) == 0)
        hidden.append(name);
    apply(hidden);
}

void PlotLegend::solo(int row, const QStringList &hiddenBefore)
{
    QStringList others;
    QStringList gone = hiddenBefore;  // names that are not here now stay as they are
    const QString &name = m_entries[static_cast<std::size_t>(row)].name;
    for (const LegendEntry &entry : m_entries) {
        gone.removeAll(entry.name);
        if (entry.name != name)
            others.append(entry.name);
    }
    const bool wasAlone = !hiddenBefore.contains(name)
                          && std::all_of(others.begin(), others.end(),
                                         [&](const QString &other) { return hiddenBefore.contains(other); });
    apply(wasAlone ? gone : gone + others);
}

void PlotLegend::apply(const QStringList &hidden)
{
    setHiddenNames(hidden);
    Q_EMIT hiddenNamesChanged();
}

}  // namespace waypoint
