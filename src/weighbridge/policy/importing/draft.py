"""A policy as an import makes it, before it is written down: settings, rules with where they come from, and who is to be named."""

from collections.abc import Iterable, Mapping
from typing import Any, Final

from msgspec import Struct, field

from weighbridge.landscape.documents.nodes import Mark
from weighbridge.policy.conditions.condition import ConditionError, compile_condition
from weighbridge.policy.importing.formula import (
    NOBODY,
    Clause,
    Formula,
    Holds,
    all_hold,
    clauses,
    levels,
    literals,
    need_of,
)
from weighbridge.policy.importing.lost import Effect, Losses, LostKind
from weighbridge.policy.needs import DEEPEST

POLICY_OWNER: Final = "policy-owner"
"""The role that lets pass what no rule of an imported policy is about; nobody has it until somebody is named."""
_LONGEST_NAME: Final = 60
_LONGEST_REASON: Final = 200
_LONGEST_CONDITION: Final = 4_000


class DraftRule(Struct, frozen=True, kw_only=True):
    """One rule: `source` are the lines of comment that say where it comes from."""

    name: str
    require: tuple[Mapping[str, Any], ...]
    when: str = ""
    because: str = ""
    source: tuple[str, ...] = ()


class Unnamed(Struct, frozen=True):
    """Whom the policy speaks of and nobody has named yet, with what is known of each."""

    teams: dict[str, str] = field(default_factory=dict)
    handles: dict[str, str] = field(default_factory=dict)
    roles: dict[str, str] = field(default_factory=dict)


class Draft(Struct, kw_only=True):
    """The whole policy."""

    name: str
    about: tuple[str, ...] = ()
    settings: dict[str, Any] = field(default_factory=dict)
    rules: list[DraftRule] = field(default_factory=list)
    unnamed: Unnamed = field(default_factory=Unnamed)

    def add(self, formula: Formula, losses: Losses, *, sources: Mapping[str, tuple[Mark, str]]) -> None:
        """The rules that say what `formula` does; `sources` tell of an origin where it stands and what it is."""
        for clause in clauses(formula):
            self._add(clause, losses, sources=sources)

    def add_rule(self, title: str, rule: DraftRule) -> None:
        """A rule under the first free name that `title` gives."""
        self.rules.append(
            DraftRule(
                name=self._free_name(title),
                require=rule.require,
                when=rule.when,
                because=plain(rule.because, most=_LONGEST_REASON),
                source=rule.source,
            )
        )

    def _add(self, clause: Clause, losses: Losses, *, sources: Mapping[str, tuple[Mark, str]]) -> None:
        asked = [literal.origin for literal in literals(clause.need)] if clause.need is not None else []
        origins = [o for o in dict.fromkeys(asked or [holds.origin for holds in clause.unless]) if o in sources]
        spoken = [o for o in dict.fromkeys([*asked, *(h.origin for h in clause.unless)]) if o in sources]
        mark = sources[spoken[0]][0] if spoken else Mark(line=1, column=1)
        when = all_hold(holds.contrary for holds in clause.unless) if clause.unless else ""
        if not self._fits(when, losses, mark=mark, of=", ".join(spoken)):
            when = ""
        title = " or ".join(origins)
        if clause.need is None:
            title = f"unless {title}" if clause.unless else "nothing passes"
            self.unnamed.roles.setdefault(POLICY_OWNER, "who lets a change pass that no rule is about")
            needs = [{"approval": {"by": f"role:{POLICY_OWNER}"}}]
        else:
            needs = self._needs(clause, losses, mark=mark)
        because = title if clause.need is not None else _cut_reason(clause.unless)
        source = tuple(f"line {sources[o][0].line}: {sources[o][1]}" for o in spoken)
        self.add_rule(title, DraftRule(name="", require=tuple(needs), when=when, because=because, source=source))

    def _needs(self, clause: Clause, losses: Losses, *, mark: Mark) -> list[dict[str, Any]]:
        assert clause.need is not None, "asked only of clauses with a need"
        if levels(clause.need) > DEEPEST:
            why = f"it is nested deeper than {DEEPEST} levels"
            what = "the innermost part of a combination"
            losses.lose(mark, LostKind.COMBINATION, what=what, why=why, effect=Effect.STRICTER, nearest="flatter rules")
        made = self._fitting(need_of(clause.need, depth=DEEPEST), losses, mark=mark)
        return list(made["all"]) if list(made) == ["all"] else [made]

    def _fitting(self, need: dict[str, Any], losses: Losses, *, mark: Mark) -> dict[str, Any]:
        """The need without conditions that cannot be written: what they would have let pass is then never met."""
        ((word, value),) = need.items()
        if isinstance(value, list):
            return {word: [self._fitting(each, losses, mark=mark) for each in value]}
        asked = value.get("count_when", []) if isinstance(value, dict) else []
        if all(self._fits(each["when"], losses, mark=mark, of="a part of a combination") for each in asked):
            return need
        return {"approval": {"by": NOBODY}}

    @staticmethod
    def _fits(when: str, losses: Losses, *, mark: Mark, of: str) -> bool:
        """Whether a condition can be written; that it cannot has been said."""
        why = why_no_condition(when) if when else ""
        if why:
            what = f"when {of} applies"[:200]
            near = "several rules with shorter conditions"
            losses.lose(mark, LostKind.PREDICATE, what=what, why=why, effect=Effect.STRICTER, nearest=near)
        return not why

    def _free_name(self, title: str) -> str:
        taken = {rule.name for rule in self.rules}
        name = slug(title)
        numbered = (f"{name[: _LONGEST_NAME - 4]}-{number}" for number in range(2, len(taken) + 3))
        return name if name not in taken else next(each for each in numbered if each not in taken)


def plain(text: str, *, most: int) -> str:
    """`text` on one line, without what cannot be shown, of at most so many characters."""
    return "".join(c if c.isprintable() else " " for c in text)[:most].strip()


def why_no_condition(text: str) -> str:
    """What keeps `text` from being a condition of ours; empty when nothing does."""
    if len(text) > _LONGEST_CONDITION:
        return f"it takes {len(text):,} characters, and a condition has at most {_LONGEST_CONDITION:,}"
    try:
        compile_condition(text)
    except ConditionError as error:
        return error.problems[0].message
    return ""


def slug(title: str) -> str:
    """A rule's name made of `title`."""
    words = "".join(c if c.isascii() and c.isalnum() else " " for c in title.lower()).split()
    return "-".join(words)[:_LONGEST_NAME].strip("-") or "rule"


def _cut_reason(unless: Iterable[Holds]) -> str:
    names = list(dict.fromkeys(holds.origin for holds in unless if holds.origin))
    return f"it is not as this asks: {', or '.join(names)}" if names else "no rule lets it pass"
