// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/models/entry_facts.h"

#include <QtCore/QString>

/// What the cells of the tree of entries say. Any thread; bounded work per call.
namespace waypoint::entry_text {

/// "conv1.weight"; "0 · fc.0.weight" in an optimizer's state; the file's name for the root.
[[nodiscard]] QString name(const Checkpoint &checkpoint, const EntryFacts &facts, EntryId id);
/// "Adam" for a section whose class is known, else the class without its module, else Python's word for the kind.
[[nodiscard]] QString type(const Checkpoint &checkpoint, const EntryFacts &facts, EntryId id);
[[nodiscard]] QString shape(Value value);
/// "(64, 3, 7, 7)"; empty where a value has no shape.
[[nodiscard]] QString pythonShape(Value value);
[[nodiscard]] QString dtype(Value value);
[[nodiscard]] QString device(Value value);
[[nodiscard]] QString bytes(const EntryFacts &facts, EntryId id);
/// A scalar's value, "3 items", or why the rows below are not shown.
[[nodiscard]] QString value(const Checkpoint &checkpoint, EntryId id);

/// Full precision, exact bytes, whole paths: one tooltip per cell, empty where it would only repeat the cell.
[[nodiscard]] QString nameTip(const Checkpoint &checkpoint, const EntryFacts &facts, EntryId id);
[[nodiscard]] QString typeTip(const Checkpoint &checkpoint, const EntryFacts &facts, EntryId id);
[[nodiscard]] QString shapeTip(Value value);
[[nodiscard]] QString bytesTip(const Checkpoint &checkpoint, const EntryFacts &facts, EntryId id);
[[nodiscard]] QString valueTip(const Checkpoint &checkpoint, EntryId id);

/// "model", "optimizer", ... as a person reads it.
[[nodiscard]] QString roleWord(Role role);

/// Path as a Python expression: ckpt['net']['conv1.weight'], ckpt['args'].lr
[[nodiscard]] QString pythonPath(const EntryTree &entries, EntryId id);

}  // namespace waypoint::entry_text
