"""The predicates of policy-bot: for each what certainly means that it holds here, and what certainly means that it does not.

What neither can be said of is unknown: wherever a rule would let pass because of it, it does not; wherever a rule would
be skipped because of it, it is not.
"""

from collections.abc import Callable, Mapping
from typing import Final

from msgspec import Struct

from weighbridge.landscape.documents.nodes import Fields, Mark, Node
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
from weighbridge.policy.importing.nodes import as_truth, is_absent, is_texts, listed, texts, word

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
_ALWAYS_SO: Final = Known(yes=MET, no=NEVER)
"""So of whatever is weighed: of a change without files nothing is asked."""


class Reader(Struct):
    """Reads the predicates of one rule; `origin` is its name."""

    losses: Losses
    origin: str

    def all(self, node: Fields) -> list[Known]:
        """Every predicate that `node` holds."""
        predicates = (
            Predicate(losses=self.losses, origin=self.origin, name=name, value=value, mark=written.mark)
            for name, (written, value) in node.entries.items()
            if not is_absent(value)
        )
        return [_known(predicate) for predicate in predicates]


class Predicate(Struct, frozen=True, kw_only=True):
    """One predicate of the rule `origin`, as it stands there."""

    losses: Losses
    origin: str
    name: str
    value: Node
    mark: Mark

    def lose(self, why: str, near: str = "") -> Known:
        """Take note that it cannot be told."""
        self.note(why, near=near)
        return UNKNOWN

    def note(self, why: str, *, near: str = "", effect: Effect = Effect.STRICTER) -> None:
        """Take note of what is lost of it."""
        what = f"{self.name} of `{self.origin}`"
        self.losses.lose(self.mark, LostKind.PREDICATE, what=what, why=why, effect=effect, nearest=near)

    def holds(self, text: str, contrary: str = "") -> Known:
        """What one condition tells, if it can be written."""
        made = condition(text, contrary, origin=self.origin)
        if why := why_no_condition(made.text) or why_no_condition(made.contrary):
            return self.lose(why, "several rules with shorter conditions")
        return Known(yes=made, no=made.negated())

    def patterns(self, *keys: str) -> Mapping[str, list[str]] | None:
        """The regular expressions under each of `keys`; None, and said, where one cannot be used."""
        value = self.value
        if not isinstance(value, Fields) or any(not is_texts(value.get(key)) for key in keys):
            self.note(_OTHER_FORM)
            return None
        if unknown := next((key for key in value.entries if key not in keys), ""):
            self.note(f"`{unknown[:60]}` is no part of it that policy-bot knows")
            return None
        found = {key: list(texts(value, key)) for key in keys}
        for pattern, mark in (each for values in found.values() for each in values):
            if why := refused(pattern):
                what = f"the pattern `{pattern[:60]}` of `{self.origin}`"
                near = "a shorter one, or several"
                self.losses.lose(mark, LostKind.PATTERN, what=what, why=why, effect=Effect.STRICTER, nearest=near)
                return None
        return {key: [pattern for pattern, _ in values] for key, values in found.items()}


def _known(predicate: Predicate) -> Known:
    if predicate.name in _UNTOLD:
        why, near = _UNTOLD[predicate.name]
        return predicate.lose(why, near)
    read = _READERS.get(predicate.name)
    return read(predicate) if read else predicate.lose("policy-bot has no predicate of this name that is known here")


_OTHER_FORM: Final = "it has not the form that policy-bot reads"
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


def _changed(predicate: Predicate) -> Known:
    found = predicate.patterns("paths", "ignore")
    if found is None:
        return UNKNOWN
    if not found["paths"]:
        return _NEVER_SO
    asked = one_holds(_any_of(found_in("f.path", found["paths"])))
    if found["ignore"]:
        ignored = one_holds(_any_of(found_in("f.path", found["ignore"])))
        asked = f"!{wrapped(ignored, always=True)}" if asked == ALWAYS else f"{wrapped(asked)} && !({ignored})"
    if asked == ALWAYS:
        return _ALWAYS_SO
    return predicate.holds(f"change.files.exists(f, {asked})")


def _not_changed(predicate: Predicate) -> Known:
    return _changed(predicate).negated()


def _only_changed(predicate: Predicate) -> Known:
    found = predicate.patterns("paths")
    if found is None:
        return UNKNOWN
    if not found["paths"]:
        return _NEVER_SO
    asked = one_holds(_any_of(found_in("f.path", found["paths"])))
    if asked == ALWAYS:
        return _ALWAYS_SO
    each = f"change.files.all(f, {asked})"
    return predicate.holds(f"size(change.files) > 0 && {each}", f"size(change.files) == 0 || !{each}")


def _any_of(tests: list[str]) -> list[str]:
    return [ALWAYS] if ALWAYS in tests else tests


def _branch(field: str) -> Callable[[Predicate], Known]:
    def read(predicate: Predicate) -> Known:
        found = predicate.patterns("pattern")
        if found is None:
            return UNKNOWN
        tests = found_in(field, found["pattern"])
        if not tests:
            return _NEVER_SO
        if tests == [ALWAYS]:
            return _ALWAYS_SO
        if any(":" in pattern for pattern in found["pattern"]):
            return predicate.lose("whether a branch is a fork's is not known", field)
        predicate.note("branches are known only where a change was named by them", near=field)
        test = tests[0]
        yes = condition(f"has({field}) && {test}", f"!has({field}) || !({test})", origin=predicate.origin)
        no = condition(f"has({field}) && !({test})", f"!has({field}) || {test}", origin=predicate.origin)
        return Known(yes=yes, no=no)

    return read


def _title(predicate: Predicate) -> Known:
    found = predicate.patterns("matches", "not_matches")
    if found is None:
        return UNKNOWN
    tests = found_in("change.title", found["matches"])
    if found["not_matches"]:
        tests.append(f"!({one_holds(_any_of(found_in('change.title', found['not_matches'])))})")
    if not tests:
        return _NEVER_SO
    return predicate.holds(one_holds(tests))


def _lines(predicate: Predicate) -> Known:
    value = predicate.value
    if not isinstance(value, Fields):
        return predicate.lose(_OTHER_FORM)
    tests = []
    for key in value.entries:
        counted = _LINES.get(key, "change.lines_added + change.lines_removed" if key == "total" else "")
        said = word(value, key).strip()
        operator, number = _OPERATORS.get(said[:1], ""), said[1:].lstrip(" \t")
        if not (counted and operator and number.isascii() and number.isdigit() and len(number) <= 18):
            return predicate.lose(_OTHER_FORM, "change.lines_added")
        tests.append(f"{counted} {operator} {int(number)}")
    return predicate.holds(one_holds(tests)) if tests else _NEVER_SO


def _status(predicate: Predicate) -> Known:
    names: Node | None = predicate.value
    conclusions = [_SUCCESS]
    if key := {"has_status": "statuses", "has_workflow_result": "workflows"}.get(predicate.name, ""):
        if not isinstance(names, Fields):
            return predicate.lose(_OTHER_FORM, "check")
        conclusions = [said for said, _ in texts(names, "conclusions")] or conclusions
        names = names.get(key)
    asked = [said for said, _ in listed(names)]
    if not all(map(_is_check, asked)):
        return predicate.lose("it names no check", "check")
    if others := [said for said in conclusions if said != _SUCCESS]:
        predicate.note(f"a check counts when it passed, not when it came to {', '.join(others)[:60]}", near="check")
    if _SUCCESS not in conclusions:
        return UNKNOWN
    if predicate.name == "has_workflow_result":
        why = "workflows are no checks: whoever reports statuses must report this one under the file's name"
        predicate.note(why, near="check", effect=Effect.FILL_IN)
    needs = (Asks(need={"check": {"name": said}}, origin=predicate.origin) for said in asked)
    return Known(yes=every(needs), no=NEVER)


def _is_check(name: str) -> bool:
    return 0 < len(name.strip()) <= 200 and not any(ord(c) < 32 for c in name)


def _signatures(predicate: Predicate) -> Known:
    wanted = as_truth(predicate.value)
    near = "provenance.is_attested"
    if wanted is None:
        return predicate.lose("it is neither true nor false", near)
    predicate.note("signatures are verified against those enrolled, not against the forge's accounts", near=near)
    valid = condition("provenance.is_attested", origin=predicate.origin)
    bare = condition("change.commits.exists(c, !c.is_signed)", origin=predicate.origin)
    return Known(yes=valid, no=bare) if wanted else Known(yes=bare, no=valid)


_READERS: Final[dict[str, Callable[[Predicate], Known]]] = {
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
