"""A change that says it is documentation changes what code does."""

from collections.abc import Iterable, Iterator

from weighbridge.domain.findings import Confidence, Finding, Severity
from weighbridge.domain.ids import symbol_name
from weighbridge.domain.impact import ChangeDepth
from weighbridge.domain.outcomes import CouldNotLook
from weighbridge.domain.places import Place, Side
from weighbridge.domain.rule import Case, Rule
from weighbridge.landscape.code_change import CodeChange, FileCode
from weighbridge.landscape.intent.claims import Claim, Kind
from weighbridge.landscape.intent.intent import Intent
from weighbridge.landscape.intent.mismatch import Deed, told
from weighbridge.landscape.intent.turned_tokens import in_words

RULE = Rule(
    severity=Severity.HIGH,
    confidence=Confidence.HIGH,
    reads=(CodeChange, Intent),
    roles=("python", "javascript", "typescript", "tsx", "go", "java"),
    tags=("intent", "documentation"),
)


def check(case: Case) -> Iterable[Finding | CouldNotLook]:
    """One finding for the change, at the gravest of what is otherwise."""
    intent = case[Intent]
    found: list[tuple[Claim, Deed]] = []
    for path, file in intent.shipped():
        claim = intent.claim(path, Kind.DOCUMENTATION)
        if claim is not None and intent.behaves_otherwise(file):
            found += [(claim, deed) for deed in _deeds(intent, file)]
    if found:
        yield told(RULE, found[0][0], deeds=[deed for _, deed in found])
    yield from intent.unread


def _deeds(intent: Intent, file: FileCode) -> Iterator[Deed]:
    """What is otherwise in one file: what can be shown token by token, else the definition that is."""
    turned = intent.turns(file.change)
    for turn in turned:
        yield Deed(
            words=f"in code that runs {in_words(turn)}",
            place=file.at(turn.line, symbol=""),
            anchor=f"{turn.before} {turn.after}",
            severity=Severity.HIGH,
        )
    for each in file.symbols if not turned else ():
        name = symbol_name(each.symbol) or str(file.change.path)
        if each.depth is ChangeDepth.REMOVED:
            side = Side.BASE
            path = file.change.base.path if file.change.base else file.change.path
            place = Place(path=path, line=each.line, end_line=each.line, side=side)
            yield Deed(
                words=f"`{name}` is gone from code that runs", place=place, anchor=name, severity=Severity.MEDIUM
            )
        elif each.depth in (ChangeDepth.BODY, ChangeDepth.SIGNATURE):
            what = "does something else" if each.depth is ChangeDepth.BODY else "is called otherwise"
            place = file.at(each.line, symbol=name)
            yield Deed(words=f"`{name}` {what}", place=place, anchor=name, severity=Severity.MEDIUM)
