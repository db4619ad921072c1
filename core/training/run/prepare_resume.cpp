// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/checkpoint/optimizer_view.h"
#include "core/checkpoint/parameter_names.h"
#include "core/pickle/value_bytes.h"
#include "core/run/run_folder.h"
#include "core/training/devices/processor.h"
#include "core/training/run/epoch_meaning.h"
#include "core/training/run/run_assembly.h"
#include "core/training/run/run_defaults.h"
#include "core/training/tensors/tensor_reading.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <optional>
#include <unordered_set>

namespace waypoint {

namespace {

constexpr ByteCount kLongestRunJson = {1 << 20};
constexpr std::int64_t kMostSteps = 100'000'000;  ///< that a new schedule is brought over

Error contradiction(std::string detail, std::string advice)
{
    return {.code = ErrorCode::BadArgument, .detail = std::move(detail), .advice = std::move(advice)};
}

bool isFile(std::string_view model) { return model.starts_with("script:") || model.starts_with("module:"); }

/// One resume, from the request to a state that is ready for the next step.
class Resuming
{
public:
    Resuming(const RunRequest &request, RestoreReport &report) : m_request(request), m_report(report) {}

    Result<PreparedRun> prepare()
    {
        for (const auto step : {&Resuming::findFile, &Resuming::readConfig, &Resuming::chooseModel,
                                &Resuming::prepareModel, &Resuming::prepareOptimizer, &Resuming::readPositionOfRun,
                                &Resuming::prepareSchedule, &Resuming::prepareExtras, &Resuming::restoreGenerators})
            if (auto done = (this->*step)(); !done)
                return done.error();
        finishReport(m_run.state, m_report);
        return std::move(m_run);
    }

private:
    TrainingState &state() { return m_run.state; }
    RunConfig &config() { return m_run.state.config; }

    Result<void> findFile();
    Result<void> readConfig();
    Result<void> checkOverrides();
    Result<void> chooseModel();
    Result<void> prepareModel();
    Result<void> takeOptimizerSettings();
    Result<void> checkOptimizerClass(const SavedOptimizer &saved) const;
    void noteClass();
    void nameParameters();
    void guessGroups(const std::vector<ParameterGroup> &all);
    void freezeOthers();
    Result<std::vector<ParameterGroup>> savedGroups() const;
    Result<void> prepareOptimizer();
    void overrideSettings(const std::vector<GroupSettings> &made);
    Result<void> overrideRate();
    Result<void> readPositionOfRun();
    void forgetOtherMonitor();
    void readForeignPosition();
    void compareWithSteps(const EpochEvidence &evidence);
    Result<void> checkReach();
    Result<void> prepareSchedule();
    Result<void> newSchedule();
    void noteAbsentSchedule(const std::vector<ScheduledGroup> &initial);
    void takeSchedule(LrSchedulePtr schedule);
    bool steppedPerBatch(const LrSchedule &schedule) const;
    Result<void> prepareExtras();
    Result<void> restoreGenerators();
    void compareEnvironments();

    /// For what the optimizer's state in the file is not fit for.
    Error notContinued(Error error) const
    {
        const bool chosen = m_request.gives("section") || m_request.gives("optimizer-section");
        if (error.code == ErrorCode::BadArgument && !chosen)
            error.code = ErrorCode::Unsupported;
        if (error.advice.empty())
            error.advice = chosen ? "Choose the optimizer of this model with --optimizer-section."
                                  : "To begin anew with these weights: start --init FILE.";
        return inFile(std::move(error));
    }

    /// Says which file it is about, where it is about one.
    Error inFile(Error error) const
    {
        if (error.file.empty() && error.code != ErrorCode::BadArgument)
            error.file = m_run.resumedFrom.string();
        return error;
    }

    const RunRequest &m_request;
    RestoreReport &m_report;
    PreparedRun m_run;
    SavedTraining m_saved;
    std::optional<RunDescription> m_description;  ///< of our own checkpoints
    SavedOptimizer m_settings;                    ///< what the saved optimizer was made with
    OptimizerReport m_optimizer;
};

Result<void> Resuming::findFile()
{
    std::filesystem::path file = m_request.checkpoint;
    std::error_code ignored;
    if (std::filesystem::is_directory(file, ignored) && std::filesystem::exists(RunPaths(file).run(), ignored)) {
        auto newest = newestCheckpoint(RunPaths(file));
        if (!newest)
            return newest.error();
        for (const std::string &sentence : newest->passedOver)
            m_report.conflicts.push_back(sentence);
        file = newest->path;
    }
    if (file == m_request.checkpoint && std::filesystem::is_directory(file / "checkpoints", ignored)
        && !hasCheckpoint(RunPaths(file)))
        return Error{.code = ErrorCode::NotFound,
                     .detail = "the run has ended before its first checkpoint",
                     .advice = "Start it again with the same --out.",
                     .file = file.string()};
    const auto folder = runFolderOf(m_request.checkpoint);
    m_run.resumed = true;
    m_run.resumedFrom = file;
    m_run.out = m_request.out.empty() ? folder.value_or("") : m_request.out;
    m_report.action = "continue";
    m_report.checkpoint = file.string();
    m_report.out = m_run.out.string();
    if (!std::filesystem::exists(file, ignored))
        return Error{.code = ErrorCode::NotFound, .detail = "there is no such checkpoint", .file = file.string()};
    if (m_run.out.empty()) {
        m_report.missing.push_back("The checkpoint lies in no run folder: --out DIR says where the run shall be kept.");
        return {};
    }
    const bool same =
        folder
        && std::filesystem::weakly_canonical(*folder, ignored) == std::filesystem::weakly_canonical(m_run.out, ignored);
    if (folder && !same)
        m_run.curvesFrom = *folder;
    if (!same && hasCheckpoint(RunPaths(m_run.out)))
        return Error{.code = ErrorCode::WriteFailed,
                     .detail = "the folder holds another run with checkpoints already",
                     .advice = "Choose another --out.",
                     .file = m_run.out.string()};
    return {};
}

Result<void> Resuming::readConfig()
{
    RunConfig asked;
    m_request.applyTo(asked);
    auto saved = openSavedTraining(m_run.resumedFrom, {asked.section, asked.optimizerSection});
    if (!saved)
        return inFile(saved.error());
    m_saved = std::move(*saved);
    m_report.modelSection = m_saved.modelPath;
    m_report.optimizerSection = m_saved.optimizerPath;
    m_report.missing.insert(m_report.missing.end(), m_saved.notes.begin(), m_saved.notes.end());
    if (m_saved.isOwn()) {
        const Value run = m_saved.own["run"];
        auto text = bytesOf(m_saved.checkpoint->values, run.id(), kLongestRunJson);
        if (!text)
            return inFile(text.error());
        auto description = parseRunJson(*text);
        if (!description)
            return inFile(description.error());
        m_description = std::move(*description);
        config() = m_description->config;
        config().init.clear();  // what it began with is behind it
    }
    m_request.applyTo(config());
    config() = withAbsolutePaths(std::move(config()), std::filesystem::current_path());
    return m_description ? checkOverrides() : Result<void>();
}

/// What options change in a run of ours: named, or refused where the run would no longer be the same.
Result<void> Resuming::checkOverrides()
{
    const RunConfig &before = m_description->config;
    if (config().seed != before.seed)
        return contradiction(fmt::format("the run has seed {}; with {} other samples would be held out", before.seed,
                                         config().seed),
                             "To begin anew with these weights: start --init FILE.");
    if (m_request.gives("init") || m_request.gives("no-decay"))
        return contradiction("--init and --no-decay are for a new run",
                             "To begin anew with these weights: start --init FILE.");
    const bool inEpoch = m_saved.own["batch"].integer().value_or(0) > 0;
    const bool otherBatches = config().batchSize != before.batchSize || config().shuffle != before.shuffle
                              || config().data != before.data || config().accumulate != before.accumulate;
    if (inEpoch && otherBatches)
        return contradiction("the checkpoint is from within an epoch, whose other batches would no longer be the same",
                             "Resume with the same --data, --batch-size, --accumulate and order, or from the end of an epoch.");
    for (const Override &given : m_request.overrides) {
        RunConfig changed = before;
        given.apply(changed);
        if (changed != before && given.option != "optimizer-arg" && given.option != "lr")
            m_report.conflicts.push_back(fmt::format("--{} changes what the checkpoint's run was set to.", given.option));
    }
    if (config().amp && !m_request.gives("amp") && config().device == "cpu") {
        config().amp = false;
        m_report.conflicts.push_back("The run used mixed precision; on a CPU it goes on without.");
    }
    return {};
}

Result<void> Resuming::chooseModel()
{
    if (m_saved.isOwn()) {
        const std::string trained(m_saved.own["model"].text());
        const bool given = m_request.gives("model");
        if (given && isFile(config().model) && isFile(trained))
            return {};  // it may have moved; its weights must fit in any case
        if (given && config().model != trained && !trained.starts_with(config().model + ':'))
            return contradiction(
                fmt::format("the checkpoint is of {}, not of {}", trained, config().model),
                "To start a new run of another model with these weights: start --init FILE --non-strict.");
        config().model = trained;
        return {};
    }
    if (!m_request.gives("model")) {
        auto model = modelFor(m_saved);
        if (!model) {
            Error error = model.error();
            error.file = m_run.resumedFrom.string();
            return error;
        }
        config().model = *model;
    }
    if (!m_request.gives("data") && config().model != "iris")
        return contradiction("the checkpoint does not say which data it was trained on",
                             "Name it with --data; the SPECs are listed by `waypoint-train resume --help`.");
    return {};
}

Result<void> Resuming::prepareModel()
{
    if (auto done = takeOptimizerSettings(); !done)
        return done.error();
    if (auto done = assembleData(state(), m_report); !done)
        return done.error();
    if (auto done = assembleModel(state(), m_report); !done)
        return done.error();
    auto weights = assembleWeights(state(), m_saved.model, config().strict, m_report);
    if (!weights)
        return inFile(weights.error());
    for (std::string &name : m_saved.parameterNames)
        if (name.starts_with(weights->strippedPrefix))
            name.erase(0, weights->strippedPrefix.size());
    placeModel(state());
    return {};
}

/// Class and settings of the optimizer, from the file where it has one.
Result<void> Resuming::takeOptimizerSettings()
{
    if (!m_saved.optimizer.isValid()) {
        if (!m_saved.epoch)
            m_report.action = "new run from weights";
        m_report.missing.push_back("There is no optimizer state in the file: the optimizer starts fresh.");
        return {};
    }
    auto saved = savedOptimizer(m_saved.optimizer, m_saved.optimizerPath);
    if (!saved)
        return notContinued(saved.error());
    if (auto same = checkOptimizerClass(*saved); !same)
        return same;
    if (!m_request.gives("optimizer"))
        config().optimizer = saved->className;
    config().optimizerArgs = saved->arguments;
    const bool usable = std::isfinite(saved->lr) && saved->lr >= 0;
    if (!usable && !m_request.gives("lr"))
        return Error{.code = ErrorCode::Corrupt,
                     .detail = fmt::format("the optimizer's learning rate is {}", saved->lr),
                     .advice = "Give another: --lr.",
                     .file = m_run.resumedFrom.string()};
    if (usable)
        config().lr = saved->lr;  // --lr is applied later, to all groups
    RunConfig asGiven;
    m_request.applyTo(asGiven);
    for (const auto &[key, text] : asGiven.optimizerArgs.items())
        config().optimizerArgs.set(key, text);
    m_settings = std::move(*saved);
    return {};
}

Result<void> Resuming::checkOptimizerClass(const SavedOptimizer &saved) const
{
    const std::string_view asked = optimizerClassName(m_run.state.config.optimizer);
    if (!m_request.gives("optimizer") || asked.empty() || asked == saved.className)
        return {};
    if (!saved.certain && mayBeEither(asked, saved.className))
        return {};
    return contradiction(fmt::format("the checkpoint's optimizer is {}, not {}", saved.className, asked),
                         "Leave --optimizer out; or begin anew with these weights: start --init FILE.");
}

/// Which of two classes it is matters only where they compute differently: Adam and AdamW do not without weight decay.
void Resuming::noteClass()
{
    const Optimizer &optimizer = *state().optimizer;
    bool decays = !optimizer.className().starts_with("Adam") || optimizer.className() == "Adamax";
    for (std::size_t i = 0; i < optimizer.groupCount(); ++i)
        decays = decays || optimizer.settings(i).number("weight_decay") != 0;
    if (!m_settings.note.empty() && decays)
        m_report.conflicts.push_back(
            m_request.gives("optimizer") ? fmt::format(
                "The file leaves open which class its optimizer is; it goes on as {}.", optimizer.className())
                                         : fmt::format("The optimizer is taken for {}; --optimizer says otherwise. {}.",
                                                       optimizer.className(), m_settings.note));
}

/// By the model that was made: it knows its order and its buffers where a file sorts its tensors or has others beside.
void Resuming::nameParameters()
{
    const auto view = optimizerView(m_saved.optimizer);
    const std::vector<ParameterGroup> all = parameterGroups(state().tensors, false);
    if (!m_saved.parameterNames.empty() || !view || all.empty())
        return;
    ShapeNumbers numbers;
    ModelShapes model;
    for (std::size_t i = 0; i < all[0].names.size(); ++i) {
        const at::IntArrayRef shape = all[0].parameters[i].sizes();
        model.parameters.push_back({.name = all[0].names[i], .tensor = {}});
        model.shapes.push_back(numbers.number({shape.data(), shape.size()}));
    }
    if (auto found = namesFrom(OptimizerShapes(*view, numbers), model); found.kind == MatchKind::One)
        m_saved.parameterNames = std::move(found.names);
    else if (m_settings.groups.size() > 1)
        guessGroups(all);
}

/// SGD without momentum remembers no shapes. Two groups, one without weight decay, are by custom matrices, and biases
/// and norms.
void Resuming::guessGroups(const std::vector<ParameterGroup> &all)
{
    std::vector<std::string> matrices;
    std::vector<std::string> vectors;
    for (std::size_t i = 0; i < all[0].names.size(); ++i)
        (all[0].parameters[i].dim() > 1 ? matrices : vectors).push_back(all[0].names[i]);
    const auto &groups = m_settings.groups;
    const auto decays = [&](std::size_t i) { return groups[i].arguments.text("weight_decay", "0") != "0"; };
    const std::size_t decayed = decays(0) ? 0 : 1;
    if (groups.size() == 2 && decays(0) != decays(1) && groups[decayed].ids.size() == matrices.size()
        && groups[1 - decayed].ids.size() == vectors.size()) {
        std::vector<std::string> &names = m_saved.parameterNames;
        names = decayed == 0 ? matrices : vectors;
        const auto &rest = decayed == 0 ? vectors : matrices;
        names.insert(names.end(), rest.begin(), rest.end());
        m_report.conflicts.emplace_back(
            "Which parameters are in which group can't be told from the file: weight decay is taken to be for "
            "matrices, and none for biases and norms.");
        return;
    }
    const bool alike = std::all_of(groups.begin(), groups.end(), [&](const SavedGroup &group) {
        return group.lr == groups[0].lr && group.arguments == groups[0].arguments;
    });
    if (!alike)
        m_report.conflicts.emplace_back(
            "Which parameters are in which group can't be told from the file: they are taken in the model's order.");
}

/// What the saved optimizer left out was not trained.
void Resuming::freezeOthers()
{
    std::unordered_set<const void *> trained;
    for (std::size_t i = 0; i < state().optimizer->groupCount(); ++i)
        for (const at::Tensor &parameter : state().optimizer->group(i).parameters)
            trained.insert(parameter.unsafeGetTensorImpl());
    std::vector<std::string> frozen;
    for (const ModelTensor &entry : state().tensors)
        if (entry.parameter && !trained.contains(entry.tensor.unsafeGetTensorImpl())) {
            at::Tensor parameter = entry.tensor;
            parameter.requires_grad_(false);
            frozen.push_back(entry.name);
        }
    if (!frozen.empty())
        m_report.restored.push_back(fmt::format(
            "{} parameters that the optimizer leaves out stay as they are: {}{}", frozen.size(),
            fmt::join(frozen.begin(), frozen.begin() + std::min<std::ptrdiff_t>(8, std::ssize(frozen)), ", "),
            frozen.size() > 8 ? ", ..." : ""));
}

/// The model's parameters in the groups and in the order that the file has them in: Python knows them by their order.
Result<std::vector<ParameterGroup>> Resuming::savedGroups() const
{
    std::vector<ParameterGroup> all = parameterGroups(m_run.state.tensors, false);
    if (all.empty())
        return all;
    std::map<std::string, at::Tensor, std::less<>> byName;
    for (std::size_t i = 0; i < all[0].names.size(); ++i)
        byName.emplace(all[0].names[i], all[0].parameters[i]);
    const bool named = !m_saved.parameterNames.empty();
    const std::vector<std::string> &names = named ? m_saved.parameterNames : all[0].names;
    std::size_t held = 0;
    for (const SavedGroup &group : m_settings.groups)
        held += group.ids.size();
    if (!named && held != names.size())
        return contradiction(
            fmt::format(
                "the optimizer holds {} parameters and the model has {}: which these are can't be told from the file",
                held, names.size()),
            "To begin anew with these weights: start --init FILE.");
    const bool known =
        std::all_of(names.begin(), names.end(), [&](const std::string &name) { return byName.contains(name); });
    if (m_settings.groups.size() < 2 && (!named || !known))
        return all;
    std::vector<ParameterGroup> groups;
    std::size_t next = 0;
    for (const SavedGroup &saved : m_settings.groups) {
        ParameterGroup &group = groups.emplace_back();
        for (std::size_t i = 0; i < saved.ids.size(); ++i, ++next) {
            const std::string name = next < names.size() ? names[next] : saved.ids[i];
            const auto found = byName.find(name);
            if (found == byName.end())
                return contradiction(fmt::format("the optimizer has a parameter '{}' that the model lacks", name),
                                     "Choose the optimizer of this model with --optimizer-section.");
            group.names.push_back(name);
            group.parameters.push_back(found->second);
        }
    }
    return groups;
}

Result<void> Resuming::prepareOptimizer()
{
    const bool saved = m_saved.optimizer.isValid();
    if (saved)
        nameParameters();
    auto groups = saved ? savedGroups() : parameterGroups(state().tensors, config().noDecay);
    if (!groups)
        return notContinued(groups.error());
    auto optimizer = makeOptimizer(config().optimizer, std::move(*groups), config().lr, config().optimizerArgs);
    if (!optimizer)
        return optimizer.error();
    state().optimizer = std::move(*optimizer);
    config().lr = state().optimizer->lr(0);
    if (!saved)
        return {};
    std::vector<GroupSettings> made;
    for (std::size_t i = 0; i < state().optimizer->groupCount(); ++i)
        made.push_back(state().optimizer->settings(i));
    auto loaded = state().optimizer->loadStateDict(m_saved.optimizer, m_saved.parameterNames);
    if (!loaded)
        return notContinued(loaded.error());
    overrideSettings(made);
    freezeOthers();
    m_optimizer = std::move(*loaded);
    m_report.optimizerRestored = m_optimizer.restored;
    m_report.restored.push_back(fmt::format("optimizer {}: state of {} of {} parameters",
                                            state().optimizer->className(), m_optimizer.restored,
                                            m_optimizer.parameters));
    for (const std::string &note : m_optimizer.notes)
        if (note != m_settings.note && !note.starts_with("The file's optimizer could be"))
            m_report.missing.push_back(note + '.');
    noteClass();
    return overrideRate();
}

/// Settings given as options replace the file's, in every group. `made`: what the optimizer was made with before it was
/// loaded.
void Resuming::overrideSettings(const std::vector<GroupSettings> &made)
{
    RunConfig asked;
    m_request.applyTo(asked);
    for (const auto &[key, text] : asked.optimizerArgs.items()) {
        for (std::size_t i = 0; i < made.size(); ++i) {
            const bool spared = key == "weight_decay" && config().noDecay
                                && state().optimizer->settings(i).number("weight_decay") == 0;
            if (const SettingValue *value = made[i].find(key); value && !spared)
                state().optimizer->change(i, {key, *value});
        }
        m_report.conflicts.push_back(fmt::format("--optimizer-arg {}={} replaces what the checkpoint has.", key, text));
    }
}

Result<void> Resuming::overrideRate()
{
    config().lr = state().optimizer->lr(0);
    if (!m_request.gives("lr"))
        return {};
    if (m_saved.scheduler.isValid() && !m_request.gives("scheduler"))
        return contradiction(
            fmt::format("--lr would be undone by the checkpoint's {} at its next step",
                        m_saved.schedulerClass.empty() ? "schedule" : m_saved.schedulerClass),
            "Give --scheduler too, for a new schedule from that rate; --scheduler none keeps it constant.");
    RunConfig asked;
    m_request.applyTo(asked);
    const double factor = asked.lr / state().optimizer->lr(0);
    m_report.conflicts.push_back(
        fmt::format("--lr changes the learning rate from {:.6g} to {:.6g}.", config().lr, asked.lr));
    for (std::size_t i = 0; i < state().optimizer->groupCount(); ++i)
        state().optimizer->setLr(i, i == 0 || !std::isfinite(factor) ? asked.lr : state().optimizer->lr(i) * factor);
    config().lr = asked.lr;
    return {};
}

Result<void> Resuming::readPositionOfRun()
{
    if (!m_saved.isOwn()) {
        readForeignPosition();
    } else {
        const std::int64_t finished = m_saved.epoch.value_or(-1) + 1;
        const Checkpoint &file = *m_saved.checkpoint;
        state().position = readPosition(Value(file.values, file.root), finished, m_saved.step.value_or(0));
        forgetOtherMonitor();
        m_report.fileEpoch = m_saved.epoch;
        m_report.epochIs = "finished";
        m_report.best = state().position.best.has_value();
        m_report.restored.push_back("position in the run, best metric, early stopping, running means");
    }
    if (!m_saved.isOwn() && !m_request.gives("epochs"))
        config().epochs += state().position.epoch;  // as many more as a new run would have
    const bool stoppedEarly = config().earlyStop > 0 && state().position.epochsWithoutBest >= config().earlyStop;
    const bool allDone = state().position.epoch >= config().epochs;
    if (allDone && m_saved.isOwn())
        m_run.done = fmt::format("All {} epochs are done already; --epochs N goes on.", state().position.epoch);
    else if (stoppedEarly)
        m_run.done = fmt::format("The run has stopped early, as {} had not improved for {} epochs; --early-stop 0 goes on.",
                                 config().monitor, state().position.epochsWithoutBest);
    m_report.done = m_run.done;
    if (allDone && !m_saved.isOwn())
        return contradiction(fmt::format("{} epochs are done already, and --epochs means {} in all",
                                         state().position.epoch, config().epochs),
                             "Say how far the run shall go: --epochs N.");
    return {};
}

/// The best value of one metric says nothing of another.
void Resuming::forgetOtherMonitor()
{
    const std::string_view before = m_saved.own["monitor"].text();
    TrainingPosition &position = state().position;
    if (before == config().monitor || !position.best)
        return;
    m_report.conflicts.push_back(
        fmt::format("The monitored metric was {} and is {}: the best one is looked for anew.", before, config().monitor));
    position.best.reset();
    position.bestEpoch = -1;
    position.epochsWithoutBest = 0;
}

void Resuming::readForeignPosition()
{
    const std::int64_t perEpoch = stepsPerEpoch(state());
    TrainingPosition &position = state().position;
    EpochEvidence evidence;
    if (m_optimizer.steps > 0)
        evidence.optimizerSteps = m_optimizer.steps;
    evidence.schedulerSteps = m_saved.scheduler["last_epoch"].integer();
    evidence.stepsPerEpoch = perEpoch;
    evidence.layout = m_saved.checkpoint->layout;
    evidence.asked = m_request.epochIs;
    evidence.isPart = m_saved.epochIsPart;
    if (m_saved.epoch) {
        evidence.epoch = *m_saved.epoch;
        const EpochReading reading = readEpoch(evidence);
        position.epoch = reading.finished;
        m_report.fileEpoch = m_saved.epoch;
        m_report.epochIs = reading.meaning == EpochMeaning::Finished ? "finished" : "next";
        m_report.epochCertain = reading.certain;
        m_report.epochWhy = reading.why;
        compareWithSteps(evidence);
    } else {
        position.epoch = static_cast<std::int64_t>(m_optimizer.steps) / std::max<std::int64_t>(perEpoch, 1);
        m_report.missing.push_back(
            m_optimizer.steps > 0 ? fmt::format(
                "There is no epoch in the file: by the optimizer's {:.0f} steps, {} epochs of {} are done.",
                m_optimizer.steps, position.epoch, perEpoch)
                                  : "There is no epoch in the file: they are counted from 0.");
    }
    // A script's `step` may count batches, or those of one epoch; the optimizer's own count cannot.
    const std::int64_t counted = static_cast<std::int64_t>(m_optimizer.steps);
    position.step = counted > 0 ? counted : m_saved.step.value_or(position.epoch * perEpoch);
    m_report.missing.push_back("Best metric and early stopping begin anew.");
}

/// Says where `epoch` and the optimizer's count contradict each other under any reading.
void Resuming::compareWithSteps(const EpochEvidence &evidence)
{
    const std::int64_t perEpoch = evidence.stepsPerEpoch;
    if (!evidence.optimizerSteps || perEpoch <= 0 || evidence.isPart)
        return;
    const double steps = *evidence.optimizerSteps;
    if (steps == static_cast<double>(state().position.epoch * perEpoch))
        return;
    m_report.conflicts.push_back(fmt::format("The optimizer has done {:.0f} steps, and {} epochs would be {} ({} an "
                                             "epoch with this data and --batch-size {}): "
                                             "see that both are as they were.",
                                             steps, state().position.epoch, state().position.epoch * perEpoch, perEpoch,
                                             config().batchSize));
}

/// The unit of last_epoch is not in the file: by custom of the class, or because it counts what the optimizer counts.
bool Resuming::steppedPerBatch(const LrSchedule &schedule) const
{
    if (m_saved.isOwn())
        return m_saved.own["schedule_interval"].text() == "step";
    if (stepsPerBatch(schedule.className()))
        return true;
    const auto last = schedule.lastEpoch();
    const bool likeEpochs = std::abs(last - m_run.state.position.epoch) <= 1;
    return !likeEpochs && m_optimizer.steps > 0 && static_cast<double>(last) == m_optimizer.steps;
}

/// OneCycleLR is made for a number of steps and cannot go beyond.
Result<void> Resuming::checkReach()
{
    const LrSchedule &schedule = *state().schedule;
    if (schedule.className() != "OneCycleLR" || !m_run.done.empty())
        return {};
    const std::int64_t epochsLeft = config().epochs - state().position.epoch;
    const std::int64_t steps = state().schedulePerStep ? epochsLeft * stepsPerEpoch(state()) - state().position.batch / config().accumulate
                                                       : epochsLeft;
    const LrSchedulePtr trial = schedule.clone();
    for (std::int64_t i = 0; i < steps; ++i)
        if (!trial->step())
            return contradiction(fmt::format("the checkpoint's OneCycleLR ends after {} steps, and {} epochs take {}",
                                             trial->lastEpoch(), config().epochs, schedule.lastEpoch() + steps),
                                 "Resume with fewer --epochs, or give --scheduler for a new schedule.");
    return {};
}

Result<void> Resuming::prepareSchedule()
{
    if (m_request.gives("scheduler") || !m_saved.scheduler.isValid())
        return newSchedule();
    if (m_request.gives("scheduler-arg"))
        return contradiction("--scheduler-arg would silently change the schedule that the checkpoint carries",
                             "Give --scheduler too, for a new one.");
    auto schedule = readLrSchedule(m_saved.scheduler, m_saved.paramGroups);
    if (schedule && (*schedule)->lastEpoch() >= 0) {
        takeSchedule(std::move(*schedule));
        return checkReach();
    }
    m_report.missing.push_back(fmt::format(
        "The schedule {} cannot be continued ({}): the learning rate stays as it is. --scheduler "
        "makes a new one.",
        m_saved.schedulerClass,
        schedule ? fmt::format("it has done {} steps", schedule->get()->lastEpoch()) : schedule.error().detail));
    config().scheduler = "none";
    config().schedulerArgs = {};
    return {};
}

void Resuming::takeSchedule(LrSchedulePtr schedule)
{
    state().schedulePerStep = steppedPerBatch(*schedule);
    if (!m_saved.isOwn()) {
        config().scheduler = schedule->className();
        config().schedulerArgs = {};
    }
    m_report.schedulerSection = m_saved.schedulerPath;
    m_report.restored.push_back(
        fmt::format("schedule {} after {} steps", schedule->className(), schedule->lastEpoch()));
    if (!schedule->note().empty())
        m_report.missing.push_back(schedule->note());
    for (const RateMismatch &mismatch : rateMismatches(*schedule, m_saved.paramGroups))
        m_report.conflicts.push_back(fmt::format("The learning rate {:.6g} of group {} contradicts the schedule, which "
                                                 "says {:.6g}; the file's rate is kept.",
                                                 mismatch.lr, mismatch.group, mismatch.expected));
    if (!state().schedulePerStep && schedule->lastEpoch() != state().position.epoch && !m_saved.isOwn())
        m_report.conflicts.push_back(
            fmt::format("The schedule has done {} steps in {} epochs: it is continued as it was saved.",
                        schedule->lastEpoch(), state().position.epoch));
    state().schedule = std::move(schedule);
    state().applySchedule();
}

/// A schedule that the file does not carry: made anew and brought to where the run stands.
Result<void> Resuming::newSchedule()
{
    const bool saved = m_saved.scheduler.isValid();
    const auto initial = scheduledGroups(m_saved.paramGroups);
    if (saved)
        m_report.conflicts.push_back("--scheduler replaces the checkpoint's " + m_saved.schedulerClass + ".");
    const bool anew = m_request.gives("scheduler") && config().scheduler != "none";
    for (std::size_t i = 0; i < initial.size() && !m_request.gives("lr") && anew; ++i)
        if (initial[i].initialLr && i < state().optimizer->groupCount())
            state().optimizer->setLr(i, *initial[i].initialLr);
    if (!saved && !m_request.gives("scheduler")) {
        noteAbsentSchedule(initial);
        config().scheduler = "none";
        return {};
    }
    if (auto done = assembleSchedule(state()); !done)
        return done.error();
    if (!state().schedule || state().schedule->needsMetric())
        return {};
    const std::int64_t done = state().schedulePerStep ? state().position.step : state().position.epoch;
    if (done > kMostSteps)
        return contradiction(fmt::format("no schedule is brought over {} steps", done), "Leave --scheduler out.");
    const double from = state().optimizer->lr(0);
    for (std::int64_t i = 0; i < done; ++i)
        if (auto stepped = state().schedule->step(); !stepped)
            return stepped.error();
    state().applySchedule();
    m_report.conflicts.push_back(
        fmt::format("The new {} begins at the rate {:.6g} and stands where {} {} have brought it: {:.6g}.",
                    state().schedule->className(), from, done, state().schedulePerStep ? "steps" : "epochs",
                    state().optimizer->lr(0)));
    return {};
}

void Resuming::noteAbsentSchedule(const std::vector<ScheduledGroup> &initial)
{
    for (const ScheduledGroup &group : initial)
        if (group.initialLr && *group.initialLr != group.lr) {
            m_report.missing.push_back(
                fmt::format("A schedule has brought the learning rate from {:.6g} to {:.6g}, but its state is "
                            "not in the file: the rate stays. --scheduler makes a new one.",
                            *group.initialLr, group.lr));
            return;
        }
    if (!m_saved.isOwn())
        m_report.missing.push_back("There is no schedule in the file: the learning rate stays. --scheduler makes one.");
}

Result<void> Resuming::prepareExtras()
{
    if (auto done = assembleExtras(state()); !done)
        return done.error();
    if (state().ema && m_saved.ema.isValid()) {
        if (auto loaded = state().ema->loadStateDict(m_saved.ema); !loaded) {
            Error error = loaded.error();
            if (error.code == ErrorCode::BadArgument)
                error.code = ErrorCode::Unsupported;
            error.advice = "Without --ema they are left aside.";
            return inFile(std::move(error));
        }
        m_report.ema = true;
        m_report.restored.push_back("averaged weights (EMA)");
    } else if (m_saved.ema.isValid()) {
        m_report.missing.push_back("The file has averaged weights; --ema DECAY continues them.");
    } else if (state().ema) {
        m_report.missing.push_back(
            "There are no averaged weights in the file: EMA begins with the weights as they are.");
    }
    if (state().scaler && m_saved.scaler.isValid()) {
        if (auto loaded = state().scaler->loadStateDict(m_saved.scaler); !loaded)
            return loaded.error();
        m_report.scaler = true;
        m_report.restored.push_back("gradient scaler");
    } else if (m_saved.scaler.isValid() && m_saved.scaler.count() > 0) {
        m_report.missing.push_back("The file has a gradient scaler; without --amp it plays no part.");
    }
    return {};
}

Result<void> Resuming::restoreGenerators()
{
    torch::manual_seed(config().seed);
    if (m_saved.cpuRng.isValid()) {
        auto tensor = readTensor(m_saved.cpuRng);
        if (!tensor)
            return inFile(tensor.error());
        const auto restored = guarded([&]() -> Result<void> {
            restoreCpuGenerator(*tensor);
            return {};
        });
        m_report.rng = static_cast<bool>(restored);
        if (restored) {
            m_report.restored.push_back("generator of the CPU");
        } else {
            torch::manual_seed(config().seed);
            m_report.missing.push_back(
                fmt::format("The generator state in the file is damaged ({}): dropout begins from seed {}.",
                            restored.error().detail, config().seed));
        }
    } else {
        m_report.missing.push_back(
            fmt::format("There is no generator state in the file: dropout begins from seed {}.", config().seed));
    }
    if (!state().device.is_cpu()) {
        const Value cuda = m_saved.cudaRng.is(ValueKind::List) ? m_saved.cudaRng.at(0) : m_saved.cudaRng;
        if (cuda.is(ValueKind::Tensor)) {
            const auto restored = guarded([&]() -> Result<void> {
                auto tensor = readTensor(cuda);
                if (!tensor)
                    return tensor.error();
                restoreDeviceGenerator(state().device, *tensor);
                return {};
            });
            m_report.deviceRng = static_cast<bool>(restored);
        }
        if (m_report.deviceRng)
            m_report.restored.push_back("generator of the device");
        else
            m_report.missing.push_back(
                fmt::format("There is no generator state of such a device in the file: it begins from seed {}.", config().seed));
    }
    if (m_description)
        compareEnvironments();
    return {};
}

/// Whatever changes bits.
void Resuming::compareEnvironments()
{
    const RunEnvironment &then = m_description->environment;
    if (then.libtorch.empty())
        return;
    const RunEnvironment now = describeEnvironment(config().device);
    const auto differ = [&](std::string_view what, const auto &a, const auto &b) {
        if (a != b)
            m_report.conflicts.push_back(
                fmt::format("{} was {} and is {}: the last bits may differ from an unbroken run.", what, a, b));
    };
    differ("LibTorch", then.libtorch, now.libtorch);
    differ("BLAS", then.blas, now.blas);
    differ("oneDNN", then.onednn, now.onednn);
    differ("The device", then.device, now.device);
    if (m_request.gives("threads") && config().threads != then.atenThreads)
        differ("The number of threads", then.atenThreads, config().threads);
}

}  // namespace

Result<PreparedRun> prepareResume(const RunRequest &request, RestoreReport &report)
{
    return guarded([&]() -> Result<PreparedRun> { return Resuming(request, report).prepare(); });
}

}  // namespace waypoint
