// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/pickle/pickle_output.h"
#include "core/pickle/pickle_writer.h"

#include <functional>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

namespace waypoint {

/// One writing of one tree. What is still to be written lies on a stack of steps, so that a tree's depth costs heap
/// and not the thread's stack.
class PickleWriting
{
public:
    PickleWriting(const ValueTree &tree, const PickleWriter::NameStorage &nameStorage, PickleForm form);

    Result<std::string> run(ValueId root);

private:
    static constexpr std::uint32_t kNoMemo = 0xffffffffu;

    /// Something to do when everything before it is written.
    using Act = std::function<void(PickleOutput &)>;
    struct Step
    {
        enum class Kind {
            Value,   ///< the value `id`
            Items,   ///< what is left of the children of `id`, in batches that end with `opcode`
            Finish,  ///< `id` is on top of the stack now, and gets its memo number
            Op,      ///< `opcode`
            Do,      ///< `act`
        };
        Kind kind = Kind::Op;
        ValueId id = {};
        Opcode opcode = Opcode::None;
        std::uint32_t next = 0;
        Act act = {};
    };
    using Steps = std::vector<Step>;

    static Step value(ValueId id) { return {.kind = Step::Kind::Value, .id = id}; }
    static Step items(ValueId id, Opcode end) { return {.kind = Step::Kind::Items, .id = id, .opcode = end}; }
    static Step finish(ValueId id) { return {.kind = Step::Kind::Finish, .id = id}; }
    static Step op(Opcode opcode) { return {.kind = Step::Kind::Op, .opcode = opcode}; }
    static Step act(Act act) { return {.kind = Step::Kind::Do, .act = std::move(act)}; }
    static Step global(std::string name);
    static void append(Steps &steps, Steps more);

    /// The steps come next, in this order.
    void plan(Steps steps);
    void perform(Step step);
    void performItems(Step step);
    void performFinish(ValueId id);

    // --- values (pickle_writing.cpp) ---
    void writeValue(ValueId id);
    bool writeScalar(ValueId id, ValueKind kind);
    void enter(ValueId id);
    void writeText(ValueId id);
    void writeBytes(ValueId id);
    [[nodiscard]] std::string contentOf(ValueId id);
    /// Gives the value on top of the stack, which may still get items, its number at once.
    void remember(ValueId id);
    void fail(ValueId id, ErrorCode code, std::string_view why);

    // --- containers and objects (pickle_writing_containers.cpp) ---
    void writeContainer(ValueId id, ValueKind kind);
    void writeList(ValueId id);
    void writeDeque(ValueId id);
    void writeTuple(ValueId id);
    void writeDict(ValueId id);
    void writeSet(ValueId id);
    void writeObject(ValueId id);
    [[nodiscard]] ValueId attribute(ValueId dict, std::string_view name) const;
    /// A dict of the attributes `dict` without the one called `name`; empty where nothing is left.
    [[nodiscard]] Steps attributesWithout(ValueId dict, std::string_view name) const;
    /// `state` and the opcode that hands it over; nothing where there is none.
    static Steps build(Steps state);

    // --- tensors (pickle_writing_tensors.cpp) ---
    void writeTensor(ValueId id);
    /// The function that makes the tensor, and its tuple of arguments; nothing after fail().
    [[nodiscard]] std::optional<Steps> rebuild(ValueId id, bool requiresGrad);
    [[nodiscard]] Steps rebuildStrided(const TensorValue &tensor, bool requiresGrad);
    [[nodiscard]] Steps rebuildMeta(const TensorValue &tensor, bool requiresGrad);
    [[nodiscard]] Steps rebuildQuantized(const TensorValue &tensor, bool requiresGrad);
    [[nodiscard]] Steps rebuildSparse(const TensorValue &tensor);
    [[nodiscard]] Steps rebuildNested(const TensorValue &tensor);
    [[nodiscard]] Steps rebuildParameter(const TensorValue &tensor, Steps data);
    [[nodiscard]] Steps rebuildSubclass(ValueId id, Steps call);
    [[nodiscard]] Steps hooks(const TensorValue &tensor) const;
    /// storage, offset, shape, strides: what all strided functions begin with.
    [[nodiscard]] Steps stridedArguments(const TensorRef &ref);
    void writeStorage(StorageIndex index, DType look, bool untyped);
    [[nodiscard]] bool isUntyped(StorageIndex storage, DType look) const;
    /// Whether the form has a storage for this look; fail() where not.
    [[nodiscard]] bool checkTyped(ValueId id, StorageIndex storage, DType look);
    void findMixedStorages();

    // --- NumPy (pickle_writing_numpy.cpp) ---
    bool writeNumpyScalar(ValueId id, std::string_view type);
    void writeArray(ValueId id);

    const ValueTree &m_tree;
    const PickleWriter::NameStorage &m_nameStorage;
    PickleForm m_form;
    PickleOutput m_out;
    Steps m_steps;
    std::vector<std::uint32_t> m_memo;                           ///< by node; kNoMemo where it has no number
    std::unordered_map<std::uint32_t, std::uint32_t> m_entered;  ///< node that is being written -> numbers given before
    std::uint32_t m_remembered = 0;                              ///< nodes that have a number
    std::vector<std::optional<PickleWriter::StorageName>> m_storages;
    std::vector<std::uint32_t> m_storageMemo;  ///< numbers of storages in a form that remembers them
    std::vector<bool> m_mixed;                 ///< storages that tensors of several dtypes look at
    ValueId m_current;                         ///< the value that was begun last
    std::optional<Error> m_error;
    ValueId m_errorAt;
};

}  // namespace waypoint
