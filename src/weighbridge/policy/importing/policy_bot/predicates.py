"""The predicates of policy-bot: for each what certainly means that it holds here, and what certainly means that it does not.

What neither can be said of is unknown: wherever a rule would let pass because of it, it does not; wherever a rule would
be skipped because of it, it is not.
"""

from collections.abc import Callable, Mapping
from typing import Final

from msgspec import Struct

from weighbridge.landscape.documents.nodes import Fields, Node
from weighbridge.policy.importing.draft import why_no_condition
from weighbridge.policy.importing.expressions import ALWAYS, found_in, refused
from weighbridge.policy.importing.formula import (
    MET,
    NEVER,
    Asks,
    Formula,
    Holds,
    condition,
    either,
    every,
    one_holds,
    together,
    wrapped,
)
from weighbridge.policy.importing.lost import Effect, Losses, LostKind
from weighbridge.policy.importing.nodes import as_truth, at, is_absent, is_texts, listed, texts, word

_OPERATORS: Final = {"<": "<", ">": ">", "=": "=="}
_LINES: Final = {"additions": "change.lines_added", "deletions": "change.lines_removed"}
_SUCCESS: Final = "success"


class Known(Struct, frozen=True, kw_only=True):
    """What certainly means that something holds, and what certainly means that it does not."""

    yes: Formula
    no: Formula

    @property
    def is_exact(self) -> bool:
        """Whether it can always be told which."""
        return isinstance(self.yes, Holds) and self.no == self.yes.negated()

    def negated(self) -> "Known":
        """The opposite."""
        return Known(yes=self.no, no=self.yes)


UNKNOWN: Final = Known(yes=NEVER, no=NEVER)
_NEVER_SO: Final = Known(yes=NEVER, no=MET)


class Reader(Struct):
    """Reads the predicates of one rule; `origin` is its name."""

    losses: Losses
    origin: str

    def all(self, node: Fields) -> list[Known]:
        """Every predicate that `node` holds."""
        return [self._one(name, node) for name, (_, value) in node.entries.items() if not is_absent(value)]

    def _one(self, name: str, node: Fields) -> Known:
        value = node.get(name)
        assert value is not None, "it stands there"
        if name in _UNTOLD:
            why, near = _UNTOLD[name]
            return self.lose(node, name, why=why, near=near)
        read = _READERS.get(name)
        if read is None:
            return self.lose(node, name, why="policy-bot has no predicate of this name", near="")
        return read(self, name, node)

    def lose(self, node: Fields, name: str, *, why: str, near: str, kind: LostKind = LostKind.PREDICATE) -> Known:
        """Take note of a predicate that cannot be told."""
        self.losses.lose(at(node, name), kind, what=f"{name} of `{self.origin}`", why=why, effect=_LOST, nearest=near)
        return UNKNOWN

    def holds(self, node: Fields, name: str, text: str, *, contrary: str = "") -> Known:
        """What one condition tells, if it can be written."""
        made = condition(text, contrary, origin=self.origin)
        if why := why_no_condition(made.text) or why_no_condition(made.contrary):
            return self.lose(node, name, why=why, near="several rules with shorter conditions")
        return Known(yes=made, no=made.negated())

    def patterns(self, node: Fields, name: str, keys: tuple[str, ...]) -> Mapping[str, list[str]] | None:
        """The regular expressions under each of `keys` of the predicate; None, and said, where one cannot be used."""
        value = node.get(name)
        if not isinstance(value, Fields) or any(not is_texts(value.get(key)) for key in keys):
            self.lose(node, name, why="it has not the form that policy-bot reads", near="")
            return None
        for other in value.entries:
            if other not in keys:
                self.lose(node, name, why=f"`{other[:60]}` is no part of it that policy-bot knows", near="")
                return None
        found = {key: list(texts(value, key)) for key in keys}
        for pattern, mark in (each for values in found.values() for each in values):
            if why := refused(pattern):
                what = f"the pattern `{pattern[:60]}` of `{self.origin}`"
                near = "a shorter one, or several"
                self.losses.lose(mark, LostKind.PATTERN, what=what, why=why, effect=_LOST, nearest=near)
                return None
        return {key: [pattern for pattern, _ in values] for key, values in found.items()}


_LOST: Final = Effect.STRICTER

_ACCOUNTS: Final = (
    "conditions know the addresses that commits state, which anybody can write, and no accounts or teams",
    "provenance.origin, or `change.authors` where a claim is enough",
)
_UNTOLD: Final[dict[str, tuple[str, str]]] = {
    "has_author_in": _ACCOUNTS,
    "has_contributor_in": _ACCOUNTS,
    "only_has_contributors_in": _ACCOUNTS,
    "author_is_only_contributor": (
        "the account that opened the pull request is not known",
        "size(change.authors) == 1",
    ),
    "has_labels": ("labels of the forge are not known", "the title, or a document that the change carries"),
    "repository": (
        "an imported policy is of one repository, whose owner conditions do not know",
        "leave the rule out where it does not apply, or `change.repository`",
    ),
    "has_valid_signatures_by": ("who signed a commit is not known", "provenance.is_attested"),
    "has_valid_signatures_by_keys": ("which key signed a commit is not known", "provenance.is_attested"),
}


def _changed(reader: Reader, name: str, node: Fields) -> Known:
    found = reader.patterns(node, name, ("paths", "ignore"))
    if found is None:
        return UNKNOWN
    if not found["paths"]:
        return _NEVER_SO
    asked = one_holds(_any_of(found_in("f.path", found["paths"])))
    if found["ignore"]:
        ignored = one_holds(_any_of(found_in("f.path", found["ignore"])))
        asked = f"!{wrapped(ignored, always=True)}" if asked == ALWAYS else f"{wrapped(asked)} && !({ignored})"
    if asked == ALWAYS:
        return reader.holds(node, name, "size(change.files) > 0", contrary="size(change.files) == 0")
    return reader.holds(node, name, f"change.files.exists(f, {asked})")


def _not_changed(reader: Reader, name: str, node: Fields) -> Known:
    return _changed(reader, name, node).negated()


def _only_changed(reader: Reader, name: str, node: Fields) -> Known:
    found = reader.patterns(node, name, ("paths",))
    if found is None:
        return UNKNOWN
    if not found["paths"]:
        return _NEVER_SO
    asked = one_holds(_any_of(found_in("f.path", found["paths"])))
    some = "size(change.files) > 0"
    if asked == ALWAYS:
        return reader.holds(node, name, some, contrary="size(change.files) == 0")
    each = f"change.files.all(f, {asked})"
    return reader.holds(node, name, f"{some} && {each}", contrary=f"size(change.files) == 0 || !{each}")


def _any_of(tests: list[str]) -> list[str]:
    return [ALWAYS] if ALWAYS in tests else tests


def _branch(field: str) -> Callable[[Reader, str, Fields], Known]:
    def read(reader: Reader, name: str, node: Fields) -> Known:
        found = reader.patterns(node, name, ("pattern",))
        if found is None:
            return UNKNOWN
        tests = found_in(field, found["pattern"])
        if not tests:
            return _NEVER_SO
        if tests == [ALWAYS]:
            return Known(yes=MET, no=NEVER)
        if any(":" in pattern for pattern in found["pattern"]):
            return reader.lose(node, name, why="whether a branch is a fork's is not known", near=field)
        why = "branches are known only where a change was named by them"
        what = f"{name} of `{reader.origin}`"
        reader.losses.lose(at(node, name), LostKind.PREDICATE, what=what, why=why, effect=_LOST, nearest=field)
        test = tests[0]
        yes = condition(f"has({field}) && {test}", f"!has({field}) || !({test})", origin=reader.origin)
        no = condition(f"has({field}) && !({test})", f"!has({field}) || {test}", origin=reader.origin)
        return Known(yes=yes, no=no)

    return read


def _title(reader: Reader, name: str, node: Fields) -> Known:
    found = reader.patterns(node, name, ("matches", "not_matches"))
    if found is None:
        return UNKNOWN
    tests = found_in("change.title", found["matches"])
    if found["not_matches"]:
        tests.append(f"!({one_holds(_any_of(found_in('change.title', found['not_matches'])))})")
    if not tests:
        return _NEVER_SO
    return reader.holds(node, name, one_holds(tests))


def _lines(reader: Reader, name: str, node: Fields) -> Known:
    value = node.get(name)
    wrong = "it has not the form that policy-bot reads"
    if not isinstance(value, Fields):
        return reader.lose(node, name, why=wrong, near="")
    tests = []
    for key in value.entries:
        counted = _LINES.get(key, "change.lines_added + change.lines_removed" if key == "total" else "")
        said = word(value, key).strip()
        operator, number = _OPERATORS.get(said[:1], ""), said[1:].lstrip(" \t")
        if not (counted and operator and number.isascii() and number.isdigit() and len(number) <= 18):
            return reader.lose(node, name, why=wrong, near="change.lines_added")
        tests.append(f"{counted} {operator} {int(number)}")
    return reader.holds(node, name, one_holds(tests)) if tests else _NEVER_SO


def _status(reader: Reader, name: str, node: Fields) -> Known:
    value = node.get(name)
    keys = {"has_status": "statuses", "has_workflow_result": "workflows"}
    names: Node | None = value
    conclusions = [_SUCCESS]
    if name in keys:
        if not isinstance(value, Fields):
            return reader.lose(node, name, why="it has not the form that policy-bot reads", near="check")
        names = value.get(keys[name])
        conclusions = [said for said, _ in texts(value, "conclusions")] or [_SUCCESS]
    asked = list(listed(names))
    if any(not _is_check(said) for said, _ in asked):
        return reader.lose(node, name, why="it names no check", near="check")
    if _SUCCESS not in conclusions:
        why = f"a check counts when it passed, not when it came to {', '.join(conclusions)[:60]}"
        return reader.lose(node, name, why=why, near="check")
    _tell_of_checks(reader, name, node=node, conclusions=conclusions)
    return Known(yes=every(Asks(need={"check": {"name": said}}, origin=reader.origin) for said, _ in asked), no=NEVER)


def _tell_of_checks(reader: Reader, name: str, *, node: Fields, conclusions: list[str]) -> None:
    mark, what = at(node, name), f"{name} of `{reader.origin}`"
    if others := [said for said in conclusions if said != _SUCCESS]:
        why = f"a check counts when it passed, not when it came to {', '.join(others)[:60]}"
        reader.losses.lose(mark, LostKind.PREDICATE, what=what, why=why, effect=_LOST, nearest="check")
    if name == "has_workflow_result":
        why = "workflows are no checks: whoever reports statuses must report this one under the file's name"
        reader.losses.lose(mark, LostKind.PREDICATE, what=what, why=why, effect=Effect.FILL_IN, nearest="check")


def _is_check(name: str) -> bool:
    return 0 < len(name.strip()) <= 200 and not any(ord(c) < 32 for c in name)


def _signatures(reader: Reader, name: str, node: Fields) -> Known:
    wanted = as_truth(node.get(name))
    if wanted is None:
        return reader.lose(node, name, why="it is neither true nor false", near="provenance.is_attested")
    why = "signatures are verified against those enrolled, not against the forge's accounts"
    mark, what, near = at(node, name), f"{name} of `{reader.origin}`", "provenance.is_attested"
    reader.losses.lose(mark, LostKind.PREDICATE, what=what, why=why, effect=_LOST, nearest=near)
    valid = condition("provenance.is_attested", origin=reader.origin)
    bare = condition("change.commits.exists(c, !c.is_signed)", origin=reader.origin)
    return Known(yes=valid, no=bare) if wanted else Known(yes=bare, no=valid)


_READERS: Final[dict[str, Callable[[Reader, str, Fields], Known]]] = {
    "changed_files": _changed,
    "no_changed_files": _not_changed,
    "only_changed_files": _only_changed,
    "targets_branch": _branch("change.target"),
    "from_branch": _branch("change.branch"),
    "modified_lines": _lines,
    "has_status": _status,
    "has_successful_status": _status,
    "has_workflow_result": _status,
    "title": _title,
    "has_valid_signatures": _signatures,
}

PREDICATES: Final = frozenset(_READERS) | frozenset(_UNTOLD)
"""Every predicate of policy-bot that is known here."""


def all_known(found: list[Known]) -> Known:
    """All of several: one condition where each is exactly one."""
    exact = [known.yes for known in found if known.is_exact and isinstance(known.yes, Holds)]
    others = [known for known in found if not known.is_exact]
    conditions = [*exact, *(known.yes for known in others if isinstance(known.yes, Holds))]
    needs = [known.yes for known in others if not isinstance(known.yes, Holds)]
    yes = every([*([together(conditions)] if conditions else []), *needs])
    no = either([*([together(exact).negated()] if exact else []), *(known.no for known in others)])
    return Known(yes=yes, no=no)
