// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/models/summary.h"

#include "core/checkpoint/headline.h"
#include "ui/models/text.h"

#include <QtCore/QCoreApplication>
#include <QtCore/QStringList>

#include <set>

namespace waypoint {

namespace {

QString tr(const char *sentence) { return QCoreApplication::translate("summary", sentence); }

QString containerWord(Format format)
{
    switch (format) {
    case Format::TorchZip:
        return tr("PyTorch zip");
    case Format::TorchLegacy:
        return tr("PyTorch legacy stream");
    case Format::TorchTar:
        return tr("PyTorch 0.1 tar");
    case Format::TorchScript:
        return tr("TorchScript archive");
    case Format::Pickle:
        return tr("pickle");
    case Format::Safetensors:
        return tr("safetensors");
    case Format::SafetensorsIndex:
        return tr("safetensors in parts");
    case Format::TorchIndex:
        return tr("PyTorch in parts");
    case Format::TorchDcp:
        return tr("distributed checkpoint");
    case Format::Archive:
        return tr("archive of checkpoints");
    }
    return {};
}

}  // namespace

QString summarySentence(const Checkpoint &checkpoint) { return text::fromUtf8(headline(checkpoint)); }

QString summaryDetails(const Checkpoint &checkpoint, const EntryFacts &facts)
{
    QStringList parts{text::bytes(checkpoint.fileBytes), containerWord(checkpoint.format)};
    if (checkpoint.entries.size() > 0 && facts.tensors[kRootEntry] > 0)
        parts << (facts.tensors[kRootEntry] == 1 ? tr("1 tensor")
                                                 : tr("%1 tensors").arg(text::count(facts.tensors[kRootEntry])));
    std::set<std::string> devices;
    for (const Storage &storage : checkpoint.values.storages())
        if (!storage.device.empty() && devices.size() < 4)
            devices.insert(storage.device);
    QStringList names;
    for (const std::string &device : devices)
        names << text::fromUtf8(device);
    if (!names.isEmpty())
        parts << tr("saved on %1").arg(names.join(QLatin1String(", ")));
    return parts.join(QStringLiteral(" · "));
}

}  // namespace waypoint
