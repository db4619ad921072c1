// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/models/export_preview_model.h"

#include "ui/models/text.h"

#include <utility>

namespace waypoint {

ExportPreviewModel::ExportPreviewModel(QObject *parent) : QAbstractTableModel(parent) {}

void ExportPreviewModel::setPlan(ExportPlanPtr plan)
{
    beginResetModel();
    m_plan = std::move(plan);
    endResetModel();
}

int ExportPreviewModel::rowCount(const QModelIndex &parent) const
{
    return parent.isValid() || !m_plan ? 0 : static_cast<int>(m_plan->tensors.size());
}

int ExportPreviewModel::columnCount(const QModelIndex &parent) const { return parent.isValid() ? 0 : ColumnCount; }

QVariant ExportPreviewModel::data(const QModelIndex &index, int role) const
{
    if (!hasIndex(index.row(), index.column(), index.parent()))
        return {};
    const ExportTensor &tensor = m_plan->tensors[static_cast<std::size_t>(index.row())];
    if (role == Qt::DisplayRole)
        return cell(tensor, index.column());
    if (role == Qt::ToolTipRole)
        return tip(tensor, index.column());
    if (role == Qt::TextAlignmentRole && index.column() == Size)
        return QVariant::fromValue(Qt::AlignRight | Qt::AlignVCenter);
    return {};
}

QVariant ExportPreviewModel::headerData(int section, Qt::Orientation orientation, int role) const
{
    if (role != Qt::DisplayRole || orientation != Qt::Horizontal)
        return {};
    switch (section) {
    case Name:
        return tr("In the file");
    case Type:
        return tr("Type");
    case Shape:
        return tr("Shape");
    case Size:
        return tr("Size");
    default:
        return {};
    }
}

QString ExportPreviewModel::cell(const ExportTensor &tensor, int column) const
{
    const TensorRef &ref = m_plan->values.tensor(tensor.value).ref;
    switch (column) {
    case Name:
        return text::fromUtf8(tensor.name);
    case Type:
        return text::fromUtf8(dtypeName(ref.dtype));
    case Shape:
        return text::shape(ref.shape);
    case Size:
        return tensor.tied ? tr("shared") : text::bytes(tensor.bytes);
    default:
        return {};
    }
}

QString ExportPreviewModel::tip(const ExportTensor &tensor, int column) const
{
    const TensorRef &ref = m_plan->values.tensor(tensor.value).ref;
    switch (column) {
    case Name:
        return tr("From %1").arg(text::fromUtf8(m_plan->checkpoint->entries.pathText(tensor.source)));
    case Type:
        return tensor.dtypeBefore != ref.dtype && tensor.dtypeBefore != DType::Unknown
                   ? tr("%1 in the source").arg(text::fromUtf8(dtypeName(tensor.dtypeBefore)))
                   : QString();
    case Shape:
        return text::pythonShape(ref.shape);
    case Size:
        return tensor.tied ? tr("Its bytes are those of a tensor above.") : text::exactBytes(tensor.bytes);
    default:
        return {};
    }
}

}  // namespace waypoint
