"""Regular expressions that backtrack, beside the engines that run them: `python -m benchmarks.patterns FOLDER [PART …]`.

`patterns.toml` beside this names the repositories. Four parts: `code` judges every pattern of whole code bases, confirms what is called slow in Python's and Node's own
engines, and searches by chance for slow ones among what is called quick; `fixes` reverses commits that mended such patterns; `mutations` makes quick patterns slow by
script; `changes` weighs commits that touch patterns. Beside it stands what a look for a repetition within a repetition says.
"""

import argparse
import random
import time
import tomllib
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Final

import msgspec
from scripts.write_status import ROOT, Row

from benchmarks.measuring import keep
from benchmarks.planted import findings
from benchmarks.regexes.engines import Engine
from benchmarks.regexes.ground import Ground, texts_of, written_at
from benchmarks.regexes.growth import by_chance, confirmed
from benchmarks.regexes.mutations import mutated
from weighbridge.engine.discover import find_rules, load_rule
from weighbridge.landscape.resources.patterns.changes import Judgement
from weighbridge.landscape.resources.patterns.judging import Verdict
from weighbridge.landscape.resources.patterns.positions import within
from weighbridge.landscape.resources.patterns.reading import read
from weighbridge.landscape.resources.patterns.refusal import UnreadError
from weighbridge.landscape.resources.patterns.tree import Node, Repeat
from weighbridge.landscape.resources.patterns.written import Written

NAME: Final = "patterns"
_SOURCES: Final = ROOT / "benchmarks" / "patterns.toml"
_RULE: Final = "resources/pattern-backtracks"
_MUTATED: Final = 3
_CHANGES: Final = 12
_CHANCES: Final = 50
_DRAWN: Final = 50
"""Patterns of each code base, drawn by chance where there are more."""
_SEED: Final = 17
_REPEATING: Final = frozenset("*+{")
_WORDS: Final = (
    r"re\.(compile|match|search|sub|findall|split|fullmatch)\(",
    r"new RegExp\(",
    r"\.(test|replace|match|exec)\(/",
)


class Source(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A repository at a revision."""

    repository: str
    revision: str


class Mend(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A commit that mended a pattern."""

    repository: str
    commit: str


class Sources(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What `patterns.toml` says."""

    code: tuple[Source, ...]
    changes: tuple[Source, ...]
    fixes: tuple[Mend, ...]


class Judged(msgspec.Struct, frozen=True, kw_only=True):
    """One pattern with what is said of it; `refusal` where nothing is."""

    written: Written
    verdict: Verdict | None = None
    refusal: str = ""


class Bench:
    """The engines, and what they were asked."""

    def __init__(self, folder: Path, sources: Sources) -> None:
        self.folder = folder
        self.sources = sources
        self.engines = {name: Engine(name) for name in ("python", "javascript")}
        self.cases: list[str] = []

    def holds(self, judged: Judged) -> bool:
        """Whether the engine takes as long as the verdict says."""
        verdict, written = judged.verdict, judged.written
        return verdict is not None and confirmed(self.engines[written.dialect], written, verdict=verdict)

    def told(self, what: str, written: Written) -> None:
        """Keeps a case to be read."""
        self.cases.append(f"{what}: {written.dialect} {written.manner} {written.text[:150]!r}")

    def code(self) -> Iterator[Row]:
        """Precision, and misses that chance finds, over code bases."""
        chance = random.Random(_SEED)  # noqa: S311 - a sample, not a secret
        drawn: dict[tuple[str, str, str], Written] = {}
        for one in self.sources.code:
            there = Ground(self.folder, one.repository).patterns(one.revision)
            for written in chance.sample(there, min(_DRAWN, len(there))):
                drawn[written.text, written.flags, written.manner] = written
        patterns = list(drawn.values())
        judged, took = timed([each for each in patterns if each.is_whole])
        slow = [each for each in judged if each.verdict is not None]
        held = {each.written: self.holds(each) for each in slow}
        for each in slow:
            if not held[each.written]:
                self.told("not confirmed", each.written)
        quick = [each for each in judged if each.verdict is None and not each.refusal and _repeats(each.written)]
        missed = [
            each
            for each in quick
            if by_chance(self.engines[each.written.dialect], each.written, chance=chance, times=_CHANCES)
        ]
        for each in missed:
            self.told("found slow by chance", each.written)
        held_count = sum(held.values())
        bases = len(self.sources.code)
        yield share(
            "said to be slow, and slow in the real engine",
            held_count,
            whole=len(slow),
            note=f"of {len(patterns)} patterns of {bases} code bases",
        )
        for name, own in by_degree(slow):
            yield share(
                f"said to be {name}, and slow in the real engine",
                sum(held[each.written] for each in own),
                whole=len(own),
            )
        yield share(
            "slow in the real engine, and said to be",
            held_count,
            whole=held_count + len(missed),
            note=f"{len(quick)} quick ones were tried with {_CHANCES} texts by chance each",
        )
        yield from self.baseline(judged, held)
        refused = Counter(each.refusal for each in judged if each.refusal)
        yield Row(
            item="could not be judged",
            figure=sum(refused.values()),
            unit="",
            note=", ".join(f"{n} {why}" for why, n in refused.most_common()),
        )
        yield Row(item="put together when the program runs, or cut", figure=len(patterns) - len(judged), unit="")
        took.sort()
        yield Row(item="a pattern is judged in, the median", figure=round(took[len(took) // 2] * 1000, 2), unit="ms")
        yield Row(
            item="a pattern is judged in, all but one of a hundred",
            figure=round(took[len(took) * 99 // 100] * 1000, 1),
            unit="ms",
        )
        yield Row(item="a pattern is judged in, the slowest", figure=round(took[-1] * 1000), unit="ms")

    def baseline(self, judged: Sequence[Judged], held: dict[Written, bool]) -> Iterator[Row]:
        """A repetition within a repetition, as a look at the text alone would have it."""
        exponential = {
            each.written
            for each in judged
            if each.verdict is not None and each.verdict.degree == 0 and held[each.written]
        }
        named = {each.written for each in judged if not each.refusal and is_nested(each.written)}
        yield share(
            "beside it: a repetition within a repetition, exponential in the real engine",
            len(named & exponential),
            whole=len(named),
        )
        yield share(
            "beside it: exponential ones that hold a repetition within a repetition",
            len(named & exponential),
            whole=len(exponential),
        )
        slow = {each for each, is_held in held.items() if is_held}
        yield share(
            "beside it: slow ones that hold a repetition within a repetition", len(named & slow), whole=len(slow)
        )

    def fixes(self) -> Iterator[Row]:
        """Mended patterns, brought back: whether what was mended is named, and slow."""
        rules = [load_rule(place) for place in find_rules() if place.id == _RULE]
        visible = named = held = ruled = 0
        for each in self.sources.fixes:
            files = list(Ground(self.folder, each.repository).changed(each.commit))
            bad = [w for path, before, after in files for w in gone(path, before, after=after)]
            judged, _ = timed(bad)
            slow = [one for one in judged if one.verdict is not None]
            is_held = any(self.holds(one) for one in slow)
            told = [
                one
                for one in findings(rules, texts_of(files, of_head=True), after=texts_of(files, of_head=False))
                if one.rule == _RULE
            ]
            visible, named, held, ruled = visible + bool(bad), named + bool(slow), held + is_held, ruled + bool(told)
            worst = max((one.verdict.rank for one in slow if one.verdict is not None), default=0)
            said = f"{told[0].severity} {told[0].message[:130]}" if told else "nothing"
            self.cases.append(
                f"{each.repository} {each.commit}: {len(bad)} patterns, rank {worst}, held {is_held}, the rule: {said}"
            )
        total = len(self.sources.fixes)
        yield share(
            "fixes whose old pattern is seen",
            visible,
            whole=total,
            note="others stand in tables, are put together, or were not patterns",
        )
        yield share("of those, the old pattern is called slow", named, whole=visible)
        yield share("of those, slow in the real engine", held, whole=named)
        yield share("of the fixes whose old pattern is seen, told by the rule when it comes back", ruled, whole=visible)

    def mutations(self) -> Iterator[Row]:
        """Quick patterns made slow by script."""
        chance = random.Random(_SEED)  # noqa: S311 - a sample, not a secret
        quick: list[Written] = []
        for one in self.sources.code:
            own = [
                each
                for each in Ground(self.folder, one.repository).patterns(one.revision)
                if each.is_whole and _repeats(each)
            ]
            judged, _ = timed(own)
            safe = [
                each.written
                for each in judged
                if each.verdict is None and not each.refusal and any(mutated(each.written.text))
            ]
            quick += chance.sample(safe, min(_MUTATED, len(safe)))
        made: Counter[str] = Counter()
        named: Counter[str] = Counter()
        held = 0
        for each in quick:
            for name, text in mutated(each.text):
                changed = msgspec.structs.replace(each, text=text)
                (one_judged,), _ = timed([changed])
                is_slow = self.holds(one_judged)
                if not is_slow and one_judged.verdict is None:
                    is_slow = by_chance(self.engines[each.dialect], changed, chance=chance, times=_CHANCES) is not None
                    if is_slow:
                        self.told(f"missed ({one_judged.refusal or name})", changed)
                made[name] += is_slow
                named[name] += is_slow and one_judged.verdict is not None
                held += is_slow
        note = f"in {len(quick)} patterns of {len(self.sources.code)} code bases"
        yield share(
            "made slow by script (the engine confirms it), and named",
            sum(named.values()),
            whole=sum(made.values()),
            note=note,
        )
        for name in made:
            yield share(f"{name}: named", named[name], whole=made[name])

    def changes(self) -> Iterator[Row]:
        """Commits that touch patterns: what the rule says of them, and whether it is so."""
        rules = [load_rule(place) for place in find_rules() if place.id == _RULE]
        touched = told = held = 0
        kinds: Counter[str] = Counter()
        for one in self.sources.changes:
            ground, own = Ground(self.folder, one.repository), 0
            for commit in ground.commits(one.revision, words=_WORDS, most=2 * _CHANGES):
                files = list(ground.changed(commit))
                new = [w for path, before, after in files for w in gone(path, after, after=before) if _repeats(w)]
                if not new or own >= _CHANGES:
                    continue
                own, touched = own + 1, touched + 1
                slow = [each for each in timed(new)[0] if each.verdict is not None]
                is_slow = any(self.holds(each) for each in slow)
                if not slow:
                    continue
                for found in findings(rules, texts_of(files, of_head=False), after=texts_of(files, of_head=True)):
                    told, held = told + 1, held + is_slow
                    kinds[str(found.severity)] += 1
                    self.cases.append(
                        f"{one.repository} {commit[:12]} held {is_slow}: {found.severity} {found.message[:200]}"
                    )
        yield Row(
            item="changes that bring or change patterns",
            figure=touched,
            unit="",
            note=f"of {len(self.sources.changes)} repositories",
        )
        yield share(
            "of their findings, slow in the real engine",
            held,
            whole=told,
            note=", ".join(f"{n} {kind}" for kind, n in kinds.items()),
        )
        yield share("findings a change", told, whole=touched)


def gone(path: str, before: bytes, *, after: bytes) -> list[Written]:
    """The patterns of a file that the other side has not."""
    kept = {each.text for each in written_at(path, after)}
    return [each for each in written_at(path, before) if each.text not in kept and each.is_whole]


def timed(patterns: Sequence[Written]) -> tuple[list[Judged], list[float]]:
    """What is said of patterns, and the seconds it took for each."""
    found: list[Judged] = []
    took: list[float] = []
    for each in patterns:
        start = time.perf_counter()
        try:
            verdict = Judgement().of(each)
            found.append(Judged(written=each, verdict=verdict))
        except UnreadError as error:
            found.append(Judged(written=each, refusal=str(error.reason)))
        took.append(time.perf_counter() - start)
    return found, took


def by_degree(slow: Sequence[Judged]) -> Iterator[tuple[str, list[Judged]]]:
    """Those of each kind."""
    kinds: tuple[tuple[str, Callable[[Verdict], bool]], ...] = (
        ("exponential", lambda v: v.degree == 0),
        ("cubic or worse", lambda v: v.degree > 2),
        ("quadratic", lambda v: v.degree == 2 and not v.is_by_start),
        ("quadratic by where a match begins", lambda v: v.is_by_start),
    )
    for name, holds in kinds:
        own = [each for each in slow if each.verdict is not None and holds(each.verdict)]
        if own:
            yield name, own


def is_nested(written: Written) -> bool:
    """Whether a repetition without end lies in another."""
    try:
        root = read(written.text, written.dialect, flags=written.flags).root
    except UnreadError:
        return False
    return _height(root) > 1


def _height(node: Node) -> int:
    inner = max((_height(each) for each in within(node)), default=0)
    return inner + (isinstance(node, Repeat) and node.most is None)


def _repeats(written: Written) -> bool:
    return not _REPEATING.isdisjoint(written.text)


def share(item: str, part: int, *, whole: int, note: str = "") -> Row:
    """A share, with its numbers."""
    numbers = f"{part} of {whole}"
    return Row(
        item=item,
        figure=round(part / whole, 3) if whole else 0,
        unit="share",
        more_is_better=True,
        note=f"{numbers}; {note}" if note else numbers,
    )


def main() -> None:
    """Measures the parts that are named, or all."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("parts", nargs="*", default=["code", "fixes", "mutations", "changes"])
    asked = parser.parse_args()
    sources = msgspec.convert(tomllib.loads(_SOURCES.read_text("utf-8")), Sources)
    for part in asked.parts:
        bench = Bench(asked.folder, sources)
        rows = list(
            {"code": bench.code, "fixes": bench.fixes, "mutations": bench.mutations, "changes": bench.changes}[part]()
        )
        keep(f"{NAME}-{part}", rows, command=f"python -m benchmarks.patterns FOLDER {part}", cases=bench.cases)
        for engine in bench.engines.values():
            engine.close()


if __name__ == "__main__":
    main()
