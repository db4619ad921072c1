// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/checkpoint/export/export_plan.h"

#include "core/base/printable.h"
#include "core/checkpoint/array_tensors.h"
#include "core/checkpoint/entry_walk.h"
#include "core/checkpoint/export/export_selection.h"
#include "core/checkpoint/export/export_values.h"
#include "core/checkpoint/export/pack_storages.h"
#include "core/checkpoint/export/tensor_files.h"
#include "core/checkpoint/torch_writer.h"
#include "core/pickle/global_use.h"
#include "core/pickle/pickle_writer.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>
#include <unordered_map>
#include <unordered_set>
#include <utility>

namespace waypoint {

namespace {

constexpr std::size_t kNamed = 5;  ///< things that a note lists; the rest is counted
constexpr std::uint64_t kNpyHeader = 128;
constexpr std::string_view kNoName = "tensor";  ///< of a tensor that is all there is

/// One planning.
class Planning
{
public:
    Planning(CheckpointPtr checkpoint, const ExportOptions &options) : m_plan(std::make_shared<ExportPlan>())
    {
        m_plan->checkpoint = std::move(checkpoint);
        m_plan->options = options;
        m_plan->options.weightsOnly = options.weightsOnly || options.useEma;
        std::vector<EntryId> &sections = m_plan->options.sections;
        std::unordered_set<EntryId> seen;
        std::erase_if(sections, [&](EntryId id) { return !seen.insert(id).second; });
    }

    Result<ExportPlanPtr> run()
    {
        const Result<ExportSelection> selection = selectExport(*m_plan->checkpoint, m_plan->options);
        if (!selection)
            return selection.error();
        m_label = selection->parts.front().label;
        Result<ExportValues> values = buildExportValues(*m_plan->checkpoint, m_plan->options, *selection);
        if (!values)
            return values.error();
        addNotes(selection->notes);
        addNotes(values->notes);
        m_plan->values = std::move(values->tree);
        m_plan->root = values->root;
        m_sources = std::move(values->sources);
        m_isFlat = isFlat(m_plan->options);
        if (const Result<void> made = arrange(); !made)
            return made.error();
        addMoreNotes();
        m_plan->bytes = bytesOfFile();
        if (m_plan->bytes.value == 0)
            return whyNot();
        return ExportPlanPtr(std::move(m_plan));
    }

private:
    ValueTree &values() { return m_plan->values; }

    [[nodiscard]] bool isTorch() const
    {
        const ExportFormat format = m_plan->options.format;
        return format == ExportFormat::TorchZip || format == ExportFormat::TorchLegacy;
    }

    Result<void> arrange()
    {
        if (!m_plan->options.device.empty())
            addNotes(moveToDevice(values(), m_plan->options.device));
        m_rows = EntryTree(values(), m_plan->root, Limits());
        nameNodes();
        if (const Result<void> packed = pack(); !packed)
            return packed;
        for (EntryWalk walk(m_rows); !walk.atEnd();) {
            const Result<bool> opens = addRow(walk.entry());
            if (!opens)
                return opens.error();
            *opens ? walk.next() : walk.skip();
        }
        if (m_plan->tensors.empty() && m_isFlat)
            return Error{
                ErrorCode::BadArgument, "there is no tensor to export", {}, "Choose a part that has tensors.", {}};
        return checkFlat();
    }

    // --- names ---

    void nameNodes()
    {
        for (EntryId row = 0; row < m_rows.size(); ++row)
            if (const Value value = m_rows.value(row); value.is(ValueKind::Tensor) || value.is(ValueKind::Storage))
                m_rowOf.try_emplace(value.id().index, row);
    }

    std::string nameOfRow(EntryId row) const
    {
        if (row == kRootEntry)
            return m_label.empty() ? std::string(kNoName) : m_label;
        if (!m_isFlat)
            return m_rows.pathText(row);
        std::string name;
        for (const std::string &label : m_rows.path(row))
            name += (name.empty() ? "" : ".") + label;
        return name;
    }

    std::string nameOfNode(ValueId node) const
    {
        const auto row = m_rowOf.find(node.index);
        return row == m_rowOf.end() ? std::string("a tensor") : nameOfRow(row->second);
    }

    // --- storages ---

    Result<void> pack()
    {
        PackOptions options;
        // Other formats write the elements of each tensor, whatever it lies in; PyTorch's, in shards too, whole
        // storages.
        options.compact = m_plan->options.compact && isTorch();
        options.dtype = m_plan->options.dtype;
        options.converts = [this](ValueId id) {
            const auto source = m_sources.find(id.index);
            if (source == m_sources.end())
                return true;
            const std::string_view part = source->second.part;
            return !source->second.onlyTraining && (part.empty() || part == "values" || part == "buffer");
        };
        options.name = [this](ValueId id) { return nameOfNode(id); };
        Result<PackedStorages> packed = packStorages(values(), options);
        if (!packed)
            return packed.error();
        m_plan->pieces = packed->source;
        m_plan->wasted = packed->wasted;
        m_groups = std::move(packed->groups);
        if (packed->separated > 0)
            note("{} tensors shared memory across types; with the new type each has its own", packed->separated);
        return {};
    }

    // --- rows ---

    /// Returns whether what stands below the row counts, too.
    Result<bool> addRow(EntryId row)
    {
        const Value value = m_rows.value(row);
        switch (value.kind()) {
        case ValueKind::Tensor:
            return addTensor(row, value.id());
        case ValueKind::Array:
            return m_isFlat ? addArray(row, value.id()) : addOther();
        case ValueKind::Dict:
        case ValueKind::List:
        case ValueKind::Tuple:
        case ValueKind::Set:
            return true;
        default:
            return addOther();
        }
    }

    Result<bool> addOther()
    {
        ++(m_isFlat ? m_otherLeftOut : m_plan->otherValues);
        return true;
    }

    Result<bool> addTensor(EntryId row, ValueId id)
    {
        const TensorValue &tensor = values().tensor(id);
        const bool isMeta = tensor.ref.storage != kNoStorage && values().storages()[tensor.ref.storage].device == "meta"
                            && !values().storages()[tensor.ref.storage].source;
        if (isMeta)
            m_meta.push_back(nameOfRow(row));
        if (isMeta && m_isFlat)
            return false;
        if (m_isFlat && (tensor.ref.layout != TensorLayout::Strided || tensor.quantized))
            return Error{ErrorCode::Unsupported,
                         fmt::format("'{}' is a {} tensor, which {} cannot hold", printable(nameOfRow(row)),
                                     tensor.quantized ? "quantised" : layoutName(tensor.ref.layout),
                                     exportFormatName(m_plan->options.format)),
                         {},
                         "Choose the format pth, or leave it out: choose other parts, or names by a pattern.",
                         {}};
        ExportTensor made;
        made.name = nameOfRow(row);
        made.value = id;
        made.bytes = isMeta ? ByteCount() : bytesOf(id);
        made.dtypeBefore = tensor.ref.dtype;
        if (const auto source = m_sources.find(id.index); source != m_sources.end()) {
            made.source = source->second.row;
            const Value before = m_plan->checkpoint->entries.value(made.source);
            if (before.is(ValueKind::Tensor))
                made.dtypeBefore = before.tensor().ref.dtype;
        }
        made.tied = isTied(id);
        m_plan->tensors.push_back(std::move(made));
        return false;
    }

    /// Elements of a tensor, or of the parts of one.
    ByteCount bytesOf(ValueId id)
    {
        const TensorValue &tensor = values().tensor(id);
        std::uint64_t sum = tensor.ref.layout == TensorLayout::Strided ? tensor.ref.byteCount().value : 0;
        if (!tensor.parts.isValid() || values().kind(tensor.parts) != ValueKind::Dict)
            return {sum};
        for (const ValueId part : values().children(tensor.parts))
            if (values().kind(part) == ValueKind::Tensor && values().tensor(part).ref.layout == TensorLayout::Strided)
                sum += values().tensor(part).ref.byteCount().value;
        return {sum};
    }

    bool isTied(ValueId id)
    {
        const auto group = m_groups.find(id.index);
        return group != m_groups.end() && !m_seenGroups.insert(group->second).second;
    }

    /// A NumPy array is as good as a tensor where there are only tensors.
    Result<bool> addArray(EntryId row, ValueId id)
    {
        Result<NumericTensor> array = arrayTensor(values(), values().array(id));
        if (!array) {
            ++m_otherLeftOut;
            return false;
        }
        TensorValue tensor;
        tensor.ref = array->ref;
        tensor.ref.storage = values().addStorage(array->storage);
        ExportTensor made;
        made.name = nameOfRow(row);
        made.value = values().addTensor(tensor);
        made.bytes = tensor.ref.byteCount();
        made.dtypeBefore = tensor.ref.dtype;
        if (const auto source = m_sources.find(id.index); source != m_sources.end())
            made.source = source->second.row;
        m_plan->tensors.push_back(std::move(made));
        return false;
    }

    Result<void> checkFlat() const
    {
        if (!m_isFlat)
            return {};
        std::unordered_set<std::string_view> names;
        for (const ExportTensor &tensor : m_plan->tensors)
            if (!names.insert(tensor.name).second)
                return Error{ErrorCode::BadArgument,
                             fmt::format("two tensors would both be called '{}'", printable(tensor.name)),
                             {},
                             "Choose the format pth, or one section.",
                             {}};
        if (m_plan->options.format == ExportFormat::Npy && m_plan->tensors.size() != 1)
            return Error{ErrorCode::BadArgument,
                         fmt::format("an .npy file holds one tensor, and these are {}", m_plan->tensors.size()),
                         {},
                         "Choose one as the section, or the format npz.",
                         {}};
        return {};
    }

    // --- notes ---

    void addNotes(const std::vector<std::string> &notes)
    {
        m_plan->notes.insert(m_plan->notes.end(), notes.begin(), notes.end());
    }

    template<typename... Arguments>
    void note(fmt::format_string<Arguments...> text, Arguments &&...arguments)
    {
        m_plan->notes.push_back(fmt::format(text, std::forward<Arguments>(arguments)...));
    }

    void addMoreNotes()
    {
        if (!m_meta.empty())
            note("{} meta tensors have a shape and no elements ('{}'); they {}", m_meta.size(),
                 printable(m_meta.front()), m_isFlat ? "are left out" : "stay so");
        if (m_otherLeftOut > 0)
            note("{} other values (numbers, texts, ...) are left out: this format has only tensors", m_otherLeftOut);
        if (m_plan->wasted.value > 0 && m_plan->options.compact)
            note("{} bytes of the source that no tensor shows are left out", groupedDigits(m_plan->wasted.value));
        else if (m_plan->wasted.value > 0 && isTorch())
            note("{} bytes that no tensor shows stay, since views are kept", groupedDigits(m_plan->wasted.value));
        noteTraining();
        if (!m_isFlat)
            noteRefused();
    }

    void noteTraining()
    {
        const auto isKept = [&](const ExportTensor &tensor) {
            const auto source = m_sources.find(tensor.value.index);
            return source != m_sources.end() && source->second.onlyTraining && isFloatingPoint(tensor.dtypeBefore)
                   && tensor.dtypeBefore != *m_plan->options.dtype;
        };
        if (m_plan->options.dtype && std::any_of(m_plan->tensors.begin(), m_plan->tensors.end(), isKept))
            note("Tensors of optimizers, schedulers, random states and scalers keep their type");
    }

    /// The class or function that Python needs to make a value; empty where it needs none.
    static std::string_view neededName(Value value)
    {
        if (value.is(ValueKind::Global))
            return value.text();
        return value.is(ValueKind::Array) ? "numpy.core.multiarray._reconstruct" : value.className();
    }

    /// Classes that torch.load asks about since 2.6.
    void noteRefused()
    {
        std::set<std::string> refused;
        for (EntryId row = 0; row < m_rows.size(); ++row) {
            const std::string_view name = neededName(m_rows.value(row));
            if (!name.empty() && !refused.contains(std::string(name)) && !judgeGlobal(name).weightsOnly)
                refused.emplace(name);
        }
        if (refused.empty())
            return;
        std::string all;
        std::size_t count = 0;
        for (const std::string &name : refused)
            if (count++ < kNamed)
                all += (all.empty() ? "" : ", ") + printable(name, 80);
        if (count > kNamed)
            all += fmt::format(" and {} more", count - kNamed);
        note("torch.load(weights_only=True), the default since PyTorch 2.6, will not read it: it needs {}. The weights "
             "alone need no classes",
             all);
    }

    // --- size ---

    /// 0 where something has no form in the format.
    ByteCount bytesOfFile()
    {
        std::vector<NamedTensor> named;
        std::uint64_t elements = 0;
        for (const ExportTensor &tensor : m_plan->tensors) {
            named.push_back({tensor.name, tensor.value});
            elements += tensor.tied ? 0 : tensor.bytes.value;
        }
        if (!m_isFlat)
            return m_plan->options.format == ExportFormat::TorchZip ? torchFileBytes(values(), m_plan->root)
                                                                    : legacyTorchFileBytes(values(), m_plan->root);
        if (const auto known = bytesOf(named))
            return *known;
        constexpr std::uint64_t kPerTensor = 320;  // header, directory and pickle
        const bool isArray = m_plan->options.format == ExportFormat::Npy;
        return {elements + (isArray ? kNpyHeader : named.size() * kPerTensor)};
    }

    /// Nothing for formats of which only the size of the elements is known.
    std::optional<ByteCount> bytesOf(std::span<const NamedTensor> named)
    {
        if (m_plan->options.format == ExportFormat::Safetensors)
            return safetensorsBytes(values(), named, kSafetensorsMetadata);
        if (m_plan->options.format == ExportFormat::Npz)
            return npzBytes(values(), named);
        return std::nullopt;
    }

    /// What it is that the format cannot hold.
    Error whyNot()
    {
        if (!m_isFlat) {
            const bool isZip = m_plan->options.format == ExportFormat::TorchZip;
            const PickleWriter writer(
                [](StorageIndex) {
                    return PickleWriter::StorageName{"0", "cpu"};
                },
                isZip ? PickleForm::Zip : PickleForm::Legacy);
            const Result<std::string> pickle = writer.write(values(), m_plan->root);
            return pickle ? Error{ErrorCode::Unsupported, "this cannot be written"} : pickle.error();
        }
        for (const ExportTensor &tensor : m_plan->tensors)
            if (const NamedTensor one{tensor.name, tensor.value}; bytesOf(std::span(&one, 1)) == ByteCount())
                return {ErrorCode::Unsupported,
                        fmt::format("'{}' is of type {}, which {} cannot hold", printable(tensor.name),
                                    dtypeName(values().tensor(tensor.value).ref.dtype),
                                    exportFormatName(m_plan->options.format)),
                        {},
                        "Choose the format pth, or leave it out: choose other parts, or names by a pattern.",
                        {}};
        return {ErrorCode::Unsupported, "this format cannot hold these tensors under these names"};
    }

    std::shared_ptr<ExportPlan> m_plan;
    EntryTree m_rows;
    std::unordered_map<std::uint32_t, ExportSource> m_sources;
    std::unordered_map<std::uint32_t, EntryId> m_rowOf;  ///< first row of a tensor, by node
    std::unordered_map<std::uint32_t, std::size_t> m_groups;
    std::unordered_set<std::size_t> m_seenGroups;
    std::vector<std::string> m_meta;
    std::size_t m_otherLeftOut = 0;
    std::string m_label;
    bool m_isFlat = false;
};

}  // namespace

Result<ExportPlanPtr> planExport(CheckpointPtr checkpoint, const ExportOptions &options)
{
    return Planning(std::move(checkpoint), options).run();
}

}  // namespace waypoint
