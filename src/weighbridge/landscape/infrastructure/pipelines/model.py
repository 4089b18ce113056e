"""A pipeline as values, whichever forge runs it: jobs, their steps, what starts them and what they may do."""

import re
from collections.abc import Iterator, Mapping
from typing import Final

from msgspec import Struct, field

from weighbridge.domain.ids import RepoPath
from weighbridge.domain.places import Place, Side
from weighbridge.landscape.infrastructure.pipelines.events import FOR_OUTSIDERS, PROPOSING

_FOLLOWED: Final = re.compile(r"\bworkflows: (?:\[([^\]]*)\]|([^,}]+))")
ALL: Final = "*"
NONE, READ, WRITE = 0, 1, 2
Rights = Mapping[str, int]
"""How much of each scope a token may do; `*` says it of every scope that is not named."""


class Text(Struct, frozen=True):
    """A value as written, and its line; `is_brought` where it is written in another file, and this is what brings it."""

    value: str
    line: int
    is_brought: bool = False

    def line_at(self, number: int) -> int:
        """Where one of its lines stands, counted from 0: a text of several lines begins below its key."""
        return self.line if self.is_brought else self.line + number + (1 if "\n" in self.value else 0)


class Step(Struct, frozen=True, kw_only=True):
    """One step of a job: an action that is used, or a script that is run."""

    line: int
    id: str = ""
    """By what others of its job ask for its outputs."""
    name: str = ""
    uses: Text | None = None
    script: Text | None = None
    condition: str = ""
    is_optional: bool = False
    """Whether its failure counts for nothing."""
    settings: Mapping[str, Text] = field(default_factory=dict)
    env: Mapping[str, Text] = field(default_factory=dict)
    lines: Mapping[str, int] = field(default_factory=dict)

    @property
    def action(self) -> str:
        """The name of the action that is used, without its version."""
        return self.uses.value.partition("@")[0] if self.uses else ""

    @property
    def label(self) -> str:
        """How to call it in a sentence."""
        first = self.script.value.strip().partition("\n")[0].strip() if self.script else ""
        return self.name or self.action or (first if len(first) <= 60 else f"{first[:60]}…")


class Job(Struct, frozen=True, kw_only=True):
    """One job; a composite action has one."""

    name: str
    line: int
    steps: tuple[Step, ...] = ()
    needs: frozenset[str] = frozenset()
    condition: str = ""
    is_optional: bool = False
    is_manual: bool = False
    """Whether it waits for somebody to start it."""
    branches: frozenset[str] | None = None
    """The conditions on what it runs for, of GitLab; None where it runs for everything."""
    environment: str = ""
    rights: Rights | None = None
    """None where nothing is said."""
    runner: tuple[str, ...] = ()
    uses: Text | None = None
    """The workflow of another file that it is."""
    settings: Mapping[str, Text] = field(default_factory=dict)
    """What that one is given."""
    secrets: Text | None = None
    passed: Mapping[str, Text] = field(default_factory=dict)
    """The secrets that it is given by their names."""
    images: tuple[Text, ...] = ()
    options: Text | None = None
    """How its container is started."""
    env: Mapping[str, Text] = field(default_factory=dict)
    lines: Mapping[str, int] = field(default_factory=dict)

    @property
    def is_started(self) -> bool:
        """Whether it runs at all; one of GitLab whose name begins with a dot is there for others to take from."""
        return not self.name.startswith(".")


class Pipeline(Struct, frozen=True, kw_only=True):
    """What one file says."""

    path: RepoPath
    side: Side
    name: str = ""
    """By what other workflows call it."""
    triggers: Mapping[str, Text] = field(default_factory=dict)
    """The events that start it, each with its filters in one text."""
    rights: Rights | None = None
    jobs: Mapping[str, Job] = field(default_factory=dict)
    env: Mapping[str, Text] = field(default_factory=dict)
    inputs: Mapping[str, Text] = field(default_factory=dict)
    """What others may give it who call it, each with what it is where they do not."""
    lines: Mapping[str, int] = field(default_factory=dict)
    includes: tuple[Text, ...] = ()
    templates: tuple[Text, ...] = ()
    """What is included, by name: templates of GitLab's own, components, files."""
    lacking: Mapping[str, str] = field(default_factory=dict)
    """What jobs take from elsewhere and nobody here can see, by the jobs' names."""
    taken: frozenset[str] = frozenset()
    """The names of what its jobs take, here or elsewhere."""
    is_action: bool = False
    told_at: Place | None = None
    """Where findings stand of one that is otherwise by another file alone: there."""

    def at(self, line: int) -> Place:
        """One of its lines."""
        return self.told_at or Place(path=self.path, line=line, end_line=line, side=self.side)

    @property
    def follows(self) -> frozenset[str]:
        """The names of the workflows after which it is started."""
        found = _FOLLOWED.search(self.triggers["workflow_run"].value) if "workflow_run" in self.triggers else None
        return (
            frozenset(each.strip() for each in (found[1] or found[2]).split(",")) if found is not None else frozenset()
        )

    @property
    def is_only_following(self) -> bool:
        """Whether outsiders can start it by nothing but another workflow."""
        return self.triggers.keys() & FOR_OUTSIDERS == {"workflow_run"}

    @property
    def is_for_proposals(self) -> bool:
        """Whether somebody can start it who may not push."""
        return bool(PROPOSING & self.triggers.keys())

    @property
    def is_for_outsiders(self) -> bool:
        """Whether anybody can start it with the secrets of the repository at hand."""
        return bool(FOR_OUTSIDERS & self.triggers.keys())

    def rights_of(self, job: Job) -> Rights | None:
        """What the token of a job may do; None for what the repository's settings say."""
        return self.rights if job.rights is None else job.rights

    @property
    def steps(self) -> Iterator[tuple[Job, Step]]:
        """Every step, with its job."""
        for job in self.jobs.values():
            for step in job.steps:
                yield job, step


class Pair(Struct, frozen=True, kw_only=True):
    """A pipeline before and after; either may be missing."""

    old: Pipeline | None
    new: Pipeline | None
    is_unread: bool = False
    """Whether it is there after the change, and could not be read."""


def level(rights: Rights, scope: str) -> int:
    """How much of a scope."""
    return rights.get(scope, rights.get(ALL, NONE))
