"""Whether objects that a repository's history names are not there: those that a partial clone did not fetch."""

from collections.abc import Iterable
from typing import Final

from weighbridge.adapters.git.process import Git, split_records
from weighbridge.domain.ids import ObjectId

MOST_COMMITS: Final = 5_000
"""The newest commits, whose objects are looked for; the walk ends at the first that is missing."""


def lacks_objects(git: Git, tips: Iterable[ObjectId]) -> bool:
    """Whether an object is missing among those of the newest commits that lead to `tips`.

    Raises:
        RepositoryError: git could not walk them.
    """
    given = "".join(f"{tip}\n" for tip in tips).encode()
    if not given:
        return False
    arguments = ("rev-list", "--objects", "--missing=print", f"--max-count={MOST_COMMITS}", "--stdin")
    with git.stream(*arguments, given=given) as chunks:
        return any(record.startswith(b"?") for record in split_records(chunks))
