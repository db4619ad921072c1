// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QtCore/QCoreApplication>
#include <QtCore/QDir>
#include <QtCore/QFile>
#include <QtCore/QFileInfo>
#include <QtCore/QMimeData>
#include <QtCore/QSettings>
#include <QtCore/QTemporaryDir>
#include <QtCore/QUrl>
#include <QtGui/QDragEnterEvent>
#include <QtGui/QImage>
#include <QtWidgets/QApplication>
#include <QtWidgets/QWidget>

/// Small data made on the spot, and somebody who drops it on a widget.
namespace waypoint::test {

class DataFiles
{
public:
    DataFiles()
    {
        QCoreApplication::setOrganizationName(QStringLiteral("Waypoint"));
        QCoreApplication::setApplicationName(QStringLiteral("WaypointTest"));
        QSettings::setPath(QSettings::NativeFormat, QSettings::UserScope, m_folder.filePath(QStringLiteral("config")));
        QSettings().clear();
    }

    [[nodiscard]] QString path(const QString &name) const { return m_folder.filePath(name); }

    QString write(const QString &name, const QByteArray &content) const
    {
        QDir().mkpath(QFileInfo(path(name)).path());
        QFile file(path(name));
        if (!file.open(QIODevice::WriteOnly) || file.write(content) != content.size())
            qFatal("cannot write %s", qPrintable(path(name)));
        return path(name);
    }

    /// A picture of one colour.
    QString image(const QString &name, const QColor &colour, QSize size = {8, 8}) const
    {
        QDir().mkpath(QFileInfo(path(name)).path());
        QImage picture(size, QImage::Format_RGB32);
        picture.fill(colour);
        if (!picture.save(path(name)))
            qFatal("cannot write %s", qPrintable(path(name)));
        return path(name);
    }

    /// Two red cats and one blue dog below `folder`.
    QString pets(const QString &folder) const
    {
        image(folder + QStringLiteral("/cats/1.png"), Qt::red);
        image(folder + QStringLiteral("/cats/2.png"), Qt::red);
        image(folder + QStringLiteral("/dogs/1.png"), Qt::blue);
        return path(folder);
    }

    /// MNIST's files with `count` pictures of 2x2 below `folder`; picture i is of class i % 3.
    QString mnist(const QString &folder, int count) const
    {
        QByteArray images = big(0x803) + big(quint32(count)) + big(2) + big(2);
        QByteArray labels = big(0x801) + big(quint32(count));
        for (int i = 0; i < count; ++i) {
            images += QByteArray(4, char(i));
            labels += char(i % 3);
        }
        write(folder + QStringLiteral("/train-images-idx3-ubyte"), images);
        write(folder + QStringLiteral("/train-labels-idx1-ubyte"), labels);
        return path(folder);
    }

    /// {x: (2, 3), y: (2)} with floats, as safetensors.
    QString valueTensors(const QString &name) const
    {
        const QByteArray header = "{'x':{'dtype':'F32','shape':[2,3],'data_offsets':[0,24]},"
                                  "'y':{'dtype':'F32','shape':[2],'data_offsets':[24,32]}}";
        QByteArray numbers;
        for (const float number : {1.F, 2.F, 3.F, 4.F, 5.F, 6.F, 0.5F, 0.25F})
            numbers.append(reinterpret_cast<const char *>(&number), sizeof number);
        QByteArray length(8, '\0');
        length[0] = char(header.size());
        return write(name, length + QByteArray(header).replace('\'', '"') + numbers);
    }

private:
    static QByteArray big(quint32 number)
    {
        QByteArray bytes;
        for (int shift = 24; shift >= 0; shift -= 8)
            bytes += char(number >> shift & 0xffU);
        return bytes;
    }

    QTemporaryDir m_folder;
};

/// Drags a file over a widget and lets it go there. False where the widget does not want it.
inline bool drop(QWidget &onto, const QString &path)
{
    QMimeData mime;
    mime.setUrls({QUrl::fromLocalFile(path)});
    QDragEnterEvent enter(QPoint(5, 5), Qt::CopyAction, &mime, Qt::LeftButton, Qt::NoModifier);
    enter.ignore();
    QApplication::sendEvent(&onto, &enter);
    if (!enter.isAccepted())
        return false;
    QDropEvent drop(QPointF(5, 5), Qt::CopyAction, &mime, Qt::LeftButton, Qt::NoModifier);
    QApplication::sendEvent(&onto, &drop);
    return drop.isAccepted();
}

}  // namespace waypoint::test
