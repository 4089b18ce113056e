"""Where a deployment waits for less than before: for nobody's word, for no branch, for no check.

Sources: https://docs.github.com/en/actions/reference/workflows-and-actions/expressions#status-check-functions and the events' pages of GitHub,
https://docs.gitlab.com/ci/jobs/job_rules/.
"""

import re
from collections.abc import Iterator
from functools import partial
from typing import Final

from weighbridge.landscape.infrastructure.pipelines.branches import is_open, is_pattern
from weighbridge.landscape.infrastructure.pipelines.called import by_default
from weighbridge.landscape.infrastructure.pipelines.changed import Pipelines
from weighbridge.landscape.infrastructure.pipelines.checks import (
    DEPLOYS_BY,
    Lapse,
    is_check,
    is_deployment,
    listed,
    short,
)
from weighbridge.landscape.infrastructure.pipelines.environments import is_for_trials, switched
from weighbridge.landscape.infrastructure.pipelines.expressions import always, plainly
from weighbridge.landscape.infrastructure.pipelines.github import is_never
from weighbridge.landscape.infrastructure.pipelines.model import Job, Pair, Pipeline, Step, Text

_WHERE: Final = re.compile(
    r"github\.(?:ref|event_name|repository|base_ref)|refs/(?:heads|tags)|CI_COMMIT_(?:BRANCH|TAG|REF)|CI_DEFAULT_BRANCH|environment",
)
_PROPOSES: Final = frozenset({"pull_request", "pull_request_target"})
_ANY: Final = re.compile(r"\b(?:branches|tags): \[?(?:[^\]]*, )?\*\*?(?:[,\]}]|$)")
"""A filter of pushes that everything passes."""
_FILTER: Final = re.compile(r"\b(?:branches|tags): ")
_REFERENCE: Final = re.compile(
    r"github\.(?:ref\b|ref_name|ref_protected|ref_type|event\.(?:ref|release|workflow_run\.head_branch))|refs/(?:heads|tags)"
)
_DECIDED: Final = re.compile(r"\b(?:needs|inputs|vars|env|steps)\.|\.merged\b|\blabels?\b|fromjson")
"""What is decided elsewhere, by whom and how nothing here says."""
_EVENT: Final = re.compile(r"github\.event_name ?(==|!=) ?'(\w+)'")
_AFTER_ALL: Final = re.compile(r"(?<![\w.])(?:always ?\( ?\)|! ?cancelled ?\( ?\))")
_ASKS: Final = re.compile(r"needs\.[\w.*-]+\.result|(?<![\w.])(?:success|failure) ?\(")
_OF_ANOTHER: Final = " / "
"""What stands in the name of a job of a workflow that another one calls."""
_OF_A_MERGE: Final = re.compile(r"merge_request|external_pull_request|CI_MERGE_REQUEST")


def unguarded(pair: Pair, all_of: Pipelines) -> Iterator[Lapse]:
    """The deployments that wait for less than before: for nobody's word, for no branch, for no check."""
    new = pair.new
    for job in new.jobs.values() if new is not None else ():
        assert new is not None
        was = all_of.counterpart(job, pair.old)
        if was is None or not (is_deployment(job) or is_deployment(was)):
            continue
        if was.environment and not job.environment:
            yield _undeployed(was, job, new=new)
        yield from switched(was, job, new=new)
        if was.is_manual and not job.is_manual and not is_never(job.condition):
            words = f"`{job.name}` no longer waits for somebody to start it"
            yield Lapse(pipeline=new, line=job.lines.get("rules", job.line), key=f"{job.name} manual", words=words)
        if _WHERE.search(was.condition) and not job.condition and not is_never(was.condition):
            words = f"`{job.name}` runs wherever the workflow does, and ran only if `{short(was.condition)}`"
            yield Lapse(pipeline=new, line=job.line, key=f"{job.name} condition", words=words)
        if was.branches is not None and job.branches is None and "extends" not in job.lines:
            words = f"`{job.name}` runs for every branch, and ran only for {listed(was.branches)}"
            line = job.lines.get("rules", job.lines.get("only", job.line))
            yield Lapse(pipeline=new, line=line, key=f"{job.name} branches", words=words)
        yield from _of_conditions(was, job, old=pair.old, new=new)
        yield from _needs_less(was, job, old=pair.old, new=new)
    yield from _of_called(pair, all_of)
    if (
        new is not None
        and pair.old is not None
        and any(is_deployment(each) and not each.condition for each in new.jobs.values())
    ):
        yield from _started_by_more(pair.old, new)


def _undeployed(was: Job, job: Job, *, new: Pipeline, where: str = "") -> Lapse:
    words = f"`{job.name}` no longer names the environment `{was.environment}`{where}: its required reviewers are not asked, and its limits on branches do not apply"
    return Lapse(pipeline=new, line=job.line, key=f"{job.name} environment", words=words)


def _of_called(pair: Pair, all_of: Pipelines) -> Iterator[Lapse]:
    """Deployments whose environment is what a workflow is given by who calls it, or by default where that gives none."""
    old, new = pair.old, pair.new
    if old is None or new is None:
        return
    for name, job in new.jobs.items():
        was = old.jobs.get(name)
        if was is None or was.environment != job.environment or "inputs" not in job.environment:
            continue
        before, after = by_default(was, old), by_default(job, new)
        if before.environment and before.environment != after.environment and not _is_given(name, new, among=all_of):
            where = " where who calls it names none"
            lapses = (
                switched(before, after, new=new)
                if after.environment
                else [_undeployed(before, after, new=new, where=where)]
            )
            yield from lapses
    if any(job.uses is not None for job in new.jobs.values()):
        for first, second in all_of.whole_of_head:
            if first is not None and second.path == new.path:
                yield from _of_calls(first, second)


def _of_calls(old: Pipeline, new: Pipeline) -> Iterator[Lapse]:
    """What is told of the jobs of other files that a pipeline calls, by what it hands to them."""
    for name, job in new.jobs.items():
        was = old.jobs.get(name)
        if _OF_ANOTHER in name and was is not None and was.environment and was.environment != job.environment:
            yield from switched(was, job, new=new) if job.environment else [_undeployed(was, job, new=new)]


def _is_given(name: str, called: Pipeline, *, among: Pipelines) -> bool:
    """Whether a pipeline that the change touches calls another one: what becomes of its jobs then is told there."""
    every = (each for _, each in among.whole_of_head if each.path != called.path)
    return any(job.endswith(f"{_OF_ANOTHER}{name}") for each in every for job in each.jobs)


def _of_conditions(was: Job, job: Job, *, old: Pipeline | None, new: Pipeline) -> Iterator[Lapse]:
    line = job.lines.get("if", job.line)
    if _is_after_all(job.condition) and not _is_after_all(was.condition) and _checks_of(job, new):
        words = f"`{job.name}` runs although what it waits for has failed (`{short(job.condition)}`)"
        yield Lapse(pipeline=new, line=line, key=f"{job.name} always", words=words)
    if old is not None and was.branches is not None and job.branches is not None:
        yield from _for_more_branches(was, job, new=new)
    is_told = _WHERE.search(was.condition) and not job.condition
    if old is None or is_told or is_never(job.condition) or not _deploys_at_once(job):
        return
    open_ = [each for each in _open_to(job.condition, new) if each not in set(_open_to(was.condition, old))]
    if open_ and not _loses_filter_alone(was, job, old=old, new=new):
        words = f"`{job.name}` is started by any {' and any '.join(map(_called, open_))}, and was held to what nobody can put there unasked"
        line = line if job.condition != was.condition else new.triggers[open_[0]].line
        yield Lapse(pipeline=new, line=line, key=f"{job.name} open", words=words)


def _for_more_branches(was: Job, job: Job, *, new: Pipeline) -> Iterator[Lapse]:
    """What is told of a job of GitLab that runs for what is not named, and ran for what is; or for one more thing."""
    before, after = was.branches or frozenset(), job.branches or frozenset()
    more = after - before
    opened = frozenset(filter(is_open, more)) if not any(map(is_open, before)) else frozenset[str]()
    is_vaguer = any(map(is_pattern, more)) and not any(map(is_pattern, before))
    if not opened and not before < after and not is_vaguer:
        return
    also = "also for" if before < after else "for"
    words = f"`{job.name}` runs {also} {listed(opened or more)}, and ran only for {listed(before)}"
    is_grave = bool(opened) or (before < after and any(map(_OF_A_MERGE.search, more)))
    yield Lapse(
        pipeline=new,
        line=job.lines.get("rules", job.lines.get("only", job.line)),
        key=f"{job.name} more branches",
        words=words,
        is_grave=is_grave and not is_for_trials(job.environment),
    )


def _loses_filter_alone(was: Job, job: Job, *, old: Pipeline, new: Pipeline) -> bool:
    """Whether it is told of all deployments of the file that any push starts them."""
    return not was.condition and not job.condition and next(_started_by_more(old, new), None) is not None


def _called(event: str) -> str:
    return "push" if event == "push" else "pull request"


def _open_to(condition: str, pipeline: Pipeline) -> Iterator[str]:
    """The events by which whoever may push a branch, or propose a change, starts a job."""
    for event, filters in pipeline.triggers.items():
        is_open = event in _PROPOSES or (event == "push" and _lets_all(filters))
        if is_open and not always(condition, partial(_bars, event=event)):
            yield event


def _lets_all(filters: Text) -> bool:
    if "branches-ignore: " in filters.value:
        return True
    return not _FILTER.search(filters.value) or _ANY.search(filters.value) is not None


def _bars(part: str, *, event: str) -> bool:
    """Whether a part of a condition is not met by an event, or only from where somebody let it."""
    named = _EVENT.search(part)
    if named is not None:
        return (named[2] != event) if named[1] == "==" else named[2] == event
    if _DECIDED.search(part):
        return True
    return _REFERENCE.search(part) is not None and "!=" not in part and not part.lstrip().startswith("!")


def _deploys_at_once(job: Job) -> bool:
    """Whether nothing within a job says when it deploys."""
    return bool(job.environment) or any(map(_is_plain_deployment, job.steps))


def _is_plain_deployment(step: Step) -> bool:
    return not step.condition and step.script is not None and DEPLOYS_BY.search(step.script.value) is not None


def _is_after_all(condition: str) -> bool:
    plain = plainly(condition)
    return _AFTER_ALL.search(plain) is not None and _ASKS.search(plain) is None


def _checks_of(job: Job, pipeline: Pipeline) -> bool:
    return any(is_check(pipeline.jobs[name]) for name in _all_needs(job, pipeline) if name in pipeline.jobs)


def _needs_less(was: Job, job: Job, *, old: Pipeline | None, new: Pipeline) -> Iterator[Lapse]:
    if old is None or new.lines.get("stages") is not None:
        return
    before, after = _all_needs(was, old), _all_needs(job, new)
    lost = sorted(name for name in before - after if name in old.jobs and name in new.jobs and is_check(old.jobs[name]))
    if lost and not any(is_check(new.jobs[name]) for name in after - before if name in new.jobs):
        words = f"`{job.name}` no longer waits for {listed(frozenset(lost))}: what fails there is deployed all the same"
        yield Lapse(pipeline=new, line=job.lines.get("needs", job.line), key=f"{job.name} needs", words=words)


def _all_needs(job: Job, pipeline: Pipeline) -> frozenset[str]:
    found, waiting = set[str](), list(job.needs)
    while waiting:
        name = waiting.pop()
        if name not in found:
            found.add(name)
            waiting += pipeline.jobs[name].needs if name in pipeline.jobs else ()
    return frozenset(found)


def _started_by_more(old: Pipeline, new: Pipeline) -> Iterator[Lapse]:
    was, now = old.triggers.get("push"), new.triggers.get("push")
    if was is None or now is None:
        return
    filters = [each for each in ("branches", "tags") if f"{each}:" in was.value]
    is_filtered = any(f"{each}:" in now.value for each in ("branches", "tags", "branches-ignore", "tags-ignore"))
    if filters and not _ANY.search(was.value) and (not is_filtered or _ANY.search(now.value)):
        words = "a push to any branch deploys, and only some did"
        yield Lapse(pipeline=new, line=now.line, key="push filters", words=words)
