"""How a process names its organisation's configuration: a path, a document by URL and digest, a folder by repository and commit.

What is not on this machine is pinned: whoever serves it can withhold it, and cannot change it.
"""

import re
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

from msgspec import Struct

from weighbridge.app.build_trust import UnreadableTrustError, is_document
from weighbridge.domain.ids import ObjectId
from weighbridge.domain.urls import is_web_address, names_a_user

VARIABLE: Final = "WEIGHBRIDGE_ORGANISATION"
_COMMIT: Final = re.compile(r"git\+(?P<where>[^\x00-\x20]+?)@(?P<commit>[0-9a-f]{64}|[0-9a-f]{40})(?::(?P<folder>.*))?")
_DIGEST: Final = re.compile(r"sha256:([0-9a-f]{64})")
_SCHEME: Final = re.compile(r"([a-z][a-z0-9+.-]*)://", re.IGNORECASE)
_SCP: Final = re.compile(r"[^/:]+:(?!:).+")
_SECRET: Final = re.compile(r"(?<=//)[^/@\s]+@")
_GIT: Final = {"https": "https", "ssh": "ssh", "file": "file"}


class Download(Struct, frozen=True, kw_only=True):
    """One document at a URL; `digest` is the SHA-256 of its bytes in hex, `name` what it is by the URL's last part."""

    url: str
    digest: str
    name: str

    def __str__(self) -> str:
        return self.url


class Pinned(Struct, frozen=True, kw_only=True):
    """A folder of one commit of a repository; `transport` is the only one by which git may reach it."""

    repository: str
    commit: ObjectId
    folder: str
    transport: str

    def __str__(self) -> str:
        return f"{_SECRET.sub('', self.repository)} at {self.commit[:12]}, {self.folder or 'its top'}"


def read_address(text: str) -> Path | Download | Pinned:
    """What `text` names.

    Raises:
        UnreadableTrustError: it is no address that is known, or pins nothing.
    """
    if text.startswith("git+"):
        return _pinned(text)
    scheme = _SCHEME.match(text)
    if scheme is None:
        return Path(text)
    if scheme[1].lower() in ("http", "https"):
        return _download(text)
    raise UnreadableTrustError(
        f"{VARIABLE}: nothing is fetched by {scheme[1][:20]}: name a path, https://HOST/policy.yaml#sha256:HEX,"
        " or git+https://HOST/REPOSITORY@COMMIT:FOLDER"
    )


def _download(text: str) -> Download:
    url, _, fragment = text.partition("#")
    if not is_web_address(url):
        raise UnreadableTrustError(f"{VARIABLE}: {_shown(url)} is no URL: write https://HOST/policy.yaml#sha256:HEX")
    if names_a_user(url):
        raise UnreadableTrustError(
            f"{VARIABLE}: the URL holds a name or a password, which end up in logs: take it out, or name a repository"
        )
    found = _DIGEST.fullmatch(fragment)
    if found is None:
        raise UnreadableTrustError(
            f"{VARIABLE}: {_shown(url)} names no digest, so whoever serves it could set it: append #sha256: and the 64"
            " hex digits that sha256sum prints of the document"
        )
    name = urlsplit(url).path.rpartition("/")[2]
    if not is_document(name):
        raise UnreadableTrustError(
            f"{VARIABLE}: {_shown(url)} ends in no document that is known: it is told by its name, as policy.yaml"
        )
    return Download(url=url, digest=found[1], name=name)


def _pinned(text: str) -> Pinned:
    found = _COMMIT.fullmatch(text)
    if found is None:
        raise UnreadableTrustError(
            f"{VARIABLE}: {_shown(text)} pins no commit: write git+https://HOST/REPOSITORY@COMMIT:FOLDER with the whole"
            " id, as git rev-parse prints it"
        )
    where = found["where"]
    transport = _transport(where)
    if transport is None:
        raise UnreadableTrustError(
            f"{VARIABLE}: {_shown(where)}: git is let reach a repository by https, ssh or a path, and by nothing else"
        )
    folder = (found["folder"] or "").strip("/")
    if any(part in ("", ".", "..") for part in folder.split("/") if folder):
        raise UnreadableTrustError(f"{VARIABLE}: {_shown(folder)} is no folder of a repository: write it without dots")
    is_path = transport == "file" and "://" not in where
    try:
        repository = str(Path(where).expanduser().absolute()) if is_path else where
    except RuntimeError as problem:
        raise UnreadableTrustError(f"{VARIABLE}: {_shown(where)}: there is no such user") from problem
    return Pinned(repository=repository, commit=ObjectId(found["commit"]), folder=folder, transport=transport)


def _transport(where: str) -> str | None:
    if where.startswith("-") or "::" in where:
        return None
    if scheme := _SCHEME.match(where):
        return _GIT.get(scheme[1].lower())
    return "ssh" if _SCP.fullmatch(where) else "file"


def _shown(text: str) -> str:
    return _SECRET.sub("", text)[:200]
