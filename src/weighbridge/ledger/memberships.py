"""How entries of the ledger change who is enrolled, one entry after the other, in the ledger's order.

- *Enrolment*: one enrolled person says that a key is another person's. Both sign: the person who vouches, and the new key
  itself, so that nobody takes in a key that is somebody else's. What a plain key vouched for is worth a plain key.
- *Rotation*: a person's old key and the new one sign; then the old one says nothing more. The new one is worth no more
  than the old one was just then, unless another enrolled person signs too, who could have enrolled it.
- *Revocation*: any enrolled person says that a key is to be believed no more. It needs no second person: what it takes
  away can be given back, by enrolling another key. It holds on when the key that signed it expires. When that key is
  nobody's any more, as after its line was taken out of allowed_signers, the revoked key is in doubt and counts no more
  until another enrolled person enrols it again: those who leave do not bring back what they revoked.

An enrolment whose names were erased, or are not those it commits to, enrols a key without a name; so does one whose names
are somebody else's, where a name of anybody was erased. What such a key vouches for or is replaced by is followed, and is
worth a word against a change: else whoever may push the texts beside the ledger could take back what people refused. A
key that is enrolled again, to have a name, was enrolled from its first entry on, and is somebody's from its newest.

An enrolment counts at its first place in the ledger: said again, it vouches for nobody again. A statement of these kinds
that does not hold changes nothing but `Roster.refused`, where it says why. Keys of writers, which are machines, are
revoked by the same statements and enrolled and rotated by none of them.
"""

from base64 import b64decode, b64encode
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import datetime
from itertools import takewhile
from typing import Final

import msgspec
from msgspec import Struct
from msgspec.structs import replace

from weighbridge.domain.ids import Digest
from weighbridge.domain.record import Assurance
from weighbridge.domain.ssh_signature import fingerprint
from weighbridge.ledger.envelope import Envelope, SignatureKind
from weighbridge.ledger.errors import LedgerError
from weighbridge.ledger.passkey_terms import PasskeyTerms
from weighbridge.ledger.people import EnrolledKey, Revoked, Roster
from weighbridge.ledger.personal import Erased, Personal
from weighbridge.ledger.predicate_types import uri_of
from weighbridge.ledger.predicates.enrolment import Enrolment
from weighbridge.ledger.predicates.revocation import Revocation
from weighbridge.ledger.predicates.rotation import Rotation
from weighbridge.ledger.principals import folded, problem_of, skeleton
from weighbridge.ledger.ssh_keys import problem_of_key
from weighbridge.ledger.statement import Statement
from weighbridge.ledger.testimony import (
    RefusedError,
    StrangerError,
    Testimony,
    check,
    keyid_of,
    prove,
    stated_time,
    take_apart,
)
from weighbridge.ledger.trusted_ledger import Entry

Opened = Callable[[Entry, Digest], Personal | Erased]
"""Gives the personal values that an entry commits to. Raises `LedgerError` where they are not those."""

PRINCIPAL: Final = "principal"
NAMES: Final = "names"
"""Personal values of an enrolment: the person's one name, and other names of theirs, separated by spaces."""

_NOBODY: Final = (
    "nobody but the new key signed it, and nobody enrols themselves: another person, who is enrolled already"
    " (`weighbridge people list`), has to sign it"
)
_TOO_MANY: Final = "several people vouch for the new key, and one does: whom it would rest on could not be told"
_MOST_NAMES: Final = 20
_MOST_SIGNATURES: Final = 3
_FAMILIES: Final = tuple(uri_of(kind).removesuffix("v1") for kind in (Enrolment, Revocation, Rotation))
_MARKS: Final = tuple(family.encode() for family in _FAMILIES)


def _in_base64(mark: bytes) -> Iterator[bytes]:
    """How it reads in base64, wherever in a text it begins, without what depends on its neighbours."""
    for before in range(3):
        written = b64encode(bytes(before) + mark)
        yield written[(before * 8 + 5) // 6 : (before + len(mark)) * 8 // 6]


def _in_common(texts: Sequence[bytes]) -> bytes:
    """What all of these begin with."""
    return bytes(letters[0] for letters in takewhile(lambda letters: len(set(letters)) == 1, zip(*texts, strict=False)))


_WRITTEN: Final = tuple(zip(*map(_in_base64, _MARKS), strict=True))
"""One of these is in an envelope whose payload holds a mark, unless a backslash is: both alphabets write them alike."""
_BEGIN: Final = tuple((_in_common(written), written) for written in _WRITTEN)


def _may_hold_a_mark(envelope: bytes) -> bool:
    """Told without decoding anything: one search for each of the three ways in which all marks begin."""
    for begin, written in _BEGIN:
        at = envelope.find(begin)
        while at >= 0:
            if envelope.startswith(written, at):
                return True
            at = envelope.find(begin, at + 1)
    return b"\\" in envelope


class _Payload(Struct, frozen=True):
    payload: str


_PAYLOAD: Final = msgspec.json.Decoder(_Payload)


def is_membership(envelope: bytes) -> bool:
    """Whether an entry may change who is enrolled; told without looking at signatures, for ledgers of a million entries."""
    if not _may_hold_a_mark(envelope):
        return False
    try:
        payload = b64decode(_PAYLOAD.decode(envelope).payload, altchars=b"-_")
    except (msgspec.MsgspecError, ValueError):
        return False
    return is_about_members(payload)


def is_about_members(payload: bytes) -> bool:
    """The same of an entry that was read, by its payload."""
    return any(mark in payload for mark in _MARKS)


def advanced(roster: Roster, entries: Iterable[Entry], *, opened: Opened, now: datetime) -> Roster:
    """The roster after these entries, which come next in the ledger's order. Raises only what `opened` cannot read."""
    for entry in entries:
        if is_membership(entry.envelope):
            roster = _after(roster, entry, opened=opened, now=now)
    return roster


def _after(roster: Roster, entry: Entry, *, opened: Opened, now: datetime) -> Roster:
    try:
        read, statement = take_apart(entry.envelope, roster)
        if len(read.signatures) > _MOST_SIGNATURES:
            raise RefusedError(f"it carries {len(read.signatures)} signatures, and {_MOST_SIGNATURES} are the most")
        said = _Said(roster, entry, envelope=read, statement=statement, now=now)
    except (RefusedError, LedgerError) as problem:
        return _refusing(roster, entry, problem=problem)
    before = roster.enrolments.get(read.digest)
    if statement.predicate_type == uri_of(Enrolment) and before is None:
        roster = replace(roster, enrolments={**roster.enrolments, read.digest: entry.index})
    try:
        if before is not None:
            raise RefusedError(f"it was said before, by entry {before}: vouch for a new request")
        after = said.followed(opened)
        return replace(after, enrolments=roster.enrolments)
    except (RefusedError, LedgerError) as problem:
        key = said.enrols
        if key and before is None:
            words = f"entry {entry.index} would have enrolled it, and changes nothing: {problem}"
            roster = replace(roster, unfollowed={**roster.unfollowed, key: words})
        return _refusing(roster, entry, problem=problem)


def _refusing(roster: Roster, entry: Entry, *, problem: Exception) -> Roster:
    return replace(roster, refused=(*roster.refused, f"entry {entry.index} changes nothing: {problem}"))


class _TakenError(RefusedError):
    """A name that is, or looks like, somebody else's."""


class _Said:
    """One entry that may change the roster, with the roster as it stood before."""

    def __init__(
        self, roster: Roster, entry: Entry, *, envelope: Envelope, statement: Statement, now: datetime
    ) -> None:
        self._roster = roster
        self._entry = entry
        self._envelope = envelope
        self._statement = statement
        self._now = now

    @property
    def enrols(self) -> str:
        """The id of the key that it would enrol; empty where it says nothing of one."""
        named = self._statement.predicate.get(
            "new" if self._statement.predicate_type == uri_of(Rotation) else "fingerprint"
        )
        is_other = self._statement.predicate_type == uri_of(Revocation)
        return named if isinstance(named, str) and not is_other else ""

    def followed(self, opened: Opened) -> Roster:
        """The roster once the statement is followed. Raises `RefusedError`, `LedgerError`."""
        kind = self._statement.predicate_type
        if kind == uri_of(Enrolment):
            return self._enrolled(self._statement.read_as(Enrolment), opened)
        if kind == uri_of(Rotation):
            return self._rotated(self._statement.read_as(Rotation))
        if kind == uri_of(Revocation):
            return self._revoked(self._statement.read_as(Revocation))
        if kind.startswith(_FAMILIES):
            raise RefusedError(f"it is of a newer form ({kind[-40:]}): upgrade Weighbridge to read it")
        return self._roster

    def _enrolled(self, said: Enrolment, opened: Opened) -> Roster:
        new = self._new_key(said.key, said.fingerprint)
        if said.authenticator and said.authenticator != new.model:
            raise RefusedError(
                f"its key is not shown to lie in an authenticator of the model {said.authenticator[:60]}"
            )
        person, names, problem = self._named(_read(opened, self._entry, commitment=said.personal), new)
        vouchers = self._others(new)
        if len(vouchers) != 1:
            raise RefusedError(_TOO_MANY if vouchers else _NOBODY)
        if self._roster.is_below(new.keyid, vouchers[0].key):  # neither would rest on anybody's word but the other's
            raise RefusedError(f"{vouchers[0].key.keyid} is itself enrolled on the word of {new.keyid}")
        if vouchers[0].key.person == person:
            raise RefusedError(f"{person} cannot vouch for {person}: another enrolled person has to sign it")
        vouched_by = (vouchers[0].key.keyid,)
        new = replace(new, person=person, most=_vouched(vouchers[0]), vouched_by=vouched_by, is_nameless=bool(problem))
        after = self._with(new, names=names)
        after = replace(after, keys={**after.keys, **self._replaced_by(new)})
        words = f"entry {self._entry.index} enrols somebody without a name, {problem}: have the key enrolled again"
        return replace(after, refused=(*after.refused, words)) if problem else after

    def _rotated(self, said: Rotation) -> Roster:
        if not said.key:  # a writer's key, which is written whole
            return self._roster
        new = self._new_key(said.key, said.new)
        signed = self._others(new)
        old = next((testimony for testimony in signed if testimony.key.keyid == said.old), None)
        if old is None:
            raise RefusedError(f"the key that it replaces, {said.old[:80]}, did not sign it")
        others = [testimony for testimony in signed if testimony.key.person != old.key.person]
        if len(others) + 1 != len(signed):
            raise RefusedError("another key of the same person signed it: a third signature is another person's")
        if new.nameless_until == self._entry.index:
            return self._unsure(old.key, new)
        most = max(old.assurance, Assurance.PASSKEY, key=_rank)  # a model is vouched for by a second person
        for testimony in others:
            most = min(most, _vouched(testimony), key=_rank)
        vouched_by = tuple(testimony.key.keyid for testimony in (old, *others))
        new = replace(new, person=old.key.person, most=most, vouched_by=vouched_by, is_nameless=old.key.is_nameless)
        after = self._with(new, names=())
        retired = replace(old.key, retired=self._entry.index)
        return replace(after, keys={**after.keys, retired.keyid: retired})

    def _unsure(self, old: EnrolledKey, new: EnrolledKey) -> Roster:
        """The roster where a key may have been replaced, by one that was nobody's unless a name was erased."""
        words = (
            f"entry {self._entry.index} replaces {old.keyid} by {new.keyid}, and that was somebody's already unless a name"
            " was erased: have both keys enrolled again"
        )
        keys = {**self._roster.keys, old.keyid: replace(old, is_nameless=True)}
        return replace(self._roster, keys=keys, refused=(*self._roster.refused, words))

    def _revoked(self, said: Revocation) -> Roster:
        if len(self._envelope.signatures) != 1:
            raise RefusedError("one enrolled person signs a revocation, and nobody else")
        try:
            testimony = prove(self._envelope.signatures[0], self._envelope.encoding, roster=self._roster)
        except RefusedError as problem:
            is_passkey = self._envelope.signatures[0].kind is SignatureKind.PASSKEY  # whose site Trust may name no more
            if not is_passkey and not isinstance(problem, StrangerError):
                raise
            doubted = {**self._roster.doubted, said.fingerprint: self._entry.index}
            words = f"entry {self._entry.index} leaves the key {said.fingerprint} in doubt: {problem}"
            return replace(self._roster, doubted=doubted, refused=(*self._roster.refused, words))
        stated_time(self._statement)
        check(testimony, self._entry.index, at=None, roster=self._roster, now=None)
        before = self._roster.revoked.get(said.fingerprint)
        revoked = Revoked(entry=self._entry.index, by=testimony.key.person, cause=said.cause)
        if before is not None and not (before.is_harmless and not revoked.is_harmless):
            return self._roster
        return replace(self._roster, revoked={**self._roster.revoked, said.fingerprint: revoked})

    def _new_key(self, text: str, keyid: str) -> EnrolledKey:
        """The key to be enrolled, nobody's yet: it was never enrolled before, or fell with what vouched for it.

        Or it is not sure whose it is, since a name was erased (`nameless_until`); what it said stays said.
        """
        passkeys = self._roster.passkeys
        new = _passkey(text, passkeys) if text.startswith("{") else _ssh_key(text)
        if new.keyid != keyid:
            raise RefusedError(f"it names the key {keyid[:80]}, and holds {new.keyid}")
        if keyid in self._roster.revoked:
            raise RefusedError(f"the key {keyid} was revoked, and never comes back: enrol a new one")
        standing = self._roster.keys.get(keyid)
        if standing is None:
            return replace(new, since=self._entry.index)
        is_fallen = bool(self._roster.problem_now(standing, self._now))
        is_unsure = standing.is_nameless or self._roster.rests_on_nameless(standing)
        if standing.retired is not None or not (is_fallen or is_unsure):
            raise RefusedError(f"the key {keyid} is {standing.person}'s already")
        if is_fallen:
            return replace(new, since=self._entry.index, windows=standing.windows)
        return replace(new, since=standing.since, windows=standing.windows, nameless_until=self._entry.index)

    def _replaced_by(self, new: EnrolledKey) -> dict[str, EnrolledKey]:
        """Keys without a name that this one took the place of: they are whose it is, so that who refused can say otherwise."""
        standing = self._roster.keys.get(new.keyid)
        if standing is None or not standing.is_nameless:
            return {}
        others = {
            keyid: key for keyid, key in self._roster.keys.items() if key.is_nameless and key.person == standing.person
        }
        return {keyid: replace(key, person=new.person) for keyid, key in others.items() if keyid != new.keyid}

    def _named(self, values: Personal | str, new: EnrolledKey) -> tuple[str, tuple[str, ...], str]:
        """Who is to be enrolled and by which names; for somebody without a name in words why they have none."""
        if isinstance(values, Personal):
            try:
                return (*self._person(values), "")
            except _TakenError as problem:  # by somebody who may have been the same person before a name was erased
                if not any(key.was_nameless_at(0) for key in self._roster.keys.values()):
                    raise
                values = f"for {problem}"
        return f"(erased, {new.keyid[:15]})", (), values

    def _person(self, values: Personal) -> tuple[str, tuple[str, ...]]:
        """Who is to be enrolled, and by which names; each is theirs or nobody's yet."""
        principal = values.values.get(PRINCIPAL, "").strip()
        names = (principal, *values.values.get(NAMES, "").split())
        if len(names) > _MOST_NAMES:
            raise RefusedError(f"a person has at most {_MOST_NAMES} names")
        known = self._roster.people.get(folded(principal))
        person = principal if known is None else known
        for name in names:
            for_ever = problem_of(name) or self._roster.machines.why(name)
            if problem := for_ever or self._roster.problem_of_name(name, person):
                kind = RefusedError if for_ever else _TakenError
                raise kind(f"nobody is enrolled as {name[:80]}: {problem}")
        return person, names

    def _others(self, new: EnrolledKey) -> list[Testimony]:
        """The proven signatures of enrolled people; the new key, which is nobody's yet, has signed besides."""
        at = stated_time(self._statement)
        encoding = self._envelope.encoding
        heard: list[Testimony] = []
        is_possessed = False
        for signature in self._envelope.signatures:
            if keyid_of(signature) == new.keyid:
                prove(
                    signature, encoding, roster=Roster(ledger="", keys={new.keyid: new}, passkeys=self._roster.passkeys)
                )
                is_possessed = True
                continue
            testimony = prove(signature, encoding, roster=self._roster)
            check(testimony, self._entry.index, at=at, roster=self._roster, now=self._now)
            heard.append(testimony)
        if not is_possessed:
            raise RefusedError(f"the new key {new.keyid} did not sign it itself, so it may be anybody's")
        if len({testimony.key.keyid for testimony in heard}) != len(heard):
            raise RefusedError("one key signed it twice")
        return heard

    def _with(self, key: EnrolledKey, *, names: tuple[str, ...]) -> Roster:
        roster = self._roster
        return replace(
            roster,
            keys={**roster.keys, key.keyid: key},
            doubted={keyid: entry for keyid, entry in roster.doubted.items() if keyid != key.keyid},
            people={**roster.people, **{folded(name): key.person for name in names}},
            looks={**roster.looks, **{skeleton(name): key.person for name in names}},
        )


def _read(opened: Opened, entry: Entry, *, commitment: Digest) -> Personal | str:
    """The personal values that an entry commits to, or in words why they are not there."""
    try:
        values = opened(entry, commitment)
    except LedgerError as problem:
        return f"for {problem}"
    return "which was erased" if isinstance(values, Erased) else values


def _vouched(testimony: Testimony) -> Assurance:
    """The most that a key is worth which this testimony vouched for."""
    return Assurance.ATTESTED_AUTHENTICATOR if testimony.assurance.reaches(Assurance.SECURITY_KEY) else Assurance.KEY


def _rank(assurance: Assurance) -> int:
    return assurance.rank


_NEW: Final = "the new key"
"""Who a key is called by before it is somebody's."""


def _ssh_key(text: str) -> EnrolledKey:
    kind, _, rest = text.strip().partition(" ")
    try:
        key = b64decode(rest.split(" ")[0], validate=True)
    except ValueError:
        key = b""
    if not kind or not key.startswith(len(kind).to_bytes(4, "big") + kind.encode("utf-8", "replace")):
        raise RefusedError("its key is none as OpenSSH writes it")
    if problem := problem_of_key(key):
        raise RefusedError(f"the key {fingerprint(key)} cannot be enrolled: {problem}")
    return EnrolledKey(keyid=fingerprint(key), key=key, person=_NEW)


def _passkey(text: str, terms: PasskeyTerms | None) -> EnrolledKey:
    from weighbridge.ledger.passkeys import PasskeyError, read_registration  # noqa: PLC0415 - 30 ms, for few

    if terms is None:
        raise RefusedError("it enrols a passkey, and no setting says on which site those of this ledger are used")
    try:
        made = read_registration(text.encode(), terms=terms)
    except (PasskeyError, UnicodeError) as problem:
        raise RefusedError(f"the passkey cannot be enrolled: {problem}") from None
    return EnrolledKey(keyid=made.keyid, key=made.key, person=_NEW, is_passkey=True, model=made.model)
