// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/models/run_store.h"

#include <QtCore/QSettings>

#include <algorithm>

namespace waypoint {

namespace {

constexpr qsizetype kMost = 300;

constexpr QLatin1String kFolders("runs/folders");
constexpr QLatin1String kOrders("runs/waiting");
constexpr QLatin1String kFolder("folder");
constexpr QLatin1String kDevice("device");
constexpr QLatin1String kArguments("arguments");

/// A character a byte: names of files need not be UTF-8.
QStringList textOf(const std::vector<std::string> &arguments)
{
    QStringList list;
    for (const std::string &argument : arguments)
        list << QString::fromLatin1(argument.data(), static_cast<qsizetype>(argument.size()));
    return list;
}

std::vector<std::string> argumentsOf(const QStringList &list)
{
    std::vector<std::string> arguments;
    for (const QString &argument : list)
        arguments.push_back(argument.toLatin1().toStdString());
    return arguments;
}

std::vector<TrainingOrder> read(QSettings &settings)
{
    std::vector<TrainingOrder> orders;
    const int count = settings.beginReadArray(kOrders);
    for (int i = 0; i < count; ++i) {
        settings.setArrayIndex(i);
        orders.push_back({.folder = settings.value(kFolder).toString(),
                          .device = settings.value(kDevice).toString(),
                          .arguments = argumentsOf(settings.value(kArguments).toStringList())});
    }
    settings.endArray();
    return orders;
}

void write(QSettings &settings, const std::vector<TrainingOrder> &orders)
{
    settings.remove(kOrders);
    settings.beginWriteArray(kOrders, static_cast<int>(orders.size()));
    for (std::size_t i = 0; i < orders.size(); ++i) {
        settings.setArrayIndex(static_cast<int>(i));
        settings.setValue(kFolder, orders[i].folder);
        settings.setValue(kDevice, orders[i].device);
        settings.setValue(kArguments, textOf(orders[i].arguments));
    }
    settings.endArray();
    settings.sync();
}

/// As every window sees them now.
QSettings &current(QSettings &settings)
{
    settings.sync();
    return settings;
}

}  // namespace

QStringList RunStore::folders()
{
    QSettings settings;
    return current(settings).value(kFolders).toStringList();
}

void RunStore::add(const QStringList &folders)
{
    QSettings settings;
    const QStringList before = current(settings).value(kFolders).toStringList();
    QStringList known = folders;
    for (const QString &folder : before)
        if (!folders.contains(folder))
            known << folder;
    if (known == before)
        return;
    settings.setValue(kFolders, known.mid(0, kMost));
    settings.sync();
}

void RunStore::remove(const QString &folder)
{
    QSettings settings;
    QStringList known = current(settings).value(kFolders).toStringList();
    if (known.removeAll(folder) == 0)
        return;
    settings.setValue(kFolders, known);
    settings.sync();
}

std::vector<TrainingOrder> RunStore::orders()
{
    QSettings settings;
    return read(current(settings));
}

void RunStore::add(const TrainingOrder &order)
{
    QSettings settings;
    auto orders = read(current(settings));
    std::erase_if(orders, [&](const TrainingOrder &each) { return each.folder == order.folder; });
    orders.push_back(order);
    write(settings, orders);
}

std::optional<TrainingOrder> RunStore::take(const QString &folder)
{
    QSettings settings;
    auto orders = read(current(settings));
    const auto order =
        std::find_if(orders.begin(), orders.end(), [&](const TrainingOrder &each) { return each.folder == folder; });
    if (order == orders.end())
        return std::nullopt;
    auto taken = std::move(*order);
    orders.erase(order);
    write(settings, orders);
    return taken;
}

}  // namespace waypoint
