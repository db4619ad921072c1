// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/models/resume_file.h"

#include "core/checkpoint/optimizer_view.h"
#include "core/checkpoint/reader.h"
#include "core/checkpoint/torch_writer.h"
#include "core/pickle/value_bytes.h"
#include "core/run/run_folder.h"

#include "ui/models/text.h"
#include "ui/models/train_folder.h"

#include <QtCore/QDir>
#include <QtCore/QFileInfo>
#include <QtCore/QRegularExpression>

#include <algorithm>

namespace waypoint {

namespace {

constexpr ByteCount kLongestRunJson = {1 << 20};
constexpr std::size_t kMostLookedAt = 10'000;  ///< entries, for convolutions

bool isModel(const Section &section) { return section.role == Role::Model || section.role == Role::Module; }

FilePart partOf(const Checkpoint &checkpoint, const Section &section)
{
    FilePart part{.path = text::fromUtf8(checkpoint.entries.pathText(section.entry)),
                  .className = text::fromUtf8(section.className),
                  .models = {}};
    for (const EntryId model : section.pairsWith)
        part.models << text::fromUtf8(checkpoint.entries.pathText(model));
    return part;
}

/// The rates of an optimizer that a schedule has moved away from where they began.
bool hasMovedRate(Value optimizer)
{
    const auto view = optimizerView(optimizer);
    return view && std::any_of(view->groups.begin(), view->groups.end(), [](const Value &group) {
               const auto initial = group["initial_lr"].number();
               const auto now = group["lr"].number();
               return initial && now && *initial != *now;
           });
}

bool hasConvolution(const Checkpoint &checkpoint)
{
    const std::size_t most = std::min(checkpoint.entries.size(), kMostLookedAt);
    for (std::size_t i = 0; i < most; ++i) {
        const Value value = checkpoint.entries.value(static_cast<EntryId>(i));
        if (value.is(ValueKind::Tensor) && value.tensor().ref.shape.size() == 4)
            return true;
    }
    return false;
}

void takeSections(const Checkpoint &checkpoint, ResumeFile &file)
{
    bool moved = false;
    for (const Section &section : checkpoint.sections) {
        if (isModel(section))
            file.models.push_back(partOf(checkpoint, section));
        if (section.role == Role::Optimizer) {
            file.optimizers.push_back(partOf(checkpoint, section));
            moved = moved || hasMovedRate(checkpoint.entries.value(section.entry));
        }
        if (section.role == Role::Scheduler && file.scheduler.isEmpty())
            file.scheduler = text::fromUtf8(section.className);
        if (section.role == Role::Epoch && !file.epoch)
            file.epoch = checkpoint.entries.value(section.entry).integer();
    }
    file.lostSchedule = moved && file.scheduler.isEmpty();
    file.takesPictures = hasConvolution(checkpoint);
}

/// What our own checkpoints carry of their run.
void takeOwn(const Checkpoint &checkpoint, ResumeFile &file)
{
    const Value own = Value(checkpoint.values, checkpoint.root)["waypoint"];
    if (!own.isValid() || !own["run"].isValid())
        return;
    file.isOwn = true;
    if (const auto json = bytesOf(checkpoint.values, own["run"].id(), kLongestRunJson))
        if (const auto description = parseRunJson(*json))
            file.config = description->config;
}

std::optional<std::int64_t> stepIn(const std::filesystem::path &path, const std::stop_token &stop)
{
    OpenOptions options;
    options.stop = stop;
    const Opened opened = openCheckpoint(path, options);
    return opened.checkpoint ? Value(opened.checkpoint->values, opened.checkpoint->root)["step"].integer()
                             : std::nullopt;
}

/// Later checkpoints of the same run.
void findLater(const Checkpoint &checkpoint, const std::stop_token &stop, ResumeFile &file)
{
    const RunPaths paths(text::toPath(file.runFolder));
    const auto here = Value(checkpoint.values, checkpoint.root)["step"].integer();
    for (const auto &[epoch, path] : epochCheckpoints(paths))
        if (file.epoch && epoch > *file.epoch)
            file.leftBehind << text::fromPath(path.filename());
    std::error_code ignored;
    if (std::filesystem::equivalent(checkpoint.path, paths.last(), ignored))
        return;
    if (const auto last = stepIn(paths.last(), stop); last && here && *last > *here)
        file.leftBehind << text::fromPath(paths.last().filename());
}

/// Our run folder, and the file within.
void findPlace(ResumeFile &file)
{
    const std::filesystem::path asked = text::toPath(file.asked);
    file.path = file.asked;
    if (const auto folder = runFolderOf(asked))
        file.runFolder = text::fromPath(*folder);
    std::error_code ignored;
    if (!std::filesystem::is_directory(asked, ignored) || !std::filesystem::exists(RunPaths(asked).run(), ignored))
        return;
    if (auto newest = newestCheckpoint(RunPaths(asked))) {
        file.path = text::fromPath(newest->path);
        for (const std::string &sentence : newest->passedOver)
            file.passedOver << text::fromUtf8(sentence);
    } else {
        file.error = newest.error();
    }
}

/// What else there is of the run of a damaged checkpoint.
void findWhole(const Opened &opened, const std::stop_token &stop, ResumeFile &file)
{
    const bool isSuspect = opened.error || !opened.checkpoint || !opened.checkpoint->warnings.empty();
    if (file.runFolder.isEmpty() || !isSuspect || verifyTorchFile(text::toPath(file.path), stop))
        return;
    const RunPaths paths(text::toPath(file.runFolder));
    if (const auto newest = newestCheckpoint(paths))
        file.whole = text::fromPath(newest->path);
    else if (verifyTorchFile(paths.best(), stop))
        file.whole = text::fromPath(paths.best());
}

/// "lenet-run-2" after "lenet-run", "ckpt_50-run" beside ckpt_50.pth; elsewhere where nothing can be written there.
QString freeFolderFor(const ResumeFile &file)
{
    static const QRegularExpression kNumber(QStringLiteral("-\\d{1,4}$"));
    const bool isRun = !file.runFolder.isEmpty();
    const QFileInfo origin(isRun ? file.runFolder : file.path);
    const QDir parent = origin.absoluteDir();
    const QString base = isRun ? origin.fileName().remove(kNumber) : origin.completeBaseName() + QLatin1String("-run");
    if (!QFileInfo(parent.path()).isWritable())
        return freeRunFolder(base);
    QString name = isRun ? base + QLatin1String("-2") : base;
    for (int number = 2; QFileInfo::exists(parent.filePath(name)); ++number)
        name = QStringLiteral("%1-%2").arg(base).arg(number);
    return parent.filePath(name);
}

}  // namespace

ResumeFile readResumeFile(const std::filesystem::path &asked, const std::stop_token &stop, Progress &progress)
{
    ResumeFile file;
    file.asked = QFileInfo(text::fromPath(asked)).absoluteFilePath();
    findPlace(file);
    file.isAlive = !file.runFolder.isEmpty() && RunLock::isHeld(RunPaths(text::toPath(file.runFolder)));
    file.freeFolder = freeFolderFor(file);
    if (file.error)
        return file;
    OpenOptions options;
    options.stop = stop;
    options.progress = &progress;
    const Opened opened = openCheckpoint(text::toPath(file.path), options);
    findWhole(opened, stop, file);
    if (!opened.checkpoint) {
        file.error = opened.error;
        return file;
    }
    takeSections(*opened.checkpoint, file);
    takeOwn(*opened.checkpoint, file);
    if (file.isOwn && !file.runFolder.isEmpty())
        findLater(*opened.checkpoint, stop, file);
    return file;
}

bool holdsModel(const Checkpoint &checkpoint)
{
    return std::any_of(checkpoint.sections.begin(), checkpoint.sections.end(), isModel);
}

}  // namespace waypoint
