"""Reads `.weighbridge/ledger.yaml`: which ledger is this repository's, who may write it, and where it is anchored."""

from base64 import b64decode
from collections.abc import Callable, Iterator
from enum import StrEnum
from typing import Final

from msgspec import Struct

from weighbridge.domain.late_pattern import LatePattern
from weighbridge.domain.urls import is_web_address, names_a_user
from weighbridge.landscape.documents.configuration import ConfigurationError, read_document
from weighbridge.landscape.documents.nodes import Fields, Items, Scalar
from weighbridge.landscape.documents.shapes import Key, Listing, Problem, Record, Text, Whole
from weighbridge.ledger.builders import Builder, read_builder_key
from weighbridge.ledger.errors import MalformedError
from weighbridge.ledger.passkey_terms import PasskeyTerms
from weighbridge.ledger.reporters import Reporter, reporters_of
from weighbridge.ledger.trusted_ledger import LedgerTrust, Vouched
from weighbridge.ledger.verifier_keys import KeyKind, VerifierKey, read_verifier_key
from weighbridge.ledger.witnesses import Witness

LEDGER_PATH: Final = ".weighbridge/ledger.yaml"
VERSION: Final = 1
_OF_A_LEDGER: Final = LatePattern(r"/[0-9a-f]{16}\Z")
"""What a ledger's name has besides the repository's, so that no two are alike."""


class AnchorKind(StrEnum):
    """What keeps an anchor."""

    REF = "ref"
    REPOSITORY = "repository"
    FILE = "file"


class AnchorPlace(Struct, frozen=True, kw_only=True):
    """Where a signed checkpoint is kept besides the ledger."""

    kind: AnchorKind
    name: str

    def __str__(self) -> str:
        return f"{self.kind} {self.name}"


class LedgerSettings(Struct, frozen=True, kw_only=True):
    """What Trust says of the ledger; all of it empty where there is no such document."""

    origin: str | None = None
    writers: tuple[VerifierKey, ...] = ()
    witnesses: tuple[Witness, ...] = ()
    quorum: int = 0
    anchors: tuple[AnchorPlace, ...] = ()
    passkeys: PasskeyTerms | None = None
    builders: tuple[Builder, ...] = ()
    reporters: tuple[Reporter, ...] = ()

    @property
    def is_anchored(self) -> bool:
        """Whether somebody besides its writers is to remember it: an anchor, or witnesses that must have signed."""
        return bool(self.anchors or self.quorum)

    @property
    def has_witnesses_alone(self) -> bool:
        """Whether witnesses are all that is to remember it."""
        return bool(self.quorum and not self.anchors)

    def reporters_of(self, check: str) -> tuple[VerifierKey, ...]:
        """Whose word counts on what this check came to."""
        return reporters_of(check, self.reporters, writers=self.writers)

    @property
    def repository(self) -> str:
        """What the ledger's name says that the repository is called; empty where none is named."""
        return _OF_A_LEDGER.sub("", self.origin or "")

    def trust(self, vouched: Vouched | None = None) -> LedgerTrust:
        """Who may have written the ledger; `vouched` finds writers that its own entries name."""
        return LedgerTrust(
            origin=self.origin,
            writers=self.writers,
            witnesses=tuple(each.key for each in self.witnesses),
            quorum=self.quorum,
            vouched=vouched,
        )


def _key_of(kind: KeyKind) -> Callable[[str], str]:
    def check(text: str) -> str:
        try:
            found = read_verifier_key(text)
        except MalformedError as error:
            return str(error)
        words = {KeyKind.NOTE: "a writer's", KeyKind.COSIGNATURE: "a witness's"}
        return "" if found.kind is kind else f"this is {words[found.kind]} key, and {words[kind]} belongs here"

    return check


_LINE: Final = Text(pattern=r"[^\x00-\x1f\x7f]{1,1000}", meaning="at most 1,000 characters on one line")
_REF: Final = Text(
    pattern=r"refs/[A-Za-z0-9._/-]{1,200}", meaning="a ref by its full name, as `refs/heads/ledger-anchor`"
)

_ANCHOR: Final = Record(
    keys={
        AnchorKind.REF: Key(shape=_REF, says="a protected branch of this repository that holds a checkpoint"),
        AnchorKind.REPOSITORY: Key(shape=_LINE, says="the folder of another repository that holds one"),
        AnchorKind.FILE: Key(shape=_LINE, says="a file that holds one"),
    },
    one_of=tuple(AnchorKind),
)


def _certificate(text: str) -> str:
    from cryptography.x509 import load_der_x509_certificate  # noqa: PLC0415 - 30 ms, for whoever names one

    try:
        data = b64decode(text, validate=True)
    except ValueError:
        return "a certificate is written in base64, as between the lines of a PEM file, on one line"
    try:
        load_der_x509_certificate(data)
    except ValueError:
        return "this is no certificate"
    return ""


_MODEL: Final = Record(
    keys={
        "aaguid": Key(
            shape=Text(
                pattern=r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", meaning="the model's AAGUID, in small hex digits"
            ),
            says="the authenticator's model",
            required=True,
        ),
        "certificates": Key(
            shape=Listing(of=Text(check=_certificate)),
            says="its maker's certificates that attestations lead to, each in base64",
            required=True,
        ),
    }
)

_PASSKEYS: Final = Record(
    keys={
        "site": Key(
            shape=Text(pattern=r"[a-z0-9.-]{1,253}", meaning="a domain, as `weighbridge.example.org`, or `localhost`"),
            says="the domain that passkeys are made for (WebAuthn's rpId)",
            required=True,
        ),
        "origins": Key(
            shape=Listing(
                of=Text(
                    pattern=r"https?://[a-z0-9.:-]{1,260}", meaning="an origin, as `https://weighbridge.example.org`"
                )
            ),
            says="where they may be used; `https://` and the site when left out. At `http://localhost:PORT` commands show a page"
            " of their own",
        ),
        "models": Key(shape=Listing(of=_MODEL), says="authenticators that count as attested"),
    }
)


def _builder_key(text: str) -> str:
    try:
        read_builder_key(text)
    except MalformedError as error:
        return str(error)
    return ""


_BUILDER: Final = Record(
    keys={
        "key": Key(
            shape=Text(check=_builder_key),
            says="its verifier key, or its SSH public key; `ssh-keygen -i -m PKCS8 -f cosign.pub` makes one of cosign's",
            required=True,
        ),
        "id": Key(
            shape=_LINE, says="the only `builder.id` that provenance signed with the key may give; any when left out"
        ),
        "source": Key(
            shape=_LINE, says="the address of this repository in its provenance, where that names other sources too"
        ),
    }
)

_REPORTER: Final = Record(
    keys={
        "key": Key(
            shape=Text(check=_key_of(KeyKind.NOTE)), says="its verifier key, which is among `writers`", required=True
        ),
        "checks": Key(
            shape=Listing(of=_LINE), says="the names of the checks it may report on, as globs; all when left out"
        ),
    }
)


def _prefix(text: str) -> str:
    if not is_web_address(text) or "?" in text or "#" in text:
        return "a witness is asked at https://HOST/PATH, and `/add-checkpoint` comes after it: this is no such address"
    return "this holds a name or a password, which end up in logs: take it out" if names_a_user(text) else ""


_WITNESS: Final = Record(
    keys={
        "key": Key(shape=Text(check=_key_of(KeyKind.COSIGNATURE)), says="its verifier key (type 4)", required=True),
        "url": Key(
            shape=Text(check=_prefix),
            says="where `weighbridge ledger witness` asks it: what `/add-checkpoint` is appended to (tlog-witness)",
        ),
    },
    or_text=True,
)

LEDGER_SHAPE: Final = Record(
    keys={
        "version": Key(shape=Whole(least=1, most=1_000_000), says=f"the format's version, {VERSION}", required=True),
        "origin": Key(
            shape=Text(
                pattern=r"[^\s+]{1,300}", meaning="the first line of the ledger's checkpoint, without spaces or plus"
            ),
            says="which ledger is this repository's; `weighbridge ledger verify` shows it",
        ),
        "writers": Key(
            shape=Listing(of=Text(check=_key_of(KeyKind.NOTE))),
            says="verifier keys of the machines whose own word decides (`review --record`, `admit --record`, `report`), as"
            " `weighbridge ledger key` prints them; whatever an enrolled person signs names its machine itself",
        ),
        "witnesses": Key(
            shape=Listing(of=_WITNESS),
            says="who signs checkpoints that follow the ones they signed before (tlog-cosignature)",
        ),
        "quorum": Key(
            shape=Whole(least=0, most=64),
            says="how many witnesses must have signed a checkpoint of the ledger, which is anchored as far as so many signed; 0, with"
            " which one that signs is told and anchors nothing",
        ),
        "anchors": Key(shape=Listing(of=_ANCHOR), says="where checkpoints are kept that the ledger must hold to"),
        "passkeys": Key(
            shape=_PASSKEYS, says="where passkeys are used, and whose make is believed; none count without"
        ),
        "builders": Key(
            shape=Listing(of=_BUILDER), says="who builds images: whose provenance says which commit an image is of"
        ),
        "reporters": Key(
            shape=Listing(of=_REPORTER, least=1),
            says="which writers may say what external checks came to; every writer may where nobody is named",
        ),
    }
)


def load_settings(data: bytes, path: str) -> LedgerSettings:
    """What the document says.

    Raises:
        ConfigurationError: holding every problem, with line, column and the nearest valid key.
    """
    root, _ = read_document(data, path, shape=LEDGER_SHAPE, version=VERSION)
    settings = LedgerSettings(
        origin=next(_texts(root, "origin"), None),
        writers=tuple(map(read_verifier_key, _texts(root, "writers"))),
        witnesses=tuple(_witnesses(root)),
        quorum=int(next(_texts(root, "quorum"), "0")),
        anchors=tuple(_anchors(root)),
        passkeys=_passkeys(root),
        builders=tuple(_builders(root)),
        reporters=tuple(_reporters(root)),
    )
    if strangers := [each.key for each in settings.reporters if each.key not in settings.writers]:
        words = f"{strangers[0].name} is no writer, so that nothing it reports would be believed: name it in `writers`"
        raise ConfigurationError(path, (Problem(mark=root.entries["reporters"][0].mark, message=words),))
    known = len({each.key.public for each in settings.witnesses})
    if settings.quorum > known:
        words = f"`quorum` asks for {settings.quorum} witnesses, and {known} are named: nothing could ever be believed"
        raise ConfigurationError(path, (Problem(mark=root.entries["quorum"][0].mark, message=words),))
    return settings


def _anchors(root: Fields) -> Iterator[AnchorPlace]:
    found = root.get("anchors")
    for item in found.items if isinstance(found, Items) else ():
        if isinstance(item, Fields):
            for kind in AnchorKind:
                yield from (AnchorPlace(kind=kind, name=name) for name in _texts(item, kind))


def _witnesses(root: Fields) -> Iterator[Witness]:
    found = root.get("witnesses")
    for item in found.items if isinstance(found, Items) else ():
        if isinstance(item, Fields):
            yield Witness(key=read_verifier_key(next(_texts(item, "key"), "")), url=next(_texts(item, "url"), ""))
        elif isinstance(item, Scalar):
            yield Witness(key=read_verifier_key(item.value))


def _builders(root: Fields) -> Iterator[Builder]:
    found = root.get("builders")
    for item in found.items if isinstance(found, Items) else ():
        if isinstance(item, Fields):
            name, key = read_builder_key(next(_texts(item, "key"), ""))
            yield Builder(name=name, key=key, id=next(_texts(item, "id"), ""), source=next(_texts(item, "source"), ""))


def _reporters(root: Fields) -> Iterator[Reporter]:
    found = root.get("reporters")
    for item in found.items if isinstance(found, Items) else ():
        if isinstance(item, Fields):
            key = read_verifier_key(next(_texts(item, "key"), ""))
            checks = ("*",) if item.get("checks") is None else tuple(_texts(item, "checks"))
            yield Reporter(key=key, checks=checks)


def _passkeys(root: Fields) -> PasskeyTerms | None:
    found = root.get("passkeys")
    if not isinstance(found, Fields):
        return None
    site = next(_texts(found, "site"), "")
    listed = found.get("models")
    models = [item for item in (listed.items if isinstance(listed, Items) else ()) if isinstance(item, Fields)]
    return PasskeyTerms(
        site=site,
        origins=frozenset(_texts(found, "origins")) or frozenset({f"https://{site}"}),
        models={
            next(_texts(each, "aaguid"), ""): tuple(map(b64decode, _texts(each, "certificates"))) for each in models
        },
    )


def _texts(fields: Fields, name: str) -> Iterator[str]:
    found = fields.get(name)
    for item in found.items if isinstance(found, Items) else [found]:
        if isinstance(item, Scalar) and not item.is_null:
            yield item.value
