// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/training/optimizers/gradient_clipping.h"

#include <vector>

namespace waypoint {

double clipGradientNorm(std::span<const at::Tensor> parameters, double maxNorm, double normType)
{
    const at::NoGradGuard noGrad;
    std::vector<at::Tensor> norms;
    for (const at::Tensor &parameter : parameters)
        if (const at::Tensor &gradient = parameter.grad(); gradient.defined())
            norms.push_back(at::linalg_vector_norm(gradient, normType));
    if (norms.empty())
        return 0;
    for (at::Tensor &norm : norms)
        norm = norm.to(norms.front().device());
    const at::Tensor total = at::linalg_vector_norm(at::stack(norms), normType);
    const double before = total.item<double>();
    // The small addend is PyTorch's; it keeps a norm of 0 from dividing.
    const at::Tensor factor = total.add(1e-6).reciprocal_().mul_(maxNorm);
    if (factor.item<double>() >= 1)
        return before;
    for (const at::Tensor &parameter : parameters)
        if (const at::Tensor &gradient = parameter.grad(); gradient.defined())
            gradient.mul_(factor.to(gradient.device()));
    return before;
}

}  // namespace waypoint
