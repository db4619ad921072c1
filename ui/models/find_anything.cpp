// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/models/find_anything.h"

#include "ui/models/entry_text.h"
#include "ui/models/text.h"

#include <QtCore/QCoreApplication>

#include <algorithm>
#include <optional>
#include <string>
#include <tuple>

namespace waypoint {

namespace {

struct Scored
{
    int score;
    std::size_t length;
    EntryId entry;
};

/// Lower is better; nothing where a word is missing.
std::optional<int> scoreOf(const QString &name, const QString &path, const QStringList &words, const QString &whole)
{
    for (const QString &word : words)
        if (!path.contains(word, Qt::CaseInsensitive))
            return std::nullopt;
    if (name.compare(whole, Qt::CaseInsensitive) == 0)
        return 0;
    if (name.startsWith(whole, Qt::CaseInsensitive))
        return 1;
    if (name.contains(whole, Qt::CaseInsensitive))
        return 2;
    return path.contains(whole, Qt::CaseInsensitive) ? 3 : 4;
}

QString entryDetails(const Checkpoint &checkpoint, EntryId id)
{
    const Value value = checkpoint.entries.value(id);
    if (value.is(ValueKind::Tensor))
        return entry_text::dtype(value) + QStringLiteral(" · ") + entry_text::shape(value);
    return text::elided(entry_text::value(checkpoint, id), 60);
}

Finding entryFinding(const Checkpoint &checkpoint, EntryId id)
{
    Finding finding;
    finding.entry = id;
    finding.title = text::fromUtf8(checkpoint.entries.pathText(id));
    finding.details = entryDetails(checkpoint, id);
    return finding;
}

void addEntries(const Checkpoint &checkpoint, const QStringList &words, const QString &whole, std::size_t most,
                const std::stop_token &stop, std::vector<Finding> &findings)
{
    std::vector<Scored> scored;
    for (EntryId id = 1; id < checkpoint.entries.size(); ++id) {
        if (id % 1024 == 0 && stop.stop_requested())
            return;
        const QString path = text::fromUtf8(checkpoint.entries.pathText(id));
        const QString name = text::fromUtf8(checkpoint.entries.label(id));
        if (const auto score = scoreOf(name, path, words, whole))
            scored.push_back({*score, static_cast<std::size_t>(path.size()), id});
    }
    const std::size_t kept = std::min(most, scored.size());
    std::partial_sort(scored.begin(), scored.begin() + static_cast<std::ptrdiff_t>(kept), scored.end(),
                      [](const Scored &a, const Scored &b) {
                          return std::tie(a.score, a.length, a.entry) < std::tie(b.score, b.length, b.entry);
                      });
    for (std::size_t i = 0; i < kept; ++i)
        findings.push_back(entryFinding(checkpoint, scored[i].entry));
}

void addFiles(const QStringList &paths, Finding::Kind kind, const QStringList &words, const QString &whole,
              std::vector<Finding> &findings)
{
    for (const QString &path : paths) {
        const QString name = path.section(QLatin1Char('/'), -1);
        const bool known =
            std::any_of(findings.begin(), findings.end(), [&](const Finding &finding) { return finding.path == path; });
        if (known || !scoreOf(name, path, words, whole))
            continue;
        Finding finding;
        finding.kind = kind;
        finding.path = path;
        finding.title = name;
        finding.details = kind == Finding::Kind::OpenFile
                              ? QCoreApplication::translate("findAnything", "open in another tab")
                              : QCoreApplication::translate("findAnything", "recent");
        findings.push_back(std::move(finding));
    }
}

}  // namespace

std::vector<Finding> findAnything(const SearchPlaces &places, const QString &text, std::size_t most,
                                  const std::stop_token &stop)
{
    const QString whole = text.trimmed();
    const QStringList words = whole.split(QLatin1Char(' '), Qt::SkipEmptyParts);
    std::vector<Finding> findings;
    if (places.checkpoint)
        addEntries(*places.checkpoint, words, whole, most, stop, findings);
    addFiles(places.openFiles, Finding::Kind::OpenFile, words, whole, findings);
    addFiles(places.recentFiles, Finding::Kind::RecentFile, words, whole, findings);
    return findings;
}

}  // namespace waypoint
