"""What charts are made of and what releases are made with, where these move by a major version or take something away."""

from collections.abc import Iterator, Mapping
from typing import Any, Final

from weighbridge.domain.late_pattern import LatePattern
from weighbridge.landscape.infrastructure.kubernetes.chart_values import value_lapses
from weighbridge.landscape.infrastructure.kubernetes.lapse import Lapse
from weighbridge.landscape.infrastructure.kubernetes.objects import Object, named, part, table
from weighbridge.landscape.infrastructure.kubernetes.whole_files import Charts, is_description

_NUMBER: Final = LatePattern(r"[\^~>=v\s]*(\d+)(?:\.|$)")


def chart_lapses(charts: Charts) -> Iterator[tuple[Object, Lapse]]:
    """What is worse than before, with the file that says so."""
    for old, new in charts.kept:
        look = moved_majors if is_description(new.path) else value_lapses
        for lapse in look(old.values, new.values):
            yield new, lapse


def moved_majors(old: Mapping[str, Any], new: Mapping[str, Any]) -> Iterator[Lapse]:
    """The charts on which a chart stands, and that move by a major version or are gone."""
    before, after = named(old.get("dependencies")), named(new.get("dependencies"))
    for name, was in before.items():
        now = after.get(name)
        if now is None:
            words = f"the chart `{name}` is no longer part of it: all that it made is deleted at the next upgrade"
            yield Lapse(steps=("dependencies",), words=words, anchor=f"chart {name}")
        elif (found := _majors(was.get("version"), now.get("version"))) is not None:
            yield Lapse(steps=("dependencies", name), words=_major_words(name, found), anchor=f"chart {name}")


def released_otherwise(old: Object, new: Object) -> Iterator[Lapse]:
    """What a release is made of and with, where an object of Flux or Argo CD says so."""
    if new.kind == "HelmRelease":
        yield from value_lapses(table(old.spec.get("values")), table(new.spec.get("values")), steps=("spec", "values"))
        yield from _of_version(old, new, steps=("spec", "chart", "spec"), name="chart", version="version")
    elif new.kind == "Application" and part(new.spec, "source", "chart"):
        steps = ("spec", "source", "helm", "valuesObject")
        yield from value_lapses(table(part(old.values, *steps)), table(part(new.values, *steps)), steps=steps)
        yield from _of_version(old, new, steps=("spec", "source"), name="chart", version="targetRevision")


def _of_version(old: Object, new: Object, *, steps: tuple[str, ...], name: str, version: str) -> Iterator[Lapse]:
    found = _majors(part(old.values, *steps, version), part(new.values, *steps, version))
    if found is not None:
        words = _major_words(str(part(new.values, *steps, name)), found)
        yield Lapse(steps=(*steps, version), words=words, anchor="chart")


def _majors(was: object, now: object) -> tuple[str, str] | None:
    """The major versions before and after, where both are told and differ."""
    before, after = _NUMBER.match(str(was or "")), _NUMBER.match(str(now or ""))
    return (before[1], after[1]) if before and after and before[1] != after[1] else None


def _major_words(name: str, moved: tuple[str, str]) -> str:
    """What a move by a major version means."""
    return (
        f"the chart `{name}` moves from major version {moved[0]} to {moved[1]}: its authors say that something breaks"
    )
