"""An attribute hides a file's differences from whoever reviews it."""

from collections.abc import Iterable, Iterator
from pathlib import PurePosixPath
from typing import Final

from weighbridge.domain.findings import Confidence, Finding, Severity
from weighbridge.domain.outcomes import CouldNotLook
from weighbridge.domain.places import Place
from weighbridge.domain.rule import Case, Rule
from weighbridge.landscape.integrity.added_text import AddedLine, AddedText, or_missing
from weighbridge.landscape.integrity.attributes import AttributeLine, read_attributes

RULE = Rule(
    severity=Severity.MEDIUM,
    confidence=Confidence.HIGH,
    reads=(AddedText,),
    weaknesses=(451,),
    tags=("integrity",),
)
_GENERATED: Final = ("linguist-generated", "linguist-vendored", "gitlab-generated")
_USUAL: Final = (
    "*.lock",
    "*.min.js",
    "*.min.css",
    "*.map",
    "*.pb.go",
    "*_pb2.py",
    "*.snap",
    "*-lock.json",
    "*-lock.yaml",
    "*.svg",
    "go.sum",
    "*/dist/*",
    "*/generated/*",
    "*/vendor/*",
    "*/node_modules/*",
    "*.generated.*",
)
_BINARY: Final = frozenset(
    [
        "png",
        "jpg",
        "jpeg",
        "gif",
        "ico",
        "webp",
        "bmp",
        "pdf",
        "zip",
        "gz",
        "tar",
        "tgz",
        "bz2",
        "xz",
        "7z",
        "jar",
        "war",
        "woff",
        "woff2",
        "ttf",
        "otf",
        "eot",
        "mp3",
        "mp4",
        "wav",
        "ogg",
        "exe",
        "dll",
        "so",
    ]
)


def check(case: Case) -> Iterable[Finding] | CouldNotLook:
    """One finding for each added line of attributes that hides what people write."""
    text = case[AddedText]
    return or_missing(_found(text), text)


def _found(text: AddedText) -> Iterator[Finding]:
    for line in text.attributes:
        for given in read_attributes(line.text):
            words = _hides(given)
            if words:
                yield _finding(line, f"{given.pattern}: {words}")


def _finding(line: AddedLine, words: str) -> Finding:
    return RULE.finding(words, Place(path=line.path, line=line.number, end_line=line.number), anchor=line.text.strip())


def _hides(given: AttributeLine) -> str:
    pattern = PurePosixPath("/" + given.pattern.lstrip("/"))
    ending = pattern.suffix.lstrip(".").lower()
    if given.attributes.get("diff") == "unset" and ending not in _BINARY and not _is_usual(pattern):
        return "review pages show no difference for these files any more, only that they changed"
    if any(given.attributes.get(name) in ("set", "true") for name in _GENERATED) and not _is_usual(pattern):
        return "review pages fold these files away as generated or somebody else's"
    return ""


def _is_usual(pattern: PurePosixPath) -> bool:
    text = str(pattern).replace("**", "any")
    return any(PurePosixPath(text).match(usual) or PurePosixPath(f"/any{text}").match(usual) for usual in _USUAL)
