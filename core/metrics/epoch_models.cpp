// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/checkpoint/compare/model_tensors.h"
#include "core/metrics/epoch_order.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdint>
#include <functional>
#include <iterator>
#include <map>

namespace waypoint {

namespace {

/// What a model consists of: a hash for each tensor's name and shape, sorted.
using Signature = std::vector<std::size_t>;

/// Without what wrappers put before all names.
std::string_view plainName(std::string_view name)
{
    for (bool stripped = true; stripped;) {
        stripped = false;
        for (const std::string_view prefix : {"module.", "_orig_mod.", "model."})
            if (name.starts_with(prefix)) {
                name.remove_prefix(prefix.size());
                stripped = true;
            }
    }
    return name;
}

Signature signatureOf(const EpochFile &file)
{
    Signature signature;
    for (const FollowedTensor &tensor : modelTensors(*file.checkpoint, file.model)) {
        std::string text(plainName(tensor.name));
        const Value value = file.checkpoint->entries.value(tensor.entry);
        if (value.is(ValueKind::Tensor))
            for (const std::int64_t size : value.tensor().ref.shape)
                text += fmt::format(" {}", size);
        signature.push_back(std::hash<std::string>()(text));
    }
    std::sort(signature.begin(), signature.end());
    return signature;
}

/// Whether half of the larger one is in both: a run may add a layer or change its head.
bool areAlike(const Signature &a, const Signature &b)
{
    Signature both;
    std::set_intersection(a.begin(), a.end(), b.begin(), b.end(), std::back_inserter(both));
    return 2 * both.size() >= std::max(a.size(), b.size());
}

}  // namespace

void dropOtherModels(std::vector<OpenedEpoch> &files, std::vector<std::string> &notes)
{
    std::map<Signature, std::size_t> counts;
    std::vector<Signature> signatures;
    for (const OpenedEpoch &file : files)
        ++counts[signatures.emplace_back(signatureOf(file.entry.file))];
    if (counts.size() < 2)
        return;
    // Of equally many the first file's: D_1.pth before G_1.pth.
    const Signature *most = &signatures.front();
    for (const Signature &signature : signatures)
        most = counts[signature] > counts[*most] ? &signature : most;
    std::vector<OpenedEpoch> kept;
    std::vector<std::filesystem::path> gone;
    for (std::size_t i = 0; i < files.size(); ++i) {
        if (areAlike(signatures[i], *most))
            kept.push_back(std::move(files[i]));
        else
            gone.push_back(files[i].entry.file.checkpoint->path);
    }
    files = std::move(kept);
    if (!gone.empty())
        notes.push_back(fmt::format(
            "{} {} another model than {} and {} left out.", someNames(gone), gone.size() == 1 ? "holds" : "hold",
            files.size() == 1 ? "the first file" : "most files", gone.size() == 1 ? "is" : "are"));
}

}  // namespace waypoint
