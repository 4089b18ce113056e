"""What must hold for a change to pass, as a formula that only ever grows truer, and the rules that say the same.

A literal is a condition on the change, or a need of people or checks. Where a condition cannot be told here, whoever
builds the formula puts what is certainly no weaker in its place; since nothing in it is negated but conditions, the
whole is then no weaker either.

A rule of ours is a clause: unless one of its conditions holds, its need must be met. A formula is brought into clauses
where that takes few; else a condition inside a need is a need that nobody can meet by hand, and that the condition meets.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import product
from math import prod
from typing import Any, Final

from msgspec import Struct

NOBODY: Final = "role:nobody"
"""A role that nobody has."""
MOST_CLAUSES: Final = 8
"""Into how many rules one combination is taken apart before conditions are put inside needs."""
_MOST_PICKS: Final = 64


class Holds(Struct, frozen=True, kw_only=True):
    """A condition, with what says that it does not hold; `origin` names the rule it comes from."""

    text: str
    contrary: str
    origin: str = ""

    def negated(self) -> "Holds":
        """The opposite."""
        return Holds(text=self.contrary, contrary=self.text, origin=self.origin)


class Asks(Struct, frozen=True, kw_only=True, eq=False):
    """A need, as it is written in a policy; the same need of two rules is one."""

    need: Mapping[str, Any]
    origin: str = ""

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Asks) and other.need == self.need

    def __hash__(self) -> int:
        return hash(repr(self.need))


class Every(Struct, frozen=True):
    """All of these; of nothing it is met."""

    of: "tuple[Formula, ...]"


class Either(Struct, frozen=True):
    """One of these; of nothing it is never met."""

    of: "tuple[Formula, ...]"


Formula = Holds | Asks | Every | Either
MET: Final = Every(())
NEVER: Final = Either(())


class Clause(Struct, frozen=True, kw_only=True):
    """Unless one of the conditions holds, the need must be met; without a need nobody can meet it."""

    unless: tuple[Holds, ...]
    need: Formula | None = None


def condition(text: str, contrary: str = "", *, origin: str = "") -> Holds:
    """The condition `text`; `contrary` says the opposite where there is a nicer way than a `!` before it."""
    return Holds(text=text, contrary=contrary or f"!{wrapped(text, always=True)}", origin=origin)


def every(parts: Iterable[Formula]) -> Formula:
    """All of `parts`, as plainly as it can be said."""
    flat = _flat(parts, Every)
    if NEVER in flat:
        return NEVER
    return flat[0] if len(flat) == 1 else Every(tuple(flat))


def either(parts: Iterable[Formula]) -> Formula:
    """One of `parts`, as plainly as it can be said; what holds more than another that is enough is left out."""
    flat = _flat(parts, Either)
    if MET in flat:
        return MET
    kept = [part for part in flat if not any(other is not part and _within(other, part) for other in flat)]
    return kept[0] if len(kept) == 1 else Either(tuple(kept))


def clauses(formula: Formula) -> Iterator[Clause]:
    """The rules that say what `formula` does."""
    match formula:
        case Every(of=parts):
            for part in parts:
                yield from clauses(part)
        case Holds():
            yield Clause(unless=(formula,))
        case Asks():
            yield Clause(unless=(), need=formula)
        case Either(of=parts):
            yield from _of_either(parts)


def need_of(formula: Formula, *, depth: int) -> dict[str, Any]:
    """The need that says what `formula` does, of at most `depth` levels; what lies deeper is never met."""
    match formula:
        case Asks(need=need):
            return dict(need)
        case Holds(text=text):
            return {"approval": {"by": NOBODY, "count_when": [{"when": text, "count": 0}]}}
        case Every(of=parts) | Either(of=parts):
            if not parts and formula == MET:
                return need_of(condition("true", "false"), depth=depth)
            if not parts or depth <= 1:
                return {"approval": {"by": NOBODY}}
            joined = _conditions_as_one(parts, all_of_them=isinstance(formula, Every))
            if len(joined) == 1:
                return need_of(joined[0], depth=depth)
            word = "all" if isinstance(formula, Every) else "any"
            return {word: [need_of(part, depth=depth - 1) for part in joined]}


def levels(formula: Formula) -> int:
    """How many levels of `all` and `any` its need has."""
    match formula:
        case Every(of=parts) | Either(of=parts):
            return 1 + max(map(levels, parts), default=0)
        case _:
            return 1


def literals(formula: Formula) -> Iterator[Holds | Asks]:
    """Every literal, in order."""
    match formula:
        case Every(of=parts) | Either(of=parts):
            for part in parts:
                yield from literals(part)
        case _:
            yield formula


def wrapped(text: str, *, always: bool = False) -> str:
    """`text` so that it can stand beside `&&` and `||`."""
    return f"({text})" if always or " && " in text or " || " in text else text


def all_hold(texts: Iterable[str]) -> str:
    """The expression that says that all of them hold."""
    return _joined(texts, " && ")


def one_holds(texts: Iterable[str]) -> str:
    """The expression that says that one of them holds."""
    return _joined(texts, " || ")


def together(holds: Sequence[Holds]) -> Holds:
    """The condition that all of `holds`, of which there is one at least, hold."""
    if len(holds) == 1:
        return holds[0]
    texts, contraries = [h.text for h in holds], [h.contrary for h in holds]
    return Holds(text=all_hold(texts), contrary=one_holds(contraries), origin=holds[0].origin)


def _conditions_as_one(parts: tuple[Formula, ...], *, all_of_them: bool) -> list[Formula]:
    holds = [part for part in parts if isinstance(part, Holds)]
    others: list[Formula] = [part for part in parts if not isinstance(part, Holds)]
    if not holds:
        return others
    one = together(holds) if all_of_them else together([each.negated() for each in holds]).negated()
    return [one, *others]


def _joined(texts: Iterable[str], word: str) -> str:
    each = tuple(dict.fromkeys(texts))
    return each[0] if len(each) == 1 else word.join(map(wrapped, each))


def _flat(parts: Iterable[Formula], kind: type[Every] | type[Either]) -> list[Formula]:
    flat: list[Formula] = []
    for part in parts:
        inner = part.of if isinstance(part, kind) else (part,)
        flat += [each for each in inner if each not in flat]
    return flat


def _within(one: Formula, other: Formula) -> bool:
    """Whether `other` holds all that `one` asks and more, so that `one` is the lesser."""
    if not isinstance(other, Every):
        return False
    parts = one.of if isinstance(one, Every) else (one,)
    return one != other and all(part in other.of for part in parts)


def _of_either(parts: tuple[Formula, ...]) -> Iterator[Clause]:
    options = [part.of if isinstance(part, Every) and _has_condition(part) else (part,) for part in parts]
    if prod(map(len, options)) <= _MOST_PICKS:
        picked = [_clause(pick) for pick in product(*options)]
        kept = _shortest([clause for clause in picked if clause is not None])
        if len(kept) <= MOST_CLAUSES:
            yield from kept
            return
    kept_whole = _clause(parts)
    if kept_whole is not None:
        yield kept_whole


def _has_condition(formula: Every) -> bool:
    return any(isinstance(part, Holds) for part in formula.of)


def _clause(parts: Iterable[Formula]) -> Clause | None:
    """One of `parts` as a clause; None where it always holds."""
    flat = _flat(parts, Either)
    unless = tuple(part for part in flat if isinstance(part, Holds))
    texts = {holds.text for holds in unless}
    if any(holds.contrary in texts for holds in unless):
        return None
    rest = either(part for part in flat if not isinstance(part, Holds))
    if rest == MET:
        return None
    return Clause(unless=unless, need=None if rest == NEVER else rest)


def _shortest(found: list[Clause]) -> list[Clause]:
    """Those that no other makes needless, each once."""
    once = list({_key(clause): clause for clause in found}.values())
    return [clause for clause in once if not any(o is not clause and _key(o) < _key(clause) for o in once)]


def _key(clause: Clause) -> frozenset[str]:
    need = () if clause.need is None else clause.need.of if isinstance(clause.need, Either) else (clause.need,)
    return frozenset([f"unless {holds.text}" for holds in clause.unless] + [_said(part) for part in need])


def _said(formula: Formula) -> str:
    match formula:
        case Asks(need=need):
            return repr(need)
        case Holds(text=text):
            return text
        case Every(of=parts) | Either(of=parts):
            return f"{type(formula).__name__}({', '.join(map(_said, parts))})"
