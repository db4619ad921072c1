// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/models/epoch_weights.h"

#include "ui/models/text.h"

#include <QtCore/QCoreApplication>

#include <algorithm>
#include <cmath>
#include <numeric>

namespace waypoint {

namespace {

bool fits(const EpochScalar &scalar, const std::vector<std::size_t> &files)
{
    return scalar.kind != CurveKind::LearningRate && std::all_of(files.begin(), files.end(), [&](std::size_t file) {
               return std::isfinite(scalar.values[file]) && std::isfinite(1 / scalar.values[file])
                      && scalar.values[file] > 0;
           });
}

}  // namespace

std::vector<EpochWeighting> weightingsFor(const EpochRun &run, const std::vector<std::size_t> &files)
{
    std::vector<EpochWeighting> weightings{{EpochWeighting::Kind::Alike, 0}, {EpochWeighting::Kind::Later, 0}};
    for (std::size_t i = 0; i < run.scalars.size(); ++i)
        if (fits(run.scalars[i], files))
            weightings.push_back({EpochWeighting::Kind::Scalar, i});
    return weightings;
}

QString weightingName(const EpochRun &run, const EpochWeighting &weighting)
{
    const auto tr = [](const char *sentence) { return QCoreApplication::translate("EpochWeights", sentence); };
    switch (weighting.kind) {
    case EpochWeighting::Kind::Alike:
        return tr("All alike");
    case EpochWeighting::Kind::Later:
        return tr("Later ones count more (1, 2, 3, …)");
    case EpochWeighting::Kind::Scalar:
        break;
    }
    const std::string &name = run.scalars[weighting.scalar].name;
    return (isBetterLower(name) ? tr("By %1 (lower counts more)") : tr("By %1 (higher counts more)"))
        .arg(text::fromUtf8(name));
}

std::vector<double> weightsOf(const EpochRun &run, const std::vector<std::size_t> &files,
                              const EpochWeighting &weighting)
{
    std::vector<double> weights;
    for (std::size_t i = 0; i < files.size(); ++i) {
        double weight = 1;
        if (weighting.kind == EpochWeighting::Kind::Later) {
            weight = static_cast<double>(i + 1);
        } else if (weighting.kind == EpochWeighting::Kind::Scalar) {
            const EpochScalar &scalar = run.scalars[weighting.scalar];
            weight = isBetterLower(scalar.name) ? 1 / scalar.values[files[i]] : scalar.values[files[i]];
        }
        weights.push_back(weight);
    }
    // Divided by the largest first: a sum of huge numbers would be infinite.
    const double largest = weights.empty() ? 1 : *std::max_element(weights.begin(), weights.end());
    for (double &weight : weights)
        weight /= largest;
    const double sum = std::accumulate(weights.begin(), weights.end(), 0.0);
    for (double &weight : weights)
        weight /= sum;
    return weights;
}

}  // namespace waypoint
