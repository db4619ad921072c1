// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/checkpoint/optimizer_view.h"
#include "core/training/optimizers/line_search.h"
#include "core/training/optimizers/optimizer_definition.h"
#include "core/training/tensors/tensor_reading.h"

#include <fmt/format.h>

#include <deque>

namespace waypoint {

namespace {

/// What LBFGS remembers. Python keeps it as the state of the first parameter.
struct Memory
{
    std::int64_t evaluations = 0;
    std::int64_t iterations = 0;
    at::Tensor direction;
    PythonNumber step;
    std::deque<at::Tensor> gradientChanges;  ///< old_dirs
    std::deque<at::Tensor> moves;            ///< old_stps
    std::deque<at::Tensor> weights;          ///< ro: 1 / (gradient change . move)
    std::vector<at::Tensor> alphas;          ///< al: of the latest direction; undefined is None
    at::Tensor scale;                        ///< H_diag; undefined: 1
    at::Tensor gradient;                     ///< prev_flat_grad
    double loss = 0;
};

Error misfit(std::string text) { return Error{ErrorCode::BadArgument, std::move(text)}; }

class Lbfgs final : public Optimizer
{
public:
    Lbfgs(const OptimizerDefinition &definition, std::vector<ParameterGroup> groups, const GroupSettings &settings)
        : Optimizer(definition, std::move(groups), settings)
    {
    }

    [[nodiscard]] bool needsClosure() const override { return true; }
    void step() override { TORCH_CHECK(false, "LBFGS evaluates the loss itself and needs a closure"); }
    double step(const Closure &closure) override;

private:
    [[nodiscard]] ValueId writeState(Snapshot &into) const override;
    Result<void> takeExtraState(Value stateDict) override;

    [[nodiscard]] const std::vector<at::Tensor> &parameters() const { return m_groups[0].content.parameters; }
    [[nodiscard]] const GroupSettings &settings() const { return m_groups[0].settings; }
    [[nodiscard]] at::Tensor flatGradient() const;
    void move(PythonNumber step, const at::Tensor &direction);
    void remember(const at::Tensor &gradient);
    void findDirection(const at::Tensor &gradient);
    [[nodiscard]] PythonNumber firstStep(const at::Tensor &gradient) const;
    bool iterate(const Closure &closure, bool last);
    void searchLine(const Closure &closure, PythonNumber slope);
    /// What is minimised.
    [[nodiscard]] double signedLoss(double loss) const { return settings().flag("maximize") ? -loss : loss; }
    [[nodiscard]] std::int64_t mostSearchSteps() const;
    [[nodiscard]] bool isFlat() const
    {
        return PythonNumber(m_gradient.abs().max()) <= settings().number("tolerance_grad");
    }

    Memory m_memory;
    at::Tensor m_gradient;           ///< at the parameters as they are
    double m_loss = 0;               ///< at the parameters as they are
    std::int64_t m_evaluations = 0;  ///< in this step
};

double evaluated(const Optimizer::Closure &closure)
{
    const at::AutoGradMode grad(true);
    return closure();
}

at::Tensor Lbfgs::flatGradient() const
{
    std::vector<at::Tensor> parts;
    for (const at::Tensor &parameter : parameters())
        parts.push_back(parameter.grad().defined() ? parameter.grad().reshape(-1) : at::zeros_like(parameter).view(-1));
    at::Tensor flat = at::cat(parts);
    return settings().flag("maximize") ? flat.neg_() : flat;
}

void Lbfgs::move(PythonNumber step, const at::Tensor &direction)
{
    std::int64_t offset = 0;
    for (const at::Tensor &parameter : parameters()) {
        parameter.add_(direction.narrow(0, offset, parameter.numel()).view_as(parameter), step.value());
        offset += parameter.numel();
    }
}

/// The latest move and what it did to the gradient join the history.
void Lbfgs::remember(const at::Tensor &gradient)
{
    const at::Tensor change = gradient.sub(m_memory.gradient);
    const at::Tensor moved = m_memory.direction.mul(m_memory.step.value());
    const at::Tensor curvature = change.dot(moved);
    if (!(PythonNumber(curvature) > 1e-10))
        return;
    if (static_cast<std::int64_t>(m_memory.moves.size()) == settings().integer("history_size")) {
        m_memory.gradientChanges.pop_front();
        m_memory.moves.pop_front();
        m_memory.weights.pop_front();
    }
    m_memory.gradientChanges.push_back(change);
    m_memory.moves.push_back(moved);
    m_memory.weights.push_back(curvature.reciprocal());
    m_memory.scale = curvature.div(change.dot(change));
}

/// The two-loop recursion (Nocedal and Wright, "Numerical Optimization", algorithm 7.4).
void Lbfgs::findDirection(const at::Tensor &gradient)
{
    if (m_memory.iterations == 1) {
        const std::int64_t evaluations = m_memory.evaluations;
        m_memory = {};
        m_memory.evaluations = evaluations;
        m_memory.iterations = 1;
        m_memory.direction = gradient.neg();
        return;
    }
    remember(gradient);
    const auto history = static_cast<std::size_t>(settings().integer("history_size"));
    if (m_memory.alphas.size() < history)
        m_memory.alphas.resize(history);
    at::Tensor q = gradient.neg();
    for (std::size_t i = m_memory.moves.size(); i-- > 0;) {
        m_memory.alphas[i] = m_memory.moves[i].dot(q).mul(m_memory.weights[i]);
        q.add_(m_memory.gradientChanges[i], -m_memory.alphas[i].item<double>());
    }
    if (m_memory.scale.defined())
        q = q.mul(m_memory.scale);
    for (std::size_t i = 0; i < m_memory.moves.size(); ++i) {
        const at::Tensor beta = m_memory.gradientChanges[i].dot(q).mul(m_memory.weights[i]);
        q.add_(m_memory.moves[i], m_memory.alphas[i].sub(beta).item<double>());
    }
    m_memory.direction = q;
}

PythonNumber Lbfgs::firstStep(const at::Tensor &gradient) const
{
    const PythonNumber lr = settings().number("lr");
    if (m_memory.iterations > 1)
        return lr;
    return smaller(1.0, PythonNumber(1.0) / PythonNumber(gradient.abs().sum())) * lr;
}

/// A line search had 25 evaluations, whatever max_eval said, until PyTorch came to count them in.
std::int64_t Lbfgs::mostSearchSteps() const
{
    constexpr bool kCounted = TORCH_VERSION_MAJOR > 2 || (TORCH_VERSION_MAJOR == 2 && TORCH_VERSION_MINOR >= 10);
    return kCounted ? settings().integer("max_eval") - m_evaluations : 25;
}

void Lbfgs::searchLine(const Closure &closure, PythonNumber slope)
{
    std::vector<at::Tensor> origin;
    for (const at::Tensor &parameter : parameters())
        origin.push_back(parameter.clone(at::MemoryFormat::Contiguous));
    const LineFunction evaluate = [&](PythonNumber step) {
        move(step, m_memory.direction);
        const double loss = signedLoss(evaluated(closure));
        at::Tensor gradient = flatGradient();
        for (std::size_t i = 0; i < origin.size(); ++i)
            parameters()[i].copy_(origin[i]);
        return std::pair(loss, std::move(gradient));
    };
    const LinePoint start{0, m_loss, m_gradient, slope};
    const LineSearchResult found = strongWolfe(evaluate, start, m_memory.step, m_memory.direction, mostSearchSteps());
    m_loss = found.point.loss.value();
    m_gradient = found.point.gradient;
    m_memory.step = found.point.step;
    m_evaluations += found.evaluations;
    m_memory.evaluations += found.evaluations;
    move(m_memory.step, m_memory.direction);
}

/// One direction and the way along it. False where the step ends.
bool Lbfgs::iterate(const Closure &closure, bool last)
{
    const double tolerance = settings().number("tolerance_change");
    ++m_memory.iterations;
    findDirection(m_gradient);
    m_memory.gradient = m_gradient.clone();
    m_memory.loss = m_loss;
    m_memory.step = firstStep(m_gradient);
    const PythonNumber slope(m_gradient.dot(m_memory.direction));
    if (slope > -tolerance)
        return false;
    if (!settings().text("line_search_fn").empty()) {
        searchLine(closure, slope);
    } else {
        move(m_memory.step, m_memory.direction);
        if (!last) {
            m_loss = signedLoss(evaluated(closure));
            m_gradient = flatGradient();
            ++m_evaluations;
            ++m_memory.evaluations;
        }
    }
    return !last && m_evaluations < settings().integer("max_eval") && !isFlat()
           && !(PythonNumber(m_memory.direction.mul(m_memory.step.value()).abs().max()) <= tolerance)
           && !(std::fabs(m_loss - m_memory.loss) < tolerance);
}

double Lbfgs::step(const Closure &closure)
{
    const at::NoGradGuard noGrad;
    const double before = evaluated(closure);
    m_loss = signedLoss(before);
    m_evaluations = 1;
    ++m_memory.evaluations;
    m_gradient = flatGradient();
    const std::int64_t most = settings().integer("max_iter");
    bool goesOn = !isFlat();
    for (std::int64_t i = 1; goesOn && i <= most; ++i)
        goesOn = iterate(closure, i == most);
    m_gradient.reset();
    return before;
}

template<typename Tensors>
ValueId writeTensors(Snapshot &into, const Tensors &tensors)
{
    std::vector<ValueId> items;
    for (const at::Tensor &tensor : tensors)
        items.push_back(tensor.defined() ? into.addTensor(tensor) : into.tree().addNone());
    return into.tree().addContainer(ValueKind::List, items);
}

ValueId Lbfgs::writeState(Snapshot &into) const
{
    ValueTree &tree = into.tree();
    if (m_memory.evaluations == 0)
        return tree.addContainer(ValueKind::Dict);
    std::vector<std::pair<std::string, ValueId>> entries{{"func_evals", tree.addInt(m_memory.evaluations)},
                                                         {"n_iter", tree.addInt(m_memory.iterations)}};
    if (!m_memory.alphas.empty())
        entries.emplace_back("al", writeTensors(into, m_memory.alphas));
    if (m_memory.direction.defined()) {
        entries.emplace_back("d", into.addTensor(m_memory.direction));
        entries.emplace_back("t", m_memory.step.isTensor() ? into.addTensor(m_memory.step.tensor())
                                                           : tree.addFloat(m_memory.step.value()));
        entries.emplace_back("old_dirs", writeTensors(into, m_memory.gradientChanges));
        entries.emplace_back("old_stps", writeTensors(into, m_memory.moves));
        entries.emplace_back("ro", writeTensors(into, m_memory.weights));
        entries.emplace_back("H_diag", m_memory.scale.defined() ? into.addTensor(m_memory.scale) : tree.addInt(1));
        entries.emplace_back("prev_flat_grad", into.addTensor(m_memory.gradient));
        entries.emplace_back("prev_loss", tree.addFloat(m_memory.loss));
    }
    for (const Setting &kept : m_groups[0].states[0].kept)
        entries.emplace_back(kept.key, writeKept(into, kept.value));
    const ValueId children[] = {tree.addInt(0), into.addDict(entries)};
    return tree.addContainer(ValueKind::Dict, children);
}

/// Reads what Python saved, remembering the first thing that does not fit.
class MemoryReader
{
public:
    MemoryReader(Value state, const at::Tensor &like, std::int64_t elements)
        : m_state(state), m_like(like), m_elements(elements)
    {
    }

    Result<Memory> read()
    {
        Memory memory;
        memory.evaluations = m_state["func_evals"].integer().value_or(0);
        memory.iterations = m_state["n_iter"].integer().value_or(0);
        memory.loss = readNumber(m_state["prev_loss"]).value_or(0);
        memory.direction = tensor(m_state["d"], m_elements, "d");
        memory.gradient = tensor(m_state["prev_flat_grad"], m_elements, "prev_flat_grad");
        memory.gradientChanges = tensors<std::deque<at::Tensor>>("old_dirs", m_elements);
        memory.moves = tensors<std::deque<at::Tensor>>("old_stps", m_elements);
        memory.weights = tensors<std::deque<at::Tensor>>("ro", 1);
        memory.alphas = tensors<std::vector<at::Tensor>>("al", 1);
        if (m_state["H_diag"].is(ValueKind::Tensor))
            memory.scale = tensor(m_state["H_diag"], 1, "H_diag");
        const Value step = m_state["t"];
        if (const auto number = readNumber(step))
            memory.step = step.is(ValueKind::Tensor) ? PythonNumber(tensor(step, 1, "t")) : PythonNumber(*number);
        check(memory);
        return m_error ? Result<Memory>(*m_error) : Result<Memory>(std::move(memory));
    }

private:
    at::Tensor tensor(Value value, std::int64_t elements, std::string_view key)
    {
        if (!value.is(ValueKind::Tensor))
            return {};
        auto read = readTensor(value);
        if (!read) {
            m_error = read.error();
            return at::zeros({}, m_like.options());
        }
        if (read->numel() != elements)
            m_error =
                misfit(fmt::format("{} of the file's LBFGS has {} elements, and the optimizer's parameters have {}",
                                   key, read->numel(), elements));
        return read->to(m_like.device(), m_like.scalar_type());
    }

    template<typename Tensors>
    Tensors tensors(std::string_view key, std::int64_t elements)
    {
        Tensors list;
        const Value values = m_state[key];
        for (std::size_t i = 0; i < values.count(); ++i)
            list.push_back(tensor(values.at(i), elements, key));
        return list;
    }

    void check(const Memory &memory)
    {
        const auto undefined = [](const at::Tensor &each) { return !each.defined(); };
        const bool whole = memory.gradientChanges.size() == memory.moves.size()
                           && memory.weights.size() == memory.moves.size()
                           && std::none_of(memory.moves.begin(), memory.moves.end(), undefined)
                           && std::none_of(memory.weights.begin(), memory.weights.end(), undefined)
                           && std::none_of(memory.gradientChanges.begin(), memory.gradientChanges.end(), undefined);
        if (!m_error
            && (!whole || (memory.iterations > 0 && (undefined(memory.direction) || undefined(memory.gradient)))))
            m_error = misfit("The history in the file's LBFGS is incomplete");
    }

    Value m_state;
    const at::Tensor &m_like;
    std::int64_t m_elements;
    std::optional<Error> m_error;
};

Result<void> Lbfgs::takeExtraState(Value stateDict)
{
    const auto slots = optimizerView(stateDict)->slots();
    if (slots[0].empty() || !slots[0][0].state.isValid()) {
        m_memory = {};
        return {};
    }
    std::int64_t elements = 0;
    for (const at::Tensor &parameter : parameters())
        elements += parameter.numel();
    auto memory = MemoryReader(slots[0][0].state, parameters()[0], elements).read();
    if (!memory)
        return memory.error();
    m_memory = std::move(*memory);
    return {};
}

}  // namespace

OptimizerPtr makeLbfgs(const OptimizerDefinition &definition, std::vector<ParameterGroup> groups,
                       const GroupSettings &settings)
{
    return std::make_unique<Lbfgs>(definition, std::move(groups), settings);
}

}  // namespace waypoint
