// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/checkpoint/diagnose.h"

#include "core/checkpoint/file_kinds.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>

namespace waypoint {

namespace {

constexpr std::string_view kAgain = "Copy or download it again.";
constexpr std::uint64_t kTiny = 8;  // shorter than any header; a pickle that short has been recognised before

Error notACheckpoint(std::string what, std::string_view advice)
{
    return {.code = ErrorCode::NotACheckpoint,
            .detail = std::move(what),
            .at = {},
            .advice = std::string(advice),
            .file = {}};
}

std::string_view textOf(const Source &source)
{
    return {reinterpret_cast<const char *>(source.head.data()), source.head.size()};
}

std::string sizeInWords(std::uint64_t bytes)
{
    constexpr std::array kUnits = {"bytes", "KiB", "MiB", "GiB", "TiB"};
    auto amount = static_cast<double>(bytes);
    std::size_t unit = 0;
    for (; amount >= 1024 && unit + 1 < kUnits.size(); ++unit)
        amount /= 1024;
    return unit == 0 ? fmt::format("{} bytes", bytes) : fmt::format("{:.1f} {}", amount, kUnits[unit]);
}

/// https://github.com/git-lfs/git-lfs/blob/main/docs/spec.md "The Pointer"
std::optional<Error> lfsPointer(std::string_view text)
{
    if (!text.starts_with("version https://git-lfs.github.com/spec/")
        && !text.starts_with("version https://hawser.github.com/spec/"))
        return std::nullopt;
    std::uint64_t size = 0;
    const std::size_t at = text.find("\nsize ");
    const bool known =
        at != text.npos && std::from_chars(text.data() + at + 6, text.data() + text.size(), size).ec == std::errc();
    return notACheckpoint("it is a Git LFS pointer, a small text that stands for the real file"
                              + (known ? " of " + sizeInWords(size) : std::string()),
                          "Run `git lfs pull` in the repository, or download the real file from its web page.");
}

/// UTF-8 without control characters; a character may be cut at the end of what is looked at.
bool isText(std::string_view text)
{
    std::size_t following = 0;
    for (const char c : text) {
        const auto byte = static_cast<unsigned char>(c);
        if (following > 0) {
            if ((byte & 0xc0u) != 0x80)
                return false;
            --following;
        } else if (byte >= 0x80) {
            following = byte >= 0xf0 && byte < 0xf5 ? 3 : byte >= 0xe0 ? 2 : byte >= 0xc2 ? 1 : 0;
            if (following == 0 || byte >= 0xf5)
                return false;
        } else if (byte == 0x7f || (byte < 0x20 && byte != '\n' && byte != '\r' && byte != '\t' && byte != '\f')) {
            return false;
        }
    }
    return true;
}

bool allZero(std::span<const std::byte> bytes)
{
    return std::all_of(bytes.begin(), bytes.end(), [](std::byte byte) { return byte == std::byte{}; });
}

/// Samples at several places: a whole look at a file of gigabytes would take long and say little more.
bool samplesAreZero(const RandomAccessFile &file)
{
    constexpr std::uint64_t kSamples = 16;
    std::array<std::byte, 4096> block;
    const std::uint64_t size = file.size().value;
    for (std::uint64_t i = 0; i <= kSamples; ++i) {
        const std::uint64_t last = size > block.size() ? size - block.size() : 0;
        const auto got = file.readAt({last / kSamples * i + last % kSamples * i / kSamples}, block);
        if (!got || !allZero(std::span(block).first(*got)))
            return false;
    }
    return true;
}

Error zeroBytes(const Source &source)
{
    const std::uint64_t size = source.file->size().value;
    if (samplesAreZero(*source.file))
        return notACheckpoint(fmt::format("it holds only zero bytes, {} of them", size),
                              "The space was reserved and the data never arrived: the download or the save was "
                              "interrupted. Fetch it again, or look for an older copy.");
    return notACheckpoint("it begins with zero bytes",
                          "Part of it never arrived: the download or the save was interrupted. Fetch it again, or "
                          "look for an older copy.");
}

Error unknownBytes(std::string_view text)
{
    std::string bytes;
    for (const char c : text.substr(0, 8))
        bytes += fmt::format("{}{:02x}", bytes.empty() ? "" : " ", static_cast<unsigned char>(c));
    return notACheckpoint("it starts with the bytes " + bytes + ", as no format does that PyTorch writes",
                          "Check that it is the file that torch.save wrote, and that it was copied as a binary file.");
}

bool isThere(const std::filesystem::path &path)
{
    std::error_code ignored;
    return std::filesystem::exists(path, ignored);
}

bool hasFileEndingIn(const std::filesystem::path &folder, std::string_view ending)
{
    constexpr int kLooks = 10'000;
    std::error_code error;
    std::filesystem::directory_iterator file(folder, error);
    for (int i = 0; !error && file != std::filesystem::directory_iterator() && i < kLooks; ++i, file.increment(error))
        if (file->path().filename().string().ends_with(ending))
            return true;
    return false;
}

Error unknownFolder(const std::filesystem::path &folder)
{
    if (hasFileEndingIn(folder, ".distcp"))
        return {.code = ErrorCode::Truncated,
                .detail = "it is a distributed checkpoint without its .metadata file, which is written last",
                .at = {},
                .advice = "The save did not finish, or hidden files were not copied. Copy the whole folder again, or "
                          "open an older checkpoint.",
                .file = {}};
    if (isThere(folder / "saved_model.pb"))
        return notACheckpoint("it is a folder with a TensorFlow SavedModel",
                              "Waypoint opens models saved by PyTorch; look for the PyTorch version of the model.");
    if (isThere(folder / "Manifest.json") && isThere(folder / "Data"))
        return notACheckpoint("it is a Core ML package",
                              "Waypoint opens models saved by PyTorch; look for the PyTorch version of the model.");
    return notACheckpoint("it is a folder without checkpoints",
                          "Open the folder that holds the checkpoint files, or one of the files.");
}

}  // namespace

Error diagnoseUnknown(const Source &source)
{
    if (source.isFolder())
        return unknownFolder(source.path);
    const std::uint64_t size = source.file->size().value;
    const std::string_view text = textOf(source);
    if (size == 0)
        return notACheckpoint("it is empty",
                              "The save or the download did not begin, or the disk was full. Fetch it again, or look "
                              "for an older copy.");
    if (auto pointer = lfsPointer(text))
        return *pointer;
    if (allZero(source.head))
        return zeroBytes(source);
    if (size <= kTiny)
        return {.code = ErrorCode::Truncated,
                .detail = fmt::format("it has {} bytes, too short for any checkpoint", size),
                .at = ByteOffset{size},
                .advice = std::string(kAgain),
                .file = {}};
    const auto binary = binaryFileKind(source.head);
    if (!binary && (text.starts_with("\xff\xfe") || text.starts_with("\xfe\xff")))
        return notACheckpoint("it is a text file (UTF-16)", "Open the file that torch.save wrote.");
    if (!binary && !isText(text))
        return unknownBytes(text);
    const FileKind kind = binary ? *binary : textFileKind(text);
    Error error = notACheckpoint("it is " + std::string(kind.name), kind.advice);
    error.code = kind.code;
    return error;
}

}  // namespace waypoint
