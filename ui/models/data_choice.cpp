// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/models/data_choice.h"

#include "core/data/data_spec.h"
#include "ui/models/text.h"

#include <QtCore/QCoreApplication>
#include <QtCore/QDir>
#include <QtCore/QDirIterator>
#include <QtCore/QFileInfo>

#include <algorithm>

namespace waypoint {

namespace {

constexpr int kMostEntries = 2000;  ///< of a folder that are looked at to tell what it is

QString tr(const char *text) { return QCoreApplication::translate("DataChoice", text); }

bool isMnistFile(const QString &name)
{
    return name.contains(QLatin1String("idx3-ubyte")) || name.contains(QLatin1String("idx1-ubyte"));
}

/// Of the Python version, too: what to download instead is said when it is looked at.
bool isCifarFile(const QString &name)
{
    return name.startsWith(QLatin1String("data_batch_")) || name == QLatin1String("test_batch.bin")
           || name == QLatin1String("batches.meta.txt") || name == QLatin1String("batches.meta");
}

QString kindOfFolder(const QString &folder, const std::stop_token &stop)
{
    if (QFileInfo::exists(folder + QStringLiteral("/cifar-10-batches-bin")))
        return QStringLiteral("cifar10");
    if (QFileInfo::exists(folder + QStringLiteral("/MNIST/raw")))
        return QStringLiteral("mnist");
    for (const char *inside : {"", "/raw"}) {
        QDirIterator entries(folder + QLatin1String(inside), QDir::Files);
        for (int i = 0; i < kMostEntries && entries.hasNext() && !stop.stop_requested(); ++i) {
            entries.next();
            if (isCifarFile(entries.fileName()))
                return QStringLiteral("cifar10");
            if (isMnistFile(entries.fileName()))
                return QStringLiteral("mnist");
        }
    }
    return QStringLiteral("folder");
}

bool isTable(const QFileInfo &file)
{
    const QString ending = file.suffix().toLower();
    return ending == QLatin1String("csv") || ending == QLatin1String("tsv") || ending == QLatin1String("txt");
}

bool isImage(const QFileInfo &file)
{
    static const QStringList endings{QStringLiteral("jpg"), QStringLiteral("jpeg"), QStringLiteral("png"),
                                     QStringLiteral("bmp"), QStringLiteral("gif"),  QStringLiteral("ppm"),
                                     QStringLiteral("pgm")};
    return endings.contains(file.suffix().toLower());
}

}  // namespace

QString DataChoice::spec() const
{
    QString spec = kind;
    QStringList parts;
    for (auto option = options.begin(); option != options.end(); ++option)
        parts << option.key() + QLatin1Char('=') + option.value();
    if (!path.isEmpty())
        spec += QLatin1Char(':') + path;
    // As they are mostly written: "synthetic:classes=3", "iris,holdout=0".
    const bool colon = path.isEmpty() && kind == QLatin1String("synthetic");
    if (!parts.isEmpty())
        spec += (colon ? QLatin1Char(':') : QLatin1Char(',')) + parts.join(QLatin1Char(','));
    return spec;
}

std::optional<DataChoice> dataChoice(const QString &spec)
{
    const auto parsed = parseDataSpec(spec.toStdString());
    if (!parsed)
        return std::nullopt;
    const QString kind = text::fromUtf8(parsed->kind);
    const auto kinds = dataKinds();
    if (std::ranges::find(kinds, kind, &DataKind::name) == kinds.end())
        return std::nullopt;
    DataChoice choice{kind, text::fromUtf8(parsed->path.string()), {}};
    for (const auto &[key, value] : parsed->options.items())
        choice.options.insert(text::fromUtf8(key), text::fromUtf8(value));
    return choice;
}

QString choiceProblem(const DataChoice &choice, const DataKind &kind)
{
    if (choice.path.isEmpty() && kind.path == DataKind::Path::File)
        return tr("Choose a file, or drop one here. %1").arg(kind.help);
    if (choice.path.isEmpty() && kind.path == DataKind::Path::Folder)
        return tr("Choose a folder, or drop one here. %1").arg(kind.help);
    if (dataChoice(choice.spec()) == choice)
        return {};
    const bool comma = std::ranges::any_of(choice.options, [](const QString &value) { return value.contains(u','); });
    return comma ? tr("An option has a comma in it, which a SPEC cannot have. Rename the column, or leave it out.")
                 : tr("The end of this path reads like an option (,name=value). Rename the file or the folder.");
}

DataChoice guessData(const QString &path, const std::stop_token &stop)
{
    const QFileInfo file(path);
    if (file.isDir())
        return {kindOfFolder(path, stop), path, {}};
    if (isMnistFile(file.fileName()))
        return {QStringLiteral("mnist"), file.path(), {}};
    if (isCifarFile(file.fileName()))
        return {QStringLiteral("cifar10"), file.path(), {}};
    // An image lies in the folder of its class.
    if (isImage(file))
        return {QStringLiteral("folder"), QFileInfo(file.path()).path(), {}};
    return {isTable(file) ? QStringLiteral("csv") : QStringLiteral("tensors"), path, {}};
}

}  // namespace waypoint
