// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/models/folder_scan.h"

#include <sys/stat.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <fstream>
#include <map>
#include <set>
#include <string>
#include <utility>

namespace waypoint {

namespace {

namespace fs = std::filesystem;

std::int64_t modifiedAt(const fs::directory_entry &entry)
{
    std::error_code error;
    const auto time = entry.last_write_time(error);
    if (error)
        return 0;
    using namespace std::chrono;
    return duration_cast<milliseconds>(file_clock::to_sys(time).time_since_epoch()).count();
}

std::string lower(std::string_view name)
{
    std::string result(name);
    for (char &c : result)
        c = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    return result;
}

/// Which of several names of one file it is listed under: "epoch_0004.pth" says more than "last.pth".
bool isAnyMoment(const fs::path &path)
{
    const std::string stem = path.stem().string();
    return stem == "last" || stem == "best" || stem == "latest";
}

/// Files of one folder that are the same file, by another name or by a link, become one.
void joinLinks(std::vector<FoundFile> &files)
{
    std::map<std::pair<dev_t, ino_t>, std::size_t> seen;
    std::set<fs::path> names;
    std::vector<FoundFile> distinct;
    for (FoundFile &file : files) {
        // A folder in which a name is given to another file meanwhile may tell it twice.
        if (!names.insert(file.path).second)
            continue;
        struct stat facts
        {
        };
        const bool known = ::stat(file.path.c_str(), &facts) == 0;
        const auto place = std::pair(facts.st_dev, facts.st_ino);
        const auto same = known ? seen.find(place) : seen.end();
        if (same == seen.end()) {
            if (known)
                seen.emplace(place, distinct.size());
            distinct.push_back(std::move(file));
            continue;
        }
        FoundFile &first = distinct[same->second];
        if (isAnyMoment(first.path) && !isAnyMoment(file.path))
            std::swap(first.path, file.path);
        first.links.push_back(std::move(file.path));
    }
    for (FoundFile &file : distinct)
        std::sort(file.links.begin(), file.links.end());
    files = std::move(distinct);
}

/// Walks folder by folder with a list of what is left, so that depth costs no stack.
class Scanner
{
public:
    Scanner(const ScanLimits &limits, const std::stop_token &stop) : m_limits(limits), m_stop(stop) {}

    FolderScan run(const fs::path &root)
    {
        m_scan.root = root;
        std::error_code error;
        m_scan.exists = fs::is_directory(root, error);
        m_left.push_back({root, 0});
        while (m_scan.exists && !m_left.empty() && !isOver()) {
            const Left next = m_left.back();
            m_left.pop_back();
            look(next);
        }
        std::stable_sort(m_scan.groups.begin(), m_scan.groups.end(),
                         [](const FoundGroup &a, const FoundGroup &b) { return a.modified > b.modified; });
        return std::move(m_scan);
    }

private:
    struct Left
    {
        fs::path folder;
        int depth;
    };

    bool isOver()
    {
        const bool over = m_seen >= m_limits.entries || m_found >= m_limits.found;
        m_scan.cutShort = m_scan.cutShort || over;
        return over || m_stop.stop_requested();
    }

    void look(const Left &left)
    {
        FoundGroup group;
        group.folder = left.folder;
        group.isRun = isRunFolder(left.folder);
        lookInto(left.folder, left.depth, group);
        if (group.isRun) {
            lookInto(left.folder / "checkpoints", m_limits.depth, group);
            std::error_code error;
            group.modified = modifiedAt(fs::directory_entry(left.folder / "run.json", error));
        }
        if (group.files.empty() && !group.isRun)
            return;
        joinLinks(group.files);
        std::stable_sort(group.files.begin(), group.files.end(), [](const FoundFile &a, const FoundFile &b) {
            return a.modified != b.modified ? a.modified > b.modified : a.path < b.path;
        });
        if (!group.files.empty())
            group.modified = group.files.front().modified;
        m_scan.groups.push_back(std::move(group));
    }

    void lookInto(const fs::path &folder, int depth, FoundGroup &group)
    {
        std::error_code error;
        for (fs::directory_iterator entry(folder, error), end; !error && entry != end; entry.increment(error)) {
            ++m_seen;
            if (isOver())
                break;
            take(*entry, depth, group);
        }
    }

    void take(const fs::directory_entry &entry, int depth, FoundGroup &group)
    {
        std::error_code error;
        const std::string name = entry.path().filename().string();
        if (entry.is_directory(error)) {
            takeFolder(entry, name, depth, group);
        } else if (group.isRun && isLogName(name)) {
            return;  // the run itself shows its curves
        } else if ((isCheckpointName(name) || isLogName(name)) && entry.is_regular_file(error)) {
            group.files.push_back(
                {entry.path(), entry.file_size(error), modifiedAt(entry), false, !isCheckpointName(name)});
            ++m_found;
        }
    }

    void takeFolder(const fs::directory_entry &entry, const std::string &name, int depth, FoundGroup &group)
    {
        std::error_code error;
        // Hidden folders are caches; a linked folder could lead in circles.
        if (entry.is_symlink(error) || name.starts_with('.') || name == "__pycache__"
            || (group.isRun && name == "checkpoints"))
            return;
        if (isOneCheckpoint(entry.path())) {
            group.files.push_back({entry.path(), 0, modifiedAt(entry), true, false});
            ++m_found;
        }
        if (depth < m_limits.depth)
            m_left.push_back({entry.path(), depth + 1});
    }

    const ScanLimits &m_limits;
    const std::stop_token &m_stop;
    FolderScan m_scan;
    std::vector<Left> m_left;
    std::size_t m_seen = 0;
    std::size_t m_found = 0;
};

}  // namespace

FolderScan scanFolder(const fs::path &root, const ScanLimits &limits, const std::stop_token &stop)
{
    return Scanner(limits, stop).run(root);
}

bool isCheckpointName(std::string_view fileName)
{
    static constexpr std::array<std::string_view, 14> kEndings{".pt",  ".pth", ".ckpt",        ".pkl", ".pickle",
                                                               ".bin", ".th",  ".safetensors", ".tar", ".pth.tar",
                                                               ".ptl", ".jit", ".index.json",  ".t7"};
    const std::string name = lower(fileName);
    return std::any_of(kEndings.begin(), kEndings.end(),
                       [&](std::string_view ending) { return name.size() > ending.size() && name.ends_with(ending); });
}

bool isLogName(std::string_view fileName)
{
    static constexpr std::array<std::string_view, 7> kNames{"metrics.jsonl", "metrics.csv",        "results.csv",
                                                            "summary.csv",   "trainer_state.json", "metrics.json",
                                                            "scalars.json"};
    const std::string name = lower(fileName);
    return name.starts_with("events.out.tfevents.") || name.ends_with(".log.json")
           || std::find(kNames.begin(), kNames.end(), name) != kNames.end();
}

bool isRunFolder(const fs::path &folder)
{
    // Others call files run.json, too.
    constexpr std::string_view kMark = "\"waypoint\"";
    std::ifstream file(folder / "run.json", std::ios::binary);
    std::string start(64 * 1024, '\0');
    file.read(start.data(), static_cast<std::streamsize>(start.size()));
    return std::string_view(start.data(), static_cast<std::size_t>(file.gcount())).find(kMark)
           != std::string_view::npos;
}

bool isOneCheckpoint(const fs::path &folder)
{
    static constexpr std::array<std::string_view, 6> kMarks{
        ".metadata",    "model.safetensors.index.json", "pytorch_model.bin.index.json", "trainer_state.json",
        "optimizer.pt", "policy.optimizer.pth"};
    std::error_code error;
    return std::any_of(kMarks.begin(), kMarks.end(),
                       [&](std::string_view mark) { return fs::is_regular_file(folder / mark, error); });
}

}  // namespace waypoint
