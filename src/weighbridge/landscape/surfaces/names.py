"""Names that speak of resources or of who may do what, told by their words rather than by their letters."""

import re
from itertools import pairwise
from typing import Final

from weighbridge.domain.late_pattern import LatePattern
from weighbridge.landscape.criticality import words_of


def _set(words: str) -> frozenset[str]:
    return frozenset(words.split())


_ALONE: Final = _set(
    """timeout timeouts replicas replica workers threads concurrency parallelism backlog quota quotas retries retry
    backoff keepalive deadline memory mem heap cpu cpus ulimit maxreplicas minreplicas maxconn maxconns maxsize ttl
    poolsize maxworkers numworkers maxthreads numthreads maxconnections ratelimit"""
)
"""Words that speak of a resource by themselves."""
_SUBJECT: Final = _set(
    """pool pools connection connections conn conns thread worker queue cache buffer batch rate request requests
    process processes memory idle open inflight overflow client clients session sessions file files socket sockets
    lifetime body upload payload message messages consumer consumers channel"""
)
_MEASURE: Final = _set(
    "size max min limit limits count num number capacity maximum minimum per length overflow recycle"
)
_MOST: Final = _set("max maximum limit limits capacity")
_LIMITS: Final = _set("limits limit")
_NO_MEASURE: Final = _set("name names id ids key label title description text message url path color colour class css")
"""Words that, standing last, make a name one of something else: `pool_name` measures nothing."""

_NUMBER: Final = LatePattern(
    r"[+-]?\d[\d_]*(?:\.\d+)?(?:e[+-]?\d+)?\s*(?:n|u|µ|m|[kmgtp]i?b?|b|bytes|ms|us|ns|s|secs?|seconds?|mins?|minutes?|h|hours?|d|days?|%)?",
    re.IGNORECASE,
)


_OF_TRADE: Final = _set("tax interest exchange discount price commission currency vat conversion game project")
"""Words of names that are about the business: `interest_rate_per_year` limits no requests."""


def speaks_of_resources(name: str) -> bool:
    """Whether a key, parameter or constant by this name sets how much of something there is, or for how long."""
    words = words_of(name)
    if not words or words[-1] in _NO_MEASURE:
        return False
    known = set(words)
    if known & _OF_TRADE:
        return False
    return bool(known & _ALONE or (known & _SUBJECT and known & _MEASURE) or ("resources" in known and known & _LIMITS))


def speaks_of_limits(name: str) -> bool:
    """Whether a name sets how much there may be of anything at all: Go's `maxLines`, `TokenLimit`."""
    words = words_of(name)
    return speaks_of_resources(name) or (bool(words) and (words[0] in _MOST or words[-1] in _MOST))


def is_measure(value: str) -> bool:
    """Whether a value is a number, with or without a unit."""
    return len(value) <= 40 and _NUMBER.fullmatch(value.strip()) is not None


_AUTH_WORDS: Final = _set(
    """auth authn authz oauth oauth2 oidc saml sso login logout signin signup authenticate authenticated authentication reauthenticate reauth reauthentication
    authenticator authorize authorized authorization authoriser authorizer authorise authorised permission permissions
    rbac abac acl acls jwt jwks credential credentials password passwords passwd iam csrf mfa totp otp
    2fa impersonate impersonation entitlement entitlements preauthorize postauthorize rolesallowed
    permissionrequired loginrequired isauthenticated isadmin requireauth"""
)
_AUTH_PAIRS: Final = (
    (
        _set("require requires required check has ensure verify validate assert need needs is can must"),
        _set("role roles token tokens scope admin superuser access login permission signature"),
    ),
    (_set("access"), _set("control policy token denied")),
    (_set("identity"), _set("provider server service pool federation claims verify token user")),
    (_set("policy policies"), _set("allow deny enforce opa rego casbin")),
)


_WHOSE: Final = _set("staff owner session user")
"""Words that speak of access only as the last of a name: `require_user`, not `verify_user_input`."""
_WHETHER: Final = _set("is has can need needs")
"""Verbs that ask who somebody is, but of a session what it is like: `is_owner` decides, `is_null_session` does not."""
_TELLS_ONLY: Final = _set(
    """send email mail render template log logger notify metric metrics message test encode page button link icon label
    banner tooltip placeholder menu style styles"""
)
"""Words of names that speak about access to people, and decide nothing."""


_HEADER: Final = ("permissions", "policy")
_OF_HEADERS: Final = _set("header headers directive directives feature features")


def _is_of_a_browser(words: tuple[str, ...]) -> bool:
    """Whether a name is about the header `Permissions-Policy`: what a browser lets a page do, not what anybody may.

    The two words alone may be a cloud's permissions policy, which is about nothing else.
    """
    return _HEADER in pairwise(words) and not _OF_HEADERS.isdisjoint(words)


def speaks_of_access(name: str) -> bool:
    """Whether a symbol by this name decides who somebody is or what they may do."""
    spelled = words_of(name)
    words = set(spelled)
    if words & _TELLS_ONLY or _is_of_a_browser(spelled):
        return False
    asks = words & _AUTH_PAIRS[0][0] - (_WHETHER if spelled[-1:] == ("session",) else frozenset())
    asks_whose = spelled[-1:] and spelled[-1] in _WHOSE and asks
    return bool(words & _AUTH_WORDS or asks_whose) or any(words & one and words & other for one, other in _AUTH_PAIRS)


def access_word_in_path(path: str) -> str:
    """The word of a path that speaks of access; empty when none does. Weaker words than these are left to symbols."""
    parts = [words_of(part) for part in reversed(path.split("/"))]
    if _is_of_a_browser(words_of(path)):
        parts = [words for words in parts if _HEADER not in pairwise(words)]
    return next((word for words in parts if (word := _access_word(words))), "")


def _access_word(words: tuple[str, ...]) -> str:
    if _TELLS_ONLY.intersection(words):
        return ""
    return next((word for word in words if word in _PATH_WORDS), "")


_PATH_WORDS: Final = _AUTH_WORDS | _set("security rego")
