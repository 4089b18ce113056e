"""Policies that real projects wrote for policy-bot, imported: `python -m benchmarks.policy_import FOLDER` keeps the counts.

The folder holds `.policy.yml` files under any names, fetched when this is run: none is kept here. Printed is a row a file:
rules in and out, and what was lost by kind and by what comes of it; then what was lost most often.
"""

import argparse
import re
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from scripts.write_status import Row

from benchmarks.measuring import keep
from weighbridge.app.import_policy import Imported, PolicySource, import_policy
from weighbridge.landscape.documents.configuration import ConfigurationError
from weighbridge.policy.importing.lost import Effect, Lost, LostKind

_TIMES: Final = 3
_NAMED: Final = re.compile(r"`[^`]*`")
_ELSEWHERE: Final = "the policy lies in"
_GOALS: Final = {Effect.WEAKER: 0.0}


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What came of one file, and the least CPU seconds that it took."""

    name: str
    imported: Imported | None
    refusal: str
    seconds: float


def outcome(path: Path) -> Outcome:
    """Import one file some times over."""
    data = path.read_bytes()
    taken: list[float] = []
    imported, refusal = None, ""
    for _ in range(_TIMES):
        started = time.process_time()
        try:
            imported = import_policy(data, path.name, source=PolicySource.POLICY_BOT)
        except ConfigurationError as error:
            refusal = error.problems[0].message
        taken.append(time.process_time() - started)
    return Outcome(name=path.stem, imported=imported, refusal=refusal, seconds=min(taken))


def table(outcomes: Sequence[Outcome]) -> Iterator[str]:
    """A row a file, and what was lost most often."""
    kinds, effects = list(LostKind), [effect for effect in Effect if effect is not Effect.NONE]
    yield f"| file | rules in | rules out | {' | '.join([*kinds, *effects])} |"
    yield "|---|" + "---|" * (2 + len(kinds) + len(effects))
    for each in outcomes:
        if each.imported is None:
            yield f"| {each.name} | refused: {each.refusal[:100]} |"
            continue
        counts = Counter(str(lost.kind) for lost in each.imported.lost)
        counts += Counter(str(lost.effect) for lost in each.imported.lost)
        cells = [
            each.imported.rules_in,
            each.imported.rules_out,
            *(counts[str(one)] or "" for one in (*kinds, *effects)),
        ]
        yield f"| {each.name} | {' | '.join(map(str, cells))} |"
    yield ""
    for what, times in Counter(lost.what.split(" of `")[0].split(" `")[0] for lost in _lost(outcomes)).most_common():
        yield f"{times:4} {what}"


def rows(outcomes: Sequence[Outcome]) -> list[Row]:
    """The counts as kept rows."""
    imported = [each.imported for each in outcomes if each.imported is not None]
    refused = Counter(_reason(each.refusal) for each in outcomes if each.imported is None)
    effects = Counter(lost.effect for lost in _lost(outcomes))
    longest = max(outcomes, key=lambda each: each.seconds)
    rules_in = sum(each.rules_in for each in imported)
    of_longest = f"{longest.imported.rules_in} rules" if longest.imported else "refused"
    return [
        Row("files", len(outcomes), "files"),
        Row("imported, each a policy that loads", len(imported), "files"),
        Row(
            "refused",
            refused.total(),
            "files",
            note="; ".join(f"{times} {reason}" for reason, times in refused.most_common()),
        ),
        Row("rules in", rules_in, "rules"),
        Row("rules out", sum(each.rules_out for each in imported), "rules"),
        *(
            Row(
                f"lost, with the effect '{effect}'",
                effects[effect],
                "things",
                goal=_GOALS.get(effect),
                note=_in(outcomes, effect),
            )
            for effect in (Effect.STRICTER, Effect.FILL_IN, Effect.WEAKER)
        ),
        Row("the longest import", round(longest.seconds, 3), "CPU s", note=f"least of {_TIMES}; {of_longest}"),
    ]


def _lost(outcomes: Sequence[Outcome]) -> list[Lost]:
    return [lost for each in outcomes if each.imported is not None for lost in each.imported.lost]


def _in(outcomes: Sequence[Outcome], effect: Effect) -> str:
    found = sum(
        each.imported is not None and any(lost.effect is effect for lost in each.imported.lost) for each in outcomes
    )
    return f"in {found} files"


def _reason(refusal: str) -> str:
    """A refusal without the names in it."""
    if refusal.startswith(_ELSEWHERE):
        return "lie in another repository"
    return f"'{_NAMED.sub('…', refusal).split(',')[0].split(':')[0]}'"


def main(arguments: Sequence[str] | None = None) -> None:
    """Import every file of a folder, print what came of it, and keep the counts."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    folder: Path = parser.parse_args(arguments).folder
    outcomes = [outcome(path) for path in sorted(folder.glob("*.yml"))]
    if not outcomes:
        parser.error(f"{folder} holds no *.yml")
    print("\n".join(table(outcomes)))
    keep("policy-import", rows(outcomes), command="python -m benchmarks.policy_import FOLDER")


if __name__ == "__main__":
    main()
