"""Addresses of web servers, as settings and variables name them."""

from urllib.parse import urlsplit


def is_web_address(text: str) -> bool:
    """Whether `text` is a whole address of a web server, written so that it can be sent as it stands."""
    try:
        parts = urlsplit(text)
        is_whole = bool(parts.hostname) and (parts.port is None or parts.port > 0)
    except ValueError:
        return False
    return is_whole and parts.scheme in ("http", "https") and text.isascii() and all(" " < c != "\x7f" for c in text)


def names_a_user(text: str) -> bool:
    """Whether a name or a password stands in such an address, where it would end up in logs."""
    parts = urlsplit(text)
    return parts.username is not None or parts.password is not None
