// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/models/compare_content.h"

#include "ui/models/entry_facts.h"
#include "ui/models/entry_text.h"
#include "ui/models/text.h"

#include <algorithm>
#include <limits>
#include <map>

namespace waypoint {

namespace {

constexpr std::size_t kMostParts = std::numeric_limits<std::uint8_t>::max();

/// Finds the section an entry lies in, remembering what it found on the way.
class SectionsOf
{
public:
    explicit SectionsOf(const Checkpoint *checkpoint) : m_checkpoint(checkpoint)
    {
        if (!checkpoint)
            return;
        m_section.assign(checkpoint->entries.size(), kNone);
        for (std::size_t i = 0; i < checkpoint->sections.size(); ++i)
            if (checkpoint->sections[i].entry < m_section.size())
                m_section[checkpoint->sections[i].entry] = static_cast<std::uint32_t>(i);
        // A parent stands before its children.
        for (EntryId id = 1; id < m_section.size(); ++id)
            if (m_section[id] == kNone)
                m_section[id] = m_section[checkpoint->entries[id].parent];
    }

    [[nodiscard]] const Section *of(EntryId id) const
    {
        if (id >= m_section.size() || m_section[id] == kNone)
            return nullptr;
        return &m_checkpoint->sections[m_section[id]];
    }

private:
    static constexpr std::uint32_t kNone = 0xffffffffu;
    const Checkpoint *m_checkpoint;
    std::vector<std::uint32_t> m_section;  ///< by EntryId
};

bool isFloating(const Checkpoint &checkpoint, EntryId id)
{
    const Value value = checkpoint.entries.value(id);
    if (!value.is(ValueKind::Tensor))
        return value.is(ValueKind::Array);
    const DType dtype = value.tensor().ref.dtype;
    return isFloatingPoint(dtype) || isComplex(dtype) || isQuantized(dtype);
}

/// Puts tensors into parts by their sections.
class Parting
{
public:
    explicit Parting(CompareContent &content)
        : m_content(content), m_a(content.diff.a.checkpoint.get()), m_b(content.diff.b.checkpoint.get())
    {
    }

    void add(const TensorDiff &tensor)
    {
        const Section *section = tensor.a != kNoEntry ? m_a.of(tensor.a) : m_b.of(tensor.b);
        const auto [found, isNew] = m_partOf.try_emplace(section, 0);
        if (isNew)
            found->second = tensor.a == kNoEntry ? partOfRole(section) : newPart(section);
        ++m_content.parts[found->second].tensors;
        m_content.partOf.push_back(static_cast<std::uint8_t>(found->second));
    }

    /// Several of one name are told apart by what the file calls them.
    void finish()
    {
        std::map<QString, int> uses;
        for (const ComparePart &part : m_content.parts)
            ++uses[part.name];
        for (const auto &[section, part] : m_partOf) {
            ComparePart &named = m_content.parts[part];
            if (!section || uses[named.name] < 2)
                continue;
            const CheckpointPtr &file =
                owns(m_content.diff.a.checkpoint, section) ? m_content.diff.a.checkpoint : m_content.diff.b.checkpoint;
            const QString path = text::fromUtf8(file->entries.pathText(section->entry));
            named.name += path.isEmpty() ? QString() : QLatin1Char(' ') + path;
        }
        m_content.hasModel = std::any_of(m_content.parts.begin(), m_content.parts.end(),
                                         [](const ComparePart &part) { return part.isModel; });
    }

private:
    std::size_t newPart(const Section *section)
    {
        if (m_content.parts.size() < kMostParts)
            m_content.parts.push_back({.name = nameOf(section), .isModel = isModel(section)});
        return m_content.parts.size() - 1;
    }

    /// What only B has belongs to A's section of the same role.
    std::size_t partOfRole(const Section *section)
    {
        const QString name = nameOf(section);
        for (std::size_t part = 0; part < m_content.parts.size(); ++part)
            if (m_content.parts[part].name == name)
                return part;
        return newPart(section);
    }

    static bool isModel(const Section *section)
    {
        return section && (section->role == Role::Model || section->role == Role::Module);
    }
    static bool owns(const CheckpointPtr &checkpoint, const Section *section)
    {
        return checkpoint
               && std::any_of(checkpoint->sections.begin(), checkpoint->sections.end(),
                              [section](const Section &one) { return &one == section; });
    }
    static QString nameOf(const Section *section)
    {
        return section ? entry_text::roleWord(section->role) : QStringLiteral("other");
    }

    CompareContent &m_content;
    SectionsOf m_a;
    SectionsOf m_b;
    std::map<const Section *, std::size_t> m_partOf;
};

void gatherTensor(CompareContent &content, std::size_t index)
{
    const CheckpointDiff &diff = content.diff;
    const TensorDiff &tensor = diff.tensors[index];
    content.names.push_back(pathOf(diff, index));
    std::string other;
    std::uint64_t bytes = 0;
    bool floating = false;
    if (tensor.a != kNoEntry) {
        bytes += ownBytes(diff.a.checkpoint->entries.value(tensor.a)).value;
        floating = isFloating(*diff.a.checkpoint, tensor.a);
    }
    if (tensor.b != kNoEntry) {
        bytes += ownBytes(diff.b.checkpoint->entries.value(tensor.b)).value;
        floating = floating || isFloating(*diff.b.checkpoint, tensor.b);
        if (tensor.a != kNoEntry && tensor.matchedBy != MatchedBy::Path)
            other = diff.b.checkpoint->entries.pathText(tensor.b);
    }
    content.namesOfB.push_back(std::move(other));
    content.bytes.push_back(bytes);
    content.isFloating.push_back(floating);
}

void keepModelLayers(CompareContent &content)
{
    content.layers = layersOf(content.diff);
    content.isWeight = content.isFloating;
    if (!content.hasModel)
        return;
    const auto isModel = [&](std::size_t index) { return content.parts[content.partOf[index]].isModel; };
    for (std::size_t i = 0; i < content.isWeight.size(); ++i)
        content.isWeight[i] = content.isWeight[i] && isModel(i);
    for (GroupDiff &layer : content.layers)
        std::erase_if(layer.tensors, [&](std::size_t index) { return !isModel(index); });
    std::erase_if(content.layers, [](const GroupDiff &layer) { return layer.tensors.empty(); });
}

}  // namespace

bool CompareContent::isComparable(std::size_t index) const
{
    const TensorDiff &tensor = diff.tensors[index];
    return tensor.a != kNoEntry && tensor.b != kNoEntry && tensor.status != DiffStatus::Reshaped;
}

CompareContentPtr layOutComparison(const DiffSide &a, const DiffSide &b, const std::stop_token &stop)
{
    return layOutComparison(matchCheckpoints(a, b), stop);
}

CompareContentPtr layOutComparison(CheckpointDiff diff, const std::stop_token &stop)
{
    auto content = std::make_shared<CompareContent>();
    content->diff = std::move(diff);
    const CheckpointDiff &matched = content->diff;
    content->isSameFile = matched.a.checkpoint == matched.b.checkpoint;
    content->isSamePlace = content->isSameFile && matched.a.section == matched.b.section;
    Parting parting(*content);
    for (std::size_t i = 0; i < matched.tensors.size() && !stop.stop_requested(); ++i) {
        gatherTensor(*content, i);
        parting.add(matched.tensors[i]);
    }
    if (stop.stop_requested())
        return content;
    parting.finish();
    keepModelLayers(*content);
    return content;
}

}  // namespace waypoint
