// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/printable.h"
#include "core/checkpoint/export/export_values.h"
#include "core/checkpoint/role_words.h"
#include "core/pickle/value.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <optional>
#include <string_view>

namespace waypoint {

namespace {

/// Kinds of torch.device that are no CPU (c10/core/DeviceType.h).
constexpr std::array<std::string_view, 13> kKinds{"cuda", "mps", "xla",    "hpu",  "xpu",           "hip", "npu",
                                                  "ipu",  "ort", "vulkan", "mtia", "privateuseone", "lazy"};

/// "cuda", "cuda:0", "mps": what a device is called, and nothing else.
bool isDeviceName(std::string_view text)
{
    const std::size_t colon = text.find(':');
    const std::string_view number = colon == std::string_view::npos ? "0" : text.substr(colon + 1);
    const bool isNumber = !number.empty() && number.find_first_not_of("0123456789") == std::string_view::npos;
    return isNumber && std::find(kKinds.begin(), kKinds.end(), text.substr(0, colon)) != kKinds.end();
}

bool saysDevice(std::string_view key)
{
    const auto words = wordsOf(key);
    return hasWord(words, {"device", "devices"}) || hasWord(words, {"location"});
}

/// "torch.cuda.FloatTensor" -> "torch.FloatTensor"; nothing for other names.
std::optional<std::string> typeOnCpu(std::string_view name)
{
    constexpr std::string_view kOnGpu = "torch.cuda.";
    const bool isType = name.starts_with(kOnGpu) && (name.ends_with("Tensor") || name.ends_with("Storage"));
    if (!isType)
        return std::nullopt;
    return "torch." + std::string(name.substr(kOnGpu.size()));
}

/// One pass over a tree.
class Moving
{
public:
    Moving(ValueTree &tree, const std::string &device) : m_tree(tree), m_device(device) {}

    std::vector<std::string> run()
    {
        moveStorages();
        const std::size_t size = m_tree.size();  // what is added on the way needs no moving
        for (std::uint32_t i = 0; i < size; ++i)
            visit({i});
        if (m_settings > 0)
            m_notes.push_back(fmt::format("{} device names in its settings became '{}', too (the first is '{}')",
                                          m_settings, m_device, printable(m_firstSetting)));
        return std::move(m_notes);
    }

private:
    void moveStorages()
    {
        std::vector<std::string> before;
        for (StorageIndex i = 0; i < m_tree.storages().size(); ++i) {
            Storage &storage = m_tree.storage(i);
            if ((storage.device == "meta" && !storage.source) || storage.device == m_device)
                continue;
            if (!storage.device.empty() && std::find(before.begin(), before.end(), storage.device) == before.end())
                before.push_back(storage.device);
            storage.device = m_device;
        }
        std::sort(before.begin(), before.end());
        std::string all;
        for (const std::string &device : before)
            all += (all.empty() ? "" : ", ") + printable(device, 30);
        if (!all.empty())
            m_notes.push_back(fmt::format("Tensors saved on {} are on {} in the new file", all, m_device));
    }

    void visit(ValueId id)
    {
        switch (m_tree.kind(id)) {
        case ValueKind::Object:
            if (m_tree.className(id) == "torch.device")
                moveDevice(id);
            break;
        case ValueKind::Dict:
            moveSettings(id);
            break;
        case ValueKind::Persistent:
            if (const auto children = m_tree.children(id); !children.empty())
                moveTexts(children.front());
            break;
        case ValueKind::Global:
            if (const auto onCpu = m_device == "cpu" ? typeOnCpu(m_tree.text(id)) : std::nullopt)
                m_tree.becomeCopyOf(id, m_tree.addGlobal({}, *onCpu));
            break;
        default:
            break;
        }
    }

    ValueId deviceText()
    {
        if (!m_text.isValid())
            m_text = m_tree.addStr(m_device);
        return m_text;
    }

    void moveDevice(ValueId id)
    {
        const ValueId text = deviceText();
        const ValueId args = m_tree.addContainer(ValueKind::Tuple, std::array{text});
        ObjectValue &object = m_tree.object(id);
        const bool isMeta = object.display.isValid() && m_tree.text(object.display) == "meta";
        if (isMeta)
            return;
        object.args = args;
        object.kwargs = {};
        object.display = text;
    }

    [[nodiscard]] bool isOtherDevice(ValueId id) const
    {
        return m_tree.kind(id) == ValueKind::Str && isDeviceName(m_tree.text(id)) && m_tree.text(id) != m_device;
    }

    /// {"device": "cuda:0"}, Namespace(devices=["cuda:0", "cuda:1"]). The text itself may also be a key elsewhere
    /// (Python's pickles share equal strings), so the dict changes and not the text.
    void moveSettings(ValueId id)
    {
        std::vector<ValueId> pairs(m_tree.children(id).begin(), m_tree.children(id).end());
        bool changed = false;
        for (std::size_t i = 0; i + 1 < pairs.size(); i += 2) {
            if (m_tree.kind(pairs[i]) != ValueKind::Str)
                continue;
            const ValueKind kind = m_tree.kind(pairs[i + 1]);
            const bool isList = kind == ValueKind::List || kind == ValueKind::Tuple;
            if ((!isList && !isOtherDevice(pairs[i + 1])) || !saysDevice(m_tree.text(pairs[i])))
                continue;
            const std::string key(m_tree.text(pairs[i]));
            const bool moved = isList ? moveTexts(pairs[i + 1]) : true;
            if (moved && m_settings++ == 0)
                m_firstSetting = key;
            if (isList)
                continue;
            pairs[i + 1] = deviceText();
            changed = true;
        }
        if (changed)
            m_tree.becomeContainer(id, ValueKind::Dict, pairs);
    }

    /// Texts in a list or tuple; returns whether there was one.
    bool moveTexts(ValueId id)
    {
        const ValueKind kind = m_tree.kind(id);
        if (kind != ValueKind::List && kind != ValueKind::Tuple)
            return false;
        std::vector<ValueId> items(m_tree.children(id).begin(), m_tree.children(id).end());
        bool changed = false;
        for (ValueId &item : items)
            if (isOtherDevice(item)) {
                item = deviceText();
                changed = true;
            }
        if (changed)
            m_tree.becomeContainer(id, kind, items);
        return changed;
    }

    ValueTree &m_tree;
    const std::string &m_device;
    ValueId m_text;
    std::size_t m_settings = 0;
    std::string m_firstSetting;
    std::vector<std::string> m_notes;
};

}  // namespace

std::vector<std::string> moveToDevice(ValueTree &tree, const std::string &device) { return Moving(tree, device).run(); }

}  // namespace waypoint
