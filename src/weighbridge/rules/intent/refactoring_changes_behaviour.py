"""A change that says it leaves behaviour alone turns a condition, a number or what is public."""

from collections.abc import Iterable, Iterator

from weighbridge.domain.findings import Confidence, Finding, Severity
from weighbridge.domain.ids import RepoPath
from weighbridge.domain.outcomes import CouldNotLook
from weighbridge.domain.rule import Case, Rule
from weighbridge.landscape.code_change import CodeChange, FileCode
from weighbridge.landscape.contracts.code.api_breaks import NARROWED, REMOVED
from weighbridge.landscape.contracts.code.public_apis import PublicApis
from weighbridge.landscape.intent.claims import Claim, Kind
from weighbridge.landscape.intent.dropped_checks import dropped_checks
from weighbridge.landscape.intent.intent import Intent
from weighbridge.landscape.intent.mismatch import Deed, told
from weighbridge.landscape.intent.turned_tokens import in_words

RULE = Rule(
    severity=Severity.HIGH,
    confidence=Confidence.HIGH,
    reads=(CodeChange, Intent, PublicApis),
    roles=("python", "javascript", "typescript", "tsx", "go", "java"),
    tags=("intent", "behaviour"),
)

_CLAIMED = (Kind.REFACTORING, Kind.STYLE, Kind.TEST)
_PUBLIC = (REMOVED, NARROWED)


def check(case: Case) -> Iterable[Finding | CouldNotLook]:
    """One finding for the change, at the gravest of what is otherwise."""
    intent = case[Intent]
    if not any(each.kind in _CLAIMED for each in intent.claims.each):
        yield from intent.unread
        return
    found: list[tuple[Claim, Deed]] = []
    for path, file in intent.shipped():
        claim = intent.claim(path, *_CLAIMED)
        if claim is not None:
            found += [(claim, deed) for deed in _turned(intent, file, kind=claim.kind)]
    found += list(_cut(intent))
    if intent.claim_of_all(Kind.REFACTORING, Kind.STYLE):
        found += list(_public(case, intent))
    if found:
        yield told(RULE, found[0][0], deeds=[deed for _, deed in found])
    yield from intent.unread


def _turned(intent: Intent, file: FileCode, *, kind: Kind) -> Iterator[Deed]:
    if not intent.behaves_otherwise(file):
        return
    for turn in intent.turns(file.change, is_strict=True):
        is_plain = kind is Kind.REFACTORING and turn.kind in ("number", "boolean")
        yield Deed(
            words=f"in code that runs {in_words(turn)}",
            place=file.at(turn.line, symbol=""),
            anchor=f"{turn.before} {turn.after}",
            severity=Severity.MEDIUM if is_plain or kind is Kind.TEST else Severity.HIGH,
        )


def _cut(intent: Intent) -> Iterator[tuple[Claim, Deed]]:
    """Errors that are no longer raised."""
    for file, place in dropped_checks(file for _, file in intent.shipped()):
        claim = intent.claim(file.change.path, *_CLAIMED)
        if claim is not None:
            words = "a condition that ended in an error is gone from code that runs, with nothing in its place"
            yield (
                claim,
                Deed(
                    words=words,
                    place=place,
                    anchor=f"cut {place.line}",
                    severity=Severity.MEDIUM,
                    confidence=Confidence.MEDIUM,
                ),
            )


def _public(case: Case, intent: Intent) -> Iterator[tuple[Claim, Deed]]:
    """What others rely on and lose."""
    lost = (each for kind in _PUBLIC for each in case[PublicApis].findings(RULE, kind))
    for each in lost:
        if isinstance(each, CouldNotLook) or each.severity.rank > Severity.HIGH.rank:
            continue
        claim = intent.claim(RepoPath(each.place.path), Kind.REFACTORING, Kind.STYLE)
        if claim is not None:
            deed = Deed(words=each.message, place=each.place, anchor=each.anchor, severity=Severity.MEDIUM)
            yield claim, deed
