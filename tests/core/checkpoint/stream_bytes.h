// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#ifndef Q_MOC_RUN  // moc 6.4 cannot read the standard library's <stop_token>

#include "core/checkpoint/reader.h"
#include "core/pickle/value_text.h"
#include "tests/core/checkpoint/torch_pickle.h"

#include <QDir>
#include <QFile>
#include <QTemporaryDir>

#include <cstring>
#include <string>
#include <utility>
#include <vector>

/// Files of the older formats, built byte by byte.
namespace waypoint::test {

inline FilePtr memory(const std::string &content, std::string name = "test")
{
    std::vector<std::byte> bytes(content.size());
    if (!content.empty())
        std::memcpy(bytes.data(), content.data(), content.size());
    return memoryFile(std::move(name), std::move(bytes));
}

/// `width` bytes, the lowest first.
inline std::string little(std::uint64_t value, int width = 8)
{
    std::string out;
    for (int i = 0; i < width; ++i)
        out += static_cast<char>(value >> (8 * i) & 0xffu);
    return out;
}

/// Elements of one storage: the float32 numbers from 1 on.
inline std::string floats(int count)
{
    std::string out(static_cast<std::size_t>(count) * 4, '\0');
    for (int i = 0; i < count; ++i) {
        const auto value = static_cast<float>(i + 1);
        std::memcpy(out.data() + 4 * i, &value, 4);
    }
    return out;
}

/// The persistent id of a storage in a legacy stream; `view` is (key, first element, length) or None.
inline std::string legacyStorage(std::string_view type, std::string_view key, std::int64_t count,
                                 const std::string &view = none(), std::string_view location = "cpu")
{
    return tuple({text("storage"), global("torch", type), text(key), text(location), number(count), view}) + "Q";
}

inline std::string legacyTensor(const std::string &storage, std::int64_t count)
{
    return call("_rebuild_tensor_v2", {storage, number(0), dims({count}), dims({1}), flag(false), hooks()});
}

inline std::string legacyPreamble(bool littleEndian = true)
{
    return pickle(std::string("\x8a\x0al\xfc\x9c\x46\xf9 j\xa8P\x19", 12)) + pickle(number(1001))
           + pickle(dict({{"protocol_version", number(1001)}, {"little_endian", flag(littleEndian)}}));
}

/// A legacy stream: the value, then each storage's key with its data (count and elements).
inline std::string legacyStream(const std::string &value,
                                std::initializer_list<std::pair<std::string_view, std::string>> storages)
{
    std::string keys = "](";
    std::string data;
    for (const auto &[key, bytes] : storages) {
        keys += text(key);
        data += bytes;
    }
    return legacyPreamble() + pickle(value) + pickle(keys + "e") + data;
}

inline std::string legacyData(int count) { return little(static_cast<std::uint64_t>(count)) + floats(count); }

/// What reading a file in memory gave.
struct ReadBack
{
    Checkpoint checkpoint;
    Result<ValueId> root;

    explicit ReadBack(const std::string &content, const OpenOptions &options = {})
        : root(readSource(sourceOf(memory(content), 0), options, checkpoint))
    {
    }
    ReadBack(const ReadBack &) = delete;
    ReadBack &operator=(const ReadBack &) = delete;

    [[nodiscard]] Value value() const { return root ? Value(checkpoint.values, *root) : Value(); }
    [[nodiscard]] QString text() const
    {
        return root ? QString::fromStdString(pythonText(value())) : "error: " + QString::fromStdString(detail());
    }
    [[nodiscard]] std::string detail() const { return root ? std::string() : root.error().detail; }
    [[nodiscard]] QStringList warnings() const
    {
        QStringList texts;
        for (const Warning &warning : checkpoint.warnings)
            texts << QString::fromStdString(warning.text);
        return texts;
    }
    [[nodiscard]] QStringList globals() const
    {
        QStringList names;
        for (const GlobalUse &use : checkpoint.globals)
            names << QString::fromStdString(use.name);
        return names;
    }
    /// Storage of the tensor under a key of the root.
    [[nodiscard]] const Storage &storageOf(std::string_view key) const
    {
        return checkpoint.values.storages()[value()[key].tensor().ref.storage];
    }
};

/// All bytes of a storage as float32 numbers; empty where it cannot be read.
inline std::vector<float> floatsOf(const Storage &storage)
{
    const auto file = storage.source ? storage.source->open(storage.record) : Result<FilePtr>(Error{});
    const auto bytes = file ? readRange(**file, {{}, (*file)->size()}) : Result<std::vector<std::byte>>(Error{});
    if (!bytes)
        return {};
    std::vector<float> numbers(bytes->size() / 4);
    if (!numbers.empty())
        std::memcpy(numbers.data(), bytes->data(), numbers.size() * 4);
    return numbers;
}

/// A folder on disk that a test fills.
class TestFolder
{
public:
    void add(const QString &name, const std::string &content) const
    {
        const QString path = m_folder.filePath(name);
        QDir().mkpath(QFileInfo(path).path());
        QFile file(path);
        if (!file.open(QIODevice::WriteOnly) || file.write(content.data(), static_cast<qint64>(content.size())) < 0)
            qFatal("cannot write %s", qPrintable(path));
    }
    [[nodiscard]] std::filesystem::path path(const QString &name = {}) const
    {
        return m_folder.filePath(name).toStdString();
    }
    [[nodiscard]] Opened open(const QString &name = {}) const { return openCheckpoint(path(name)); }

private:
    QTemporaryDir m_folder;
};

inline QStringList warningsOf(const Opened &opened)
{
    QStringList texts;
    for (const Warning &warning : opened.checkpoint ? opened.checkpoint->warnings : std::vector<Warning>())
        texts << QString::fromStdString(warning.text);
    return texts;
}

inline QString textOf(const Opened &opened)
{
    if (opened.error)
        return "error: " + QString::fromStdString(opened.error->detail);
    return QString::fromStdString(pythonText(opened.checkpoint->entries.value(kRootEntry)));
}

}  // namespace waypoint::test

#endif
