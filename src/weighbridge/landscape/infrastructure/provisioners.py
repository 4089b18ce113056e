"""The programs that Terraform starts by itself: provisioners when something is made or ended, `external` while it plans."""

import re
from collections.abc import Iterator, Mapping
from typing import Any, Final

from msgspec import Struct

from weighbridge.domain.late_pattern import LatePattern
from weighbridge.facts.terraform.blocks import Expression, nested
from weighbridge.facts.terraform.changes import Action
from weighbridge.landscape.infrastructure.alterations import Alteration
from weighbridge.landscape.infrastructure.commands import runs_unseen

_ENDS: Final = LatePattern(
    r"(?i)\b(?:(?:delete|destroy|terminate|drop|purge|truncate|wipe|remove|deregister)[-\s]|rm\s+-\w*[rf]|force-delete|mkfs|dropdb)"
)
"""Words of commands that end something which exists."""
_CLEARS: Final = LatePattern(
    r"\brm\s+-\w*[rf]\w*\s+(?:-\w+\s+)*([\"']?)(?P<path>(?:/tmp/|/var/tmp/|\./|(?=\w))(?!\.\.)[\w.-]+(?:/[\w.-]+)*)/?\1(?=\s*(?:$|&&|;|\n))"
)
"""A folder of which nothing is kept, or one below where it runs, that is emptied by itself."""
_MAKES: Final = (
    r"\b(?:clone|mkdir|cp|mv|rsync|unzip|tar|curl|wget|venv|virtualenv|npm|pip3?|init|build|ln|touch|tee)\b[^;&|\n]*"
)
_HIDES: Final = LatePattern(r"(?i)\b(?:curl|wget)\b.*(?:-[dF]\b|--data)|\beval\b|base64\s+-(?:d|-decode)")
"""Words of commands that send something out, or run what nobody can read."""
_LONGEST: Final = 60


class Program(Struct, frozen=True, kw_only=True):
    """One program that was not started before: where and when it runs, in words, and how far it reaches."""

    kind: str
    text: str
    when: str
    is_planning: bool = False
    ends_something: bool = False
    runs_what_it_fetches: bool = False

    @property
    def shown(self) -> str:
        """How it begins."""
        line = " ".join(self.text.split())
        return f"`{line[:_LONGEST]}…`" if len(line) > _LONGEST else f"`{line}`"


def programs(alteration: Alteration) -> Iterator[Program]:
    """Those that a change adds or alters."""
    change = alteration.change
    if alteration.is_planned or change.action in (Action.DELETE, Action.FORGET):
        return
    was = {(each.kind, each.text) for each in _programs(change.before, change.type, is_data=change.is_data)}
    for each in _programs(change.after, change.type, is_data=change.is_data):
        if (each.kind, each.text) not in was:
            yield each


def _programs(values: Mapping[str, Any], kind: str, *, is_data: bool) -> Iterator[Program]:
    if is_data:
        if kind == "external" and values.get("program") is not None:
            yield _program(
                "data.external",
                _words(values["program"]),
                when="whenever somebody plans, before anybody approves",
                is_planning=True,
            )
        return
    for block in nested(values, "provisioner"):
        labels = block.get("")
        named = {str(labels[0]): block} if isinstance(labels, list) and labels else block
        for name, body in named.items():
            for each in body if isinstance(body, list) else [body]:
                if isinstance(each, dict) and name == "local-exec":
                    ending = _words(each.get("when")) == "destroy"
                    yield _program(
                        name, _words(each.get("command")), when="when it is destroyed" if ending else "when it is made"
                    )


def _program(kind: str, text: str, *, when: str, is_planning: bool = False) -> Program:
    return Program(
        kind=kind,
        text=text,
        when=when,
        is_planning=is_planning,
        ends_something=bool(_ENDS.search(_without_clearing(text))),
        runs_what_it_fetches=bool(_HIDES.search(text)) or any(True for _ in runs_unseen(text)),
    )


def _without_clearing(text: str) -> str:
    """A command without what only clears the place of what it makes there next."""

    def left(found: re.Match[str]) -> str:
        made = re.compile(rf"{_MAKES}(?<![\w/.-])(?:\./)?{re.escape(found['path'].removeprefix('./'))}(?![\w-])")
        is_safe = ".." not in found["path"].split("/") and made.search(text, found.end()) is not None
        return "" if is_safe else found[0]

    return _CLEARS.sub(left, text)


def _words(value: object) -> str:
    """A command as one text, whatever of it is not known yet as it is written."""
    if isinstance(value, Expression):
        return value.text
    if isinstance(value, list):
        return " ".join(map(_words, value))
    return str(value) if value is not None else ""
