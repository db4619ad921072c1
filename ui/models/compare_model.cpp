// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/models/compare_model.h"

#include "ui/models/colors.h"
#include "ui/models/compare_text.h"
#include "ui/models/text.h"

#include <QtGui/QBrush>
#include <QtGui/QGuiApplication>
#include <QtGui/QPalette>

namespace waypoint {

namespace {

int alignment(CompareColumn column)
{
    const bool isNumber = column >= CompareColumn::Relative;
    return static_cast<int>((isNumber ? Qt::AlignRight : Qt::AlignLeft) | Qt::AlignVCenter);
}

}  // namespace

CompareModel::CompareModel(QObject *parent) : QAbstractTableModel(parent) {}

void CompareModel::setContent(CompareNumbersPtr numbers, CompareOrderPtr order)
{
    beginResetModel();
    m_numbers = std::move(numbers);
    m_order = std::move(order);
    endResetModel();
}

void CompareModel::refresh(const std::vector<std::size_t> &tensors)
{
    for (const std::size_t tensor : tensors)
        if (const QModelIndex first = indexOf(tensor); first.isValid())
            Q_EMIT dataChanged(first, first.siblingAtColumn(kCompareColumns - 1));
}

std::optional<std::size_t> CompareModel::tensor(const QModelIndex &index) const
{
    if (!index.isValid() || !m_order || index.row() >= rowCount())
        return std::nullopt;
    return m_order->shown[static_cast<std::size_t>(index.row())];
}

QModelIndex CompareModel::indexOf(std::size_t tensor) const
{
    if (!m_order || tensor >= m_order->row.size() || m_order->row[tensor] == CompareOrder::kHidden)
        return {};
    return index(static_cast<int>(m_order->row[tensor]), 0);
}

QString CompareModel::line(std::size_t tensor) const
{
    QStringList cells;
    for (int column = 0; column < kCompareColumns; ++column)
        cells << compare_text::exact(*m_numbers, tensor, static_cast<CompareColumn>(column));
    return cells.join(QLatin1Char('\t'));
}

int CompareModel::rowCount(const QModelIndex &parent) const
{
    return parent.isValid() || !m_order ? 0 : static_cast<int>(m_order->shown.size());
}

int CompareModel::columnCount(const QModelIndex &parent) const { return parent.isValid() ? 0 : kCompareColumns; }

QVariant CompareModel::data(const QModelIndex &index, int role) const
{
    const std::optional<std::size_t> row = tensor(index);
    if (!row || !m_numbers)
        return {};
    const auto column = static_cast<CompareColumn>(index.column());
    switch (role) {
    case Qt::DisplayRole:
        return compare_text::cell(*m_numbers, *row, column);
    case Qt::ToolTipRole:
        return compare_text::tip(*m_numbers, *row, column);
    case Qt::TextAlignmentRole:
        return alignment(column);
    case Qt::ForegroundRole:
        return colour(*row, column);
    case SortRole:
        return sortValue(*row, column);
    case TensorRole:
        return static_cast<qulonglong>(*row);
    case BarRole: {
        const auto relative = comparedNumber(m_numbers->known(*row), CompareColumn::Relative);
        return column == CompareColumn::Relative && relative ? QVariant(compare_text::barOf(*relative)) : QVariant();
    }
    case StatusRole: {
        const std::optional<DiffStatus> status = m_numbers->status(*row);
        return status ? QVariant(static_cast<int>(*status)) : QVariant();
    }
    default:
        return {};
    }
}

QVariant CompareModel::headerData(int section, Qt::Orientation orientation, int role) const
{
    if (orientation != Qt::Horizontal || section < 0 || section >= kCompareColumns)
        return {};
    const auto column = static_cast<CompareColumn>(section);
    switch (role) {
    case Qt::DisplayRole:
        return compare_text::columnName(column);
    case Qt::ToolTipRole:
        return compare_text::columnTip(column);
    case Qt::TextAlignmentRole:
        return alignment(column);
    default:
        return {};
    }
}

QVariant CompareModel::sortValue(std::size_t tensor, CompareColumn column) const
{
    if (const std::optional<double> number = comparedNumber(m_numbers->known(tensor), column))
        return *number;
    return column < CompareColumn::Relative ? compare_text::cell(*m_numbers, tensor, column) : QVariant();
}

/// What is the same, or not known, steps back.
QVariant CompareModel::colour(std::size_t tensor, CompareColumn column) const
{
    const QPalette palette = QGuiApplication::palette();
    if (m_numbers->failure(tensor) && column == CompareColumn::Status)
        return QBrush(colors::noticeText(colors::Notice::Danger, palette));
    const std::optional<DiffStatus> status = m_numbers->status(tensor);
    const bool isQuiet = !status || status == DiffStatus::Same;
    return isQuiet ? QVariant(QBrush(colors::quietText(palette))) : QVariant();
}

}  // namespace waypoint
