// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QtCore/QString>

#include <cstdint>
#include <limits>
#include <span>
#include <string_view>
#include <vector>

namespace waypoint {

/// A setting of a training as one types it: Python's notation, whatever the locale.
struct TrainSetting
{
    enum class Kind { Integer, Number, Pair, Flag, Choice };

    const char *name = "";  ///< PyTorch's or the option's: "weight_decay", "clip-grad"
    Kind kind = Kind::Number;
    const char *fallback = "";  ///< what stands for an empty field
    const char *help = "";      ///< one sentence, to be translated in the context "training"
    double least = -std::numeric_limits<double>::infinity();
    double most = std::numeric_limits<double>::infinity();
    bool aboveLeast = false;  ///< `least` itself is not allowed
    bool belowMost = false;
    std::vector<const char *> choices = {};

    [[nodiscard]] QString helpText() const;
    [[nodiscard]] QString fallbackText() const;
};

/// Why the text is no value for it, as a sentence without its subject: "must be above 0". Empty where it is one, or
/// where nothing is typed.
[[nodiscard]] QString settingProblem(const TrainSetting &setting, const QString &text);

/// Numbers as fields hold them: read back as the same number.
[[nodiscard]] QString settingText(double value);
[[nodiscard]] QString settingText(std::int64_t value);
[[nodiscard]] QString settingText(std::uint64_t value);

/// False, and `into` as it was, where the text is none.
bool readSetting(const QString &text, double &into);
bool readSetting(const QString &text, std::int64_t &into);
bool readSetting(const QString &text, std::uint64_t &into);

/// An optimizer that waypoint-train knows, with the arguments of torch.optim's class.
struct TrainOptimizer
{
    const char *name = "";  ///< "adamw"
    const char *className = "";
    const char *lr = "";  ///< PyTorch's
    const char *help = "";
    std::vector<TrainSetting> arguments;

    [[nodiscard]] QString helpText() const;
};
[[nodiscard]] std::span<const TrainOptimizer> trainOptimizers();
/// By name or class; null where there is none.
[[nodiscard]] const TrainOptimizer *findTrainOptimizer(std::string_view name);

}  // namespace waypoint
