"""An attribute changes a file's bytes between the repository and whoever checks it out or packs it."""

from collections.abc import Iterable, Iterator
from typing import Final

from weighbridge.domain.findings import Confidence, Finding, Severity
from weighbridge.domain.outcomes import CouldNotLook
from weighbridge.domain.places import Place
from weighbridge.domain.rule import Case, Rule
from weighbridge.landscape.integrity.added_text import AddedText, or_missing
from weighbridge.landscape.integrity.attributes import AttributeLine, read_attributes

RULE = Rule(
    severity=Severity.LOW,
    confidence=Confidence.HIGH,
    reads=(AddedText,),
    weaknesses=(353,),
    tags=("integrity",),
)
_WORDS: Final = {
    "export-subst": "git archive writes other text into these files than the repository holds",
    "export-ignore": "git archive leaves these files out: what is released is not what was reviewed",
    "ident": "git writes ids into these files on checkout",
}


def check(case: Case) -> Iterable[Finding] | CouldNotLook:
    """One finding for each added line that makes checked-out or archived bytes differ from reviewed ones."""
    text = case[AddedText]
    return or_missing(_found(text), text)


def _found(text: AddedText) -> Iterator[Finding]:
    for line in text.attributes:
        for given in read_attributes(line.text):
            for words, severity in _changes(given):
                place = Place(path=line.path, line=line.number, end_line=line.number)
                yield RULE.finding(f"{given.pattern}: {words}", place, anchor=line.text.strip(), severity=severity)


def _changes(given: AttributeLine) -> Iterator[tuple[str, Severity]]:
    filtered = given.attributes.get("filter", "unset")
    if filtered == "lfs":
        yield "their bytes come from a large-file server, the repository holds only pointers", Severity.LOW
    elif filtered not in ("unset", "unspecified"):
        yield f"the filter {filtered!r} of each machine's own configuration rewrites them", Severity.MEDIUM
    encoding = given.attributes.get("working-tree-encoding", "unset")
    if encoding not in ("unset", "unspecified"):
        yield f"they are checked out as {encoding}, not as the UTF-8 that was reviewed", Severity.MEDIUM
    for name, words in _WORDS.items():
        if given.attributes.get(name) == "set" and not _is_aside(given.pattern, name):
            yield words, RULE.severity


def _is_aside(pattern: str, name: str) -> bool:
    """Whether what an archive leaves out is nothing that runs."""
    return name == "export-ignore" and pattern.lstrip("/").startswith(
        (".", "test", "docs", "doc/", "examples", "bench")
    )
