// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/data/image_pixels.h"

#include "core/base/endian.h"
#include "core/base/printable.h"

#include <fmt/format.h>

#include <array>
#include <string_view>

namespace waypoint {

namespace {

enum class Kind { Jpeg, Png, Bmp, Gif, Pnm, WebP, Tiff, Unknown };

Kind kindOf(std::span<const std::byte> file)
{
    const std::string_view text(reinterpret_cast<const char *>(file.data()), file.size());
    if (text.starts_with("\xff\xd8\xff"))
        return Kind::Jpeg;
    if (text.starts_with("\x89PNG\r\n\x1a\n"))
        return Kind::Png;
    if (text.starts_with("GIF87a") || text.starts_with("GIF89a"))
        return Kind::Gif;
    if (text.starts_with("P5") || text.starts_with("P6"))
        return Kind::Pnm;
    if (text.starts_with("RIFF") && text.substr(0, 12).ends_with("WEBP"))
        return Kind::WebP;
    if (text.starts_with(std::string_view("II*\0", 4)) || text.starts_with(std::string_view("MM\0*", 4)))
        return Kind::Tiff;
    return text.starts_with("BM") ? Kind::Bmp : Kind::Unknown;
}

Error unreadable(std::string_view what)
{
    return {
        ErrorCode::Unsupported, std::string(what), {}, "Convert it to PNG or JPEG, or take it out of the folder.", {}};
}

/// A JPEG's size stands in the frame header, after any number of other segments (ITU-T T.81, B.2.2).
ImageSize jpegSize(std::span<const std::byte> head)
{
    std::size_t at = 2;
    while (at + 9 <= head.size() && head[at] == std::byte{0xff}) {
        const auto marker = std::to_integer<unsigned>(head[at + 1]);
        const bool frame = marker >= 0xc0 && marker <= 0xcf && marker != 0xc4 && marker != 0xc8 && marker != 0xcc;
        if (frame)
            return {loadBig<std::uint16_t>(head.data() + at + 7), loadBig<std::uint16_t>(head.data() + at + 5)};
        at += marker == 0xff ? 1u : 2u + loadBig<std::uint16_t>(head.data() + at + 2);
    }
    return {};
}

}  // namespace

Result<void> makeRoom(ImagePixels &pixels, ImageSize size)
{
    if (size.width < 1 || size.height < 1)
        return Error{ErrorCode::Corrupt, fmt::format("an image of {}x{} pixels", size.width, size.height), {}, {}, {}};
    if (size.width > kMostPixels / size.height)
        return Error{ErrorCode::TooLarge,
                     fmt::format("an image of {}x{} pixels", size.width, size.height),
                     {},
                     "Make it smaller, or take it out of the folder.",
                     {}};
    pixels.size = size;
    pixels.rgb.assign(static_cast<std::size_t>(size.width * size.height) * 3, 0);
    return {};
}

Result<ImagePixels> decodeImage(std::span<const std::byte> file)
{
    switch (kindOf(file)) {
    case Kind::Jpeg:
        return decodeJpeg(file);
    case Kind::Png:
        return decodePng(file);
    case Kind::Bmp:
        return decodeBmp(file);
    case Kind::Gif:
        return decodeGif(file);
    case Kind::Pnm:
        return decodePnm(file);
    case Kind::WebP:
        return unreadable("a WebP image, which is not read");
    case Kind::Tiff:
        return unreadable("a TIFF image, which is not read");
    case Kind::Unknown:
        break;
    }
    return unreadable(file.empty() ? "an empty file" : "it is no JPEG, PNG, BMP, GIF or PNM image");
}

ImageSize imageSizeOf(std::span<const std::byte> head)
{
    switch (kindOf(head)) {
    case Kind::Jpeg:
        return jpegSize(head);
    case Kind::Png:
        return head.size() < 24
                   ? ImageSize{}
                   : ImageSize{loadBig<std::uint32_t>(head.data() + 16), loadBig<std::uint32_t>(head.data() + 20)};
    case Kind::Gif:
        return head.size() < 10
                   ? ImageSize{}
                   : ImageSize{loadLittle<std::uint16_t>(head.data() + 6), loadLittle<std::uint16_t>(head.data() + 8)};
    case Kind::Bmp:
    case Kind::Pnm:
        // Their headers vary; such images are quickly decoded.
        if (auto pixels = decodeImage(head))
            return pixels->size;
        break;
    default:
        break;
    }
    return {};
}

}  // namespace waypoint
