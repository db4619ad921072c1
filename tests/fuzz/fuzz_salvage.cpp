// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/checkpoint/compare/checkpoint_diff.h"
#include "core/checkpoint/export/export_plan.h"
#include "core/checkpoint/reader.h"
#include "core/checkpoint/salvage/salvage.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>
#include <fstream>
#include <numeric>

namespace {

using namespace waypoint;
namespace fs = std::filesystem;

constexpr std::uint64_t kMostBytes = 4u << 20;  ///< of tensors that are compared and exported

/// What a person would call a bug, whatever the file holds.
void require(bool holds)
{
    if (!holds)
        std::abort();
}

/// A folder of this process.
class Folder
{
public:
    Folder() { require(::mkdtemp(m_path.data()) != nullptr); }
    ~Folder()
    {
        std::error_code ignored;
        fs::remove_all(m_path, ignored);
    }
    Folder(const Folder &) = delete;
    Folder &operator=(const Folder &) = delete;

    [[nodiscard]] fs::path path() const { return m_path; }

private:
    std::string m_path = (fs::temp_directory_path() / "waypoint-fuzz-XXXXXX").string();
};

fs::path folder()
{
    static const Folder made;
    return made.path();
}

/// What is written is whole, and beside it nothing is left.
void requireOnly(const fs::path &written)
{
    for (const fs::directory_entry &entry : fs::directory_iterator(folder()))
        require(entry.path() == written || entry.path().filename() == "damaged.pth");
    fs::remove(written);
}

void salvage(const SalvagePlan &plan)
{
    const fs::path saved = folder() / "saved.pth";
    if (writeSalvaged(plan, saved)) {
        const auto again = planSalvage(saved);
        require(again && !again->isDamaged && again->lost.empty());
    }
    requireOnly(saved);
}

void compare(const CheckpointPtr &a, const CheckpointPtr &b)
{
    const CheckpointDiff diff = matchCheckpoints({a, kRootEntry}, {b, kRootEntry});
    std::vector<std::size_t> all(diff.tensors.size());
    std::iota(all.begin(), all.end(), std::size_t{0});
    const auto look = [&](std::size_t i, const Result<TensorDifference> &difference) {
        require(pathOf(diff, i).size() < (1u << 20));
        if (difference)
            require(difference->changed <= difference->count && difference->nan <= difference->count);
    };
    require(static_cast<bool>(compareNumbers(diff, all, {}, look, 1)));
}

void exportAs(const CheckpointPtr &checkpoint, ExportFormat format)
{
    ExportOptions options;
    options.format = format;
    const auto plan = planExport(checkpoint, options);
    if (!plan)
        return;
    const fs::path made = folder() / fmt::format("made{}", exportSuffix(format));
    if (writeExport(**plan, made, {}))
        require(fs::exists(made));
    requireOnly(made);
}

}  // namespace

/// What is done with a file that may be damaged: what is there is saved, compared and written in every format.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t *bytes, std::size_t size)
{
    const fs::path damaged = folder() / "damaged.pth";
    std::ofstream(damaged, std::ios::binary).write(reinterpret_cast<const char *>(bytes), std::streamsize(size));
    const auto plan = planSalvage(damaged);
    if (plan && plan->bytes.value <= kMostBytes)
        salvage(*plan);
    const Opened opened = openCheckpoint(damaged);
    std::uint64_t elements = 0;
    if (opened.checkpoint)
        for (const TensorValue &tensor : opened.checkpoint->values.tensors())
            elements += std::min(tensor.ref.byteCount().value, kMostBytes + 1);
    if (opened.checkpoint && elements <= kMostBytes) {
        compare(plan ? plan->checkpoint : opened.checkpoint, opened.checkpoint);
        for (const auto format : {ExportFormat::TorchZip, ExportFormat::TorchLegacy, ExportFormat::Safetensors,
                                  ExportFormat::Npz, ExportFormat::Npy, ExportFormat::LibTorch})
            exportAs(opened.checkpoint, format);
    }
    fs::remove(damaged);
    return 0;
}
