"""Other names of one type: `type Completion = string` makes none, so that what is written by either name is the same."""

from collections.abc import Mapping
from typing import Final

from weighbridge.domain.ids import RepoPath
from weighbridge.domain.late_pattern import LatePattern
from weighbridge.landscape.landscapes import View

_ALIAS: Final = LatePattern(r"type (?P<name>\w+) = (?P<of>[^;{}]+)")
_NAME: Final = LatePattern(r"(?<![\w.])[^\W\d]\w*\b(?!\s*[({\[])")
_MOST_STEPS: Final = 5
"""Aliases of aliases that are followed."""
_LONGEST: Final = 4_000
"""Characters of what is written out: an alias of many aliases, and so on, would fill any memory."""


class GoAliases:
    """Answers for the packages of one side of a change."""

    def __init__(self, view: View) -> None:
        self._view = view
        self._known: dict[RepoPath, Mapping[str, str]] = {}

    def written_out(self, text: str, folder: RepoPath) -> str:
        """A signature or a type with what stands for the aliases of its package in their place."""
        aliases = self._of(folder)
        if not aliases:
            return text
        for _ in range(_MOST_STEPS):
            grown = len(text) + sum(len(aliases.get(found[0], "")) for found in _NAME.finditer(text))
            if grown > _LONGEST:
                break
            before, text = text, _NAME.sub(lambda found: aliases.get(found[0], found[0]), text)
            if text == before:
                break
        return text

    def _of(self, folder: RepoPath) -> Mapping[str, str]:
        if folder not in self._known:
            landscape = self._view.landscape
            paths = landscape.tree.code_folders.get(folder, ())
            files = [landscape.facts(each) for each in paths if each.endswith(".go") and not each.endswith("_test.go")]
            said = (each.signature for facts in files if facts is not None for each in facts.definitions)
            found = (_ALIAS.fullmatch(each) for each in said)
            self._known[folder] = {each["name"]: each["of"].strip() for each in found if each is not None}
        return self._known[folder]
