// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later

// Adam and its kin. The operations and their order are those of torch.optim's single-tensor form.
#include "core/training/optimizers/update_rule.h"

#include <cmath>

namespace waypoint {

namespace {

/// What all of them are set with.
struct AdamSettings
{
    explicit AdamSettings(const GroupSettings &settings)
        : lr(settings.number("lr")),
          beta1(settings.betas().first),
          beta2(settings.betas().second),
          eps(settings.number("eps")),
          decay(settings.number("weight_decay"))
    {
    }

    double lr;
    double beta1;
    double beta2;
    double eps;
    double decay;
};

/// Weight decay as a part of the gradient (L2), or apart from it ("Decoupled Weight Decay Regularization").
void decayWeights(const AdamSettings &settings, bool decoupled, Piece &piece)
{
    if (settings.decay == 0)
        return;
    if (decoupled)
        piece.parameter.mul_(1 - settings.lr * settings.decay);
    else
        piece.gradient = piece.gradient.add(piece.parameter, settings.decay);
}

void moveMoments(const AdamSettings &settings, const at::Tensor &first, const at::Tensor &second,
                 const at::Tensor &gradient)
{
    moveAverage(first, gradient, settings.beta1);
    second.mul_(settings.beta2).addcmul_(gradient, gradient, 1 - settings.beta2);
}

template<bool decoupled>
class Adam
{
public:
    explicit Adam(const GroupSettings &settings) : m_settings(settings), m_amsgrad(settings.flag("amsgrad")) {}

    struct Coefficients
    {
        double stepSize;
        double correction;  ///< square root of the second moment's bias correction
    };

    [[nodiscard]] Coefficients begin(std::span<const at::Tensor> state) const
    {
        const double step = countStep(state[0]);
        return {m_settings.lr / (1 - std::pow(m_settings.beta1, step)),
                std::sqrt(1 - std::pow(m_settings.beta2, step))};
    }

    void apply(const Coefficients &coefficients, Piece &piece) const
    {
        const at::Tensor &first = piece.state[1];
        const at::Tensor &second = piece.state[2];
        decayWeights(m_settings, decoupled, piece);
        moveMoments(m_settings, first, second, piece.gradient);
        if (m_amsgrad)
            at::maximum_out(piece.state[3], piece.state[3], second);
        const at::Tensor &scaled = m_amsgrad ? piece.state[3] : second;
        piece.parameter.addcdiv_(first, scaled.sqrt().div_(coefficients.correction).add_(m_settings.eps),
                                 -coefficients.stepSize);
    }

private:
    AdamSettings m_settings;
    bool m_amsgrad;
};

class Adamax
{
public:
    explicit Adamax(const GroupSettings &settings) : m_settings(settings) {}

    /// The learning rate, corrected for the bias.
    [[nodiscard]] double begin(std::span<const at::Tensor> state) const
    {
        return m_settings.lr / (1 - std::pow(m_settings.beta1, countStep(state[0])));
    }

    void apply(double lr, Piece &piece) const
    {
        const at::Tensor &average = piece.state[1];
        at::Tensor &norm = piece.state[2];
        decayWeights(m_settings, false, piece);
        moveAverage(average, piece.gradient, m_settings.beta1);
        norm.mul_(m_settings.beta2);
        at::maximum_out(norm, norm, piece.gradient.abs().add_(m_settings.eps));
        piece.parameter.addcdiv_(average, norm, -lr);
    }

private:
    AdamSettings m_settings;
};

class NAdam
{
public:
    explicit NAdam(const GroupSettings &settings)
        : m_settings(settings),
          m_momentumDecay(settings.number("momentum_decay")),
          m_decoupled(settings.flag("decoupled_weight_decay"))
    {
    }

    struct Coefficients
    {
        double correction;
        double gradientStep;
        double averageStep;
    };

    [[nodiscard]] Coefficients begin(std::span<const at::Tensor> state) const
    {
        const double step = countStep(state[0]);
        const double mu = momentumAt(step);
        const double next = momentumAt(step + 1);
        const at::Tensor &product = state[1];
        product.mul_(mu);
        return {1 - std::pow(m_settings.beta2, step), -m_settings.lr * (1.0 - mu) / (1.0 - product.item<double>()),
                -m_settings.lr * next / (1.0 - nextProduct(product, mu, next))};
    }

    void apply(const Coefficients &coefficients, Piece &piece) const
    {
        const at::Tensor &first = piece.state[2];
        const at::Tensor &second = piece.state[3];
        decayWeights(m_settings, m_decoupled, piece);
        moveMoments(m_settings, first, second, piece.gradient);
        const at::Tensor scale = second.div(coefficients.correction).sqrt_().add_(m_settings.eps);
        piece.parameter.addcdiv_(piece.gradient, scale, coefficients.gradientStep);
        piece.parameter.addcdiv_(first, scale, coefficients.averageStep);
    }

private:
    [[nodiscard]] double momentumAt(double step) const
    {
        return m_settings.beta1 * (1.0 - 0.5 * std::pow(0.96, step * m_momentumDecay));
    }

    /// PyTorch 1 multiplied this step's momentum in a second time; 2.0 corrected it.
    static double nextProduct(const at::Tensor &product, double mu, double next)
    {
        if constexpr (TORCH_VERSION_MAJOR >= 2)
            return product.item<double>() * next;
        else
            return product.mul(mu).mul_(next).item<double>();
    }

    AdamSettings m_settings;
    double m_momentumDecay;
    bool m_decoupled;
};

class RAdam
{
public:
    explicit RAdam(const GroupSettings &settings)
        : m_settings(settings), m_decoupled(settings.flag("decoupled_weight_decay"))
    {
    }

    struct Coefficients
    {
        double firstCorrection;
        double secondCorrection;
        double rectification;  ///< 0 while the variance cannot be told yet
    };

    [[nodiscard]] Coefficients begin(std::span<const at::Tensor> state) const
    {
        const double step = countStep(state[0]);
        const double power = std::pow(m_settings.beta2, step);
        const double longest = 2 / (1 - m_settings.beta2) - 1;
        const double length = longest - 2 * step * power / (1 - power);
        const double ratio = (length - 4) * (length - 2) * longest / ((longest - 4) * (longest - 2) * length);
        return {1 - std::pow(m_settings.beta1, step), 1 - power, length > 5.0 ? std::sqrt(ratio) : 0};
    }

    void apply(const Coefficients &coefficients, Piece &piece) const
    {
        const at::Tensor &first = piece.state[1];
        const at::Tensor &second = piece.state[2];
        decayWeights(m_settings, m_decoupled, piece);
        moveMoments(m_settings, first, second, piece.gradient);
        const at::Tensor update = first.div(coefficients.firstCorrection).mul_(m_settings.lr);
        if (coefficients.rectification != 0)
            update.mul_(second.sqrt().add_(m_settings.eps).reciprocal_().mul_(std::sqrt(coefficients.secondCorrection)))
                .mul_(coefficients.rectification);
        piece.parameter.add_(update, -1.0);
    }

private:
    AdamSettings m_settings;
    bool m_decoupled;
};

}  // namespace

void adamStep(const OptimizerDefinition &definition, const GroupSettings &settings,
              std::span<const at::Tensor> parameters, std::span<ParameterState> states)
{
    stepGroup<Adam<false>>(definition, settings, parameters, states);
}

void adamwStep(const OptimizerDefinition &definition, const GroupSettings &settings,
               std::span<const at::Tensor> parameters, std::span<ParameterState> states)
{
    stepGroup<Adam<true>>(definition, settings, parameters, states);
}

void adamaxStep(const OptimizerDefinition &definition, const GroupSettings &settings,
                std::span<const at::Tensor> parameters, std::span<ParameterState> states)
{
    stepGroup<Adamax>(definition, settings, parameters, states);
}

void nadamStep(const OptimizerDefinition &definition, const GroupSettings &settings,
               std::span<const at::Tensor> parameters, std::span<ParameterState> states)
{
    stepGroup<NAdam>(definition, settings, parameters, states);
}

void radamStep(const OptimizerDefinition &definition, const GroupSettings &settings,
               std::span<const at::Tensor> parameters, std::span<ParameterState> states)
{
    stepGroup<RAdam>(definition, settings, parameters, states);
}

}  // namespace waypoint
