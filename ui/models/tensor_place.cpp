// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/models/tensor_place.h"

#include "core/tensor/tensor_window.h"
#include "ui/models/text.h"

#include <QtCore/QCoreApplication>
#include <QtCore/QRegularExpression>

#include <vector>

namespace waypoint {

namespace {

QString tr(const char *sentence) { return QCoreApplication::translate("tensor_place", sentence); }

TensorPlace problem(const QString &sentence) { return {{}, sentence}; }

std::optional<std::vector<std::int64_t>> numbersIn(const QString &text)
{
    static const QRegularExpression brackets(QStringLiteral("^\\s*[\\[(]|[\\])]\\s*$"));
    static const QRegularExpression between(QStringLiteral("[,;\\s]+"));
    std::vector<std::int64_t> numbers;
    for (const QString &word : QString(text).remove(brackets).split(between, Qt::SkipEmptyParts)) {
        bool isNumber = false;
        numbers.push_back(word.toLongLong(&isNumber));
        if (!isNumber)
            return std::nullopt;
    }
    return numbers;
}

// The index counted from the front, or nothing where it lies outside.
std::optional<std::int64_t> fromFront(std::int64_t index, std::int64_t size)
{
    if (index < -size || index >= size)
        return std::nullopt;
    return index < 0 ? index + size : index;
}

TensorPlace flatPlace(std::int64_t position, const SmallDims &shape)
{
    std::int64_t count = 1;
    for (const std::int64_t dim : shape)
        count *= dim;
    if (const auto inside = fromFront(position, count))
        return {inside, {}};
    return problem(tr("Position %1 is outside: this tensor has positions 0 to %2.")
                       .arg(text::integer(position), text::integer(count - 1)));
}

}  // namespace

TensorPlace placeFromText(const QString &text, const SmallDims &shape)
{
    auto index = numbersIn(text);
    if (!index || index->empty())
        return problem(tr("Type an index such as %1, or one number for a position.")
                           .arg(indexText(std::vector<std::int64_t>(shape.size(), 0))));
    if (index->size() == 1)
        return flatPlace(index->front(), shape);
    if (index->size() != shape.size())
        return problem(tr("This tensor has %1 dimensions, not %2.").arg(shape.size()).arg(index->size()));
    for (std::size_t dim = 0; dim < shape.size(); ++dim) {
        const auto inside = fromFront((*index)[dim], shape[dim]);
        if (!inside)
            return problem(tr("%1 is outside dimension %2, which goes from 0 to %3.")
                               .arg(text::integer((*index)[dim]))
                               .arg(dim)
                               .arg(text::integer(shape[dim] - 1)));
        (*index)[dim] = *inside;
    }
    return {positionOfIndex(shape, *index), {}};
}

QString indexText(std::span<const std::int64_t> index)
{
    QStringList numbers;
    for (const std::int64_t number : index)
        numbers << QString::number(number);
    return QLatin1Char('[') + numbers.join(QStringLiteral(", ")) + QLatin1Char(']');
}

}  // namespace waypoint
