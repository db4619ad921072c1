// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/run/train_command.h"

#include "core/run/config_fields.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace waypoint {

namespace {

using Words = std::vector<std::string>;

/// "--name" and its value; as one word where the value would be taken for an option.
Words option(const std::string &name, const std::string &value)
{
    if (value.starts_with('-'))
        return {"--" + name + "=" + value};
    return {"--" + name, value};
}

/// A path that nobody takes for an option.
std::string pathWord(const std::filesystem::path &path)
{
    const std::string text = path.string();
    return text.starts_with('-') ? "./" + text : text;
}

/// The options that name the value of every field that can be named.
class OptionsOfFields
{
public:
    void operator()(std::string_view key, const std::string &value)
    {
        if (!value.empty())
            m_options.push_back(option(nameOf(key), value));
    }
    template<typename Number>
    void operator()(std::string_view key, const Number &value)
    {
        // A 0 of these stands for "chosen", and is refused on a command line.
        const bool chosen = value == 0 && (key == "epochs" || key == "batch_size" || key == "lr");
        if (!chosen)
            m_options.push_back(option(nameOf(key), fmt::format("{}", value)));
    }
    void operator()(std::string_view key, const bool &value)
    {
        // What is on unless said otherwise has an option that turns it off.
        const bool turnsOff = key == "shuffle" || key == "strict";
        const std::string name = key == "shuffle" ? "no-shuffle" : key == "strict" ? "non-strict" : nameOf(key);
        m_options.push_back({"--" + name + (value == turnsOff ? "=false" : "")});
    }
    void operator()(std::string_view key, const Arguments &value)
    {
        std::string name = nameOf(key);
        name.pop_back();  // --optimizer-arg once for each of optimizer_args
        for (const auto &[setting, text] : value.items())
            m_options.push_back(option(name, setting + "=" + text));
    }

    [[nodiscard]] const std::vector<Words> &options() const { return m_options; }

private:
    [[nodiscard]] static std::string nameOf(std::string_view key)
    {
        std::string name(key);
        std::replace(name.begin(), name.end(), '_', '-');
        return name;
    }

    std::vector<Words> m_options;
};

std::vector<Words> allOptions(const RunConfig &config)
{
    OptionsOfFields fields;
    eachConfigField(fields, config);
    return fields.options();
}

bool isPlain(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9')
           || std::string_view("_@%+=:,./-").find(c) != std::string_view::npos;
}

std::string shellWord(std::string_view word, bool first)
{
    // A first word with '=' would set a variable.
    const bool plain = !word.empty() && std::all_of(word.begin(), word.end(), isPlain)
                       && !(first && word.find('=') != std::string_view::npos);
    if (plain)
        return std::string(word);
    std::string quoted = "'";
    for (const char c : word)
        quoted += c == '\'' ? std::string("'\\''") : std::string(1, c);
    return quoted + "'";
}

}  // namespace

std::vector<std::string> optionsOf(const RunConfig &config, const RunConfig &base)
{
    const std::vector<Words> there = allOptions(base);
    std::vector<std::string> words;
    for (const Words &named : allOptions(config))
        if (std::find(there.begin(), there.end(), named) == there.end())
            words.insert(words.end(), named.begin(), named.end());
    return words;
}

std::vector<std::string> startCommand(const RunConfig &config, const std::filesystem::path &out)
{
    RunConfig told = config;
    told.optimizerSection.clear();  // of a checkpoint to resume
    std::vector<std::string> words{"start", "--out", pathWord(out)};
    const auto options = optionsOf(told);
    words.insert(words.end(), options.begin(), options.end());
    return words;
}

std::vector<std::string> resumeCommand(const ResumeChoice &choice)
{
    std::vector<std::string> words{"resume", pathWord(choice.checkpoint)};
    const auto add = [&words](const Words &more) { words.insert(words.end(), more.begin(), more.end()); };
    if (!choice.out.empty())
        add({"--out", pathWord(choice.out)});
    if (!choice.epochIs.empty())
        add(option("epoch-is", choice.epochIs));
    if (choice.nextEpoch)
        add(option("next-epoch", fmt::format("{}", *choice.nextEpoch)));
    add(choice.options);
    return words;
}

std::string shellText(std::string_view program, const std::vector<std::string> &arguments)
{
    std::string text = shellWord(program, true);
    for (const std::string &argument : arguments)
        text += ' ' + shellWord(argument, false);
    return text;
}

}  // namespace waypoint
