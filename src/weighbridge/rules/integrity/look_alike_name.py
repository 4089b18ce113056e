"""A name is written with letters that only look like the ones it seems to have."""

from collections.abc import Iterable, Iterator, Mapping

from weighbridge.domain.findings import Confidence, Finding, Severity
from weighbridge.domain.ids import RepoPath
from weighbridge.domain.outcomes import CouldNotLook
from weighbridge.domain.places import Place
from weighbridge.domain.rule import Case, Rule
from weighbridge.facts.roles import CODE, role_of
from weighbridge.landscape.changed_bytes import ChangedBytes
from weighbridge.landscape.integrity.added_text import AddedText, or_missing
from weighbridge.landscape.integrity.look_alikes import LookAlike, ascii_words, look_alikes

RULE = Rule(
    severity=Severity.HIGH,
    confidence=Confidence.MEDIUM,
    reads=(AddedText, ChangedBytes),
    weaknesses=(1007,),
    tags=("integrity", "trojan-source", "CVE-2021-42694"),
)


def check(case: Case) -> Iterable[Finding] | CouldNotLook:
    """One finding for each look-alike in an added line of code."""
    text = case[AddedText]
    return or_missing(_found(text, case[ChangedBytes]), text)


def _found(text: AddedText, content: ChangedBytes) -> Iterator[Finding]:
    odd = [line for line in text.odd if not line.text.isascii() and role_of(line.path) in CODE]
    known: Mapping[RepoPath, frozenset[str]] = {
        path: ascii_words(content.text(path)) for path in dict.fromkeys(line.path for line in odd)
    }
    for line in odd:
        for found in look_alikes(line.text, known[line.path]):
            yield RULE.finding(
                f"{found.word!r} reads as {found.reads_as!r} and is not: it holds {_foreign(found)} (column {found.column})",
                Place(path=line.path, line=line.number, end_line=line.number),
                anchor=f"{found.word} {line.text}",
            )


def _foreign(found: LookAlike) -> str:
    return ", ".join(dict.fromkeys(f"U+{ord(c):04X}" for c in found.word if not c.isascii()))
