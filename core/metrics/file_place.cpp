// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/metrics/file_place.h"

#include "core/checkpoint/role_words.h"
#include "core/metrics/numbers_in_name.h"

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
    return numberRole(name, false) ? Tells::Value : Tells::Nothing;
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
        else if (tells == Tells::Nothing && number == std::floor(number))
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
