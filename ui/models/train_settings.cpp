// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/models/train_settings.h"

#include "core/base/arguments.h"
#include "ui/models/text.h"

#include <QtCore/QCoreApplication>

#include <cmath>
#include <optional>

namespace waypoint {

namespace {

QString tr(const char *sentence) { return QCoreApplication::translate("training", sentence); }

Arguments one(const QString &text) { return {{"value", text.toStdString()}}; }

std::optional<std::vector<double>> numbersOf(const TrainSetting &setting, const QString &text)
{
    if (setting.kind == TrainSetting::Kind::Pair) {
        const auto pair = one(text).numbers("value", {});
        return pair && pair->size() == 2 ? std::optional(*pair) : std::nullopt;
    }
    if (setting.kind == TrainSetting::Kind::Integer) {
        std::int64_t whole = 0;
        std::uint64_t large = 0;
        if (readSetting(text, whole))
            return std::vector{static_cast<double>(whole)};
        return readSetting(text, large) ? std::optional(std::vector{static_cast<double>(large)}) : std::nullopt;
    }
    double number = 0;
    return readSetting(text, number) ? std::optional(std::vector{number}) : std::nullopt;
}

QString wrongKind(const TrainSetting &setting, const QString &text)
{
    if (setting.kind == TrainSetting::Kind::Pair)
        return tr("takes two numbers, such as %1").arg(QLatin1String(setting.fallback));
    if (setting.kind == TrainSetting::Kind::Integer)
        return tr("must be a whole number");
    double number = 0;
    if (text.contains(QLatin1Char(','))
        && readSetting(QString(text).replace(QLatin1Char(','), QLatin1Char('.')), number))
        return tr("is written with a point: %1").arg(settingText(number));
    return tr("must be a number, such as 0.01 or 1e-3");
}

QString rangeProblem(const TrainSetting &setting, double value)
{
    if (!std::isfinite(value))
        return tr("must be a finite number");
    if (setting.aboveLeast ? value <= setting.least : value < setting.least)
        return (setting.aboveLeast ? tr("must be above %1") : tr("must be %1 or more"))
            .arg(text::number(setting.least));
    if (setting.belowMost ? value >= setting.most : value > setting.most)
        return (setting.belowMost ? tr("must be below %1") : tr("must be %1 or less")).arg(text::number(setting.most));
    return {};
}

}  // namespace

QString TrainSetting::helpText() const { return tr(help); }
QString TrainSetting::fallbackText() const { return *fallback ? tr(fallback) : QString(); }
QString TrainOptimizer::helpText() const { return tr(help); }

QString settingProblem(const TrainSetting &setting, const QString &text)
{
    const QString typed = text.trimmed();
    const bool isNumeric = setting.kind != TrainSetting::Kind::Flag && setting.kind != TrainSetting::Kind::Choice;
    if (typed.isEmpty() || !isNumeric)
        return {};
    const auto numbers = numbersOf(setting, typed);
    if (!numbers)
        return wrongKind(setting, typed);
    for (const double number : *numbers)
        if (QString problem = rangeProblem(setting, number); !problem.isEmpty())
            return problem;
    return {};
}

QString settingText(double value) { return text::exactNumber(value); }
QString settingText(std::int64_t value) { return QString::number(value); }
QString settingText(std::uint64_t value) { return QString::number(value); }

bool readSetting(const QString &text, double &into)
{
    const auto number = one(text.trimmed()).number("value", 0);
    if (!text.trimmed().isEmpty() && number)
        into = *number;
    return !text.trimmed().isEmpty() && number;
}

bool readSetting(const QString &text, std::int64_t &into)
{
    bool ok = false;
    if (const auto value = text.trimmed().toLongLong(&ok); ok)
        into = value;
    return ok;
}

bool readSetting(const QString &text, std::uint64_t &into)
{
    bool ok = false;
    if (const auto value = text.trimmed().toULongLong(&ok); ok)
        into = value;
    return ok;
}

}  // namespace waypoint
