// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/io/random_access_file.h"
#include "core/metrics/json_text.h"
#include "core/metrics/metrics_log.h"

#include <nlohmann/json.hpp>

#include <optional>

namespace waypoint {

namespace {

using Json = nlohmann::ordered_json;

std::optional<double> numberOf(const Json &value)
{
    if (value.is_number())
        return value.get<double>();
    if (value.is_string())
        return numberOfWord(value.get_ref<const std::string &>());
    return std::nullopt;
}

/// Nothing for a line that is not one of metrics: it has no step.
std::optional<MetricsLine> lineOf(const Json &object)
{
    const auto step = object.find("step");
    if (step == object.end() || !step->is_number_integer())
        return std::nullopt;
    MetricsLine line{.step = step->get<std::int64_t>()};
    for (const auto &[name, value] : object.items()) {
        if (name == "step")
            continue;
        if (name == "epoch" && value.is_number_integer())
            line.epoch = value.get<std::int64_t>();
        else if (const auto number = numberOf(value); number && name == "time")
            line.time = *number;
        else if (number)
            line.values.emplace_back(name, *number);
    }
    return line;
}

void addLine(std::vector<MetricsLine> &lines, std::string_view text)
{
    const auto object = Json::parse(text, nullptr, false);
    if (!object.is_object())
        return;
    const auto resumed = object.find("resumed_from_step");
    if (resumed != object.end() && resumed->is_number_integer()) {
        const auto step = resumed->get<std::int64_t>();
        std::erase_if(lines, [step](const MetricsLine &line) { return line.step > step; });
    } else if (auto line = lineOf(object)) {
        lines.push_back(*std::move(line));
    }
}

}  // namespace

Result<std::vector<MetricsLine>> readMetrics(const std::filesystem::path &path)
{
    const auto file = openFile(path);
    if (!file)
        return file.error();
    const auto bytes = readRange(**file, {{0}, (*file)->size()});
    if (!bytes)
        return bytes.error();
    std::string_view rest(reinterpret_cast<const char *>(bytes->data()), bytes->size());
    std::vector<MetricsLine> lines;
    while (!rest.empty()) {
        const auto end = std::min(rest.find('\n'), rest.size());
        addLine(lines, rest.substr(0, end));
        rest.remove_prefix(std::min(end + 1, rest.size()));
    }
    return lines;
}

}  // namespace waypoint
