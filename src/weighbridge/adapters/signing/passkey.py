"""Passkeys: made and asked to sign in the person's own browser, by a page that is served on this machine."""

import hashlib
import secrets
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from functools import cached_property
from typing import Final

from msgspec import Struct

from weighbridge.adapters.signing.loopback import Loopback, Page
from weighbridge.app.signing import PASSKEY, Signed, SigningError
from weighbridge.ledger.errors import LedgerError
from weighbridge.ledger.passkey_terms import PasskeyTerms
from weighbridge.ledger.passkeys import (
    Credential,
    PasskeyError,
    keyid_of,
    read_assertion,
    read_registration,
    without_model,
)
from weighbridge.ledger.people import EnrolledKey, Roster
from weighbridge.review.render.passkey_page import Creation, Request, page_policy, render_creation, render_request
from weighbridge.review.statement_words import in_groups, words_of

SHORTEST_BEGINNING: Final = 8
"""Characters of a passkey's id that may stand for it."""
_CHALLENGE: Final = 32
_USER: Final = 32
_IN_LEDGER: Final = ".weighbridge/ledger.yaml on the protected branch"
_EXAMPLE: Final = '`passkeys: {site: localhost, origins: ["http://localhost:8417"]}`'

Notify = Callable[[str], None]


class Choice(Struct, frozen=True, kw_only=True):
    """Which passkey of whom is meant: as it was named, and by what address the person's own git knows them."""

    named: str
    address: str = ""

    @property
    def behind(self) -> str:
        """Whose, or the beginning of which, where that was said."""
        return self.named.removeprefix(PASSKEY).removeprefix(":")


class Ceremonies:
    """Pages on which passkeys of a ledger are made and sign, one after the other."""

    def __init__(self, terms: PasskeyTerms, loopback: Loopback, *, notify: Notify) -> None:
        self.terms = terms
        self._loopback = loopback
        self._notify = notify

    def create(self, person: str, *, others: Sequence[str]) -> tuple[bytes, Credential]:
        """A new passkey, as the browser gives it and as it was read. Raises `SigningError`."""
        challenge, found = secrets.token_bytes(_CHALLENGE), list[tuple[bytes, Credential]]()

        def accept(answer: bytes) -> str:
            try:
                made = without_model(answer)
                found.append((made, read_registration(made, terms=self.terms, challenge=challenge)))
            except PasskeyError as problem:
                raise SigningError(f"the passkey cannot be used: {problem}") from None
            return "The passkey was made. Now it signs that it is to be enrolled."

        creation = Creation(
            site=self.terms.site,
            person=person,
            challenge=challenge,
            user=secrets.token_bytes(_USER),
            others=tuple(others),
            is_attested=bool(self.terms.models),
        )
        self._loopback.show(
            Page(html=render_creation(creation).encode(), policy=page_policy(), accept=accept, follows=True)
        )
        self._notify(_made_words(found[0][1]))
        return found[0]

    def sign(self, payload: bytes, keys: Mapping[str, bytes], *, person: str, is_new: bool = False) -> Signed:
        """What one of these keys made, by their ids, over exactly these bytes; verified. Raises `SigningError`."""
        try:
            words = words_of(payload)
        except LedgerError as problem:
            raise SigningError(f"nothing was signed: {problem}") from None
        signed: list[Signed] = []

        def accept(answer: bytes) -> str:
            signed.append(self._read(answer, keys, challenge=hashlib.sha256(payload).digest()))
            return "Signed. The terminal says whether it is on record."

        request = Request(site=self.terms.site, person=person, words=words, keys=tuple(keys), is_new=is_new)
        groups = in_groups(words.digest)
        self._notify("sign only if the page shows these digits:")
        for half in (groups[: len(groups) // 2], groups[len(groups) // 2 :]):
            self._notify(" ".join(half))
        self._loopback.show(Page(html=render_request(request).encode(), policy=page_policy(), accept=accept))
        return signed[0]

    def _read(self, answer: bytes, keys: Mapping[str, bytes], *, challenge: bytes) -> Signed:
        keyid = keyid_of(answer)
        if keyid not in keys:
            raise SigningError("another passkey answered than was asked")
        try:
            found = read_assertion(answer, keys[keyid], challenge=challenge, terms=self.terms)
        except PasskeyError as problem:
            raise SigningError(f"what the passkey made does not count: {problem}") from None
        if not found.user_verified:
            raise SigningError("the passkey did not check who touched it: set a PIN, a finger or a face for it")
        return Signed(keyid=keyid, signature=answer)


class PasskeySigner:
    """Signs with whichever of one person's enrolled passkeys is at hand."""

    def __init__(self, keys: Sequence[EnrolledKey], ceremonies: Ceremonies) -> None:
        self._keys = {key.keyid: key.key for key in keys}
        self._first = keys[0]
        self._ceremonies = ceremonies

    @property
    def description(self) -> str:
        """Whose it is, and which where there is one alone."""
        return f"{self._first.person}'s passkey{f' {self._first.keyid}' if len(self._keys) == 1 else ''}"

    def keyid(self) -> str:
        """The newest one's; which of several it was, its signature says."""
        return self._first.keyid

    def sign(self, payload: bytes) -> Signed:
        """Have exactly these bytes signed on a page that says what they are. Raises `SigningError`."""
        return self._ceremonies.sign(payload, self._keys, person=self._first.person)


class NewPasskey:
    """A passkey that is made when it is first asked for; `others` are ids of those that whoever makes it has already."""

    def __init__(self, name: str, ceremonies: Ceremonies, *, others: Sequence[str] = ()) -> None:
        self._name = name
        self._ceremonies = ceremonies
        self._others = tuple(others)

    @property
    def description(self) -> str:
        """Which it is, once it is there."""
        return f"the new passkey {self._made[1].keyid}" if "_made" in self.__dict__ else "a new passkey"

    @cached_property
    def _made(self) -> tuple[bytes, Credential]:
        return self._ceremonies.create(self._name, others=self._others)

    def keyid(self) -> str:
        """Its credential id. Raises `SigningError`."""
        return self._made[1].keyid

    def public_key(self) -> str:
        """Its registration, in JSON. Raises `SigningError`."""
        return self._made[0].decode("utf-8", "replace")

    def sign(self, payload: bytes) -> Signed:
        """Have exactly these bytes signed, on the page that follows. Raises `SigningError`."""
        made = self._made[1]
        return self._ceremonies.sign(payload, {made.keyid: made.key}, person=self._name, is_new=True)


def terms_of(roster: Roster) -> PasskeyTerms:
    """Where passkeys of the ledger are used. Raises `SigningError` where no setting says it."""
    if roster.passkeys is None:
        raise SigningError(f"no setting says where passkeys of this ledger are used: put {_EXAMPLE} into {_IN_LEDGER}")
    return roster.passkeys


def loopback_origins(terms: PasskeyTerms) -> tuple[str, ...]:
    """Where a page of this machine may use the ledger's passkeys, by what Trust says.

    Raises:
        SigningError: nowhere; the message says what to add.
    """
    found = sorted(origin for origin in terms.origins if _is_here(origin, terms.site))
    if found:
        return tuple(found)
    if not _is_local(terms.site):
        raise SigningError(
            f"passkeys of this ledger belong to the site {terms.site}, and a page of this machine can use none of them:"
            f" sign there; or have Trust say {_EXAMPLE} in {_IN_LEDGER}, and enrol new ones"
        )
    named = ", ".join(sorted(terms.origins))
    raise SigningError(
        f"passkeys of this ledger are used at {named}, and none of that is a page of this machine: add"
        f' "http://{terms.site}:8417" to `passkeys.origins` in {_IN_LEDGER}'
    )


def enrolled_passkeys(choice: Choice, roster: Roster, *, now: datetime) -> tuple[EnrolledKey, ...]:
    """The passkeys of one person that may sign, the newest first; those that do not count only where no other does.

    Raises:
        SigningError: nobody has such a passkey, or nobody was named.
    """
    wanted = choice.behind or choice.address
    if not wanted:
        raise SigningError(
            f"whose passkey is to sign? Say --key {PASSKEY}:ADDRESS, or have git know you (`git config --global user.email`)"
        )
    person = roster.person_of(wanted)
    keys = [
        key
        for key in roster.keys.values()
        if key.is_passkey and (key.person == person or (choice.behind and _begins(key.keyid, wanted)))
    ]
    people = sorted({key.person for key in keys})
    if len(people) > 1:
        raise SigningError(f"{wanted} begins passkeys of {', '.join(people)}: give more of it")
    if not keys:
        raise SigningError(
            f"no passkey of {wanted} is enrolled: `weighbridge people list` shows whose are,"
            f" `weighbridge people request ADDRESS --key {PASSKEY}` makes one, and --key {PASSKEY}:ADDRESS names another's"
        )
    keys.sort(key=lambda key: key.since, reverse=True)
    counting = [key for key in keys if _counts(key, roster, now=now)]
    return tuple(counting or keys)


def standing_passkeys(name: str, roster: Roster, *, now: datetime) -> tuple[str, ...]:
    """The ids of passkeys that somebody has and that count: a device that holds one of them makes no other."""
    person = roster.person_of(name)
    return tuple(
        key.keyid
        for key in roster.keys.values()
        if key.is_passkey and key.person == person and _counts(key, roster, now=now)
    )


def _counts(key: EnrolledKey, roster: Roster, *, now: datetime) -> bool:
    return key.retired is None and not roster.problem_now(key, now)


def _begins(keyid: str, beginning: str) -> bool:
    return len(beginning) >= SHORTEST_BEGINNING and keyid.startswith(beginning)


def _made_words(credential: Credential) -> str:
    if credential.model:
        return f"made, and its maker vouches that it lies in an authenticator of the model {credential.model}"
    return "made; nothing proves in which authenticator it lies, so it counts as a passkey of no model"


def _is_here(origin: str, site: str) -> bool:
    scheme, _, rest = origin.partition("://")
    host, _, port = rest.partition(":")
    is_port = not port or (port.isdigit() and 0 < int(port) < 65_536)
    return scheme == "http" and is_port and _is_local(host) and (host == site or host.endswith(f".{site}"))


def _is_local(host: str) -> bool:
    return host == "localhost" or host.endswith(".localhost")
