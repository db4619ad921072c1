// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/pickle/pickle_run.h"

namespace waypoint {

/// Which member does an opcode's work. Opcodes by group, as in Python's Lib/pickletools.py.
struct PickleRun::HandlerTable
{
    struct Row
    {
        Opcode opcode;
        Handler handler;
    };

    static constexpr Row kScalars[] = {
        {Opcode::None, {&PickleRun::loadNone}},
        {Opcode::NewTrue, {&PickleRun::loadBool<true>}},
        {Opcode::NewFalse, {&PickleRun::loadBool<false>}},
        {Opcode::Int, {&PickleRun::loadInt}},
        {Opcode::BinInt, {&PickleRun::loadBinInt<4>}},
        {Opcode::BinInt1, {&PickleRun::loadBinInt<1>}},
        {Opcode::BinInt2, {&PickleRun::loadBinInt<2>}},
        {Opcode::Long, {&PickleRun::loadLong}},
        {Opcode::Long1, {&PickleRun::loadLongBytes<1>}},
        {Opcode::Long4, {&PickleRun::loadLongBytes<4>}},
        {Opcode::Float, {&PickleRun::loadFloat}},
        {Opcode::BinFloat, {&PickleRun::loadBinFloat}},
        {Opcode::String, {&PickleRun::loadString}},
        {Opcode::BinString, {&PickleRun::loadPython2<4>}},
        {Opcode::ShortBinString, {&PickleRun::loadPython2<1>}},
        {Opcode::Unicode, {&PickleRun::loadUnicode}},
        {Opcode::ShortBinUnicode, {&PickleRun::loadText<1>}},
        {Opcode::BinUnicode, {&PickleRun::loadText<4>}},
        {Opcode::BinUnicode8, {&PickleRun::loadText<8>}},
        {Opcode::ShortBinBytes, {&PickleRun::loadBytes<1>}},
        {Opcode::BinBytes, {&PickleRun::loadBytes<4>}},
        {Opcode::BinBytes8, {&PickleRun::loadBytes<8>}},
        {Opcode::ByteArray8, {&PickleRun::loadByteArray}},
        {Opcode::NextBuffer, {&PickleRun::loadNextBuffer}},
        {Opcode::ReadOnlyBuffer, {&PickleRun::loadReadOnlyBuffer}},
    };

    static constexpr Row kContainers[] = {
        {Opcode::Proto, {&PickleRun::loadProto}},
        {Opcode::Frame, {&PickleRun::loadFrame}},
        {Opcode::Stop, {&PickleRun::loadStop}},
        {Opcode::Mark, {&PickleRun::loadMark}},
        {Opcode::Pop, {&PickleRun::loadPop}},
        {Opcode::PopMark, {&PickleRun::loadPopMark}},
        {Opcode::Dup, {&PickleRun::loadDup}},
        {Opcode::Get, {&PickleRun::loadGet}},
        {Opcode::BinGet, {&PickleRun::loadBinGet<1>}},
        {Opcode::LongBinGet, {&PickleRun::loadBinGet<4>}},
        {Opcode::Put, {&PickleRun::loadPut}},
        {Opcode::BinPut, {&PickleRun::loadBinPut<1>}},
        {Opcode::LongBinPut, {&PickleRun::loadBinPut<4>}},
        {Opcode::Memoize, {&PickleRun::loadMemoize}},
        {Opcode::EmptyList, {&PickleRun::loadEmpty<ValueKind::List>}},
        {Opcode::EmptyDict, {&PickleRun::loadEmpty<ValueKind::Dict>}},
        {Opcode::EmptySet, {&PickleRun::loadEmpty<ValueKind::Set>}},
        {Opcode::EmptyTuple, {&PickleRun::loadEmptyTuple}},
        {Opcode::List, {&PickleRun::loadMarked<ValueKind::List>}},
        {Opcode::Dict, {&PickleRun::loadMarked<ValueKind::Dict>}},
        {Opcode::Tuple, {&PickleRun::loadMarked<ValueKind::Tuple>}},
        {Opcode::FrozenSet, {&PickleRun::loadFrozenSet}},
        {Opcode::Tuple1, {&PickleRun::loadTuple<1>}},
        {Opcode::Tuple2, {&PickleRun::loadTuple<2>}},
        {Opcode::Tuple3, {&PickleRun::loadTuple<3>}},
        {Opcode::Append, {&PickleRun::loadAppend}},
        {Opcode::Appends, {&PickleRun::loadAppends}},
        {Opcode::AddItems, {&PickleRun::loadAddItems}},
        {Opcode::SetItem, {&PickleRun::loadSetItem}},
        {Opcode::SetItems, {&PickleRun::loadSetItems}},
    };

    static constexpr Row kCalls[] = {
        {Opcode::Global, {&PickleRun::loadGlobal}},
        {Opcode::StackGlobal, {&PickleRun::loadStackGlobal}},
        {Opcode::Ext1, {&PickleRun::loadExt<1>}},
        {Opcode::Ext2, {&PickleRun::loadExt<2>}},
        {Opcode::Ext4, {&PickleRun::loadExt<4>}},
        {Opcode::Inst, {&PickleRun::loadInst}},
        {Opcode::Obj, {&PickleRun::loadObj}},
        {Opcode::Reduce, {&PickleRun::loadReduce}},
        {Opcode::NewObj, {&PickleRun::loadNewObj}},
        {Opcode::NewObjEx, {&PickleRun::loadNewObjEx}},
        {Opcode::Build, {&PickleRun::loadBuild}},
        {Opcode::PersId, {&PickleRun::loadPersId}},
        {Opcode::BinPersId, {&PickleRun::loadBinPersId}},
    };

    static constexpr std::array<Handler, 256> byCode()
    {
        std::array<Handler, 256> table{};
        for (const Row &row : kScalars)
            table[static_cast<std::size_t>(row.opcode)] = row.handler;
        for (const Row &row : kContainers)
            table[static_cast<std::size_t>(row.opcode)] = row.handler;
        for (const Row &row : kCalls)
            table[static_cast<std::size_t>(row.opcode)] = row.handler;
        return table;
    }
};

const std::array<PickleRun::Handler, 256> PickleRun::kHandlers = PickleRun::HandlerTable::byCode();

}  // namespace waypoint
