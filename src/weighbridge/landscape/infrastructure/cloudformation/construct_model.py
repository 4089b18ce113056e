"""One construct of CDK as its source declares it, and the words by which that says what becomes of it."""

from collections.abc import Mapping
from typing import Any, Final

from msgspec import Struct

POLICIES: Final[Mapping[str, str]] = {
    "DESTROY": "Delete",
    "RETAIN": "Retain",
    "SNAPSHOT": "Snapshot",
    "RETAIN_ON_UPDATE_OR_DELETE": "Retain",
}
TRUTHS: Final[Mapping[str, bool | None]] = {
    "true": True,
    "True": True,
    "false": False,
    "False": False,
    "None": None,
    "undefined": None,
}


class Construct(Struct, frozen=True, kw_only=True):
    """One construct of a source."""

    key: tuple[str, str]
    """The class and the id."""
    type: str
    values: Mapping[str, Any]
    spelled: Mapping[str, str]
    lines: Mapping[str, int]
    line: int
    end_line: int
    default: str = ""
    """What becomes of it where no removal policy is set."""

    @property
    def policy(self) -> object:
        """What becomes of it when it goes; an expression where only running tells."""
        return self.values.get("deletion_policy", self.default)
