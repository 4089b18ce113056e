"""The predicates of policy-bot on files. It takes a file that was renamed for two: one deleted, and one added."""

from collections.abc import Callable, Iterable, Iterator
from typing import Final

from weighbridge.policy.conditions.written import why_not_a_regex
from weighbridge.policy.importing.expressions import ALWAYS, is_comparison, one_found
from weighbridge.policy.importing.formula import wrapped
from weighbridge.policy.importing.paths import every_file, some_file
from weighbridge.policy.importing.policy_bot.known import ALWAYS_SO, NEVER_SO, UNKNOWN, Known, Predicate

_JOINED_FROM: Final = 4
"""From how many regular expressions on they are joined: each that is asked of every file takes its steps."""


def changed(predicate: Predicate) -> Known:
    """`changed_files`: a file fits, and none of what is to be ignored does."""
    found = predicate.patterns("paths", "ignore")
    if found is None:
        return UNKNOWN
    paths, ignored = list(_joined(found["paths"])), list(_joined(found["ignore"]))
    if not paths:
        return NEVER_SO

    def test(path: str) -> str:
        asked = one_found(path, paths)
        if not ignored:
            return asked
        left = f"!({one_found(path, ignored)})"
        return left if asked == ALWAYS else f"{wrapped(asked)} && {left}"

    return ALWAYS_SO if test("") == ALWAYS else predicate.holds(some_file(test))


def not_changed(predicate: Predicate) -> Known:
    """`no_changed_files`: the opposite."""
    return changed(predicate).negated()


def only_changed(predicate: Predicate) -> Known:
    """`only_changed_files`: there are files, and all of them fit."""
    found = predicate.patterns("paths")
    if found is None:
        return UNKNOWN
    paths = list(_joined(found["paths"]))
    if not paths:
        return NEVER_SO
    if one_found("", paths) == ALWAYS:
        return ALWAYS_SO
    each = every_file(lambda path: one_found(path, paths))
    return predicate.holds(f"size(change.files) > 0 && {each}", f"size(change.files) == 0 || !{each}")


def became(status: str, path: str) -> Callable[[Predicate], Known]:
    """`file_added` and `file_deleted`: one that now has this status, or was renamed, has such a `path`."""

    def read(predicate: Predicate) -> Known:
        found = predicate.patterns("paths")
        if found is None:
            return UNKNOWN
        if not found["paths"]:
            return NEVER_SO
        asked = one_found(path, list(_joined(found["paths"])))
        is_so = f'f.status in ["{status}", "renamed"]'
        return predicate.holds(f"change.files.exists(f, {is_so}{'' if asked == ALWAYS else f' && {wrapped(asked)}'})")

    return read


def became_not(status: str, path: str) -> Callable[[Predicate], Known]:
    """`file_not_added` and `file_not_deleted`: the opposite."""
    read = became(status, path)
    return lambda predicate: read(predicate).negated()


def _joined(patterns: Iterable[str]) -> Iterator[str]:
    """The same patterns, where they are many as few as they can be."""
    once = list(dict.fromkeys(patterns))
    apart = [pattern for pattern in once if not is_comparison(pattern)]
    if len(apart) < _JOINED_FROM:
        yield from once
        return
    yield from (pattern for pattern in once if is_comparison(pattern))
    whole = ""
    for pattern in apart:
        part = f"(?:{pattern})" if "(?" in pattern else pattern  # a flag would go on for the next
        longer = f"{whole}|{part}" if whole else part
        if whole and (r"\Q" in longer or why_not_a_regex(longer)):
            yield whole
            longer = part
        whole = longer
    yield whole
