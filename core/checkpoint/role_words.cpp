// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/checkpoint/role_words.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <span>
#include <utility>

namespace waypoint {

namespace {

/// Names longer than this are no names of fields (and would make the edit distance slow).
constexpr std::size_t kLongestName = 96;
/// A path of a few names.
constexpr std::size_t kLongestPath = 400;

// Locale-free: names come from files of any country.
bool isUpper(char c) { return c >= 'A' && c <= 'Z'; }
bool isLower(char c) { return c >= 'a' && c <= 'z'; }
bool isDigit(char c) { return c >= '0' && c <= '9'; }
char lower(char c) { return isUpper(c) ? static_cast<char>(c - 'A' + 'a') : c; }

std::string lowered(std::string_view text)
{
    std::string result(text);
    std::transform(result.begin(), result.end(), result.begin(), lower);
    return result;
}

std::string joined(const std::vector<std::string> &words)
{
    std::string result;
    for (const std::string &word : words) {
        if (!result.empty())
            result.push_back('_');
        result += word;
    }
    return result;
}

bool contains(std::span<const std::string_view> list, std::string_view word)
{
    return std::find(list.begin(), list.end(), word) != list.end();
}

constexpr std::array<std::string_view, 22> kEpochNames{
    "epoch",         "cur_epoch",        "current_epoch",  "epoch_num",     "epoch_number",   "epoch_idx",
    "epoch_index",   "epoch_id",         "epoch_i",        "i_epoch",       "epoch_counter",  "train_epoch",
    "trained_epoch", "trained_epochs",   "epochs_trained", "epochs_run",    "finished_epoch", "completed_epochs",
    "epochs_done",   "epochs_completed", "now_epoch",      "current_epochs"};
constexpr std::array<std::string_view, 8> kLikelyEpochNames{"epochs", "start_epoch",   "last_epoch",   "n_epoch",
                                                            "ep",     "initial_epoch", "resume_epoch", "epoch_count"};
constexpr std::array<std::string_view, 36> kStepNames{"step",
                                                      "steps",
                                                      "global_step",
                                                      "global_steps",
                                                      "iteration",
                                                      "iterations",
                                                      "iter",
                                                      "iters",
                                                      "num_updates",
                                                      "train_step",
                                                      "train_steps",
                                                      "training_step",
                                                      "training_steps",
                                                      "current_step",
                                                      "cur_step",
                                                      "n_iter",
                                                      "niter",
                                                      "it",
                                                      "itr",
                                                      "iter_num",
                                                      "cur_iter",
                                                      "current_iter",
                                                      "last_iter",
                                                      "iter_count",
                                                      "step_count",
                                                      "global_iter",
                                                      "global_iteration",
                                                      "update",
                                                      "updates",
                                                      "num_timesteps",
                                                      "timesteps",
                                                      "optimizer_step",
                                                      "step_num",
                                                      "steps_done",
                                                      "batches_done",
                                                      "current_iteration"};
constexpr std::array<std::string_view, 6> kLikelyStepNames{"num_steps", "total_steps", "num_iters",
                                                           "n_steps",   "num_batches", "total_iter"};
constexpr std::array<std::string_view, 17> kNotALoss{"scale",    "scaler",    "weight",  "weights", "fn",   "func",
                                                     "function", "type",      "name",    "lambda",  "coef", "coeff",
                                                     "factor",   "criterion", "counter", "epoch",   "step"};
constexpr std::array<std::string_view, 40> kMetricWords{
    "acc",    "accuracy", "accuracies", "prec",  "recall",     "auc",  "auroc", "miou", "iou",     "dice",
    "psnr",   "ssim",     "bleu",       "rouge", "wer",        "cer",  "rmse",  "mse",  "mae",     "score",
    "metric", "fitness",  "reward",     "ppl",   "perplexity", "fid",  "kappa", "mcc",  "auprc",   "f1",
    "elo",    "winrate",  "mrr",        "ndcg",  "lpips",      "mape", "eer",   "pck",  "jaccard", "spearman"};
/// Words that name a metric only where the number has a fraction: counts and settings use them too.
constexpr std::array<std::string_view, 9> kFractionMetricWords{"map", "error", "err",    "precision", "best",
                                                               "r2",  "top1",  "return", "top5"};
constexpr std::array<std::string_view, 24> kNotAMetric{
    "name", "type",  "mode", "fn",   "func", "function", "threshold", "patience", "counter", "weight", "key", "epoch",
    "step", "steps", "iter", "path", "idx",  "index",    "count",     "num",      "size",    "decay",  "lr",  "seed"};

/// Words cut at separators only, digits kept: "mAP50" -> map50, "f1" -> f1.
std::vector<std::string> plainWords(std::string_view name)
{
    std::vector<std::string> words(1);
    for (const char c : name) {
        if (isUpper(c) || isLower(c) || isDigit(c))
            words.back().push_back(lower(c));
        else if (!words.back().empty())
            words.emplace_back();
    }
    return words;
}

bool anyOf(const std::vector<std::string> &words, std::span<const std::string_view> list)
{
    return std::any_of(words.begin(), words.end(), [&](const std::string &word) { return contains(list, word); });
}

/// mAP, mAP50, mIoU, f1, acc@1 in any spelling: words cut at capitals, at separators, and without trailing digits.
std::vector<std::string> spellings(std::string_view name)
{
    std::vector<std::string> words = wordsOf(name);
    for (std::string word : plainWords(name)) {
        words.push_back(word);
        while (!word.empty() && isDigit(word.back()))
            word.pop_back();
        words.push_back(std::move(word));
    }
    return words;
}

std::optional<NumberRole> progressRole(std::string_view name, bool whole)
{
    if (contains(kEpochNames, name))
        return NumberRole{Role::Epoch};
    if (whole && contains(kLikelyEpochNames, name))
        return NumberRole{Role::Epoch, Certainty::Likely};
    if (whole && contains(kStepNames, name))
        return NumberRole{Role::Step};
    if (whole && contains(kLikelyStepNames, name))
        return NumberRole{Role::Step, Certainty::Likely};
    return std::nullopt;
}

std::optional<NumberRole> resultRole(std::string_view name, bool whole)
{
    const auto words = spellings(name);
    const bool loss = anyOf(words, std::array<std::string_view, 2>{"loss", "losses"});
    if (loss)
        return anyOf(words, kNotALoss) ? std::nullopt : std::optional(NumberRole{Role::Loss});
    if (anyOf(words, kNotAMetric))
        return std::nullopt;
    if (anyOf(words, kMetricWords) || (!whole && anyOf(words, kFractionMetricWords)))
        return NumberRole{Role::Metric};
    return std::nullopt;
}

std::optional<NumberRole> misspeltRole(std::string_view name, bool whole)
{
    struct Known
    {
        std::string_view name;
        Role role;
    };
    // "loss", "step" and "acc" are too short: half of English is one letter away.
    constexpr std::array<Known, 10> kKnown{{{"epoch", Role::Epoch},
                                            {"current_epoch", Role::Epoch},
                                            {"global_step", Role::Step},
                                            {"iteration", Role::Step},
                                            {"iterations", Role::Step},
                                            {"train_loss", Role::Loss},
                                            {"val_loss", Role::Loss},
                                            {"valid_loss", Role::Loss},
                                            {"accuracy", Role::Metric},
                                            {"val_accuracy", Role::Metric}}};
    for (const Known &known : kKnown) {
        const std::size_t most = known.name.size() >= 8 ? 2 : 1;
        const bool counts = known.role == Role::Epoch || known.role == Role::Step;
        if ((!counts || whole) && name.front() == known.name.front() && editDistance(name, known.name, most) <= most)
            return NumberRole{known.role, Certainty::Likely, true};
    }
    return std::nullopt;
}

/// Words that say which role a thing has and not which thing it is.
constexpr std::array<std::string_view, 50> kRoleWords{
    "model",     "models",     "net",        "nets",         "network",   "networks", "module", "state",  "states",
    "dict",      "dicts",      "optimizer",  "optimizers",   "optimiser", "optim",    "opt",    "opti",   "weights",
    "weight",    "params",     "parameters", "pth",          "pt",        "pkl",      "bin",    "ckpt",   "checkpoint",
    "scheduler", "schedulers", "schedule",   "sched",        "lr",        "tar",      "sd",     "the",    "of",
    "for",       "my",         "param",      "param_groups", "saved",     "save",     "ema",    "shadow", "averaged",
    "adam",      "adamw",      "sgd",        "safetensors",  "dic"};

constexpr std::array<std::pair<std::string_view, std::string_view>, 14> kSynonyms{{{"generator", "g"},
                                                                                   {"gen", "g"},
                                                                                   {"discriminator", "d"},
                                                                                   {"disc", "d"},
                                                                                   {"dis", "d"},
                                                                                   {"discrim", "d"},
                                                                                   {"encoder", "enc"},
                                                                                   {"decoder", "dec"},
                                                                                   {"qf", "q"},
                                                                                   {"vf", "v"},
                                                                                   {"one", "1"},
                                                                                   {"two", "2"},
                                                                                   {"first", "1"},
                                                                                   {"second", "2"}}};

bool isRoleWord(const std::string &word)
{
    if (contains(kRoleWords, word))
        return true;
    // "optimzer", "optmizer", "schedular": long enough that two letters do not make another word of it.
    return word.size() >= 7 && (editDistance(word, "optimizer", 2) <= 2 || editDistance(word, "scheduler", 2) <= 2);
}

}  // namespace

std::vector<std::string> wordsOf(std::string_view name)
{
    std::vector<std::string> words;
    std::string word;
    const auto finish = [&] {
        if (!word.empty())
            words.push_back(std::move(word));
        word.clear();
    };
    for (std::size_t i = 0; i < std::min(name.size(), kLongestPath); ++i) {
        const char c = name[i];
        if (!isUpper(c) && !isLower(c) && !isDigit(c)) {
            finish();
            continue;
        }
        const char before = i > 0 ? name[i - 1] : '\0';
        const bool nextIsLower = i + 1 < name.size() && isLower(name[i + 1]);
        const bool newWord =
            (isUpper(c) && (isLower(before) || (isUpper(before) && nextIsLower))) || (isDigit(c) != isDigit(before));
        if (newWord)
            finish();
        word.push_back(lower(c));
    }
    finish();
    return words;
}

bool hasWord(const std::vector<std::string> &words, std::initializer_list<std::string_view> wanted)
{
    return anyOf(words, std::span(wanted.begin(), wanted.size()));
}

std::size_t editDistance(std::string_view a, std::string_view b, std::size_t most)
{
    const std::size_t difference = a.size() > b.size() ? a.size() - b.size() : b.size() - a.size();
    if (difference > most || a.size() > kLongestName || b.size() > kLongestName)
        return most + 1;
    // Optimal string alignment: three rows of the usual table.
    std::array<std::array<std::uint8_t, kLongestName + 1>, 3> rows{};
    for (std::size_t j = 0; j <= b.size(); ++j)
        rows[0][j] = static_cast<std::uint8_t>(j);
    for (std::size_t i = 1; i <= a.size(); ++i) {
        auto &row = rows[i % 3];
        const auto &above = rows[(i - 1) % 3];
        const auto &twoAbove = rows[(i + 1) % 3];
        row[0] = static_cast<std::uint8_t>(i);
        for (std::size_t j = 1; j <= b.size(); ++j) {
            const int replaced = above[j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1);
            int best = std::min({above[j] + 1, row[j - 1] + 1, replaced});
            if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
                best = std::min(best, twoAbove[j - 2] + 1);
            row[j] = static_cast<std::uint8_t>(best);
        }
    }
    return std::min<std::size_t>(rows[a.size() % 3][b.size()], most + 1);
}

std::optional<NumberRole> numberRole(std::string_view name, bool whole)
{
    if (name.empty() || name.size() > kLongestName)
        return std::nullopt;
    const std::string plain = lowered(name);
    const std::string normal = joined(wordsOf(name));
    for (const std::string &spelling : {plain, normal})
        if (const auto role = progressRole(spelling, whole))
            return role;
    if (const auto role = resultRole(name, whole))
        return role;
    return misspeltRole(plain, whole);
}

bool saysAveraged(std::string_view name)
{
    const auto words = wordsOf(name);
    if (hasWord(words, {"ema", "shadow", "swa", "polyak", "emas"}))
        return true;
    return hasWord(words, {"averaged", "average", "avg", "averaging"})
           && hasWord(words,
                      {"model", "module", "net", "network", "state", "params", "parameters", "weights", "weight"});
}

bool saysSettings(std::string_view name)
{
    return hasWord(wordsOf(name), {"args",      "config",  "configs",   "configuration",   "cfg",
                                   "conf",      "hparams", "hyper",     "hyperparameters", "hyperparams",
                                   "hps",       "hp",      "options",   "option",          "opts",
                                   "opt",       "flags",   "settings",  "setting",         "kwargs",
                                   "arguments", "params",  "parameters"});
}

bool saysCurve(std::string_view name)
{
    if (resultRole(name, false))
        return true;
    return hasWord(wordsOf(name), {"loss",    "losses", "accs",    "accuracies", "history", "hist",    "curve",
                                   "curves",  "log",    "logs",    "lrs",        "scores",  "rewards", "errors",
                                   "metrics", "record", "records", "results",    "scalars", "errs",    "returns"});
}

std::string distinguishingWords(std::string_view name)
{
    std::vector<std::string> rest;
    for (std::string &word : wordsOf(name)) {
        if (isRoleWord(word))
            continue;
        for (const auto &[spelling, meaning] : kSynonyms)
            if (word == spelling)
                word = meaning;
        rest.push_back(std::move(word));
    }
    std::sort(rest.begin(), rest.end());
    return joined(rest);
}

}  // namespace waypoint
