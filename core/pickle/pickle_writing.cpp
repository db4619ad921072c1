// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/pickle/pickle_writing.h"

#include "core/base/printable.h"
#include "core/pickle/value_bytes.h"
#include "core/pickle/value_path.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace waypoint {

namespace {

constexpr ByteCount kLongestText{std::uint64_t(1) << 31};  ///< the opcodes end at 4 GiB, and text is held in memory

/// Children of a batch: Python's pickler starts a new one after so many items, too.
constexpr std::uint32_t kBatch = 2000;

}  // namespace

Result<std::string> PickleWriter::write(const ValueTree &tree, ValueId root) const
{
    return PickleWriting(tree, m_nameStorage, m_form).run(root);
}

PickleWriting::PickleWriting(const ValueTree &tree, const PickleWriter::NameStorage &nameStorage, PickleForm form)
    : m_tree(tree),
      m_nameStorage(nameStorage),
      m_form(form),
      m_memo(tree.size(), kNoMemo),
      m_storages(tree.storages().size()),
      m_storageMemo(form == PickleForm::TorchScript ? tree.storages().size() : 0, kNoMemo),
      m_mixed(tree.storages().size())
{
    findMixedStorages();
}

Result<std::string> PickleWriting::run(ValueId root)
{
    plan({value(root), op(Opcode::Stop)});
    while (!m_steps.empty() && !m_error) {
        Step step = std::move(m_steps.back());
        m_steps.pop_back();
        if (step.kind == Step::Kind::Value)
            m_current = step.id;
        perform(std::move(step));
        if (!m_out.impossibleName().empty())
            fail(m_current, ErrorCode::Unsupported,
                 fmt::format("it names '{}', which no module can have", printable(m_out.impossibleName())));
    }
    if (!m_error)
        return std::move(m_out).take();
    const std::string path = valuePath(m_tree, root, m_errorAt);
    if (!path.empty())
        m_error->detail = fmt::format("'{}': {}", path, m_error->detail);
    return *m_error;
}

void PickleWriting::fail(ValueId id, ErrorCode code, std::string_view why)
{
    if (m_error)
        return;
    m_error = Error{code, std::string(why), {}, "Leave that part out, or save it with Python.", {}};
    m_errorAt = id;
}

// --- steps ---

PickleWriting::Step PickleWriting::global(std::string name)
{
    return act([name = std::move(name)](PickleOutput &out) { out.global(name); });
}

void PickleWriting::append(Steps &steps, Steps more)
{
    steps.insert(steps.end(), std::make_move_iterator(more.begin()), std::make_move_iterator(more.end()));
}

void PickleWriting::plan(Steps steps)
{
    m_steps.insert(m_steps.end(), std::make_move_iterator(steps.rbegin()), std::make_move_iterator(steps.rend()));
}

void PickleWriting::perform(Step step)
{
    switch (step.kind) {
    case Step::Kind::Value:
        writeValue(step.id);
        break;
    case Step::Kind::Items:
        performItems(std::move(step));
        break;
    case Step::Kind::Finish:
        performFinish(step.id);
        break;
    case Step::Kind::Op:
        m_out.op(step.opcode);
        break;
    case Step::Kind::Do:
        step.act(m_out);
        break;
    }
}

void PickleWriting::performItems(Step step)
{
    const auto children = m_tree.children(step.id);
    const bool isFirst = step.next % kBatch == 0;
    const bool isEnd = step.next == children.size();
    if (step.next > 0 && (isFirst || isEnd))
        m_out.op(step.opcode);
    if (isEnd)
        return;
    if (isFirst)
        m_out.op(Opcode::Mark);
    const ValueId child = children[step.next++];
    m_steps.push_back(std::move(step));
    m_steps.push_back(value(child));
}

/// A tuple that contains itself through a list was written once more inside it, and that is the one that counts: as in
/// Python.
void PickleWriting::performFinish(ValueId id)
{
    m_entered.erase(id.index);
    if (m_memo[id.index] == kNoMemo) {
        remember(id);
        return;
    }
    m_out.op(Opcode::Pop);
    m_out.get(m_memo[id.index]);
}

void PickleWriting::remember(ValueId id)
{
    m_memo[id.index] = m_out.put();
    ++m_remembered;
}

/// Notes a value whose parts come before itself. If it is met again before anything new got a number, it would be for
/// ever.
void PickleWriting::enter(ValueId id)
{
    const auto [before, isNew] = m_entered.try_emplace(id.index, m_remembered);
    if (!isNew && before->second == m_remembered)
        fail(id, ErrorCode::Unsupported, "it contains itself in a way that no pickle can say");
    before->second = m_remembered;
}

// --- leaves ---

void PickleWriting::writeValue(ValueId id)
{
    if (m_memo[id.index] != kNoMemo) {
        m_out.get(m_memo[id.index]);
        return;
    }
    const ValueKind kind = m_tree.kind(id);
    if (const std::string_view type = m_tree.className(id); type.starts_with("numpy.") && kind != ValueKind::Object
                                                            && kind != ValueKind::Array
                                                            && writeNumpyScalar(id, type.substr(sizeof "numpy." - 1)))
        return;
    if (!writeScalar(id, kind))
        writeContainer(id, kind);
}

bool PickleWriting::writeScalar(ValueId id, ValueKind kind)
{
    switch (kind) {
    case ValueKind::None:
        m_out.op(Opcode::None);
        return true;
    case ValueKind::Bool:
        m_out.boolean(m_tree.integer(id) != 0);
        return true;
    case ValueKind::Int:
        m_out.integer(m_tree.integer(id));
        return true;
    case ValueKind::BigInt:
        m_out.integer(m_tree.text(id));
        return true;
    case ValueKind::Float:
        m_out.real(m_tree.real(id));
        return true;
    case ValueKind::Str:
        writeText(id);
        return true;
    case ValueKind::Bytes:
        writeBytes(id);
        return true;
    case ValueKind::Global:
        m_out.global(m_tree.text(id));
        return true;
    default:
        return false;
    }
}

std::string PickleWriting::contentOf(ValueId id)
{
    Result<std::string> content = bytesOf(m_tree, id, kLongestText);
    if (content)
        return *std::move(content);
    fail(id, content.error().code, content.error().detail);
    return {};
}

void PickleWriting::writeText(ValueId id)
{
    if (!m_tree.externalBytes(id)) {
        m_out.text(m_tree.text(id));
        return;
    }
    m_out.text(contentOf(id));
    remember(id);
}

void PickleWriting::writeBytes(ValueId id)
{
    const std::string content = contentOf(id);
    if (m_tree.className(id) == "bytearray") {
        m_out.global("__builtin__", "bytearray");
        m_out.latin1Text(content);
        m_out.text("latin-1");
        m_out.op(Opcode::Tuple2);
        m_out.op(Opcode::Reduce);
    } else {
        m_out.bytes(content);
    }
    remember(id);
}

}  // namespace waypoint
