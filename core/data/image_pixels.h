// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace waypoint {

/// Width and height in pixels.
struct ImageSize
{
    std::int64_t width = 0;
    std::int64_t height = 0;

    bool operator==(const ImageSize &) const = default;
};

/// A decoded image: red, green, blue, one byte each, row by row from the top.
struct ImagePixels
{
    ImageSize size;
    std::vector<std::uint8_t> rgb;

    bool operator==(const ImagePixels &) const = default;
};

/// Images beyond this are refused before memory is taken; the same number of pixels as Pillow's.
inline constexpr std::int64_t kMostPixels = 178'956'970;

/// Takes memory for an image; TooLarge beyond kMostPixels, Corrupt where a side is not above 0.
Result<void> makeRoom(ImagePixels &pixels, ImageSize size);

/// Decodes JPEG, PNG, BMP, GIF (the first picture) or binary PNM, told by content. Gray and palettes become RGB,
/// transparency is dropped and of 16 bits the upper 8 are kept, as Pillow's convert('RGB') does; EXIF turns are
/// ignored. Truncated or Corrupt where the image is broken, Unsupported for other content (naming it where it is
/// known).
Result<ImagePixels> decodeImage(std::span<const std::byte> file);

/// Size in pixels from the first bytes of a file; nothing where it is not told there.
[[nodiscard]] ImageSize imageSizeOf(std::span<const std::byte> head);

// The decoders behind it, one per format. Requires: the content begins as that format does.
Result<ImagePixels> decodeJpeg(std::span<const std::byte> file);
Result<ImagePixels> decodePng(std::span<const std::byte> file);
Result<ImagePixels> decodeBmp(std::span<const std::byte> file);
Result<ImagePixels> decodeGif(std::span<const std::byte> file);
Result<ImagePixels> decodePnm(std::span<const std::byte> file);

}  // namespace waypoint
