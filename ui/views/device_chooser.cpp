// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/views/device_chooser.h"

#include "ui/models/text.h"
#include "ui/views/device_row.h"
#include "ui/views/state_line.h"

#include <QtWidgets/QButtonGroup>
#include <QtWidgets/QRadioButton>
#include <QtWidgets/QVBoxLayout>

#include <algorithm>
#include <utility>
#include <vector>

namespace waypoint {

namespace {

constexpr int kAnswerLines = 3;  // in a form of usual width

/// Before anything is known, the CPU is there.
TrainerDevice plainCpu() { return {.name = "cpu"}; }

}  // namespace

struct DeviceChooser::Parts
{
    explicit Parts(DeviceChooser *chooser);

    /// Rows for the devices there are, and for the chosen one.
    void showRows();
    void showRow(int place, const QString &name);
    void removeRowsFrom(int place);
    void fill(DeviceRow *row);
    void showState();
    void chosen(const QString &name);
    [[nodiscard]] const TrainerDevice *known(const QString &name) const;
    [[nodiscard]] QString rowName(const QString &device) const;

    DeviceChooser *owner;
    std::optional<TrainerDevices> devices;
    std::vector<TrainerDevice> listed{plainCpu()};
    QHash<QString, QString> runs;
    QString device = QStringLiteral("cpu");
    QString problem;
    bool isFault = false;
    QVBoxLayout *column;
    std::vector<DeviceRow *> rows;
    QButtonGroup *group;
    StateLine *state = new StateLine;
};

DeviceChooser::Parts::Parts(DeviceChooser *chooser)
    : owner(chooser), column(new QVBoxLayout(chooser)), group(new QButtonGroup(chooser))
{
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(2);
    column->addWidget(state);
    showRows();
}

/// By its name, or by its UUID.
const TrainerDevice *DeviceChooser::Parts::known(const QString &name) const
{
    const std::string text = name.toStdString();
    const auto found = std::ranges::find_if(
        listed, [&](const TrainerDevice &one) { return one.name == text || (!one.uuid.empty() && one.uuid == text); });
    return found == listed.end() ? nullptr : &*found;
}

QString DeviceChooser::Parts::rowName(const QString &name) const
{
    const TrainerDevice *one = known(name);
    return one ? text::fromUtf8(one->name) : name;
}

void DeviceChooser::Parts::showRows()
{
    int place = 0;
    for (const TrainerDevice &one : listed)
        showRow(place++, text::fromUtf8(one.name));
    if (!known(device))
        showRow(place++, device);
    removeRowsFrom(place);
    const QString chosenRow = rowName(device);
    for (DeviceRow *row : rows) {
        fill(row);
        row->button()->setChecked(row->name() == chosenRow);
    }
    showState();
}

/// A row that is there already stays, wherever it was, and so does its focus.
void DeviceChooser::Parts::showRow(int place, const QString &name)
{
    const auto from = rows.begin() + place;
    const auto found = std::find_if(from, rows.end(), [&](const DeviceRow *row) { return row->name() == name; });
    if (found != rows.end()) {
        if (found != from) {
            std::rotate(from, found, found + 1);
            column->removeWidget(rows[static_cast<std::size_t>(place)]);
            column->insertWidget(place, rows[static_cast<std::size_t>(place)]);
        }
        return;
    }
    auto *row = new DeviceRow(name);
    rows.insert(from, row);
    column->insertWidget(place, row);
    group->addButton(row->button());
    connect(row->button(), &QRadioButton::clicked, owner, [this, name] { chosen(name); });
}

void DeviceChooser::Parts::removeRowsFrom(int place)
{
    while (static_cast<int>(rows.size()) > place) {
        group->removeButton(rows.back()->button());
        delete rows.back();
        rows.pop_back();
    }
}

void DeviceChooser::Parts::fill(DeviceRow *row)
{
    if (const TrainerDevice *one = known(row->name()))
        row->setDevice(*one);
    else
        row->setUnknown(devices ? tr("not on this machine") : tr("not known yet"));
    row->setRun(runs.value(row->name()));
}

void DeviceChooser::Parts::chosen(const QString &name)
{
    if (rowName(device) == name)
        return;
    device = name;
    showRows();
    Q_EMIT owner->deviceChanged();
}

void DeviceChooser::Parts::showState()
{
    const TrainerDevice *one = known(device);
    problem.clear();
    if (devices && !one)
        problem = tr("There is no %1 on this machine. Choose another device.").arg(device);
    else if (one && !one->usable)
        problem = tr("%1 cannot be used. Choose another device.").arg(device);
    if (!problem.isEmpty())
        return state->setProblem(problem);
    // What is below should hardly move when the answer comes: it is a GPU or the reason why there is none.
    state->setMinimumHeight(devices ? 0 : kAnswerLines * state->fontMetrics().lineSpacing());
    if (!devices)
        return state->setQuiet(isFault ? tr("Which GPUs there are is not known: waypoint-train did not tell.")
                                       : tr("Looking for GPUs…"));
    QString missing = text::fromUtf8(devices->noGpu);
    if (!missing.isEmpty())
        missing = missing.front().toUpper() + missing.mid(1);
    state->setQuiet(missing);
}

DeviceChooser::DeviceChooser(QWidget *parent) : QWidget(parent), m_parts(std::make_unique<Parts>(this))
{
    setAccessibleName(tr("Device"));
}

DeviceChooser::~DeviceChooser() = default;

void DeviceChooser::setDevices(const std::optional<TrainerDevices> &devices, bool isFault)
{
    if (!devices) {
        if (std::exchange(m_parts->isFault, isFault) != isFault)
            m_parts->showState();
        return;
    }
    if (m_parts->devices == devices)
        return;
    m_parts->devices = devices;
    m_parts->listed = devices->devices;
    if (!m_parts->known(QStringLiteral("cpu")))
        m_parts->listed.insert(m_parts->listed.begin(), plainCpu());
    m_parts->showRows();
}

void DeviceChooser::setRuns(const QHash<QString, QString> &runs)
{
    if (m_parts->runs == runs)
        return;
    m_parts->runs = runs;
    for (DeviceRow *row : m_parts->rows)
        row->setRun(runs.value(row->name()));
}

QString DeviceChooser::device() const { return m_parts->device; }

void DeviceChooser::setDevice(const QString &device)
{
    const QString wanted = device.isEmpty() ? QStringLiteral("cpu") : device;
    if (wanted == m_parts->device)
        return;
    m_parts->device = wanted;
    m_parts->showRows();
    Q_EMIT deviceChanged();
}

QString DeviceChooser::problem() const { return m_parts->problem; }

}  // namespace waypoint
