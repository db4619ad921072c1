// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/pickle/opcodes.h"

#include <array>
#include <utility>

namespace waypoint {

namespace {

constexpr std::pair<Opcode, OpcodeInfo> kOpcodes[] = {
    {Opcode::Mark, {"MARK", 0}},
    {Opcode::Stop, {"STOP", 0}},
    {Opcode::Pop, {"POP", 0}},
    {Opcode::PopMark, {"POP_MARK", 1}},
    {Opcode::Dup, {"DUP", 0}},
    {Opcode::Float, {"FLOAT", 0}},
    {Opcode::Int, {"INT", 0}},
    {Opcode::BinInt, {"BININT", 1}},
    {Opcode::BinInt1, {"BININT1", 1}},
    {Opcode::Long, {"LONG", 0}},
    {Opcode::BinInt2, {"BININT2", 1}},
    {Opcode::None, {"NONE", 0}},
    {Opcode::PersId, {"PERSID", 0}},
    {Opcode::BinPersId, {"BINPERSID", 1}},
    {Opcode::Reduce, {"REDUCE", 0}},
    {Opcode::String, {"STRING", 0}},
    {Opcode::BinString, {"BINSTRING", 1}},
    {Opcode::ShortBinString, {"SHORT_BINSTRING", 1}},
    {Opcode::Unicode, {"UNICODE", 0}},
    {Opcode::BinUnicode, {"BINUNICODE", 1}},
    {Opcode::Append, {"APPEND", 0}},
    {Opcode::Build, {"BUILD", 0}},
    {Opcode::Global, {"GLOBAL", 0}},
    {Opcode::Dict, {"DICT", 0}},
    {Opcode::EmptyDict, {"EMPTY_DICT", 1}},
    {Opcode::Appends, {"APPENDS", 1}},
    {Opcode::Get, {"GET", 0}},
    {Opcode::BinGet, {"BINGET", 1}},
    {Opcode::Inst, {"INST", 0}},
    {Opcode::LongBinGet, {"LONG_BINGET", 1}},
    {Opcode::List, {"LIST", 0}},
    {Opcode::EmptyList, {"EMPTY_LIST", 1}},
    {Opcode::Obj, {"OBJ", 1}},
    {Opcode::Put, {"PUT", 0}},
    {Opcode::BinPut, {"BINPUT", 1}},
    {Opcode::LongBinPut, {"LONG_BINPUT", 1}},
    {Opcode::SetItem, {"SETITEM", 0}},
    {Opcode::Tuple, {"TUPLE", 0}},
    {Opcode::EmptyTuple, {"EMPTY_TUPLE", 1}},
    {Opcode::SetItems, {"SETITEMS", 1}},
    {Opcode::BinFloat, {"BINFLOAT", 1}},
    {Opcode::BinBytes, {"BINBYTES", 3}},
    {Opcode::ShortBinBytes, {"SHORT_BINBYTES", 3}},
    {Opcode::Proto, {"PROTO", 2}},
    {Opcode::NewObj, {"NEWOBJ", 2}},
    {Opcode::Ext1, {"EXT1", 2}},
    {Opcode::Ext2, {"EXT2", 2}},
    {Opcode::Ext4, {"EXT4", 2}},
    {Opcode::Tuple1, {"TUPLE1", 2}},
    {Opcode::Tuple2, {"TUPLE2", 2}},
    {Opcode::Tuple3, {"TUPLE3", 2}},
    {Opcode::NewTrue, {"NEWTRUE", 2}},
    {Opcode::NewFalse, {"NEWFALSE", 2}},
    {Opcode::Long1, {"LONG1", 2}},
    {Opcode::Long4, {"LONG4", 2}},
    {Opcode::ShortBinUnicode, {"SHORT_BINUNICODE", 4}},
    {Opcode::BinUnicode8, {"BINUNICODE8", 4}},
    {Opcode::BinBytes8, {"BINBYTES8", 4}},
    {Opcode::EmptySet, {"EMPTY_SET", 4}},
    {Opcode::AddItems, {"ADDITEMS", 4}},
    {Opcode::FrozenSet, {"FROZENSET", 4}},
    {Opcode::NewObjEx, {"NEWOBJ_EX", 4}},
    {Opcode::StackGlobal, {"STACK_GLOBAL", 4}},
    {Opcode::Memoize, {"MEMOIZE", 4}},
    {Opcode::Frame, {"FRAME", 4}},
    {Opcode::ByteArray8, {"BYTEARRAY8", 5}},
    {Opcode::NextBuffer, {"NEXT_BUFFER", 5}},
    {Opcode::ReadOnlyBuffer, {"READONLY_BUFFER", 5}},
};

constexpr std::array<OpcodeInfo, 256> byCode()
{
    std::array<OpcodeInfo, 256> table{};
    for (const auto &[opcode, info] : kOpcodes)
        table[static_cast<std::size_t>(opcode)] = info;
    return table;
}

constexpr std::array<OpcodeInfo, 256> kByCode = byCode();

}  // namespace

const OpcodeInfo &opcodeInfo(Opcode opcode) { return kByCode[static_cast<std::size_t>(opcode)]; }

}  // namespace waypoint
