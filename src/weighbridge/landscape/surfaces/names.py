"""Names that speak of resources or of who may do what, told by their words rather than by their letters."""

import re
from typing import Final

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
_LIMITS: Final = _set("limits limit")
_NO_MEASURE: Final = _set("name names id ids key label title description text message url path color colour class css")
"""Words that, standing last, make a name one of something else: `pool_name` measures nothing."""

_NUMBER: Final = re.compile(
    r"[+-]?\d[\d_]*(?:\.\d+)?(?:e[+-]?\d+)?\s*(?:n|u|µ|m|[kmgtp]i?b?|b|bytes|ms|us|ns|s|secs?|seconds?|mins?|minutes?|h|hours?|d|days?|%)?",
    re.IGNORECASE,
)


def speaks_of_resources(name: str) -> bool:
    """Whether a key, parameter or constant by this name sets how much of something there is, or for how long."""
    words = words_of(name)
    if not words or words[-1] in _NO_MEASURE:
        return False
    known = set(words)
    return bool(known & _ALONE or (known & _SUBJECT and known & _MEASURE) or ("resources" in known and known & _LIMITS))


def is_measure(value: str) -> bool:
    """Whether a value is a number, with or without a unit."""
    return len(value) <= 40 and _NUMBER.fullmatch(value.strip()) is not None


_AUTH_WORDS: Final = _set(
    """auth authn authz oauth oauth2 oidc saml sso login logout signin signup authenticate authenticated authentication reauthenticate reauth reauthentication
    authenticator authorize authorized authorization authoriser authorizer authorise authorised permission permissions
    permit rbac abac acl acls jwt jwks credential credentials password passwords passwd identity iam csrf mfa totp otp
    2fa impersonate impersonation entitlement entitlements preauthorize postauthorize secured rolesallowed
    permissionrequired loginrequired isauthenticated isadmin requireauth"""
)
_AUTH_PAIRS: Final = (
    (
        _set("require requires required check has ensure verify validate assert need needs is can must"),
        _set(
            "role roles token tokens scope admin superuser staff owner access session user login permission signature"
        ),
    ),
    (_set("access"), _set("control policy token denied")),
    (_set("policy policies"), _set("allow deny enforce opa rego casbin")),
)


_TELLS_ONLY: Final = _set("send email mail render template log logger notify metric metrics message test encode page")
"""Words of names that speak about access to people, and decide nothing."""


def speaks_of_access(name: str) -> bool:
    """Whether a symbol by this name decides who somebody is or what they may do."""
    words = set(words_of(name))
    if words & _TELLS_ONLY:
        return False
    return bool(words & _AUTH_WORDS) or any(words & one and words & other for one, other in _AUTH_PAIRS)


def access_word_in_path(path: str) -> str:
    """The word of a path that speaks of access; empty when none does. Weaker words than these are left to symbols."""
    return next((word for part in reversed(path.split("/")) for word in words_of(part) if word in _PATH_WORDS), "")


_PATH_WORDS: Final = _AUTH_WORDS | {"security"}
