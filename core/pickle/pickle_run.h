// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/io/byte_stream.h"
#include "core/pickle/big_int.h"
#include "core/pickle/opcodes.h"
#include "core/pickle/pickle_machine.h"
#include "core/pickle/pickle_memo.h"
#include "core/pickle/pickle_stack.h"
#include "core/pickle/shared_values.h"

#include <array>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <string_view>

namespace waypoint {

/// Reading of one pickle: its stack, its memo and a handler per opcode. What outlives it is PickleMachine's.
///
/// A handler does the whole of its opcode and returns whether to go on; where not, fail() has said why.
/// Handlers are grouped by file: scalars in pickle_scalars.cpp, the rest in pickle_containers.cpp and pickle_calls.cpp.
class PickleRun
{
public:
    PickleRun(ValueTree &tree, SharedValues &shared, const PickleMachine::Options &options, ByteStream &stream);

    Result<Unpickled> run();

private:
    struct HandlerTable;
    struct Handler
    {
        bool (PickleRun::*load)() = &PickleRun::unknownOpcode;
    };
    static const std::array<Handler, 256> kHandlers;

    // --- the loop (pickle_run.cpp) ---
    bool step();
    bool checkLimits();
    [[nodiscard]] int neededProtocol() const;
    bool fail(ErrorCode code, std::string what);
    bool fail(const Error &fromStream);
    bool unknownOpcode();
    Result<Unpickled> unfinished();
    bool need(std::size_t values);
    bool needMark();
    bool push(ValueId value);
    std::string_view kindOf(ValueId value) const;

    // --- what a pickle that breaks off leaves (pickle_unwind.cpp) ---
    [[nodiscard]] std::optional<ValueId> unwind();
    void closeMark();
    void closeBottom();
    void dropUnfinishedCall();

    // --- arguments (pickle_scalars.cpp) ---
    const char *take(std::size_t length);
    template<std::size_t width>
    bool number(std::uint64_t &value);
    std::optional<std::string_view> line();
    bool textArgument(std::uint64_t length);
    bool python2Argument(std::uint64_t length);
    bool bytesArgument(std::uint64_t length);
    bool longArgument(std::uint64_t length);
    ValueId addUtf8(std::string_view bytes);
    ValueId addPython2(std::string_view bytes);
    ValueId addInteger(Integer integer);
    std::optional<ValueId> external(ValueKind kind, std::uint64_t length);

    // --- scalars (pickle_scalars.cpp) ---
    template<bool value>
    bool loadBool();
    template<std::size_t width>
    bool loadBinInt();
    template<std::size_t width>
    bool loadLongBytes();
    template<std::size_t width>
    bool loadText();
    template<std::size_t width>
    bool loadPython2();
    template<std::size_t width>
    bool loadBytes();
    bool loadByteArray();
    bool loadNextBuffer();
    bool loadReadOnlyBuffer();
    bool loadNone();
    bool loadInt();
    bool loadLong();
    bool loadFloat();
    bool loadBinFloat();
    bool loadString();
    bool loadUnicode();

    // --- stack, memo, containers (pickle_containers.cpp) ---
    bool loadProto();
    bool loadFrame();
    bool loadStop();
    bool loadMark();
    bool loadPop();
    bool loadPopMark();
    bool loadDup();
    bool getMemo(std::uint64_t index);
    bool putMemo(std::uint64_t index);
    std::optional<std::uint64_t> memoIndex();
    bool loadGet();
    bool loadPut();
    template<std::size_t width>
    bool loadBinGet();
    template<std::size_t width>
    bool loadBinPut();
    bool loadMemoize();
    template<ValueKind kind>
    bool loadEmpty();
    bool loadEmptyTuple();
    template<ValueKind kind>
    bool loadMarked();
    bool loadFrozenSet();
    template<std::size_t count>
    bool loadTuple();
    bool loadAppend();
    bool loadAppends();
    bool loadAddItems();
    bool loadSetItem();
    bool loadSetItems();
    bool addItems(ValueId target, std::span<const ValueId> items);
    bool setItems(ValueId target, std::span<const ValueId> items);
    void keepAsAttributes(ValueId target, std::span<const ValueId> keysAndValues);

    // --- names and calls (pickle_calls.cpp) ---
    bool pushGlobal(std::string_view module, std::string_view name);
    std::optional<std::string> nameLine();
    std::optional<std::string> nameValue(ValueId value);
    bool needCallable(ValueId value);
    bool needArguments(ValueId value);
    bool loadGlobal();
    bool loadStackGlobal();
    template<std::size_t width>
    bool loadExt();
    bool loadInst();
    bool loadObj();
    bool loadReduce();
    bool loadNewObj();
    bool loadNewObjEx();
    bool loadBuild();
    void addState(ValueId object, ValueId state);
    bool loadPersId();
    bool loadBinPersId();

    ValueTree &m_tree;
    SharedValues &m_shared;
    const PickleMachine::Options &m_options;
    ByteStream &m_stream;
    PickleStack m_stack;
    PickleMemo m_memo;
    std::set<ValueId> m_severalStates;  ///< objects whose state is a Tuple of what several BUILDs gave
    std::uint64_t m_conversionWork = 0;
    ByteOffset m_at;  ///< of the opcode at work
    Opcode m_opcode = Opcode::Stop;
    int m_protocol = 0;  ///< highest declared
    std::array<bool, 256> m_seen{};
    bool m_stopped = false;
    std::optional<Error> m_error;
};

template<std::size_t width>
bool PickleRun::number(std::uint64_t &value)
{
    const char *bytes = take(width);
    if (!bytes)
        return false;
    value = 0;
    for (std::size_t i = 0; i < width; ++i)
        value |= std::uint64_t(static_cast<unsigned char>(bytes[i])) << 8 * i;
    return true;
}

inline bool PickleRun::push(ValueId value)
{
    m_stack.push(value);
    return true;
}

inline const char *PickleRun::take(std::size_t length)
{
    if (const char *bytes = m_stream.takeBuffered(length))
        return bytes;
    const auto bytes = m_stream.take({length});
    if (!bytes) {
        fail(bytes.error());
        return nullptr;
    }
    return bytes->data();
}

inline bool PickleRun::need(std::size_t values)
{
    return m_stack.reachable() >= values
           || fail(ErrorCode::Corrupt, "needs " + std::to_string(values) + " on the stack and finds "
                                           + std::to_string(m_stack.reachable()));
}

inline bool PickleRun::needMark()
{
    return m_stack.hasMark() || fail(ErrorCode::Corrupt, "finds no mark on the stack");
}

}  // namespace waypoint
