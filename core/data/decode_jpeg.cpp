// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/data/image_pixels.h"

#include <array>
#include <csetjmp>
#include <cstdio>
#include <optional>
#include <string>

#include <jerror.h>
#include <jpeglib.h>

namespace waypoint {

namespace {

/// libjpeg leaves by longjmp when it fails; everything with a destructor lives outside the function that calls it.
struct JpegJob
{
    jpeg_decompress_struct info{};
    jpeg_error_mgr errors{};
    std::jmp_buf escape{};
    std::array<char, JMSG_LENGTH_MAX> message{};
    bool endsEarly = false;
    std::optional<Error> refusal;
    ImagePixels pixels;
    std::vector<std::uint8_t> row;

    JpegJob() = default;
    JpegJob(const JpegJob &) = delete;
    JpegJob &operator=(const JpegJob &) = delete;
    ~JpegJob() { jpeg_destroy_decompress(&info); }
};

JpegJob &jobOf(j_common_ptr info) { return *static_cast<JpegJob *>(info->client_data); }

void leave(j_common_ptr info)
{
    auto &job = jobOf(info);
    info->err->format_message(info, job.message.data());
    std::longjmp(job.escape, 1);
}

/// Warnings are counted by libjpeg's own rules elsewhere; of interest is the one of a file that ends early, for which
/// it would fill in gray.
void note(j_common_ptr info, int level)
{
    if (level < 0 && info->err->msg_code == JWRN_JPEG_EOF)
        jobOf(info).endsEarly = true;
}

void prepare(JpegJob &job)
{
    job.info.err = jpeg_std_error(&job.errors);
    job.errors.error_exit = leave;
    job.errors.emit_message = note;
    job.info.client_data = &job;
}

/// Adobe's programs store the complement of cyan, magenta, yellow and black.
void cmykToRgb(const std::uint8_t *cmyk, std::uint8_t *rgb, std::size_t pixels, bool inverted)
{
    for (std::size_t i = 0; i < pixels; ++i) {
        const unsigned black = inverted ? cmyk[4 * i + 3] : 255u - cmyk[4 * i + 3];
        for (std::size_t c = 0; c < 3; ++c) {
            const unsigned ink = inverted ? cmyk[4 * i + c] : 255u - cmyk[4 * i + c];
            rgb[3 * i + c] = static_cast<std::uint8_t>((ink * black + 127) / 255);
        }
    }
}

void readRows(JpegJob &job)
{
    const bool cmyk = job.info.out_color_space == JCS_CMYK;
    const auto width = static_cast<std::size_t>(job.info.output_width);
    while (job.info.output_scanline < job.info.output_height) {
        auto *to = job.pixels.rgb.data() + job.info.output_scanline * width * 3;
        JSAMPROW row = cmyk ? job.row.data() : to;
        jpeg_read_scanlines(&job.info, &row, 1);
        if (cmyk)
            cmykToRgb(row, to, width, job.info.saw_Adobe_marker != 0);
    }
}

/// False where libjpeg failed; see job.message.
bool decodeInto(JpegJob &job, std::span<const std::byte> file)
{
    if (setjmp(job.escape) != 0)
        return false;
    jpeg_create_decompress(&job.info);
    job.info.client_data = &job;
    jpeg_mem_src(&job.info, reinterpret_cast<const unsigned char *>(file.data()),
                 static_cast<unsigned long>(file.size()));
    jpeg_read_header(&job.info, TRUE);
    const bool cmyk = job.info.jpeg_color_space == JCS_CMYK || job.info.jpeg_color_space == JCS_YCCK;
    job.info.out_color_space = cmyk ? JCS_CMYK : JCS_RGB;
    if (auto room = makeRoom(job.pixels, {job.info.image_width, job.info.image_height}); !room) {
        job.refusal = room.error();
        return true;
    }
    job.row.resize(std::size_t{job.info.image_width} * 4);
    jpeg_start_decompress(&job.info);
    readRows(job);
    jpeg_finish_decompress(&job.info);
    return true;
}

}  // namespace

Result<ImagePixels> decodeJpeg(std::span<const std::byte> file)
{
    JpegJob job;
    prepare(job);
    if (!decodeInto(job, file))
        return Error{ErrorCode::Corrupt,
                     std::string("JPEG: ") + job.message.data(),
                     {},
                     "Replace the image, or take it out of the folder.",
                     {}};
    if (job.refusal)
        return *job.refusal;
    if (job.endsEarly)
        return Error{ErrorCode::Truncated,
                     "JPEG: the image ends early",
                     {},
                     "Replace the image, or take it out of the folder.",
                     {}};
    return std::move(job.pixels);
}

}  // namespace waypoint
