"""Workflows with what the workflows and actions of the same repository do that they call, given what they hand to them.

Sources: https://docs.github.com/en/actions/how-tos/reuse-automations/reuse-workflows,
https://docs.github.com/en/actions/reference/workflows-and-actions/metadata-syntax. What is called stands where it is called.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Final

from msgspec import Struct, field
from msgspec.structs import replace

from weighbridge.domain.ids import RepoPath
from weighbridge.domain.outcomes import CouldNotLook
from weighbridge.landscape.infrastructure.pipelines.expressions import expressions
from weighbridge.landscape.infrastructure.pipelines.model import Job, Pipeline, Rights, Step, Text, level

Open = Callable[[RepoPath, str], Pipeline | CouldNotLook | None]
"""A file of the same tree as a pipeline, by its path and kind; None where there is none."""
_HERE: Final = "./"
_ACTIONS: Final = ("action.yml", "action.yaml")
_DEEPEST: Final = 4
_MOST_STEPS: Final = 500
_MOST_JOBS: Final = 200
_MOST_TOGETHER: Final = 3_000_000
"""Characters of all that is put in the place of what calls it."""
_ASKED: Final = re.compile(r"(?<![\w.-])(inputs|secrets) ?\. ?([\w-]+)", re.IGNORECASE)
_OF_THE_RUN: Final = frozenset({"github_token"})
"""What every run has, whoever hands on what."""
_LONGEST: Final = 4_000


class Given(Struct, frozen=True, kw_only=True):
    """What is handed to a called file; `secrets` is None where it has all that its caller has."""

    inputs: Mapping[str, Text] = field(default_factory=dict)
    secrets: Mapping[str, Text] | None = None

    def of(self, match: "re.Match[str]") -> str | None:
        """What stands for `inputs.NAME` or `secrets.NAME`; None where that stays as it is, and nothing for a secret that is not handed on."""
        kind, name = match[1].lower(), match[2]
        if kind == "inputs":
            return self.inputs[name].value if name in self.inputs else None
        if self.secrets is None or name.lower() in _OF_THE_RUN:
            return None
        return self.secrets[name].value if name in self.secrets else ""


class Calls:
    """The workflows and actions of one tree, each with what it calls itself, read once."""

    def __init__(self, open_: Open) -> None:
        self._open = open_
        self._room = _MOST_TOGETHER
        self.cut: set[RepoPath] = set()
        """The files of which not all that they call is put in its place, since that is too much, too deep, or cannot be read."""
        self._unreadable: set[RepoPath] = set()
        self._known: dict[tuple[RepoPath, str], Pipeline | None] = {}

    def whole(self, pipeline: Pipeline, *, depth: int = 0) -> Pipeline:
        """A pipeline in which each job that is another file's stands as that file's jobs, and each action as its steps."""
        if depth > _DEEPEST and any(map(_calls, pipeline.jobs.values())):
            self.cut.add(pipeline.path)
            return pipeline
        if not any(map(_calls, pipeline.jobs.values())):
            return pipeline
        jobs: dict[str, Job] = {}
        for name, job in pipeline.jobs.items():
            called = self._called(job.uses, depth=depth)
            self._note(pipeline, job.uses)
            if called is None or job.uses is None:
                jobs[name] = replace(job, steps=tuple(self._steps(pipeline, job, depth=depth)))
                continue
            if called.path in self.cut or not self._takes(len(called.jobs), most=_MOST_JOBS - len(jobs)):
                self.cut.add(pipeline.path)
            for inner in called.jobs.values() if len(jobs) < _MOST_JOBS and self._room > 0 else ():
                found = _handed(pipeline, job, called=called, inner=inner)
                self._room -= sum(map(_size, found.steps))
                jobs[found.name] = found
        return replace(pipeline, jobs=jobs)

    def _called(self, uses: Text | None, *, depth: int) -> Pipeline | None:
        if uses is None or not uses.value.startswith(_HERE):
            return None
        return self._file(RepoPath(uses.value.removeprefix(_HERE)), "workflow", depth=depth)

    def _file(self, path: RepoPath, kind: str, *, depth: int) -> Pipeline | None:
        key = (path, kind)
        if key not in self._known:
            self._known[key] = None  # what calls itself does no more than it does
            found = self._open(path, kind)
            if isinstance(found, CouldNotLook):
                self._unreadable.add(path)
            elif found is not None:
                self._known[key] = self.whole(found, depth=depth + 1)
        return self._known[key]

    def _note(self, pipeline: Pipeline, uses: Text | None) -> None:
        """Passes on to a caller that what it calls is there, and cannot be read."""
        if uses is not None and uses.value.startswith(_HERE):
            called = uses.value.removeprefix(_HERE).strip("/")
            paths = (called, *(f"{called}/{name}".lstrip("/") for name in _ACTIONS))
            if any(RepoPath(path) in self._unreadable for path in paths):
                self.cut.add(pipeline.path)

    def _takes(self, many: int, *, most: int) -> bool:
        """Whether there is room for so many."""
        return many <= most and self._room > 0

    def _steps(self, pipeline: Pipeline, job: Job, *, depth: int) -> Iterator[Step]:
        """The steps of a job, all of them, and behind each what it calls, as far as there is room."""
        room = _MOST_STEPS
        for step in job.steps:
            yield step
            action = self._action(step, depth=depth)
            self._note(pipeline, step.uses)
            if action is None or step.uses is None:
                continue
            inner = [each for _, each in action.steps]
            if action.path in self.cut or not self._takes(len(inner), most=room):
                self.cut.add(pipeline.path)
            given = Given(inputs={**action.inputs, **step.settings})
            for each in inner[:room] if self._room > 0 else ():
                room -= 1
                moved = _moved(each, given, line=step.uses.line)
                condition = _both(step.condition, moved.condition)
                whole = replace(moved, condition=condition, env={**step.env, **moved.env})
                self._room -= _size(whole)
                yield whole

    def _action(self, step: Step, *, depth: int) -> Pipeline | None:
        if step.uses is None or not step.uses.value.startswith(_HERE):
            return None
        folder = step.uses.value.removeprefix(_HERE).strip("/")
        paths = (RepoPath(f"{folder}/{name}".lstrip("/")) for name in _ACTIONS)
        return next((found for path in paths if (found := self._file(path, "action", depth=depth))), None)


def by_default(job: Job, pipeline: Pipeline) -> Job:
    """A job as it is where whoever calls its workflow gives nothing."""
    return replace(job, environment=_filled(job.environment, Given(inputs=pipeline.inputs)))


def _size(step: Step) -> int:
    """How many characters a step is, with something for the step itself."""
    texts = (step.uses, step.script, *step.settings.values(), *step.env.values())
    return 100 + len(step.condition) + sum(10 + len(each.value) for each in texts if each is not None)


def _calls(job: Job) -> bool:
    named = (job.uses, *(each.uses for each in job.steps))
    return any(each is not None and each.value.startswith(_HERE) for each in named)


def _handed(pipeline: Pipeline, job: Job, *, called: Pipeline, inner: Job) -> Job:
    """A job of a called workflow as its caller has it run."""
    assert job.uses is not None
    line = job.uses.line
    given = Given(inputs={**called.inputs, **job.settings}, secrets=None if job.secrets is not None else job.passed)
    env = {name: _brought(text, given, line=line) for name, text in {**called.env, **inner.env}.items()}
    rights = called.rights_of(inner)
    outer = pipeline.rights_of(job)
    return replace(
        inner,
        name=f"{job.name} / {inner.name}",
        line=line,
        condition=_both(job.condition, _filled(inner.condition, given)),
        environment=_filled(inner.environment, given),
        rights=outer if rights is None else rights if outer is None else _less(rights, outer),
        secrets=job.secrets,
        steps=tuple(_moved(each, given, line=line) for each in inner.steps),
        env=env,
        lines={},
    )


def _moved(step: Step, given: Given, *, line: int) -> Step:
    return replace(
        step,
        line=line,
        uses=_brought(step.uses, given, line=line) if step.uses is not None else None,
        script=_brought(step.script, given, line=line) if step.script is not None else None,
        condition=_filled(step.condition, given),
        settings={name: _brought(text, given, line=line) for name, text in step.settings.items()},
        env={name: _brought(text, given, line=line) for name, text in step.env.items()},
        lines={},
    )


def _brought(text: Text, given: Given, *, line: int) -> Text:
    return Text(_filled(text.value, given), line, is_brought=True)


def _filled(text: str, given: Given) -> str:
    """A text with what is given in the place of `inputs.NAME` and `secrets.NAME`."""
    if ("inputs" not in text and "secrets" not in text) or len(text) > _LONGEST:
        return text
    parts: list[str] = []
    seen = 0
    for at, expression in expressions(text):
        parts += [text[seen:at], _inside(expression, given)]
        seen = at + len("${{") + len(expression) + len("}}")
    if seen == 0:  # a condition may stand without the signs around an expression
        return _ASKED.sub(lambda each: _as_expression(each, given), text)
    return "".join([*parts, text[seen:]])


def _inside(expression: str, given: Given) -> str:
    only = _ASKED.fullmatch(expression.strip())
    value = given.of(only) if only is not None else None
    if value is not None:
        return value
    return "${{" + _ASKED.sub(lambda each: _as_expression(each, given), expression) + "}}"


def _as_expression(match: "re.Match[str]", given: Given) -> str:
    """What is given as a part of another expression."""
    value = given.of(match)
    if value is None:
        return match[0]
    inner = [each.strip() for _, each in expressions(value)]
    return inner[0] if inner else "'" + value.replace("'", "''") + "'"


def _both(outer: str, inner: str) -> str:
    if not (outer and inner):
        return outer or inner
    return f"({_bare(outer)}) && ({_bare(inner)})"


def _bare(condition: str) -> str:
    text = condition.strip()
    is_one = text.startswith("${{") and text.endswith("}}") and text.count("${{") == 1
    return text[3:-2].strip() if is_one else text


def _less(inner: Rights, outer: Rights) -> Rights:
    """What a called workflow may do: no more than who calls it."""
    return {scope: min(level(inner, scope), level(outer, scope)) for scope in {*inner, *outer}}
