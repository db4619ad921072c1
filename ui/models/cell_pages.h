// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/jobs/job.h"
#include "ui/models/tensor_grid.h"

#include <QtCore/QObject>
#include <QtCore/QString>

#include <map>
#include <memory>
#include <utility>
#include <vector>

namespace waypoint {

/// The part of a tensor's table that is in memory: pages around what was looked at last. What is missing is read in
/// the background, and only what somebody wants to see. Lives on the window's thread.
class CellPages final : public QObject
{
    Q_OBJECT

public:
    explicit CellPages(QObject *parent = nullptr);

    /// Forgets everything. Null shows nothing. Reads nothing.
    void reset(NumericTensorPtr tensor, const TensorGrid &grid);
    /// Reads what is missing of `visible`; what is being read for a place that is no longer wanted is given up.
    void want(const CellRect &visible);

    /// Null while it has not been read.
    [[nodiscard]] const Element *at(Cell cell) const;
    /// Whether reading this place failed; failed() said why.
    [[nodiscard]] bool isFailed(Cell cell) const;
    [[nodiscard]] bool isReading() const { return m_reading.isRunning(); }

Q_SIGNALS:
    void arrived();
    void failed(const QString &sentence);

private:
    using Key = std::pair<std::int64_t, std::int64_t>;
    using Elements = Result<std::vector<Element>>;
    /// What a job brings back: the elements, and the tensor with its storage opened for the next one.
    struct Piece
    {
        NumericTensorPtr opened;
        Elements elements;
    };
    struct Page
    {
        std::vector<Element> elements;
        bool failed = false;
        std::uint64_t lastWanted = 0;
    };

    [[nodiscard]] Key keyOf(Cell cell) const { return {cell.row / m_pageRows, cell.column / m_pageColumns}; }
    [[nodiscard]] CellRect rectOf(Key key) const;
    [[nodiscard]] const Page *pageOf(Cell cell) const;
    /// The pages of what is wanted that are not there, as one rectangle.
    CellRect missing();
    void read(const CellRect &pages);
    static Piece readPiece(NumericTensorPtr tensor, bool isOpened, const TensorGrid &grid, const CellRect &pages,
                           const std::stop_token &stop);
    void take(const CellRect &pages, const Piece &piece);
    void keep(Key key, Page page);

    NumericTensorPtr m_tensor;
    bool m_isOpened = false;  ///< its storage may have had to be unpacked: only once
    TensorGrid m_grid;
    std::int64_t m_pageRows = 1;
    std::int64_t m_pageColumns = 1;
    std::map<Key, Page> m_pages;
    std::uint64_t m_clock = 0;
    CellRect m_wanted;
    CellRect m_beingRead;
    Job<std::shared_ptr<const Piece>> m_reading;
};

}  // namespace waypoint
