// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/pages/resume_flow.h"

namespace waypoint {
struct ResumeFlow::Parts
{
};
ResumeFlow::ResumeFlow(RunCenter &, TrainerInfo &, QWidget *window) : QObject(window) {}
ResumeFlow::~ResumeFlow() = default;
void ResumeFlow::resume(const QString &, bool) {}
ResumeSheet *ResumeFlow::sheet() const { return nullptr; }
bool ResumeFlow::isBusy() const { return false; }
}  // namespace waypoint
