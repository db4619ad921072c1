// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/pickle/global_use.h"

#include "core/pickle/global_tables.h"

#include <algorithm>
#include <array>

namespace waypoint {

namespace {

struct Renamed
{
    std::string_view before;
    std::string_view after;
};

/// Python 2's names that pickle translates before it looks them up (Lib/_compat_pickle.py).
constexpr std::array<Renamed, 12> kRenamedNames{{
    {"UserDict.UserDict", "collections.UserDict"},
    {"UserList.UserList", "collections.UserList"},
    {"__builtin__.basestring", "builtins.str"},
    {"__builtin__.intern", "sys.intern"},
    {"__builtin__.long", "builtins.int"},
    {"__builtin__.reduce", "functools.reduce"},
    {"__builtin__.unichr", "builtins.chr"},
    {"__builtin__.unicode", "builtins.str"},
    {"__builtin__.xrange", "builtins.range"},
    {"exceptions.StandardError", "builtins.Exception"},
    {"itertools.ifilter", "builtins.filter"},
    {"itertools.imap", "builtins.map"},
}};

constexpr std::array<Renamed, 17> kRenamedModules{{
    {"__builtin__", "builtins"},
    {"__builtins__", "builtins"},  // CPython's own alias within __main__
    {"exceptions", "builtins"},
    {"copy_reg", "copyreg"},
    {"cPickle", "pickle"},
    {"thread", "_thread"},
    {"StringIO", "io"},
    {"cStringIO", "io"},
    {"UserString", "collections"},
    {"SocketServer", "socketserver"},
    {"SimpleXMLRPCServer", "xmlrpc"},
    {"DocXMLRPCServer", "xmlrpc"},
    {"BaseHTTPServer", "http"},
    {"SimpleHTTPServer", "http"},
    {"CGIHTTPServer", "http"},
    {"anydbm", "dbm"},
    {"Tkinter", "tkinter"},
}};

std::string inPython3(std::string_view name)
{
    for (const auto &[before, after] : kRenamedNames)
        if (name == before)
            return std::string(after);
    for (const auto &[before, after] : kRenamedModules)
        if (name.size() > before.size() && name.starts_with(before) && name[before.size()] == '.')
            return std::string(after).append(name.substr(before.size()));
    return std::string(name);
}

/// "os" of "os.path.join", then "os.path", then all of it.
Harm harmOfAnyPrefix(std::string_view name)
{
    constexpr std::size_t kLongest = 200;  // no name of the table is longer; a file's may be as long as it likes
    for (std::size_t end = name.find('.'); end < kLongest; end = name.find('.', end + 1))
        if (const Harm harm = harmOfPrefix(name.substr(0, end)); harm != Harm::None)
            return harm;
    return harmOfPrefix(name);
}

/// Attributes after the first part that lead out of the module: "torch.serialization.os.system", "f.__globals__".
bool reachesOut(std::string_view name)
{
    std::size_t dot = name.find('.');
    while (dot != std::string_view::npos) {
        const std::size_t end = name.find('.', dot + 1);
        const std::string_view part = name.substr(dot + 1, end == std::string_view::npos ? end : end - dot - 1);
        if (isDangerousInside(part) || isReachingAttribute(part))
            return true;
        dot = end;
    }
    return false;
}

/// How the machine writes a name that the pickle would only put together while it runs ("<computed>.system"), or that
/// is too long to be one. No pickle that Python makes has such names.
bool isHidden(std::string_view name)
{
    return name.find("<computed>") != std::string_view::npos || name.starts_with("<a name of ");
}

Harm harmOf(std::string_view name)
{
    if (isHidden(name))
        return Harm::Hidden;
    if (isKnownData(name))
        return Harm::None;
    if (const Harm harm = harmOfAnyPrefix(name); harm != Harm::None)
        return harm;
    if (reachesOut(name))
        return Harm::Reach;
    return isKnownModule(name) ? Harm::Overwrite : Harm::None;
}

/// "ValueError", "Exception": Python's own exceptions are values.
bool isBuiltinException(std::string_view name)
{
    constexpr std::string_view kModule = "builtins.";
    return name.starts_with(kModule) && name.find('.', kModule.size()) == std::string_view::npos
           && (name.ends_with("Error") || name.ends_with("Exception") || name.ends_with("Warning"));
}

bool isSafe(std::string_view name)
{
    const std::size_t dot = name.rfind('.');
    return isKnownData(name) || isBuiltinException(name)
           || (dot != std::string_view::npos && isInertModule(name.substr(0, dot)));
}

}  // namespace

std::string_view safetyName(Safety safety)
{
    switch (safety) {
    case Safety::Safe:
        return "safe";
    case Safety::Unknown:
        return "unknown";
    case Safety::Dangerous:
        return "dangerous";
    }
    return {};
}

GlobalUse judgeGlobal(std::string_view name)
{
    GlobalUse use;
    use.name = name;
    const std::string current = inPython3(name);
    use.weightsOnly = isWeightsOnly(current);
    if (const Harm harm = harmOf(current); harm != Harm::None) {
        use.safety = Safety::Dangerous;
        use.reason = harmSentence(harm);
    } else if (isSafe(current)) {
        use.safety = Safety::Safe;
    }
    return use;
}

}  // namespace waypoint
