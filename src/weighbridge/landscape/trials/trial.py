"""One test as its runner collects it, in one form for every language."""

from msgspec import Struct


class Trial(Struct, frozen=True, kw_only=True):
    """A test; `name` is whole, with the classes and groups around it, `digest` what it does and nothing of what it is called."""

    name: str
    line: int
    end_line: int
    scope: int
    """The definition that holds its steps."""
    digest: str
    scopes: frozenset[int]
    """That definition and all inside it."""
    parts: tuple[str, ...] = ()
    """The names of the tests that it starts itself, as Go's do."""
    skip: "Skip | None" = None
    is_only: bool = False
    """Whether it is marked to be run alone."""

    @property
    def own_name(self) -> str:
        """Its name without what is around it."""
        return self.name.rpartition(" > ")[2]


class Skip(Struct, frozen=True, kw_only=True):
    """Why a test is not run, or may fail: the mark as written, its line, and whether the author gave a reason."""

    mark: str
    line: int
    has_reason: bool = False
    may_fail: bool = False
    """Whether it is run and its failure counts for nothing."""
