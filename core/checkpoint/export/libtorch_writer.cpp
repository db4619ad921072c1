// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/checkpoint/export/module_tree.h"
#include "core/checkpoint/export/named_tensors.h"
#include "core/checkpoint/export/write_verified.h"
#include "core/checkpoint/storage_copy.h"
#include "core/checkpoint/torch_writer.h"
#include "core/io/zip_writer.h"
#include "core/pickle/pickle_writer.h"

#include <fmt/format.h>

#include <array>
#include <unordered_map>
#include <utility>

namespace waypoint {

namespace {

constexpr std::string_view kVersion = "3\n";  // what LibTorch 1.13 and 2 write where no operator needs more

/// Module that a class is in: each of them is called Module in a file of its own, as LibTorch's torch::save has it.
std::string moduleOfClass(std::size_t index)
{
    return index == 0 ? "__torch__" : fmt::format("__torch__.___torch_mangle_{}", index - 1);
}

std::string fileOfClass(std::size_t index)
{
    return index == 0 ? "code/__torch__.py" : fmt::format("code/__torch__/___torch_mangle_{}.py", index - 1);
}

/// As a literal of TorchScript, whose parser knows octal escapes.
std::string literal(std::string_view text)
{
    std::string quoted = "\"";
    for (const char c : text) {
        const auto byte = static_cast<unsigned char>(c);
        if (c == '"' || c == '\\')
            quoted += fmt::format("\\{}", c);
        else if (byte < 0x20 || byte >= 0x7f)
            quoted += fmt::format("\\{:03o}", byte);
        else
            quoted += c;
    }
    return quoted + '"';
}

std::string listOf(const ModulePart &part, bool parameters)
{
    std::string list;
    for (const ModulePart::Held &held : part.tensors)
        if (held.parameter == parameters)
            list += literal(held.name) + ", ";
    return "[" + list + "]";
}

/// The class of a module without code. Every attribute is annotated by its name in quotes, since "0" and "in" are no
/// identifiers.
std::string classText(const ModulePart &part)
{
    std::string text = fmt::format("class Module(Module):\n  __parameters__ = {}\n  __buffers__ = {}\n"
                                   "  __annotations__ = []\n",
                                   listOf(part, true), listOf(part, false));
    for (const ModulePart::Held &held : part.tensors)
        text += fmt::format("  __annotations__[{}] = Tensor\n", literal(held.name));
    for (const auto &[name, index] : part.modules)
        text += fmt::format("  __annotations__[{}] = {}.Module\n", literal(name), moduleOfClass(index));
    return text;
}

/// The modules as values: objects whose state is a dict of tensors and further modules.
class ModuleValues
{
public:
    ModuleValues(const ValueTree &from, const std::vector<ModulePart> &parts) : m_from(from), m_parts(parts) {}

    /// Inner modules come behind the one that holds them, so all are made from the last to the first.
    ValueId make(ValueTree &into)
    {
        std::vector<ValueId> made(m_parts.size());
        for (std::size_t i = m_parts.size(); i-- > 0;)
            made[i] = object(into, i, made);
        return made.front();
    }

private:
    ValueId object(ValueTree &into, std::size_t index, const std::vector<ValueId> &made)
    {
        ObjectValue module;
        module.callable = into.addGlobal(moduleOfClass(index), "Module");
        module.args = into.addContainer(ValueKind::Tuple);
        module.newObject = true;
        module.state = into.addContainer(ValueKind::Dict);
        for (const ModulePart::Held &held : m_parts[index].tensors)
            into.append(module.state, std::array{into.addStr(held.name), tensor(into, held)});
        for (const auto &[name, inner] : m_parts[index].modules)
            into.append(module.state, std::array{into.addStr(name), made[inner]});
        return into.addObject(module);
    }

    ValueId tensor(ValueTree &into, const ModulePart::Held &held)
    {
        TensorValue value;
        value.ref = m_from.tensor(held.tensor).ref;
        const auto [storage, isNew] = m_storages.try_emplace(value.ref.storage, StorageIndex());
        if (isNew)
            storage->second = into.addStorage(m_from.storages()[value.ref.storage]);
        value.ref.storage = storage->second;
        value.ref.parameter = false;  // the class says it
        value.ref.requiresGrad = held.parameter;
        return into.addTensor(std::move(value));
    }

    const ValueTree &m_from;
    const std::vector<ModulePart> &m_parts;
    std::unordered_map<StorageIndex, StorageIndex> m_storages;
};

/// Lazily conjugated views and quantised tensors have no form that LibTorch 1.13 reads back.
Result<void> checkPlain(const ValueTree &tree, std::span<const NamedTensor> tensors)
{
    for (const NamedTensor &tensor : tensors) {
        const TensorValue &value = tree.tensor(tensor.tensor);
        if (value.quantized || value.ref.conjugate || value.ref.negative)
            return aboutTensor(tensor.name, {ErrorCode::Unsupported,
                                             value.quantized ? "it is quantised, which a module without code cannot say"
                                                             : "it is a conjugated or negated view, which LibTorch "
                                                               "does not read",
                                             {},
                                             "Leave it out, or choose the format .pth.",
                                             {}});
    }
    return {};
}

/// All that the archive has, but the bytes of storages.
struct Archive
{
    std::string root;
    std::vector<std::pair<std::string, std::string>> head;  ///< names and contents, before the storages
    ValueTree values;
    std::vector<StorageIndex> storages;
    std::vector<std::pair<std::string, std::string>> tail;

    [[nodiscard]] std::string path(std::string_view name) const { return fmt::format("{}/{}", root, name); }
    [[nodiscard]] const Storage &storage(std::size_t i) const { return values.storages()[storages[i]]; }

    [[nodiscard]] ByteCount bytes() const
    {
        ZipSize size;
        for (const auto &[name, content] : head)
            size.add(path(name), {content.size()});
        for (std::size_t i = 0; i < storages.size(); ++i)
            size.add(path(fmt::format("data/{}", i)), storage(i).bytes);
        for (const auto &[name, content] : tail)
            size.add(path(name), {content.size()});
        return size.total();
    }
};

Result<Archive> archiveOf(const ValueTree &tree, std::span<const NamedTensor> tensors, const std::string &device,
                          std::string root)
{
    const Result<std::vector<ModulePart>> parts = moduleTree(tree, tensors);
    if (!parts)
        return parts.error();
    if (const Result<void> plain = checkPlain(tree, tensors); !plain)
        return plain.error();
    Archive archive;
    archive.root = std::move(root);
    const ValueId module = ModuleValues(tree, *parts).make(archive.values);
    const PickleWriter writer(
        [&](StorageIndex index) {
            const std::string &own = archive.values.storages()[index].device;
            archive.storages.push_back(index);
            return PickleWriter::StorageName{std::to_string(archive.storages.size() - 1), !device.empty() ? device
                                                                                          : own.empty()   ? "cpu"
                                                                                                          : own};
        },
        PickleForm::TorchScript);
    Result<std::string> pickle = writer.write(archive.values, module);
    if (!pickle)
        return pickle.error();
    ValueTree none;
    Result<std::string> constants = PickleWriter({}).write(none, none.addContainer(ValueKind::Tuple));
    if (!constants)
        return constants.error();
    archive.head = {{"data.pkl", *std::move(pickle)}, {"byteorder", "little"}};
    for (std::size_t i = 0; i < parts->size(); ++i)
        archive.tail.emplace_back(fileOfClass(i), classText((*parts)[i]));
    archive.tail.emplace_back("constants.pkl", *std::move(constants));
    archive.tail.emplace_back("version", kVersion);
    return archive;
}

Result<void> fill(AtomicFile &file, const Archive &archive, const std::stop_token &stop)
{
    ZipWriter zip(file);
    for (const auto &[name, content] : archive.head)
        if (Result<void> added = zip.add(archive.path(name), content); !added)
            return added;
    for (std::size_t i = 0; i < archive.storages.size(); ++i) {
        const Storage &storage = archive.storage(i);
        if (Result<void> begun = zip.begin(archive.path(fmt::format("data/{}", i)), storage.bytes); !begun)
            return begun;
        const Result<void> copied =
            copyStorage(storage, stop, [&zip](std::span<const std::byte> block) { return zip.write(block); });
        if (!copied)
            return copied;
        if (Result<void> ended = zip.end(); !ended)
            return ended;
    }
    for (const auto &[name, content] : archive.tail)
        if (Result<void> added = zip.add(archive.path(name), content); !added)
            return added;
    return zip.finish();
}

}  // namespace

Result<void> writeLibTorchArchive(const std::filesystem::path &path, const ValueTree &tree,
                                  std::span<const NamedTensor> tensors, const TensorFileOptions &options,
                                  const std::stop_token &stop)
{
    const Result<Archive> archive = archiveOf(tree, tensors, options.device, torchArchiveName(path));
    if (!archive)
        return archive.error();
    return writeVerified(path, archive->bytes(), options.progress, stop,
                         [&](AtomicFile &file) { return fill(file, *archive, stop); });
}

ByteCount libTorchArchiveBytes(const ValueTree &tree, std::span<const NamedTensor> tensors)
{
    const Result<Archive> archive = archiveOf(tree, tensors, {}, "model");
    return archive ? archive->bytes() : ByteCount();
}

}  // namespace waypoint
