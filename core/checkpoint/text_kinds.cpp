// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/checkpoint/file_kinds.h"

#include <algorithm>
#include <array>
#include <string>

namespace waypoint {

namespace {

constexpr std::string_view kWebPage =
    "The page was saved instead of the file. Open the link in a browser and use its download button; sites that ask "
    "you to log in or to confirm answer a plain download with such a page.";
constexpr std::string_view kBesideWeights = "It describes something; the weights are in another file beside it.";

std::string lowered(std::string_view text)
{
    std::string lower(text);
    std::transform(lower.begin(), lower.end(), lower.begin(),
                   [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; });
    return lower;
}

bool isWebPage(std::string_view lower)
{
    return lower.starts_with("<!doctype html") || lower.starts_with("<html") || lower.starts_with("<head")
           || lower.find("<html") != std::string_view::npos;
}

/// Lines that begin as statements of Python do.
bool looksLikePython(std::string_view text)
{
    if (text.starts_with("#!") && text.substr(0, text.find('\n')).find("python") != text.npos)
        return true;
    constexpr auto kStarts =
        std::to_array<std::string_view>({"import ", "from ", "def ", "class ", "if __name__", "@", "async def "});
    int statements = 0;
    while (!text.empty()) {
        const std::string_view line = text.substr(0, text.find('\n'));
        statements += std::any_of(kStarts.begin(), kStarts.end(), [&](auto start) { return line.starts_with(start); });
        text.remove_prefix(std::min(line.size() + 1, text.size()));
    }
    return statements >= 2;
}

/// "key: value" or "- item" on nearly every line.
bool looksLikeYaml(std::string_view text)
{
    if (text.starts_with("---\n") || text.starts_with("%YAML"))
        return true;
    std::size_t lines = 0;
    std::size_t pairs = 0;
    while (!text.empty()) {
        std::string_view line = text.substr(0, text.find('\n'));
        text.remove_prefix(std::min(line.size() + 1, text.size()));
        line.remove_prefix(std::min(line.find_first_not_of(' '), line.size()));
        if (line.empty() || line.front() == '#')
            continue;
        ++lines;
        const std::size_t colon = line.find(':');
        const bool endsKey = colon != line.npos && (colon + 1 == line.size() || line[colon + 1] == ' ');
        pairs += (endsKey && line.substr(0, colon).find(' ') == line.npos) || line.starts_with("- ") ? 1 : 0;
    }
    return lines >= 2 && pairs * 10 >= lines * 8;
}

}  // namespace

FileKind textFileKind(std::string_view head)
{
    head.remove_prefix(head.starts_with("\xef\xbb\xbf") ? 3 : 0);
    head.remove_prefix(std::min(head.find_first_not_of(" \t\r\n"), head.size()));
    const std::string lower = lowered(head.substr(0, 1024));
    if (isWebPage(lower))
        return {"a web page (HTML)", kWebPage};
    if (lower.starts_with("<?xml") || lower.starts_with("<error>"))
        return {lower.find("<code>") != lower.npos || lower.find("<error>") != lower.npos
                    ? "an error message of a download server (XML)"
                    : "an XML file",
                kWebPage};
    if (head.starts_with("{") && lower.find("\"weight_map\"") != lower.npos)
        return {"an index of shards that breaks off", "Download it again; it must end with a closing brace."};
    if (head.starts_with("{") && lower.find("\"error\"") != lower.npos)
        return {"an error message of a download server (JSON)", kWebPage};
    if (head.starts_with("{") || head.starts_with("["))
        return {"a JSON file", kBesideWeights};
    if (lower.find("access denied") != lower.npos || lower.starts_with("404") || lower.starts_with("not found")
        || lower.starts_with("invalid username or password") || lower.starts_with("entry not found"))
        return {"an error message of a download server", kWebPage};
    if (looksLikePython(head))
        return {"Python source code", "Open the file that the program saves with torch.save."};
    if (looksLikeYaml(head))
        return {"a YAML file", kBesideWeights};
    return {"a text file", "Open the file that torch.save wrote."};
}

}  // namespace waypoint
