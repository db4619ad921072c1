// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later

// SGD, RMSprop, Adagrad and Adadelta. The operations and their order are those of torch.optim's single-tensor form:
// each rounds once, so another order would end in other bits.
#include "core/training/optimizers/update_rule.h"

namespace waypoint {

namespace {

struct NoCoefficients
{
};

class Sgd
{
public:
    explicit Sgd(const GroupSettings &settings)
        : m_lr(settings.number("lr")),
          m_momentum(settings.number("momentum")),
          m_dampening(settings.number("dampening")),
          m_decay(settings.number("weight_decay")),
          m_nesterov(settings.flag("nesterov"))
    {
    }

    [[nodiscard]] NoCoefficients begin(std::span<const at::Tensor>) const { return {}; }

    void apply(NoCoefficients, Piece &piece) const
    {
        at::Tensor &gradient = piece.gradient;
        if (m_decay != 0)
            gradient = gradient.add(piece.parameter, m_decay);
        if (m_momentum != 0) {
            at::Tensor &buffer = piece.state[0];
            if (buffer.defined())
                buffer.mul_(m_momentum).add_(gradient, 1 - m_dampening);
            else
                buffer = gradient.clone();
            gradient = m_nesterov ? gradient.add(buffer, m_momentum) : buffer;
        }
        piece.parameter.add_(gradient, -m_lr);
    }

private:
    double m_lr;
    double m_momentum;
    double m_dampening;
    double m_decay;
    bool m_nesterov;
};

class RmsProp
{
public:
    explicit RmsProp(const GroupSettings &settings)
        : m_lr(settings.number("lr")),
          m_momentum(settings.number("momentum")),
          m_alpha(settings.number("alpha")),
          m_eps(settings.number("eps")),
          m_decay(settings.number("weight_decay")),
          m_centered(settings.flag("centered"))
    {
    }

    [[nodiscard]] NoCoefficients begin(std::span<const at::Tensor> state) const
    {
        countStep(state[0]);
        return {};
    }

    void apply(NoCoefficients, Piece &piece) const
    {
        const at::Tensor &squares = piece.state[1];
        at::Tensor &gradient = piece.gradient;
        if (m_decay != 0)
            gradient = gradient.add(piece.parameter, m_decay);
        squares.mul_(m_alpha).addcmul_(gradient, gradient, 1 - m_alpha);
        const at::Tensor scale = (m_centered ? variance(piece).sqrt_() : squares.sqrt()).add_(m_eps);
        if (m_momentum > 0) {
            const at::Tensor &buffer = piece.state[2];
            buffer.mul_(m_momentum).addcdiv_(gradient, scale);
            piece.parameter.add_(buffer, -m_lr);
        } else {
            piece.parameter.addcdiv_(gradient, scale, -m_lr);
        }
    }

private:
    [[nodiscard]] at::Tensor variance(Piece &piece) const
    {
        const at::Tensor &mean = piece.state[3];
        moveAverage(mean, piece.gradient, m_alpha);
        return piece.state[1].addcmul(mean, mean, -1);
    }

    double m_lr;
    double m_momentum;
    double m_alpha;
    double m_eps;
    double m_decay;
    bool m_centered;
};

class Adagrad
{
public:
    explicit Adagrad(const GroupSettings &settings)
        : m_lr(settings.number("lr")),
          m_lrDecay(settings.number("lr_decay")),
          m_eps(settings.number("eps")),
          m_decay(settings.number("weight_decay"))
    {
    }

    /// The learning rate of this step.
    [[nodiscard]] double begin(std::span<const at::Tensor> state) const
    {
        return m_lr / (1 + (countStep(state[0]) - 1) * m_lrDecay);
    }

    void apply(double lr, Piece &piece) const
    {
        const at::Tensor &sum = piece.state[1];
        at::Tensor &gradient = piece.gradient;
        if (m_decay != 0)
            gradient = gradient.add(piece.parameter, m_decay);
        sum.addcmul_(gradient, gradient, 1);
        piece.parameter.addcdiv_(gradient, sum.sqrt().add_(m_eps), -lr);
    }

private:
    double m_lr;
    double m_lrDecay;
    double m_eps;
    double m_decay;
};

class Adadelta
{
public:
    explicit Adadelta(const GroupSettings &settings)
        : m_lr(settings.number("lr")),
          m_rho(settings.number("rho")),
          m_eps(settings.number("eps")),
          m_decay(settings.number("weight_decay"))
    {
    }

    [[nodiscard]] NoCoefficients begin(std::span<const at::Tensor> state) const
    {
        countStep(state[0]);
        return {};
    }

    void apply(NoCoefficients, Piece &piece) const
    {
        const at::Tensor &squares = piece.state[1];
        const at::Tensor &deltas = piece.state[2];
        at::Tensor &gradient = piece.gradient;
        if (m_decay != 0)
            gradient = gradient.add(piece.parameter, m_decay);
        squares.mul_(m_rho).addcmul_(gradient, gradient, 1 - m_rho);
        const at::Tensor scale = squares.add(m_eps).sqrt_();
        const at::Tensor delta = deltas.add(m_eps).sqrt_().div_(scale).mul_(gradient);
        deltas.mul_(m_rho).addcmul_(delta, delta, 1 - m_rho);
        piece.parameter.add_(delta, -m_lr);
    }

private:
    double m_lr;
    double m_rho;
    double m_eps;
    double m_decay;
};

}  // namespace

void sgdStep(const OptimizerDefinition &definition, const GroupSettings &settings,
             std::span<const at::Tensor> parameters, std::span<ParameterState> states)
{
    stepGroup<Sgd>(definition, settings, parameters, states);
}

void rmspropStep(const OptimizerDefinition &definition, const GroupSettings &settings,
                 std::span<const at::Tensor> parameters, std::span<ParameterState> states)
{
    stepGroup<RmsProp>(definition, settings, parameters, states);
}

void adagradStep(const OptimizerDefinition &definition, const GroupSettings &settings,
                 std::span<const at::Tensor> parameters, std::span<ParameterState> states)
{
    stepGroup<Adagrad>(definition, settings, parameters, states);
}

void adadeltaStep(const OptimizerDefinition &definition, const GroupSettings &settings,
                  std::span<const at::Tensor> parameters, std::span<ParameterState> states)
{
    stepGroup<Adadelta>(definition, settings, parameters, states);
}

}  // namespace waypoint
