"""A repository's address as it can be told to anybody."""

from urllib.parse import urlsplit

from weighbridge.domain.late_pattern import LatePattern

_SCHEMES = frozenset({"https", "http", "ssh", "git"})
_SHORT = LatePattern(r"(?:[^@/:\s]+@)?(?P<host>[A-Za-z0-9.-]+\.[A-Za-z0-9.-]+):(?P<path>[^\s:][^\s]*)")
"""As ssh has it: user@host:path."""


def public_address(address: str) -> str:
    """`git+https://host/path` of a remote's address, without user, password and query; empty for a place on a machine."""
    short = _SHORT.fullmatch(address)
    if short is not None and "://" not in address:
        return f"git+ssh://{short['host']}/{short['path'].lstrip('/')}"
    try:
        parts = urlsplit(address)
        host, port = parts.hostname, parts.port
    except ValueError:
        return ""
    if parts.scheme not in _SCHEMES or not host or not address.isprintable():
        return ""
    return f"git+{parts.scheme}://{host}{f':{port}' if port else ''}{parts.path}"
