// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/models/model_choice.h"

#include "ui/models/text.h"

#include <QtCore/QCoreApplication>
#include <QtCore/QStringList>

#include <cstdint>
#include <vector>

namespace waypoint {

namespace {

constexpr std::int64_t kLargestSize = 1'000'000'000;  ///< as waypoint-train takes them

QString tr(const char *text) { return QCoreApplication::translate("ModelChoice", text); }

/// 0 where it is none.
std::int64_t positive(const QString &text)
{
    bool ok = false;
    const qlonglong number = text.toLongLong(&ok);
    const bool digits = !text.isEmpty() && text.front().isDigit();
    return ok && digits && number > 0 && number <= kLargestSize ? number : 0;
}

/// Empty where they are no sizes of layers.
std::vector<std::int64_t> sizesOf(const QString &text)
{
    std::vector<std::int64_t> sizes;
    for (const QString &piece : text.split(QLatin1Char('-'))) {
        sizes.push_back(positive(piece));
        if (sizes.back() == 0)
            return {};
    }
    return sizes.size() < 2 ? std::vector<std::int64_t>() : sizes;
}

QString outputsText(std::int64_t outputs)
{
    return outputs == 1 ? tr("1 output") : tr("%1 outputs").arg(text::integer(outputs));
}

}  // namespace

ModelChoice modelChoice(const QString &model)
{
    const qsizetype colon = model.indexOf(QLatin1Char(':'));
    if (colon < 0)
        return {model, {}};
    return {model.left(colon), model.mid(colon + 1)};
}

QString modelChoiceProblem(const ModelChoice &choice)
{
    if (choice.kind == QLatin1String("script") && choice.rest.isEmpty())
        return tr("Choose a TorchScript file, or drop one here.");
    if (choice.kind == QLatin1String("module") && choice.rest.isEmpty())
        return tr("Choose a file that torch.save(model, …) wrote, or drop one here.");
    if (choice.isFile())
        return {};
    if (choice.kind == QLatin1String("mlp"))
        return sizesOf(choice.rest).empty()
                   ? tr("Name the sizes of its layers from input to output with - between them, as in 4-16-3.")
                   : QString();
    return choice.rest.isEmpty() || positive(choice.rest) > 0
               ? QString()
               : tr("“%1” is no number of outputs. Leave it empty for as many as the data has classes.")
                     .arg(choice.rest);
}

QString modelDescription(const TrainerModel &model)
{
    QString sample = text::fromUtf8(model.sample);
    if (sample.contains(QLatin1Char('x')))
        sample.replace(QLatin1Char('x'), QChar(0x00d7));
    else
        sample = tr("%1 features").arg(sample);
    return tr("%1 Takes %2, gives %3.").arg(text::fromUtf8(model.description), sample, outputsText(model.outputs));
}

QString mlpDescription(const QString &text)
{
    const auto sizes = sizesOf(text);
    if (sizes.empty())
        return {};
    double parameters = 0;
    for (std::size_t i = 0; i + 1 < sizes.size(); ++i)
        parameters += double(sizes[i] + 1) * double(sizes[i + 1]);
    return tr("Takes %1 features, gives %2 · %3 parameters")
        .arg(text::integer(sizes.front()), outputsText(sizes.back()), text::number(parameters));
}

}  // namespace waypoint
