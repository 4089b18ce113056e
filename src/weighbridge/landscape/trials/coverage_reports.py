"""Which lines ran while tests did, as the reports of six tools tell."""

import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Final

from msgspec import Struct

from weighbridge.domain.ids import RepoPath
from weighbridge.landscape.manifests.claims import ManifestError
from weighbridge.landscape.manifests.xml_tree import Element, xml_element

_DOCTYPE: Final = re.compile(rb"<!DOCTYPE[^>\[]{0,500}>")
"""JaCoCo and older versions of coverage.py name a document type; one without a part of its own declares nothing and is left out."""
_GO: Final = re.compile(r"^(.{1,1000}):(\d{1,9})\.\d{1,9},(\d{1,9})\.\d{1,9} \d{1,9} (\d{1,18})$")
_MOST_LINES: Final = 100_000
"""Lines that one block may span."""


class Ran(Struct, frozen=True):
    """The lines of one file that ran, and those that could and did not."""

    run: frozenset[int]
    missed: frozenset[int]


class UnknownReportError(Exception):
    """It is no report of a tool that is known here, or is not whole."""


class CoverageReport:
    """What some reports tell together: a line ran where any of them says so."""

    def __init__(self, files: Mapping[str, Ran]) -> None:
        self._files = files
        self._by_name: dict[str, list[str]] = {}
        for path in files:
            self._by_name.setdefault(path.rpartition("/")[2], []).append(path)

    def of(self, path: RepoPath) -> Ran | None:
        """What ran of a file of the repository: of that whose path ends alike, in as many parts as one of both has."""
        found = [told for told in self._by_name.get(path.rpartition("/")[2], ()) if _is_same(told, path)]
        return self._files[found[0]] if len(found) == 1 else None


def _is_same(told: str, path: str) -> bool:
    one, other = told.strip("/").split("/"), path.split("/")
    shared = min(len(one), len(other))
    return one[-shared:] == other[-shared:]


def read_report(data: bytes) -> dict[str, Ran]:
    """What one report tells, by the path that it names.

    Raises:
        UnknownReportError: the bytes are no report of a known form.
    """
    head = data[:2000].lstrip()
    try:
        if head.startswith(b"<"):
            found = _of_xml(xml_element(_DOCTYPE.sub(b"", data, count=1)))
        elif head.startswith(b"{"):
            found = _of_json(json.loads(data))
        elif head.startswith(b"mode:"):
            found = _of_go(data.decode("utf-8", "replace"))
        elif head.startswith((b"TN:", b"SF:")):
            found = _of_lcov(data.decode("utf-8", "replace"))
        else:
            raise UnknownReportError("it is no report of coverage.py, Cobertura, LCOV, Go, JaCoCo or Istanbul")
        return _together(found)
    except (ManifestError, ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise UnknownReportError("it is not whole, or not what its beginning says") from error


def _together(told: Iterable[tuple[str, int, bool]]) -> dict[str, Ran]:
    run: dict[str, set[int]] = {}
    every: dict[str, set[int]] = {}
    for path, line, has_run in told:
        clean = path.replace("\\", "/")
        every.setdefault(clean, set()).add(line)
        if has_run:
            run.setdefault(clean, set()).add(line)
    return {p: Ran(frozenset(run.get(p, ())), frozenset(lines - run.get(p, set()))) for p, lines in every.items()}


def merged(reports: Iterable[Mapping[str, Ran]]) -> CoverageReport:
    """Several reports as one."""
    files: dict[str, Ran] = {}
    for report in reports:
        for path, ran in report.items():
            known = files.get(path, Ran(frozenset(), frozenset()))
            run = known.run | ran.run
            files[path] = Ran(run, (known.missed | ran.missed) - run)
    return CoverageReport(files)


def _of_xml(root: Element) -> Iterator[tuple[str, int, bool]]:
    if root.name == "report":
        yield from _of_jacoco(root)
    elif root.name == "coverage":
        for each in _below(root, "class"):
            for line in each.all_of("lines", "line"):
                yield each.attributes["filename"], int(line.attributes["number"]), int(line.attributes["hits"]) > 0
    else:
        raise ValueError(root.name)


def _of_jacoco(root: Element) -> Iterator[tuple[str, int, bool]]:
    for package in _below(root, "package"):
        for source in package.all_of("sourcefile"):
            path = f"{package.attributes['name']}/{source.attributes['name']}"
            for line in source.all_of("line"):
                yield path, int(line.attributes["nr"]), int(line.attributes["ci"]) > 0


def _below(root: Element, name: str) -> Iterator[Element]:
    pending = [root]
    while pending:
        element = pending.pop()
        if element.name == name:
            yield element
        pending.extend(element.children)


def _of_json(document: object) -> Iterator[tuple[str, int, bool]]:
    if not isinstance(document, dict):
        raise TypeError("an object is meant")
    if isinstance(document.get("files"), dict) and "meta" in document:
        for path, file in document["files"].items():
            yield from ((path, int(line), True) for line in file["executed_lines"])
            yield from ((path, int(line), False) for line in file["missing_lines"])
        return
    for path, file in document.items():
        for number, place in file["statementMap"].items():
            yield str(file.get("path", path)), int(place["start"]["line"]), int(file["s"][number]) > 0


def _of_go(text: str) -> Iterator[tuple[str, int, bool]]:
    for line in text.splitlines()[1:]:
        found = _GO.match(line)
        if found is None:
            if line.strip():
                raise ValueError(line)
            continue
        first, last = int(found[2]), int(found[3])
        for at in range(first, min(last, first + _MOST_LINES) + 1):
            yield found[1], at, int(found[4]) > 0


def _of_lcov(text: str) -> Iterator[tuple[str, int, bool]]:
    path = ""
    read: Mapping[str, Callable[[str], tuple[int, bool]]] = {"DA": _data}
    for line in text.splitlines():
        word, _, rest = line.partition(":")
        if word == "SF":
            path = rest.strip()
        elif word in read and path:
            number, has_run = read[word](rest)
            yield path, number, has_run


def _data(rest: str) -> tuple[int, bool]:
    number, hits = rest.split(",")[:2]
    return int(number), int(hits) > 0
