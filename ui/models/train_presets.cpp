// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/models/train_presets.h"

#include "ui/models/text.h"

#include <QtCore/QCoreApplication>
#include <QtCore/QSettings>

#include <algorithm>

namespace waypoint {

namespace {

QString tr(const char *sentence) { return QCoreApplication::translate("training", sentence); }

QString presetsKey() { return QStringLiteral("train/presets"); }
QString lastKey() { return QStringLiteral("train/last"); }

/// Names may hold what settings would take for a path of keys: an array of pairs holds any.
struct Saved
{
    QString name;
    QString json;
};

std::vector<Saved> readSaved()
{
    QSettings settings;
    std::vector<Saved> all;
    const int count = settings.beginReadArray(presetsKey());
    for (int i = 0; i < count; ++i) {
        settings.setArrayIndex(i);
        all.push_back(
            {settings.value(QStringLiteral("name")).toString(), settings.value(QStringLiteral("run")).toString()});
    }
    return all;
}

void writeSaved(const std::vector<Saved> &all)
{
    QSettings settings;
    settings.remove(presetsKey());
    settings.beginWriteArray(presetsKey(), static_cast<int>(all.size()));
    for (std::size_t i = 0; i < all.size(); ++i) {
        settings.setArrayIndex(static_cast<int>(i));
        settings.setValue(QStringLiteral("name"), all[i].name);
        settings.setValue(QStringLiteral("run"), all[i].json);
    }
}

QString jsonOf(const RunConfig &config) { return text::fromUtf8(runJson(config, {})); }

std::optional<RunConfig> configOf(const QString &json)
{
    const auto run = json.isEmpty() ? Result<RunDescription>(Error{}) : parseRunJson(json.toStdString());
    return run ? std::optional(run->config) : std::nullopt;
}

RunConfig digits()
{
    RunConfig config;
    config.data = "digits";
    return config;
}

RunConfig cifar()
{
    RunConfig config;
    config.model = "resnet18";
    config.data = "cifar10:";
    config.epochs = 30;
    config.batchSize = 128;
    config.optimizer = "sgd";
    config.lr = 0.1;
    config.optimizerArgs = {{"momentum", "0.9"}, {"weight_decay", "5e-4"}, {"nesterov", "true"}};
    config.scheduler = "cosine";
    config.schedulerArgs = {{"warmup", "3"}};
    config.keepLast = 5;
    return config;
}

RunConfig fineTune()
{
    RunConfig config;
    config.epochs = 10;
    config.optimizer = "sgd";
    config.lr = 0.001;
    config.optimizerArgs = {{"momentum", "0.9"}};
    config.scheduler = "cosine";
    config.strict = false;
    config.earlyStop = 3;
    return config;
}

}  // namespace

std::vector<BuiltInPreset> builtInPresets()
{
    return {{tr("Iris, a quick try"), tr("150 flowers, a tiny network: over in seconds."), RunConfig{}, {}},
            {tr("Handwritten digits"), tr("1,797 small pictures that come with the program."), digits(), {}},
            {tr("CIFAR-10 with ResNet-18"),
             tr("SGD with Nesterov momentum and a cosine schedule. Needs the folder of CIFAR-10's binary version."),
             cifar(), QStringLiteral("data")},
            {tr("Fine-tune from weights"),
             tr("A low rate on weights that you have already; layers that do not fit start fresh."), fineTune(),
             QStringLiteral("init")}};
}

TrainPresets::TrainPresets(QObject *parent) : QObject(parent) {}

QStringList TrainPresets::names() const
{
    QStringList names;
    for (const Saved &saved : readSaved())
        names << saved.name;
    names.sort(Qt::CaseInsensitive);
    return names;
}

std::optional<RunConfig> TrainPresets::preset(const QString &name) const
{
    for (const Saved &saved : readSaved())
        if (saved.name == name)
            return configOf(saved.json);
    return std::nullopt;
}

void TrainPresets::save(const QString &name, const RunConfig &config)
{
    std::vector<Saved> all = readSaved();
    std::erase_if(all, [&](const Saved &saved) { return saved.name == name; });
    all.push_back({name, jsonOf(config)});
    writeSaved(all);
    Q_EMIT changed();
}

void TrainPresets::remove(const QString &name)
{
    std::vector<Saved> all = readSaved();
    std::erase_if(all, [&](const Saved &saved) { return saved.name == name; });
    writeSaved(all);
    Q_EMIT changed();
}

std::optional<RunConfig> TrainPresets::last() const { return configOf(QSettings().value(lastKey()).toString()); }

void TrainPresets::setLast(const RunConfig &config) { QSettings().setValue(lastKey(), jsonOf(config)); }

}  // namespace waypoint
