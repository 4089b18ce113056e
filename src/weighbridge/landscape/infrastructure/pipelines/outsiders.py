"""What somebody from outside can bring into a run: their code by a checkout, their words by an expression.

Sources: https://docs.github.com/en/actions/reference/security/secure-use and the events' own pages.
"""

import re
from collections.abc import Iterator, Mapping
from typing import Final

from msgspec import Struct

from weighbridge.landscape.infrastructure.pipelines.model import FOR_OUTSIDERS, WRITE, Job, Pipeline, Step, Text

_THEIR_REVISION: Final = re.compile(
    r"github\.event\.pull_request\.(?:head\.(?:sha|ref|repo\.[\w.]+)|merge_commit_sha|number)|github\.head_ref|refs/pull/"
    r"|github\.event\.workflow_run\.(?:head_(?:sha|branch|commit\.id|repository\.[\w.]+)|pull_requests)"
    r"|github\.event\.issue\.number|github\.event\.number|pull_request\.head"
)
_TAKES_IT: Final = re.compile(
    r"\bgh\s+pr\s+checkout\b|\bhub\s+pr\s+checkout\b"
    r"|\bgit\s+(?:-\S+\s+)*(?:fetch|pull)\b[^\n]*\bpull/[^\n]*(?:\n|.)*?\bgit\s+(?:checkout|switch|merge|reset|worktree\s+add)\b"
    r"|\bgit\s+(?:-\S+\s+)*pull\b[^\n]*\bpull/"
)
_GIT_TAKES: Final = re.compile(r"\bgit\s+(?:-\S+\s+)*(?:checkout|switch|reset|merge|worktree\s+add)\b([^\n;&|]*)")
_VARIABLE: Final = re.compile(r"\$\{?(\w+)\}?")
_OF_THE_HOUSE: Final = re.compile(
    r"head\.repo\.full_name\s*==\s*(?:github\.repository|github\.event\.pull_request\.base\.repo\.full_name)|github\.repository\s*==\s*github\.event\.pull_request\.head\.repo"
    r"|(?:!\s*|)github\.event\.pull_request\.head\.repo\.fork\s*(?:==\s*false|!=\s*true)|!\s*github\.event\.pull_request\.head\.repo\.fork"
    r"|workflow_run\.event\s*==\s*'(?:push|schedule|release|workflow_dispatch)'|head_repository\.full_name\s*==\s*github\.repository"
    r"|github\.event_name\s*==\s*'(?:push|pull_request|schedule|release|workflow_dispatch|merge_group)'\s*$"
)
_LET_IN: Final = re.compile(
    r"label|author_association|github\.actor|triggering_actor|sender\.|user\.login|merged\s*==\s*true|\.merged\b"
)
_SECRET: Final = re.compile(r"\bsecrets\s*(?:\.|\[)\s*['\"]?(?!GITHUB_TOKEN\b)\w")

_EXPRESSION: Final = re.compile(r"\$\{\{(.*?)\}\}", re.DOTALL)
_THEIR_WORDS: Final = re.compile(
    r"github\.head_ref"
    r"|github\.event\.(?:issue|pull_request|discussion)\.(?:title|body)\b"
    r"|github\.event\.(?:comment|review|review_comment)\.body\b"
    r"|github\.event\.pull_request\.head\.(?:ref|label|repo\.default_branch)\b"
    r"|github\.event\.(?:head_commit|commits(?:\[\d+\]|\.\*)|workflow_run\.head_commit)\.(?:message|author\.(?:name|email))\b"
    r"|github\.event\.workflow_run\.(?:head_branch|display_title|head_repository\.(?:description|default_branch)|pull_requests\.\*\.head\.ref)"
    r"|github\.event\.pages(?:\[\d+\]|\.\*)\.page_name|github\.event\.issue\.user\.name\b"
)
_ENV: Final = re.compile(r"\benv\.(\w+)")
_YES_OR_NO: Final = re.compile(r"^\s*!?\s*(?:contains|startsWith|endsWith|hashFiles)\s*\(|==|!=")
_SCRIPTS: Final = frozenset({"script", "run", "command", "commands", "inlinescript", "cmd", "shell_command"})
UNSECURE: Final = "ACTIONS_ALLOW_UNSECURE_COMMANDS"


class TakenCode(Struct, frozen=True, kw_only=True):
    """A job that puts an outsider's code where it then works."""

    job: Job
    line: int
    event: str
    is_run: bool
    """Whether anything follows that could run it."""
    is_let_in: bool
    """Whether somebody has to let it in first: by a label, an environment, who wrote it."""
    has_power: bool
    """Whether a secret, or a token that may write, is at hand."""


class TakenWords(Struct, frozen=True, kw_only=True):
    """An expression in a script that somebody else fills in."""

    line: int
    words: str
    step: Step


def taken_code(pipeline: Pipeline) -> Iterator[TakenCode]:
    """The jobs that run for outsiders and check their code out, one place each."""
    events = [each for each in pipeline.triggers if each in FOR_OUTSIDERS]
    for job in pipeline.jobs.values() if events else ():
        values = {**pipeline.env, **job.env}
        for number, step in enumerate(job.steps):
            line = _takes(step, {**values, **step.env})
            condition = f"{job.condition} && {step.condition}"
            if line is None or _OF_THE_HOUSE.search(job.condition) or _OF_THE_HOUSE.search(step.condition):
                continue
            event = _event(events, condition)
            if event:
                yield TakenCode(
                    job=job,
                    line=line,
                    event=event,
                    is_run=any(_could_run(each) for each in job.steps[number:]),
                    is_let_in=bool(job.environment or _LET_IN.search(condition)),
                    has_power=_has_power(pipeline, job),
                )
                break


def taken_words(pipeline: Pipeline) -> Iterator[TakenWords]:
    """The expressions of scripts that somebody else fills in, each once a step."""
    for job, step in pipeline.steps:
        values = {**pipeline.env, **job.env, **step.env}
        scripts = [step.script] if step.script else []
        scripts += [text for name, text in step.settings.items() if name.lower() in _SCRIPTS]
        told: set[str] = set()
        for script in scripts:
            for match in _EXPRESSION.finditer(script.value):
                words = _theirs(match[1], values)
                if words and words not in told:
                    told.add(words)
                    line = script.line_at(script.value.count("\n", 0, match.start()))
                    yield TakenWords(line=line, words=words, step=step)


def _takes(step: Step, values: Mapping[str, Text]) -> int | None:
    """The line at which a step takes the code of a pull request, if it does."""
    if step.action.endswith("/checkout") or step.action.endswith("checkout-pr"):
        found = (step.settings.get(name) for name in ("ref", "repository"))
        return next((each.line for each in found if each is not None and _is_theirs(each.value, values)), None)
    if step.script is None:
        return None
    if _TAKES_IT.search(step.script.value) or any(
        _is_theirs(match[1], values) for match in _GIT_TAKES.finditer(step.script.value)
    ):
        return step.script.line
    return None


def _is_theirs(text: str, values: Mapping[str, Text]) -> bool:
    if _THEIR_REVISION.search(text):
        return True
    names = [*_VARIABLE.findall(text), *_ENV.findall(text)]
    return any(_THEIR_REVISION.search(values[name].value) for name in names if name in values)


def _event(events: list[str], condition: str) -> str:
    """The event by which a job runs for outsiders; empty where its condition leaves none of them."""
    named = re.findall(r"github\.event_name\s*==\s*'(\w+)'", condition)
    if named and "||" not in condition:
        return next((each for each in events if each in named), "")
    return events[0]


def _could_run(step: Step) -> bool:
    if step.script is not None:
        return True
    name = step.action
    return name.startswith("./") or any(
        each in name for each in ("setup-", "build", "test", "cache", "deploy", "lint", "install")
    )


def _has_power(pipeline: Pipeline, job: Job) -> bool:
    rights = pipeline.rights_of(job)
    if rights is None or any(much == WRITE for much in rights.values()):
        return True
    texts = [*pipeline.env.values(), *job.env.values()]
    for step in job.steps:
        texts += [*step.env.values(), *step.settings.values(), *([step.script] if step.script else [])]
    return any(_SECRET.search(each.value) for each in texts) or job.secrets is not None


def _theirs(expression: str, values: Mapping[str, Text]) -> str:
    if _YES_OR_NO.search(expression) and "||" not in expression:
        return ""
    if found := _THEIR_WORDS.search(expression):
        return found[0]
    for name in _ENV.findall(expression):
        if name in values and any(_theirs(each, {}) for each in _EXPRESSION.findall(values[name].value)):
            return f"env.{name}"
    return ""
