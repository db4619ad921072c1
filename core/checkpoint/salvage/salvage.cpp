// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/checkpoint/salvage/salvage.h"

#include "core/base/checked.h"
#include "core/base/printable.h"
#include "core/checkpoint/compare/model_tensors.h"
#include "core/checkpoint/reader.h"
#include "core/checkpoint/roles.h"
#include "core/checkpoint/salvage/lost_tensors.h"
#include "core/checkpoint/torch_zip_facts.h"
#include "core/checkpoint/written_part.h"
#include "core/tensor/opened_storage.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdint>
#include <exception>
#include <new>
#include <utility>

namespace waypoint {

namespace {

constexpr const char *kElsewhere = "Copy or download it again, or look for an older copy.";

Error cancelled() { return {ErrorCode::Cancelled, "stopped"}; }

/// Reads what there is of a source, without an error as long as there is anything.
Result<void> readDamaged(Source source, Losses &losses, const std::stop_token &stop, Checkpoint &into)
{
    OpenOptions options;
    options.stop = stop;
    options.losses = &losses;
    const ByteCount size = source.file ? source.file->size() : ByteCount();
    if (source.file)
        source.file = writtenPart(source.file, losses);
    into.path = source.path;
    const Result<ValueId> root = readSource(source, options, into);
    if (!root)
        return root.error();
    into.root = *root;
    if (source.file && (into.fileBytes.value == 0 || into.fileBytes == source.file->size()))
        into.fileBytes = size;
    into.entries = EntryTree(into.values, into.root, options.limits);
    findSections(into);
    return {};
}

bool hasData(ValueKind kind) { return kind == ValueKind::Tensor || kind == ValueKind::Storage; }

/// Whether a row is a tensor, or a bare storage.
bool isTensor(const Checkpoint &checkpoint, EntryId id)
{
    const ValueId value = checkpoint.entries[id].value;
    return value.isValid() && hasData(checkpoint.values.kind(value));
}

/// Rows that stand for themselves: numbers, texts, arrays.
bool isOtherValue(ValueKind kind)
{
    switch (kind) {
    case ValueKind::Bool:
    case ValueKind::Int:
    case ValueKind::BigInt:
    case ValueKind::Float:
    case ValueKind::Complex:
    case ValueKind::Str:
    case ValueKind::Bytes:
    case ValueKind::Array:
        return true;
    default:
        return false;
    }
}

/// A call that makes a tensor, if its arguments are right.
bool isRebuild(std::string_view name) { return name.starts_with("torch._utils._rebuild"); }

void addBytes(ByteCount &sum, ByteCount more) { sum = {checkedAdd(sum.value, more.value).value_or(sum.value)}; }

class Planning
{
public:
    Planning(Checkpoint &checkpoint, Losses &losses) : m_checkpoint(checkpoint), m_losses(losses) {}

    SalvagePlan plan(std::span<const StorageState> states)
    {
        const TensorVerdicts verdicts(m_checkpoint.values, states);
        for (ValueId id{0}; id.index < m_checkpoint.values.size(); ++id.index)
            if (hasData(m_checkpoint.values.kind(id)) ? verdicts.lossOf(id).has_value() : isNonsense(id))
                m_plan.dropped.push_back(id);
        m_places.resize(m_checkpoint.entries.size());
        for (EntryId id = 0; id < m_checkpoint.entries.size(); ++id) {
            findPlace(id);
            look(id, verdicts);
        }
        for (Losses::Part &part : m_losses.parts)
            m_plan.namesLost = m_plan.namesLost || part.path.empty();
        std::erase_if(m_losses.parts, [](const Losses::Part &part) { return part.path.empty(); });
        for (Losses::Part &part : m_losses.parts)
            m_plan.lost.push_back({kNoEntry, std::move(part.path), part.bytes, std::move(part.reason)});
        m_plan.isDamaged = m_losses.damaged || !m_plan.lost.empty();
        addNotes(states);
        return std::move(m_plan);
    }

private:
    /// What becomes of a row by what it is below.
    enum class Place : std::uint8_t {
        Kept,
        Gone,      ///< with what holds it
        OfObject,  ///< of one that becomes a dict, and not a tensor of it
        InDict,    ///< the same, a tensor
    };

    void findPlace(EntryId id)
    {
        const EntryTree::Entry &entry = m_checkpoint.entries[id];
        const Place around = entry.parent == kNoEntry ? Place::Kept : m_places[entry.parent];
        if (around != Place::Kept) {
            m_places[id] = std::max(m_places[id], around == Place::InDict ? Place::OfObject : around);
            return;
        }
        if (!isDropped(entry.value) || hasData(m_checkpoint.values.kind(entry.value)))
            return;
        m_places[id] = Place::Gone;
        const ValueKind kind = m_checkpoint.values.kind(entry.value);
        if (kind != ValueKind::Object || isRebuild(m_checkpoint.values.className(entry.value)))
            return;
        const std::vector<FollowedTensor> tensors = modelTensors(m_checkpoint, id);
        if (tensors.empty())
            return;
        for (const FollowedTensor &tensor : tensors)
            m_places[tensor.entry] = Place::InDict;
        m_places[id] = Place::OfObject;
        m_plan.asDicts.push_back({entry.value, id});
    }

    [[nodiscard]] bool isDropped(ValueId id) const
    {
        return id.isValid() && std::binary_search(m_plan.dropped.begin(), m_plan.dropped.end(), id);
    }

    void look(EntryId id, const TensorVerdicts &verdicts)
    {
        const EntryTree::Entry &entry = m_checkpoint.entries[id];
        const bool isOut = m_places[id] == Place::Gone || m_places[id] == Place::OfObject;
        if (!isTensor(m_checkpoint, id)) {
            // Of a module of TorchScript only the tensors are kept.
            const bool isKept = !isOut && m_checkpoint.format != Format::TorchScript;
            if (isKept && entry.value.isValid() && isOtherValue(m_checkpoint.values.kind(entry.value)))
                ++m_plan.otherValues;
            return;
        }
        if (entry.parent != kNoEntry && isTensor(m_checkpoint, entry.parent))
            return;
        const ByteCount bytes = verdicts.bytesOf(entry.value);
        if (auto loss = verdicts.lossOf(entry.value)) {
            m_plan.lost.push_back({id, m_checkpoint.entries.pathText(id), bytes, *std::move(loss)});
            return;
        }
        if (isOut) {
            m_plan.lost.push_back({id, m_checkpoint.entries.pathText(id), bytes,
                                   "it is part of something that the damaged pickle does not tell how to make"});
            return;
        }
        ++m_plan.tensors;
        addBytes(m_plan.bytes, bytes);
        if (!m_losses.valuesUncertain && verdicts.isChecked(entry.value))
            ++m_plan.checked;
    }

    /// What a damaged pickle names that Python would not find, or not know how to make: with it in, torch.load could
    /// read nothing of the file.
    [[nodiscard]] bool isNonsense(ValueId id) const
    {
        const ValueTree &values = m_checkpoint.values;
        const ValueKind kind = values.kind(id);
        const std::string_view name = kind == ValueKind::Object   ? values.className(id)
                                      : kind == ValueKind::Global ? values.text(id)
                                                                  : std::string_view();
        if (kind == ValueKind::Object && isRebuild(name))
            return true;
        if (!m_losses.valuesUncertain)
            return false;
        const bool isNamed = kind == ValueKind::Object || kind == ValueKind::Global;
        return kind == ValueKind::Persistent || (isNamed && judgeGlobal(name).safety != Safety::Safe);
    }

    void addNotes(std::span<const StorageState> states)
    {
        for (const Warning &warning : m_checkpoint.warnings)
            m_plan.notes.push_back(warning.text);
        for (std::string &note : m_losses.notes)
            m_plan.notes.push_back(std::move(note));
        const auto found = std::count_if(states.begin(), states.end(), [](const StorageState &s) { return s.found; });
        if (found > 0) {
            m_plan.isDamaged = true;
            m_plan.notes.push_back(fmt::format("The data of {} {} not where the archive's records say; checksums told "
                                               "where it is.",
                                               groupedDigits(static_cast<std::uint64_t>(found)),
                                               found == 1 ? "tensor was" : "tensors was"));
        }
        if (!m_plan.asDicts.empty()) {
            const ObjectAsDict &first = m_plan.asDicts.front();
            const std::string path = m_checkpoint.entries.pathText(first.entry);
            const std::size_t more = m_plan.asDicts.size() - 1;
            m_plan.notes.push_back(fmt::format(
                "{} of class {}{} becomes a dict of its tensors: a damaged pickle may name the wrong class.",
                path.empty() ? "The object" : fmt::format("'{}'", printable(path)),
                printable(m_checkpoint.values.className(first.value)),
                more == 0 ? "" : fmt::format(", like {} more,", groupedDigits(more))));
            std::ranges::stable_sort(m_plan.asDicts, {}, &ObjectAsDict::value);
        }
        const std::size_t unchecked = m_plan.tensors - m_plan.checked;
        if (unchecked > 0 && m_plan.isDamaged)
            m_plan.notes.push_back(fmt::format("{} of {} tensors have no checksum that could tell whether their bytes "
                                               "are right.",
                                               groupedDigits(unchecked), groupedDigits(m_plan.tensors)));
    }

    Checkpoint &m_checkpoint;
    Losses &m_losses;
    SalvagePlan m_plan;
    std::vector<Place> m_places;  ///< by row
};

/// A storage of which only a part is there is as long as that from now on; tensors that need more are lost anyway.
void shorten(Storage &storage, ByteCount there)
{
    const std::uint64_t unit = std::max(dtypeBytes(storage.dtype), 1u);
    const auto evidence = storage.source->evidence(storage.record, false);
    storage.bytes = {evidence.empty() ? 0 : there.value / unit * unit};
    storage.present = storage.bytes.value > 0;
    storage.source = nullptr;
    if (storage.present)
        storage.source = std::make_shared<OpenedStorage>(
            fileWindow(evidence.front().bytes, {{}, storage.bytes}, evidence.front().bytes->name()));
}

void shortenStorages(Checkpoint &checkpoint, std::span<const StorageState> states)
{
    for (std::size_t i = 0; i < states.size(); ++i) {
        Storage &storage = checkpoint.values.storage(static_cast<StorageIndex>(i));
        if (storage.source && states[i].there < storage.bytes)
            shorten(storage, states[i].there);
        else if (storage.source)
            storage.present = true;
    }
}

Error nothingLeft(const SalvagePlan &plan, const Checkpoint &checkpoint)
{
    Error error{ErrorCode::Truncated,
                "nothing can be saved: there is neither a whole tensor nor a value in it",
                {},
                kElsewhere,
                {}};
    if (!plan.lost.empty())
        error.detail = fmt::format("nothing can be saved: of {}'{}' {}",
                                   plan.lost.size() == 1
                                       ? std::string()
                                       : fmt::format("the first of {} tensors, ", groupedDigits(plan.lost.size())),
                                   printable(plan.lost.front().path, 120), plan.lost.front().reason);
    if (checkpoint.fileBytes.value > 0)
        error.at = ByteOffset{checkpoint.fileBytes.value};
    return error;
}

Result<SalvagePlan> planGuarded(const std::filesystem::path &path, const std::stop_token &stop, Progress *progress)
{
    auto source = sourceOf(path);
    if (!source)
        return source.error();
    const auto checkpoint = std::make_shared<Checkpoint>();
    Losses losses;
    if (const auto read = readDamaged(*std::move(source), losses, stop, *checkpoint); !read)
        return read.error();
    const auto states = checkStorages(*checkpoint, losses, stop, progress);
    if (!states)
        return states.error();
    if (stop.stop_requested())
        return cancelled();
    SalvagePlan plan = Planning(*checkpoint, losses).plan(*states);
    if (plan.tensors == 0 && plan.otherValues == 0)
        return nothingLeft(plan, *checkpoint);
    shortenStorages(*checkpoint, *states);
    plan.checkpoint = checkpoint;
    return plan;
}

}  // namespace

bool looksDamaged(const Checkpoint &checkpoint)
{
    const auto &facts = checkpoint.container;
    if (std::any_of(facts.begin(), facts.end(), [](const auto &fact) { return fact.first == kLostDirectory; }))
        return true;
    const auto &storages = checkpoint.values.storages();
    return std::any_of(storages.begin(), storages.end(), [](const Storage &storage) {
        return !storage.present && storage.bytes.value > 0 && storage.device != "meta";
    });
}

ByteCount SalvagePlan::allBytes() const
{
    ByteCount sum = bytes;
    for (const LostPart &part : lost)
        addBytes(sum, part.bytes);
    return sum;
}

Result<SalvagePlan> planSalvage(const std::filesystem::path &path, const std::stop_token &stop, Progress *progress)
{
    try {
        Result<SalvagePlan> plan = planGuarded(path, stop, progress);
        if (plan || !plan.error().advice.empty())
            return plan;
        // What is usually said of damaged files is to salvage them.
        Error error = plan.error();
        if (error.code == ErrorCode::Truncated || error.code == ErrorCode::Corrupt)
            error.advice = kElsewhere;
        return error;
    } catch (const std::bad_alloc &) {
        return Error{ErrorCode::TooLarge, "there is not enough memory for what this file describes"};
    } catch (const std::exception &exception) {
        return Error{ErrorCode::Corrupt, exception.what()};
    }
}

}  // namespace waypoint
