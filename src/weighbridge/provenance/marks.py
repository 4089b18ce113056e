"""Marks that a commit carries itself: its identities and its message, compared with the known forms."""

import re
from collections.abc import Iterator
from typing import Final

from msgspec import Struct

from weighbridge.domain.change import Commit, Identity
from weighbridge.domain.findings import Confidence
from weighbridge.domain.provenance import Origin, ProvenanceEvidence, Source
from weighbridge.provenance.forms import Form, Forms, Says
from weighbridge.provenance.message import Line, Message, take_apart
from weighbridge.provenance.patterns import match

_SHOWN: Final = 160
_NOREPLY: Final = re.compile(r"(?:(\d{1,15})\+)?([^@\s]{1,64})@users\.noreply\.github\.com\Z", re.IGNORECASE)
_IDENTITY: Final = re.compile(r"([^<>]{0,200})<[ \t]{0,8}([^<>\s]{1,320})[ \t]{0,8}>")
_BARE_ADDRESS: Final = re.compile(r"(?:.{0,200}[ \t])?([^<>\s@]{1,64}@[^<>\s@]{1,255})\Z")
"""What some write instead: the name and the address without its brackets."""
_MOST_IDENTITIES: Final = 20
_LOWER: Final = {Confidence.HIGH: Confidence.MEDIUM, Confidence.MEDIUM: Confidence.LOW, Confidence.LOW: Confidence.LOW}


class Marks(Struct, frozen=True, kw_only=True):
    """What one commit says of itself, what in it disagrees, and what could not be read."""

    evidence: tuple[ProvenanceEvidence, ...] = ()
    conflicts: tuple[str, ...] = ()
    notices: tuple[str, ...] = ()


class _Hit(Struct, frozen=True, kw_only=True):
    """A form that matched, with the agent it names and how far to trust it here."""

    form: Form
    agent: str
    confidence: Confidence


def shown(text: str) -> str:
    """`text` on one line, short enough to be cited."""
    flat = " ".join(text.split())
    return flat if len(flat) <= _SHOWN else flat[: _SHOWN - 1] + "…"


def marks_of(commit: Commit, forms: Forms) -> Marks:
    """Every mark the commit carries; the same agent named twice by one line counts once."""
    message = take_apart(commit.message)
    evidence: dict[tuple[Source, str, str], ProvenanceEvidence] = {}
    for found in (*_identity_evidence(commit, forms), *_message_evidence(commit, message, forms=forms)):
        evidence.setdefault((found.source, found.agent, found.detail), found)
    identities = {"author": commit.author, "committer": commit.committer}
    said = [c for role, who in identities.items() for c in _mismatches(role, who, forms=forms)]
    said += [
        f"`{shown(line.text)}` is an agent's sign-off; only a person can vouch for a change"
        for line in message.lines
        if line.key.casefold() == "signed-off-by" and _hits_of_value(line.value, forms)
    ]
    cut = (f"{commit.oid[:12]}: only the first part of its message was read; it is very long",) if message.cut else ()
    return Marks(evidence=tuple(evidence.values()), conflicts=tuple(dict.fromkeys(said)), notices=cut)


def _identity_evidence(commit: Commit, forms: Forms) -> Iterator[ProvenanceEvidence]:
    for role, who in (("author", commit.author), ("committer", commit.committer)):
        for hit in _hits_of(who, forms):
            yield _evidence(commit, Source.IDENTITY, hit=hit, detail=f"{role} {shown(str(who))}")


def _message_evidence(commit: Commit, message: Message, *, forms: Forms) -> Iterator[ProvenanceEvidence]:
    for form in forms.subjects:
        if any(match(m, message.subject) is not None for m in form.matches):
            hit = _Hit(form=form, agent=form.agent, confidence=form.confidence)
            yield _evidence(commit, Source.SUBJECT, hit=hit, detail=f"subject `{shown(message.subject)}`")
    for line in message.lines[1:]:
        trailers = _trailer_hits(line, message, forms=forms) if line.key else []
        for hit in trailers:
            confidence = hit.confidence if line.in_block else _LOWER[hit.confidence]
            lowered = _Hit(form=hit.form, agent=hit.agent, confidence=confidence)
            source = Source.CHECKPOINT if hit.form.says is Says.MIXED else Source.TRAILER
            yield _evidence(commit, source, hit=lowered, detail=f"trailer `{shown(line.text)}` {message.place(line)}")
        for hit in [] if trailers else _body_hits(line, forms):
            yield _evidence(commit, Source.BODY, hit=hit, detail=f"line `{shown(line.text)}` of the message")


def _trailer_hits(line: Line, message: Message, *, forms: Forms) -> list[_Hit]:
    key = line.key.casefold()
    hits: list[_Hit] = []
    for form in forms.trailers.get(key, ()):
        if form.beside and not {k.casefold() for k in form.beside} <= message.keys_of(line.paragraph):
            continue
        words = next((w for m in form.matches if (w := match(m, line.value)) is not None), None)
        if words is not None:
            agent = form.agent or words.get("agent", "").casefold()
            hits.append(_Hit(form=form, agent=agent, confidence=form.confidence))
    if key in forms.words.identity_trailers:
        hits += _hits_of_value(line.value, forms)
    return list({hit.agent: hit for hit in reversed(hits)}.values())


def _hits_of_value(value: str, forms: Forms) -> list[_Hit]:
    """The forms of everybody a trailer's value names: one person as a rule, several where a tool put them on one line."""
    named = [Identity(name=n.strip(" \t,;&"), email=e) for n, e in _IDENTITY.findall(value)[:_MOST_IDENTITIES]]
    if named:
        return [hit for who in named for hit in _hits_of(who, forms)]
    bare = _BARE_ADDRESS.match(value)
    exact = forms.addresses.get(bare[1].casefold()) if bare else None
    return [_Hit(form=exact, agent=exact.agent, confidence=_LOWER[exact.confidence])] if exact else []


def _body_hits(line: Line, forms: Forms) -> list[_Hit]:
    exact = forms.lines.get(line.bare.casefold())
    found = [exact] if exact else []
    found += [
        f for f in forms.line_patterns if f is not exact and any(match(m, line.bare) is not None for m in f.matches)
    ]
    return [_Hit(form=form, agent=form.agent, confidence=form.confidence) for form in found]


def _hits_of(who: Identity, forms: Forms) -> list[_Hit]:
    """The forms an identity matches: exact address first, then GitHub's number, then the few known names."""
    exact = forms.addresses.get(who.email.strip().casefold())
    if exact is not None:
        return [_Hit(form=exact, agent=exact.agent, confidence=exact.confidence)]
    hosted = _hosted_hit(who, forms)
    if hosted is not None:
        return [hosted]
    named = (f for f in forms.names if any(match(m, who.name.strip()) is not None for m in f.matches))
    return [_Hit(form=form, agent=form.agent, confidence=form.confidence) for form in named]


def _hosted_hit(who: Identity, forms: Forms) -> _Hit | None:
    found = _NOREPLY.match(who.email.strip())
    if found is None:
        return None
    number, login = found[1] or "", found[2].casefold()
    by_number = forms.github_ids.get(number)
    if by_number is not None and by_number.says is not Says.AUTOMATION:
        return _Hit(form=by_number, agent=by_number.agent, confidence=by_number.confidence)
    by_login = forms.logins.get(login)
    # Only apps can have a login that ends so; people could register any other.
    if by_login is None or by_login.says is Says.AUTOMATION or not login.endswith("[bot]"):
        return None
    confidence = Confidence.LOW if number else Confidence.MEDIUM
    return _Hit(form=by_login, agent=by_login.agent, confidence=confidence)


def _mismatches(role: str, who: Identity, *, forms: Forms) -> Iterator[str]:
    found = _NOREPLY.match(who.email.strip())
    if found is None or not found[1]:
        return
    number = found[1]
    owner = forms.github_ids.get(number)
    for claim in dict.fromkeys((found[2].casefold(), who.name.strip().casefold())):
        claimed = forms.logins.get(claim)
        if claimed is None or number in claimed.matches or not claim.endswith("[bot]"):
            continue
        if owner is not None and claim in (login.casefold() for login in owner.logins):
            continue
        whose = f"which is {owner.logins[0]}'s" if owner and owner.logins else "which is not its own"
        yield f"{role} {shown(str(who))}: {claim} comes with the number {number}, {whose}"


def _evidence(commit: Commit, source: Source, *, hit: _Hit, detail: str) -> ProvenanceEvidence:
    says = Origin.MIXED if hit.form.says is Says.MIXED else Origin.AI
    return ProvenanceEvidence(
        commit=commit.oid,
        source=source,
        says=says,
        agent=hit.agent,
        detail=detail,
        confidence=hit.confidence,
        form=hit.form.id,
    )
