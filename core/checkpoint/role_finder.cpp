// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/checkpoint/role_finder.h"

#include "core/checkpoint/model_parameters.h"
#include "core/checkpoint/optimizer_view.h"
#include "core/checkpoint/role_words.h"
#include "core/checkpoint/scheduler_classes.h"
#include "core/checkpoint/value_roles.h"

#include <algorithm>

namespace waypoint {

namespace {

/// A checkpoint has a few dozen parts; whoever has more than this has a data set.
constexpr std::size_t kMostVisits = 12'000;
/// Containers with more items are tables of things: their numbers are no epoch and no loss.
constexpr std::size_t kMostNumbers = 200;
constexpr std::size_t kMostOpened = 256;
constexpr std::size_t kDeepestNumbers = 6;
constexpr std::size_t kDeepest = 24;

bool isContainer(Value value)
{
    return value.is(ValueKind::Dict) || value.is(ValueKind::Object) || value.is(ValueKind::List)
           || value.is(ValueKind::Tuple);
}

bool isTensorList(Value value)
{
    const bool sequence = value.is(ValueKind::List) || value.is(ValueKind::Tuple);
    return sequence && value.count() > 0 && value.at(0).is(ValueKind::Tensor);
}

/// {"cat": 0, "dog": 1, ...}: a class index, whatever the classes are called.
bool isIndexOfNames(Value dict)
{
    if (!dict.is(ValueKind::Dict) || dict.count() < 3)
        return false;
    for (std::size_t i = 0; i < dict.count(); ++i)
        if (!dict.at(i).is(ValueKind::Int) || dict.at(i).integer() != static_cast<std::int64_t>(i))
            return false;
    return true;
}

/// C++ torch::save of tensors writes a module with "0", "1", ... and nothing else.
bool isListOfTensors(const Fields &fields)
{
    const auto keys = fields.keys();
    return std::all_of(keys.begin(), keys.end(), [&](std::string_view key) {
        return key == "size"
               || (key.find_first_not_of("0123456789") == std::string_view::npos && fields[key].is(ValueKind::Tensor));
    });
}

}  // namespace

RoleFinder::RoleFinder(const EntryTree &entries) : m_entries(entries), m_contents(entries), m_visitsLeft(kMostVisits) {}

std::vector<Section> RoleFinder::find()
{
    if (m_entries.size() == 0)
        return {};
    m_stack.push_back({});
    while (!m_stack.empty() && m_visitsLeft-- > 0) {
        const Visit next = m_stack.back();
        m_stack.pop_back();
        visit(next);
    }
    return std::move(m_sections);
}

Section &RoleFinder::add(EntryId id, Role role)
{
    m_sections.emplace_back();
    m_sections.back().entry = id;
    m_sections.back().role = role;
    return m_sections.back();
}

std::string RoleFinder::nameOf(EntryId id) const
{
    while (id != kRootEntry && !m_entries.isNamed(id))
        id = m_entries[id].parent;
    return m_entries.label(id);
}

void RoleFinder::visit(const Visit &here)
{
    if (m_entries.cut(here.id) != EntryTree::Cut::No)
        return;
    switch (m_entries.value(here.id).kind()) {
    case ValueKind::Dict:
    case ValueKind::Object:
        return visitMapping(here);
    case ValueKind::List:
    case ValueKind::Tuple:
        return visitSequence(here);
    default:
        return visitLeaf(here);
    }
}

void RoleFinder::visitMapping(const Visit &here)
{
    const Value value = m_entries.value(here.id);
    const Fields fields(value);
    if (claimModule(here, fields) || claimOptimizer(here) || claimScaler(here, fields) || claimScheduler(here, fields))
        return;
    const std::string name = nameOf(here.id);
    if (isRng(value, name)) {
        add(here.id, Role::Rng);
        return;
    }
    if (claimAverage(here, fields) || claimModel(here))
        return;
    if (const auto curve = curveCertainty(value, name)) {
        add(here.id, Role::Curve).certainty = *curve;
        return;
    }
    if (!claimSettings(here, fields))
        open(here);
}

bool RoleFinder::claimModule(const Visit &here, const Fields &fields)
{
    const Value value = m_entries.value(here.id);
    if (!value.is(ValueKind::Object))
        return false;
    const bool script = value.className().starts_with("__torch__.") && m_contents.hasTensor(here.id)
                        && !fields.has("param_groups") && !isListOfTensors(fields);
    if (!script && !isPickledModule(value))
        return false;
    Section &section = add(here.id, Role::Module);
    section.className = value.className();
    if (here.averaged)
        section.note = "An average of the weights over the training";
    return true;
}

bool RoleFinder::claimOptimizer(const Visit &here)
{
    const Value value = m_entries.value(here.id);
    const auto view = optimizerView(value);
    if (!view)
        return false;
    OptimizerClass found = optimizerClass(*view, value, m_entries.label(here.id));
    Section &section = add(here.id, Role::Optimizer);
    section.className = std::move(found.name);
    section.certainty = found.certainty;
    section.note = std::move(found.note);
    if (view->kind == OptimizerView::Kind::Torch)
        openBesideState(here);
    return true;
}

/// A trainer may keep its loss scaler beside state and param_groups.
void RoleFinder::openBesideState(const Visit &here)
{
    const EntryTree::Entry &entry = m_entries[here.id];
    for (EntryId child = entry.firstChild + std::min(entry.childCount, 16u); child-- > entry.firstChild;) {
        const std::string label = m_entries.label(child);
        if (label != "state" && label != "param_groups" && isContainer(m_entries.value(child)))
            m_stack.push_back({child, Numbers::None, here.averaged, here.depth + 1});
    }
}

bool RoleFinder::claimScaler(const Visit &here, const Fields &fields)
{
    const Value value = m_entries.value(here.id);
    if (isScaler(value, fields)) {
        add(here.id, Role::Scaler);
        return true;
    }
    const bool empty = value.is(ValueKind::Dict) && value.count() == 0;
    if (!empty || !hasWord(wordsOf(nameOf(here.id)), {"scaler", "gradscaler", "amp"}))
        return false;
    Section &section = add(here.id, Role::Scaler);
    section.certainty = Certainty::Likely;
    section.note = "Empty, as a GradScaler that is switched off saves itself";
    return true;
}

bool RoleFinder::claimScheduler(const Visit &here, const Fields &fields)
{
    const EntryId up = m_entries[here.id].parent;
    const std::string around = up == kNoEntry ? std::string() : nameOf(up) + '/';
    auto found = schedulerClass(m_entries.value(here.id), fields, around + nameOf(here.id));
    if (!found)
        return false;
    Section &section = add(here.id, Role::Scheduler);
    section.className = std::move(found->name);
    section.certainty = found->certainty;
    section.note = std::move(found->note);
    return true;
}

/// torch_ema and its kin keep {"decay", "num_updates", "shadow_params": [tensor, ...]}.
bool RoleFinder::claimAverage(const Visit &here, const Fields &fields)
{
    if (!isTensorList(fields["shadow_params"]))
        return false;
    add(here.id, Role::Ema).note = "A list of shadow parameters: they have no names in the file";
    return true;
}

bool RoleFinder::claimModel(const Visit &here)
{
    const auto model = findModel(m_entries, here.id, m_contents);
    if (!model)
        return false;
    Section &section = add(here.id, here.averaged || model->averaged ? Role::Ema : Role::Model);
    section.certainty = model->certainty;
    if (!model->nested)
        open(here, true);
    return true;
}

bool RoleFinder::claimSettings(const Visit &here, const Fields &fields)
{
    const Value value = m_entries.value(here.id);
    const bool known = value.is(ValueKind::Object) && isSettingsClass(value.className());
    if (!known && (!m_contents.isPlain(here.id) || m_entries[here.id].childCount == 0))
        return false;
    const std::string name = nameOf(here.id);
    const bool named = here.id != kRootEntry && saysSettings(name);
    if (known || named) {
        add(here.id, Role::Config);
        return true;
    }
    const bool progress = fields.hasAny({"epoch", "step", "global_step", "iteration", "loss", "log_history"});
    const std::size_t enough = here.id == kRootEntry ? 3 : 2;
    if (!value.is(ValueKind::Dict) || progress || settingsKeys(fields) < enough)
        return false;
    add(here.id, Role::Config).certainty = Certainty::Likely;
    return true;
}

void RoleFinder::visitSequence(const Visit &here)
{
    const Value value = m_entries.value(here.id);
    const std::string name = nameOf(here.id);
    if (isRng(value, name)) {
        add(here.id, Role::Rng);
        return;
    }
    if (isTensorList(value) && here.averaged && value.count() > 1) {
        add(here.id, Role::Ema).note = "A list of tensors: they have no names in the file";
        return;
    }
    if (const auto curve = curveCertainty(value, name); curve && here.numbers != Numbers::None) {
        add(here.id, Role::Curve).certainty = *curve;
        return;
    }
    open(here);
}

void RoleFinder::visitLeaf(const Visit &here)
{
    const Value value = m_entries.value(here.id);
    const std::string label = m_entries.label(here.id);
    if (isRng(value, label))
        add(here.id, Role::Rng);
    else if (isNumber(value))
        claimNumber(here, label);
    else if (const auto curve = curveCertainty(value, label); curve && here.numbers == Numbers::All)
        add(here.id, Role::Curve).certainty = *curve;
    else if (value.is(ValueKind::Str) && value.text().size() > 40 && saysSettings(label))
        add(here.id, Role::Config);
}

void RoleFinder::claimNumber(const Visit &here, const std::string &label)
{
    if (here.numbers == Numbers::None || here.depth > kDeepestNumbers || here.id == kRootEntry
        || !m_entries.isNamed(here.id))
        return;
    auto found = numberRole(label, isWholeNumber(m_entries.value(here.id)));
    // Composer's Timestamp counts optimizer steps as batches.
    const Value around = m_entries.value(m_entries[here.id].parent);
    if (label == "batch" && around.contains("batch_in_epoch"))
        found = NumberRole{Role::Step};
    if (!found)
        return;
    const bool result = found->role == Role::Loss || found->role == Role::Metric;
    if (here.numbers == Numbers::ResultsOnly && !result)
        return;
    Section &section = add(here.id, found->role);
    section.certainty = found->certainty;
    if (found->misspelt)
        section.note = "The name looks misspelt";
}

RoleFinder::Numbers RoleFinder::numbersBelow(const Visit &here) const
{
    const Value value = m_entries.value(here.id);
    const std::string label = m_entries.label(here.id);
    if (m_entries[here.id].childCount > kMostNumbers || isIndexOfNames(value))
        return Numbers::None;
    // Lightning's loops count batches of every kind; a loader's snapshot counts its own.
    if ((label == "loops" && value.contains("fit_loop")) || value.contains("_snapshot"))
        return Numbers::None;
    if (label == "callbacks" && here.numbers == Numbers::All)
        return Numbers::ResultsOnly;
    return here.numbers;
}

void RoleFinder::open(const Visit &here, bool onlyLeaves)
{
    const EntryTree::Entry &entry = m_entries[here.id];
    if (here.depth >= kDeepest)
        return;
    const Numbers numbers = numbersBelow(here);
    const bool mapping = m_entries.value(here.id).is(ValueKind::Dict) || m_entries.value(here.id).is(ValueKind::Object);
    const std::size_t firstPushed = m_stack.size();
    for (EntryId child = entry.firstChild; child < entry.firstChild + entry.childCount; ++child) {
        if (m_stack.size() - firstPushed >= kMostOpened)
            break;
        const Value value = m_entries.value(child);
        const bool container = isContainer(value);
        const bool leaf = !container && mapping && numbers != Numbers::None;
        if (onlyLeaves ? !leaf || value.is(ValueKind::Tensor) : !leaf && !container)
            continue;
        const bool averaged =
            here.averaged || (container && m_entries.isNamed(child) && saysAveraged(m_entries.label(child)));
        m_stack.push_back({child, numbers, averaged, here.depth + 1});
    }
    std::reverse(m_stack.begin() + static_cast<std::ptrdiff_t>(firstPushed), m_stack.end());
}

}  // namespace waypoint
