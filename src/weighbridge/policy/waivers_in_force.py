"""The waivers in force, sorted by what they cover: a finding is held against those few that may cover it.

Anybody who is enrolled may waive, so there may be thousands. Of a glob the text before its first wildcard is what every
path that it holds begins with.
"""

import re
from collections.abc import Iterable, Sequence
from fnmatch import fnmatchcase
from typing import Final

from weighbridge.domain.findings import Finding
from weighbridge.domain.ids import RepoPath
from weighbridge.domain.record import Waiver
from weighbridge.landscape.globs import PathGlobs

_WILD: Final = re.compile(r"[*?]")


class WaiversInForce:
    """Some waivers, asked which of them cover a finding."""

    def __init__(self, waivers: Iterable[Waiver]) -> None:
        self._waivers = tuple(waivers)
        self._by_fingerprint: dict[str, list[int]] = {}
        self._by_beginning: dict[str, list[int]] = {}
        for place, each in enumerate(self._waivers):
            for fingerprint in dict.fromkeys(each.fingerprints):
                self._by_fingerprint.setdefault(fingerprint, []).append(place)
            for beginning in () if each.fingerprints else {_beginning(path) for path in each.paths}:
                self._by_beginning.setdefault(beginning, []).append(place)
        self._longest = max(map(len, self._by_beginning), default=-1)
        self._named: dict[tuple[str, str], bool] = {}

    def covering(self, finding: Finding) -> Sequence[Waiver]:
        """Those that cover a finding, in their order."""
        path = finding.place.path
        places = {
            place
            for end in range(min(len(path), self._longest) + 1)
            for place in self._by_beginning.get(path[:end], ())
            if self._is_of(finding.rule, place) and _holds(self._waivers[place].paths, path)
        }
        places.update(p for p in self._by_fingerprint.get(finding.fingerprint, ()) if self._is_of(finding.rule, p))
        return [self._waivers[place] for place in sorted(places)]

    def _is_of(self, rule: str, place: int) -> bool:
        """Whether a waiver is of that rule; each pair of names is looked at once."""
        pattern = self._waivers[place].rule
        if (pattern, rule) not in self._named:
            self._named[pattern, rule] = fnmatchcase(rule, pattern)
        return self._named[pattern, rule]


def _beginning(glob: str) -> str:
    plain = glob.strip("/").removeprefix("./")
    wild = _WILD.search(plain)
    if plain in ("", "."):
        return ""
    # Whatever crosses folders may hold the folder itself too, without the dash that ends it.
    return plain if wild is None else plain[: wild.start()].rstrip("/")


def _holds(globs: Iterable[str], path: RepoPath) -> bool:
    """As `PathGlobs` says; only globs that may hold it are made ready."""
    return PathGlobs(tuple(glob for glob in globs if path.startswith(_beginning(glob)))).matches(path)
