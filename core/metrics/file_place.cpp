// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/metrics/file_place.h"

#include "core/checkpoint/role_words.h"
#include "core/metrics/numbers_in_name.h"

#include <algorithm>
#include <cmath>

namespace waypoint {

namespace {

/// Lone numbers from here on count steps: nobody trains a thousand epochs and saves few of them.
constexpr double kSmallestStep = 1000;

enum class Tells { Epoch, Step, Nothing, Value };

Tells meaningOf(const std::string &name)
{
    const auto words = wordsOf(name);
    if (hasWord(words, {"epoch", "epochs", "ep"}) || (!words.empty() && words.back() == "e"))
        return Tells::Epoch;
    if (hasWord(words, {"step", "steps", "iter", "iters", "iteration", "it", "update", "updates"}))
        return Tells::Step;
    // "ckpt_best_50" is the fiftieth, which was the best.
    if (!words.empty() && (words.back() == "best" || words.back() == "last"))
        return Tells::Nothing;
    return numberRole(name, false) ? Tells::Value : Tells::Nothing;
}

bool isDigit(char c) { return c >= '0' && c <= '9'; }
bool isLetter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }

/// "vgg16-397923af": a part of a name that has both digits and letters, digits first, is a hash.
bool startsAHash(double number, std::string_view stem)
{
    const std::string digits = std::to_string(static_cast<long long>(std::min(number, 1e15)));
    const std::size_t after = stem.find(digits) + digits.size();
    return number >= kSmallestStep && after < stem.size() && isLetter(stem[after]);
}

/// "resnet18", "vgg_16", "mobilenet_v2", "yolov8n": numbers that belong to the name of an architecture. A number that
/// is glued to a word counts only after words for a file of weights: "ckpt12".
bool namesAnArchitecture(const std::string &name, std::string_view stem)
{
    const auto words = wordsOf(name);
    if (words.empty() || hasWord(words, {"checkpoint", "ckpt", "snapshot", "weights"}))
        return false;
    const std::string &last = words.back();
    if (hasWord({last}, {"v", "resnet", "vgg", "densenet", "resnext", "wideresnet", "yolo", "vit", "gpt", "bert"}))
        return true;
    const std::size_t after = stem.find(name) + name.size();
    const bool isGlued = after < stem.size() && isDigit(stem[after]);
    return isGlued && !hasWord({last}, {"model", "net", "g", "d"});
}

/// "model.pth.tar" -> "model": a stem may still have an ending.
std::string stemOf(const std::filesystem::path &file)
{
    auto stem = file.stem();
    if (file.extension() == ".tar" && stem.has_extension()
        && stem.extension().string().find_first_of("0123456789") == std::string::npos)
        stem = stem.stem();
    return stem.string();
}

}  // namespace

RecordPlace placeInName(const std::filesystem::path &file)
{
    RecordPlace place;
    std::vector<double> lone;
    const auto stem = stemOf(file);
    for (const auto &[name, number] : numbersInName(stem)) {
        const Tells tells = meaningOf(name);
        if (tells == Tells::Epoch && std::isnan(place.epoch))
            place.epoch = number;
        else if (tells == Tells::Step && std::isnan(place.step))
            place.step = number;
        else if (tells == Tells::Nothing && number == std::floor(number) && !namesAnArchitecture(name, stem)
                 && !startsAHash(number, stem))
            lone.push_back(number);
    }
    if (lone.size() == 1 && std::isnan(place.epoch) && std::isnan(place.step)) {
        // HF's checkpoint-500 is a step by name, whatever its size.
        const bool step = lone.front() >= kSmallestStep || stem.starts_with("checkpoint-");
        (step ? place.step : place.epoch) = lone.front();
    }
    return place;
}

std::vector<std::pair<std::string, double>> valuesInName(const std::filesystem::path &file)
{
    std::vector<std::pair<std::string, double>> values;
    for (auto &[name, number] : numbersInName(stemOf(file)))
        if (meaningOf(name) == Tells::Value)
            values.emplace_back(std::move(name), number);
    return values;
}

}  // namespace waypoint
