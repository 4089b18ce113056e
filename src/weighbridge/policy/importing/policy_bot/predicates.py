"""The predicates of policy-bot: what each comes to here."""

from collections.abc import Callable
from typing import Final

from msgspec import Struct

from weighbridge.landscape.documents.nodes import Fields, Node
from weighbridge.policy.importing.expressions import ALWAYS, found_in, one_found
from weighbridge.policy.importing.formula import NEVER, Asks, Holds, condition, either, every, one_holds, together
from weighbridge.policy.importing.lost import Effect, Losses
from weighbridge.policy.importing.nodes import as_truth, is_absent, listed, texts, word
from weighbridge.policy.importing.policy_bot.files import became, became_not, changed, not_changed, only_changed
from weighbridge.policy.importing.policy_bot.known import (
    ALWAYS_SO,
    NEVER_SO,
    OTHER_FORM,
    UNKNOWN,
    Known,
    Predicate,
)

_OPERATORS: Final = {"<": "<", ">": ">", "=": "=="}
_LINES: Final = {"additions": "change.lines_added", "deletions": "change.lines_removed"}
_SUCCESS: Final = "success"


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


def _known(predicate: Predicate) -> Known:
    if predicate.name in _UNTOLD:
        why, near = _UNTOLD[predicate.name]
        return predicate.lose(why, near)
    read = _READERS.get(predicate.name)
    return read(predicate) if read else predicate.lose("policy-bot has no predicate of this name that is known here")


_ACCOUNTS: Final = (
    "conditions know the addresses that commits state, which anybody can write, and no accounts or teams",
    "provenance.origin, or `change.authors` where a claim is enough",
)
_PROPERTIES: Final = (
    "the forge's properties of a repository are not known",
    "leave the rule out where it does not apply, or the tiers of system.yaml",
)
_UNTOLD: Final[dict[str, tuple[str, str]]] = {
    "has_author_in": _ACCOUNTS,
    "has_contributor_in": _ACCOUNTS,
    "only_has_contributors_in": _ACCOUNTS,
    "author_is_only_contributor": (
        "the account that opened the pull request is not known",
        "size(change.authors) == 1",
    ),
    "custom_property_is_null": _PROPERTIES,
    "custom_property_is_not_null": _PROPERTIES,
    "custom_property_matches_any_of": _PROPERTIES,
    "custom_property_matches_none_of": _PROPERTIES,
    "has_labels": ("labels of the forge are not known", "the title, or a document that the change carries"),
    "repository": (
        "an imported policy is of one repository, whose owner conditions do not know",
        "leave the rule out where it does not apply, or `change.repository`",
    ),
    "has_valid_signatures_by": ("who signed a commit is not known", "provenance.is_attested"),
    "has_valid_signatures_by_keys": ("which key signed a commit is not known", "provenance.is_attested"),
}


def _branch(field: str) -> Callable[[Predicate], Known]:
    def read(predicate: Predicate) -> Known:
        found = predicate.patterns("pattern")
        if found is None:
            return UNKNOWN
        tests = found_in(field, found["pattern"])
        if not tests:
            return NEVER_SO
        if tests == [ALWAYS]:
            return ALWAYS_SO
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
        tests.append(f"!({one_found('change.title', found['not_matches'])})")
    if not tests:
        return NEVER_SO
    return predicate.holds(one_holds(tests))


def _lines(predicate: Predicate) -> Known:
    value = predicate.value
    if not isinstance(value, Fields):
        return predicate.lose(OTHER_FORM)
    tests = []
    for key in value.entries:
        counted = _LINES.get(key, "change.lines_added + change.lines_removed" if key == "total" else "")
        said = word(value, key).strip()
        operator, number = _OPERATORS.get(said[:1], ""), said[1:].lstrip(" \t")
        if not (counted and operator and number.isascii() and number.isdigit() and len(number) <= 18):
            return predicate.lose(OTHER_FORM, "change.lines_added")
        tests.append(f"{counted} {operator} {int(number)}")
    return predicate.holds(one_holds(tests)) if tests else NEVER_SO


def _status(predicate: Predicate) -> Known:
    names: Node | None = predicate.value
    conclusions = [_SUCCESS]
    if key := {"has_status": "statuses", "has_workflow_result": "workflows"}.get(predicate.name, ""):
        if not isinstance(names, Fields):
            return predicate.lose(OTHER_FORM, "check")
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
    "changed_files": changed,
    "no_changed_files": not_changed,
    "only_changed_files": only_changed,
    "file_added": became("added", "f.path"),
    "file_not_added": became_not("added", "f.path"),
    "file_deleted": became("deleted", "f.old_path"),
    "file_not_deleted": became_not("deleted", "f.old_path"),
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
