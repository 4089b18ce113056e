"""What is fetched is run before anybody looks at it."""

import re
from collections.abc import Iterable, Iterator
from typing import Final

from weighbridge.domain.findings import Confidence, Finding, Severity
from weighbridge.domain.places import Place
from weighbridge.domain.rule import Case, Rule
from weighbridge.landscape.infrastructure.commands import Command, runs_unseen
from weighbridge.landscape.infrastructure.images.changed import DOCKERFILE, Images
from weighbridge.landscape.infrastructure.images.recipes import added_unchecked, commands_of
from weighbridge.landscape.infrastructure.pipelines.changed import ROLE, Pipelines
from weighbridge.landscape.infrastructure.pipelines.credentials import holds_production, job_at
from weighbridge.landscape.infrastructure.pipelines.model import Pipeline
from weighbridge.landscape.infrastructure.pipelines.scripts import commands

RULE = Rule(
    severity=Severity.HIGH,
    confidence=Confidence.MEDIUM,
    reads=(Pipelines, Images),
    roles=(ROLE, DOCKERFILE),
    weaknesses=(494, 829),
    tags=("pipeline", "image", "supply-chain"),
)
_VERSION: Final = re.compile(r"\d+\.\d+|/v\d+|[0-9a-f]{40}|\$")
"""In an address: it is one version's, or may be."""


def check(case: Case) -> Iterable[Finding]:
    """One finding for each address that a file fetches so and did not."""
    pipelines, images = case[Pipelines], case[Images]
    before = [each for old in pipelines.before for each in commands(old, runs_unseen)]
    before += [each for old in images.before for each in commands_of(old, runs_unseen)]
    put = [each for old in images.before for each in added_unchecked(old)]
    for _, new in pipelines.of_head:
        yield from _new(before, commands(new, runs_unseen), words="is run as it comes", pipeline=new)
    for _, built in images.built:
        if built is not None:
            yield from _new(before, commands_of(built, runs_unseen), words="is run as it comes")
            words = "is put into the image as it comes, and no checksum is asked for"
            yield from _new(put, added_unchecked(built), words=words)


def _new(
    before: Iterable[tuple[Command, Place]],
    now: Iterable[tuple[Command, Place]],
    *,
    words: str,
    pipeline: Pipeline | None = None,
) -> Iterator[Finding]:
    known = {each.key for each, _ in before}
    for each, place in now:
        if each.key in known:
            continue
        known.add(each.key)
        is_held = pipeline is not None and not _VERSION.search(each.words) and _holds_production(pipeline, place)
        how = (
            ", and in the clear: whoever stands between writes it"
            if each.is_grave
            else ": whoever may change it there decides what"
        )
        how += ", in a job that can change what others use" if is_held else ""
        yield RULE.finding(
            f"{each.words} {words}{how}",
            place,
            anchor=each.key,
            severity=Severity.HIGH if each.is_grave or is_held else Severity.MEDIUM,
        )


def _holds_production(pipeline: Pipeline, place: Place) -> bool:
    job = job_at(pipeline, place.line or 1)
    return job is not None and holds_production(pipeline, job)
