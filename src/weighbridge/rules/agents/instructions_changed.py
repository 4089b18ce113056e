"""What agents are told is another text."""

from collections.abc import Iterable, Iterator
from typing import Final

from weighbridge.domain.findings import Confidence, Finding, Severity
from weighbridge.domain.ids import RepoPath
from weighbridge.domain.outcomes import CouldNotLook, NotRead
from weighbridge.domain.paths import folder_of
from weighbridge.domain.places import Side
from weighbridge.domain.rule import Case, Rule
from weighbridge.landscape.agents.changed import AgentFiles, TextPair
from weighbridge.landscape.agents.files import INSTRUCTIONS
from weighbridge.landscape.agents.instructions import changed_sections, imports
from weighbridge.landscape.contracts.trees import Trees

RULE = Rule(
    severity=Severity.NOTE,
    confidence=Confidence.HIGH,
    reads=(AgentFiles, Trees),
    roles=(INSTRUCTIONS,),
    tags=("agents",),
)
_MOST_NAMED: Final = 5


def check(case: Case) -> Iterable[Finding | CouldNotLook]:
    """One note for each such text that is another, and one for each file that it takes up and that cannot be read here."""
    for text in case[AgentFiles].texts(INSTRUCTIONS):
        if isinstance(text, NotRead):
            yield text
        elif text.old.split() != text.new.split():
            yield _of_text(text)
            yield from _imported(text, case)


def _of_text(text: TextPair) -> Finding:
    names = changed_sections(text.old, text.new)
    shown = ", ".join(f"“{name}”" for name in names[:_MOST_NAMED])
    more = f" and {len(names) - _MOST_NAMED} more" if len(names) > _MOST_NAMED else ""
    about = f": {shown}{more}" if shown else ""
    if not text.old:
        said = f"agents get new instructions{about}"
    elif not text.new:
        said = "agents lose these instructions"
    else:
        said = f"what agents are told changes{about}"
    first = min((each.start for each in text.file.added), default=1)
    return RULE.finding(said, text.place(first), anchor=f"{said[:30]} {' '.join(names)}")


def _imported(text: TextPair, case: Case) -> Iterator[Finding]:
    for target, line in imports(text.old, text.new):
        is_away = target.startswith(("~", "/", "../"))
        folder = folder_of(text.file.path)
        path = target.removeprefix("./")
        here = [RepoPath(f"{folder}/{path}" if folder else path), RepoPath(path)]
        if not is_away and any(each in case[Trees].on(Side.HEAD).blobs for each in here):
            continue
        where = "outside the repository" if is_away else "not in the repository"
        yield RULE.finding(
            f"agents are told to take up `{target[:80]}`, which could not be resolved: it is {where}",
            text.place(line),
            anchor=f"import {target}",
            severity=Severity.LOW,
        )
