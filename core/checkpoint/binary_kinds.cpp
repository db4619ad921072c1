// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/endian.h"
#include "core/checkpoint/file_kinds.h"

#include <algorithm>
#include <array>

namespace waypoint {

namespace {

using namespace std::string_view_literals;

struct Signature
{
    std::size_t at;
    std::string_view bytes;
    FileKind kind;
};

constexpr std::string_view kUnpack = "Unpack it and open what is inside.";
constexpr std::string_view kDecrypt = "Decrypt it with the program that made it, then open the result.";
constexpr std::string_view kOtherModel = "Waypoint opens models saved by PyTorch; convert it, or look for the PyTorch "
                                         "version of the model.";
constexpr std::string_view kLoadNumPy = "Open it with numpy.load.";
constexpr std::string_view kNoModel = "Open the file that torch.save wrote.";
constexpr std::string_view kMobile =
    "It was made for running on a device; open the checkpoint that it was exported from.";

// Longer and surer signatures first. The bytes are those that file(1) and the formats' own pages give.
constexpr auto kSignatures = std::to_array<Signature>({
    {0, "\x89HDF\r\n\x1a\n"sv, {"an HDF5 file, as Keras and MATLAB write it", kOtherModel}},
    {0, "\x89PNG\r\n\x1a\n"sv, {"a PNG image", kNoModel}},
    {0, "\x93NUMPY"sv, {"a NumPy array (.npy)", kLoadNumPy}},
    {0, "7z\xbc\xaf\x27\x1c"sv, {"a 7z archive", kUnpack}},
    {0, "Rar!\x1a\x07"sv, {"a RAR archive", kUnpack}},
    {0, "\xfd\x37zXZ\0"sv, {"compressed with xz", kUnpack}},
    {0, "\x28\xb5\x2f\xfd"sv, {"compressed with Zstandard", kUnpack}},
    {0, "\x04\x22\x4d\x18"sv, {"compressed with LZ4", kUnpack}},
    {0, "\x1f\x8b"sv, {"compressed with gzip", kUnpack}},
    {0, "\x1f\x9d"sv, {"compressed with compress", kUnpack}},
    {0, "BZh"sv, {"compressed with bzip2", kUnpack}},
    {0, "MSCF"sv, {"a Windows cabinet archive", kUnpack}},
    {0, "age-encryption.org/"sv, {"encrypted with age", kDecrypt, ErrorCode::Encrypted}},
    {0, "-----BEGIN AGE ENCRYPTED FILE-----"sv, {"encrypted with age", kDecrypt, ErrorCode::Encrypted}},
    {0, "-----BEGIN PGP MESSAGE-----"sv, {"encrypted with GPG", kDecrypt, ErrorCode::Encrypted}},
    {0, "\x85\x01\x0c\x03"sv, {"encrypted with GPG", kDecrypt, ErrorCode::Encrypted}},
    {0, "\x85\x02\x0c\x03"sv, {"encrypted with GPG", kDecrypt, ErrorCode::Encrypted}},
    {0, "\x8c\x0d\x04"sv, {"encrypted with GPG", kDecrypt, ErrorCode::Encrypted}},
    {0, "Salted__"sv, {"encrypted with OpenSSL", kDecrypt, ErrorCode::Encrypted}},
    {0, "LUKS\xba\xbe"sv, {"an encrypted disk image (LUKS)", kDecrypt, ErrorCode::Encrypted}},
    {0, "$ANSIBLE_VAULT;"sv, {"encrypted with Ansible Vault", kDecrypt, ErrorCode::Encrypted}},
    {0, "GGUF"sv, {"a GGUF model, as llama.cpp uses it", kOtherModel}},
    {0, "lmgg"sv, {"a GGML model, as llama.cpp used it", kOtherModel}},
    {0, "fmgg"sv, {"a GGML model, as llama.cpp used it", kOtherModel}},
    {0, "tjgg"sv, {"a GGML model, as llama.cpp used it", kOtherModel}},
    {4, "TFL3"sv, {"a TensorFlow Lite model", kOtherModel}},
    {4, "PTMF"sv, {"a PyTorch Mobile model (flatbuffer)", kMobile}},
    {4, "ET12"sv, {"an ExecuTorch program", kMobile}},
    {4, "ORTM"sv, {"an ONNX Runtime model", kOtherModel}},
    {0, "PAR1"sv, {"a Parquet table", kNoModel}},
    {0, "ARROW1\0\0"sv, {"an Arrow table", kNoModel}},
    {0, "FEA1"sv, {"a Feather table", kNoModel}},
    {0, "SQLite format 3\0"sv, {"an SQLite database", kNoModel}},
    {0, "MATLAB 5.0 MAT-file"sv, {"a MATLAB file", kNoModel}},
    {0, "\xff\xd8\xff"sv, {"a JPEG image", kNoModel}},
    {0, "GIF87a"sv, {"a GIF image", kNoModel}},
    {0, "GIF89a"sv, {"a GIF image", kNoModel}},
    {0, "II*\0"sv, {"a TIFF image", kNoModel}},
    {0, "MM\0*"sv, {"a TIFF image", kNoModel}},
    {8, "WEBP"sv, {"a WebP image", kNoModel}},
    {8, "WAVE"sv, {"a sound file (WAV)", kNoModel}},
    {0, "fLaC"sv, {"a sound file (FLAC)", kNoModel}},
    {0, "OggS"sv, {"a sound or video file (Ogg)", kNoModel}},
    {0, "ID3"sv, {"a sound file (MP3)", kNoModel}},
    {4, "ftyp"sv, {"a video file (MP4)", kNoModel}},
    {0, "\x1a\x45\xdf\xa3"sv, {"a video file (Matroska)", kNoModel}},
    {0, "%PDF-"sv, {"a PDF document", kNoModel}},
    {0, "%!PS"sv, {"a PostScript document", kNoModel}},
    {0, "\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"sv, {"an old Microsoft Office document", kNoModel}},
    {0,
     "\x7f"
     "ELF"sv,
     {"a program or library for Linux (ELF)", kNoModel}},
    {0, "\xcf\xfa\xed\xfe"sv, {"a program or library for macOS", kNoModel}},
    {0, "\xce\xfa\xed\xfe"sv, {"a program or library for macOS", kNoModel}},
    {0, "\xca\xfe\xba\xbe"sv, {"a program for macOS or a Java class", kNoModel}},
    {0, "!<arch>\n"sv, {"a static library or Debian package", kNoModel}},
    {0, "\0asm"sv, {"a WebAssembly module", kNoModel}},
    {0, "\x12\x01\0\0\0\0\0\0"sv, {"an MXNet parameter file", kOtherModel}},
    {0,
     "\x04\0\0\0\x01\0\0\0\x03\0\0\0V 1"sv,
     {"a model of Torch7, the Lua predecessor of PyTorch",
      "Convert it with torch.utils.serialization.load_lua of PyTorch 0.4 or with the torchfile package."}},
});

std::string_view textOf(std::span<const std::byte> head)
{
    return {reinterpret_cast<const char *>(head.data()), head.size()};
}

bool printable(std::string_view text)
{
    return std::all_of(text.begin(), text.end(), [](char c) { return c >= 0x20 && c < 0x7f; });
}

/// A protobuf field of bytes: tag, then a length below 128; nothing where it is not that.
std::optional<std::string_view> shortField(std::string_view text, std::size_t at, char tag)
{
    if (text.size() < at + 2 || text[at] != tag)
        return std::nullopt;
    const auto length = static_cast<unsigned char>(text[at + 1]);
    if (length >= 0x80 || length == 0 || text.size() < at + 2 + length)
        return std::nullopt;
    return text.substr(at + 2, length);
}

/// ONNX, TensorFlow and Core ML write protobufs, which have no magic number: told by their first fields.
std::optional<FileKind> protobufKind(std::string_view text)
{
    // onnx.proto, ModelProto: ir_version = 1 (a small number), producer_name = 2 or domain = 4, graph = 7.
    if (text.size() > 4 && text[0] == '\x08' && text[1] > 0 && text[1] < 0x20) {
        if (const auto producer = shortField(text, 2, '\x12'); producer && printable(*producer))
            return FileKind{"an ONNX model", kOtherModel};
        // saved_model.proto, SavedModel: saved_model_schema_version = 1 is 1, meta_graphs = 2 is long.
        if (text[1] == 1 && text[2] == '\x12')
            return FileKind{"a TensorFlow SavedModel", kOtherModel};
        if (text[2] == '\x3a' || text[2] == '\x42' || text[2] == '\x1a')
            return FileKind{"an ONNX model", kOtherModel};
        // Core ML's Model.proto: specificationVersion = 1, description = 2 is a message.
        if (text[2] == '\x12' && text.find("com.github.apple.coremltools") != text.npos)
            return FileKind{"a Core ML model", kOtherModel};
    }
    // graph.proto, GraphDef: node = 1, whose name = 1 comes first.
    if (text.size() > 4 && text[0] == '\x0a')
        for (const std::size_t at : {2u, 3u})
            if (const auto name = shortField(text, at, '\x0a');
                name && printable(*name) && shortField(text, at + 2 + name->size(), '\x12'))
                return FileKind{"a TensorFlow graph", kOtherModel};
    return std::nullopt;
}

/// A zip that the zip reader did not take for a checkpoint: told by its first entry.
FileKind zipKind(std::span<const std::byte> head)
{
    // APPNOTE.TXT 4.3.7: flags at 6 (bit 0: encrypted), length of the name at 26, name at 30.
    constexpr std::size_t kName = 30;
    const std::string_view text = textOf(head);
    if (head.size() < kName)
        return {"the beginning of a zip archive and nothing more", "It was cut off; copy or download it again.",
                ErrorCode::Truncated};
    if ((std::to_integer<unsigned>(head[6]) & 1u) != 0)
        return {"a zip archive with a password", "Unpack it with its password, then open what is inside.",
                ErrorCode::Encrypted};
    const std::size_t length = std::to_integer<std::size_t>(head[26]) | std::to_integer<std::size_t>(head[27]) << 8;
    const std::string_view name = text.substr(kName, length);
    if (name.ends_with(".npy"))
        return {"a NumPy archive (.npz)", kLoadNumPy};
    if (name == "[Content_Types].xml")
        return {"a Microsoft Office document", kNoModel};
    if (name == "metadata.json" || name == "config.json" || name == "model.weights.h5")
        return {"a Keras model or another zip archive without PyTorch's records", kOtherModel};
    if (name == "META-INF/" || name == "META-INF/MANIFEST.MF")
        return {"a Java archive", kNoModel};
    return {"a zip archive without PyTorch's records", kUnpack};
}

}  // namespace

std::optional<FileKind> binaryFileKind(std::span<const std::byte> head)
{
    const std::string_view text = textOf(head);
    if (text.starts_with("PK\x03\x04"sv))
        return zipKind(head);
    if (text.starts_with("PK\x05\x06"sv))
        return FileKind{"an empty zip archive", "Save or download it again."};
    for (const Signature &known : kSignatures)
        if (text.size() >= known.at && text.substr(known.at).starts_with(known.bytes))
            return known.kind;
    // DOS programs begin with MZ; so may anything, so the second header is looked for.
    if (text.starts_with("MZ") && text.find("PE\0\0"sv) != text.npos)
        return FileKind{"a program or library for Windows", kNoModel};
    if (text.substr(0, 256).find("burn_core::record") != text.npos
        || text.substr(0, 256).find("burn-core") != text.npos)
        return FileKind{"a record of Burn, a machine learning library for Rust", kOtherModel};
    if (text.substr(0, 128).find("brain.Event:") != text.npos)
        return FileKind{"a TensorBoard event file",
                        "It holds curves and no model; open the checkpoint that lies beside it."};
    return protobufKind(text);
}

}  // namespace waypoint
