// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/describe_error.h"

#include "core/base/printable.h"

#include <fmt/format.h>

#include <string_view>

namespace waypoint {

namespace {

constexpr std::size_t kLongestDetail = 1000;

struct Sentence
{
    std::string_view problem;
    std::string_view advice;
};

Sentence sentenceFor(ErrorCode code)
{
    switch (code) {
    case ErrorCode::NotFound:
        return {"There is no such file or folder", "Check the path."};
    case ErrorCode::NoPermission:
        return {"The system refuses access", "Check the permissions of the file and of its folder."};
    case ErrorCode::ReadFailed:
        return {"It cannot be read", "Check the disk or the network, then try again."};
    case ErrorCode::WriteFailed:
        return {"It cannot be written", "Check the free space and the permissions of the folder."};
    case ErrorCode::Truncated:
        return {"The file ends too early", "Copy or download it again; salvage saves what is left."};
    case ErrorCode::Corrupt:
        return {"The file is damaged", "Copy or download it again; salvage saves what is left."};
    case ErrorCode::Unsupported:
        return {"Waypoint cannot read this kind of content", "Save it again with torch.save of a current PyTorch."};
    case ErrorCode::NotACheckpoint:
        return {"This is not a checkpoint", "Choose a file that torch.save or safetensors has written."};
    case ErrorCode::TooLarge:
        return {"This is larger than what can be read without risk to the memory",
                "If the file comes from a trusted place, save it again in smaller parts."};
    case ErrorCode::Encrypted:
        return {"It is encrypted", "Unpack it with its password, then open what was inside."};
    case ErrorCode::BadArgument:
        return {"This setting does not fit", "See --help for what it can be."};
    case ErrorCode::NoDevice:
        return {"This device cannot be used", "See `waypoint-train devices` for those that can."};
    case ErrorCode::TrainingFailed:
        return {"Training cannot go on", "Resume from the last checkpoint with a smaller learning rate or batch."};
    case ErrorCode::Cancelled:
        return {"Stopped as asked", ""};
    }
    return {"It cannot be read", ""};
}

/// The detail without an end that would read badly inside brackets.
std::string_view trimmed(std::string_view text)
{
    while (!text.empty() && std::string_view(" .\r\n\t").find(text.back()) != std::string_view::npos)
        text.remove_suffix(1);
    while (!text.empty() && std::string_view(" \r\n\t").find(text.front()) != std::string_view::npos)
        text.remove_prefix(1);
    return text;
}

/// The file itself is what is wrong, not something in it.
bool isAboutTheWhole(ErrorCode code)
{
    return code == ErrorCode::NotFound || code == ErrorCode::NoPermission || code == ErrorCode::ReadFailed
           || code == ErrorCode::WriteFailed;
}

bool mentions(std::string_view detail, const std::string &position)
{
    const auto wanted = "byte " + position;
    for (auto at = detail.find(wanted); at != std::string_view::npos; at = detail.find(wanted, at + 1)) {
        const auto next = at + wanted.size();
        const bool goesOn = next < detail.size() && detail[next] >= '0' && detail[next] <= '9';
        const bool grouped =
            next + 1 < detail.size() && detail[next] == ',' && detail[next + 1] >= '0' && detail[next + 1] <= '9';
        if (!goesOn && !grouped)
            return true;
    }
    return false;
}

}  // namespace

std::string describe(const Error &error)
{
    const auto sentence = sentenceFor(error.code);
    std::string text(sentence.problem);
    const auto detail = trimmed(error.detail);
    if (error.at && !mentions(detail, groupedDigits(error.at->value))
        && !mentions(detail, fmt::format("{}", error.at->value)))
        text += " at byte " + groupedDigits(error.at->value);
    if (!error.file.empty())
        text += fmt::format("{} '{}'", isAboutTheWhole(error.code) && !error.at ? ":" : " in",
                            printable(error.file, kLongestDetail));
    if (!detail.empty())
        text += fmt::format(" ({})", printable(detail, kLongestDetail));
    text += '.';
    const auto advice = error.advice.empty() ? sentence.advice : trimmed(error.advice);
    if (!advice.empty()) {
        text += ' ' + printable(advice, kLongestDetail);
        if (text.back() != '.' && text.back() != '?' && text.back() != '!')
            text += '.';
    }
    return text;
}

}  // namespace waypoint
