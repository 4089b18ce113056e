"""What a pipeline takes from elsewhere, and how surely it is the same in the next run."""

import re
from collections.abc import Iterator
from typing import Final

from msgspec import Struct

from weighbridge.landscape.infrastructure.pipelines.model import Pipeline, Text

_COMMIT: Final = re.compile(r"[0-9a-f]{40}|[0-9a-f]{64}|sha(?:256|384|512)[:-].+")
_VERSION: Final = re.compile(r".*\d.*")
_OF_THE_FORGE: Final = ("actions/", "github/")


class Taken(Struct, frozen=True, kw_only=True):
    """Something of another repository that is run."""

    name: str
    version: str
    line: int

    @property
    def is_pinned(self) -> bool:
        """Whether it can be nothing else tomorrow."""
        return _COMMIT.fullmatch(self.version) is not None

    @property
    def is_branch(self) -> bool:
        """Whether whatever is pushed there runs in the next run."""
        return not self.is_pinned and _VERSION.fullmatch(self.version) is None

    @property
    def is_of_the_forge(self) -> bool:
        """Whether whoever runs the workflow publishes it too."""
        return self.name.startswith(_OF_THE_FORGE)

    @property
    def is_workflow(self) -> bool:
        """Whether it is a whole workflow, most often of the same organisation."""
        return "/.github/workflows/" in self.name


class Loosened(Struct, frozen=True, kw_only=True):
    """Something that is new, or held less surely than before."""

    taken: Taken
    was: str = ""
    """The version it had; empty for what is new."""
    is_let_go: bool = False
    """Whether it was a commit before."""
    is_against_custom: bool = False
    """Whether everything else there is held surely."""


def taken(pipeline: Pipeline) -> Iterator[Taken]:
    """What is used of other repositories."""
    uses = [step.uses for _, step in pipeline.steps] + [job.uses for job in pipeline.jobs.values()]
    for text in [*uses, *pipeline.includes]:
        if text is not None and _is_elsewhere(text):
            name, _, version = text.value.partition("@")
            yield Taken(name=name, version=version.strip(), line=text.line)


def loosened(old: Pipeline | None, new: Pipeline, *, elsewhere: frozenset[str]) -> Iterator[Loosened]:
    """What is held less surely than before, and what is new and not held; `elsewhere` are the names other files used before."""
    before: dict[str, list[Taken]] = {}
    for each in taken(old) if old is not None else ():
        before.setdefault(each.name, []).append(each)
    known = [each for many in before.values() for each in many]
    pins_all = bool(known) and all(each.is_pinned for each in known)
    told: set[str] = set()
    for each in taken(new):
        was = before.get(each.name, [])
        if each.is_pinned or each.name in told or any(each.version == other.version for other in was):
            continue
        if was and all(other.is_pinned for other in was):
            told.add(each.name)
            yield Loosened(taken=each, was=was[0].version, is_let_go=True, is_against_custom=pins_all)
        elif was and each.is_branch and not any(other.is_branch for other in was):
            told.add(each.name)
            yield Loosened(taken=each, was=was[0].version)
        elif not was and each.name not in elsewhere:
            told.add(each.name)
            yield Loosened(taken=each, is_against_custom=pins_all)


def _is_elsewhere(text: Text) -> bool:
    return not text.value.startswith((".", "docker://", "$")) and "${{" not in text.value
