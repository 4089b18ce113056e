"""policy-bot in a few lines: what its documentation says of rules, predicates and combinations, and nothing of ours."""

import operator
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

from msgspec import Struct, field


class Pull(Struct, frozen=True, kw_only=True):
    """A pull request as policy-bot sees it: `approvals` are the accounts that approved its head.

    Of the files `+a` was added, `-a` deleted, `a -> b` renamed.
    """

    files: tuple[str, ...]
    title: str
    added: int
    author: str
    approvals: frozenset[str]
    labels: frozenset[str] = field(default_factory=frozenset)


class Bot(Struct, frozen=True):
    """One policy and the teams it names."""

    policy: Mapping[str, Any]
    teams: Mapping[str, frozenset[str]]

    def verdict(self, pull: Pull) -> str:
        """`approved`, `pending` or `skipped`."""
        rules = {rule["name"]: rule for rule in self.policy["approval_rules"]}
        return self._tree({"and": self.policy["policy"]["approval"]}, pull, rules=rules)

    def _tree(self, tree: str | Mapping[str, Any], pull: Pull, *, rules: Mapping[str, Any]) -> str:
        if isinstance(tree, str):
            return self._rule(rules[tree], pull)
        ((word, parts),) = tree.items()
        told = {self._tree(part, pull, rules=rules) for part in parts} - {"skipped"}
        if not told:
            return "skipped"
        if word == "or":
            return "approved" if "approved" in told else "pending"
        return "pending" if "pending" in told else "approved"

    def _rule(self, rule: Mapping[str, Any], pull: Pull) -> str:
        if not self._all_hold(rule.get("if", {}), pull):
            return "skipped"
        requires = rule.get("requires", {})
        if not self._all_hold(requires.get("conditions", {}), pull):
            return "pending"
        barred = set() if rule.get("options", {}).get("allow_contributor") else {pull.author}
        counted = {who for who in pull.approvals - barred if self._is_actor(who, requires)}
        return "approved" if len(counted) >= requires.get("count", 0) else "pending"

    def _is_actor(self, who: str, actors: Mapping[str, Any]) -> bool:
        return who in actors.get("users", ()) or any(who in self.teams[team] for team in actors.get("teams", ()))

    def _all_hold(self, predicates: Mapping[str, Any], pull: Pull) -> bool:
        return all(
            self._is_actor(pull.author, value) if name == "has_author_in" else PREDICATES[name](value, pull)
            for name, value in predicates.items()
        )


def _any(patterns: Iterable[str], text: str) -> bool:
    return any(re.search(pattern, text) for pattern in patterns)


def _touched(pull: Pull) -> Iterator[tuple[str, str]]:
    """Each file with what happened to it: one that was renamed is two, the new one added and the old one deleted."""
    for path in pull.files:
        old, arrow, new = path.partition(" -> ")
        if arrow:
            yield from ((new, "+"), (old, "-"))
        else:
            yield path.lstrip("+-"), path[0] if path[0] in "+-" else ""


def _changed(value: Mapping[str, Any], pull: Pull) -> bool:
    return any(_any(value["paths"], path) and not _any(value.get("ignore", ()), path) for path, _ in _touched(pull))


def _became(sign: str) -> Callable[[Any, Pull], bool]:
    return lambda value, pull: any(_any(value["paths"], path) for path, what in _touched(pull) if what == sign)


def _became_not(sign: str) -> Callable[[Any, Pull], bool]:
    return lambda value, pull: not _became(sign)(value, pull)


def _titled(value: Mapping[str, Any], pull: Pull) -> bool:
    is_not = "not_matches" in value and not _any(value["not_matches"], pull.title)
    return _any(value.get("matches", ()), pull.title) or is_not


def _modified(value: Mapping[str, Any], pull: Pull) -> bool:
    sign, number = value["additions"].split()
    compared = {"<": operator.lt, ">": operator.gt, "=": operator.eq}[sign]
    return bool(compared(pull.added, int(number)))


PREDICATES: Mapping[str, Callable[[Any, Pull], bool]] = {
    "changed_files": _changed,
    "no_changed_files": lambda value, pull: not _changed(value, pull),
    "only_changed_files": lambda value, pull: all(_any(value["paths"], path) for path, _ in _touched(pull)),
    "file_added": _became("+"),
    "file_not_added": _became_not("+"),
    "file_deleted": _became("-"),
    "file_not_deleted": _became_not("-"),
    "title": _titled,
    "modified_lines": _modified,
    "has_labels": lambda value, pull: set(value) <= pull.labels,
}
