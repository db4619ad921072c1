// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/models/export_choice.h"

#include "ui/models/entry_text.h"
#include "ui/models/text.h"

#include <QtCore/QCoreApplication>
#include <QtCore/QDir>
#include <QtCore/QFileInfo>

#include <algorithm>
#include <array>
#include <set>

namespace waypoint {

namespace {

QString tr(const char *text) { return QCoreApplication::translate("ExportChoice", text); }

bool isModel(const Section &section) { return section.role == Role::Model || section.role == Role::Module; }

/// Sections worth a file of their own; single numbers are not.
bool isWorthExporting(Role role)
{
    return role == Role::Optimizer || role == Role::Scheduler || role == Role::Ema || role == Role::Scaler
           || role == Role::Config || role == Role::Rng;
}

QString pathOf(const Checkpoint &checkpoint, EntryId entry)
{
    return text::fromUtf8(checkpoint.entries.pathText(entry));
}

/// What an entry is called in the name of a file.
QString nameOf(const Checkpoint &checkpoint, EntryId entry)
{
    constexpr qsizetype kLongest = 60;
    QString name = text::fromUtf8(checkpoint.entries.label(entry)).left(kLongest);
    for (QChar &sign : name)
        if (!sign.isLetterOrNumber() && sign != QLatin1Char('.') && sign != QLatin1Char('-'))
            sign = QLatin1Char('_');
    return name;
}

ExportPart chosenPart(const Checkpoint &checkpoint, const std::vector<EntryId> &chosen)
{
    ExportPart part;
    part.sections = chosen;
    part.text = chosen.size() == 1 ? tr("Selected: %1").arg(pathOf(checkpoint, chosen.front()))
                                   : tr("Selected: %1 entries").arg(text::count(chosen.size()));
    part.tip = tr("What is selected in the tree");
    part.name = chosen.size() == 1 ? nameOf(checkpoint, chosen.front()) : tr("selection");
    return part;
}

void addModels(const Checkpoint &checkpoint, std::vector<ExportPart> &parts)
{
    const auto models = std::count_if(checkpoint.sections.begin(), checkpoint.sections.end(), isModel);
    for (const Section &section : checkpoint.sections) {
        if (!isModel(section) || (section.entry == kRootEntry && section.role == Role::Model))
            continue;
        ExportPart part;
        part.sections = {section.entry};
        part.weightsOnly = true;
        const QString path = pathOf(checkpoint, section.entry);
        part.text = models > 1 || path.isEmpty() ? tr("Weights only") : tr("Weights only (%1)").arg(path);
        if (models > 1) {
            part.text = tr("Weights of %1").arg(path);
            part.name = nameOf(checkpoint, section.entry);
        }
        part.tip = section.role == Role::Module
                       ? tr("The state_dict of the pickled module: loads without its class")
                       : tr("The model's state_dict, for load_state_dict: no optimizer, no counters");
        parts.push_back(part);
    }
}

void addAverages(const Checkpoint &checkpoint, std::vector<ExportPart> &parts)
{
    for (const Section &section : checkpoint.sections)
        if (section.role == Role::Ema) {
            ExportPart part;
            part.weightsOnly = true;
            part.useEma = true;
            part.text = tr("EMA as the weights (%1)").arg(pathOf(checkpoint, section.entry));
            part.tip = tr("The moving average's values under the model's names");
            parts.push_back(part);
            return;
        }
}

void addOthers(const Checkpoint &checkpoint, std::vector<ExportPart> &parts)
{
    for (const Section &section : checkpoint.sections) {
        if (section.entry == kRootEntry || !isWorthExporting(section.role))
            continue;
        ExportPart part;
        part.sections = {section.entry};
        const QString what =
            section.className.empty() ? entry_text::roleWord(section.role) : text::fromUtf8(section.className);
        part.text = QStringLiteral("%1 · %2").arg(pathOf(checkpoint, section.entry), what);
        part.tip = tr("This section alone; it becomes the root of the file");
        part.name = nameOf(checkpoint, section.entry);
        parts.push_back(part);
    }
}

QString quoted(const QString &path)
{
    QString name = QFileInfo(path).fileName();
    name.replace(QLatin1Char('\\'), QLatin1String("\\\\")).replace(QLatin1Char('"'), QLatin1String("\\\""));
    return QLatin1Char('"') + name + QLatin1Char('"');
}

std::uint64_t elementsOf(const ExportPlan &plan)
{
    std::uint64_t elements = 0;
    for (const ExportTensor &tensor : plan.tensors)
        if (!tensor.tied)
            elements += static_cast<std::uint64_t>(plan.values.tensor(tensor.value).ref.elementCount().value_or(0));
    return elements;
}

/// Whether the root of the new file is what load_state_dict takes.
bool isOneModel(const ExportPlan &plan)
{
    const ExportOptions &options = plan.options;
    if (plan.tensors.empty() || !options.match.empty() || options.format == ExportFormat::Npy)
        return false;
    const Checkpoint &checkpoint = *plan.checkpoint;
    std::set<EntryId> models;
    for (const Section &section : checkpoint.sections)
        if (isModel(section) || section.role == Role::Ema)
            models.insert(section.entry);
    std::set<EntryId> found;
    for (const ExportTensor &tensor : plan.tensors) {
        EntryId at = tensor.source;
        while (at != kNoEntry && !models.contains(at))
            at = at == kRootEntry ? kNoEntry : checkpoint.entries[at].parent;
        found.insert(at);
        // A tensor below another key: several models, or all of a checkpoint.
        if (at == kNoEntry || found.size() > 1 || tensor.name.find('/') != std::string::npos)
            return false;
    }
    const bool isWhole =
        options.sections.empty() || (options.sections.size() == 1 && found.contains(options.sections.front()));
    return options.weightsOnly || (isWhole && plan.otherValues == 0);
}

QString shardsCode(const ExportPlan &plan, const QString &file, bool isModel)
{
    const bool isTorch = plan.options.format == ExportFormat::TorchZip;
    const QString load = isTorch ? QStringLiteral("torch.load(name)") : QStringLiteral("load_file(name)");
    return QStringLiteral("for name in set(json.load(open(%1))[\"weight_map\"].values()):\n    ").arg(file)
           + (isModel ? QStringLiteral("model.load_state_dict(%1, strict=False)")
                      : QStringLiteral("tensors.update(%1)"))
                 .arg(load);
}

}  // namespace

std::vector<ExportPart> exportParts(const Checkpoint &checkpoint, const std::vector<EntryId> &chosen)
{
    std::vector<ExportPart> parts;
    const bool isAll = chosen.empty() || std::find(chosen.begin(), chosen.end(), kRootEntry) != chosen.end();
    if (!isAll)
        parts.push_back(chosenPart(checkpoint, chosen));
    addModels(checkpoint, parts);
    addAverages(checkpoint, parts);
    ExportPart everything;
    everything.text = tr("Everything");
    everything.tip = tr("All that is in the file, as it is");
    parts.push_back(everything);
    addOthers(checkpoint, parts);
    return parts;
}

QStringList commonPrefixes(const Checkpoint &checkpoint)
{
    constexpr std::array known = {"module.", "model.", "_orig_mod.", "net."};
    QStringList found;
    for (const char *prefix : known) {
        const QString dotted = QString::fromLatin1(prefix);
        for (const Section &section : checkpoint.sections) {
            const EntryTree::Entry &row = checkpoint.entries[section.entry];
            if (section.role != Role::Model || row.childCount == 0 || found.contains(dotted))
                continue;
            bool all = true;
            for (std::uint32_t i = 0; i < row.childCount && all; ++i)
                all = checkpoint.entries.label(row.firstChild + i).rfind(prefix, 0) == 0;
            if (all)
                found.append(dotted);
        }
    }
    return found;
}

QString savedDevices(const Checkpoint &checkpoint)
{
    std::set<std::string> devices;
    for (const Storage &storage : checkpoint.values.storages())
        if (!storage.device.empty())
            devices.insert(storage.device);
    QStringList names;
    for (const std::string &device : devices)
        names.append(text::fromUtf8(device));
    constexpr qsizetype kShown = 3;
    if (names.size() > kShown)
        return tr("%1 devices").arg(names.size());
    const QString last = names.isEmpty() ? QString() : names.takeLast();
    return names.isEmpty() ? last : tr("%1 and %2").arg(names.join(QStringLiteral(", ")), last);
}

QString withExportSuffix(const QString &path, ExportFormat format, bool isSharded)
{
    constexpr std::array known = {".pth",         ".pt",  ".pkl", ".ckpt", ".bin",  ".tar",
                                  ".safetensors", ".npz", ".npy", ".json", ".index"};
    QString stem = path;
    for (bool cut = true; cut;) {
        cut = false;
        for (const char *suffix : known)
            if (stem.endsWith(QLatin1String(suffix), Qt::CaseInsensitive)
                && QFileInfo(stem).fileName().size() > QLatin1String(suffix).size()) {
                stem.chop(QLatin1String(suffix).size());
                cut = true;
            }
    }
    stem += text::fromUtf8(exportSuffix(format));
    return isSharded ? stem + QStringLiteral(".index.json") : stem;
}

QString suggestedExport(const QString &source, const ExportOptions &options, const QString &part)
{
    const QFileInfo file(source);
    QString name = withExportSuffix(file.fileName(), ExportFormat::TorchZip, false);
    name.chop(static_cast<qsizetype>(exportSuffix(ExportFormat::TorchZip).size()));
    if (!part.isEmpty())
        name += QLatin1Char('-') + part;
    if (options.useEma)
        name += QStringLiteral("-ema");
    else if (options.weightsOnly)
        name += QStringLiteral("-weights");
    else if (part.isEmpty() && options.device == "cpu")
        name += QStringLiteral("-cpu");
    else if (part.isEmpty())
        name += QStringLiteral("-copy");
    if (options.dtype)
        name += QLatin1Char('-') + text::fromUtf8(dtypeName(*options.dtype));
    return withExportSuffix(file.dir().filePath(name), options.format, options.shardBytes > 0);
}

QString formatPurpose(ExportFormat format)
{
    switch (format) {
    case ExportFormat::TorchZip:
        return tr("For torch.load of PyTorch 1.6 and newer.");
    case ExportFormat::TorchLegacy:
        return tr("For PyTorch before 1.6; newer ones read it, too.");
    case ExportFormat::Safetensors:
        return tr("Tensors under flat names, without pickle; for safetensors.torch.load_file and many other programs.");
    case ExportFormat::Npz:
        return tr("One NumPy array for each tensor; for numpy.load, without PyTorch.");
    case ExportFormat::Npy:
        return tr("One tensor as a NumPy array.");
    case ExportFormat::LibTorch:
        return tr("Parameters and buffers for torch::load(module, path) in C++; torch.jit.load reads it, too.");
    }
    return {};
}

QString planSentence(const ExportPlan &plan)
{
    QStringList facts;
    facts << (plan.tensors.size() == 1 ? tr("1 tensor") : tr("%1 tensors").arg(text::count(plan.tensors.size())))
          << tr("%1 elements").arg(text::count(elementsOf(plan)));
    if (plan.otherValues > 0)
        facts << tr("%1 other values").arg(text::count(plan.otherValues));
    facts << tr("%1 (the source has %2)").arg(text::bytes(plan.bytes), text::bytes(plan.checkpoint->fileBytes));
    return facts.join(QStringLiteral(" · "));
}

QString lossSentence(const ConversionLoss &loss, DType dtype)
{
    QStringList sentences;
    const QString type = text::fromUtf8(dtypeName(dtype));
    if (loss.overflowed > 0) {
        QStringList names;
        for (const std::string &name : loss.tensors)
            names.append(text::fromUtf8(name));
        constexpr qsizetype kShown = 3;
        QString where = names.mid(0, kShown).join(QStringLiteral(", "));
        if (names.size() > kShown)
            where += QStringLiteral(", …");
        sentences << (loss.overflowed == 1
                          ? tr("1 value is too large for %1 and becomes infinite (%2).").arg(type, where)
                          : tr("%1 values are too large for %2 and become infinite (%3).")
                                .arg(text::integer(loss.overflowed), type, where));
    }
    if (loss.vanished > 0)
        sentences << (loss.vanished == 1
                          ? tr("1 value is too small for %1 and becomes 0.").arg(type)
                          : tr("%1 values are too small for %2 and become 0.").arg(text::integer(loss.vanished), type));
    return sentences.join(QLatin1Char(' '));
}

QString loadingCode(const ExportPlan &plan, const QString &path)
{
    const QString file = quoted(path);
    const bool isModel = isOneModel(plan);
    if (plan.options.shardBytes > 0)
        return shardsCode(plan, file, isModel);
    switch (plan.options.format) {
    case ExportFormat::Safetensors:
        return QStringLiteral("from safetensors.torch import load_file\n")
               + (isModel ? QStringLiteral("model.load_state_dict(load_file(%1))")
                          : QStringLiteral("tensors = load_file(%1)"))
                     .arg(file);
    case ExportFormat::Npz:
        return QStringLiteral("arrays = numpy.load(%1)").arg(file);
    case ExportFormat::Npy:
        return QStringLiteral("array = numpy.load(%1)").arg(file);
    case ExportFormat::LibTorch:
        return QStringLiteral("torch::load(model, %1);").arg(file);
    case ExportFormat::TorchZip:
    case ExportFormat::TorchLegacy:
        break;
    }
    return isModel ? QStringLiteral("model.load_state_dict(torch.load(%1))").arg(file)
                   : QStringLiteral("checkpoint = torch.load(%1)").arg(file);
}

}  // namespace waypoint
