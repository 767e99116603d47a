"""Works out who needs whom in a folder of installed distributions, independently of bayplan.

usage: graph_by_packaging.py FOLDER PYTHON MACHINE < SIZES     FOLDER's distributions for, say, 3.10 and x86_64

Markers and versions are judged by packaging (pip's own copy where there is no other), metadata is read by CPython's
importlib.metadata. SIZES is {"normalised name": bytes, …} as JSON. Prints as JSON, for each name: what it needs, what
would go if it went (found by taking it away and walking from the roots again), and its bytes with all that it needs.
"""

import importlib.metadata
import json
import re
import sys

try:
    from packaging.requirements import Requirement
except ImportError:
    from pip._vendor.packaging.requirements import Requirement

folder, python, machine = sys.argv[1:]
sizes = json.load(sys.stdin)


def normalised(name):
    return re.sub(r"[-_.]+", "-", name).lower()


def environments():
    for patch in (0, 99):
        yield {
            "implementation_name": "cpython", "implementation_version": f"{python}.{patch}", "os_name": "posix",
            "platform_machine": machine, "platform_python_implementation": "CPython", "platform_release": "",
            "platform_system": "Linux", "platform_version": "", "python_full_version": f"{python}.{patch}",
            "python_version": python, "sys_platform": "linux",
        }


def holds(marker, extras):
    asked = [""] + sorted(extras)
    return marker is None or any(
        marker.evaluate({**environment, "extra": extra}) for environment in environments() for extra in asked
    )


distributions = {
    normalised(found.metadata["Name"]): found for found in importlib.metadata.distributions(path=[folder])
}
requirements = {name: [Requirement(text) for text in found.requires or []] for name, found in distributions.items()}
extras = {name: set() for name in distributions}
changed = True
while changed:
    changed = False
    for name, lines in requirements.items():
        for line in lines:
            to = normalised(line.name)
            if to in extras and holds(line.marker, extras[name]) and not line.extras <= extras[to]:
                extras[to] |= line.extras
                changed = True

needs = {name: {} for name in distributions}
for name, lines in requirements.items():
    for line in lines:
        to = normalised(line.name)
        if holds(line.marker, extras[name]):
            there = distributions.get(to)
            fits = there and line.specifier.contains(there.version, prereleases=True)
            needs[name].setdefault(to, []).append(fits)

edges = {name: {to for to in found if to in distributions and to != name} for name, found in needs.items()}


def reached(starts, without=None):
    found, waiting = set(), [start for start in starts if start != without]
    while waiting:
        at = waiting.pop()
        if at not in found:
            found.add(at)
            waiting.extend(to for to in edges[at] if to != without)
    return found


def weigh(names):
    return sum(sizes[name] for name in names)


requested = {name for name, found in distributions.items() if found.read_text("REQUESTED") is not None}
roots = set() if requested == set(distributions) else requested
covered = reached(roots)
for name in distributions:
    if name not in covered:
        askers = {asker for asker in edges if name in reached([asker]) and asker != name}
        if askers <= reached([name]):
            roots.add(name)
everything = reached(roots)
json.dump(
    {
        name: {
            "needs": {to: fits for to, fits in sorted(needs[name].items())},
            "root": name in roots,
            "retained": weigh(everything) - weigh(reached(roots, without=name)),
            "with_needs": weigh(reached([name])),
        }
        for name in sorted(distributions)
    },
    sys.stdout,
)
