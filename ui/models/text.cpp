// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/models/text.h"

#include <QtCore/QCoreApplication>
#include <QtCore/QDateTime>
#include <QtCore/QLocale>

#include <array>
#include <cmath>

namespace waypoint::text {

namespace {

QString tr(const char *sentence, int n = -1) { return QCoreApplication::translate("text", sentence, nullptr, n); }

}  // namespace

QString fromPath(const std::filesystem::path &path) { return QString::fromStdU16String(path.u16string()); }

std::filesystem::path toPath(const QString &path) { return std::filesystem::path(path.toStdU16String()); }

QString count(std::uint64_t number) { return QLocale().toString(static_cast<qulonglong>(number)); }

QString integer(std::int64_t number) { return QLocale().toString(static_cast<qlonglong>(number)); }

QString number(double number)
{
    if (std::isnan(number))
        return QStringLiteral("NaN");
    if (std::isinf(number))
        return number > 0 ? QStringLiteral("∞") : QStringLiteral("−∞");
    QLocale locale;
    locale.setNumberOptions(locale.numberOptions() & ~QLocale::OmitGroupSeparator);
    const double size = std::abs(number);
    if (size >= 10'000 && size < 1e15 && std::floor(size) == size)
        return locale.toString(number, 'f', 0);
    return locale.toString(number, 'g', 4);
}

QString exactNumber(double number)
{
    if (!std::isfinite(number))
        return text::number(number);
    return QString::number(number, 'g', QLocale::FloatingPointShortest);
}

QString bytes(ByteCount size)
{
    static constexpr std::array kUnits{"B", "KB", "MB", "GB", "TB", "PB", "EB"};
    if (size.value < 1000)
        return QStringLiteral("%1 B").arg(size.value);
    double scaled = static_cast<double>(size.value);
    std::size_t unit = 0;
    // 999.5 would be rounded to "1000".
    while (scaled >= 999.5 && unit + 1 < kUnits.size()) {
        scaled /= 1000;
        ++unit;
    }
    const int decimals = scaled < 9.995 ? 2 : scaled < 99.95 ? 1 : 0;
    return QLocale().toString(scaled, 'f', decimals) + QLatin1Char(' ') + QLatin1String(kUnits[unit]);
}

QString exactBytes(ByteCount size) { return size.value == 1 ? tr("1 byte") : tr("%1 bytes").arg(count(size.value)); }

QString shape(const SmallDims &dims)
{
    if (dims.empty())
        return tr("scalar");
    QString joined;
    for (const std::int64_t dim : dims) {
        if (!joined.isEmpty())
            joined += QChar(0x00d7);
        joined += QString::number(dim);
    }
    return joined;
}

QString pythonShape(const SmallDims &dims)
{
    QString joined;
    for (const std::int64_t dim : dims) {
        if (!joined.isEmpty())
            joined += QLatin1String(", ");
        joined += QString::number(dim);
    }
    return dims.size() == 1 ? QStringLiteral("(%1,)").arg(joined) : QStringLiteral("(%1)").arg(joined);
}

QString duration(std::chrono::milliseconds time)
{
    const auto ms = time.count();
    if (ms < 1)
        return tr("less than 1 ms");
    if (ms < 1000)
        return tr("%1 ms").arg(ms);
    if (ms < 60'000)
        return tr("%1 s").arg(QLocale().toString(static_cast<double>(ms) / 1000, 'f', 1));
    return tr("%1 min %2 s").arg(ms / 60'000).arg(ms / 1000 % 60);
}

QString ago(const QDateTime &time, const QDateTime &now)
{
    const qint64 seconds = time.secsTo(now);
    if (seconds >= 0 && seconds < 60)
        return tr("just now");
    if (seconds >= 0 && seconds < 120)
        return tr("1 minute ago");
    if (seconds >= 0 && seconds < 3600)
        return tr("%1 minutes ago").arg(seconds / 60);
    const QLocale locale;
    // The C locale's short times have seconds; nobody wants to read them here.
    const QString clock =
        locale.toString(time.time(), locale.timeFormat(QLocale::ShortFormat).remove(QLatin1String(":ss")));
    if (time.date() == now.date())
        return tr("today %1").arg(clock);
    if (time.date().addDays(1) == now.date())
        return tr("yesterday %1").arg(clock);
    return locale.toString(time.date(), time.date().year() == now.date().year() ? tr("d MMM") : tr("d MMM yyyy"));
}

QString elided(const QString &line, int characters)
{
    if (line.size() <= characters)
        return line;
    const int head = characters / 3;
    return line.left(head) + QChar(0x2026) + line.right(characters - head - 1);
}

}  // namespace waypoint::text
