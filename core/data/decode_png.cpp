// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/data/image_pixels.h"

#include <csetjmp>
#include <cstring>
#include <optional>
#include <string>

#include <png.h>

namespace waypoint {

namespace {

/// libpng leaves by longjmp when it fails; everything with a destructor lives outside the function that calls it.
struct PngJob
{
    std::span<const std::byte> left;
    png_structp png = nullptr;
    png_infop info = nullptr;
    std::string message;
    bool endsEarly = false;
    std::optional<Error> refusal;
    ImagePixels pixels;

    explicit PngJob(std::span<const std::byte> file) : left(file) {}
    PngJob(const PngJob &) = delete;
    PngJob &operator=(const PngJob &) = delete;
    ~PngJob() { png_destroy_read_struct(&png, &info, nullptr); }
};

void leave(png_structp png, png_const_charp message)
{
    static_cast<PngJob *>(png_get_error_ptr(png))->message = message;
    png_longjmp(png, 1);
}

void ignore(png_structp, png_const_charp) {}

void readBytes(png_structp png, png_bytep into, std::size_t length)
{
    auto &job = *static_cast<PngJob *>(png_get_io_ptr(png));
    if (length > job.left.size()) {
        job.endsEarly = true;
        png_error(png, "the image ends early");
    }
    std::memcpy(into, job.left.data(), length);
    job.left = job.left.subspan(length);
}

void askForRgb(png_structp png)
{
    png_set_expand(png);
    png_set_strip_16(png);
    png_set_gray_to_rgb(png);
    png_set_strip_alpha(png);
}

/// False where libpng failed; see job.message.
bool decodeInto(PngJob &job)
{
    if (setjmp(png_jmpbuf(job.png)) != 0)
        return false;
    png_set_user_limits(job.png, PNG_UINT_31_MAX, PNG_UINT_31_MAX);  // makeRoom() has a limit of its own
    png_set_read_fn(job.png, &job, readBytes);
    png_read_info(job.png, job.info);
    const auto height = png_get_image_height(job.png, job.info);
    if (auto room = makeRoom(job.pixels, {png_get_image_width(job.png, job.info), height}); !room) {
        job.refusal = room.error();
        return true;
    }
    askForRgb(job.png);
    const int passes = png_set_interlace_handling(job.png);
    png_read_update_info(job.png, job.info);
    const auto rowBytes = png_get_rowbytes(job.png, job.info);
    if (rowBytes * height != job.pixels.rgb.size())
        png_error(job.png, "its rows have an unexpected size");
    for (int pass = 0; pass < passes; ++pass)
        for (png_uint_32 y = 0; y < height; ++y)
            png_read_row(job.png, job.pixels.rgb.data() + y * rowBytes, nullptr);
    return true;
}

}  // namespace

Result<ImagePixels> decodePng(std::span<const std::byte> file)
{
    PngJob job(file);
    job.png = png_create_read_struct(PNG_LIBPNG_VER_STRING, &job, leave, ignore);
    job.info = job.png ? png_create_info_struct(job.png) : nullptr;
    if (!job.info)
        return Error{ErrorCode::TooLarge, "PNG: there is not enough memory", {}, {}, {}};
    if (!decodeInto(job))
        return Error{job.endsEarly ? ErrorCode::Truncated : ErrorCode::Corrupt,
                     "PNG: " + job.message,
                     {},
                     "Replace the image, or take it out of the folder.",
                     {}};
    if (job.refusal)
        return *job.refusal;
    return std::move(job.pixels);
}

}  // namespace waypoint
