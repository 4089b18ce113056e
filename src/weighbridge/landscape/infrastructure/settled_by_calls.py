"""What variables of a folder are wherever the repository calls it as a module, where all calls say the same."""

from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import Any, Final

from weighbridge.domain.ids import RepoPath
from weighbridge.domain.outcomes import CouldNotLook
from weighbridge.facts.terraform.blocks import Expression
from weighbridge.facts.terraform.sources import VARIABLES, read_source
from weighbridge.landscape.infrastructure.files import called_folder

_UNSAID: Final = object()


def settled_by_calls(
    defaults: Mapping[str, Any], names: Collection[str], *, path: str, texts: Iterable[tuple[RepoPath, str]]
) -> dict[str, Any]:
    """The defaults of a folder, those of some names as every call of it gives them, where all say one thing."""
    calls = _calls(path, texts)
    found = dict(defaults)
    for name in names if calls else ():
        said = [call.get(name, defaults.get(name, _UNSAID)) for call in calls]
        if all(each == said[0] for each in said) and said[0] is not _UNSAID and not isinstance(said[0], Expression):
            found[name] = said[0]
    return found


def without_overruled(
    defaults: tuple[Mapping[str, Any], Mapping[str, Any]],
    names: Collection[str],
    *,
    path: str,
    texts: tuple[Iterable[tuple[RepoPath, str]], Iterable[tuple[RepoPath, str]]],
) -> tuple[dict[str, Any], dict[str, Any]]:
    """The defaults of a folder before and after, without those that no call of it takes, for all say what the variable is.

    A call that says it on one side alone took the default on the other. Where all calls come to one thing before and after, it is
    that; where they say several, or say another thing now, it is not known of the folder itself: what becomes of it is told of the calls.
    """
    before, after = (dict(each) for each in defaults)
    calls = [dict(named_calls(path, each)) for each in texts] if names else []
    for name in names if all(calls) else ():
        if any(name not in calls[0].get(call, {}) and name not in calls[1][call] for call in calls[1]):
            continue  # that one goes by the default, whatever it is
        said = [
            call.get(name, side[name]) for side, many in zip(defaults, calls, strict=True) for call in many.values()
        ]
        is_one = all(each == said[0] for each in said) and not isinstance(said[0], Expression)
        for side in (before, after):
            side.pop(name, None)
            if is_one:
                side[name] = said[0]
    return before, after


def _calls(folder: str, texts: Iterable[tuple[RepoPath, str]]) -> list[Mapping[str, Any]]:
    """What each call of a folder gives."""
    return [values for _, values in named_calls(folder, texts)]


def named_calls(
    folder: str, texts: Iterable[tuple[RepoPath, str]]
) -> Iterator[tuple[tuple[RepoPath, str], Mapping[str, Any]]]:
    """The same, each by its file and name."""
    last = folder.rpartition("/")[2]
    for path, text in texts if last else ():
        if f"/{last}" not in text or "module" not in text or path.endswith(VARIABLES):
            continue
        read = read_source(text.encode(), path)
        here = path.rpartition("/")[0]
        for block in read.blocks if not isinstance(read, CouldNotLook) else ():
            source = block.values.get("source")
            is_near = block.type == "module" and isinstance(source, str) and source.startswith(("./", "../"))
            if is_near and called_folder(here, str(source)) == folder:
                yield (path, block.name), block.values
