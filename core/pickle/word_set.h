// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string_view>
#include <unordered_set>

namespace waypoint {

/// The words of a text, to look up. Requires: the text outlives it.
class WordSet
{
public:
    explicit WordSet(std::string_view words)
    {
        while (!words.empty()) {
            const std::size_t end = words.find(' ');
            if (const std::string_view word = words.substr(0, end); !word.empty())
                m_words.insert(word);
            words.remove_prefix(end == std::string_view::npos ? words.size() : end + 1);
        }
    }

    [[nodiscard]] bool contains(std::string_view word) const { return m_words.count(word) > 0; }
    [[nodiscard]] auto begin() const { return m_words.begin(); }
    [[nodiscard]] auto end() const { return m_words.end(); }

private:
    std::unordered_set<std::string_view> m_words;
};

}  // namespace waypoint
