"""Reads a package back from its JSON, keeping what a newer version put there, and saying clearly what is wrong."""

import json
from collections.abc import Mapping

import msgspec
from msgspec import Struct, field

from weighbridge.domain.ids import digest
from weighbridge.domain.package import ReviewPackage
from weighbridge.review.canonical import canonical
from weighbridge.review.render.json import SCHEMA, VERSION

LARGEST = 256 * 1024 * 1024
_OURS = frozenset({"schema", "version", "digest", "decision", "presentation"})


class PackageError(Exception):
    """A package cannot be read: the message says which, where in it, and the way out."""


class StoredPackage(Struct, frozen=True, kw_only=True):
    """A package as it was stored; `sections` are the ones this version does not know, kept as they are.

    `is_intact` says whether the digest is that of the decision: of a package from a newer version, whose decision may
    hold more than is understood here, it is told from the stored text.
    """

    package: ReviewPackage
    version: int
    is_intact: bool
    sections: Mapping[str, object] = field(default_factory=dict)


def read_package(data: bytes, *, source: str = "the package") -> StoredPackage:
    """The package that `data` holds.

    Raises:
        PackageError: it is no package, or one that this version cannot understand.
    """
    document = _document(data, source)
    version = _version(document, source)
    try:
        package = msgspec.convert(
            {name: document[name] for name in ("decision", "presentation", "digest")}, ReviewPackage, strict=True
        )
    except KeyError as missing:
        raise PackageError(
            f"{source}: the section {missing.args[0]!r} is missing; write it again with `weighbridge review --json`"
        ) from None
    except UnicodeEncodeError:
        raise PackageError(f"{source}: a text in it is no Unicode; no package has such") from None
    except msgspec.ValidationError as error:
        newer = (
            f"; it was written by a newer Weighbridge (format {version}, this one knows {VERSION})"
            if version > VERSION
            else ""
        )
        raise PackageError(f"{source}: {error}{newer}") from None
    return StoredPackage(
        package=package,
        version=version,
        is_intact=_digest_of(document["decision"]) == package.digest,
        sections={name: section for name, section in document.items() if name not in _OURS},
    )


def _document(data: bytes, source: str) -> dict[str, object]:
    if len(data) > LARGEST:
        raise PackageError(f"{source}: larger than {LARGEST // 1024 // 1024} MB; no package is")
    try:
        document = json.loads(data)
    except (UnicodeDecodeError, json.JSONDecodeError) as error:
        raise PackageError(f"{source}: not JSON ({error})") from None
    except RecursionError:
        raise PackageError(f"{source}: nested too deeply; no package is") from None
    if not isinstance(document, dict) or document.get("schema") != SCHEMA:
        raise PackageError(f"{source}: not a review package (its `schema` is not {SCHEMA!r})")
    return document


def _version(document: Mapping[str, object], source: str) -> int:
    version = document.get("version")
    if isinstance(version, bool) or not isinstance(version, int) or version < 1:
        raise PackageError(f"{source}: its `version` is not a whole number from 1 on")
    return version


def _digest_of(decision: object) -> str:
    try:
        return digest(canonical(decision))
    except ValueError:
        return ""
