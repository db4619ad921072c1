// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/models/compare_files.h"

#include "ui/models/entry_text.h"
#include "ui/models/folder_scan.h"
#include "ui/models/summary.h"
#include "ui/models/text.h"

#include <algorithm>

namespace waypoint {

namespace {

bool holdsTensors(Role role)
{
    return role == Role::Model || role == Role::Module || role == Role::Ema || role == Role::Optimizer;
}

/// Which of a run's checkpoints it is comes first: there is little room beside another one.
QString shortSentence(const Checkpoint &checkpoint)
{
    const QString whole = summarySentence(checkpoint);
    const qsizetype epoch = whole.indexOf(QStringLiteral(" · epoch "));
    return epoch < 0 ? whole : whole.mid(epoch + 3);
}

CompareFilePtr readFile(const std::filesystem::path &path, const Opener &opener, const std::stop_token &stop,
                        Progress &progress)
{
    auto file = std::make_shared<CompareFile>();
    file->path = path;
    file->stamp = stampOf(path, stop);
    std::error_code error;
    if (std::filesystem::is_directory(path, error) && !isOneCheckpoint(path)) {
        file->isPlainFolder = true;
        return file;
    }
    OpenOptions options;
    options.stop = stop;
    options.progress = &progress;
    file->opened = opener(path, options);
    if (file->opened.checkpoint) {
        file->places = comparePlaces(*file->opened.checkpoint);
        file->sentence = shortSentence(*file->opened.checkpoint);
    }
    return file;
}

/// Where a side stands; the whole file where it has no such part.
DiffSide sideOf(const CompareFile &file, const QString &section, QStringList &problems)
{
    DiffSide side{.checkpoint = file.opened.checkpoint, .section = comparePlace(*file.opened.checkpoint, section)};
    if (side.section != kNoEntry)
        return side;
    side.section = kRootEntry;
    QStringList there;
    for (const ComparePlace &place : file.places)
        if (!place.path.isEmpty())
            there << place.path;
    const QString name = text::fromPath(file.path.filename());
    problems << (there.isEmpty()
                     ? CompareFiles::tr("%1 has no part “%2”: the whole file is compared.").arg(name, section)
                     : CompareFiles::tr("%1 has no part “%2” (it has %3): the whole file is compared.")
                           .arg(name, section, there.join(QStringLiteral(", "))));
    return side;
}

}  // namespace

std::vector<ComparePlace> comparePlaces(const Checkpoint &checkpoint)
{
    std::vector<ComparePlace> places{{CompareFiles::tr("Whole file"), {}}};
    for (const Section &section : checkpoint.sections) {
        if (section.entry == kRootEntry || !holdsTensors(section.role))
            continue;
        const QString path = text::fromUtf8(checkpoint.entries.pathText(section.entry));
        const QString word = entry_text::roleWord(section.role);
        places.push_back({path == word ? word : QStringLiteral("%1 · %2").arg(word, path), path});
    }
    return places;
}

EntryId comparePlace(const Checkpoint &checkpoint, const QString &wanted)
{
    if (wanted.isEmpty())
        return kRootEntry;
    const std::string path = wanted.toStdString();
    if (const EntryId found = checkpoint.entries.find(path); found != kNoEntry)
        return found;
    const auto section = std::find_if(checkpoint.sections.begin(), checkpoint.sections.end(),
                                      [&](const Section &one) { return roleName(one.role) == path; });
    return section == checkpoint.sections.end() ? kNoEntry : section->entry;
}

CompareFiles::CompareFiles(Opener opener, QObject *parent)
    : QObject(parent), m_opener(std::move(opener)), m_watches{new FileWatch(this), new FileWatch(this)}, m_reading(this)
{
    for (const Side side : {A, B})
        connect(m_watches[side], &FileWatch::changed, this, [this, side](const FileStamp &stamp) {
            m_sides[side].isStale = true;
            Q_EMIT changedOnDisk(side, stamp.exists);
        });
}

void CompareFiles::setPaths(const QString &a, const QString &b)
{
    const std::array<QString, 2> paths{a, b};
    std::array<QString, 2> sections;
    for (const Side side : {A, B})
        if (m_sides[side].path == paths[side])
            sections[side] = m_sides[side].section;
    setPlaces(paths, sections);
}

void CompareFiles::setPlaces(const std::array<QString, 2> &paths, const std::array<QString, 2> &sections)
{
    for (const Side side : {A, B}) {
        if (m_sides[side].path != paths[side])
            m_sides[side] = {.path = paths[side], .section = {}, .file = nullptr, .isStale = false};
        m_sides[side].section = sections[side];
    }
    start();
}

void CompareFiles::setPath(Side side, const QString &path)
{
    setPaths(side == A ? path : m_sides[A].path, side == B ? path : m_sides[B].path);
}

void CompareFiles::setSection(Side side, const QString &section)
{
    m_sides[side].section = section;
    start();
}

void CompareFiles::swap()
{
    std::swap(m_sides[A], m_sides[B]);
    start();
}

void CompareFiles::reload()
{
    for (Wanted &side : m_sides)
        if (side.isStale || (side.file && !side.file->opened.checkpoint)) {
            side.file = nullptr;
            side.isStale = false;
        }
    start();
}

void CompareFiles::cancel()
{
    if (m_state != State::Reading)
        return;
    m_reading.cancel();
    setState(State::Stopped);
}

void CompareFiles::start()
{
    m_comparison.reset();
    m_problems.clear();
    for (FileWatch *watch : m_watches)
        watch->stop();
    if (m_sides[A].path.isEmpty() && m_sides[B].path.isEmpty()) {
        m_reading.cancel();
        setState(State::Asking);
        return;
    }
    m_reading.start(
        [wanted = m_sides, opener = m_opener](const std::stop_token &stop, Progress &progress) {
            return read(wanted, opener, stop, progress);
        },
        [this](Outcome outcome) { take(std::move(outcome)); });
    setState(State::Reading);
}

CompareFiles::Outcome CompareFiles::read(const std::array<Wanted, 2> &wanted, const Opener &opener,
                                         const std::stop_token &stop, Progress &progress)
{
    Outcome outcome;
    for (const Side side : {A, B}) {
        outcome.files[side] = wanted[side].file;
        if (wanted[side].path.isEmpty() || wanted[side].file)
            continue;
        // One file on both sides is read once.
        if (side == B && wanted[A].path == wanted[B].path)
            outcome.files[B] = outcome.files[A];
        else
            outcome.files[side] = readFile(text::toPath(wanted[side].path), opener, stop, progress);
    }
    const CompareFilePtr &a = outcome.files[A];
    const CompareFilePtr &b = outcome.files[B];
    if (stop.stop_requested() || !a || !b || !a->opened.checkpoint || !b->opened.checkpoint)
        return outcome;
    const DiffSide sideA = sideOf(*a, wanted[A].section, outcome.problems);
    const DiffSide sideB = sideOf(*b, wanted[B].section, outcome.problems);
    CompareContentPtr content = layOutComparison(sideA, sideB, stop);
    if (!stop.stop_requested())
        outcome.comparison = Comparison::of(std::move(content));
    return outcome;
}

void CompareFiles::take(Outcome outcome)
{
    m_sides[A].file = outcome.files[A];
    m_sides[B].file = outcome.files[B];
    m_problems = outcome.problems;
    m_comparison = std::move(outcome.comparison);
    const auto isFolder = [](const CompareFilePtr &file) { return file && file->isPlainFolder; };
    if (isFolder(m_sides[A].file) || isFolder(m_sides[B].file)) {
        setState(State::Asking);
        Q_EMIT foundPlainFolder();
        return;
    }
    const auto failed = [](const CompareFilePtr &file) { return file && !file->opened.checkpoint; };
    watch(A);
    watch(B);
    if (failed(m_sides[A].file) || failed(m_sides[B].file))
        setState(State::Failed);
    else
        setState(m_comparison ? State::Ready : State::Asking);
}

void CompareFiles::watch(Side side)
{
    if (const CompareFilePtr &file = m_sides[side].file)
        m_watches[side]->watch(file->path, file->stamp);
}

void CompareFiles::setState(State state)
{
    m_state = state;
    Q_EMIT stateChanged();
}

}  // namespace waypoint
