"""What a pattern costs when it does not match: which text makes it slow, and how its steps grow, counted in a machine of our own."""

from collections.abc import Iterable, Iterator
from functools import cached_property
from itertools import pairwise
from math import log
from typing import Final, Literal

from msgspec import Struct
from msgspec.structs import replace

from weighbridge.domain.outcomes import Reason
from weighbridge.landscape.resources.patterns.ambiguity import MOST_STEPS, Candidate, Steps, Word, candidates
from weighbridge.landscape.resources.patterns.machine import Machine
from weighbridge.landscape.resources.patterns.positions import Automaton, automaton
from weighbridge.landscape.resources.patterns.reading import Dialect, read
from weighbridge.landscape.resources.patterns.refusal import UnreadError
from weighbridge.landscape.resources.patterns.tree import Pattern, clipped

Manner = Literal["search", "start", "whole"]
"""Where a match may lie: anywhere, at the beginning, or over the whole text."""

_SIZES: Final = (8, 16, 32, 64)
_MOST_HARMLESS: Final = 1_000
"""What ends at so many repetitions takes so many times as long as the text, at most."""
_CLIPPED: Final = 20
_MOST_TOGETHER: Final = 200_000
_FINE_SIZES: Final = (1, 2, 3, 4, 5, 6, 7, 8, 10, 12, 14, 16, 20, 24, 28)
_MOST_STEPS: Final = 25_000
_MOST_TRIED: Final = 24
_MOST_SUFFIXES: Final = 5
_DOUBLES: Final = 1.25
"""By so much an exponential one grows with each repetition more, at least."""
_FEWEST: Final = (0, 1, 2, 3)
_MOST_OF_FEW: Final = 120_000
_SMALL: Final = 3
"""Of a higher degree even what ends is much until then."""
_SHIFT: Final = 2
_STEEP: Final = 4.0
_KEPT: Final = 0.6
_LINEAR: Final = 1.55
"""To the power of the length: above, it is no straight line any more."""
_HIGHEST: Final = 9


class Verdict(Struct, frozen=True, kw_only=True):
    """A text that takes the pattern long: `prefix`, then `pump` many times, then `suffix`; `degree` 0 is exponential."""

    degree: int
    prefix: str
    pump: str
    suffix: str
    counted: tuple[tuple[int, int], ...]
    """Repetitions of the pump, and the steps that were counted."""
    is_by_start: bool = False
    """Whether only because a match may begin anywhere: at the beginning alone it takes as many steps as the text is long."""
    refers_back: bool = False
    """Whether the pattern refers to one of its groups."""

    @property
    def rank(self) -> int:
        """The higher, the worse."""
        return _HIGHEST + 1 if self.degree == 0 else min(self.degree, _HIGHEST)

    def text(self, count: int) -> str:
        """The text with so many repetitions."""
        return self.prefix + self.pump * count + self.suffix


def judge(text: str, dialect: Dialect, *, flags: str = "", manner: Manner = "search") -> Verdict | None:
    """The worst text for a pattern; None where its steps grow as the text does.

    Raises:
        UnreadError: it is not read, would cost too much to judge, or is read only in part and shows nothing.
    """
    pattern = read(text, dialect, flags=flags)
    states = automaton(pattern, floats=manner == "search")
    trial = _Trial(pattern, states, manner=manner)
    found = trial.worst(candidates(states, steps=Steps(MOST_STEPS)))
    if found is None and pattern.refers_back and trial.is_doubtful:
        raise UnreadError(Reason.UNSUPPORTED, "it refers back to a group, and only some texts could be tried")
    return found


class _Trial:
    def __init__(self, pattern: Pattern, states: Automaton, *, manner: Manner) -> None:
        self._pattern = pattern
        self._states = states
        self._machine = Machine(pattern, states.alphabet)
        self._manner = manner
        self._left = _MOST_TOGETHER
        self.is_doubtful = False
        """Whether something in the pattern itself looked slow, and was not."""

    def worst(self, found: Iterable[Candidate]) -> Verdict | None:
        """Tries what may be slow until something grows exponentially; else the one of the highest degree."""
        worst: Verdict | None = None
        tried: set[tuple[Word, Word]] = set()
        for each in found:
            if (each.prefix, each.pump) in tried or len(tried) >= _MOST_TRIED:
                continue
            if each.is_by_start and worst is not None:
                break
            if self._left < 0:
                if worst is None:
                    raise UnreadError(Reason.LIMIT, "it has too many loops to try each")
                break
            tried.add((each.prefix, each.pump))
            verdict = self._tried(each) or self._fenced(each)
            if verdict is not None and each.prefix:
                shorter = self._tried(replace(each, prefix=()))
                verdict = shorter if shorter is not None and shorter.rank >= verdict.rank else verdict
            self.is_doubtful = self.is_doubtful or (verdict is None and not each.is_by_start)
            if verdict is not None and (worst is None or verdict.rank > worst.rank):
                worst = verdict
            if worst is not None and worst.rank >= _HIGHEST:
                break
        return worst

    def _tried(self, candidate: Candidate) -> Verdict | None:
        """The verdict, if one of the suffixes makes it slow."""
        for suffix in self._suffixes(candidate):
            counted = tuple(self._counted(candidate, suffix, sizes=_SIZES))
            degree = self._degree(candidate, suffix, counted=counted)
            if degree == 1:
                continue
            if 1 < degree <= _SMALL and self._ends(candidate, suffix):
                return None
            return Verdict(
                degree=degree,
                prefix=self._spelled(candidate.prefix),
                pump=self._spelled(candidate.pump),
                suffix=self._spelled(suffix),
                counted=counted,
                is_by_start=candidate.is_by_start,
                refers_back=self._pattern.refers_back,
            )
        return None

    def _fenced(self, candidate: Candidate) -> Verdict | None:
        """The same behind a character that leads nowhere: at the very beginning something else may match."""
        if self._manner != "search":
            return None
        fence = next(self._suffixes(candidate))
        return self._tried(replace(candidate, prefix=(*fence, *candidate.prefix)))

    def _degree(self, candidate: Candidate, suffix: Word, *, counted: tuple[tuple[int, int], ...]) -> int:
        """How the steps grow: 1 as the text does, 0 exponentially."""
        if len(counted) < len(_SIZES):
            counted = tuple(self._counted(candidate, suffix, sizes=_FINE_SIZES))
            if len(counted) <= 1:
                counted = tuple(self._counted(candidate, suffix, sizes=_FEWEST, most=_MOST_OF_FEW))
            if len(counted) <= 1:
                raise UnreadError(Reason.LIMIT, "a text of few characters takes too many steps already")
            if candidate.is_exponential and _is_exponential(counted):
                return 0
        slope = _slope(counted)
        return min(max(round(slope), 2), _HIGHEST) if slope > _LINEAR else 1

    def _ends(self, candidate: Candidate, suffix: Word) -> bool:
        """Whether what grows comes to an end before it is much, for something is repeated so often and no more.

        That is tried with fewer repetitions: what ends with these ends with those.
        """
        if not 0 < self._states.bound <= _MOST_HARMLESS:
            return False
        counted = tuple(self._counted(candidate, suffix, sizes=(2 * _CLIPPED, 4 * _CLIPPED), machine=self._clipped))
        return len(counted) > 1 and _slope(counted) < _LINEAR

    @cached_property
    def _clipped(self) -> Machine:
        return Machine(replace(self._pattern, root=clipped(self._pattern.root, most=_CLIPPED)), self._states.alphabet)

    def _counted(
        self,
        candidate: Candidate,
        suffix: Word,
        *,
        sizes: tuple[int, ...],
        most: int = _MOST_STEPS,
        machine: Machine | None = None,
    ) -> Iterator[tuple[int, int]]:
        """Repetitions and the steps they took, until they are too many."""
        for count in sizes:
            run = (machine or self._machine).run(
                (*candidate.prefix, *(candidate.pump * count), *suffix),
                most=most,
                floats=self._manner == "search",
                is_whole=self._manner == "whole",
            )
            self._left -= run.steps
            if run.is_cut:
                return
            yield count, run.steps

    def _suffixes(self, candidate: Candidate) -> Iterator[Word]:
        """What may make a match fail behind all: nothing, and the characters that the fewest ways lead on by."""
        alphabet = self._states.alphabet
        here = self._after((*candidate.prefix, *candidate.pump, *candidate.pump))
        ways = [0] * alphabet.size
        for state in here:
            for target in self._states.follow[state]:
                for number in range(alphabet.size):
                    ways[number] += self._states.allowed[target] >> number & 1
        ordered = sorted(range(alphabet.size), key=lambda number: (ways[number], alphabet.rank(number)))
        worst = ordered[:_MOST_SUFFIXES]
        yield from ((number,) for number in worst[:2])
        yield ()
        yield from ((number, number) for number in worst[:2])
        yield from ((number,) for number in worst[2:])

    def _after(self, word: Word) -> set[int]:
        here = {0}
        for number in word:
            here = {
                target
                for state in here
                for target in self._states.follow[state]
                if self._states.allowed[target] >> number & 1 or target == 0
            }
        return here - {0}

    def _spelled(self, word: Word) -> str:
        return "".join(self._states.alphabet.shown[number] for number in word)


def _slope(counted: tuple[tuple[int, int], ...]) -> float:
    """To which power of the repetitions the steps grew at the end; few of them divide in somewhat more ways than their power says."""
    (few, before), (many, after) = counted[-2:]
    return log(after / before) / log((many + _SHIFT) / (few + _SHIFT))


def _is_exponential(counted: tuple[tuple[int, int], ...]) -> bool:
    """Whether each repetition more multiplies the steps."""
    rates: list[float] = [(after / before) ** (1 / (many - few)) for (few, before), (many, after) in pairwise(counted)]
    if len(rates) <= 1:
        return len(rates) == 1 and rates[0] > _STEEP
    return rates[-1] > _DOUBLES and rates[-1] > rates[0] * _KEPT
