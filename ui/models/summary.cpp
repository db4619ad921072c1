// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/models/summary.h"

#include "ui/models/entry_text.h"
#include "ui/models/text.h"

#include <QtCore/QCoreApplication>
#include <QtCore/QStringList>

#include <algorithm>
#include <set>
#include <tuple>

namespace waypoint {

namespace {

QString tr(const char *sentence) { return QCoreApplication::translate("summary", sentence); }

bool has(const EntryFacts &facts, Role role)
{
    return std::find(facts.roles.begin(), facts.roles.end(), role) != facts.roles.end();
}

/// Names as their owners write them.
QString layoutWord(const std::string &layout)
{
    static const std::pair<const char *, const char *> kWords[] = {
        {"lightning", "Lightning"},   {"hf-trainer", "Hugging Face Trainer"}, {"mmengine", "MMEngine"},
        {"deepspeed", "DeepSpeed"},   {"accelerate", "Accelerate"},           {"composer", "Composer"},
        {"sb3", "Stable-Baselines3"}, {"ultralytics", "Ultralytics"},         {"detectron2", "Detectron2"},
    };
    for (const auto &[name, word] : kWords)
        if (layout == name)
            return QString::fromLatin1(word);
    return text::fromUtf8(layout);
}

QString kindOfFile(const Checkpoint &checkpoint, const EntryFacts &facts)
{
    const bool model = has(facts, Role::Model) || has(facts, Role::Module);
    if (checkpoint.format == Format::TorchScript)
        return tr("TorchScript program");
    if (model && has(facts, Role::Optimizer))
        return checkpoint.layout.empty() ? tr("Training checkpoint")
                                         : tr("%1 checkpoint").arg(layoutWord(checkpoint.layout));
    if (has(facts, Role::Module))
        return tr("Whole model");
    if (model)
        return checkpoint.layout.empty() ? tr("Model weights")
                                         : tr("Model weights of %1").arg(layoutWord(checkpoint.layout));
    if (has(facts, Role::Optimizer))
        return tr("Optimizer state");
    if (has(facts, Role::Scheduler))
        return tr("Scheduler state");
    if (has(facts, Role::Rng))
        return tr("Random state");
    if (facts.tensors[kRootEntry] == 0)
        return tr("Python value without tensors");
    return checkpoint.entries[kRootEntry].childCount == 0 ? tr("A single tensor") : tr("Tensors");
}

/// Values of the first section with a role that has a plain number: "epoch 50".
void addNumber(const Checkpoint &checkpoint, Role role, QStringList &parts)
{
    for (const Section &section : checkpoint.sections) {
        if (section.role != role || section.entry >= checkpoint.entries.size())
            continue;
        // Ultralytics writes -1 when training is over.
        if (const auto number = checkpoint.entries.value(section.entry).integer(); number && *number >= 0) {
            parts << entry_text::roleWord(role) + QLatin1Char(' ') + text::integer(*number);
            return;
        }
    }
}

void addClasses(const Checkpoint &checkpoint, const EntryFacts &facts, Role role, QStringList &parts)
{
    constexpr qsizetype kMost = 3;
    QStringList classes;
    for (const Section &section : checkpoint.sections)
        if (section.role == role && !section.className.empty() && section.entry < checkpoint.entries.size())
            classes << entry_text::type(checkpoint, facts, section.entry);
    const qsizetype all = classes.size();
    classes.removeDuplicates();
    if (classes.isEmpty())
        return;
    QString words = classes.mid(0, kMost).join(QLatin1String(", "));
    if (classes.size() == 1 && all > 1)
        words = QStringLiteral("%1 × %2").arg(all).arg(words);
    else if (classes.size() > kMost)
        words += QStringLiteral(", …");
    parts << words;
}

/// Elements of the models' tensors; the same part of a storage counts once, however many names it has.
std::uint64_t countParameters(const Checkpoint &checkpoint, const EntryFacts &facts)
{
    const auto models = static_cast<std::uint16_t>(roleBit(Role::Model) | roleBit(Role::Module));
    std::set<std::tuple<StorageIndex, std::int64_t, std::int64_t>> seen;
    std::uint64_t count = 0;
    for (EntryId id = 0; id < checkpoint.entries.size(); ++id) {
        const Value value = checkpoint.entries.value(id);
        if (!value.is(ValueKind::Tensor) || (facts.roleMask[id] & models) == 0)
            continue;
        const TensorRef &ref = value.tensor().ref;
        const std::int64_t elements = ref.elementCount().value_or(0);
        if (ref.storage == kNoStorage || seen.emplace(ref.storage, ref.offset, elements).second)
            count += static_cast<std::uint64_t>(elements);
    }
    return count;
}

QString containerWord(Format format)
{
    switch (format) {
    case Format::TorchZip:
        return tr("PyTorch zip");
    case Format::TorchLegacy:
        return tr("PyTorch legacy stream");
    case Format::TorchTar:
        return tr("PyTorch 0.1 tar");
    case Format::TorchScript:
        return tr("TorchScript archive");
    case Format::Pickle:
        return tr("pickle");
    case Format::Safetensors:
        return tr("safetensors");
    case Format::SafetensorsIndex:
        return tr("safetensors in parts");
    case Format::TorchIndex:
        return tr("PyTorch in parts");
    case Format::TorchDcp:
        return tr("distributed checkpoint");
    case Format::Archive:
        return tr("archive of checkpoints");
    }
    return {};
}

}  // namespace

QString summarySentence(const Checkpoint &checkpoint, const EntryFacts &facts)
{
    if (checkpoint.entries.size() == 0)
        return tr("Empty file");
    QStringList parts{kindOfFile(checkpoint, facts)};
    addClasses(checkpoint, facts, Role::Module, parts);
    addNumber(checkpoint, Role::Epoch, parts);
    if (!has(facts, Role::Epoch))
        addNumber(checkpoint, Role::Step, parts);
    addClasses(checkpoint, facts, Role::Optimizer, parts);
    addClasses(checkpoint, facts, Role::Scheduler, parts);
    if (const std::uint64_t count = countParameters(checkpoint, facts); count > 0)
        parts << tr("%1 parameters").arg(text::count(count));
    return parts.join(QStringLiteral(" · "));
}

QString summaryDetails(const Checkpoint &checkpoint, const EntryFacts &facts)
{
    QStringList parts{text::bytes(checkpoint.fileBytes), containerWord(checkpoint.format)};
    if (checkpoint.entries.size() > 0 && facts.tensors[kRootEntry] > 0)
        parts << (facts.tensors[kRootEntry] == 1 ? tr("1 tensor")
                                                 : tr("%1 tensors").arg(text::count(facts.tensors[kRootEntry])));
    std::set<std::string> devices;
    for (const Storage &storage : checkpoint.values.storages())
        if (!storage.device.empty() && devices.size() < 4)
            devices.insert(storage.device);
    QStringList names;
    for (const std::string &device : devices)
        names << text::fromUtf8(device);
    if (!names.isEmpty())
        parts << tr("saved on %1").arg(names.join(QLatin1String(", ")));
    return parts.join(QStringLiteral(" · "));
}

}  // namespace waypoint
