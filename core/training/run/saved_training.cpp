// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/training/run/saved_training.h"

#include "core/checkpoint/optimizer_view.h"
#include "core/checkpoint/parameter_names.h"
#include "core/checkpoint/reader.h"
#include "core/checkpoint/role_words.h"
#include "core/training/tensors/tensor_reading.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <string_view>

namespace waypoint {

namespace {

constexpr std::int64_t kCpuStateBytes = 5056;  // at::CPUGeneratorImpl, and torch.get_rng_state()
constexpr double kMostCounted = 1e12;          // epochs or steps that anybody can have done

class Finder
{
public:
    Finder(CheckpointPtr checkpoint, const SectionChoice &choice) : m_choice(choice)
    {
        m_found.checkpoint = std::move(checkpoint);
    }

    Result<SavedTraining> find()
    {
        if (auto model = findModel(); !model)
            return model.error();
        if (auto optimizer = findOptimizer(); !optimizer)
            return optimizer.error();
        findScheduler();
        findNumbers();
        findRest();
        findOwn();
        return std::move(m_found);
    }

private:
    [[nodiscard]] const Checkpoint &file() const { return *m_found.checkpoint; }
    [[nodiscard]] std::string path(const Section &section) const { return file().entries.pathText(section.entry); }

    [[nodiscard]] std::vector<const Section *> sections(Role role) const
    {
        std::vector<const Section *> found;
        for (const Section &section : file().sections)
            if (section.role == role)
                found.push_back(&section);
        return found;
    }

    [[nodiscard]] Error ambiguous(std::string_view what, std::string_view option,
                                  const std::vector<const Section *> &choices) const
    {
        std::string list;
        for (const Section *section : choices)
            list += (list.empty() ? "" : ", ") + path(*section);
        return {.code = ErrorCode::BadArgument,
                .detail = fmt::format("the file has several {}: {}", what, list),
                .advice = fmt::format("Choose one with --{}.", option)};
    }

    Result<EntryId> chosen(const std::string &wanted) const
    {
        const EntryId entry = file().entries.find(wanted);
        if (entry == kNoEntry)
            return Error{.code = ErrorCode::BadArgument,
                         .detail = fmt::format("there is no '{}' in the file", wanted),
                         .advice = "`waypoint-inspect tree` lists its paths."};
        return entry;
    }

    Result<void> findModel()
    {
        if (!m_choice.model.empty()) {
            auto entry = chosen(m_choice.model);
            if (!entry)
                return entry.error();
            const auto &all = file().sections;
            const auto known = std::find_if(all.begin(), all.end(), [&](const Section &section) {
                return section.entry == *entry && section.role == Role::Module;
            });
            takeModel(*entry, known != all.end());
            return {};
        }
        std::vector<const Section *> models = sections(Role::Model);
        for (const Section *module : sections(Role::Module))
            models.push_back(module);
        std::erase_if(models, [&](const Section *section) { return isAverage(*section) || isInOptimizer(*section); });
        if (models.empty()) {
            models = averages();
            if (models.size() == 1)
                m_found.notes.push_back(fmt::format(
                    "The file has averaged weights only ({}): the model goes on from these.", path(*models[0])));
        }
        if (models.size() > 1)
            return ambiguous("models", "section", models);
        if (models.empty())
            return Error{.code = ErrorCode::NotACheckpoint,
                         .detail = "there is no model in it, and no weights",
                         .advice =
                             "`waypoint-inspect tree` shows what it has; --section PATH names a dict of tensors."};
        takeModel(models[0]->entry, models[0]->role == Role::Module);
        return {};
    }

    [[nodiscard]] std::vector<const Section *> averages() const
    {
        std::vector<const Section *> found;
        for (const Section &section : file().sections)
            if (isAverage(section))
                found.push_back(&section);
        return found;
    }

    /// ultralytics keeps `model` and `ema` as whole modules side by side.
    [[nodiscard]] bool isAverage(const Section &section) const
    {
        return section.role == Role::Ema
               || (section.role == Role::Module && saysAveraged(file().entries.label(section.entry)));
    }

    /// The moments of an optimizer whose param_groups are empty look like weights.
    [[nodiscard]] bool isInOptimizer(const Section &section) const
    {
        const auto &entry = file().entries[section.entry];
        return section.entry != kRootEntry && file().entries.value(entry.parent).contains("param_groups");
    }

    void takeModel(EntryId entry, bool isModule)
    {
        m_modelEntry = entry;
        m_found.model = file().entries.value(entry);
        m_found.modelPath = file().entries.pathText(entry);
        m_found.modelIsModule = isModule;
    }

    Result<void> findOptimizer()
    {
        if (!m_choice.optimizer.empty()) {
            auto entry = chosen(m_choice.optimizer);
            if (!entry)
                return entry.error();
            if (!optimizerView(file().entries.value(*entry)))
                return Error{.code = ErrorCode::BadArgument,
                             .detail = fmt::format("'{}' is no optimizer's state", m_choice.optimizer),
                             .advice = "`waypoint-inspect tree` lists the file's sections."};
            takeOptimizer(*entry);
            return {};
        }
        std::vector<const Section *> optimizers = sections(Role::Optimizer);
        if (optimizers.size() > 1)
            std::erase_if(optimizers, [&](const Section *section) { return !pairsWith(*section, m_modelEntry); });
        if (optimizers.size() > 1 || (optimizers.empty() && sections(Role::Optimizer).size() > 1))
            return ambiguous("optimizers", "optimizer-section", sections(Role::Optimizer));
        if (!optimizers.empty())
            takeOptimizer(optimizers[0]->entry);
        return {};
    }

    [[nodiscard]] static bool pairsWith(const Section &section, EntryId entry)
    {
        return std::find(section.pairsWith.begin(), section.pairsWith.end(), entry) != section.pairsWith.end();
    }

    void takeOptimizer(EntryId entry)
    {
        m_optimizerEntry = entry;
        m_found.optimizer = file().entries.value(entry);
        m_found.optimizerPath = file().entries.pathText(entry);
        const auto view = optimizerView(m_found.optimizer);
        if (!view)
            return;
        m_found.paramGroups = view->groups;
        ShapeNumbers numbers;
        const OptimizerShapes optimizer(*view, numbers);
        ParameterNames names = ownNames(optimizer);
        if (names.kind != MatchKind::One)
            names = namesFrom(optimizer, ModelShapes(m_found.model, numbers));
        if (names.kind == MatchKind::One)
            m_found.parameterNames = std::move(names.names);
    }

    void findScheduler()
    {
        std::vector<const Section *> schedulers = sections(Role::Scheduler);
        const bool single = schedulers.size() == 1 && schedulers[0]->pairsWith.empty();
        if (!single)
            std::erase_if(schedulers, [&](const Section *section) {
                return !pairsWith(*section, m_optimizerEntry) && !pairsWith(*section, m_modelEntry);
            });
        if (schedulers.empty()) {
            for (const Section *other : sections(Role::Scheduler))
                m_found.notes.push_back(fmt::format("The schedule {} belongs to another optimizer.", path(*other)));
            return;
        }
        if (schedulers.size() > 1)
            m_found.notes.push_back(
                "Several schedulers belong to this optimizer; the first is taken: " + path(*schedulers[0]) + ".");
        m_found.scheduler = file().entries.value(schedulers[0]->entry);
        m_found.schedulerPath = path(*schedulers[0]);
        m_found.schedulerClass = schedulers[0]->className;
    }

    /// The section nearest to the root: inner ones belong to callbacks and loops.
    [[nodiscard]] const Section *shallowest(Role role) const
    {
        const Section *best = nullptr;
        std::size_t depth = 0;
        for (const Section *section : sections(role)) {
            const std::size_t here = file().entries.path(section->entry).size();
            const bool number = file().entries.value(section->entry).number().has_value();
            if (number && (!best || here < depth)) {
                best = section;
                depth = here;
            }
        }
        return best;
    }

    void findNumbers()
    {
        if (const Section *epoch = shallowest(Role::Epoch))
            takeEpoch(*file().entries.value(epoch->entry).number(), path(*epoch));
        else if (const Value tensor = Value(file().values, file().root)["epoch"]; tensor.is(ValueKind::Tensor))
            takeEpoch(readNumber(tensor).value_or(std::nan("")), "epoch");
        if (const Section *step = shallowest(Role::Step)) {
            const double number = *file().entries.value(step->entry).number();
            if (number >= 0 && number <= kMostCounted)
                m_found.step = static_cast<std::int64_t>(number);
        }
    }

    /// HuggingFace's trainer writes 12.5 in the middle of epoch 12.
    void takeEpoch(double number, std::string where)
    {
        if (!(number >= -1 && number <= kMostCounted)) {
            m_found.notes.push_back(
                fmt::format("`{}` is {} in the file, which can be no epoch: it is left aside.", where, number));
            return;
        }
        m_found.epoch = static_cast<std::int64_t>(std::floor(number));
        m_found.epochIsPart = std::floor(number) != number;
        m_found.epochPath = std::move(where);
    }

    void findRest()
    {
        for (const Section *section : sections(Role::Rng))
            takeRng(file().entries.value(section->entry));
        if (m_pythonGenerators)
            m_found.notes.push_back("The generators of Python and NumPy play no part here and are not carried over.");
        if (const auto scalers = sections(Role::Scaler); !scalers.empty())
            m_found.scaler = file().entries.value(scalers[0]->entry);
        for (const Section *section : averages())
            if (section->entry != m_modelEntry && (section->pairsWith.empty() || pairsWith(*section, m_modelEntry)))
                m_found.ema = file().entries.value(section->entry);
    }

    void takeRng(Value value)
    {
        if (isByteTensor(value)) {
            Value &place = value.tensor().ref.elementCount() == kCpuStateBytes ? m_found.cpuRng : m_found.cudaRng;
            if (!place.isValid())
                place = value;
            return;
        }
        const bool nested = value.is(ValueKind::Dict) && value.count() < 64 && !value.contains("bit_generator");
        const bool listed = value.is(ValueKind::List) && value.count() > 0 && isByteTensor(value.at(0));
        if (!nested && !listed) {  // random.getstate(), numpy.random.get_state()
            m_pythonGenerators = m_pythonGenerators || value.count() > 0;
            return;
        }
        for (std::size_t i = 0; i < value.count(); ++i)
            if (isByteTensor(value.at(i)) || value.at(i).count() > 0)
                takeRng(value.at(i));
    }

    [[nodiscard]] static bool isByteTensor(Value value)
    {
        return value.is(ValueKind::Tensor) && value.tensor().ref.dtype == DType::UInt8;
    }

    void findOwn()
    {
        const Value root(file().values, file().root);
        const Value own = root["waypoint"];
        if (own.is(ValueKind::Dict) && own["version"].integer() && own["run"].is(ValueKind::Str)
            && own["model"].is(ValueKind::Str))
            m_found.own = own;
    }

    SectionChoice m_choice;
    SavedTraining m_found;
    EntryId m_modelEntry = kNoEntry;
    EntryId m_optimizerEntry = kNoEntry;
    bool m_pythonGenerators = false;
};

}  // namespace

Result<SavedTraining> openSavedTraining(const std::filesystem::path &path, const SectionChoice &choice)
{
    Opened opened = openCheckpoint(path);
    if (opened.error) {
        Error error = *opened.error;
        if (error.file.empty())
            error.file = path.string();
        return error;
    }
    auto found = Finder(std::move(opened.checkpoint), choice).find();
    if (found)
        return found;
    Error error = found.error();
    if (error.file.empty())
        error.file = path.string();
    return error;
}

}  // namespace waypoint
