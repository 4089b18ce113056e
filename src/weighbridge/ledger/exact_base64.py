"""Base64 that has one spelling: a bit that could change and mean the same is refused."""

from base64 import b64decode, b64encode


def exact_base64(text: str) -> bytes:
    """The bytes of a text in RFC 4648's standard form. Raises `ValueError` for every other spelling."""
    data = b64decode(text.encode("ascii"), validate=True)
    if b64encode(data).decode() != text:
        raise ValueError(text)
    return data
