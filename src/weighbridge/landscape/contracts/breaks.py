"""What a change takes from those who rely on a contract, as values."""

from enum import IntEnum

from msgspec import Struct, field

from weighbridge.domain.places import Place


class Level(IntEnum):
    """How surely somebody who kept to the contract fails: not, perhaps, certainly."""

    NOTE = 0
    WARNING = 1
    ERROR = 2


class Operation(Struct, frozen=True, order=True):
    """What a client calls: a method and a path, or the name of a message that a webhook sends."""

    method: str
    path: str

    def __str__(self) -> str:
        return f"{self.method} {self.path}" if self.path else self.method


class Uses(Struct, frozen=True, kw_only=True):
    """How code uses what a contract names: by any of `names`, in files with any of `near`, or that import any of `modules`."""

    names: tuple[str, ...]
    near: tuple[str, ...] = ()
    modules: tuple[str, ...] = ()
    is_member: bool = False
    """Whether it is asked of an object: a word that says little, such as `error`, means it nowhere else."""
    beside: tuple[str, ...] = ()
    """What stands in the same files as the names where they mean it; empty where they mean it anywhere."""
    is_type: bool = False
    """Whether it is a type: of another package, Go never names one without the package."""


class Break(Struct, kw_only=True):
    """One thing that a contract no longer gives, or newly asks for.

    `kind` is the name of the rule that tells of it, `check` what other comparers call it; `words` say what is otherwise, and
    `operations` in which calls. `is_noticed` says that whoever makes such a call certainly notices.
    """

    kind: str
    check: str
    level: Level
    words: str
    place: Place
    subject: str
    operations: list[Operation] = field(default_factory=list)
    is_noticed: bool = False
    is_sure: bool = True
    is_read: bool = True
    """Whether clients read it in answers that succeed, or send it; what fails is seldom read closely."""
    uses: Uses | None = None
    """How code that is made from the contract uses it."""
    named: tuple[str, ...] = ()
    """What queries call it."""
    cause: str = ""
    """What breaks of one place have in common that are one; empty where the words say it."""
    values: tuple[tuple[str, ...], tuple[str, ...]] = ((), ())
    """Of a list of values that got more: those that it had, and those that came."""
    reads: str = ""
    """What clients ask an answer for that is gone from it, where they do; a header where `is_header`."""
    is_header: bool = False
    taken: tuple[str, ...] = ()
    """The only fields that are still taken, of an object that took others too."""
    is_of_root: bool = False
    """Whether it is of what is sent or answered as a whole, and not of a part of it."""
    things: tuple[str, ...] = ()
    """What it is of, where contracts are made of types: the type's full name, and after `#` each that a part of it goes by."""
