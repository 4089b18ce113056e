"""Reads `.gitmodules`: where submodules come from, and what about that is dangerous."""

import re
from collections.abc import Iterator
from typing import Final

from msgspec import Struct

from weighbridge.domain.late_pattern import LatePattern
from weighbridge.landscape.integrity.paths import git_name

_SECTION: Final = LatePattern(r'\s*\[\s*submodule\s+"((?:[^"\\]|\\.)*)"\s*\]')
_SETTING: Final = LatePattern(r"\s*([A-Za-z][A-Za-z0-9-]*)\s*=\s*(.*?)\s*$")
_SAFE: Final = LatePattern(r"(?:https|ssh)://|\.\.?/|[A-Za-z0-9_.-]+@[A-Za-z0-9.-]+:(?!:)")


class SubmoduleSetting(Struct, frozen=True, kw_only=True):
    """One setting of one submodule, with its line."""

    number: int
    submodule: str
    key: str
    value: str


def read_submodules(text: str) -> Iterator[SubmoduleSetting]:
    """Every setting that stands under a submodule's heading."""
    name: str | None = None
    for number, line in enumerate(text.splitlines(), 1):
        heading = _SECTION.match(line)
        if heading:
            name = heading.group(1)
        elif line.lstrip().startswith("["):
            name = None
        setting = _SETTING.match(line, heading.end() if heading else 0)
        if name is not None and setting:
            value = setting.group(2).strip('"')
            yield SubmoduleSetting(number=number, submodule=name, key=setting.group(1).lower(), value=value)


def setting_problem(setting: SubmoduleSetting) -> str:
    """Why a setting is dangerous, in words; empty when it is not."""
    value = setting.value
    if setting.key in ("url", "path") and value.startswith("-"):
        return f"its {setting.key} reads as an option to git"
    if setting.key == "update" and value.startswith("!"):
        return "a command is to run when it is updated"
    if setting.key == "path" and any(part == ".." or git_name(part) == ".git" for part in re.split(r"[/\\]", value)):
        return "its path leaves the tree or reaches git's own folder"
    if any(part == ".." or git_name(part) == ".git" for part in re.split(r"[/\\]", setting.submodule)):
        return "its name leaves the folder that git keeps submodules in"
    return _url_problem(value) if setting.key == "url" else ""


def _url_problem(url: str) -> str:
    if "::" in url.partition("/")[0]:
        return f"its url names a transport program ({url.partition('::')[0]}::)"
    if any(ord(c) < 32 for c in url) or "%0a" in url.lower() or "%0d" in url.lower():
        return "its url holds a line break"
    if url.startswith(("file:", "/")) or re.match(r"[A-Za-z]:\\", url):
        return "its url is a place on the machine that checks it out"
    if url.startswith(("http://", "git://", "ftp://")):
        return "its url is not encrypted: whoever stands between may give other bytes"
    return "" if _SAFE.match(url) else "its url is of no kind that is known to be safe"
