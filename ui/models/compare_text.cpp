// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/models/compare_text.h"

#include "core/base/describe_error.h"
#include "ui/models/entry_text.h"
#include "ui/models/text.h"

#include <QtCore/QCoreApplication>

#include <algorithm>
#include <array>
#include <cmath>

namespace waypoint::compare_text {

namespace {

constexpr double kDecades = 4;
constexpr double kShortestBar = 0.02;

QString tr(const char *sentence) { return QCoreApplication::translate("compare_text", sentence); }

Value valueOn(const DiffSide &side, EntryId id)
{
    return id == kNoEntry ? Value() : side.checkpoint->entries.value(id);
}

QString pathOn(const DiffSide &side, EntryId id) { return text::fromUtf8(side.checkpoint->entries.pathText(id)); }

QString joinedIfOther(const QString &a, const QString &b)
{
    if (a.isEmpty() || b.isEmpty() || a == b)
        return a.isEmpty() ? b : a;
    return QStringLiteral("%1 → %2").arg(a, b);
}

QString nameCell(const CompareContent &content, std::size_t index)
{
    const QString name = text::fromUtf8(content.names[index]);
    if (content.diff.tensors[index].matchedBy != MatchedBy::Order || content.namesOfB[index].empty())
        return name;
    return QStringLiteral("%1 → %2").arg(name, text::fromUtf8(content.namesOfB[index]));
}

QString shapeCell(const CheckpointDiff &diff, const TensorDiff &tensor)
{
    const Value a = valueOn(diff.a, tensor.a);
    const Value b = valueOn(diff.b, tensor.b);
    QString shape = joinedIfOther(entry_text::shape(a), entry_text::shape(b));
    const QString dtypeA = entry_text::dtype(a);
    const QString dtypeB = entry_text::dtype(b);
    if (!dtypeA.isEmpty() && !dtypeB.isEmpty() && dtypeA != dtypeB)
        shape += QStringLiteral(" · ") + joinedIfOther(dtypeA, dtypeB);
    return shape;
}

QString nameTip(const CompareContent &content, std::size_t index)
{
    const CheckpointDiff &diff = content.diff;
    const TensorDiff &tensor = diff.tensors[index];
    QStringList lines;
    if (tensor.a != kNoEntry)
        lines << tr("A: %1").arg(pathOn(diff.a, tensor.a));
    if (tensor.b != kNoEntry)
        lines << tr("B: %1").arg(pathOn(diff.b, tensor.b));
    if (tensor.matchedBy == MatchedBy::Prefix)
        lines << tr("Matched by name, but for a usual prefix");
    if (tensor.matchedBy == MatchedBy::Order)
        lines << tr("Renamed: matched by its place, its shape and its neighbours");
    return lines.join(QLatin1Char('\n'));
}

QString sideFacts(const DiffSide &side, EntryId id)
{
    const Value value = valueOn(side, id);
    return QStringLiteral("%1 %2").arg(entry_text::dtype(value), entry_text::pythonShape(value));
}

QString shapeTip(const CheckpointDiff &diff, const TensorDiff &tensor)
{
    QStringList lines;
    if (tensor.a != kNoEntry)
        lines << tr("A: %1").arg(sideFacts(diff.a, tensor.a));
    if (tensor.b != kNoEntry)
        lines << tr("B: %1").arg(sideFacts(diff.b, tensor.b));
    return lines.join(QLatin1Char('\n'));
}

QString statusCell(const CompareNumbers &numbers, std::size_t index)
{
    if (const std::optional<DiffStatus> status = numbers.status(index))
        return statusWord(*status);
    if (numbers.isPending(index))
        return QStringLiteral("…");
    return numbers.failure(index) ? tr("unreadable") : tr("not compared");
}

QString statusCellTip(const CompareNumbers &numbers, std::size_t index)
{
    if (const std::optional<DiffStatus> status = numbers.status(index))
        return statusTip(*status);
    if (numbers.isPending(index))
        return tr("Not compared yet");
    if (const std::optional<Error> failure = numbers.failure(index))
        return text::fromUtf8(describe(*failure));
    return tr("There are no numbers here that could be compared");
}

bool isShare(CompareColumn column) { return column == CompareColumn::Relative || column == CompareColumn::Changed; }

QString numberTip(const TensorDifference &numbers, CompareColumn column)
{
    const double value = comparedNumber(&numbers, column).value_or(0);
    switch (column) {
    case CompareColumn::Relative:
        if (std::isinf(value))
            return tr("All of A is zero, B is not");
        return tr("%1 = %2 / %3, the norm of A")
            .arg(text::exactNumber(value), text::exactNumber(numbers.l2), text::exactNumber(numbers.normA));
    case CompareColumn::Changed:
        return tr("%1 of %2 elements").arg(text::integer(numbers.changed), text::integer(numbers.count))
               + (numbers.nan > 0 ? tr("\n%1 pairs with NaN or infinite values are left out of the sums")
                                        .arg(text::integer(numbers.nan))
                                  : QString());
    default:
        return text::exactNumber(value);
    }
}

}  // namespace

QString statusWord(DiffStatus status)
{
    switch (status) {
    case DiffStatus::Same:
        return tr("same");
    case DiffStatus::Changed:
        return tr("changed");
    case DiffStatus::Added:
        return tr("added");
    case DiffStatus::Removed:
        return tr("removed");
    case DiffStatus::Reshaped:
        return tr("reshaped");
    case DiffStatus::Retyped:
        return tr("retyped");
    }
    return {};
}

QString statusTip(DiffStatus status)
{
    switch (status) {
    case DiffStatus::Same:
        return tr("Every element is equal");
    case DiffStatus::Changed:
        return tr("Some elements differ");
    case DiffStatus::Added:
        return tr("Only in B");
    case DiffStatus::Removed:
        return tr("Only in A");
    case DiffStatus::Reshaped:
        return tr("In both, with other shapes: the numbers cannot be compared one by one");
    case DiffStatus::Retyped:
        return tr("In both, with other dtypes; the numbers are compared all the same");
    }
    return {};
}

QString percent(double share)
{
    return std::isfinite(share) ? text::number(share * 100) + QStringLiteral(" %") : text::number(share);
}

QString cell(const CompareNumbers &numbers, std::size_t index, CompareColumn column)
{
    const CompareContent &content = *numbers.content();
    switch (column) {
    case CompareColumn::Name:
        return nameCell(content, index);
    case CompareColumn::Status:
        return statusCell(numbers, index);
    case CompareColumn::Shape:
        return shapeCell(content.diff, content.diff.tensors[index]);
    default:
        break;
    }
    const std::optional<double> number = comparedNumber(numbers.known(index), column);
    if (!number)
        return {};
    return isShare(column) ? percent(*number) : text::number(*number);
}

QString tip(const CompareNumbers &numbers, std::size_t index, CompareColumn column)
{
    const CompareContent &content = *numbers.content();
    switch (column) {
    case CompareColumn::Name:
        return nameTip(content, index);
    case CompareColumn::Status:
        return statusCellTip(numbers, index);
    case CompareColumn::Shape:
        return shapeTip(content.diff, content.diff.tensors[index]);
    default:
        return numbers.known(index) ? numberTip(*numbers.known(index), column) : QString();
    }
}

QString exact(const CompareNumbers &numbers, std::size_t index, CompareColumn column)
{
    const std::optional<double> number = comparedNumber(numbers.known(index), column);
    return number ? text::exactNumber(*number)
                  : cell(numbers, index, column).remove(QLatin1Char('\t')).remove(QLatin1Char('\n'));
}

QString columnName(CompareColumn column)
{
    switch (column) {
    case CompareColumn::Name:
        return tr("Name");
    case CompareColumn::Status:
        return tr("Status");
    case CompareColumn::Shape:
        return tr("Shape");
    case CompareColumn::Relative:
        return tr("Relative change");
    case CompareColumn::L2:
        return tr("L2");
    case CompareColumn::MaxAbs:
        return tr("Max |diff|");
    case CompareColumn::Cosine:
        return tr("Cosine");
    case CompareColumn::Changed:
        return tr("Changed");
    }
    return {};
}

QString columnTip(CompareColumn column)
{
    switch (column) {
    case CompareColumn::Relative:
        return tr("L2 of the difference over the norm of A. Bars are logarithmic, from 0.01 % to 100 %.");
    case CompareColumn::L2:
        return tr("Square root of the sum of (B − A)²");
    case CompareColumn::MaxAbs:
        return tr("Largest |B − A| of an element");
    case CompareColumn::Cosine:
        return tr("Cosine of the angle between A and B as vectors: 1 for the same direction");
    case CompareColumn::Changed:
        return tr("Share of the elements that are not equal");
    default:
        return {};
    }
}

double barOf(double relative)
{
    if (!(relative > 0))
        return 0;
    return std::clamp(1 + std::log10(relative) / kDecades, kShortestBar, 1.0);
}

}  // namespace waypoint::compare_text
