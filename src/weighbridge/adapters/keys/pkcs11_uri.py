"""PKCS#11 URIs (RFC 7512): which key of which token is meant, through which module, and where its PIN lies.

What other programs pass over is refused here: an attribute that nobody knows, one that stands twice or at the wrong side of
the question mark, a character that has to be encoded. A key that is chosen by less than its user wrote is another key. No
message repeats what could be a PIN.
"""

import re
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Final
from urllib.parse import unquote_to_bytes

from msgspec import Struct

from weighbridge.landscape.documents.shapes import nearest

SCHEME: Final = "pkcs11:"

_IN_PATH: Final = (
    "id",
    "library-description",
    "library-manufacturer",
    "library-version",
    "manufacturer",
    "model",
    "object",
    "serial",
    "slot-description",
    "slot-id",
    "slot-manufacturer",
    "token",
    "type",
)
_IN_QUERY: Final = ("module-name", "module-path", "pin-source", "pin-value")
_EVERYWHERE: Final = r"A-Za-z0-9._~:\[\]@!$'()*+,=\-"
_REFUSED_IN_PATH: Final = re.compile(rf"[^{_EVERYWHERE}&%]")
_REFUSED_IN_QUERY: Final = re.compile(rf"[^{_EVERYWHERE}/?|%]")
_BROKEN: Final = re.compile(r"%(?![0-9A-Fa-f]{2})")
_PIN_HERE: Final = re.compile(r"pin(?:-|%2d|_)?value(?![&;?/.]|$)", re.IGNORECASE)
"""Wherever it stands, and whatever comes between it and a PIN: of what is spelt otherwise nobody can tell where that begins.
A file may be called so.
"""
_LARGEST_SLOT: Final = (1 << 64) - 1


class UriError(ValueError):
    """It names no key by RFC 7512: the message says what is wrong, and what to write."""


class TokenKeyName(Struct, frozen=True, kw_only=True):
    """Which key of which token is meant: whatever is named must be so of the library, the slot, the token and the key.

    `place` holds what is named of the first three, by the RFC's names; `label` and `id` are the key's, None where not named.
    """

    place: Mapping[str, str]
    label: str | None = None
    id: bytes | None = None


class TokenKeyUri(Struct, frozen=True, kw_only=True):
    """A whole URI: the key's name as it was written, the module that leads to it, and the file with its PIN if one is named."""

    name: str
    module: Path
    pin: Path | None = None


def holds_pin(text: str) -> bool:
    """Whether a PIN may stand in it, so that nothing of it is to be shown."""
    return _PIN_HERE.search(text) is not None


def read_uri(text: str) -> TokenKeyUri:
    """What names a key, a module and where a PIN lies. Raises `UriError`."""
    if holds_pin(text):
        raise UriError(
            "pin-value would show the PIN to whoever reads this environment or the list of processes: put it into a file that"
            " only you can read, and write pin-source=file:/path/of/it"
        )
    name, mark, query = text.partition("?")
    read_name(name)
    given = _attributes(query.split("&") if mark else (), _IN_QUERY, refused=_REFUSED_IN_QUERY)
    if "module-name" in given:
        raise UriError(
            "module-name would be looked for in places that differ: name the module's file, with module-path"
        )
    if "module-path" not in given:
        raise UriError("no module is named: end it with ?module-path=/path/of/the/module.so, which its maker installs")
    module = Path(_text("module-path", given["module-path"]))
    if not module.is_absolute():
        raise UriError(
            f"the module {str(module)!r} would be looked for in whatever folder this runs: write its whole path"
        )
    return TokenKeyUri(name=name, module=module, pin=_pin(given))


def read_name(text: str) -> TokenKeyName:
    """What stands before the question mark. Raises `UriError`."""
    if text[: len(SCHEME)].lower() != SCHEME:
        raise UriError(f"it does not begin with {SCHEME}")
    written = text[len(SCHEME) :]
    given = _attributes(written.split(";") if written else (), _IN_PATH, refused=_REFUSED_IN_PATH)
    kind = given.pop("type", "private")
    if kind != "private":
        raise UriError("type is private or left out: what signs is a private key")
    key = unquote_to_bytes(given.pop("id")) if "id" in given else None
    place = {name: _text(name, value) for name, value in given.items()}
    label = place.pop("object", None)
    if "slot-id" in place:
        place["slot-id"] = _slot(place["slot-id"])
    if "library-version" in place:
        place["library-version"] = _version(place["library-version"])
    return TokenKeyName(place=place, label=label, id=key)


def _attributes(written: Iterable[str], known: tuple[str, ...], *, refused: re.Pattern[str]) -> dict[str, str]:
    """The values by their names, still encoded; every one of them known, said once, and of allowed characters."""
    found: dict[str, str] = {}
    for each in written:
        name, equals, value = each.partition("=")
        if name not in known:
            raise UriError(_unknown(name, known))
        if not equals or not value:
            raise UriError(f"{name} has no value: write {name}=…, or leave it out")
        if name in found:
            raise UriError(f"{name} stands twice: which of them is meant?")
        if wrong := refused.search(value):
            encoded = "".join(f"%{byte:02X}" for byte in wrong[0].encode("utf-8", "surrogateescape"))
            raise UriError(f"{name} holds {wrong[0]!r}, which is written {encoded} there")
        if _BROKEN.search(value):
            raise UriError(f"{name} holds a % that two hexadecimal digits do not follow: % itself is written %25")
        found[name] = value
    return found


def _unknown(name: str, known: tuple[str, ...]) -> str:
    if name in _IN_PATH or name in _IN_QUERY:
        side = "before the question mark, after a ;" if name in _IN_PATH else "after the question mark"
        return f"{name} stands {side}"
    close = nearest(name, (*_IN_PATH, *_IN_QUERY))
    hint = f"did you mean {close}?" if close else f"known are {', '.join(known)}"
    return f"there is no attribute of that name here: {hint}"  # what it is instead may be, or hold, a PIN or its half


def _text(name: str, value: str) -> str:
    try:
        text = unquote_to_bytes(value).decode()
    except UnicodeDecodeError:
        raise UriError(f"{name} is no text in UTF-8") from None
    if "\0" in text:
        raise UriError(f"{name} holds a zero byte, which no name has")
    return text


def _slot(text: str) -> str:
    if not re.fullmatch("[0-9]{1,20}", text) or int(text) > _LARGEST_SLOT:
        raise UriError("slot-id is a number, in decimal digits")
    return str(int(text))


def _version(text: str) -> str:
    if not re.fullmatch(r"[0-9]{1,3}(?:\.[0-9]{1,3})?", text):
        raise UriError("library-version is written as 3 or 3.1")
    major, _, minor = text.partition(".")
    return f"{int(major)}.{int(minor or 0)}"


def _pin(given: Mapping[str, str]) -> Path | None:
    if "pin-source" not in given:
        return None
    text = _text("pin-source", given["pin-source"])
    if text.startswith("|"):
        raise UriError(
            "pin-source names a program, and none is run for a PIN: write file:/path/of/a/file that holds it"
        )
    scheme, _, rest = text.partition(":")
    path = Path(rest.removeprefix("//"))
    if scheme != "file" or not path.is_absolute():
        raise UriError("pin-source is written file:/path/of/a/file, with the whole path")
    return path
