// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <string_view>

namespace waypoint {

/// What a function could do to the person who lets Python load it.
enum class Harm : std::uint8_t {
    None,
    Code,       ///< runs Python code given as text or as bytecode
    Commands,   ///< runs programs
    Network,    ///< talks to other computers
    Files,      ///< reads, changes or deletes files
    Reach,      ///< gets at any function by its name, and so at all of the others
    Native,     ///< calls machine code
    Process,    ///< starts, ends or watches processes and threads
    Unpickle,   ///< loads another pickle, which can do anything
    Overwrite,  ///< a whole module, whose functions could be replaced
    Hidden      ///< a name that only running the file would tell
};

/// "Could run commands on this computer."
[[nodiscard]] std::string_view harmSentence(Harm harm);

/// What exactly this name, or everything below it ("os" of "os.system"), could do. Python 3's names.
[[nodiscard]] Harm harmOfPrefix(std::string_view name);

/// Whether `part` is a module that is dangerous wherever it is reached from: "os" of "torch.serialization.os.system".
[[nodiscard]] bool isDangerousInside(std::string_view part);

/// Whether `part` is an attribute through which any function can be reached: "__globals__".
[[nodiscard]] bool isReachingAttribute(std::string_view part);

/// Whether the name is that of a module of PyTorch or NumPy. No pickle made by Python names one.
[[nodiscard]] bool isKnownModule(std::string_view name);

/// Whether the name is one of data: Python's containers and numbers, NumPy's reconstruction, torch's own rebuild
/// functions. Python 3's names.
[[nodiscard]] bool isKnownData(std::string_view name);

/// Whether everything directly in this module is inert: layers, optimizers, schedulers.
[[nodiscard]] bool isInertModule(std::string_view module);

/// Whether torch.load(weights_only=True) lets the name through without torch.serialization.add_safe_globals.
/// As PyTorch 2.12's torch/_weights_only_unpickler.py (_get_allowed_globals) decides. Python 3's names.
[[nodiscard]] bool isWeightsOnly(std::string_view name);

}  // namespace waypoint
