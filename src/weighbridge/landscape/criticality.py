"""How much the business leans on a component, and how delicate its code is, with the reason in words."""

from collections.abc import Iterable
from functools import lru_cache
from typing import Final

from msgspec import Struct

from weighbridge.domain.late_pattern import LatePattern
from weighbridge.domain.system import AreaLevel, ComponentKind, Stated

_WORD = LatePattern(r"[A-Z]+(?=[A-Z][a-z])|[A-Z]?[a-z]+|[A-Z]+|\d+")

_SUFFIX = LatePattern(r"(?<=[a-z]{3})(?:service|server|svc)$")

HIGH_WORDS: Final = {
    **dict.fromkeys(("payment", "payments", "payout", "payouts", "billing", "invoicing", "checkout"), "money"),
    **dict.fromkeys(("ledger", "wallet", "refund", "refunds", "settlement", "settlements"), "money"),
    **dict.fromkeys(
        ("auth", "authn", "authz", "authnz", "macaroons", "oauth", "oidc", "saml", "sso", "login", "signin", "iam"),
        "identity",
    ),
    **dict.fromkeys(("authentication", "authorization", "authorisation"), "identity"),
    **dict.fromkeys(("permission", "permissions", "rbac", "acl", "credential", "credentials"), "identity"),
    **dict.fromkeys(("secret", "secrets", "vault", "crypto", "cryptography", "encryption", "security"), "secrets"),
    **dict.fromkeys(("migration", "migrations"), "stored data"),
}
"""Words of a path that mean delicate code, with what they mean."""

_WEB: Final = ("auth", "cookie", "cookies", "login", "web", "http", "wsgi", "asgi", "servlet", "token", "tokens", "jwt")
_FRAMEWORKS: Final = ("django", "flask", "spring", "rails", "express", "laravel", "fastapi", "starlette", "gin", "echo")
_PEOPLE: Final = ("user", "users", "customer", "customers", "account", "accounts", "tenant", "member", "members")
_OF_SESSIONS: Final = frozenset((*_WEB, *_FRAMEWORKS, *_PEOPLE))
AMBIGUOUS_WORDS: Final = {
    "identity": frozenset((*_WEB, *_PEOPLE, "provider", "providers", "server", "pool", "federation", "claims", "idp")),
    "session": _OF_SESSIONS,
    "sessions": _OF_SESSIONS,
}
"""Words that mean who somebody is only beside one of these: an object has an identity, a database and a chat have sessions."""

_OF_ACCESS: Final = ("jwt", "jose", "passport", "keycloak", "okta", "openid", "msal", "cognito", "ldap", "kerberos")
"""Words of packages that know who somebody is, beside those of `HIGH_WORDS`."""

LOW_WORDS: Final = {
    **dict.fromkeys(("docs", "doc", "documentation", "microsite", "website"), "documentation"),
    **dict.fromkeys(
        ("example", "examples", "sample", "samples", "demo", "demos", "playground", "tutorial"), "examples"
    ),
    **dict.fromkeys(("tool", "tools", "tooling", "scripts", "devtools", "benchmarks", "benchmark"), "tools"),
    **dict.fromkeys(("ui", "storybook", "styles", "theme", "themes", "css", "icons", "assets"), "looks"),
    **dict.fromkeys(("test", "tests", "testing", "e2e", "fixtures", "mocks", "loadgenerator", "testutils"), "tests"),
}
"""Words of a path that mean code whose failure customers hardly notice, with what they mean."""

MANY_DEPENDENTS = 5
"""From how many other components on a component counts as leaned on by much; and at least a quarter of all."""


@lru_cache(maxsize=65536)
def words_of(text: str) -> tuple[str, ...]:
    """The words of a name or path, lower case: `src/paymentApi` has `src`, `payment`, `api`."""
    words = [word[0].lower() for word in _WORD.finditer(text)]
    return tuple(_SUFFIX.sub("", word) for word in words)


def joined_words(text: str) -> str:
    """Those words as one, however they are told apart: `clear_cookie` and `clearCookie` are `clearcookie`."""
    return "".join(words_of(text))


class Signs(Struct, frozen=True, kw_only=True):
    """What is known of a component when nobody declared its criticality."""

    names: tuple[str, ...]
    """Its name and roots, most telling first."""
    kind: ComponentKind
    lifecycle: str = ""
    dependents: int = 0
    """How many other components lean on it."""
    of: int = 0
    """How many components there are."""
    requires: tuple[str, ...] = ()
    """Keys of the packages it requires."""


def tier_from(signs: Signs) -> Stated[int]:
    """The criticality the signs speak for; the strongest sign alone, in words."""
    if signs.lifecycle in ("deprecated", "experimental"):
        return _inferred(3, f"its catalogue entry calls it {signs.lifecycle}")
    if found := _telling(signs.names, LOW_WORDS):
        return _inferred(3, _speaks(found))
    if reason := _why_critical(signs):
        return _inferred(1, reason)
    return _inferred(2, _nothing_speaks(signs))


def _why_critical(signs: Signs) -> str:
    if found := _telling(signs.names, HIGH_WORDS):
        return _speaks(found)
    if reason := _made_plain(signs):
        return reason
    if signs.kind in (ComponentKind.DATABASE, ComponentKind.QUEUE):
        return f"it is a {signs.kind}: what is lost there is lost"
    if signs.kind is ComponentKind.INFRASTRUCTURE:
        return "infrastructure carries everything else"
    if signs.dependents >= MANY_DEPENDENTS and signs.dependents * 4 >= signs.of:
        return f"{signs.dependents} of {signs.of - 1} other components lean on it"
    return ""


def area_from(signs: Signs) -> Stated[AreaLevel]:
    """How delicate the signs say the component's code is."""
    if found := _telling(signs.names, LOW_WORDS):
        return Stated(value=AreaLevel.LOW, reason=_speaks(found), declared=False)
    if found := _telling(signs.names, HIGH_WORDS):
        return Stated(value=AreaLevel.HIGH, reason=_speaks(found), declared=False)
    if reason := _made_plain(signs):
        return Stated(value=AreaLevel.HIGH, reason=reason, declared=False)
    if signs.kind in (ComponentKind.DATABASE, ComponentKind.QUEUE, ComponentKind.INFRASTRUCTURE):
        return Stated(value=AreaLevel.HIGH, reason=f"it is {_article(signs.kind)}", declared=False)
    return Stated(value=AreaLevel.MEDIUM, reason=_nothing_speaks(signs), declared=False)


def _made_plain(signs: Signs) -> str:
    """What shows that an ambiguous word means who somebody is: another word, a service of its own, what it requires."""
    if found := next((found for name in signs.names if (found := word_beside(name))), None):
        return f"`{found[0]}` beside `{found[1]}` in its name or path speaks of identity"
    word = _ambiguous(signs)
    if word and signs.kind is ComponentKind.SERVICE:
        return f"`{word}` in its name or path, as that of a service, speaks of identity"
    knowing = next((key for key in signs.requires if _knows_people(key)), "") if word else ""
    return f"`{word}` in its name or path and {knowing}, which it requires, speak of identity" if knowing else ""


def word_beside(text: str) -> tuple[str, str] | None:
    """The ambiguous word of a name or path that means who somebody is, and the word beside it that says so."""
    words = words_of(text)
    pairs = ((word, other) for word in reversed(words) for other in words if other in AMBIGUOUS_WORDS.get(word, ()))
    return next(pairs, None)


def _knows_people(key: str) -> bool:
    return any(HIGH_WORDS.get(word) == "identity" or word in _OF_ACCESS for word in words_of(key))


def _ambiguous(signs: Signs) -> str:
    return next((word for name in signs.names for word in reversed(words_of(name)) if word in AMBIGUOUS_WORDS), "")


def _nothing_speaks(signs: Signs) -> str:
    """Why nothing is concluded; a word that is not enough by itself is named."""
    if word := _ambiguous(signs):
        return f"`{word}` in its name or path can mean much, and nothing else speaks for more or less"
    return "nothing speaks for more or less"


def telling_word(text: str, meanings: dict[str, str]) -> tuple[str, str] | None:
    """The last word of `text` that means something, with what it means."""
    for word in reversed(words_of(text)):
        if word in meanings:
            return word, meanings[word]
    return None


def _telling(names: Iterable[str], meanings: dict[str, str]) -> tuple[str, str] | None:
    return next((found for name in names if (found := telling_word(name, meanings))), None)


def _speaks(found: tuple[str, str]) -> str:
    return f"`{found[0]}` in its name or path speaks of {found[1]}"


def _article(kind: ComponentKind) -> str:
    return "infrastructure" if kind is ComponentKind.INFRASTRUCTURE else f"a {kind}"


def _inferred(tier: int, reason: str) -> Stated[int]:
    return Stated(value=tier, reason=reason, declared=False)
