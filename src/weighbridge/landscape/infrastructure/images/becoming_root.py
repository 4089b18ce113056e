"""By what an image lets its program become root, or change what only root may.

Sources: https://man7.org/linux/man-pages/man1/chmod.1.html, https://www.sudo.ws/docs/man/sudoers.man/,
https://gtfobins.github.io/ (programs that run others for whoever owns them).
"""

from collections.abc import Iterator
from typing import Final

from msgspec import Struct

from weighbridge.domain.late_pattern import LatePattern
from weighbridge.facts.dockerfile import filled
from weighbridge.landscape.infrastructure.images.changed import Built

_ANY_COMMAND: Final = LatePattern(
    r"(?:([%#\w$-][\w$-]{0,60})[ \t]+ALL[ \t]*=[ \t]*\([^)\n]{0,60}\)[ \t]*)?NOPASSWD:\s*ALL\b"
)
_CHMOD: Final = LatePattern(
    r"\bchmod[ \t]+((?:-{1,2}[\w=-]+[ \t]+){0,5})([0-7]{3,5}|[ugoarwxXst,+=-]{2,20})[ \t]+([^;&|\n]{1,500})"
)
_AS_OWNER: Final = LatePattern(
    r"0?[4-7][0-7]{3}|(?:[^,]*,)?[uoga]*\+[rwxX]*s[rwxXst]*(?:,.*)?|(?:[^,]*,)?u=[rwxX]*s[rwxXst]*(?:,.*)?"
)
_GROUP_ONLY: Final = LatePattern(r"(?:[^,]*,)?g[+=].*")
_FOR_ALL: Final = LatePattern(r"0?777|a?\+(?:rwx|w|rw|wx)|a=rwx|o\+[rx]*w[rx]*|ugo\+rwx")
_RUNS_OTHERS: Final = LatePattern(
    r"(?:.*/)?(?:(?:ba|da|z|k|a|c)?sh|busybox|env|find|xargs|python[\d.]*|perl|ruby|node|php|lua|gdb|vim?|nano|less|more|cp|dd|tee|tar|awk|gawk|sed|"
    r"nmap|strace|docker|su|chroot|nsenter|unshare|mount|make)"
)
_OF_THE_SYSTEM: Final = LatePattern(
    r"/(?:\*|(?:etc|usr|bin|sbin|lib|lib64|root|boot|var|usr/(?:bin|sbin|lib|local/s?bin))(?:/\*?)?)?"
)


class Way(Struct, frozen=True, kw_only=True):
    """One way; `key` stays the same when lines move."""

    key: str
    words: str
    line: int
    is_grave: bool
    """Whether it is root for whoever is in the container, and not only for some."""


def ways_to_root(built: Built, *, user: str) -> Iterator[Way]:
    """What the instructions of what is shipped leave behind for the one it runs as."""
    for stage in built.said.shipped:
        for each in stage.of("RUN"):
            text = filled(f"{each.text}\n{each.document}", stage.values)
            if (found := _ANY_COMMAND.search(text)) is not None:
                words = (
                    "becomes root without a password (`NOPASSWD: ALL`): whoever breaks into it is root in the container"
                )
                yield Way(
                    key="sudo", words=words, line=each.line, is_grave=found[1] is not None and found[1] in (user, "ALL")
                )
            for change in _CHMOD.finditer(text):
                yield from _of_chmod(change[2], change[3].split(), options=change[1], line=each.line)


def _of_chmod(mode: str, paths: list[str], *, options: str, line: int) -> Iterator[Way]:
    named = [each.strip("\"'") for each in paths]
    if _AS_OWNER.fullmatch(mode) and not _GROUP_ONLY.fullmatch(mode):
        for path in named:
            if _RUNS_OTHERS.fullmatch(path):
                words = f"becomes root by `{path}`, which anybody starts as its owner (setuid)"
                yield Way(key=f"setuid {path}", words=words, line=line, is_grave=True)
    if _FOR_ALL.fullmatch(mode) and ("R" in options or "recursive" in options):
        for path in named:
            if path and _OF_THE_SYSTEM.fullmatch(path):
                words = f"may change all that lies in `{path}`, programs that root starts among it"
                yield Way(key=f"chmod {path}", words=words, line=line, is_grave=False)
