// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/models/compare_values_model.h"

#include "core/pickle/value_text.h"
#include "ui/models/colors.h"
#include "ui/models/text.h"

#include <QtGui/QBrush>
#include <QtGui/QGuiApplication>
#include <QtGui/QPalette>

#include <cmath>

namespace waypoint {

namespace {

constexpr TextLimits kCellText{.characters = 120, .items = 12, .depth = 3};
constexpr TextLimits kTipText{.characters = 2000, .items = 200, .depth = 8};

QString cellOn(const DiffSide &side, EntryId id)
{
    if (id == kNoEntry)
        return QStringLiteral("–");
    const Value value = side.checkpoint->entries.value(id);
    if (value.is(ValueKind::Float))
        return text::number(value.number().value_or(0));
    return text::fromUtf8(pythonText(value, kCellText));
}

QString fullOn(const DiffSide &side, EntryId id)
{
    return id == kNoEntry ? QString() : text::fromUtf8(pythonText(side.checkpoint->entries.value(id), kTipText));
}

std::optional<double> numberOn(const DiffSide &side, EntryId id)
{
    if (id == kNoEntry)
        return std::nullopt;
    const Value value = side.checkpoint->entries.value(id);
    return value.is(ValueKind::Int) || value.is(ValueKind::Float) ? value.number() : std::nullopt;
}

/// "+40", "× 0.1": settings that are multiplied are read as factors, all else as differences.
QString changeText(double a, double b, bool wholeNumbers)
{
    if (a == b || !std::isfinite(a) || !std::isfinite(b))
        return {};
    if (!wholeNumbers && a != 0 && b != 0 && (a > 0) == (b > 0))
        return QStringLiteral("× %1").arg(text::number(b / a));
    return (b > a ? QStringLiteral("+") : QString()) + text::number(b - a);
}

}  // namespace

CompareValuesModel::CompareValuesModel(QObject *parent) : QAbstractTableModel(parent) {}

void CompareValuesModel::setContent(CompareContentPtr content, CompareOrderPtr order)
{
    beginResetModel();
    m_content = std::move(content);
    m_order = std::move(order);
    endResetModel();
}

QString CompareValuesModel::line(int row) const
{
    const ValueDiff &shown = value(row);
    QStringList cells{text::fromUtf8(shown.path), fullOn(m_content->diff.a, shown.a),
                      fullOn(m_content->diff.b, shown.b), cell(shown, Change)};
    for (QString &text : cells)
        text.replace(QLatin1Char('\t'), QLatin1Char(' ')).replace(QLatin1Char('\n'), QLatin1Char(' '));
    return cells.join(QLatin1Char('\t'));
}

int CompareValuesModel::rowCount(const QModelIndex &parent) const
{
    return parent.isValid() || !m_order || !m_content ? 0 : static_cast<int>(m_order->values.size());
}

int CompareValuesModel::columnCount(const QModelIndex &parent) const { return parent.isValid() ? 0 : Columns; }

QVariant CompareValuesModel::data(const QModelIndex &index, int role) const
{
    if (!index.isValid() || index.row() >= rowCount())
        return {};
    const ValueDiff &shown = value(index.row());
    switch (role) {
    case Qt::DisplayRole:
        return cell(shown, index.column());
    case Qt::ToolTipRole:
        return tip(shown, index.column());
    case Qt::ForegroundRole:
        return shown.differs ? QVariant() : QVariant(QBrush(colors::quietText(QGuiApplication::palette())));
    default:
        return {};
    }
}

QVariant CompareValuesModel::headerData(int section, Qt::Orientation orientation, int role) const
{
    if (orientation != Qt::Horizontal)
        return {};
    if (role == Qt::TextAlignmentRole)
        return static_cast<int>(Qt::AlignLeft | Qt::AlignVCenter);
    if (role != Qt::DisplayRole)
        return {};
    switch (section) {
    case Name:
        return tr("Name");
    case A:
        return tr("A");
    case B:
        return tr("B");
    case Change:
        return tr("Change");
    default:
        return {};
    }
}

const ValueDiff &CompareValuesModel::value(int row) const
{
    return m_content->diff.values[m_order->values[static_cast<std::size_t>(row)]];
}

QString CompareValuesModel::cell(const ValueDiff &value, int column) const
{
    const CheckpointDiff &diff = m_content->diff;
    switch (column) {
    case Name:
        // As the tree writes a key with a slash in it; the exact path is in the tip and in what is copied.
        return text::fromUtf8(value.path).replace(QLatin1String("%2F"), QLatin1String("/"));
    case A:
        return cellOn(diff.a, value.a);
    case B:
        return cellOn(diff.b, value.b);
    default:
        break;
    }
    if (value.a == kNoEntry || value.b == kNoEntry)
        return value.a == kNoEntry ? tr("only in B") : tr("only in A");
    if (value.typeOnly)
        return tr("another type");
    const std::optional<double> a = numberOn(diff.a, value.a);
    const std::optional<double> b = numberOn(diff.b, value.b);
    if (!a || !b)
        return value.differs ? tr("changed") : QString();
    const bool whole = diff.a.checkpoint->entries.value(value.a).is(ValueKind::Int)
                       && diff.b.checkpoint->entries.value(value.b).is(ValueKind::Int);
    return changeText(*a, *b, whole);
}

QString CompareValuesModel::tip(const ValueDiff &value, int column) const
{
    switch (column) {
    case Name:
        return text::fromUtf8(value.path);
    case A:
        return fullOn(m_content->diff.a, value.a);
    case B:
        return fullOn(m_content->diff.b, value.b);
    default:
        return {};
    }
}

}  // namespace waypoint
