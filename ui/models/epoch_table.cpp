// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/models/epoch_table.h"

#include "ui/models/text.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace waypoint {

namespace {

/// Colours that can be told apart at a glance.
constexpr std::size_t kLinesAtFirst = 8;

bool isWeight(const EpochTensor &tensor)
{
    return tensor.isParameter && (tensor.name == "weight" || tensor.name.ends_with(".weight"));
}

/// At most so many, evenly spread.
std::vector<std::size_t> spread(const std::vector<std::size_t> &tensors, std::size_t most)
{
    if (tensors.size() <= most)
        return tensors;
    std::vector<std::size_t> some;
    for (std::size_t i = 0; i < most; ++i)
        some.push_back(tensors[i * (tensors.size() - 1) / (most - 1)]);
    return some;
}

template<typename Wanted>
std::vector<std::size_t> tensorsThat(const EpochSeries &series, Wanted wanted)
{
    std::vector<std::size_t> tensors;
    for (std::size_t i = 0; i < series.tensors.size(); ++i)
        if (wanted(series.tensors[i]))
            tensors.push_back(i);
    return tensors;
}

}  // namespace

EpochTable::EpochTable(QObject *parent) : QAbstractTableModel(parent) {}

void EpochTable::setRun(EpochRunPtr run, const std::vector<EpochTrackPtr> &tracks)
{
    beginResetModel();
    m_run = std::move(run);
    m_tracks = tracks;
    m_file.reset();
    m_lines.assign(m_run ? m_run->tensorCount() : 0, -1);
    drawSome();
    endResetModel();
    Q_EMIT drawnChanged();
}

/// What a person wants to see first: the weights, of many a few from all over the model.
void EpochTable::drawSome()
{
    if (!m_run || !m_run->series)
        return;
    const EpochSeries &series = *m_run->series;
    auto some = tensorsThat(series, [](const EpochTensor &tensor) { return tensor.isParameter; });
    if (some.size() > kLinesAtFirst)
        if (auto weights = tensorsThat(series, isWeight); !weights.empty())
            some = std::move(weights);
    if (some.empty())
        some = tensorsThat(series, [](const EpochTensor &) { return true; });
    int line = 0;
    for (const std::size_t tensor : spread(some, kLinesAtFirst))
        m_lines[tensor] = line++;
}

void EpochTable::setTracks(const std::vector<EpochTrackPtr> &tracks, std::vector<std::size_t> changed)
{
    m_tracks = tracks;
    std::sort(changed.begin(), changed.end());
    // Neighbours together: views look at all rows between the ends that they are told.
    for (auto first = changed.begin(); first != changed.end();) {
        auto last = first;
        while (std::next(last) != changed.end() && *std::next(last) == *last + 1)
            ++last;
        Q_EMIT dataChanged(index(static_cast<int>(*first), 0), index(static_cast<int>(*last), ColumnCount - 1));
        first = std::next(last);
    }
}

void EpochTable::setQuantity(EpochQuantity quantity)
{
    if (quantity == m_quantity)
        return;
    m_quantity = quantity;
    if (rowCount() > 0)
        Q_EMIT dataChanged(index(0, Value), index(rowCount() - 1, Value));
}

void EpochTable::setFile(std::optional<std::size_t> file)
{
    if (file == m_file)
        return;
    m_file = file;
    Q_EMIT headerDataChanged(Qt::Horizontal, Value, Value);
    if (rowCount() > 0)
        Q_EMIT dataChanged(index(0, Value), index(rowCount() - 1, Value));
}

std::vector<std::size_t> EpochTable::drawn() const
{
    std::vector<std::size_t> tensors;
    for (std::size_t i = 0; i < m_lines.size(); ++i)
        if (m_lines[i] >= 0)
            tensors.push_back(i);
    std::sort(tensors.begin(), tensors.end(), [this](std::size_t a, std::size_t b) { return m_lines[a] < m_lines[b]; });
    return tensors;
}

void EpochTable::setDrawn(const std::vector<std::size_t> &tensors)
{
    std::fill(m_lines.begin(), m_lines.end(), -1);
    for (std::size_t i = 0; i < std::min(tensors.size(), kMostLines); ++i)
        m_lines[tensors[i]] = static_cast<int>(i);
    if (rowCount() > 0)
        Q_EMIT dataChanged(index(0, Name), index(rowCount() - 1, Name), {Qt::CheckStateRole, LineRole});
    Q_EMIT drawnChanged();
}

bool EpochTable::draw(std::size_t tensor, bool on)
{
    if ((m_lines[tensor] >= 0) == on)
        return false;
    const std::vector<std::size_t> others = drawn();
    if (on && others.size() >= kMostLines)
        return false;
    // The first colour that is free: lines that stay keep theirs.
    int line = -1;
    if (on)
        for (line = 0;
             std::any_of(others.begin(), others.end(), [&](std::size_t other) { return m_lines[other] == line; });)
            ++line;
    m_lines[tensor] = line;
    return true;
}

QString EpochTable::name(std::size_t tensor) const { return text::fromUtf8(m_run->series->tensors[tensor].name); }

int EpochTable::rowCount(const QModelIndex &parent) const
{
    return parent.isValid() || !m_run ? 0 : static_cast<int>(m_run->tensorCount());
}

int EpochTable::columnCount(const QModelIndex &parent) const { return parent.isValid() ? 0 : ColumnCount; }

QVariant EpochTable::data(const QModelIndex &index, int role) const
{
    if (!hasIndex(index.row(), index.column(), index.parent()))
        return {};
    const auto tensor = static_cast<std::size_t>(index.row());
    const EpochTrackPtr &track = m_tracks[tensor];
    switch (role) {
    case Qt::DisplayRole:
    case Qt::AccessibleTextRole:
        return cell(tensor, index.column());
    case Qt::ToolTipRole:
        return toolTip(tensor, index.column());
    case Qt::CheckStateRole:
        return index.column() == Name ? QVariant(m_lines[tensor] >= 0 ? Qt::Checked : Qt::Unchecked) : QVariant();
    case Qt::TextAlignmentRole:
        return index.column() == Value ? QVariant(static_cast<int>(Qt::AlignRight | Qt::AlignVCenter)) : QVariant();
    case SortRole:
        return sortKey(tensor, index.column());
    case BadgesRole:
        // Most learn: only what does not is worth a chip.
        return index.column() == Fate && track && track->fate != TensorFate::Learning
                   ? QStringList(fateText(track->fate))
                   : QStringList();
    case NoticeRole:
        return static_cast<int>(fateNotice(track ? track->fate : TensorFate::Learning));
    case LineRole:
        return m_lines[tensor];
    case IsParameterRole:
        return m_run->series->tensors[tensor].isParameter;
    default:
        return {};
    }
}

bool EpochTable::setData(const QModelIndex &index, const QVariant &value, int role)
{
    if (role != Qt::CheckStateRole || index.column() != Name || !hasIndex(index.row(), index.column()))
        return false;
    if (!draw(static_cast<std::size_t>(index.row()), value.toInt() == Qt::Checked))
        return false;
    Q_EMIT dataChanged(index, index, {Qt::CheckStateRole, LineRole});
    Q_EMIT drawnChanged();
    return true;
}

QVariant EpochTable::headerData(int section, Qt::Orientation orientation, int role) const
{
    if (orientation != Qt::Horizontal)
        return {};
    if (role == Qt::TextAlignmentRole && section == Value)
        return static_cast<int>(Qt::AlignRight | Qt::AlignVCenter);
    if (role != Qt::DisplayRole)
        return {};
    switch (section) {
    case Name:
        return tr("Tensor");
    case Fate:
        return tr("Fate");
    case Value:
        return m_file && m_run ? m_run->label(*m_file) : tr("Last");
    default:
        return {};
    }
}

Qt::ItemFlags EpochTable::flags(const QModelIndex &index) const
{
    const Qt::ItemFlags flags = QAbstractTableModel::flags(index);
    return index.column() == Name ? flags | Qt::ItemIsUserCheckable : flags;
}

double EpochTable::number(std::size_t tensor) const
{
    const EpochTrackPtr &track = m_tracks[tensor];
    if (!track)
        return std::numeric_limits<double>::quiet_NaN();
    return m_file ? track->of(m_quantity)[*m_file] : track->last(m_quantity);
}

QString EpochTable::cell(std::size_t tensor, int column) const
{
    const EpochTrackPtr &track = m_tracks[tensor];
    switch (column) {
    case Name:
        return name(tensor);
    case Fate:
        return track ? fateText(track->fate) : QString();
    case Value:
        return track ? quantityText(m_quantity, number(tensor)) : QStringLiteral("…");
    default:
        return {};
    }
}

QVariant EpochTable::sortKey(std::size_t tensor, int column) const
{
    switch (column) {
    case Name:
        return static_cast<qulonglong>(tensor);  // the model's order
    case Fate:
        return m_tracks[tensor] ? static_cast<int>(m_tracks[tensor]->fate) : -1;
    default: {
        const double value = number(tensor);
        return std::isnan(value) ? -std::numeric_limits<double>::infinity() : value;
    }
    }
}

QString EpochTable::toolTip(std::size_t tensor, int column) const
{
    const EpochTrackPtr &track = m_tracks[tensor];
    if (!track)
        return tr("%1 is still to be read").arg(name(tensor));
    if (column == Fate)
        return fateExplanation(track->fate);
    if (column == Value)
        return text::exactNumber(number(tensor));
    return track->problem.isEmpty() ? name(tensor) : name(tensor) + QLatin1Char('\n') + track->problem;
}

}  // namespace waypoint
