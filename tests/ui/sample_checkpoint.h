// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "tests/support/optimizer_builder.h"
#include "ui/models/checkpoint_model.h"

#include <QtCore/QFile>
#include <QtCore/QtEndian>

/// Checkpoints and files made on the spot, for tests of the window.
namespace waypoint::test {

inline CheckpointPtr named(std::unique_ptr<Checkpoint> checkpoint, const std::string &path)
{
    checkpoint->path = path;
    return checkpoint;
}

/// {net: {fc.0.weight, fc.0.bias}, optimizer: SGD with momentum, state keyed 0 and 1, epoch: 50}
inline CheckpointPtr trainingCheckpoint()
{
    const Any net = dict({{"fc.0.weight", tensor({64, 3, 7, 7})}, {"fc.0.bias", tensor({64})}});
    const Any state = dict({{0, momentumOf({64, 3, 7, 7})}, {1, momentumOf({64})}});
    const Any optimizer = dict({{"state", state}, {"param_groups", list({group(sgdKeys(), firstIds(2))})}});
    return named(built(dict({{"net", net}, {"optimizer", optimizer}, {"epoch", 50}})), "run/epoch_50.pth");
}

/// `count` tensors in one dict: layers.0.weight, layers.1.weight, ...
inline CheckpointPtr flatCheckpoint(int count)
{
    std::vector<Pair> items;
    for (int i = 0; i < count; ++i)
        items.emplace_back("layers." + std::to_string(i) + ".weight", tensor({i % 7 + 1, 3}));
    return named(built(dict(items)), "flat.pth");
}

inline EntryContent contentOf(const CheckpointPtr &checkpoint, const EntryQuery &query = {})
{
    EntryContent content;
    content.checkpoint = checkpoint;
    content.facts = gatherFacts(*checkpoint);
    content.order = arrange(*checkpoint, *content.facts, query);
    return content;
}

/// A safetensors file with an F32 tensor of two elements under each name.
inline bool writeSafetensors(const QString &path, const std::vector<std::string> &names)
{
    std::string header = "{";
    std::uint64_t at = 0;
    for (const std::string &name : names) {
        header += (at == 0 ? "\"" : ",\"") + name + R"(":{"dtype":"F32","shape":[2],"data_offsets":[)"
                  + std::to_string(at) + "," + std::to_string(at + 8) + "]}";
        at += 8;
    }
    header += "}";
    QFile file(path);
    if (!file.open(QIODevice::WriteOnly))
        return false;
    const quint64 length = qToLittleEndian(static_cast<quint64>(header.size()));
    file.write(reinterpret_cast<const char *>(&length), sizeof length);
    file.write(header.data(), static_cast<qint64>(header.size()));
    file.write(QByteArray(static_cast<qsizetype>(at), '\0'));
    return file.flush();
}

}  // namespace waypoint::test
