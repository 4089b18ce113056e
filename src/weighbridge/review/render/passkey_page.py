"""The page on which a passkey is made, or signs: what is signed, its digest, one button, and nothing from elsewhere."""

import base64
import hashlib
import json
from collections.abc import Iterable, Sequence
from functools import cache
from importlib.resources import files
from typing import Final

from msgspec import Struct

from weighbridge.review.render.markup import Content, Markup, element
from weighbridge.review.statement_words import DECISION, Row, StatementWords, in_groups

_ICON: Final = "data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 16 16'%3E%3Cpath d='M2 12h12M8 3v9M3 6h10' stroke='%23666' stroke-width='1.6' fill='none'/%3E%3C/svg%3E"
_ALGORITHMS: Final = (-7, -8, -257)
"""What a new passkey may sign with, the best known first: ES256, Ed25519, RS256."""


class Creation(Struct, frozen=True, kw_only=True):
    """A passkey that is to be made; `user` is what its authenticator files it under, and says nothing of anybody."""

    site: str
    person: str
    challenge: bytes
    user: bytes
    others: tuple[str, ...] = ()
    is_attested: bool = False
    """Whether its maker is asked to vouch for it: only where Trust names makers, for browsers ask the person about it."""


class Request(Struct, frozen=True, kw_only=True):
    """A statement that one of these passkeys, by their ids, is to sign."""

    site: str
    person: str
    words: StatementWords
    keys: tuple[str, ...]
    is_new: bool = False
    """Whether the passkey was made a moment ago, on the page before."""


def render_creation(creation: Creation) -> str:
    """The page on which a passkey is made."""
    asked = {
        "kind": "create",
        "options": {
            "rp": {"id": creation.site, "name": "Weighbridge"},
            "user": {"id": _encoded(creation.user), "name": creation.person, "displayName": creation.person},
            "challenge": _encoded(creation.challenge),
            "pubKeyCredParams": [{"type": "public-key", "alg": number} for number in _ALGORITHMS],
            "excludeCredentials": _credentials(creation.others),
            "authenticatorSelection": {"residentKey": "preferred", "userVerification": "required"},
            "attestation": "direct" if creation.is_attested else "none",
        },
    }
    attested = "Your browser may ask whether its make and model may be seen: they are what makes it count as attested."
    content = (
        element("p", "First step", class_="step"),
        element("h1", "Make a passkey"),
        element("dl", _rows((Row(label="For", value=creation.person), Row(label="Site", value=creation.site)))),
        element(
            "p",
            "Your browser asks where to keep it: in this machine, on a security key, or in your phone. It has to check that it is"
            " you (a PIN, a finger, a face). Whoever vouches for you should see the device.",
        ),
        element("p", attested) if creation.is_attested else None,
    )
    return _page(
        f"Make a passkey for {creation.person}", content, asked=asked, buttons=("Make the passkey", "Make none")
    )


def render_request(request: Request) -> str:
    """The page on which a passkey signs."""
    words = request.words
    asked = {
        "kind": "get",
        "options": {
            "rpId": request.site,
            "challenge": _encoded(bytes.fromhex(words.digest)),
            "allowCredentials": _credentials(request.keys),
            "userVerification": "required",
        },
    }
    decides = any(row.label == DECISION for row in words.about)
    elsewhere = " Compare the decision, too, with the page that you read: best on another screen." if decides else None
    content = (
        element("p", "Last step: you are about to sign" if request.is_new else "You are about to sign", class_="step"),
        element("h1", words.title),
        element("dl", _rows((Row(label="As", value=request.person), *words.about))),
        element("details", element("summary", "Everything it says"), element("dl", _rows(words.rest))),
        element(
            "section",
            element("h2", "Compare these digits", id="compare"),
            element("p", "Your passkey signs exactly these, and the same stand in the terminal.", elsewhere),
            _digest(words.digest),
            element("p", "If one differs, do not sign.", class_="firm"),
            class_="compare",
            aria_labelledby="compare",
        ),
    )
    return _page(
        f"{words.title} as {request.person}", content, asked=asked, buttons=("Sign with the passkey", "Do not sign")
    )


@cache
def page_policy() -> str:
    """What the page may do: its own style and script by hash, its own answer, and nothing else."""
    return (
        f"default-src 'none'; style-src '{_hash(_style())}'; script-src '{_hash(_script())}'; connect-src 'self';"
        " img-src data:; base-uri 'none'; form-action 'none'; require-trusted-types-for 'script'"
    )


def _page(title: str, content: Content, *, asked: object, buttons: tuple[str, str]) -> str:
    head = element(
        "head",
        element("meta", charset="utf-8"),
        element("meta", name="viewport", content="width=device-width, initial-scale=1"),
        element("meta", name="color-scheme", content="light dark"),
        element("meta", name="referrer", content="no-referrer"),
        element("title", f"{title} - Weighbridge"),
        element("link", rel="icon", href=_ICON),
        element("style", Markup(_style())),
    )
    main = element(
        "main",
        content,
        element(
            "div",
            element("button", buttons[0], id="go", type="button", class_="go"),
            element("button", buttons[1], id="refuse", type="button"),
            id="choice",
            hidden="",
        ),
        element("p", id="told", role="status", tabindex="-1"),
        element("noscript", element("p", "A passkey can only be asked by a script, and this browser runs none here.")),
        data_asked=json.dumps(asked),
    )
    foot = "This page comes from the command in your terminal, serves one answer, and loads nothing from anywhere else."
    body = element(
        "body",
        element("header", element("strong", "Weighbridge"), " on this machine"),
        main,
        element("footer", foot),
        element("script", Markup(_script())),
    )
    return "<!doctype html>\n" + element("html", head, body, lang="en") + "\n"


def _rows(rows: Iterable[Row]) -> Sequence[Markup]:
    return [
        element(
            "div", element("dt", row.label), element("dd", element("code", row.value) if row.is_exact else row.value)
        )
        for row in rows
    ]


def _digest(digits: str) -> Markup:
    groups = in_groups(digits)
    cells = [element("code", group) for group in groups]
    return element("p", [(cell, " ") for cell in cells], class_="digest")


def _credentials(keys: Iterable[str]) -> list[dict[str, str]]:
    return [{"type": "public-key", "id": key} for key in keys]


def _encoded(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def _hash(text: str) -> str:
    return "sha256-" + base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()


@cache
def _style() -> str:
    return files("weighbridge.review.render.page").joinpath("passkey.css").read_text("utf-8")


@cache
def _script() -> str:
    return files("weighbridge.review.render.page").joinpath("passkey.js").read_text("utf-8")
