// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/models/curve_names.h"

#include <QtCore/QRegularExpression>

#include <algorithm>

namespace waypoint {

namespace {

CurvePhase phaseOfWord(const QString &word)
{
    static const QStringList train{QStringLiteral("train"), QStringLiteral("training"), QStringLiteral("trn")};
    static const QStringList validation{QStringLiteral("val"), QStringLiteral("valid"), QStringLiteral("validation"),
                                        QStringLiteral("eval"), QStringLiteral("dev")};
    if (train.contains(word))
        return CurvePhase::Train;
    if (validation.contains(word))
        return CurvePhase::Validation;
    return word == QLatin1String("test") ? CurvePhase::Test : CurvePhase::None;
}

const QRegularExpression &breaks()
{
    static const QRegularExpression characters(QStringLiteral("[/_\\-. :]"));
    return characters;
}

/// "loss/epoch", "train_loss_step": a mean over an epoch's training samples, or of one batch of them.
bool saysHowOften(const QString &word, bool isLast)
{
    return isLast && (word == QLatin1String("epoch") || word == QLatin1String("step"));
}

/// The words of a name that do not say which samples, with the characters between them: "train/box_loss" -> "box_loss".
QString withoutPhase(const QString &name)
{
    QString rest;
    qsizetype from = 0;
    while (from <= name.size()) {
        const qsizetype found = name.indexOf(breaks(), from);
        const qsizetype end = found < 0 ? name.size() : found;
        const QString word = name.mid(from, end - from);
        if (phaseOfWord(word.toLower()) == CurvePhase::None && !saysHowOften(word.toLower(), found < 0)) {
            if (!rest.isEmpty())
                rest += name.at(from - 1);
            rest += word;
        }
        from = end + 1;
    }
    return rest;
}

QString withParents(const QString &title, const QString &path, int parents)
{
    const QStringList parts = path.split(QLatin1Char('/'), Qt::SkipEmptyParts);
    // The title is the file's own name, or its folder's.
    const qsizetype named = parts.lastIndexOf(title);
    const qsizetype last = named < 0 ? parts.size() - 1 : named;
    const qsizetype first = std::max<qsizetype>(last - parents, 0);
    const QString before = parts.mid(first, last - first).join(QLatin1Char('/'));
    return before.isEmpty() ? title : before + QLatin1Char('/') + title;
}

bool isUnique(const QStringList &titles, qsizetype at) { return titles.count(titles.at(at)) == 1; }

}  // namespace

CurvePhase curvePhase(const QString &name)
{
    const QStringList words = name.toLower().split(breaks());
    for (const QString &word : words)
        if (const CurvePhase phase = phaseOfWord(word); phase != CurvePhase::None)
            return phase;
    return words.size() > 1 && saysHowOften(words.last(), true) ? CurvePhase::Train : CurvePhase::None;
}

QString curveQuantity(const QString &name)
{
    const QString quantity = withoutPhase(name);
    return quantity.isEmpty() ? name : quantity;
}

QString curveSubject(const QString &name)
{
    const QString subject = curveQuantity(name);
    const qsizetype slash = subject.lastIndexOf(QLatin1Char('/'));
    return slash > 0 ? subject.left(slash) : subject;
}

QStringList distinctTitles(const QStringList &titles, const QStringList &paths)
{
    constexpr int kMostParents = 8;
    QStringList distinct = titles;
    for (int parents = 1; parents <= kMostParents; ++parents) {
        const QStringList before = distinct;
        for (qsizetype i = 0; i < titles.size(); ++i)
            if (!isUnique(before, i))
                distinct[i] = withParents(titles.at(i), paths.at(i), parents);
    }
    return distinct;
}

}  // namespace waypoint
