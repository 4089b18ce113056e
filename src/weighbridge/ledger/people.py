"""The roster: who is enrolled, with which keys, from which entry of the ledger on, and who is the same person as whom.

1. People are enrolled by the trusted allowed-signers document, and by entries of the ledger; by nothing else.
2. All names on one line, all names of one key and all aliases of the trusted mailmap are one person.
3. A known agent or bot is nobody, whatever its key; so is a name that only looks like an enrolled one.
4. A key that was revoked says nothing more and what it said counts no more, whoever lists it. It never comes back, also
   when the key that revoked it expires. When nobody is enrolled any more with the key that revoked it, it is in doubt: it
   counts no more until another enrolled person vouches for it.
5. A key that was retired by its successor says nothing more; what it said before stands.
6. A key falls with the key that vouched for it, when that was lost or stolen since or has expired.
7. Whose name was erased is enrolled without one: what they refused or revoked stands, and nothing that needs to be told
   who they are does. The same holds of whoever is enrolled on their word: they could be the same person.
"""

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from typing import Final

from msgspec import Struct, field

from weighbridge.domain.ids import Digest
from weighbridge.domain.record import Assurance
from weighbridge.ledger.allowed_signers import AllowedSigner, AllowedSigners
from weighbridge.ledger.passkey_terms import PasskeyTerms
from weighbridge.ledger.principals import Machines, folded, skeleton

TRUSTED: Final = -1
"""Stands for the entry of what Trust enrols: before all of the ledger."""


class Window(Struct, frozen=True, kw_only=True):
    """When a key may be used; open where None."""

    after: datetime | None = None
    before: datetime | None = None

    def problem(self, at: datetime) -> str:
        """Why the key may not be used at `at`; empty when it may."""
        if self.after is not None and at < self.after:
            return f"may be used from {self.after:%Y-%m-%d %H:%M} UTC on"
        if self.before is not None and at >= self.before:
            return f"expired on {self.before:%Y-%m-%d %H:%M} UTC"
        return ""


class EnrolledKey(Struct, frozen=True, kw_only=True):
    """One key of one person.

    `most` is the surest that anything said with it can be. `vouched_by` are the keys whose word the enrolment rests on:
    none where Trust enrols it. `model` is the authenticator's (AAGUID), where its maker attested it. Whose name was erased
    `is_nameless`, and who may have been replaced: then `person` may be nobody else's name. What it said up to the entry `nameless_until` is
    heard as of somebody without a name: it was enrolled again then, because a name had been erased.
    """

    keyid: str
    key: bytes
    person: str
    since: int = TRUSTED
    windows: tuple[Window, ...] = (Window(),)
    most: Assurance = Assurance.ATTESTED_AUTHENTICATOR
    vouched_by: tuple[str, ...] = ()
    retired: int | None = None
    is_passkey: bool = False
    model: str = ""
    is_nameless: bool = False
    nameless_until: int = TRUSTED

    def was_nameless_at(self, entry: int) -> bool:
        """Whether what it says at `entry` is of somebody without a name."""
        return self.is_nameless or entry <= self.nameless_until

    def problem_at(self, at: datetime | None) -> str:
        """Why it may not be used at `at`: none of its windows is open then."""
        if at is None:
            return ""
        problems = [window.problem(at) for window in self.windows]
        return "" if "" in problems else problems[-1]


class Revoked(Struct, frozen=True, kw_only=True):
    """That a key is to be believed no more: by which entry, by whom, why."""

    entry: int
    by: str
    cause: str

    @property
    def is_harmless(self) -> bool:
        """Whether the cause says nothing against what the key vouched for."""
        return self.cause in ("left", "replaced")


class Roster(Struct, frozen=True, kw_only=True):
    """Who is who, as of one entry of one ledger; `people` maps each folded name to the person's one name."""

    ledger: str
    keys: Mapping[str, EnrolledKey] = field(default_factory=dict)
    people: Mapping[str, str] = field(default_factory=dict)
    looks: Mapping[str, str] = field(default_factory=dict)
    """What each enrolled name looks like, to the person's one name."""
    revoked: Mapping[str, Revoked] = field(default_factory=dict)
    doubted: Mapping[str, int] = field(default_factory=dict)
    """Keys that were revoked by somebody who is not enrolled now, to the entry that says so."""
    enrolments: Mapping[Digest, int] = field(default_factory=dict)
    """Each enrolment that was ever said, believed or not, to its first entry: none is said twice."""
    machines: Machines = field(default_factory=Machines)
    passkeys: PasskeyTerms | None = None
    """Where passkeys are used; None where no setting says it, and then none counts."""
    refused: tuple[str, ...] = ()
    """What enrols, revokes or replaces nobody, each with the reason, in words."""
    unfollowed: Mapping[str, str] = field(default_factory=dict)
    """Of the keys that an entry would have enrolled and did not, the newest reason, in words."""

    def person_of(self, address: str) -> str:
        """The one name of the person who goes by `address`; the folded address itself for somebody unknown."""
        name = folded(address)
        return self.people.get(name, name)

    def is_enrolled(self, person: str, now: datetime) -> bool:
        """Whether anybody is enrolled by this one name, with a key that counts."""
        return any(key.person == person and not self.problem_now(key, now) for key in self.keys.values())

    def problem_of(self, key: EnrolledKey, entry: int, *, now: datetime | None) -> str:
        """Why what `key` says at `entry` does not count; empty when it does. Without `now` nothing expires."""
        if entry <= key.since:
            return f"its key was enrolled only later, by entry {key.since}"
        if key.retired is not None and entry >= key.retired:
            return f"its key was replaced by entry {key.retired}: sign with the new one"
        return self.problem_now(key, now)

    def problem_now(self, key: EnrolledKey, now: datetime | None) -> str:
        """Why nothing counts that `key` ever said: it was revoked or expired, or what it rests on was."""
        if revoked := self.revoked.get(key.keyid):
            return (
                f"its key was revoked by {revoked.by} (entry {revoked.entry}: {revoked.cause}):"
                " what it said no longer counts, and another key has to say it again"
            )
        if (entry := self.doubted.get(key.keyid)) is not None:
            return (
                f"entry {entry} revokes its key, and whoever signed that is not enrolled now:"
                " revoke it anew, or have another enrolled person enrol it again"
            )
        if problem := key.problem_at(now):
            return f"its key {key.keyid} {problem}"
        for words in self._fallen(key, now):
            return f"its key was vouched for with {words}: have another enrolled person enrol it again"
        return ""

    def counted_at(self, key: EnrolledKey, entry: int) -> bool:
        """Whether what `key` says at `entry` counted once it stood there, whatever became of the key since."""
        is_its_own = key.since < entry and (key.retired is None or entry < key.retired)
        return (
            is_its_own and not self._ended(key, entry) and not any(self._fell(each, entry) for each in self._below(key))
        )

    def _ended(self, key: EnrolledKey, entry: int) -> bool:
        """Whether an entry up to that one said that a key is to be believed no more."""
        revoked, doubted = self.revoked.get(key.keyid), self.doubted.get(key.keyid)
        return (revoked is not None and revoked.entry <= entry) or (doubted is not None and doubted <= entry)

    def _fell(self, voucher: EnrolledKey, entry: int) -> bool:
        """The same of what it vouched for."""
        revoked = self.revoked.get(voucher.keyid)
        return self._ended(voucher, entry) and not (revoked is not None and revoked.is_harmless)

    def rests_on(self, key: EnrolledKey) -> tuple[str, ...]:
        """Everybody else on whose word `key` is enrolled, and on whose word theirs is; sorted."""
        return tuple(sorted({voucher.person for voucher in self._below(key)} - {key.person}))

    def rests_on_nameless(self, key: EnrolledKey) -> bool:
        """Whether anybody's name was erased on whose word `key` is enrolled, so that they could be anybody."""
        return bool(key.vouched_by) and any(voucher.is_nameless for voucher in self._below(key))

    def is_below(self, keyid: str, key: EnrolledKey) -> bool:
        """Whether the enrolment of `key` rests on what `keyid` said."""
        return bool(key.vouched_by) and any(voucher.keyid == keyid for voucher in self._below(key))

    def _below(self, key: EnrolledKey) -> Iterator[EnrolledKey]:
        """The keys that this one's enrolment rests on, each once."""
        seen: set[str] = set()
        open_ends = list(key.vouched_by)
        while open_ends:
            keyid = open_ends.pop()
            voucher = self.keys.get(keyid)
            if keyid in seen or voucher is None:
                continue
            seen.add(keyid)
            yield voucher
            open_ends += voucher.vouched_by

    def _fallen(self, key: EnrolledKey, now: datetime | None) -> Iterator[str]:
        """Of the keys that this one's enrolment rests on, each that is not to be believed about it any more."""
        for voucher in self._below(key):
            keyid = voucher.keyid
            revoked = self.revoked.get(keyid)
            if revoked is not None and not revoked.is_harmless:
                yield f"{keyid}, which was revoked (entry {revoked.entry}: {revoked.cause})"
            if keyid in self.doubted:
                yield f"{keyid}, which is in doubt since entry {self.doubted[keyid]}"
            if problem := voucher.problem_at(now):
                yield f"{keyid}, which {problem}"

    def problem_of_name(self, name: str, person: str = "") -> str:
        """Why nobody can be enrolled as `name`, in words; `person` is who it shall be, where known."""
        if problem := self.machines.why(name):
            return f"{problem}, and no key makes a person of it"
        owner = self.people.get(folded(name))
        if owner is not None and person and owner != person:
            return f"{name} is {owner}'s already"
        alike = self.looks.get(skeleton(name))
        if alike is not None and alike != person and owner is None:
            return f"{name} looks like {alike}, who is somebody else"
        return ""


def trusted_roster(
    ledger: str,
    signers: AllowedSigners,
    *,
    aliases: Iterable[tuple[str, str]] = (),
    machines: Machines,
    passkeys: PasskeyTerms | None = None,
) -> Roster:
    """Everybody whom Trust enrols; `aliases` are pairs of one address and the proper one, of the trusted mailmap."""
    names = _Names()
    proper: dict[str, str] = {}
    for old, new in aliases:
        names.join(folded(new), folded(old))
        proper[folded(old)] = new
    refused = list(signers.refused)
    counted: list[AllowedSigner] = []
    looks: dict[str, str] = {}
    by_key: dict[str, str] = {}
    for signer in signers.signers:
        if problem := _problem(signer, machines, looks=looks, proper=proper):
            refused.append(f"allowed_signers:{signer.line}: enrols nobody: {problem}")
            continue
        first = folded(signer.principals[0])
        for principal in signer.principals:
            names.join(by_key.setdefault(signer.keyid, first), folded(principal))
            looks.setdefault(skeleton(principal), folded(principal))
        counted.append(signer)
    spelled: dict[str, str] = {}
    for signer in counted:
        spelled.setdefault(names.of(folded(signer.principals[0])), signer.principals[0])
    people = {name: spelled.get(names.of(name), names.of(name)) for name in names.all()}
    keys: dict[str, EnrolledKey] = {}
    for signer in counted:
        window = Window(after=signer.valid_after, before=signer.valid_before)
        person = people[folded(signer.principals[0])]
        known = keys.get(signer.keyid)
        windows = (window,) if known is None else (*known.windows, window)
        keys[signer.keyid] = EnrolledKey(keyid=signer.keyid, key=signer.key, person=person, windows=windows)
    return Roster(
        ledger=ledger,
        keys=keys,
        people=people,
        looks={look: people[name] for look, name in looks.items()},
        machines=machines,
        passkeys=passkeys,
        refused=tuple(refused),
    )


def _problem(signer: AllowedSigner, machines: Machines, *, looks: Mapping[str, str], proper: Mapping[str, str]) -> str:
    from weighbridge.ledger.ssh_keys import problem_of_key  # noqa: PLC0415 - 20 ms, only for those who enrol anybody

    for principal in signer.principals:
        names = (principal, *_proper_names(principal, proper))
        if problem := next(filter(None, map(machines.why, names)), ""):
            return f"{problem}, and no key makes a person of it"
        alike = looks.get(skeleton(principal))
        if alike is not None and alike != folded(principal):
            return f"{principal} looks like {alike}, who is somebody else"
    return problem_of_key(signer.key)


def _proper_names(name: str, proper: Mapping[str, str]) -> Iterator[str]:
    """What a mailmap calls somebody, and what it calls that, each once."""
    seen = {folded(name)}
    while (name := proper.get(folded(name), "")) and folded(name) not in seen:
        seen.add(folded(name))
        yield name


class _Names:
    """Which names are one person's: joined pair by pair; the first name that was joined stands for all."""

    def __init__(self) -> None:
        self._above: dict[str, str] = {}

    def of(self, name: str) -> str:
        """The name that stands for this one's person."""
        above = self._above.setdefault(name, name)
        while above != self._above[above]:
            above = self._above[above]
        self._above[name] = above
        return above

    def join(self, name: str, other: str) -> None:
        """Both are one person's."""
        first, second = self.of(name), self.of(other)
        if first != second:
            self._above[second] = first

    def all(self) -> tuple[str, ...]:
        """Every name that was heard of."""
        return tuple(self._above)
