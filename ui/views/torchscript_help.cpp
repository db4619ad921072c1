// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/views/torchscript_help.h"

#include "ui/views/fact_grid.h"
#include "ui/views/path_drop.h"

#include <QtGui/QClipboard>
#include <QtGui/QFontDatabase>
#include <QtWidgets/QApplication>
#include <QtWidgets/QFileDialog>
#include <QtWidgets/QHBoxLayout>
#include <QtWidgets/QLabel>
#include <QtWidgets/QPushButton>
#include <QtWidgets/QVBoxLayout>

namespace waypoint {

namespace {

QLabel *codeLabel(QWidget *parent)
{
    // Lines of code do not wrap.
    auto *label = new QLabel(TorchScriptHelp::code(), parent);
    label->setTextFormat(Qt::PlainText);
    label->setTextInteractionFlags(Qt::TextSelectableByMouse | Qt::TextSelectableByKeyboard);
    label->setFont(QFontDatabase::systemFont(QFontDatabase::FixedFont));
    label->setAutoFillBackground(true);
    label->setBackgroundRole(QPalette::Base);
    label->setForegroundRole(QPalette::Text);
    label->setContentsMargins(8, 6, 8, 6);
    label->setAccessibleName(TorchScriptHelp::tr("Python code"));
    return label;
}

}  // namespace

TorchScriptHelp::TorchScriptHelp(QWidget *parent) : QWidget(parent), m_reason(plainLabel({}, this))
{
    const auto *drop = new PathDrop(this, tr("Drop to use this model"));
    connect(drop, &PathDrop::dropped, this, &TorchScriptHelp::fileDropped);
    auto *copy = new QPushButton(tr("Copy the Lines"));
    auto *choose = new QPushButton(tr("Choose the File…"));
    connect(copy, &QPushButton::clicked, this, [] { QApplication::clipboard()->setText(code()); });
    connect(choose, &QPushButton::clicked, this, &TorchScriptHelp::browse);
    auto *buttons = new QHBoxLayout;
    buttons->addWidget(copy);
    buttons->addWidget(choose);
    buttons->addStretch();
    auto *column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(6);
    column->addWidget(m_reason);
    column->addWidget(codeLabel(this));
    column->addWidget(plainLabel(tr("Run them in Python where the model is, then drop the file here."), this));
    column->addLayout(buttons);
    setReason(tr("Two lines of Python make a TorchScript file, which has the model in it:"));
}

void TorchScriptHelp::setReason(const QString &reason)
{
    m_reason->setText(reason);
    m_reason->setVisible(!reason.isEmpty());
}

QString TorchScriptHelp::code()
{
    return QStringLiteral("scripted = torch.jit.script(model)\nscripted.save(\"model.pt\")");
}

void TorchScriptHelp::browse()
{
    auto *dialog = new QFileDialog(this, tr("Choose a TorchScript File"));
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->setFileMode(QFileDialog::ExistingFile);
    dialog->setNameFilter(tr("TorchScript (*.pt *.pth *.ts *.torchscript *.jit);;All files (*)"));
    connect(dialog, &QFileDialog::fileSelected, this, &TorchScriptHelp::fileDropped);
    dialog->open();
}

}  // namespace waypoint
