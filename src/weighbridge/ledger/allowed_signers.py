"""The trusted allowed-signers document, read as `ssh-keygen` does but for what would enrol more than one named person."""

import base64
import binascii
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from fnmatch import fnmatchcase
from typing import Final

from msgspec import Struct, field

from weighbridge.domain.ssh_signature import fingerprint
from weighbridge.ledger.envelope import NAMESPACE
from weighbridge.ledger.principals import problem_of

_MOST_LINES: Final = 20_000
_LONGEST_LINE: Final = 20_000
_QUOTED: Final = r'"(?:[^"\\]|\\.)*"'
_WORD: Final = re.compile(r'(?:[^\s"\\]|"(?:[^"\\]|\\.)*")+(?=\s)')
_OPTION: Final = re.compile(rf"([A-Za-z-]+)(?:=({_QUOTED}|[^\s\",]+))?(?:,|\Z)")
_KEY: Final = re.compile(r"([A-Za-z0-9@.\-]+)\s+([A-Za-z0-9+/]+={0,2})(?:\s.*)?\Z")
_KEY_TYPE: Final = re.compile(r"(?:ssh|ecdsa|sk-ssh|sk-ecdsa)-[A-Za-z0-9@.\-]+\s")
_TIME: Final = re.compile(r"(\d{8})(?:(\d{4})(\d{2})?)?Z?\Z")


class AllowedSigner(Struct, frozen=True, kw_only=True):
    """One line that enrols: one person's names, and a key of theirs."""

    principals: tuple[str, ...]
    key: bytes
    line: int
    valid_after: datetime | None = None
    valid_before: datetime | None = None

    @property
    def keyid(self) -> str:
        """The key's fingerprint."""
        return fingerprint(self.key)


class AllowedSigners(Struct, frozen=True, kw_only=True):
    """The lines that enrol, and in words those that enrol nobody."""

    signers: tuple[AllowedSigner, ...] = ()
    refused: tuple[str, ...] = field(default=())


class _RefusedError(Exception):
    """Why a line enrols nobody."""


def read_allowed_signers(data: bytes, path: str) -> AllowedSigners:
    """The people of an allowed-signers document; a line that cannot be believed enrols nobody and says why."""
    signers: list[AllowedSigner] = []
    refused: list[str] = []
    lines = data.decode("utf-8", "replace").split("\n")  # as OpenSSH does: what hides in a comment stays one
    if len(lines) > _MOST_LINES:
        refused.append(f"{path}: only its first {_MOST_LINES:,} lines are read")
    for number, text in _lines(lines[:_MOST_LINES]):
        try:
            signers.append(_signer(text, number))
        except _RefusedError as problem:
            refused.append(f"{path}:{number}: enrols nobody: {problem}")
    return AllowedSigners(signers=tuple(signers), refused=tuple(refused))


def _lines(lines: list[str]) -> Iterator[tuple[int, str]]:
    for number, line in enumerate(lines, 1):
        text = line.strip()
        if text and not text.startswith("#"):
            yield number, text


def _signer(text: str, line: int) -> AllowedSigner:
    if len(text) > _LONGEST_LINE:
        raise _RefusedError(f"it is longer than {_LONGEST_LINE:,} characters")
    names, rest = _word(text)
    principals = tuple(p.strip() for p in names.strip('"').split(","))
    for principal in principals:
        if problem := problem_of(principal):
            raise _RefusedError(f"`{principal[:60]}`: {problem}")
    options: dict[str, str] = {}
    if _KEY_TYPE.match(rest) is None:
        given, rest = _word(rest)
        options = _options(given)
    _check_options(options)
    return AllowedSigner(
        principals=principals,
        key=_key(rest),
        line=line,
        valid_after=_time(options, "valid-after"),
        valid_before=_time(options, "valid-before"),
    )


def _word(text: str) -> tuple[str, str]:
    """What stands before the first space that no quotes are around, and what comes after it."""
    found = _WORD.match(text)
    if found is None:
        raise _RefusedError("it is not `principals [options] key`")
    return found[0], text[found.end() :].strip()


def _options(text: str) -> dict[str, str]:
    options: dict[str, str] = {}
    start = 0
    while start < len(text):
        found = _OPTION.match(text, start)
        if found is None:
            raise _RefusedError(f"its options cannot be read from `{text[start : start + 40]}` on")
        name = found[1].lower()
        if name in options:
            raise _RefusedError(f"the option {name} stands there twice")
        options[name] = (found[2] or "").strip('"')
        start = found.end()
    return options


def _check_options(options: dict[str, str]) -> None:
    if "cert-authority" in options:
        raise _RefusedError(
            "an authority's key (cert-authority) would enrol whoever it certifies; list each person's own key"
        )
    unknown = sorted(set(options) - {"namespaces", "valid-after", "valid-before"})
    if unknown:
        raise _RefusedError(f"the option {unknown[0]} is not known")
    if "namespaces" in options and not _matches(NAMESPACE, options["namespaces"]):
        raise _RefusedError(
            f"its key is for {options['namespaces'] or 'nothing'} only; add `{NAMESPACE}` to its namespaces to enrol it here"
        )


def _matches(namespace: str, patterns: str) -> bool:
    """As OpenSSH matches a list of patterns: one that is negated and matches settles it."""
    found = False
    for pattern in patterns.split(","):
        bare = pattern.removeprefix("!").replace("[", "[[]")
        if fnmatchcase(namespace, bare):
            if pattern.startswith("!"):
                return False
            found = True
    return found


def _key(text: str) -> bytes:
    found = _KEY.match(text)
    try:
        key = base64.b64decode(found[2], validate=True) if found else b""
    except (ValueError, binascii.Error):
        key = b""
    if found is None or not key.startswith(len(found[1]).to_bytes(4, "big") + found[1].encode("ascii")):
        raise _RefusedError("it holds no key")
    return key


def _time(options: dict[str, str], name: str) -> datetime | None:
    """UTC whether or not a Z stands there: a gate decides the same on every machine."""
    text = options.get(name)
    if text is None:
        return None
    found = _TIME.match(text)
    try:
        if found is None:
            raise ValueError(text)
        return datetime.strptime(f"{found[1]}{found[2] or '0000'}{found[3] or '00'}", "%Y%m%d%H%M%S").replace(
            tzinfo=UTC
        )
    except ValueError as problem:
        raise _RefusedError(f"{name}={text[:20]} is no time (YYYYMMDD, or YYYYMMDDHHMM[SS])") from problem
