"""The change sets of a change log, each of which Liquibase runs once: whoever adds one behind them alters none that ran.

Source: https://docs.liquibase.com/concepts/changelogs/changeset-checksums.html (what counts for a checksum).
"""

import re
from collections.abc import Mapping
from typing import Final

from weighbridge.domain.ids import RepoPath
from weighbridge.domain.late_pattern import LatePattern
from weighbridge.facts.calls.markup import Element, UnreadableError, read_xml, read_yaml

_SET: Final = LatePattern(r"^[ \t]*--\s*changeset\s+(?P<id>\S+:\S+)[^\n]*$", re.IGNORECASE | re.MULTILINE)
_COMMENT: Final = LatePattern(r"^[ \t]*--[^\n]*$", re.MULTILINE)
_NOT_SUMMED: Final = frozenset({"comment", "rollback", "preConditions", "validCheckSum", "modifySql"})


def only_adds(path: RepoPath, *, before: str, after: str) -> bool:
    """Whether each change set that was there does what it did, and there is another one; not where either cannot be read."""
    was, now = _sums(path, before), _sums(path, after)
    return bool(was) and len(now) > len(was) and all(now.get(key) == each for key, each in was.items())


def _sums(path: RepoPath, text: str) -> Mapping[str, str]:
    """What each change set does, by its author and its id; none where they are not told apart by these."""
    found = _of_sql(text) if path.lower().endswith(".sql") else _of_document(path, text)
    keys = [key for key, _ in found]
    return dict(found) if len(set(keys)) == len(keys) else {}


def _of_sql(text: str) -> list[tuple[str, str]]:
    begun = list(_SET.finditer(text))
    ends = [*(each.start() for each in begun[1:]), len(text)]
    return [
        (each["id"], " ".join(_COMMENT.sub("", text[each.end() : end]).split()))
        for each, end in zip(begun, ends, strict=False)
    ]


def _of_document(path: RepoPath, text: str) -> list[tuple[str, str]]:
    try:
        root = read_xml(text) if path.lower().endswith(".xml") else read_yaml(text.replace("\t", " "))
    except UnreadableError:
        return []
    logs = [each for each in root.children if each.name == "databaseChangeLog"]
    properties = " ".join(_said(one) for each in logs for one in each.named("property"))
    return [
        (
            f"{one.get('author')}:{one.get('id')}",
            properties + " ".join(_said(part) for part in one.children if part.name not in _NOT_SUMMED),
        )
        for each in logs
        for one in each.named("changeSet")
    ]


def _said(element: Element) -> str:
    """An element in one line, wherever it stands."""
    inner = "".join(_said(each) for each in element.children)
    stated = " ".join(f"{name}={value}" for name, value in sorted(element.stated.items()))
    return f"<{element.name} {stated}>{' '.join(element.text.split())}{inner}</{element.name}>"
