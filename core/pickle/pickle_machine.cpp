// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/pickle/pickle_machine.h"

#include "core/pickle/pickle_run.h"

namespace waypoint {

Result<Unpickled> PickleMachine::read(ByteStream &stream)
{
    return PickleRun(m_tree, m_shared, m_options, stream).run();
}

}  // namespace waypoint
