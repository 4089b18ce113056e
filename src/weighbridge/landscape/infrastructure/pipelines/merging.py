"""What a workflow merges with nobody looking.

Source: https://cli.github.com/manual/gh_pr_merge and the pages of the actions.
"""

import re
from collections.abc import Iterator
from typing import Final

from msgspec import Struct

from weighbridge.landscape.infrastructure.pipelines.model import Job, Pipeline, Step

_MERGES: Final = re.compile(r"\bgh\s+pr\s+merge\b([^\n;&|]*)")
_APPROVES: Final = re.compile(r"\bgh\s+pr\s+review\b[^\n;&|]*(?:--approve|\s-a\b)")
_MAKES: Final = re.compile(r"\bgh\s+pr\s+create\b")
_MAKERS: Final = ("peter-evans/create-pull-request",)
_MERGERS: Final = ("pascalgn/automerge-action", "peter-evans/enable-pull-request-automerge", "ahmadnassri/action-dependabot-auto-merge",
    "fastify/github-action-merge-dependabot", "hmarr/auto-approve-action")  # fmt: skip
_OF_BOTS: Final = re.compile(r"dependabot|renovate|github\.actor|user\.login")


class Merging(Struct, frozen=True, kw_only=True):
    """One step that merges: `is_own` where the same job makes what it merges, `waits` where rules of the branch still hold."""

    job: Job
    line: int
    is_own: bool
    waits: bool
    is_forced: bool
    is_of_bots: bool

    @property
    def words(self) -> str:
        """What is merged, and what nobody does any more."""
        what = "the pull request that it makes itself" if self.is_own else "pull requests"
        how = (
            " whatever the branch's rules say"
            if self.is_forced
            else " once the branch's rules are met"
            if self.waits
            else ""
        )
        return f"`{self.job.name}` merges {what}{how}, and nobody looks at it: what its steps write, or whoever can make them write, is on the branch"


def merging(pipeline: Pipeline) -> Iterator[Merging]:
    """The jobs that merge something, one place each."""
    for job in pipeline.jobs.values():
        for step in job.steps:
            found = _merges(step)
            if found is None:
                continue
            line, waits, is_forced = found
            before = job.steps[: job.steps.index(step) + 1]
            yield Merging(
                job=job,
                line=line,
                is_own=any(map(_makes, before)),
                waits=waits,
                is_forced=is_forced,
                is_of_bots=_OF_BOTS.search(f"{job.condition} {step.condition}") is not None,
            )
            break


def _merges(step: Step) -> tuple[int, bool, bool] | None:
    """At which line a step merges, whether it waits for the branch's rules, and whether it sets them aside."""
    if step.script is not None:
        text = step.script.value
        if (found := _MERGES.search(text)) is not None:
            line = step.script.line_at(text.count("\n", 0, found.start()))
            return line, "--auto" in found[1], "--admin" in found[1]
        if (found := _APPROVES.search(text)) is not None:
            return step.script.line_at(text.count("\n", 0, found.start())), True, False
        return None
    return (step.line, True, False) if step.action in _MERGERS else None


def _makes(step: Step) -> bool:
    return step.action in _MAKERS or (step.script is not None and _MAKES.search(step.script.value) is not None)
