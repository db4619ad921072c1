// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/checkpoint/zip_kinds.h"

#include <algorithm>
#include <array>
#include <optional>
#include <string_view>

namespace waypoint {

namespace {

constexpr std::size_t kLooks = 10'000;  // members whose names are looked at

struct ZipKind
{
    std::string_view member;  ///< a member of this name, in any folder, tells it
    ErrorCode code;
    std::string_view what;
    std::string_view advice;
};

constexpr std::string_view kNotWeights = "Look for the checkpoint that it was made from.";

constexpr std::array<ZipKind, 10> kKinds{{
    {"[Content_Types].xml", ErrorCode::NotACheckpoint, "it is an Office document", ""},
    {"AndroidManifest.xml", ErrorCode::NotACheckpoint, "it is an Android application", ""},
    {"META-INF/MANIFEST.MF", ErrorCode::NotACheckpoint, "it is a Java archive", ""},
    {"model.weights.h5", ErrorCode::NotACheckpoint, "it is a Keras model, not a PyTorch checkpoint", ""},
    {"serialized_exported_program.json", ErrorCode::Unsupported,
     "it is an exported program (torch.export, .pt2), not a checkpoint", kNotWeights},
    {"archive_format", ErrorCode::Unsupported, "it is an exported program (torch.export, .pt2), not a checkpoint",
     kNotWeights},
    {"model.json", ErrorCode::Unsupported, "it is a TorchScript archive of PyTorch 1.0 or 1.1",
     "Load it with torch.jit.load of PyTorch 1.4 or older and save it again."},
    {"extern_modules", ErrorCode::Unsupported, "it is a torch.package archive, which holds code and no checkpoint",
     "Import the package in Python and torch.save() its model's state_dict()."},
    {"MAR-INF/MANIFEST.json", ErrorCode::NotACheckpoint, "it is a TorchServe model archive (.mar)",
     "Unpack it and open the weights inside."},
    {"mimetype", ErrorCode::NotACheckpoint, "it is a document (OpenDocument or e-book)", ""},
}};

bool isNamed(std::string_view name, std::string_view member)
{
    return name == member
           || (name.size() > member.size() && name.ends_with(member) && name[name.size() - member.size() - 1] == '/');
}

std::span<const ZipEntry> looked(const ZipArchive &archive)
{
    return archive.entries().first(std::min(archive.entries().size(), kLooks));
}

const ZipKind *kindOf(const ZipArchive &archive)
{
    for (const ZipEntry &entry : looked(archive))
        for (const ZipKind &kind : kKinds)
            if (isNamed(entry.name, kind.member))
                return &kind;
    return nullptr;
}

bool isNpz(const ZipArchive &archive)
{
    const std::span<const ZipEntry> entries = looked(archive);
    return !entries.empty()
           && std::all_of(entries.begin(), entries.end(), [](const ZipEntry &e) { return e.name.ends_with(".npy"); });
}

// "archive/data/0", "archive/code/...": records of a torch file, whose data.pkl is not there.
bool isHalfTorch(const ZipArchive &archive)
{
    const std::span<const ZipEntry> entries = looked(archive);
    return std::any_of(entries.begin(), entries.end(), [](const ZipEntry &entry) {
        const std::string_view name = entry.name;
        const std::size_t last = name.rfind('/');
        if (last == std::string_view::npos)
            return false;
        const std::string_view folder = name.substr(0, last);
        const std::string_view file = name.substr(last + 1);
        const bool number = !file.empty() && file.find_first_not_of("0123456789") == std::string_view::npos;
        return (number && isNamed(folder, "data")) || isNamed(folder, "code/__torch__");
    });
}

Error error(ErrorCode code, std::string_view what, std::string_view advice)
{
    return {code, std::string(what), {}, std::string(advice), {}};
}

}  // namespace

bool isOtherZip(const ZipArchive &archive) { return isNpz(archive) || kindOf(archive) != nullptr; }

Error diagnoseZip(const ZipArchive &archive)
{
    if (isNpz(archive))
        return error(ErrorCode::NotACheckpoint, "it is a NumPy .npz archive of arrays, not a PyTorch checkpoint",
                     "Open it with numpy.load().");
    if (isHalfTorch(archive)) {
        if (!archive.recovered())
            return error(ErrorCode::Corrupt, "zip: the record data.pkl, which says what is in it, is missing",
                         "Copy or download it again.");
        Error cut = error(ErrorCode::Truncated, "the file ends before 'data.pkl', the part that says what is in it",
                          "Copy or download it again. Files written by C++ or torch.jit.save have that part at the "
                          "end, so nothing can be saved from this one.");
        cut.at = ByteOffset{archive.file()->size().value};
        return cut;
    }
    if (const ZipKind *kind = kindOf(archive))
        return error(kind->code, kind->what, kind->advice);
    if (archive.entries().empty())
        return error(ErrorCode::NotACheckpoint, "it is a zip archive with nothing in it", "");
    return error(ErrorCode::NotACheckpoint, "it is a zip archive, and none of its members is a checkpoint",
                 "Unpack it and look for a file that torch.save wrote.");
}

}  // namespace waypoint
