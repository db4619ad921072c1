// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/checkpoint/zip_source.h"

namespace waypoint {

/// Name of the fact that an archive has lost its directory: PyTorch cannot read it then, whatever is still in it.
inline constexpr const char *kLostDirectory = "directory";

/// The small records of a torch zip, as they are in the file.
struct TorchZipRecords
{
    std::optional<std::string> version;           ///< "3": of the archive's format, not of PyTorch
    std::optional<std::string> byteOrder;         ///< "little" or "big", since PyTorch 2.1
    std::optional<std::string> serializationId;   ///< .data/serialization_id, since PyTorch 2.1
    std::optional<std::string> formatVersion;     ///< .format_version, since PyTorch 2.7
    std::optional<std::string> storageAlignment;  ///< .storage_alignment, since PyTorch 2.7
    bool torchScript = false;                     ///< has constants.pkl: a ScriptModule, or from C++

    [[nodiscard]] bool bigEndian() const { return byteOrder == "big"; }
};

[[nodiscard]] TorchZipRecords torchZipRecords(const ZipArchive &archive, std::string_view root);

/// Which PyTorch wrote it, from the records it writes: "2.1 to 2.6". Empty where they do not tell.
[[nodiscard]] std::string pytorchVersion(const TorchZipRecords &records);

/// Facts about the container for people, into Checkpoint::container.
void addTorchZipFacts(const ZipArchive &archive, std::string_view root, const TorchZipRecords &records,
                      Checkpoint &into);

/// What is odd about the records, into Checkpoint::warnings.
void warnAboutRecords(const TorchZipRecords &records, Checkpoint &into);

}  // namespace waypoint
