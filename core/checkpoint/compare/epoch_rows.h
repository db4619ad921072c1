// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/checkpoint/compare/epoch_series.h"
#include "core/checkpoint/compare/model_tensors.h"

#include <cstddef>
#include <list>
#include <string>
#include <unordered_map>
#include <vector>

namespace waypoint {

/// Lines up the tensors of one file after the other: a row for each name, a new one where it stands in its model.
/// Requires: `files` outlives this.
class EpochRows
{
public:
    explicit EpochRows(const std::vector<EpochFile> &files) : m_files(files) {}

    /// Files are added in their order, each once.
    void add(std::size_t file);
    /// What a person should know: files that lack tensors, hold another model, or tensors of another shape.
    [[nodiscard]] std::vector<std::string> notes() const;
    /// The rows; nothing is left here then.
    [[nodiscard]] std::vector<EpochTensor> take();

private:
    using Rows = std::list<EpochTensor>;

    /// Gives tensors the names that the fullest file before this one has for them.
    void rename(std::size_t file, std::vector<FollowedTensor> &tensors) const;
    void place(std::size_t file, const std::vector<FollowedTensor> &tensors);
    [[nodiscard]] std::vector<std::string> missingIn(std::size_t file) const;
    void noteMissing(std::vector<std::string> &notes) const;
    void noteReshaped(std::vector<std::string> &notes) const;

    const std::vector<EpochFile> &m_files;
    Rows m_rows;
    std::unordered_map<std::string, Rows::iterator> m_byName;
    std::vector<FollowedTensor> m_last;       ///< of the file before
    std::vector<Rows::iterator> m_lastAt;  ///< their rows
    std::size_t m_fullest = 0;             ///< the file with most tensors
    std::size_t m_most = 0;
};

}  // namespace waypoint
