// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/jobs/file_watch.h"
#include "ui/jobs/job.h"
#include "ui/models/compare_scan.h"
#include "ui/models/load_checkpoint.h"

#include <QtCore/QObject>

#include <array>

namespace waypoint {

/// A part of a file that one side of a comparison can be.
struct ComparePlace
{
    QString label;  ///< "Whole file", "model · net"
    QString path;   ///< in the file; empty for all of it
};

/// A file read to be compared. Immutable.
struct CompareFile
{
    std::filesystem::path path;
    Opened opened;
    FileStamp stamp;             ///< from before it was read
    bool isPlainFolder = false;  ///< holds files and is no checkpoint itself
    std::vector<ComparePlace> places;
    QString sentence;  ///< what it is: "Training checkpoint · epoch 50 · SGD"
};
using CompareFilePtr = std::shared_ptr<const CompareFile>;

/// Parts of a checkpoint that hold tensors; the whole file first.
[[nodiscard]] std::vector<ComparePlace> comparePlaces(const Checkpoint &checkpoint);

/// The part at a path, or the first of a role ("ema"); kNoEntry where there is none.
[[nodiscard]] EntryId comparePlace(const Checkpoint &checkpoint, const QString &wanted);

/// The two files of a comparison: reads them in the background, each once, matches them, and notices when they change
/// on disk. Lives on the window's thread.
class CompareFiles final : public QObject
{
    Q_OBJECT

public:
    enum class State {
        Asking,   ///< a side has no file yet
        Reading,  ///< or matching
        Failed,   ///< a side cannot be read
        Stopped,  ///< by the person
        Ready,
    };
    enum Side { A, B };

    explicit CompareFiles(Opener opener, QObject *parent = nullptr);

    /// Empty paths ask for a file. What is read already is not read again.
    void setPaths(const QString &a, const QString &b);
    void setPath(Side side, const QString &path);
    /// A path of a part, or the name of a role; empty for the whole file.
    void setSection(Side side, const QString &section);
    /// Both at once.
    void setPlaces(const std::array<QString, 2> &paths, const std::array<QString, 2> &sections);
    void swap();
    /// Reads what changed, failed or was stopped again.
    void reload();
    void cancel();

    [[nodiscard]] State state() const { return m_state; }
    [[nodiscard]] QString path(Side side) const { return m_sides[side].path; }
    [[nodiscard]] QString section(Side side) const { return m_sides[side].section; }
    /// Null until it is read.
    [[nodiscard]] const CompareFilePtr &file(Side side) const { return m_sides[side].file; }
    /// Null unless Ready.
    [[nodiscard]] const ComparisonPtr &comparison() const { return m_comparison; }
    /// Sections that were asked for and are not there, as sentences.
    [[nodiscard]] const QStringList &problems() const { return m_problems; }
    [[nodiscard]] const Progress *progress() const { return m_reading.progress(); }

Q_SIGNALS:
    void stateChanged();
    /// A file is no longer what was read. `exists` is false where it is gone.
    void changedOnDisk(int side, bool exists);
    /// One of the paths is a folder of files.
    void foundPlainFolder();

private:
    struct Wanted
    {
        QString path;
        QString section;
        CompareFilePtr file;
        bool isStale = false;  ///< it changed on disk
    };
    struct Outcome
    {
        std::array<CompareFilePtr, 2> files;
        ComparisonPtr comparison;
        QStringList problems;
    };

    static Outcome read(const std::array<Wanted, 2> &wanted, const Opener &opener, const std::stop_token &stop,
                        Progress &progress);
    void start();
    void take(Outcome outcome);
    void watch(Side side);
    void setState(State state);

    Opener m_opener;
    State m_state = State::Asking;
    std::array<Wanted, 2> m_sides;
    ComparisonPtr m_comparison;
    QStringList m_problems;
    std::array<FileWatch *, 2> m_watches;
    Job<Outcome> m_reading;
};

}  // namespace waypoint
