// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/metrics/curve_marks.h"
#include "core/metrics/curve_source.h"

#include <iterator>
#include <utility>

namespace waypoint {

namespace {

namespace fs = std::filesystem;

template<typename T>
void moveAll(std::vector<T> &from, std::vector<T> &into)
{
    into.insert(into.end(), std::make_move_iterator(from.begin()), std::make_move_iterator(from.end()));
}

class JoinedSource final : public CurveSource
{
public:
    JoinedSource(std::vector<SourcePart> parts, std::vector<fs::path> marked, std::vector<std::string> notes)
        : m_parts(std::move(parts)), m_marked(std::move(marked)), m_notes(std::move(notes))
    {
    }

    Result<bool> update(const std::stop_token &stop) override
    {
        const auto before = m_marks.size();
        m_marks.clear();
        for (const fs::path &folder : m_marked) {
            auto marks = checkpointsIn(folder);
            moveAll(marks, m_marks);
        }
        bool changed = m_marks.size() != before;
        for (SourcePart &part : m_parts) {
            const auto news = part.source->update(stop);
            if (!news)
                return news.error();
            changed = changed || *news;
        }
        return changed;
    }

    [[nodiscard]] RunCurves collect() override
    {
        RunCurves all;
        for (SourcePart &part : m_parts) {
            RunCurves run = part.source->collect();
            all.kind = std::move(run.kind);
            for (Curve &curve : run.curves)
                curve.name.insert(0, part.prefix);
            moveAll(run.curves, all.curves);
            moveAll(run.files, all.files);
            moveAll(run.marks, all.marks);
            moveAll(run.warnings, all.warnings);
        }
        all.warnings.insert(all.warnings.end(), m_notes.begin(), m_notes.end());
        auto marks = m_marks;
        placeMarks(marks, all.curves);
        moveAll(marks, all.marks);
        return all;
    }

    [[nodiscard]] std::string lookedFor() const override { return m_parts.front().source->lookedFor(); }

private:
    std::vector<SourcePart> m_parts;
    std::vector<fs::path> m_marked;
    std::vector<std::string> m_notes;
    std::vector<CurveMark> m_marks;
};

}  // namespace

CurveSourcePtr joinedSource(std::vector<SourcePart> parts, std::vector<fs::path> marked, std::vector<std::string> notes)
{
    return std::make_unique<JoinedSource>(std::move(parts), std::move(marked), std::move(notes));
}

}  // namespace waypoint
