// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/checkpoint/checkpoint.h"
#include "core/checkpoint/tensor_health.h"
#include "core/tensor/tensor_stats.h"

#include <atomic>
#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <span>
#include <stop_token>
#include <unordered_map>
#include <vector>

namespace waypoint {

/// Statistics of all tensors of a checkpoint, filled in while the window already shows them. Tensors that are the same
/// view of the same storage (tied weights) share one piece of work and one result.
///
/// Any thread, without waiting: what is known is written once and never changes.
class EntryStats
{
public:
    /// What is known of one entry.
    struct Known
    {
        TensorStats stats;
        Ailments ailments = 0;
    };

    /// A tensor to be read, and the entries that show it.
    using PieceId = std::uint32_t;
    static constexpr PieceId kNoPiece = 0xffffffffu;

    /// Lays out the work, in the order of the file. Takes time for large files: for the background.
    EntryStats(CheckpointPtr checkpoint, const std::stop_token &stop);

    [[nodiscard]] const CheckpointPtr &checkpoint() const { return m_checkpoint; }
    [[nodiscard]] std::size_t pieces() const { return m_pieces.size(); }
    /// kNoPiece for what has no numbers.
    [[nodiscard]] PieceId pieceOf(EntryId entry) const
    {
        return entry < m_pieceOf.size() ? m_pieceOf[entry] : kNoPiece;
    }
    [[nodiscard]] std::span<const EntryId> entriesOf(PieceId piece) const;
    [[nodiscard]] std::uint64_t bytesOf(PieceId piece) const { return m_pieces[piece].bytes; }
    [[nodiscard]] std::uint64_t totalBytes() const { return m_totalBytes; }

    /// Null while nothing is known (yet), or for what has no numbers.
    [[nodiscard]] const Known *known(EntryId entry) const;
    /// Why there are no statistics, where reading failed.
    [[nodiscard]] std::optional<Error> failure(EntryId entry) const;
    /// Of the tensors at and below a row, as far as they are known.
    [[nodiscard]] Ailments ailmentsFrom(EntryId entry) const
    {
        return m_ailmentsFrom[entry].load(std::memory_order_relaxed);
    }

    /// Entries with an ailment, as far as they are known, in the order of the tree.
    [[nodiscard]] std::vector<EntryId> ailing() const;

    /// The worker's side. Requires: once for a piece.
    void put(PieceId piece, const Result<TensorStats> &result);

private:
    enum class Phase : std::uint8_t { Unknown, Known, Failed };

    struct Piece
    {
        std::uint32_t firstEntry = 0;  ///< in m_entries
        std::uint32_t entryCount = 0;
        std::uint64_t bytes = 0;
    };

    [[nodiscard]] Phase phaseOf(EntryId entry) const;
    void addPiece(const std::vector<EntryId> &entries);
    void spreadAilments(EntryId entry, Ailments ailments);

    CheckpointPtr m_checkpoint;
    std::vector<Piece> m_pieces;
    std::vector<EntryId> m_entries;       ///< of all pieces, side by side
    std::vector<PieceId> m_pieceOf;       ///< by EntryId
    std::vector<std::uint32_t> m_slotOf;  ///< by EntryId: its place in m_entries
    std::uint64_t m_totalBytes = 0;
    std::vector<Known> m_known;               ///< beside m_entries; to be read once the phase of its piece says so
    std::vector<std::atomic<Phase>> m_phase;  ///< by PieceId
    std::vector<std::atomic<Ailments>> m_ailmentsFrom;  ///< by EntryId
    mutable std::mutex m_failureGuard;
    std::unordered_map<PieceId, Error> m_failures;
};

using EntryStatsPtr = std::shared_ptr<const EntryStats>;

}  // namespace waypoint
