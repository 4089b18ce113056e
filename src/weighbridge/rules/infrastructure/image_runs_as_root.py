"""An image runs as root, and did not."""

from collections.abc import Iterable, Iterator
from typing import Final

from weighbridge.domain.findings import Confidence, Finding, Severity
from weighbridge.domain.places import Place
from weighbridge.domain.rule import Case, Rule
from weighbridge.facts.dockerfile import filled
from weighbridge.landscape.infrastructure.images.becoming_root import ways_to_root
from weighbridge.landscape.infrastructure.images.changed import COMPOSE, DOCKERFILE, Built, Images, is_for_oneself
from weighbridge.landscape.infrastructure.images.references import Reference, read_reference

RULE = Rule(
    severity=Severity.HIGH,
    confidence=Confidence.MEDIUM,
    reads=(Images,),
    roles=(DOCKERFILE, COMPOSE),
    weaknesses=(250,),
    tags=("image", "exposure"),
)
_ROOT: Final = frozenset({"root", "0", "root:root", "0:0", "root:0", "0:root"})


def check(case: Case) -> Iterable[Finding]:
    """One finding for each image, and each service, that ran as somebody else."""
    for old, new in case[Images].kept:
        yield from _may_become_root(old, new)
        was, now = _user(old), _user(new)
        if not was[0] or was[0] in _ROOT or (now[0] and now[0] not in _ROOT):
            continue
        if not now[0] and (_base(old).name != _base(new).name or "root" in _base(new).tag):
            continue  # whom it runs as, the other base says
        how = f"`USER {now[0]}`" if now[0] else "no `USER` any more"
        yield RULE.finding(
            f"the image's program runs as root ({how}, it was `{was[0]}`): whoever breaks into it may change everything in the container, and is root outside where they get out",
            new.at(now[1]) if now[0] else _started(old, new, was=was[1]),
            anchor="user",
            severity=Severity.MEDIUM if new.is_for_oneself else Severity.HIGH,
        )
    for before, after in case[Images].composed:
        for name, service in after.services.items() if after is not None and before is not None else ():
            assert before is not None
            assert after is not None
            former = before.services.get(name)
            ran, runs = (former.settings.get("user", "") if former else ""), service.settings.get("user", "")
            if ran and ran not in _ROOT and "$" not in ran and (runs in _ROOT):
                yield RULE.finding(
                    f"`{name}` runs as root (it was `{ran}`): whoever breaks into it may change everything in its container and in what is mounted there",
                    after.at(service.line_of("user")),
                    anchor=f"user {name}",
                    severity=Severity.MEDIUM if is_for_oneself(after.path) else Severity.HIGH,
                )


def _user(built: Built) -> tuple[str, int]:
    """Whom what is shipped runs as, as far as the file says, and where."""
    shipped = built.said.shipped
    for stage in shipped:
        if (last := stage.last("USER")) is not None:
            return filled(last.text.strip("\"'"), stage.values), last.line
    return "", shipped[0].line if shipped else 1


def _may_become_root(old: Built, new: Built) -> Iterator[Finding]:
    """What lets who is not root become it, or do as root does, and did not."""
    user = _user(new)[0]
    known = {each.key for each in ways_to_root(old, user=_user(old)[0])}
    for each in ways_to_root(new, user=user) if user not in _ROOT else ():
        if each.key not in known:
            known.add(each.key)
            severity = Severity.HIGH if each.is_grave else Severity.MEDIUM
            yield RULE.finding(
                f"the image's program {each.words}",
                new.at(each.line),
                anchor=each.key,
                severity=Severity.LOW if new.is_for_oneself else severity,
            )


def _started(old: Built, new: Built, *, was: int) -> Place:
    """Where what runs as root is started; where the file does not say so, the line that said as whom it ran."""
    starts = (stage.last(name) for stage in new.said.shipped for name in ("ENTRYPOINT", "CMD"))
    found = next((each for each in starts if each is not None), None)
    return new.at(found.line) if found is not None else old.at(was)


def _base(built: Built) -> Reference:
    return read_reference(built.said.shipped[-1].base if built.said.shipped else "")
