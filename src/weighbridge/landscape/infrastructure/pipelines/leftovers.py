"""What a run that outsiders cause has left behind, and where a job with rights obeys it: as variables, in a script, as a program.

Sources: https://docs.github.com/en/actions/reference/security/secure-use,
https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-commands.
"""

import re
from collections.abc import Iterator, Sequence
from typing import Final

from msgspec import Struct

from weighbridge.landscape.infrastructure.pipelines.commands import STARTS_BUILD
from weighbridge.landscape.infrastructure.pipelines.events import FOR_OUTSIDERS
from weighbridge.landscape.infrastructure.pipelines.expressions import always, expressions, plainly
from weighbridge.landscape.infrastructure.pipelines.model import Job, Pipeline, Step, Text
from weighbridge.landscape.infrastructure.pipelines.outsiders import has_power, is_of_the_house

_TAKES: Final = re.compile(r"\bgh\s+run\s+download\b|downloadArtifact\b|archive_download_url|/actions/artifacts/")
_INTO: Final = re.compile(
    r"\bgh\s+run\s+download\b[^\n;&|]*?\s(?:-D|--dir)[ =](\S+)|\b(?:unzip|tar)\s[^\n;&|]*?\s-[dC]\s*(\S+)"
)
_FILES: Final = re.compile(r"\$\(\s*(?:<|(?:cat|head|tail|jq|yq|grep|sed|awk|cut)\b)([^)]*)\)|`\s*cat\b([^`]*)`")
_WHOLE_FILE: Final = re.compile(r"^\s*(?:cat|jq|sed|grep|head|tail)\s+([^>|]*)")
_ASSIGNED: Final = re.compile(r"(?:^|[;&\s])(\w+)=[\"']?(?=\$\(|`)")
_SETS: Final = re.compile(r"(?:>>?|\btee\s+(?:-a|--append))\s*[\"']?\$\{?(GITHUB_(?:ENV|PATH|OUTPUT))\b")
_CLOSES: Final = re.compile(r"\s*(?:\}|done\b|fi\b)")
_LOOKED_AT: Final = re.compile(
    r"=~|\btr\s+-[cd]|\s-(?:eq|gt|lt|ge|le)\s|\bgrep\s+-\w*[qxE]|\btonumber\b|%d|\bcase\s|\bjq\s+-e\b"
)
_STARTS: Final = re.compile(
    r"(?:\b(?:bash|sh|zsh|python[\d.]*|node|ruby|perl|php|source|bun)\s+(?:-\S+\s+){0,5}"
    r"|(?:^|[;&|({]|\b(?:then|do|else|sudo)\s)\s*(?=\.?/|[\w.-]+/|\$))[\"']?([^\s;&|\"'()=-][^\s;&|\"'()=]*)",
    re.MULTILINE,
)
_GOES_TO: Final = re.compile(r"\bcd\s+(\S+)")
_AROUND: Final = re.compile(
    r"^(?:\./|\$\{?(?:RUNNER_TEMP|GITHUB_WORKSPACE)\}?(?:/|$)|\$\{\{ *(?:runner\.temp|github\.workspace) *\}\}(?:/|$))"
)
_OUTPUT: Final = re.compile(r"steps\.([\w-]+)\.outputs\b")
_WORDS: Final = {
    "GITHUB_ENV": "sets variables of the steps after it, whichever that names, by a file that another run left",
    "GITHUB_PATH": "takes the programs of the steps after it from where a file says that another run left",
    "GITHUB_OUTPUT": "sets outputs of the step, whichever that names, by a file that another run left",
}


class Obeyed(Struct, frozen=True, kw_only=True):
    """One place at which what was left is obeyed."""

    job: Job
    line: int
    words: str
    """What the job does there."""
    is_grave: bool = True
    """Whether whoever left it can run what they like by it."""


def obeyed(pipeline: Pipeline) -> Iterator[Obeyed]:
    """The places of a workflow that outsiders can start at which what another run left is obeyed, each once a job."""
    if not any(each in FOR_OUTSIDERS for each in pipeline.triggers):
        return
    for job in pipeline.jobs.values():
        if always(job.condition, is_of_the_house) or not has_power(pipeline, job):
            continue
        number = next((number for number, step in enumerate(job.steps) if _is_taken(step)), None)
        if number is not None and not always(job.steps[number].condition, is_of_the_house):
            yield from {each.words: each for each in _after(job, job.steps[number:])}.values()


def _is_taken(step: Step) -> bool:
    """Whether a step fetches what another run left."""
    name = step.action.rpartition("/")[2]
    if "download" in name and "artifact" in name:
        return not step.action.startswith("actions/") or "run-id" in step.settings
    scripts = (step.script, step.settings.get("script"))
    return any(each is not None and _TAKES.search(each.value) for each in scripts)


def _after(job: Job, steps: Sequence[Step]) -> Iterator[Obeyed]:
    folder = _folder(steps)
    is_mixed = folder == ""
    """Whether what was left lies among the files of the repository, and may have replaced any of them."""
    outputs: set[str] = set()
    for step in steps:
        if step.action.endswith("/checkout") and "path" not in step.settings:
            is_mixed = False  # it removes whatever is not of the repository
        if step.script is None:
            continue
        here = "" if folder in _folders(step.script.value) else folder
        for line, words in _filled_in(step.script, outputs):
            yield Obeyed(job=job, line=line, words=words)
        for line, name in _variables(step.script, here):
            if name == "GITHUB_OUTPUT":
                outputs.add(step.id.lower())
            yield Obeyed(job=job, line=line, words=_WORDS[name], is_grave=name != "GITHUB_OUTPUT")
        for line, words in _programs(step.script, folder, is_mixed=is_mixed or here != folder):
            yield Obeyed(job=job, line=line, words=words)


def _folder(steps: Sequence[Step]) -> str:
    """Where what was left lies; empty for the folder in which scripts start."""
    if "path" in steps[0].settings:
        return _plain(steps[0].settings["path"].value)
    scripts = (step.script.value for step in steps if step.script is not None)
    found = next((match for each in scripts if (match := _INTO.search(each)) is not None), None)
    return _plain(found[1] or found[2]) if found is not None else ""


def _plain(path: str) -> str:
    return _AROUND.sub("", path.strip("\"'")).rstrip("/").removesuffix(".")


def _folders(script: str) -> set[str]:
    """The folders in which a script goes on."""
    return {_plain(each) for each in _GOES_TO.findall(script)}


def _variables(script: Text, folder: str) -> Iterator[tuple[int, str]]:
    """Where a script sets variables of others to what files say, and nothing looks at it first."""
    if _LOOKED_AT.search(script.value):
        return
    held: set[str] = set()
    lines = script.value.splitlines()
    for number, line in enumerate(lines):
        if (assigned := _ASSIGNED.search(line)) is not None and _is_read(line, folder, held=held):
            held.add(assigned[1])
        sets = _SETS.search(line)
        said = "\n".join(lines[: number + 1]) if _CLOSES.match(line) else line
        if sets is not None and _is_read(said, folder, held=held):
            yield script.line_at(number), sets[1]


def _is_read(text: str, folder: str, *, held: set[str]) -> bool:
    """Whether a text holds what a file says that was left; where these lie among all others, any file may be one."""
    files = [match[1] or match[2] or "" for match in _FILES.finditer(text)]
    files += [match[1] for match in [_WHOLE_FILE.match(text)] if match is not None]
    if any(folder in each if folder else "/proc" not in each and each.strip() for each in files):
        return True
    return any(re.search(rf"\$\{{?{each}\b", text) for each in held)


def _filled_in(script: Text, outputs: set[str]) -> Iterator[tuple[int, str]]:
    """Where an output that was set so becomes a part of a script."""
    for at, expression in expressions(script.value):
        for name in _OUTPUT.findall(plainly(expression)):
            if name in outputs:
                words = f"makes the output of `{name}` a part of its script, and that is what a file says that another run left"
                yield script.line_at(script.value.count("\n", 0, at)), words


def _programs(script: Text, folder: str, *, is_mixed: bool) -> Iterator[tuple[int, str]]:
    """What a script starts that was left, or may have been replaced by what was."""
    for match in _STARTS.finditer(script.value):
        is_left = folder != "" and _plain(match[1]).startswith(f"{folder}/")
        if is_left or (is_mixed and not match[1].startswith(("/", "$", "-", "<"))):
            words = f"starts `{match[1]}`, which another run left or may have replaced"
            yield script.line_at(script.value.count("\n", 0, match.start(1))), words
    build = STARTS_BUILD.search(script.value) if is_mixed else None
    if build is not None:
        words = f"runs `{build[1]}` where another run may have put its own files: these say what it does"
        yield script.line_at(script.value.count("\n", 0, build.start(1))), words
