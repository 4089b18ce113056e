"""policy-bot in a few lines: what its documentation says of rules, predicates and combinations, and nothing of ours."""

import re
from collections.abc import Mapping
from typing import Any

from msgspec import Struct, field


class Pull(Struct, frozen=True, kw_only=True):
    """A pull request as policy-bot sees it: `approvals` are the accounts that approved its head."""

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
        return self._tree({"and": self.policy["policy"]["approval"]}, pull, rules)

    def _tree(self, tree: Any, pull: Pull, rules: Mapping[str, Any]) -> str:
        if isinstance(tree, str):
            return self._rule(rules[tree], pull)
        ((word, parts),) = tree.items()
        told = {self._tree(part, pull, rules) for part in parts} - {"skipped"}
        if not told:
            return "skipped"
        if word == "or":
            return "approved" if "approved" in told else "pending"
        return "pending" if "pending" in told else "approved"

    def _rule(self, rule: Mapping[str, Any], pull: Pull) -> str:
        if not all(self._holds(name, value, pull) for name, value in rule.get("if", {}).items()):
            return "skipped"
        requires = rule.get("requires", {})
        if not all(self._holds(name, value, pull) for name, value in requires.get("conditions", {}).items()):
            return "pending"
        barred = set() if rule.get("options", {}).get("allow_contributor") else {pull.author}
        counted = {who for who in pull.approvals - barred if self._is_actor(who, requires)}
        return "approved" if len(counted) >= requires.get("count", 0) else "pending"

    def _is_actor(self, who: str, actors: Mapping[str, Any]) -> bool:
        return who in actors.get("users", ()) or any(who in self.teams[team] for team in actors.get("teams", ()))

    def _holds(self, name: str, value: Any, pull: Pull) -> bool:
        match name:
            case "changed_files":
                return self._changed(value, pull)
            case "no_changed_files":
                return not self._changed(value, pull)
            case "only_changed_files":
                return bool(pull.files) and all(_any(value["paths"], path) for path in pull.files)
            case "title":
                is_not = "not_matches" in value and not _any(value["not_matches"], pull.title)
                return _any(value.get("matches", ()), pull.title) or is_not
            case "modified_lines":
                operator, number = value["additions"].split()
                return {"<": pull.added < int(number), ">": pull.added > int(number), "=": pull.added == int(number)}[
                    operator
                ]
            case "has_labels":
                return set(value) <= pull.labels
            case "has_author_in":
                return self._is_actor(pull.author, value)
        raise AssertionError(name)

    @staticmethod
    def _changed(value: Mapping[str, Any], pull: Pull) -> bool:
        return any(_any(value["paths"], path) and not _any(value.get("ignore", ()), path) for path in pull.files)


def _any(patterns: Any, text: str) -> bool:
    return any(re.search(pattern, text) for pattern in patterns)
