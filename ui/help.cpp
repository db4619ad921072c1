// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/help.h"

#include "ui/app_icon.h"

#include <QtCore/QCoreApplication>
#include <QtWidgets/QMessageBox>

namespace waypoint {

namespace {

QString tr(const char *sentence) { return QCoreApplication::translate("help", sentence); }

void open(QWidget *parent, const QString &title, const QString &text, const QString &more)
{
    auto *box = new QMessageBox(QMessageBox::NoIcon, title, text, QMessageBox::Close, parent);
    box->setAttribute(Qt::WA_DeleteOnClose);
    box->setTextFormat(Qt::RichText);
    box->setInformativeText(more);
    box->setIconPixmap(appIcon().pixmap(64));
    box->open();
}

}  // namespace

void showAbout(QWidget *parent)
{
    open(parent, tr("About Waypoint"), tr("<b>Waypoint %1</b>").arg(QStringLiteral(WAYPOINT_VERSION)),
         tr("Opens any PyTorch checkpoint and shows what is in it, without Python, without the classes it was made "
            "with, and without running anything.<br><br>Free software under the GNU General Public License, version 3 "
            "or later. Built with Qt %1.")
             .arg(QString::fromLatin1(qVersion())));
}

void showSafetyHelp(QWidget *parent)
{
    open(parent, tr("What a file's safety means"),
         tr("<b>Loading a checkpoint in Python can run code. Opening it here cannot.</b>"),
         tr("<p>Most checkpoints are pickles: lists of instructions that name classes and functions for Python to "
            "import and call. A file from somebody else can name any function, <tt>os.system</tt> too, and "
            "<tt>torch.load</tt> would call it.</p>"
            "<p>Waypoint reads the same instructions, but a class is a name to it: nothing is imported, nothing is "
            "called.</p>"
            "<p><b>Safe</b> names only make data: tensors, dicts, numbers.<br>"
            "<b>Unknown</b> names belong to some library or to the author's own code. Loading runs that code.<br>"
            "<b>Dangerous</b> names can run commands, load code or reach the network by themselves.</p>"
            "<p><tt>torch.load(path, weights_only=True)</tt> refuses every name that it does not know. The note above "
            "the tree says whether it would accept the file. safetensors files have no names at all.</p>"));
}

}  // namespace waypoint
