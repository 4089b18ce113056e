"""Whoever starts an image, or builds on it, meets another one."""

from collections.abc import Iterable, Iterator

from weighbridge.domain.findings import Confidence, Finding, Severity
from weighbridge.domain.rule import Case, Rule
from weighbridge.facts.dockerfile import Instruction
from weighbridge.landscape.infrastructure.images.changed import DOCKERFILE, Built, Images

RULE = Rule(
    severity=Severity.MEDIUM,
    confidence=Confidence.MEDIUM,
    reads=(Images,),
    roles=(DOCKERFILE,),
    tags=("image", "contract"),
)
_SHOWN = 80


def check(case: Case) -> Iterable[Finding]:
    """One finding for each part that others rely on."""
    for old, new in case[Images].kept:
        if old.is_for_oneself or new.is_for_oneself:
            continue
        yield from _started(old, new)
        for name, words in (
            ("HEALTHCHECK", "a hung container is no longer noticed: restarts and routing rely on this check"),
            ("STOPSIGNAL", "it is stopped by another signal than it listens to"),
        ):
            before, after = _last(old, name), _last(new, name)
            if before is not None and before.text.upper() != "NONE" and (after is None or after.text.upper() == "NONE"):
                if name == "STOPSIGNAL" and _base(old) != _base(new):
                    continue
                yield RULE.finding(f"`{name}` is gone: {words}", old.at(before.line), anchor=name)
        for name, words in (
            ("EXPOSE", "whoever relies on it publishes or connects to another port"),
            ("VOLUME", "what is written there is gone with the container"),
        ):
            left = {word for word, _ in _all(new, name)}
            gone = [(word, line) for word, line in _all(old, name) if word not in left and "$" not in word]
            if gone:
                said = " ".join(word for word, _ in gone)
                place = old.at(gone[0][1])
                yield RULE.finding(f"`{name} {said}` is gone: {words}", place, anchor=f"{name} {said}")
        stages = {stage.name.lower() for stage in new.said.stages}
        for stage in old.said.stages[:-1]:
            if stage.name and stage.name.lower() not in stages and not _is_named(stage.name, old):
                words = (
                    f"stage `{stage.name}` is gone: `docker build --target {stage.name}` fails for whoever builds it"
                )
                yield RULE.finding(words, old.at(stage.line), anchor=f"stage {stage.name}")


def _started(old: Built, new: Built) -> Iterator[Finding]:
    """What is started, where it is another program and not the same one with other options."""
    before, after = _last(old, "ENTRYPOINT"), _last(new, "ENTRYPOINT")
    if before is not None and before.words and (after is None or not after.words):
        words = (
            f"`ENTRYPOINT {before.text[:_SHOWN]}` is gone: what was given to it as arguments is now the program itself"
        )
        yield _finding(new, after, words=words, anchor="ENTRYPOINT")
    elif before is None and after is not None and after.words and _base(old) == _base(new):
        words = "`ENTRYPOINT` is new: the commands that others start it with are now arguments of it"
        yield _finding(new, after, words=words, anchor="ENTRYPOINT")
    elif before is not None and after is not None and before.text.startswith("[") and not after.text.startswith("["):
        words = "`ENTRYPOINT` is started by a shell now: arguments are not passed on, and no signal to stop reaches the program"
        yield _finding(new, after, words=words, anchor="ENTRYPOINT")


def _finding(new: Built, after: Instruction | None, *, words: str, anchor: str) -> Finding:
    shipped = new.said.shipped
    line = after.line if after is not None else shipped[0].line if shipped else 1
    return RULE.finding(words, new.at(line), anchor=anchor)


def _last(built: Built, name: str) -> Instruction | None:
    return next((found for stage in built.said.shipped if (found := stage.last(name)) is not None), None)


def _all(built: Built, name: str) -> list[tuple[str, int]]:
    shipped = (each for stage in built.said.shipped for each in stage.of(name))
    return [(word.removesuffix("/tcp"), each.line) for each in shipped for word in each.words]


def _base(built: Built) -> str:
    return built.said.shipped[-1].base if built.said.shipped else ""


def _is_named(name: str, built: Built) -> bool:
    """Whether a stage only serves others of the file."""
    for stage in built.said.stages:
        if stage.base.lower() == name.lower():
            return True
        if any(each.flags.get("from", "").lower() == name.lower() for each in stage.instructions):
            return True
    return False
