// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/views/plot_parts.h"

#include <QtCore/QRegularExpression>
#include <QtGui/QClipboard>
#include <QtGui/QGuiApplication>
#include <QtWidgets/QFileDialog>
#include <QtWidgets/QMenu>

namespace waypoint {

void Plot::Parts::addActions(QMenu &menu)
{
    const bool anything = stack->currentWidget() == canvas;
    menu.addAction(Plot::tr("Reset Zoom"), &owner, &Plot::resetZoom)->setEnabled(owner.isZoomed());
    const auto addScale = [&](const QString &name, bool on, auto change) {
        QAction *action = menu.addAction(name);
        action->setCheckable(true);
        action->setChecked(on);
        connect(action, &QAction::toggled, &owner, change);
    };
    addScale(Plot::tr("Logarithmic x"), owner.text().x.logarithmic,
             [this](bool on) { owner.setLogarithmic(on, owner.text().y.logarithmic); });
    addScale(Plot::tr("Logarithmic y"), owner.text().y.logarithmic,
             [this](bool on) { owner.setLogarithmic(owner.text().x.logarithmic, on); });
    menu.addSeparator();
    QAction *copy = menu.addAction(Plot::tr("Copy Image"), &owner,
                                   [this] { QGuiApplication::clipboard()->setImage(picture().image()); });
    copy->setEnabled(anything);
    for (const char *suffix : {"png", "svg", "pdf", "csv"}) {
        const QString name = QLatin1String(suffix);
        menu.addAction(Plot::tr("Export as %1…").arg(name.toUpper()), &owner, [this, name] { chooseExport(name); })
            ->setEnabled(anything);
    }
}

PlotPicture Plot::Parts::picture()
{
    std::vector<LegendEntry> shown;
    for (const LegendEntry &entry : legendEntries()) {
        if (canvas->data().isShown(entry.name))
            shown.push_back(entry);
    }
    return {*canvas, std::move(shown), owner.size()};
}

void Plot::Parts::chooseExport(const QString &suffix)
{
    static const QRegularExpression kUnfit(QStringLiteral("[^\\w.\\-]+"),
                                           QRegularExpression::UseUnicodePropertiesOption);
    QString name = owner.text().title;
    name.replace(kUnfit, QStringLiteral("_"));
    auto *dialog = new QFileDialog(&owner, Plot::tr("Export Plot"));
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->setAcceptMode(QFileDialog::AcceptSave);
    dialog->setNameFilter(Plot::tr("%1 files (*.%2)").arg(suffix.toUpper(), suffix));
    dialog->setDefaultSuffix(suffix);
    dialog->selectFile((name.isEmpty() ? QStringLiteral("plot") : name) + QLatin1Char('.') + suffix);
    connect(dialog, &QFileDialog::fileSelected, &owner, [this](const QString &path) { exportSoon(path); });
    dialog->open();
}

void Plot::Parts::exportSoon(const QString &path)
{
    if (!path.endsWith(QLatin1String(".csv"), Qt::CaseInsensitive)) {
        showProblem(owner.exportTo(path));
        return;
    }
    csv.start([write = owner.csvExport(path)](const std::stop_token &stop, Progress &) { return write(stop); },
              [this](const QString &sentence) { showProblem(sentence); });
}

void Plot::Parts::showProblem(const QString &sentence)
{
    problem = sentence;
    showState();
}

}  // namespace waypoint
