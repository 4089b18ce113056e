"""How facts say that a Go file takes others into the program: `//go:embed page.html` is a call of this name."""

from typing import Final

EMBEDDED: Final = "@embed"
"""No name of any language: what is written in a comment is no call that anybody can define."""
