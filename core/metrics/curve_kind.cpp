// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/checkpoint/role_words.h"
#include "core/metrics/curves.h"

#include <algorithm>

namespace waypoint {

namespace {

bool isLetter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }
char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

/// Runs of letters, whatever their capitals: "mAP50-95(B)" -> map, b. Beside wordsOf(), which cuts at capitals too.
std::vector<std::string> letterWords(std::string_view name)
{
    std::vector<std::string> words(1);
    for (const char c : name) {
        if (isLetter(c))
            words.back().push_back(lower(c));
        else if (!words.back().empty())
            words.emplace_back();
    }
    return words;
}

bool endsIn(const std::vector<std::string> &words, std::string_view end)
{
    return std::any_of(words.begin(), words.end(), [&](const std::string &word) { return word.ends_with(end); });
}

}  // namespace

CurveKind curveKind(std::string_view name)
{
    auto words = wordsOf(name);
    for (auto &word : letterWords(name))
        words.push_back(std::move(word));
    if (hasWord(words, {"lr", "lrs", "learningrate"}) || (hasWord(words, {"learning"}) && hasWord(words, {"rate"})))
        return CurveKind::LearningRate;
    if (hasWord(words, {"losses", "nll", "ce", "bce", "xent", "crossentropy", "cost", "elbo", "kl", "mse", "mae"})
        || endsIn(words, "loss"))
        return CurveKind::Loss;
    // F1 and top1 lose their digit: as single letters they would say nothing.
    const bool ranked = hasWord(words, {"f", "r"}) && hasWord(words, {"1", "2"});
    if (ranked || endsIn(words, "acc")
        || hasWord(words, {"accs",      "accuracy", "accuracies", "top", "map",   "ap",    "ar",     "iou",
                           "miou",      "dice",     "recall",     "auc", "auroc", "auprc", "fscore", "prec",
                           "precision", "jaccard",  "kappa",      "mcc", "bleu",  "rouge"}))
        return CurveKind::Accuracy;
    return CurveKind::Other;
}

}  // namespace waypoint
