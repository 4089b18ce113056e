"""The statements of a test that forbid less than before, and those that are gone."""

import re
from collections.abc import Sequence
from typing import Final

from msgspec import Struct

from weighbridge.facts.expressions import walk
from weighbridge.facts.model import OPAQUE, Attribute, Call, Collection, Expr, Name, Number, Opaque, Text
from weighbridge.landscape.trials.assertion_words import ABSENT, ANY_ERROR, NAMED_RAISES, TRUTHS, Force
from weighbridge.landscape.trials.assertions import Assertion, is_literal, links_of
from weighbridge.landscape.trials.changes import TrialFile
from weighbridge.landscape.trials.trial import Trial

_NEAR: Final = frozenset(
    {"assertAlmostEqual", "toBeCloseTo", "InDelta", "InEpsilon", "approx", "isCloseTo", "closeTo", "assert_allclose"}
)
_WORD: Final = re.compile(r"[A-Za-z_$][\w$]{2,80}")
_MOST: Final = 300
"""Statements of one test that are compared with each other."""
_LONGEST_TEXT: Final = 200
_MORE_IS_LOOSER: Final = frozenset({"delta", "rel", "abs", "atol", "rtol", "tolerance", "epsilon"})


class Loosened(Struct, frozen=True, kw_only=True):
    """One statement that forbids less: `was` and `now` are how it is made on either side, `now` empty where it is gone."""

    before: Assertion
    after: Assertion | None
    was: str
    now: str
    is_slight: bool = False
    """Whether only a tolerance is wider."""


class Followed(Struct, frozen=True, kw_only=True):
    """A statement that expects something else than before of the same."""

    before: Assertion
    after: Assertion


class Compared(Struct, frozen=True, kw_only=True):
    """What became of the statements of one test."""

    loosened: tuple[Loosened, ...]
    gone: tuple[Assertion, ...]
    followed: tuple[Followed, ...]
    is_left_bare: bool
    """Whether it stated something, and states nothing any more."""


def compared(file: TrialFile, before: Trial, *, after: Trial) -> Compared:
    """The statements of a test on both sides, each by what it is about."""
    if file.base is None or file.head is None or before.digest == after.digest:
        return Compared(loosened=(), gone=(), followed=(), is_left_bare=False)
    old, new = file.base.statements.of(before), file.head.statements.of(after)
    left_old, left_new = _unequal(old, new)
    left_old, left_new = left_old[:_MOST], left_new[:_MOST]
    loosened: list[Loosened] = []
    followed: list[Followed] = []
    gone: list[Assertion] = []
    for was in left_old:
        now = _same_subject(was, left_new)
        if now is None:
            gone.append(was)
            continue
        left_new.remove(now)
        words = _loosened(was, now)
        if words:
            is_slight = was.how == now.how and not was.is_raise
            loosened.append(Loosened(before=was, after=now, was=words[0], now=words[1], is_slight=is_slight))
        elif was.how == now.how and was.against != now.against and not was.is_raise:
            followed.append(Followed(before=was, after=now))
    moved = {_key(each) for trial in file.new for each in file.head.statements.of(trial)}
    really = [each for each in gone if not _is_implied(each, new, fresh=left_new) and _key(each) not in moved]
    return Compared(
        loosened=tuple(loosened),
        gone=tuple(really[: max(0, len(really) - len(left_new))]),
        followed=tuple(followed),
        is_left_bare=bool(old) and not new and not file.head.may_state(after),
    )


def _is_implied(gone: Assertion, new: Sequence[Assertion], *, fresh: Sequence[Assertion]) -> bool:
    """Whether what is left says as much: the same elsewhere in the test, or more of what was only said to be there."""
    if any(_key(each) == _key(gone) for each in new) or (not gone.is_known and new):
        return True
    subject, spoken = gone.subject, names_of(gone)
    if spoken and any(each.force is Force.WHOLLY and _covers(each, gone, spoken=spoken) for each in fresh):
        return True
    if gone.force is not Force.EXISTS or subject is None or is_literal(subject):
        return False
    return any(part == subject for each in new if each.subject is not None for part in walk(each.subject))


def _covers(new: Assertion, gone: Assertion, *, spoken: frozenset[str]) -> bool:
    """Whether a new statement is about the whole of what another was about a part of, or names all that it named."""
    whole = new.subject is not None and not is_literal(new.subject) and gone.subject is not None
    return (whole and any(part == new.subject for part in walk(gone.subject or OPAQUE))) or spoken <= names_of(new)


def _unequal(old: Sequence[Assertion], new: Sequence[Assertion]) -> tuple[list[Assertion], list[Assertion]]:
    """What is left of both when each statement that stands on both sides is taken away."""
    waiting: dict[tuple[object, ...], list[Assertion]] = {}
    for each in new:
        waiting.setdefault(_key(each), []).append(each)
    left = []
    for each in old:
        if queue := waiting.get(_key(each)):
            queue.pop(0)
        else:
            left.append(each)
    kept = {id(each) for queue in waiting.values() for each in queue}
    return left, [each for each in new if id(each) in kept]


def _key(each: Assertion) -> tuple[object, ...]:
    return each.how, each.about, each.against, each.is_negated, repr(each.options)


def _same_subject(was: Assertion, among: Sequence[Assertion]) -> Assertion | None:
    """The statement about the same: of failures the one that states a failure too, of a part of it what it is a part of."""
    if was.is_raise:
        return next((each for each in among if each.is_raise), None)
    same = [each for each in among if not each.is_raise and each.about == was.about and each.is_known]
    if same:
        return max(same, key=lambda each: (each.how == was.how, each.force))
    turned = [each for each in among if each.about and _is_part(was, each)]
    return turned[0] if was.is_known and turned else None


def _is_part(was: Assertion, now: Assertion) -> bool:
    """Whether a statement is about the truth of an expression that only holds what another was about."""
    is_truth = now.force is Force.EXISTS or now.how in TRUTHS
    if now.subject is None or was.subject is None or not is_truth or was.force is not Force.WHOLLY:
        return False
    return not is_literal(was.subject) and any(part == was.subject for part in walk(now.subject))


def _loosened(was: Assertion, now: Assertion) -> tuple[str, str] | None:
    """How a statement was made and how it is made, in words, where the second forbids less."""
    if was.is_raise and now.is_raise:
        return _any_failure(was, now)
    if was.is_negated != now.is_negated or not was.is_known or not now.is_known:
        return None
    is_truth_of_more = now.how in TRUTHS and was.how not in TRUTHS and now.about != was.about
    if (now.force < was.force or is_truth_of_more) and not _is_as_sharp(was, now):
        return was.how, now.how
    return _wider(was, now) if was.how == now.how else None


def _is_as_sharp(was: Assertion, now: Assertion) -> bool:
    """Whether it only is said otherwise: `is True` and `assertTrue`, or states the opposite: `is None` and `is not None`."""
    if was.how in ABSENT and now.force is Force.EXISTS:
        return True
    return now.how in TRUTHS and (was.value is None or isinstance(was.value, Opaque))


def _any_failure(was: Assertion, now: Assertion) -> tuple[str, str] | None:
    before, after = _error(was), _error(now)
    if before and before not in ANY_ERROR and (after in ANY_ERROR or (not after and now.value is None)):
        return before, after or "any failure"
    if was.how in NAMED_RAISES and now.how in ("Error", "Panics"):
        return was.how, now.how
    said = {o.name for o in was.options} & {"match"}
    if was.value is not None and now.value is None and not before:
        return f"{was.how} of a certain message", now.how
    if said and not any(o.name == "match" for o in now.options) and before == after:
        return f"{before} with a certain message", after
    return None


def _error(each: Assertion) -> str:
    value = each.value
    if isinstance(value, Attribute) and value.name == "class":
        value = value.of
    return value.id if isinstance(value, Name) else value.name if isinstance(value, Attribute) else ""


def _tolerances(each: Assertion) -> dict[str, float]:
    """What a comparison lets pass, by name: also where it stands within `approx`."""
    found: dict[str, float] = {}
    inner = links_of(each.value) if each.value is not None else []
    options = [*each.options, *(inner[-1].arguments or () if inner and inner[-1].name in ("approx", "within") else ())]
    for at, option in enumerate(options):
        number = _number(option.value)
        if number is not None and (option.name or each.how in _NEAR):
            found[option.name or f"#{at}"] = number
    return found


def _number(expr: Expr) -> float | None:
    if not isinstance(expr, Number) or len(expr.value) > 40:
        return None
    try:
        return float(expr.value.rstrip("fFdDlLn").replace("_", ""))
    except ValueError:
        return None


def _wider(was: Assertion, now: Assertion) -> tuple[str, str] | None:
    old, new = _tolerances(was), _tolerances(now)
    for name, before in old.items():
        after = new.get(name)
        if after is None or after == before:
            continue
        is_places = name == "places" or (name.startswith("#") and was.how in ("assertAlmostEqual", "toBeCloseTo"))
        is_known = is_places or name in _MORE_IS_LOOSER or name.startswith("#")
        if is_known and (after < before if is_places else after > before):
            label = "places" if is_places else "tolerance" if name.startswith("#") else name
            return f"{label} {before:g}", f"{label} {after:g}"
    return None


def calls_of(expr: Expr | None) -> frozenset[str]:
    """The last names of what an expression calls."""
    found = (part.function for part in walk(expr) if isinstance(part, Call)) if expr is not None else ()
    return frozenset(f.id if isinstance(f, Name) else f.name for f in found if isinstance(f, Name | Attribute))


def names_of(each: Assertion) -> frozenset[str]:
    """Every name and word that a statement holds."""
    found: set[str] = set()
    for expr in (each.subject, each.value):
        for part in walk(expr) if expr is not None else ():
            if isinstance(part, Name):
                found.add(part.id)
            elif isinstance(part, Attribute):
                found.add(part.name)
            elif isinstance(part, Text) and len(part.value) < _LONGEST_TEXT:
                found.update(_WORD.findall(part.value))
            elif isinstance(part, Collection):
                found.update(element.key for element in part.elements)
    return frozenset(found)
