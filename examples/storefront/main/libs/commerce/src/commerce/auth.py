"""Who is asking, and whether they may."""

from dataclasses import dataclass
from typing import Any

from commerce.settings import signing_key


class NotAuthenticatedError(Exception):
    """There is no session, or it is not valid."""


class NotAllowedError(Exception):
    """The person is known and may not do this."""


@dataclass(frozen=True, slots=True)
class User:
    """A signed-in person with their roles."""

    id: str
    roles: frozenset[str]


def authenticate(authorization: str | None) -> User:
    """The user that an `Authorization: Bearer` header stands for."""
    import jwt

    scheme, _, token = (authorization or "").partition(" ")
    if scheme.lower() != "bearer" or not token:
        raise NotAuthenticatedError("sign in first")
    try:
        claims: dict[str, Any] = jwt.decode(token, signing_key(), algorithms=["HS256"])
    except jwt.InvalidTokenError as error:
        raise NotAuthenticatedError("the session is not valid") from error
    return User(id=claims["sub"], roles=frozenset(claims.get("roles", ())))


def require_role(user: User, role: str) -> User:
    """`user`, when they have `role`."""
    if role not in user.roles:
        raise NotAllowedError(f"{user.id} needs the role {role}")
    return user
