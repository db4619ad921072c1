// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "tests/core/data/data_test_kit.h"

#include "core/data/image_pixels.h"

#include <cstdio>
#include <cstdlib>

#include <gif_lib.h>
#include <jpeglib.h>
#include <zlib.h>

/// Image files, made of pixels.
namespace waypoint::test {

/// `channels` bytes a pixel, from a formula that has no symmetry.
inline std::string pattern(int width, int height, int channels)
{
    std::string bytes;
    for (int y = 0; y < height; ++y)
        for (int x = 0; x < width; ++x)
            for (int c = 0; c < channels; ++c)
                bytes += static_cast<char>((x * 29 + y * 53 + c * 71 + x * y) % 256);
    return bytes;
}

inline ImagePixels pixelsOf(int width, int height, const std::string &rgb)
{
    return {{width, height}, {rgb.begin(), rgb.end()}};
}

inline std::string packed(const std::string &bytes)
{
    std::string out(compressBound(bytes.size()), '\0');
    uLongf length = out.size();
    compress(reinterpret_cast<Bytef *>(out.data()), &length, reinterpret_cast<const Bytef *>(bytes.data()),
             bytes.size());
    out.resize(length);
    return out;
}

inline std::string pngChunk(const std::string &name, const std::string &content)
{
    const auto body = name + content;
    return big(std::uint32_t(content.size())) + body
           + big(std::uint32_t(crc32(0, reinterpret_cast<const Bytef *>(body.data()), uInt(body.size()))));
}

/// A PNG of rows that are packed as its colour type wants them; `more` goes before the data (a palette).
inline std::string png(int width, int height, int bits, int colourType, const std::string &rows,
                       const std::string &more = {})
{
    const auto rowBytes = rows.size() / std::size_t(height);
    std::string filtered;
    for (std::size_t y = 0; y < std::size_t(height); ++y)
        filtered += '\0' + rows.substr(y * rowBytes, rowBytes);
    return "\x89PNG\r\n\x1a\n"
           + pngChunk("IHDR", big(std::uint32_t(width)) + big(std::uint32_t(height)) + char(bits) + char(colourType)
                                  + std::string(3, '\0'))
           + more + pngChunk("IDAT", packed(filtered)) + pngChunk("IEND", "");
}

inline std::string rgbPng(int width, int height) { return png(width, height, 8, 2, pattern(width, height, 3)); }

inline std::string jpeg(int width, int height, int channels, const std::string &pixels)
{
    jpeg_compress_struct info{};
    jpeg_error_mgr errors{};
    info.err = jpeg_std_error(&errors);
    jpeg_create_compress(&info);
    unsigned char *memory = nullptr;
    unsigned long length = 0;
    jpeg_mem_dest(&info, &memory, &length);
    info.image_width = JDIMENSION(width);
    info.image_height = JDIMENSION(height);
    info.input_components = channels;
    info.in_color_space = channels == 1 ? JCS_GRAYSCALE : JCS_RGB;
    jpeg_set_defaults(&info);
    jpeg_set_quality(&info, 100, TRUE);
    jpeg_start_compress(&info, TRUE);
    auto copy = pixels;
    while (info.next_scanline < info.image_height) {
        auto *row = reinterpret_cast<JSAMPROW>(copy.data()) + info.next_scanline * JDIMENSION(width * channels);
        jpeg_write_scanlines(&info, &row, 1);
    }
    jpeg_finish_compress(&info);
    jpeg_destroy_compress(&info);
    std::string file(reinterpret_cast<char *>(memory), length);
    std::free(memory);
    return file;
}

inline std::string little(std::uint32_t number, int bytes)
{
    std::string out;
    for (int i = 0; i < bytes; ++i)
        out += static_cast<char>(number >> (8 * i) & 0xffu);
    return out;
}

/// A BMP of rows as they are stored: from the bottom where `height` is above 0, each a multiple of four bytes long.
inline std::string bmp(int width, int height, int bits, const std::string &rows, const std::string &palette = {})
{
    const auto dataAt = std::uint32_t(54 + palette.size());
    return "BM" + little(std::uint32_t(dataAt + rows.size()), 4) + little(0, 4) + little(dataAt, 4) + little(40, 4)
           + little(std::uint32_t(width), 4) + little(std::uint32_t(height), 4) + little(1, 2)
           + little(std::uint32_t(bits), 2) + std::string(24, '\0') + palette + rows;
}

/// A GIF of indices into two colours: red and blue.
inline std::string gif(int width, int height, bool interlaced, const std::string &indices)
{
    std::string file;
    const auto write = [](GifFileType *to, const GifByteType *bytes, int length) {
        static_cast<std::string *>(to->UserData)->append(reinterpret_cast<const char *>(bytes), std::size_t(length));
        return length;
    };
    GifColorType colours[2] = {{255, 0, 0}, {0, 0, 255}};
    auto *map = GifMakeMapObject(2, colours);
    auto *out = EGifOpen(&file, write, nullptr);
    EGifPutScreenDesc(out, width, height, 8, 0, map);
    EGifPutImageDesc(out, 0, 0, width, height, interlaced, nullptr);
    const int firsts[] = {0, 4, 2, 1};
    const int steps[] = {8, 8, 4, 2};
    for (int pass = 0; pass < (interlaced ? 4 : 1); ++pass)
        for (int y = interlaced ? firsts[pass] : 0; y < height; y += interlaced ? steps[pass] : 1) {
            auto row = indices.substr(std::size_t(y * width), std::size_t(width));
            EGifPutLine(out, reinterpret_cast<GifPixelType *>(row.data()), width);
        }
    EGifCloseFile(out, nullptr);
    GifFreeMapObject(map);
    return file;
}

inline Result<ImagePixels> decoded(const std::string &file)
{
    return decodeImage(std::as_bytes(std::span(file.data(), file.size())));
}

}  // namespace waypoint::test
