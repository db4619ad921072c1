// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/corpus/corpus_comparison.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>
#include <string_view>

namespace waypoint::test {

namespace {

using nlohmann::json;
using Lines = std::vector<std::string>;

std::string brief(const json &value)
{
    std::string text = value.dump(-1, ' ', true, json::error_handler_t::replace);
    return text.size() > 160 ? text.substr(0, 160) + "..." : text;
}

/// "sizes.{2}" and "kind.<arg0>" in the corpus are "sizes.2" and "kind.args.0" here.
std::string ourPath(const std::string &path)
{
    std::string result;
    for (std::size_t start = 0; start <= path.size();) {
        const std::size_t dot = std::min(path.find('.', start), path.size());
        std::string part = path.substr(start, dot - start);
        if (part.starts_with("<arg") && part.ends_with(">"))
            part = "args." + part.substr(4, part.size() - 5);
        else if (part.size() > 2 && part.front() == '{' && part.find_first_not_of("0123456789", 1) == part.size() - 1)
            part = part.substr(1, part.size() - 2);
        result += (start == 0 ? "" : ".") + part;
        start = dot + 1;
    }
    return result;
}

class Corpus
{
public:
    explicit Corpus(const json &document)
    {
        for (const json &entry : document.at("entries")) {
            std::string path;
            for (const json &label : entry.at("path"))
                path += (path.empty() ? "" : ".") + label.get<std::string>();
            m_byPath.emplace(path, &entry);
        }
    }

    void compareTensors(const json &tensors, const std::string &prefix, Lines &lines)
    {
        for (const json &tensor : tensors) {
            const std::string path = prefix + ourPath(tensor.at("path").get<std::string>());
            const json *row = find(path, "tensor");
            if (!row) {
                lines.push_back(path + ": tensor is missing");
                continue;
            }
            compare(path, "dtype", tensor.value("dtype", json()), row->value("dtype", json()), lines);
            compare(path, "shape", tensor.value("shape", json()), row->value("shape", json()), lines);
            if (tensor.value("nbytes", 1) > 0)  // without elements PyTorch's own strides differ from version to version
                compare(path, "stride", tensor.value("strides", json()), row->value("stride", json()), lines);
            compare(path, "sha256", tensor.value("sha256", json()), row->value("sha256", json()), lines);
            compare(path, "device", tensor.value("location", json()), row->value("device", json()), lines);
            compare(path, "offset", tensor.value("storage_offset", json()), row->value("offset", json()), lines);
            compare(path, "requires_grad", tensor.value("requires_grad", json()), row->value("requires_grad", json()),
                    lines);
        }
    }

    void compareArrays(const json &arrays, const std::string &prefix, Lines &lines)
    {
        for (const json &array : arrays) {
            const std::string path = prefix + ourPath(array.at("path").get<std::string>());
            const json *row = find(path, "array");
            if (!row) {
                lines.push_back(path + ": NumPy array is missing");
                continue;
            }
            compare(path, "dtype", array.value("dtype", json()), row->value("dtype", json()), lines);
            compare(path, "shape", array.value("shape", json()), row->value("shape", json()), lines);
            compare(path, "sha256", array.value("sha256", json()), row->value("sha256", json()), lines);
        }
    }

    void compareLeaves(const json &leaves, const std::string &prefix, Lines &lines)
    {
        for (const json &leaf : leaves) {
            const std::string path = prefix + ourPath(leaf.at(0).get<std::string>());
            const json &value = leaf.at(1);
            const auto [first, last] = m_byPath.equal_range(path);
            const bool same =
                std::any_of(first, last, [&value](const auto &row) { return isSame(value, *row.second); });
            if (!same && !isShownInWords(path))
                lines.push_back(fmt::format("{}: expected {}, got {}", path, brief(value),
                                            first == last ? "nothing" : brief(*first->second)));
        }
    }

    [[nodiscard]] std::size_t countOf(std::string_view kind) const
    {
        return static_cast<std::size_t>(std::count_if(m_byPath.begin(), m_byPath.end(), [kind](const auto &row) {
            return row.second->at("kind").template get_ref<const std::string &>() == kind;
        }));
    }

private:
    static void compare(const std::string &path, std::string_view what, const json &expected, const json &actual,
                        Lines &lines)
    {
        if (!expected.is_null() && expected != actual)
            lines.push_back(fmt::format("{}: {}: expected {}, got {}", path, what, brief(expected), brief(actual)));
    }

    [[nodiscard]] const json *find(const std::string &path, std::string_view kind) const
    {
        const auto [first, last] = m_byPath.equal_range(path);
        for (auto row = first; row != last; ++row)
            if (row->second->at("kind").get_ref<const std::string &>() == kind)
                return row->second;
        return nullptr;
    }

    /// An enum or a path has its value in one row where the corpus lists what it was built from.
    [[nodiscard]] bool isShownInWords(const std::string &path) const
    {
        for (std::size_t dot = path.rfind('.'); dot != std::string::npos && dot > 0; dot = path.rfind('.', dot - 1)) {
            const json *row = find(path.substr(0, dot), "object");
            if (row && row->contains("value"))
                return true;
        }
        return false;
    }

    static bool isSame(const json &expected, const json &row)
    {
        if (expected.is_null())
            return row.at("kind") == "none";
        const json value = row.value("value", json());
        if (!expected.is_object())
            return expected == value && (row.at("kind") == "bool") == expected.is_boolean();
        if (expected.contains("int"))
            return expected["int"] == value;
        if (expected.contains("bytes"))
            return expected["bytes"] == row.value("bytes", json())
                   && expected.value("sha256", json()) == row.value("sha256", json());
        return row.at("kind") == "object" || row.at("kind") == "global";
    }

    std::multimap<std::string, const json *> m_byPath;
};

void compareGroup(Corpus &corpus, const json &oracle, const std::string &prefix, Lines &lines)
{
    const json none = json::array();
    corpus.compareTensors(oracle.value("tensors", none), prefix, lines);
    corpus.compareArrays(oracle.value("numpy_arrays", none), prefix, lines);
    corpus.compareLeaves(oracle.value("leaves", none), prefix, lines);
}

}  // namespace

std::vector<std::string> corpusDifferences(const json &oracle, const json &document)
{
    Lines lines;
    Corpus corpus(document);
    std::size_t tensors = oracle.value("tensors", json::array()).size();
    compareGroup(corpus, oracle, "", lines);
    const json members = oracle.value("members", json::object());
    for (const auto &[member, content] : members.items()) {
        if (!content.is_object())
            continue;
        compareGroup(corpus, content, member + ".", lines);
        tensors += content.value("tensors", json::array()).size();
    }
    if (corpus.countOf("tensor") < tensors)
        lines.push_back(fmt::format("{} tensors expected, {} found", tensors, corpus.countOf("tensor")));
    return lines;
}

std::vector<std::string> globalDifferences(const json &oracle, const std::vector<std::string> &names)
{
    Lines lines;
    const std::set<std::string> actual(names.begin(), names.end());
    std::set<std::string> expected;
    for (const json &name : oracle.value("static_globals", json::array()))
        expected.insert(name.get<std::string>());
    for (const std::string &name : expected)
        if (!actual.count(name))
            lines.push_back("name " + name + " is missing");
    for (const std::string &name : actual)
        if (!expected.count(name))
            lines.push_back("name " + name + " is not in the oracle");
    return lines;
}

}  // namespace waypoint::test
