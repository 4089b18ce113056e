"""Reads commits from their raw bytes, as lenient as git itself with what history holds."""

import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime, timedelta, timezone

from weighbridge.adapters.git.objects import ObjectReader
from weighbridge.app.ports import UnreadableObjectError
from weighbridge.domain.change import Commit, Identity, Signature
from weighbridge.domain.ids import ObjectId
from weighbridge.domain.late_pattern import LatePattern

LARGEST_COMMIT = 1 << 20
"""Bytes of a commit that are read; a longer message is cut."""

_PERSON = re.compile(rb"^(.*?)\s*<([^>]*)>?\s*(-?\d+)?\s*([+-]\d{1,4})?\s*$", re.DOTALL)
_SIGNATURE_KINDS = {
    b"SSH SIGNATURE": "ssh",
    b"SIGNED MESSAGE": "x509",
    b"PGP SIGNATURE": "openpgp",
    b"PGP MESSAGE": "openpgp",
}
# Only these: other codecs of the standard library are slow on purpose-made input, or are no character sets.
_CHARACTER_SETS = LatePattern(
    r"iso-?8859-?(?:[1-9]|1[013-6])|latin-?1|windows-?125[0-8]|cp125[0-8]|koi8-[ru]|shift[-_]jis|euc[-_](?:jp|kr)"
    r"|iso-2022-jp|gb2312|gbk|gb18030|big5|us-ascii|utf-?16(?:le|be)?"
)
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def read_commits(objects: ObjectReader, oids: Iterable[ObjectId]) -> Sequence[Commit]:
    """The commits of these ids, in the order given.

    Raises:
        UnreadableObjectError: one is missing or is no commit.
    """
    return [read_commit(objects, oid) for oid in oids]


def read_commit(objects: ObjectReader, oid: ObjectId) -> Commit:
    """One commit; see `read_commits`."""
    found = objects.beginning(oid, LARGEST_COMMIT)
    if found is None:
        raise UnreadableObjectError(
            f"commit {oid[:12]} is not in this clone, or is broken: git fetch --unshallow brings what a shallow clone "
            "lacks, git fsck --full says what is broken"
        )
    header, data = found
    if header.kind != "commit":
        raise UnreadableObjectError(f"{oid[:12]} is a {header.kind}, not a commit")
    return parse_commit(oid, data)


def parse_commit(oid: ObjectId, data: bytes) -> Commit:
    """A commit from its bytes; what is malformed reads as empty, never as an error."""
    head, _, body = data.partition(b"\n\n")
    fields = list(_fields(head))
    first: dict[bytes, bytes] = {}
    for name, value in fields:
        first.setdefault(name, value)
    author, authored_at = _person(first.get(b"author", b""))
    committer, committed_at = _person(first.get(b"committer", b""))
    return Commit(
        oid=oid,
        tree=ObjectId(first.get(b"tree", b"").decode("ascii", "replace")),
        parents=tuple(ObjectId(value.decode("ascii", "replace")) for name, value in fields if name == b"parent"),
        author=author,
        committer=committer,
        authored_at=authored_at,
        committed_at=committed_at,
        message=_message(body, first.get(b"encoding", b"")),
        signature=_signature(first.get(b"gpgsig") or first.get(b"gpgsig-sha256")),
    )


def _fields(head: bytes) -> Iterator[tuple[bytes, bytes]]:
    name, value = b"", b""
    for line in head.split(b"\n"):
        if line.startswith(b" "):
            value += b"\n" + line[1:]
            continue
        if name:
            yield name, value
        name, _, value = line.partition(b" ")
    if name:
        yield name, value


def _person(raw: bytes) -> tuple[Identity, datetime]:
    found = _PERSON.match(raw[:4000])
    if found is None:
        return Identity(name=raw[:400].decode("utf-8", "replace").strip(), email=""), _EPOCH
    name, email, seconds, zone = found.groups()
    identity = Identity(name=name.decode("utf-8", "replace").strip(), email=email.decode("utf-8", "replace").strip())
    return identity, _time(seconds, zone)


def _time(seconds: bytes | None, zone: bytes | None) -> datetime:
    """The moment, clamped to what a datetime can hold; commits from year 292277026596 exist."""
    number = int(seconds[:20]) if seconds else 0
    sign = -1 if zone and zone.startswith(b"-") else 1
    digits = int(zone[1:]) if zone else 0
    minutes = digits // 100 * 60 + digits % 100
    offset = timezone(sign * timedelta(minutes=minutes)) if 0 < minutes < 24 * 60 else UTC
    bounded = max(-62_135_424_000, min(number, 253_402_128_000))
    return (_EPOCH + timedelta(seconds=bounded)).astimezone(offset)


def _message(body: bytes, encoding: bytes) -> str:
    name = encoding.decode("ascii", "replace").strip().lower()
    return body.decode(name if _CHARACTER_SETS.fullmatch(name) else "utf-8", "replace")


def _signature(raw: bytes | None) -> Signature | None:
    if raw is None:
        return None
    opening = raw.lstrip().removeprefix(b"-----BEGIN ").partition(b"-----")[0]
    return Signature(kind=_SIGNATURE_KINDS.get(opening, "unknown"), armoured=raw.decode("ascii", "replace"))
