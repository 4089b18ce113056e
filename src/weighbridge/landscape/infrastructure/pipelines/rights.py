"""What the token of a workflow may do, compared as sets.

Source: https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-syntax#permissions.
"""

from collections.abc import Iterator
from typing import Final

from msgspec import Struct

from weighbridge.domain.late_pattern import LatePattern
from weighbridge.landscape.infrastructure.pipelines.changed import Pipelines
from weighbridge.landscape.infrastructure.pipelines.model import ALL, NONE, WRITE, Job, Pipeline, Rights, Step, level

STRONG: Final = {
    "contents": "push code, move tags and make releases",
    "actions": "cancel, start and delete runs",
    "packages": "publish packages",
    "id-token": "log in to the clouds that trust this repository",
    "deployments": "mark what is deployed",
    "attestations": "attest where builds come from",
    "pages": "publish the site",
    "security-events": "dismiss what scanners found",
}
"""What whoever has the right to write can do to others than those who talk here."""
_LOGIN: Final = "id-token"
_OF_GITHUB: Final = ("actions/", "github/", "./")
_COMMIT: Final = LatePattern(r"@[0-9a-f]{40}\b")


class Widening(Struct, frozen=True, kw_only=True):
    """What a token may do that it could not."""

    line: int
    key: str
    job: str
    """Empty where it holds for every job that says nothing of its own."""
    scopes: tuple[str, ...] = ()
    is_whole: bool = False
    """Whether it may write everything."""
    is_default: bool = False
    """Whether nothing is said any more."""
    is_for_all: bool = False
    """Whether the workflow is new, anybody may start it, and it runs what somebody elsewhere may replace."""
    is_latent: bool = False
    """Whether every job there is says something of its own, so that only the next one gets it."""


def widenings(old: Pipeline | None, new: Pipeline, *, all_of: Pipelines) -> Iterator[Widening]:
    """Each place of a workflow at which more is given than before, the workflow as a whole first."""
    if new.is_action:
        return
    said = False
    line = new.lines.get("permissions", 1)
    plain = [job for job in new.jobs.values() if job.rights is None]
    if old is not None and old.rights is not None and new.rights is None and plain:
        bare = [job for job in plain if _rights_before(job, old, all_of=all_of) is not None]
        if bare and not _is_wide(old.rights):
            said = True
            yield Widening(line=new.lines.get("jobs", 1), key="default", job="", is_default=True)
    elif new.rights is not None and plain:
        gained = {scope for job in plain for scope in _more(new.rights, _compared(job, old, all_of=all_of))}
        more = tuple(scope for scope in new.rights if scope in gained)
        if more:
            said = True
            yield _widening(more, line=line, job="")
    elif (
        new.rights is not None
        and level(new.rights, ALL) == WRITE
        and (old is None or old.rights is None or level(old.rights, ALL) < WRITE)
    ):
        yield Widening(line=line, key="latent", job="", scopes=(ALL,), is_whole=True, is_latent=True)
    if old is None and new.is_for_outsiders and not said:
        lent = (job for job in new.jobs.values() if any(map(_may_be_moved, job.steps)))
        strong = {scope for job in lent for scope in _written(new.rights_of(job)) if scope in STRONG}
        if strong and ALL not in strong:
            yield Widening(line=line, key="outsiders", job="", scopes=tuple(sorted(strong)), is_for_all=True)
    for job in new.jobs.values():
        was = all_of.counterpart(job, old)
        if job.rights is None:
            was_narrow = was is not None and was.rights is not None and not _is_wide(was.rights)
            if not said and was_narrow and new.rights is None and old is not None:
                yield Widening(line=job.line, key=f"{job.name} default", job=job.name, is_default=True)
            continue
        if more := _more(job.rights, _compared(job, old, all_of=all_of)):
            yield _widening(more, line=job.lines.get("permissions", job.line), job=job.name)


def _compared(job: Job, old: Pipeline | None, *, all_of: Pipelines) -> list[Rights | None] | None:
    """With what a job's rights are compared: with its own, or, of a new one, with what any there had; None where all is new."""
    was = all_of.counterpart(job, old)
    if was is not None:
        return [was.rights if old is None else old.rights_of(was)]
    return None if old is None else [old.rights, *map(old.rights_of, old.jobs.values())]


def _rights_before(job: Job, old: Pipeline | None, *, all_of: Pipelines) -> Rights | None:
    was = all_of.counterpart(job, old)
    if was is None or old is None:
        return None if was is None else was.rights
    return old.rights_of(was)


def _is_wide(rights: Rights) -> bool:
    """Whether they gave about what any setting of the repository gives."""
    return level(rights, ALL) == WRITE or level(rights, "contents") == WRITE


def _more(rights: Rights, before: list[Rights | None] | None) -> tuple[str, ...]:
    """The scopes that may be written and could not be; in a workflow that is new only all of them at once."""
    written = [scope for scope, much in rights.items() if much == WRITE]
    if before is None:
        return (ALL,) if ALL in written else ()
    if None in before and written != [ALL]:
        # what the settings of the repository gave may have been all of it, but never a login elsewhere
        known = [each for each in before if each is not None]
        return (_LOGIN,) if _LOGIN in written and not any(level(each, _LOGIN) == WRITE for each in known) else ()
    held = [each for each in before if each is not None]
    return tuple(scope for scope in written if max((level(each, scope) for each in held), default=NONE) < WRITE)


def _may_be_moved(step: Step) -> bool:
    """Whether a step uses another's action, which whoever keeps that may replace under the same name."""
    used = step.uses.value if step.uses is not None else ""
    return "@" in used and not used.startswith(_OF_GITHUB) and _COMMIT.search(used) is None


def _written(rights: Rights | None) -> list[str]:
    return [scope for scope, much in rights.items() if much == WRITE] if rights is not None else []


def _widening(more: tuple[str, ...], *, line: int, job: str) -> Widening:
    return Widening(
        line=line, key=f"{job} {' '.join(sorted(more))}".strip(), job=job, scopes=more, is_whole=ALL in more
    )
