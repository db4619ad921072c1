// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/models/salvage_look.h"

#include "core/base/describe_error.h"
#include "core/io/atomic_file.h"
#include "ui/models/text.h"

#include <QtCore/QFileInfo>

#include <chrono>
#include <filesystem>
#include <utility>

namespace waypoint {

namespace {

constexpr std::chrono::milliseconds kPoll(100);

QString tr(const char *text) { return SalvageLook::tr(text); }

QString cell(const LostPart &part, int column)
{
    switch (column) {
    case SalvageLostModel::Name:
        return text::fromUtf8(part.path);
    case SalvageLostModel::Size:
        return part.bytes.value > 0 ? text::bytes(part.bytes) : QStringLiteral("?");
    case SalvageLostModel::Reason:
        return text::fromUtf8(part.reason);
    default:
        return {};
    }
}

}  // namespace

QString salvageSentence(const SalvagePlan &plan)
{
    const std::size_t all = plan.allTensors();
    if (plan.namesLost)
        return tr("%1 tensors can be saved, %2. How many there were cannot be told: the list of them breaks off.")
            .arg(text::count(plan.tensors), text::bytes(plan.bytes));
    if (plan.lost.empty() && plan.tensors == 1)
        return tr("Its one tensor can be saved, %1.").arg(text::bytes(plan.bytes));
    if (plan.lost.empty() && plan.tensors > 0)
        return tr("All %1 tensors can be saved, %2.").arg(text::count(plan.tensors), text::bytes(plan.bytes));
    if (plan.tensors == 0)
        return all == 0 ? tr("It holds no tensors; its other values can be saved.")
                        : tr("None of %1 tensors can be saved, only other values.").arg(text::count(all));
    return tr("%1 of %2 tensors can be saved, %3 of %4.")
        .arg(text::count(plan.tensors), text::count(all), text::bytes(plan.bytes), text::bytes(plan.allBytes()));
}

QString salvageRemark(const SalvagePlan &plan)
{
    QStringList parts;
    if (!plan.isDamaged)
        parts << tr("No damage was found: every byte that can be checked is right.");
    else if (plan.tensors > 0 && plan.checked == plan.tensors)
        parts << tr("Checksums say that their bytes are right.");
    else if (plan.checked > 0)
        parts << tr("Checksums say that the bytes of %1 are right; the other %2 have none.")
                     .arg(text::count(plan.checked), text::count(plan.tensors - plan.checked));
    else if (plan.tensors > 0)
        parts << tr("No checksum tells whether their bytes are right.");
    if (plan.otherValues > 0 && plan.tensors > 0)
        parts << (plan.otherValues == 1
                      ? tr("1 other value is there too.")
                      : tr("%1 other values, numbers and texts, are there too.").arg(text::count(plan.otherValues)));
    return parts.join(QLatin1Char(' '));
}

void SalvageLostModel::setPlan(SalvagePlanPtr plan)
{
    beginResetModel();
    m_plan = std::move(plan);
    endResetModel();
}

int SalvageLostModel::rowCount(const QModelIndex &parent) const
{
    return parent.isValid() || !m_plan ? 0 : static_cast<int>(m_plan->lost.size());
}

int SalvageLostModel::columnCount(const QModelIndex &parent) const { return parent.isValid() ? 0 : ColumnCount; }

QVariant SalvageLostModel::data(const QModelIndex &index, int role) const
{
    if (!hasIndex(index.row(), index.column(), index.parent()))
        return {};
    const LostPart &part = m_plan->lost[static_cast<std::size_t>(index.row())];
    if (role == Qt::DisplayRole)
        return cell(part, index.column());
    if (role == Qt::ToolTipRole)
        return index.column() == Size && part.bytes.value > 0 ? text::exactBytes(part.bytes)
                                                              : cell(part, index.column());
    if (role == Qt::TextAlignmentRole && index.column() == Size)
        return QVariant::fromValue(Qt::AlignRight | Qt::AlignVCenter);
    return {};
}

QVariant SalvageLostModel::headerData(int section, Qt::Orientation orientation, int role) const
{
    if (role != Qt::DisplayRole || orientation != Qt::Horizontal)
        return {};
    switch (section) {
    case Name:
        return tr("Lost");
    case Size:
        return tr("Size");
    case Reason:
        return tr("Because");
    default:
        return {};
    }
}

SalvageLook::SalvageLook(const QString &path, QObject *parent)
    : QObject(parent), m_path(path), m_looking(this), m_checking(this), m_writing(this)
{
    m_poll.setInterval(kPoll);
    connect(&m_poll, &QTimer::timeout, this, &SalvageLook::tellProgress);
}

SalvageLook::~SalvageLook() = default;

SalvageLook::Looked SalvageLook::lookAt(const QString &path, const std::stop_token &stop, Progress &progress)
{
    Looked looked;
    const std::filesystem::path file = text::toPath(path);
    Result<SalvagePlan> plan = planSalvage(file, stop, &progress);
    if (plan)
        looked.plan = std::make_shared<const SalvagePlan>(*std::move(plan));
    else
        looked.problem = text::fromUtf8(describe(plan.error()));
    looked.suggested = text::fromPath(salvagedName(file));
    return looked;
}

void SalvageLook::look()
{
    m_plan.reset();
    m_problem.clear();
    m_poll.start();
    m_looking.start(
        [path = m_path](const std::stop_token &stop, Progress &progress) { return lookAt(path, stop, progress); },
        [this](Looked looked) {
            m_poll.stop();
            m_plan = std::move(looked.plan);
            m_problem = std::move(looked.problem);
            m_suggested = std::move(looked.suggested);
            Q_EMIT planChanged();
        });
}

SalvageLook::Target SalvageLook::checkTarget(const QString &target, const QString &source, ByteCount bytes)
{
    namespace fs = std::filesystem;
    const fs::path file = text::toPath(target);
    const fs::path folder = file.parent_path().empty() ? fs::path(".") : file.parent_path();
    std::error_code error;
    if (target.isEmpty() || file.filename().empty())
        return {tr("Give the file a name."), false};
    if (!fs::is_directory(folder, error))
        return {tr("There is no folder %1.").arg(text::fromPath(folder)), false};
    if (fs::is_directory(file, error))
        return {tr("%1 is a folder.").arg(text::fromPath(file)), false};
    if (fs::equivalent(file, text::toPath(source), error))
        return {tr("This is the damaged file itself. Choose another name."), false};
    if (!QFileInfo(text::fromPath(folder)).isWritable())
        return {tr("You may not write into the folder %1. Choose another one.").arg(text::fromPath(folder)), false};
    if (const auto space = freeSpace(folder); space && *space < bytes)
        return {tr("It takes %1, and %2 are free there.").arg(text::bytes(bytes), text::bytes(*space)), false};
    return {{}, fs::exists(file, error)};
}

void SalvageLook::check(const QString &target)
{
    m_targetProblem.reset();
    m_checking.start([target, source = m_path, bytes = m_plan ? m_plan->bytes : ByteCount()](
                         const std::stop_token &, Progress &) { return checkTarget(target, source, bytes); },
                     [this](Target checked) {
                         m_targetProblem = std::move(checked.problem);
                         m_replaces = checked.replaces;
                         Q_EMIT targetChanged();
                     });
}

void SalvageLook::write(const QString &target)
{
    m_poll.start();
    m_writing.start(
        [plan = m_plan, file = text::toPath(target)](const std::stop_token &stop, Progress &progress) {
            return writeSalvaged(*plan, file, stop, &progress);
        },
        [this, target](const Result<void> &result) {
            m_poll.stop();
            if (result)
                Q_EMIT written(target);
            else
                Q_EMIT failed(text::fromUtf8(describe(result.error())));
        });
}

void SalvageLook::stopWriting()
{
    m_poll.stop();
    m_writing.cancel();
}

void SalvageLook::tellProgress()
{
    const Progress *progress = m_writing.isRunning() ? m_writing.progress() : m_looking.progress();
    const std::uint64_t total = progress ? progress->total.load() : 0;
    if (total > 0)
        Q_EMIT progressed(static_cast<double>(progress->done.load()) / static_cast<double>(total));
}

}  // namespace waypoint
