// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/data/image_files.h"

#include <algorithm>
#include <array>
#include <iterator>
#include <string_view>
#include <system_error>
#include <utility>

namespace waypoint {

namespace {

namespace fs = std::filesystem;

constexpr std::array<std::string_view, 7> kEndings{".jpg", ".jpeg", ".png", ".bmp", ".gif", ".ppm", ".pgm"};

bool isHidden(const fs::path &path) { return path.filename().string().starts_with('.'); }

bool looksLikeImage(const fs::path &path)
{
    auto ending = path.extension().string();
    std::transform(ending.begin(), ending.end(), ending.begin(),
                   [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; });
    return std::find(kEndings.begin(), kEndings.end(), ending) != kEndings.end();
}

Error failed(const fs::path &folder, const std::error_code &problem)
{
    auto code = ErrorCode::ReadFailed;
    if (problem == std::errc::no_such_file_or_directory || problem == std::errc::not_a_directory)
        code = ErrorCode::NotFound;
    else if (problem == std::errc::permission_denied)
        code = ErrorCode::NoPermission;
    return {code, problem.message(), {}, {}, folder.string()};
}

Error lacks(const fs::path &folder, std::string detail, std::string advice)
{
    return {ErrorCode::NotFound, "folder: " + std::move(detail), {}, std::move(advice), folder.string()};
}

/// Folders below `root`, by name.
Result<std::vector<std::string>> classFolders(const fs::path &root)
{
    std::vector<std::string> classes;
    bool images = false;
    std::error_code problem;
    for (fs::directory_iterator next(root, problem), end; !problem && next != end; next.increment(problem)) {
        std::error_code ignored;
        if (next->is_directory(ignored) && !isHidden(next->path()))
            classes.push_back(next->path().filename().string());
        else if (looksLikeImage(next->path()))
            images = true;
    }
    if (problem)
        return failed(root, problem);
    if (classes.empty() && images)
        return lacks(root, "the images lie in it directly", "Make a folder for each class and put its images there.");
    if (classes.empty())
        return lacks(root, "there is no folder in it", "Make a folder for each class and put its images there.");
    std::sort(classes.begin(), classes.end());
    return classes;
}

/// Images of one class, sorted by folder and then by name; at most `most`, and `cut` is set where there are more.
Result<std::vector<std::string>> imagesOf(const fs::path &root, const std::string &name, std::size_t most,
                                          const DataLimits &limits, bool &cut)
{
    std::vector<std::pair<std::string, std::string>> found;
    std::error_code problem;
    bool isCut = false;
    for (fs::recursive_directory_iterator next(root / name, problem), end; !problem && next != end;
         next.increment(problem)) {
        isCut = found.size() >= most || limits.isOver();
        if (isCut)
            break;
        std::error_code ignored;
        if (isHidden(next->path())) {
            next.disable_recursion_pending();
            continue;
        }
        if (looksLikeImage(next->path()) && next->is_regular_file(ignored))
            found.emplace_back(next->path().parent_path().lexically_relative(root).string(),
                               next->path().filename().string());
    }
    if (problem)
        return failed(root / name, problem);
    cut = cut || isCut;
    if (found.empty() && !isCut)
        return lacks(root / name, "there is no image in it (.jpg, .jpeg, .png, .bmp, .gif, .ppm, .pgm)",
                     "Put images of this class there, or remove the folder.");
    std::sort(found.begin(), found.end());
    std::vector<std::string> files;
    files.reserve(found.size());
    for (const auto &[folder, file] : found)
        files.push_back((fs::path(folder) / file).string());
    return files;
}

}  // namespace

Result<ImageFiles> findImageFiles(const fs::path &root, const DataLimits &limits)
{
    auto classes = classFolders(root);
    if (!classes)
        return classes.error();
    ImageFiles all{root, *std::move(classes), {}, {}, false};
    const auto most = static_cast<std::size_t>(limits.files) / all.classes.size() + 1;
    for (std::size_t label = 0; label < all.classes.size(); ++label) {
        auto files = imagesOf(root, all.classes[label], most, limits, all.cut);
        if (!files)
            return files.error();
        all.labels.insert(all.labels.end(), files->size(), static_cast<std::int32_t>(label));
        std::move(files->begin(), files->end(), std::back_inserter(all.files));
    }
    if (limits.stop.stop_requested())
        return Error{ErrorCode::Cancelled};
    return all;
}

}  // namespace waypoint
