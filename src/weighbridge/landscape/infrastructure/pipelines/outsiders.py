"""What somebody from outside can bring into a run: their code by a checkout, their words by an expression.

Sources: https://docs.github.com/en/actions/reference/security/secure-use and the events' own pages.
"""

import re
from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import Final

from msgspec import Struct

from weighbridge.landscape.infrastructure.pipelines.commands import STARTS_BUILD
from weighbridge.landscape.infrastructure.pipelines.events import FOR_OUTSIDERS
from weighbridge.landscape.infrastructure.pipelines.expressions import always, expressions, plainly, yielded
from weighbridge.landscape.infrastructure.pipelines.model import WRITE, Job, Pipeline, Step, Text

_THEIR_REVISION: Final = re.compile(
    r"github\.event\.pull_request\.(?:head\.(?:sha|ref|repo\.[\w.]+)|merge_commit_sha|number)|github\.head_ref|refs/pull/"
    r"|github\.event\.workflow_run\.(?:head_(?:sha|branch|commit\.id|repository\.[\w.]+)|pull_requests)"
    r"|github\.event\.issue\.number|github\.event\.number|pull_request\.head"
)
_TAKES_IT: Final = re.compile(r"\b(?:gh|hub)\s+pr\s+checkout\b")
_GIT: Final = r"\bgit\s+(?:-\S{1,200}\s+){0,10}"
_GIT_FETCHES: Final = re.compile(rf"{_GIT}(?:fetch|(pull))\b")
_OF_A_PULL: Final = re.compile(r"\bpull/")
_GIT_TAKES: Final = re.compile(rf"{_GIT}(?:checkout|switch|reset|merge|worktree\s+add)\b([^\n;&|]*)")
_VARIABLE: Final = re.compile(r"\$\{?(\w+)\}?")
_OF_THE_HOUSE: Final = re.compile(
    r"head\.repo\.full_name\s*==\s*(?:github\.repository|github\.event\.pull_request\.base\.repo\.full_name)|github\.repository\s*==\s*github\.event\.pull_request\.head\.repo"
    r"|github\.event\.pull_request\.head\.repo\.fork\s*(?:==\s*false|!=\s*true)|!\s*github\.event\.pull_request\.head\.repo\.fork"
    r"|workflow_run\.event\s*==\s*'(?:push|schedule|release|workflow_dispatch)'|head_repository\.full_name\s*==\s*github\.repository"
    r"|github\.event_name\s*==\s*'(?:push|pull_request|schedule|release|workflow_dispatch|merge_group)'$"
)
_PATH: Final = re.compile(r"[\w. ]*")
_LET_IN: Final = re.compile(
    r"label|author_association|github\.actor|triggering_actor|sender\.|user\.login|merged\s*==\s*true|\.merged\b"
)
_BY_LABEL: Final = re.compile(r"[\w.]*\blabels?\b(?:\.\*)?(?:\.name)?")
_AT_LABEL: Final = re.compile(r"event\.(?:action\s*==\s*'labeled'|label\b)")
_SECRET: Final = re.compile(r"\bsecrets\s*(?:\.|\[)\s*['\"]?(?!GITHUB_TOKEN\b)\w")

_THEIR_WORDS: Final = re.compile(
    r"github\.head_ref"
    r"|github\.event\.(?:issue|pull_request|discussion)\.(?:title|body)\b"
    r"|github\.event\.(?:comment|review|review_comment)\.body\b"
    r"|github\.event\.pull_request\.head\.(?:ref|label|repo\.default_branch)\b"
    r"|github\.event\.(?:head_commit|commits(?:\[\d+\]|\.\*)|workflow_run\.head_commit)\.(?:message|author\.(?:name|email))\b"
    r"|github\.event\.workflow_run\.(?:head_branch|display_title|head_repository\.(?:description|default_branch)|pull_requests\.\*\.head\.ref)"
    r"|tojson\( ?github(?:\.event(?:\.(?:issue|pull_request|discussion|comment|review|review_comment|head_commit|commits|workflow_run|pages))?(?:\.head)?)? ?\)"
    r"|github\.event\.pages(?:\[\d+\]|\.\*)\.page_name|github\.event\.issue\.user\.name\b"
)
_ENV: Final = re.compile(r"\benv\.(\w+)")
_SCRIPTS: Final = frozenset({"script", "run", "command", "commands", "inlinescript", "cmd", "shell_command"})
_QUIET: Final = frozenset({"push", "schedule", "workflow_dispatch", "release", "merge_group"})
"""What starts a run for people of the house alone."""
UNSECURE: Final = "ACTIONS_ALLOW_UNSECURE_COMMANDS"


class TakenCode(Struct, frozen=True, kw_only=True):
    """A job that puts an outsider's code where it then works."""

    job: Job
    line: int
    event: str
    is_run: bool
    """Whether anything follows that could run it."""
    is_surely_run: bool
    """Whether a program follows that does what files of a repository say: an installer, a build, a test."""
    is_let_in: bool
    """Whether somebody has to let it in first: by a label, an environment, who wrote it."""
    has_power: bool
    """Whether a secret, or a token that may write, is at hand."""


class TakenWords(Struct, frozen=True, kw_only=True):
    """An expression in a script that somebody else fills in."""

    line: int
    words: str
    step: Step
    job: Job


def taken_code(pipeline: Pipeline) -> Iterator[TakenCode]:
    """The jobs that run for outsiders and check their code out, one place each."""
    events = [each for each in pipeline.triggers if each in FOR_OUTSIDERS]
    for job in pipeline.jobs.values() if events else ():
        values = {**pipeline.env, **job.env}
        for number, step in enumerate(job.steps):
            line = _takes(step, {**values, **step.env})
            condition = f"{job.condition} && {step.condition}"
            if line is None or any(always(each, is_of_the_house) for each in (job.condition, step.condition)):
                continue
            event = _event(events, condition)
            if event:
                yield TakenCode(
                    job=job,
                    line=line,
                    event=event,
                    is_run=any(_could_run(each) for each in job.steps[number:]),
                    is_surely_run=any(_surely_runs(each) for each in job.steps[number:]),
                    is_let_in=bool(job.environment) or _is_let_in(condition, pipeline.triggers[event].value),
                    has_power=has_power(pipeline, job),
                )
                break


def taken_words(pipeline: Pipeline) -> Iterator[TakenWords]:
    """The expressions of scripts that somebody else fills in, each once a step."""
    for job, step in pipeline.steps:
        values = _held({**pipeline.env, **job.env, **step.env})
        scripts = [step.script] if step.script else []
        scripts += [text for name, text in step.settings.items() if name.lower() in _SCRIPTS]
        told: set[str] = set()
        for script in scripts:
            for at, expression in expressions(script.value):
                words = _theirs(expression, values)
                if words and words not in told:
                    told.add(words)
                    line = script.line_at(script.value.count("\n", 0, at))
                    yield TakenWords(line=line, words=words, step=step, job=job)


def _takes(step: Step, values: Mapping[str, Text]) -> int | None:
    """The line at which a step takes the code of a pull request, if it does."""
    held = _held(values)
    if step.action.endswith("/checkout") or step.action.endswith("checkout-pr"):
        found = (step.settings.get(name) for name in ("ref", "repository"))
        return next((each.line for each in found if each is not None and _is_theirs(each.value, held)), None)
    if step.script is None:
        return None
    script = step.script.value.replace("\\\n", " ")
    if _TAKES_IT.search(script) or _takes_a_pull(script):
        return step.script.line
    is_theirs = any(_is_theirs(match[1], held) for match in _GIT_TAKES.finditer(script))
    return step.script.line if is_theirs else None


def _takes_a_pull(script: str) -> bool:
    """Whether git fetches a pull request by its number and then takes it."""
    at = 0
    for line in script.splitlines(keepends=True):
        match = _GIT_FETCHES.search(line)
        if match is not None and (of := _OF_A_PULL.search(line, match.end())) is not None:
            is_pulled = any(each[1] for each in _GIT_FETCHES.finditer(line, 0, of.start()))
            return is_pulled or _pulls_later(script, at) or _GIT_TAKES.search(script, at + of.end()) is not None
        at += len(line)
    return False


def _pulls_later(script: str, at: int) -> bool:
    """Whether `git pull` takes a pull request in what follows."""
    return any(
        match[1] and _OF_A_PULL.search(line, match.end())
        for line in script[at:].splitlines()
        if (match := _GIT_FETCHES.search(line)) is not None
    )


def is_of_the_house(condition: str) -> bool:
    """Whether one condition, without `&&` and `||`, bars whoever is from outside."""
    match = _OF_THE_HOUSE.search(condition)
    return match is not None and _PATH.fullmatch(condition[: match.start()] + condition[match.end() :]) is not None


def _is_theirs(text: str, held: Mapping[str, tuple[str, str]]) -> bool:
    if _THEIR_REVISION.search(plainly(text)):
        return True
    names = [*_VARIABLE.findall(text), *_ENV.findall(plainly(text))]
    return any(_THEIR_REVISION.search(plainly(held[name.lower()][1])) for name in names if name.lower() in held)


def _held(values: Mapping[str, Text]) -> dict[str, tuple[str, str]]:
    """The variables as they are written, by their names in small letters."""
    return {name.lower(): (name, text.value) for name, text in values.items()}


def _event(events: list[str], condition: str) -> str:
    """The event by which a job runs for outsiders; empty where its condition leaves none of them."""
    named = re.findall(r"github\.event_name\s*==\s*'(\w+)'", condition)
    if named and "||" not in condition:
        return next((each for each in events if each in named), "")
    return events[0]


def _is_let_in(condition: str, filters: str) -> bool:
    """Whether somebody lets in what is there: a label that stays lets in whatever is pushed after it, too."""
    if not _LET_IN.search(condition):
        return False
    is_by_label = _LET_IN.search(_BY_LABEL.sub("", condition)) is None
    return (
        not is_by_label
        or _AT_LABEL.search(condition) is not None
        or ("types:" in filters and "synchronize" not in filters)
    )


def _surely_runs(step: Step) -> bool:
    return (step.script is not None and STARTS_BUILD.search(step.script.value) is not None) or step.action.startswith(
        "./"
    )


def _could_run(step: Step) -> bool:
    if step.script is not None:
        return True
    name = step.action
    return name.startswith("./") or any(
        each in name for each in ("setup-", "build", "test", "cache", "deploy", "lint", "install")
    )


def has_power(pipeline: Pipeline, job: Job) -> bool:
    """Whether a secret, or a token that may write, is at hand in a job."""
    rights = pipeline.rights_of(job)
    if rights is None or any(much == WRITE for much in rights.values()):
        return True
    return _has_secret(pipeline, job) or job.secrets is not None


def _has_secret(pipeline: Pipeline, job: Job) -> bool:
    texts = [*pipeline.env.values(), *job.env.values()]
    for step in job.steps:
        texts += [*step.env.values(), *step.settings.values(), *([step.script] if step.script else [])]
    return any(_SECRET.search(each.value) for each in texts)


def runs_theirs_anyway(pipeline: Pipeline, job: Job) -> bool:
    """Whether outsiders come by pull requests alone, for which a fork has no secrets, and a job builds what they wrote as it is.

    Words that one of them puts into its scripts do no more than what they may write into the files that it builds.
    """
    if set(pipeline.triggers) - _QUIET != {"pull_request"} or job.secrets is not None:
        return False
    rights = pipeline.rights_of(job)
    if rights is not None and any(much == WRITE for much in rights.values()):
        return False
    has_checkout = any(each.action.endswith("/checkout") and "ref" not in each.settings for each in job.steps)
    return has_checkout and any(map(_surely_runs, job.steps)) and not _has_secret(pipeline, job)


def _theirs(expression: str, held: Mapping[str, tuple[str, str]]) -> str:
    for part in yielded(expression):
        if found := _THEIR_WORDS.search(part):
            return found[0].replace("tojson", "toJSON")
        for name in _ENV.findall(part):
            known, text = held.get(name, ("", ""))
            if _brings_theirs(text):
                return f"env.{known}"
    return ""


@lru_cache(maxsize=100)
def _brings_theirs(text: str) -> bool:
    return any(_theirs(each, {}) for _, each in expressions(text))
