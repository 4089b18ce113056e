"""Texts that end where nobody meant them to."""

from collections.abc import Iterator


def cut_off(text: str) -> Iterator[str]:
    """The text cut off after each of its characters."""
    return (text[:end] for end in range(len(text) + 1))
