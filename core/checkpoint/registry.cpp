// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/checkpoint/readers.h"

#include <array>

namespace waypoint {

std::span<const CheckpointReader *const> checkpointReaders()
{
    // The order matters where one format is a special case of another: a torch zip is a zip, a legacy stream
    // begins with a pickle, a DCP folder is a folder. The plain pickle has the weakest signature and comes last.
    static const std::array<const CheckpointReader *, 8> readers = {
        &torchZipReader(), &torchLegacyReader(), &torchTarReader(), &safetensorsReader(),
        &indexReader(),    &dcpReader(),         &archiveReader(),  &pickleReader(),
    };
    return readers;
}

const CheckpointReader *findReader(const Source &source)
{
    for (const CheckpointReader *reader : checkpointReaders())
        if (reader->recognises(source))
            return reader;
    return nullptr;
}

}  // namespace waypoint
