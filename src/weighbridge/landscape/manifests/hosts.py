"""Who a setting points at: `REDIS_ADDR=redis-cart:6379` and `http://orders:8080/` name another service."""

import re
from typing import Final

from weighbridge.domain.late_pattern import LatePattern

_HOST: Final = LatePattern(
    r"(?P<scheme>[a-z][a-z0-9+.-]*://)?(?:[^@/\s]*@)?(?P<host>[A-Za-z0-9](?:[A-Za-z0-9_-]*[A-Za-z0-9])?)"
    r"(?P<port>:\d{1,5}|:\$\{?\w+\}?)?(?:[/?].*)?"
)
_SPEAKS_OF_HOSTS: Final = LatePattern(r"host|addr|url|uri|endpoint|server|broker", re.IGNORECASE)
_LONGEST = 300


def host_key(name: str) -> str:
    """The key of a service as its neighbours call it."""
    return "host:" + name.lower()


def host_in(setting: str, value: str) -> str:
    """The host that the value of `setting` addresses; a bare word counts only where the setting speaks of hosts."""
    found = _HOST.fullmatch(value.strip()) if len(value) <= _LONGEST else None
    if found is None or not (found["scheme"] or found["port"] or _SPEAKS_OF_HOSTS.search(setting)):
        return ""
    return found["host"]
