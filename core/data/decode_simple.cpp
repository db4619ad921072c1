// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/endian.h"
#include "core/data/image_pixels.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cstdlib>
#include <optional>
#include <string>
#include <string_view>

namespace waypoint {

namespace {

constexpr std::string_view kAdvice = "Replace the image, or take it out of the folder.";

Error broken(std::string detail) { return {ErrorCode::Corrupt, std::move(detail), {}, std::string(kAdvice), {}}; }
Error endsEarly(std::string kind)
{
    return {ErrorCode::Truncated, std::move(kind) + ": the image ends early", {}, std::string(kAdvice), {}};
}

/// Header of a Windows bitmap: BITMAPCOREHEADER (12 bytes), BITMAPINFOHEADER (40) and its extensions.
struct BmpHeader
{
    std::uint32_t dataAt = 0;
    ImageSize size;
    bool topDown = false;
    unsigned bits = 0;
    std::array<std::uint32_t, 3> masks{};  ///< of red, green, blue for 16 and 32 bits
    std::size_t paletteAt = 0;
    std::size_t paletteStep = 4;
};

std::optional<std::array<std::uint32_t, 3>> bmpMasks(std::span<const std::byte> file, unsigned bits,
                                                     std::uint32_t compression)
{
    if (compression == 3 && file.size() >= 66)
        return std::array{loadLittle<std::uint32_t>(file.data() + 54), loadLittle<std::uint32_t>(file.data() + 58),
                          loadLittle<std::uint32_t>(file.data() + 62)};
    if (compression != 0)
        return std::nullopt;
    return bits == 16 ? std::array<std::uint32_t, 3>{0x7c00, 0x3e0, 0x1f}
                      : std::array<std::uint32_t, 3>{0xff0000, 0xff00, 0xff};
}

Result<BmpHeader> bmpHeader(std::span<const std::byte> file)
{
    if (file.size() < 26)
        return endsEarly("BMP");
    BmpHeader header;
    header.dataAt = loadLittle<std::uint32_t>(file.data() + 10);
    const auto length = loadLittle<std::uint32_t>(file.data() + 14);
    std::uint32_t compression = 0;
    if (length == 12) {
        header.size = {loadLittle<std::uint16_t>(file.data() + 18), loadLittle<std::uint16_t>(file.data() + 20)};
        header.bits = loadLittle<std::uint16_t>(file.data() + 24);
        header.paletteStep = 3;
    } else if (length >= 40 && length <= 124 && file.size() >= 54) {
        const auto height = static_cast<std::int32_t>(loadLittle<std::uint32_t>(file.data() + 22));
        header.size = {static_cast<std::int32_t>(loadLittle<std::uint32_t>(file.data() + 18)),
                       std::abs(std::int64_t{height})};
        header.topDown = height < 0;
        header.bits = loadLittle<std::uint16_t>(file.data() + 28);
        compression = loadLittle<std::uint32_t>(file.data() + 30);
    } else {
        return broken("BMP: its header has an unknown length");
    }
    header.paletteAt = std::size_t{14} + length;
    const auto masks = bmpMasks(file, header.bits, compression);
    if (!masks)
        return Error{ErrorCode::Unsupported, "BMP: it is compressed", {}, "Convert it to PNG or JPEG.", {}};
    header.masks = *masks;
    return header;
}

/// The bits under a mask, stretched to 0..255.
std::uint8_t channelOf(std::uint32_t pixel, std::uint32_t mask)
{
    if (mask == 0)
        return 0;
    const auto shift = std::countr_zero(mask);
    return static_cast<std::uint8_t>(std::uint64_t{(pixel & mask) >> shift} * 255 / (mask >> shift));
}

/// Writes pixel x of a row as red, green, blue. False where its colour is not in the palette.
bool bmpPixel(const BmpHeader &header, std::span<const std::byte> file, const std::byte *row, std::size_t x,
              std::uint8_t *rgb)
{
    if (header.bits <= 8) {
        const auto perByte = 8 / header.bits;
        const auto shift = 8 - header.bits * (x % perByte + 1);
        const auto index = std::to_integer<unsigned>(row[x / perByte]) >> shift & ((1u << header.bits) - 1);
        const auto at = header.paletteAt + index * header.paletteStep;
        if (at + 3 > file.size() || at + 3 > header.dataAt)
            return false;
        for (std::size_t c = 0; c < 3; ++c)
            rgb[c] = std::to_integer<std::uint8_t>(file[at + 2 - c]);
        return true;
    }
    if (header.bits == 24) {
        for (std::size_t c = 0; c < 3; ++c)
            rgb[c] = std::to_integer<std::uint8_t>(row[3 * x + 2 - c]);
        return true;
    }
    const auto pixel =
        header.bits == 16 ? loadLittle<std::uint16_t>(row + 2 * x) : loadLittle<std::uint32_t>(row + 4 * x);
    for (std::size_t c = 0; c < 3; ++c)
        rgb[c] = channelOf(pixel, header.masks[c]);
    return true;
}

/// Number in a PNM header, after blanks and comments; nothing where there is none.
std::optional<std::int64_t> pnmNumber(std::string_view text, std::size_t &at)
{
    for (; at < text.size()
           && (text[at] == ' ' || text[at] == '\t' || text[at] == '\r' || text[at] == '\n' || text[at] == '#');
         ++at)
        if (text[at] == '#')
            at = std::min(text.find('\n', at), text.size() - 1);
    std::int64_t number = 0;
    const auto start = at;
    for (; at < text.size() && text[at] >= '0' && text[at] <= '9' && at - start < 9; ++at)
        number = number * 10 + (text[at] - '0');
    return at == start ? std::nullopt : std::optional(number);
}

}  // namespace

Result<ImagePixels> decodeBmp(std::span<const std::byte> file)
{
    const auto header = bmpHeader(file);
    if (!header)
        return header.error();
    constexpr std::array<unsigned, 6> kBits{1, 4, 8, 16, 24, 32};
    if (std::find(kBits.begin(), kBits.end(), header->bits) == kBits.end())
        return broken("BMP: " + std::to_string(header->bits) + " bits a pixel");
    const auto size = header->size;
    if (size.width < 1 || size.height < 1 || size.width > kMostPixels)
        return broken("BMP: its size is impossible");
    const auto rowBytes = (static_cast<std::uint64_t>(size.width) * header->bits + 31) / 32 * 4;
    if (header->dataAt > file.size()
        || static_cast<std::uint64_t>(size.height) > (file.size() - header->dataAt) / rowBytes)
        return endsEarly("BMP");
    ImagePixels pixels;
    if (auto room = makeRoom(pixels, size); !room)
        return room.error();
    const auto height = static_cast<std::size_t>(size.height);
    const auto width = static_cast<std::size_t>(size.width);
    for (std::size_t y = 0; y < height; ++y) {
        const auto *row = file.data() + header->dataAt + (header->topDown ? y : height - 1 - y) * rowBytes;
        for (std::size_t x = 0; x < width; ++x)
            if (!bmpPixel(*header, file, row, x, pixels.rgb.data() + (y * width + x) * 3))
                return broken("BMP: a colour is not in its palette");
    }
    return pixels;
}

Result<ImagePixels> decodePnm(std::span<const std::byte> file)
{
    const std::string_view text(reinterpret_cast<const char *>(file.data()), file.size());
    std::size_t at = 2;
    const auto width = pnmNumber(text, at);
    const auto height = pnmNumber(text, at);
    const auto most = pnmNumber(text, at);
    if (!width || !height || !most || *most < 1 || *most > 65535 || *width < 1 || *height < 1)
        return broken("PNM: its header makes no sense");
    const std::size_t channels = text[1] == '6' ? 3 : 1;
    const std::size_t bytes = *most > 255 ? 2 : 1;
    const auto left = file.subspan(std::min(at + 1, file.size()));
    if (static_cast<std::uint64_t>(*height) > left.size() / (static_cast<std::uint64_t>(*width) * channels * bytes))
        return endsEarly("PNM");
    ImagePixels pixels;
    if (auto room = makeRoom(pixels, {*width, *height}); !room)
        return room.error();
    for (std::size_t i = 0; i < pixels.rgb.size(); ++i) {
        const auto *from = left.data() + (channels == 3 ? i : i / 3) * bytes;
        const std::int64_t value = bytes == 2 ? loadBig<std::uint16_t>(from) : std::to_integer<std::uint8_t>(*from);
        pixels.rgb[i] = static_cast<std::uint8_t>((std::min(value, *most) * 255 + *most / 2) / *most);
    }
    return pixels;
}

}  // namespace waypoint
