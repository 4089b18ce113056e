"""What zizmor found in the workflows of a change, and did not find before: the fact that the rule of its findings asks for.

Its formats: https://docs.zizmor.sh/usage/#output-formats (JSON of version 1, and SARIF).
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import cached_property
from typing import Any, Final

import msgspec
from msgspec import Struct
from msgspec.structs import replace

from weighbridge.domain.change import Change
from weighbridge.domain.findings import Confidence, Severity
from weighbridge.domain.ids import RepoPath
from weighbridge.domain.inputs import Inputs
from weighbridge.domain.late_pattern import LatePattern
from weighbridge.domain.outcomes import CouldNotLook, Reason
from weighbridge.domain.places import Side
from weighbridge.landscape.changed_bytes import ChangedBytes
from weighbridge.landscape.infrastructure.pipelines.changed import Pipelines

KIND: Final = "zizmor"
_SEVERITIES: Final = {
    "informational": Severity.NOTE,
    "low": Severity.LOW,
    "medium": Severity.MEDIUM,
    "high": Severity.HIGH,
}
_VERSION: Final = LatePattern(r"@[\w.-]+|#.*")
"""Which version of an action it is about: another one brings no other finding."""
_CONFIDENCES: Final = {"low": Confidence.LOW, "medium": Confidence.MEDIUM, "high": Confidence.HIGH}


class ScanError(ValueError):
    """The bytes are nothing that zizmor writes."""


class Scanned(Struct, frozen=True, kw_only=True):
    """One of its findings; `key` stays the same when lines move."""

    name: str
    words: str
    severity: Severity
    confidence: Confidence
    path: RepoPath
    line: int
    key: str

    def at(self, path: RepoPath) -> "Scanned":
        """The same in a file of another name."""
        return replace(self, path=path)


Scan = Callable[[Sequence[Mapping[RepoPath, bytes]]], Sequence[tuple[Scanned, ...]] | CouldNotLook]
"""Runs it on several sets of files, and tells what it found in each."""


class Scans:
    """What it found that is new."""

    def __init__(
        self,
        change: Change,
        contents: ChangedBytes,
        *,
        pipelines: Pipelines,
        inputs: Inputs,
        scan: Scan | None = None,
    ) -> None:
        self._change = change
        self._contents = contents
        self._pipelines = pipelines
        self._inputs = inputs.of(KIND)
        self._scan = scan

    @cached_property
    def new(self) -> tuple[Scanned, ...] | CouldNotLook:
        """Its findings that the base did not have; none where it neither ran nor was given."""
        if self._inputs:
            return self._given()
        sides = [self._files(side) for side in (Side.BASE, Side.HEAD)]
        if self._scan is None or not sides[1]:
            return ()
        found = self._scan(sides)
        if isinstance(found, CouldNotLook):
            return found
        names = {pair.old.path: pair.new.path for pair in self._pipelines.pairs if pair.old and pair.new}
        known = {(names.get(each.path, each.path), each.name, each.key) for each in found[0]}
        return tuple(each for each in found[1] if (each.path, each.name, each.key) not in known)

    def _given(self) -> tuple[Scanned, ...] | CouldNotLook:
        """What was given of the head, where the change has written."""
        found: list[Scanned] = []
        for each in self._inputs:
            if isinstance(each.data, CouldNotLook):
                return each.data
            try:
                found += read_zizmor(each.data)
            except ScanError as error:
                return CouldNotLook(reason=Reason.UNPARSED, detail=f"{each.path}: {error}")
        return tuple(self._in_changed_lines(found))

    def _in_changed_lines(self, found: Sequence[Scanned]) -> Iterator[Scanned]:
        for file in self._change.files:
            for each in found if file.head is not None else ():
                is_here = each.path == file.path or each.path.endswith(f"/{file.path}")
                if is_here and any(span.touches(each.line, each.line) for span in file.added):
                    yield each.at(file.path)

    def _files(self, side: Side) -> dict[RepoPath, bytes]:
        found: dict[RepoPath, bytes] = {}
        for pair in self._pipelines.pairs:
            pipeline = pair.old if side is Side.BASE else pair.new
            if pipeline is not None and (pipeline.triggers or pipeline.is_action):
                data = self._contents.of(pipeline.path, side)
                if isinstance(data, bytes):
                    found[pipeline.path] = data
        return found


def read_zizmor(data: bytes) -> list[Scanned]:
    """Its findings from what it wrote, those it was told to ignore too. Raises `ScanError`."""
    try:
        said = msgspec.json.decode(data)
        if isinstance(said, list):
            return [_of_json(each) for each in said]
        return [_of_sarif(each) for run in said["runs"] for each in run["results"]]
    except (
        msgspec.DecodeError,
        KeyError,
        IndexError,
        TypeError,
        AttributeError,
        StopIteration,
        RecursionError,
    ) as error:
        raise ScanError(f"it is not what zizmor writes as JSON or SARIF ({type(error).__name__})") from error


def _of_json(said: Any) -> Scanned:  # noqa: ANN401 - whatever was decoded
    places = said["locations"]
    place = next((each for each in places if each["symbolic"].get("kind") == "Primary"), places[0])
    symbolic, concrete = place["symbolic"], place["concrete"]
    how = said["determinations"]
    note = str(symbolic.get("annotation", ""))
    route = [str(step.get("Key", "")) for step in symbolic["route"]["route"] if "Key" in step]
    return Scanned(
        name=str(said["ident"]),
        words=f"{said['desc']}: {note}" if note else str(said["desc"]),
        severity=_SEVERITIES.get(str(how["severity"]).lower(), Severity.MEDIUM),
        confidence=_CONFIDENCES.get(str(how["confidence"]).lower(), Confidence.MEDIUM),
        path=RepoPath(str(next(iter(symbolic["key"].values()))["verbatim_path"])),
        line=int(concrete["location"]["start_point"]["row"]) + 1,
        key=" ".join([*route, note, *_VERSION.sub("", str(concrete.get("feature", ""))).split()[:12]]),
    )


def _of_sarif(said: Any) -> Scanned:  # noqa: ANN401 - whatever was decoded
    place = said["locations"][0]["physicalLocation"]
    how = said.get("properties", {})
    line = int(place["region"]["startLine"])
    words = str(said["message"]["text"])
    return Scanned(
        name=str(said["ruleId"]).rpartition("/")[2],
        words=words,
        severity=_SEVERITIES.get(str(how.get("zizmor/severity", "medium")).lower(), Severity.MEDIUM),
        confidence=_CONFIDENCES.get(str(how.get("zizmor/confidence", "medium")).lower(), Confidence.MEDIUM),
        path=RepoPath(str(place["artifactLocation"]["uri"])),
        line=line,
        key=f"{words} {line}",
    )
