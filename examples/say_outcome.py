"""Says in a few lines what the demonstration came to: the decision with its gravest reasons, who let what pass, and where the page is."""

from collections.abc import Iterator
from pathlib import Path
from typing import Final

from weighbridge.domain.package import ReviewPackage
from weighbridge.review import sentences
from weighbridge.review.read_package import read_package
from weighbridge.review.standing import new_findings, tally
from weighbridge.review.visible import inert, shortened_path, wrapped

WIDTH: Final = 79
PACKAGE: Final = "review.json"
_GRAVEST: Final = 3


def outcome(folder: Path, *, is_approved: bool) -> str:
    """What lies in `folder`, told at the end of all that led there; empty where no review was kept."""
    kept = folder / PACKAGE
    if not kept.is_file():
        return ""
    package = read_package(kept.read_bytes()).package
    lines = ["", "What came of it", *_refused(package), *_admitted(is_approved=is_approved)]
    return inert(
        "\n".join([*lines, "  The review as a page, to open in a browser:", f"  {(folder / 'review.html').as_uri()}"])
    )


def _refused(package: ReviewPackage) -> Iterator[str]:
    """The gate, the gravest findings by rule and place, and how many more there are: each in a line."""
    gate, findings = package.decision.gate, new_findings(package.decision)
    yield from _item(f"{package.names.range_text}: {sentences.gate_line(gate)}, a {gate.level} change")
    for finding in findings[:_GRAVEST]:
        named = f"    {finding.severity:<8}  {finding.rule}  "
        yield named + shortened_path(str(finding.place), WIDTH - len(named), ellipsis="...")
    rest = sentences.severities(tally(findings[_GRAVEST:]))
    yield from _item(f"and {rest} more", indent=4) if rest else ()


def _admitted(*, is_approved: bool) -> Iterator[str]:
    if is_approved:
        words = (
            "two people approved exactly that tree, and it was admitted; once the ledger was changed, it was refused"
        )
    else:
        words = "not shown, as ssh-keygen is not installed: people approve with SSH keys"
    yield from _item(f"main..fix-shares: {words}")


def _item(words: str, *, indent: int = 2) -> Iterator[str]:
    yield from (f"{' ' * indent}{line}" for line in wrapped(words, WIDTH - indent))
