// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/data/image_pixels.h"

#include <algorithm>
#include <array>
#include <cstring>
#include <memory>
#include <string>

#include <gif_lib.h>

namespace waypoint {

namespace {

struct CloseGif
{
    void operator()(GifFileType *gif) const { DGifCloseFile(gif, nullptr); }
};

using GifPtr = std::unique_ptr<GifFileType, CloseGif>;

int readBytes(GifFileType *gif, GifByteType *into, int length)
{
    auto &left = *static_cast<std::span<const std::byte> *>(gif->UserData);
    const auto given = std::min(left.size(), static_cast<std::size_t>(std::max(length, 0)));
    if (given > 0)
        std::memcpy(into, left.data(), given);
    left = left.subspan(given);
    return static_cast<int>(given);
}

Error broken(int code)
{
    const char *message = GifErrorString(code);
    return {ErrorCode::Corrupt,
            std::string("GIF: ") + (message ? message : "the image is broken"),
            {},
            "Replace the image, or take it out of the folder.",
            {}};
}

Result<void> skipToPicture(GifFileType &gif)
{
    for (;;) {
        GifRecordType record = UNDEFINED_RECORD_TYPE;
        if (DGifGetRecordType(&gif, &record) == GIF_ERROR)
            return broken(gif.Error);
        if (record == IMAGE_DESC_RECORD_TYPE)
            return DGifGetImageDesc(&gif) == GIF_ERROR ? Result<void>(broken(gif.Error)) : Result<void>();
        if (record == TERMINATE_RECORD_TYPE)
            return broken(D_GIF_ERR_NO_IMAG_DSCR);
        int code = 0;
        GifByteType *block = nullptr;
        if (record == EXTENSION_RECORD_TYPE && DGifGetExtension(&gif, &code, &block) == GIF_ERROR)
            return broken(gif.Error);
        while (block)
            if (DGifGetExtensionNext(&gif, &block) == GIF_ERROR)
                return broken(gif.Error);
    }
}

void paintRow(const GifFileType &gif, std::span<const GifPixelType> row, std::int64_t y, ImagePixels &pixels)
{
    const auto *colours = gif.Image.ColorMap ? gif.Image.ColorMap : gif.SColorMap;
    for (std::size_t i = 0; i < row.size(); ++i) {
        const auto x = static_cast<std::int64_t>(i) + gif.Image.Left;
        if (x >= pixels.size.width || y >= pixels.size.height || row[i] >= colours->ColorCount)
            continue;
        const auto &colour = colours->Colors[row[i]];
        auto *to = pixels.rgb.data() + (y * pixels.size.width + x) * 3;
        to[0] = colour.Red;
        to[1] = colour.Green;
        to[2] = colour.Blue;
    }
}

Result<void> paint(GifFileType &gif, ImagePixels &pixels)
{
    if (!gif.Image.ColorMap && !gif.SColorMap)
        return broken(D_GIF_ERR_NO_COLOR_MAP);
    const auto width = gif.Image.Width;
    const auto height = gif.Image.Height;
    std::vector<GifPixelType> row(static_cast<std::size_t>(std::max(width, 0)));
    // Interlaced rows come in four passes (GIF89a, appendix E); others in one.
    constexpr std::array<std::array<int, 2>, 4> kPasses{{{0, 8}, {4, 8}, {2, 4}, {1, 2}}};
    for (std::size_t pass = 0; pass < (gif.Image.Interlace ? kPasses.size() : 1); ++pass) {
        const int first = gif.Image.Interlace ? kPasses[pass][0] : 0;
        const int step = gif.Image.Interlace ? kPasses[pass][1] : 1;
        for (int y = first; y < height; y += step) {
            if (DGifGetLine(&gif, row.data(), width) == GIF_ERROR)
                return broken(gif.Error);
            paintRow(gif, row, std::int64_t{y} + gif.Image.Top, pixels);
        }
    }
    return {};
}

}  // namespace

Result<ImagePixels> decodeGif(std::span<const std::byte> file)
{
    int code = 0;
    const GifPtr gif(DGifOpen(&file, readBytes, &code));
    if (!gif)
        return broken(code);
    ImagePixels pixels;
    if (auto room = makeRoom(pixels, {gif->SWidth, gif->SHeight}); !room)
        return room.error();
    if (auto found = skipToPicture(*gif); !found)
        return found.error();
    if (auto painted = paint(*gif, pixels); !painted)
        return painted.error();
    return pixels;
}

}  // namespace waypoint
