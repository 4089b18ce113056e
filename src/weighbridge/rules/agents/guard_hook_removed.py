"""A hook that could refuse what an agent does is gone, looks at less, or refuses nothing any more."""

from collections.abc import Iterable, Iterator
from typing import Final

from weighbridge.domain.change import Change, FileChange, Mode
from weighbridge.domain.findings import Confidence, Finding, Severity
from weighbridge.domain.ids import RepoPath
from weighbridge.domain.outcomes import CouldNotLook, NotRead
from weighbridge.domain.places import Place, Side
from weighbridge.domain.rule import Case, Rule
from weighbridge.landscape.agents.changed import AgentFiles, PowersPair, TextPair
from weighbridge.landscape.agents.files import SCRIPTS, SETTINGS
from weighbridge.landscape.agents.model import Hook
from weighbridge.landscape.agents.runs import names_of, refuses, run_of
from weighbridge.landscape.contracts.trees import Trees

RULE = Rule(
    severity=Severity.HIGH,
    confidence=Confidence.MEDIUM,
    reads=(AgentFiles, Change, Trees),
    roles=(SETTINGS, SCRIPTS),
    weaknesses=(693, 778),
    tags=("agents",),
)
_MOST_BYTES: Final = 200_000
_EVERY: Final = ("", "*", ".*")


def check(case: Case) -> Iterable[Finding | CouldNotLook]:
    """One finding for each hook that guarded and does not, and each script of one."""
    files = case[AgentFiles]
    yield from files.unread
    for pair in files.pairs:
        for hook in pair.old.hooks:
            yield from _of_hook(pair, hook, case=case)
    for text in files.texts(SCRIPTS):
        if isinstance(text, NotRead):
            yield text
        else:
            yield from _of_script(text, case[Trees])


def _of_hook(pair: PowersPair, hook: Hook, *, case: Case) -> Iterator[Finding]:
    same = [each for each in pair.new.hooks if each.event == hook.event and _is_same(each, hook)]
    if any(_looks_at_all_of(each.matcher, hook.matcher) for each in same):
        return
    left = _left(hook.matcher, [each.matcher for each in same])
    is_blocking = refuses(_text_of(hook, pair, trees=case[Trees])) or refuses(hook.command)
    if not hook.is_guard and not is_blocking:
        return
    heir = next((each for each in pair.new.hooks if (each.event, each.matcher) == (hook.event, hook.matcher)), None)
    what = f"the `{hook.event}` hook" + (f" for `{hook.matcher[:60]}`" if hook.matcher not in _EVERY else "")
    if same:
        words = f"the `{hook.event}` hook that runs `{_short(hook)}` no longer looks at `{left}`"
    elif heir is not None:
        words = f"{what} runs `{_short(heir)}` now, where `{_short(hook)}` was"
    else:
        words = f"{what}, which ran `{_short(hook)}`, is gone"
    refused = "; that one could refuse what agents do" if is_blocking and not same else ""
    side, line = (Side.HEAD, heir.line) if heir is not None and not same else (Side.BASE, hook.line)
    grave = is_blocking and (heir is None or bool(same))
    is_replaced = heir is not None and not same and refuses(_text_of(heir, pair, trees=case[Trees], side=Side.HEAD))
    if is_replaced:
        refused = ", which can refuse it too"
    yield RULE.finding(
        words + refused,
        pair.place(line, side=side),
        anchor=f"{hook.event} {hook.matcher} {hook.command}",
        severity=Severity.LOW if is_replaced else Severity.HIGH if grave else Severity.MEDIUM,
    )


def _is_same(new: Hook, old: Hook) -> bool:
    """Whether it runs the same: the same words, or the same scripts by another path."""
    if " ".join(new.command.split()) == " ".join(old.command.split()):
        return True
    names = set(names_of(old.command))
    return bool(names) and names == set(names_of(new.command))


def _looks_at_all_of(new: str, old: str) -> bool:
    return new in _EVERY or (old not in _EVERY and set(old.split("|")) <= set(new.split("|")))


def _left(old: str, new: list[str]) -> str:
    kept = {part for each in new for part in each.split("|")}
    return "everything else" if old in _EVERY else "|".join(part for part in old.split("|") if part not in kept)


def _short(hook: Hook) -> str:
    text = " ".join(hook.command.split())
    return text if len(text) <= 90 else f"{text[:90]}…"


def _text_of(hook: Hook, pair: PowersPair, *, trees: Trees, side: Side = Side.BASE) -> str:
    """The script that a hook runs; empty where it runs none of the repository."""
    blobs = trees.on(side).blobs
    blob = pair.file.on(side)
    settings = blob.path if blob is not None else pair.file.path
    path = run_of(hook.command, settings=settings, is_there=lambda path: path in blobs).script
    data = trees.read(blobs[path].oid, _MOST_BYTES) if path is not None else b""
    return data.decode("utf-8", "replace") if isinstance(data, bytes) else ""


def _of_script(text: TextPair, trees: Trees) -> Iterator[Finding]:
    file = text.file
    if file.base is None or not refuses(text.old):
        return
    name = file.base.path.rpartition("/")[2]
    if file.head is None or not text.new:
        if _is_still_named(file, name, trees=trees):
            yield RULE.finding(
                f"`{name}` is gone, which a hook still names and which could refuse what agents do",
                text.place(1, side=Side.BASE),
                anchor=f"gone {name}",
            )
    elif not refuses(text.new):
        yield RULE.finding(
            f"`{name}` lies among the hooks of agents and could refuse what they do; it refuses nothing any more",
            _first(text),
            anchor=f"refuses nothing {name}",
        )
    elif (file.base.mode, file.head.mode) == (Mode.EXECUTABLE, Mode.REGULAR):
        yield RULE.finding(
            f"`{name}` lies among the hooks of agents and can no longer be started: a hook that fails refuses nothing",
            text.place(0),
            anchor=f"mode {name}",
        )


def _is_still_named(file: FileChange, name: str, *, trees: Trees) -> bool:
    """Whether settings of the same folder still run it after the change."""
    path = file.base.path if file.base is not None else file.path
    root = path.rpartition("/hooks/")[0]
    blobs = trees.head().blobs
    for each in ("settings.json", "settings.local.json", "hooks.json", "config.toml"):
        blob = blobs.get(RepoPath(f"{root}/{each}"))
        data = trees.read(blob.oid, _MOST_BYTES) if blob is not None else b""
        if isinstance(data, bytes) and name.encode() in data:
            return True
    return False


def _first(text: TextPair) -> Place:
    """Where it is otherwise: a line that is new, else one that is gone."""
    added = [each.start for each in text.file.added if each.end >= each.start]
    gone = [each.start for each in text.file.removed]
    return text.place(min(added)) if added else text.place(min(gone, default=1), side=Side.BASE)
