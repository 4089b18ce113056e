"""Filler: words that would fit under any heading of any change.

Most of it is told by its shape in any language: one word or one sentence over and over. Phrases that people write where
they have nothing to say are told by a list, which is added to and never relied on alone.
"""

from collections import Counter
from collections.abc import Sequence
from typing import Final

from weighbridge.policy.documents.words import runs_of, words_of

MOST_OF_A_PHRASE: Final = 25
"""A text of more words that are all on the list is not taken for filler: by then it says something."""
ONE_WORD: Final = 0.4
"""The share of a text of eight words and more from which one word makes it up."""
FEWEST_TO_COUNT: Final = 8
REPEATED_RUNS: Final = 0.25
"""The share of runs of three that are new: a sentence said four times has a quarter, and a table of addresses seldom less."""
LATIN_FILLER: Final = 0.3

_EMPTY: Final = frozenset(
    words_of(
        """
        n a na nil none nothing no not applicable relevant needed required necessary available null void empty blank
        tbd tba tbc todo fixme xxx wip pending later soon coming placeholder draft unknown unsure idk dunno
        to be determined done decided defined added filled fill in out up follow following follows come comes
        see above below same as before description title ticket pr mr code diff commit
        this section that it is was has have will would should can could may might we i you they there here the an and or of
        for with at on by so just only any all everything every everyone anything something some yet now still
        intentionally left ok okay fine good great yes y lgtm sure works work working well properly correctly expected expect
        wrong go goes happen happens problem problems issue issues risk risks risky low minimal small trivial safe easy simple
        test tests tested testing asdf qwerty foo bar baz blah bla etc stuff thing things text write your
        change changes changed impact effect effects concern concerns known special very
        keine keiner kein nichts entfällt folgt siehe oben unten noch offen später nicht zutreffend relevant unbekannt
        aucun aucune rien sans objet néant à compléter voir dessus pas ninguno ninguna nada aplica pendiente completar ver
        arriba nenhum nenhuma nessuno нет ничего позже
        無 な し 未 定 待 暂 无 没 有 特 に 不 明
        """
    )
)
_LATIN: Final = frozenset(
    words_of(
        """
        lorem ipsum dolor sit amet consectetur adipiscing adipisicing elit sed eiusmod tempor incididunt ut labore et dolore
        magna aliqua enim minim veniam quis nostrud exercitation ullamco laboris nisi aliquip ex ea commodo consequat duis
        aute irure reprehenderit voluptate velit esse cillum eu fugiat nulla pariatur excepteur sint occaecat cupidatat non
        proident sunt culpa qui officia deserunt mollit anim id est laborum
        """
    )
)


def filler_in(words: Sequence[str], *, heading: Sequence[str] = ()) -> str:
    """What kind of filler the words are, to stand after "under this heading"; empty for none."""
    said = _without_title(words, tuple(heading))
    if not said:
        return "stands its own title again"
    if len(said) <= MOST_OF_A_PHRASE and all(_is_empty(word) for word in said):
        return "stands what could stand under any heading"
    if len(said) >= 5 and sum(word in _LATIN for word in said) / len(said) >= LATIN_FILLER:
        return "stands sample text"
    if len(set(said)) == 1 and len(said) > 1:
        return "stands one word again and again"
    return _repetition(said)


def _is_empty(word: str) -> bool:
    """Whether a word is on the list, or a number that points nowhere."""
    return word in _EMPTY or (word.isdecimal() and len(word) < 3)


def _without_title(words: Sequence[str], title: tuple[str, ...]) -> list[str]:
    """The words without the title where it stands whole."""
    said: list[str] = []
    for word in words:
        said.append(word)
        if title and tuple(said[-len(title) :]) == title:
            del said[-len(title) :]
    return said


def _repetition(words: Sequence[str]) -> str:
    if len(words) < FEWEST_TO_COUNT:
        return ""
    if Counter(words).most_common(1)[0][1] / len(words) > ONE_WORD:
        return "stands one word again and again"
    runs = list(runs_of(words))
    if len(set(runs)) / len(runs) < REPEATED_RUNS:
        return "stands the same again and again"
    return ""
