// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/views/export_form.h"

#include "ui/models/text.h"
#include "ui/views/state_line.h"

#include <QtCore/QSettings>
#include <QtWidgets/QCheckBox>
#include <QtWidgets/QComboBox>
#include <QtWidgets/QDoubleSpinBox>
#include <QtWidgets/QFormLayout>
#include <QtWidgets/QHBoxLayout>
#include <QtWidgets/QLabel>
#include <QtWidgets/QLineEdit>
#include <QtWidgets/QVBoxLayout>

#include <array>
#include <utility>

namespace waypoint {

namespace {

QString formatKey() { return QStringLiteral("export/format"); }

constexpr std::array kFormats = {ExportFormat::TorchZip, ExportFormat::Safetensors, ExportFormat::Npz,
                                 ExportFormat::Npy,      ExportFormat::LibTorch,    ExportFormat::TorchLegacy};

QString formatTitle(ExportFormat format)
{
    switch (format) {
    case ExportFormat::TorchZip:
        return ExportForm::tr("PyTorch (.pth)");
    case ExportFormat::TorchLegacy:
        return ExportForm::tr("PyTorch before 1.6 (.pth)");
    case ExportFormat::Safetensors:
        return ExportForm::tr("safetensors");
    case ExportFormat::Npz:
        return ExportForm::tr("NumPy archive (.npz)");
    case ExportFormat::Npy:
        return ExportForm::tr("NumPy array (.npy)");
    case ExportFormat::LibTorch:
        return ExportForm::tr("LibTorch for C++ (.pt)");
    }
    return {};
}

/// A control with the line that belongs to it below.
QWidget *withLine(QWidget *control, QWidget *line)
{
    auto *both = new QWidget;
    auto *column = new QVBoxLayout(both);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(2);
    column->addWidget(control);
    column->addWidget(line);
    return both;
}

/// Adds a row with a line below the control. The label's key goes to the control itself.
void addRow(QFormLayout &rows, const QString &name, QWidget *control, QWidget *line)
{
    auto *label = new QLabel(name);
    rows.addRow(label, withLine(control, line));
    label->setBuddy(control);
}

}  // namespace

ExportForm::ExportForm(CheckpointPtr checkpoint, const std::vector<EntryId> &chosen, QWidget *parent)
    : QWidget(parent),
      m_checkpoint(std::move(checkpoint)),
      m_parts(exportParts(*m_checkpoint, chosen)),
      m_part(new QComboBox),
      m_match(new QLineEdit),
      m_format(new QComboBox),
      m_purpose(new StateLine),
      m_device(new QComboBox),
      m_type(new QComboBox),
      m_loss(new StateLine),
      m_strip(new QComboBox),
      m_add(new QLineEdit),
      m_compact(new QCheckBox(tr("Leave out &bytes that no tensor shows"))),
      m_sharded(new QCheckBox(tr("S&hards of at most"))),
      m_shardSize(new QDoubleSpinBox)
{
    auto *rows = new QFormLayout(this);
    rows->setContentsMargins(0, 0, 0, 0);
    rows->setFieldGrowthPolicy(QFormLayout::ExpandingFieldsGrow);
    createWhat(*rows, chosen);
    createHow(*rows);
    createNames(*rows);
    createShards(*rows);
    for (QComboBox *combo : {m_part, m_format, m_device, m_type, m_strip})
        combo->setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
    restore();
    tell();
}

void ExportForm::createWhat(QFormLayout &rows, const std::vector<EntryId> &)
{
    m_part->setObjectName(QStringLiteral("exportPart"));
    m_part->setSizeAdjustPolicy(QComboBox::AdjustToMinimumContentsLengthWithIcon);
    for (const ExportPart &part : m_parts) {
        m_part->addItem(part.text);
        m_part->setItemData(m_part->count() - 1, part.tip, Qt::ToolTipRole);
    }
    m_match->setObjectName(QStringLiteral("exportMatch"));
    m_match->setPlaceholderText(tr("all tensors, or as in conv*.weight"));
    m_match->setClearButtonEnabled(true);
    m_match->setToolTip(tr("Only tensors whose path or last name matches; * stands for anything. Other values are left "
                           "out then."));
    rows.addRow(tr("&Export"), m_part);
    rows.addRow(tr("&Only"), m_match);
    connect(m_part, &QComboBox::currentIndexChanged, this, &ExportForm::tell);
    connect(m_match, &QLineEdit::textChanged, this, &ExportForm::tell);
}

void ExportForm::createHow(QFormLayout &rows)
{
    m_format->setObjectName(QStringLiteral("exportFormat"));
    for (const ExportFormat format : kFormats)
        m_format->addItem(formatTitle(format), text::fromUtf8(exportFormatName(format)));
    const QString saved = savedDevices(*m_checkpoint);
    m_device->setObjectName(QStringLiteral("exportDevice"));
    m_device->addItem(tr("cpu: loads on any machine"), QStringLiteral("cpu"));
    m_device->addItem(saved.isEmpty() ? tr("as saved") : tr("as saved (%1)").arg(saved), QString());
    m_device->setToolTip(tr("The device every tensor is tagged with. With cpu, torch.load needs no map_location and no "
                            "GPU. Formats other than PyTorch's have no devices."));
    m_type->setObjectName(QStringLiteral("exportType"));
    m_type->addItem(tr("as they are"), QString());
    for (const DType type : {DType::Float32, DType::Float16, DType::BFloat16})
        m_type->addItem(text::fromUtf8(dtypeName(type)), text::fromUtf8(dtypeName(type)));
    m_type->setToolTip(tr("Of floating-point tensors; whole numbers stay what they are."));
    addRow(rows, tr("&Format"), m_format, m_purpose);
    rows.addRow(tr("&Device"), m_device);
    addRow(rows, tr("&Numbers"), m_type, m_loss);
    for (QComboBox *combo : {m_format, m_device, m_type})
        connect(combo, &QComboBox::currentIndexChanged, this, &ExportForm::tell);
}

void ExportForm::createNames(QFormLayout &rows)
{
    m_strip->setObjectName(QStringLiteral("exportStrip"));
    m_strip->setEditable(true);
    m_strip->setInsertPolicy(QComboBox::NoInsert);
    m_strip->addItem(QString());
    m_strip->addItems(commonPrefixes(*m_checkpoint));
    m_strip->setToolTip(tr("Taken from the beginning of the names that have it, as DataParallel's \"module.\""));
    m_strip->lineEdit()->setPlaceholderText(
        m_strip->count() > 1 ? tr("nothing; the names begin with %1").arg(m_strip->itemText(1)) : tr("nothing"));
    m_add->setObjectName(QStringLiteral("exportAdd"));
    m_add->setPlaceholderText(tr("nothing"));
    m_compact->setObjectName(QStringLiteral("exportCompact"));
    m_compact->setChecked(true);
    m_compact->setToolTip(tr("A slice of a large tensor is saved with the whole of it. This makes it as small as it "
                             "looks; tensors that share their bytes go on sharing them."));
    rows.addRow(tr("&Strip prefix"), m_strip);
    rows.addRow(tr("&Add prefix"), m_add);
    rows.addRow(QString(), m_compact);
    connect(m_strip, &QComboBox::currentTextChanged, this, &ExportForm::tell);
    connect(m_add, &QLineEdit::textChanged, this, &ExportForm::tell);
    connect(m_compact, &QCheckBox::toggled, this, &ExportForm::tell);
}

void ExportForm::createShards(QFormLayout &rows)
{
    m_sharded->setObjectName(QStringLiteral("exportSharded"));
    m_sharded->setToolTip(tr("Several files with an index, as transformers reads them"));
    m_shardSize->setObjectName(QStringLiteral("exportShardSize"));
    m_shardSize->setRange(0.001, 1000);
    m_shardSize->setDecimals(3);
    m_shardSize->setValue(5);
    m_shardSize->setSuffix(tr(" GB"));
    m_shardSize->setEnabled(false);
    auto *line = new QWidget;
    auto *layout = new QHBoxLayout(line);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->addWidget(m_sharded);
    layout->addWidget(m_shardSize);
    layout->addStretch(1);
    rows.addRow(QString(), line);
    connect(m_sharded, &QCheckBox::toggled, m_shardSize, &QWidget::setEnabled);
    connect(m_sharded, &QCheckBox::toggled, this, &ExportForm::tell);
    connect(m_shardSize, &QDoubleSpinBox::valueChanged, this, &ExportForm::tell);
}

void ExportForm::restore()
{
    const QSettings settings;
    m_format->setCurrentIndex(std::max(0, m_format->findData(settings.value(formatKey()).toString())));
}

void ExportForm::remember() const
{
    QSettings settings;
    settings.setValue(formatKey(), m_format->currentData());
}

ExportFormat ExportForm::format() const
{
    return exportFormatFromName(m_format->currentData().toString().toStdString()).value_or(ExportFormat::TorchZip);
}

const ExportPart &ExportForm::part() const
{
    return m_parts[static_cast<std::size_t>(std::max(0, m_part->currentIndex()))];
}

ExportOptions ExportForm::options() const
{
    ExportOptions options;
    options.sections = part().sections;
    options.weightsOnly = part().weightsOnly;
    options.useEma = part().useEma;
    options.match = m_match->text().trimmed().toStdString();
    options.format = format();
    options.device = m_device->currentData().toString().toStdString();
    options.dtype = dtypeFromName(m_type->currentData().toString().toStdString());
    if (const QString prefix = m_strip->currentText().trimmed(); !prefix.isEmpty())
        options.stripPrefixes = {prefix.toStdString()};
    options.addPrefix = m_add->text().trimmed().toStdString();
    options.compact = m_compact->isChecked();
    constexpr double kGigabyte = 1e9;
    if (m_sharded->isChecked() && m_sharded->isEnabled())
        options.shardBytes = static_cast<std::uint64_t>(m_shardSize->value() * kGigabyte);
    return options;
}

void ExportForm::setLoss(const QString &sentence) { m_loss->setProblem(sentence); }

void ExportForm::tell()
{
    const ExportFormat chosen = format();
    const bool isTorch = chosen == ExportFormat::TorchZip || chosen == ExportFormat::TorchLegacy;
    m_purpose->setQuiet(formatPurpose(chosen));
    m_device->setEnabled(isTorch);
    m_compact->setEnabled(isTorch);
    m_sharded->setEnabled(chosen == ExportFormat::TorchZip || chosen == ExportFormat::Safetensors);
    m_shardSize->setEnabled(m_sharded->isEnabled() && m_sharded->isChecked());
    Q_EMIT changed();
}

}  // namespace waypoint
