"""The approval rules of policy-bot: when each applies and what it asks for."""

from collections.abc import Iterable, Iterator
from typing import Any, Final

from msgspec import Struct

from weighbridge.landscape.documents.nodes import Fields, Mark
from weighbridge.policy.importing.draft import Unnamed
from weighbridge.policy.importing.expressions import quoted
from weighbridge.policy.importing.formula import MET, NOBODY, Asks, Formula, every
from weighbridge.policy.importing.lost import Effect, Losses, LostKind
from weighbridge.policy.importing.nodes import at, fields, is_absent, texts, truth, whole, word
from weighbridge.policy.importing.policy_bot.known import Known
from weighbridge.policy.importing.policy_bot.people import ACTOR_KEYS, read_actors
from weighbridge.policy.importing.policy_bot.predicates import Reader, all_known

MOST_APPROVALS: Final = 20
_USUAL_COMMENTS: Final = frozenset({":+1:", "👍"})
_RULE_KEYS: Final = frozenset({"name", "description", "if", "options", "requires"})
_REQUIRES_KEYS: Final = ACTOR_KEYS | {"count", "conditions"}
_METHOD_KEYS: Final = frozenset(
    {"comments", "comment_patterns", "github_review", "github_review_comment_patterns", "body_patterns"}
)


class BotRule(Struct, frozen=True, kw_only=True):
    """One rule: when it applies, and what must then be met."""

    name: str
    mark: Mark
    applies: Known
    asks: Formula


class RuleReader(Struct, kw_only=True):
    """Reads rules; `defaults` are the options that hold where a rule sets none."""

    losses: Losses
    unnamed: Unnamed
    defaults: Fields | None = None

    def read(self, node: Fields) -> BotRule:
        """One rule."""
        name = word(node, "name")
        reader = Reader(losses=self.losses, origin=name)
        applies = all_known(reader.all(fields(node, "if") or _none(node)))
        asks = self._asks(node, name, reader=reader)
        if self._asks_what_is_unknown(node, name):
            asks = Asks(need={"approval": {"by": NOBODY}}, origin=name)
        return BotRule(name=name, mark=node.mark, applies=applies, asks=asks)

    def _asks(self, node: Fields, name: str, *, reader: Reader) -> Formula:
        options = _Options(node=fields(node, "options"), defaults=self.defaults)
        requires = fields(node, "requires")
        if requires is None and not is_absent(node.get("requires")):
            words = f"what `{name}` requires"
            why = "it has not the form that policy-bot reads"
            self.losses.lose(at(node, "requires"), LostKind.SETTING, what=words, why=why, effect=Effect.STRICTER)
            return Asks(need={"approval": {"by": NOBODY}}, origin=name)
        requires = requires or _none(node)
        conditions = fields(requires, "conditions")
        asked: list[Formula] = [known.yes for known in reader.all(conditions)] if conditions else []
        count = whole(requires, "count")
        if count is None and not is_absent(requires.get("count")):
            count = MOST_APPROVALS + 1
        if count is not None and count > 0:
            asked.insert(0, self._approval(requires, name, count=count, options=options))
            self._tell_options(options, name)
        return every(asked) if asked else MET

    def _approval(self, requires: Fields, name: str, *, count: int, options: "_Options") -> Formula:
        by = read_actors(requires, self.losses, unnamed=self.unnamed).by
        mark = at(requires, "count")
        if by == NOBODY:
            why = "it names nobody whose approval counts, so that it is never met"
            near = "by: anyone, if anybody was meant"
            words = f"approvals for `{name}`"
            self.losses.lose(mark, LostKind.PEOPLE, what=words, why=why, effect=Effect.NONE, nearest=near)
        if count > MOST_APPROVALS:
            why = f"a rule asks for at most {MOST_APPROVALS} people"
            self.losses.lose(mark, LostKind.SETTING, what=f"the count of `{name}`", why=why, effect=Effect.STRICTER)
            by, count = NOBODY, 1
        need: dict[str, Any] = {"count": count, "by": by} if count > 1 else {"by": by}
        if options.flag("allow_contributor") or (
            options.flag("allow_author") and options.flag("allow_non_author_contributor")
        ):
            need["not_by"] = []
        if words := self._words(options, name):
            need["words"] = words
        return Asks(need={"approval": need}, origin=name)

    def _words(self, options: "_Options", name: str) -> str:
        """What an approver must write, where a mere approval was not enough."""
        methods = options.methods()
        if methods is None:
            return ""
        for key, (written, _) in methods.entries.items():
            if key not in _METHOD_KEYS:
                why = "no way to approve of this name is known"
                self.losses.lose(written.mark, LostKind.METHOD, what=f"`{key[:60]}` of `{name}`", why=why, effect=Effect.STRICTER)  # fmt: skip
        for key in ("body_patterns", "comment_patterns"):
            if key in methods.entries and list(texts(methods, key)):
                why = "an approval is signed, and not found in comments or descriptions"
                words = f"{key} of `{name}`"
                self.losses.lose(at(methods, key), LostKind.METHOD, what=words, why=why, effect=Effect.STRICTER)
        said = [text for text, _ in texts(methods, "comments")]
        reviews = list(texts(methods, "github_review_comment_patterns"))
        plain = truth(methods, "github_review") is not False and not reviews
        usual = "comments" not in methods.entries or not _USUAL_COMMENTS.isdisjoint(said)
        if plain or usual:
            return ""
        literal = said[0] if len(said) == 1 and not reviews and _is_words(said[0]) else name
        if literal == name:
            why = "an approver is asked for one text, word for word"
            words = f"how `{name}` is approved"
            near = f"words: {quoted(_fit(name))}"
            self.losses.lose(at(methods, next(iter(methods.entries))), LostKind.METHOD, what=words, why=why, effect=Effect.STRICTER, nearest=near)  # fmt: skip
        return _fit(literal)

    def _tell_options(self, options: "_Options", name: str) -> None:
        for key, mark in options.set_keys():
            if key in _QUIET or (key in _SILENT_WHEN_OFF and not options.is_on(key)):
                continue
            if key in ("allow_author", "allow_non_author_contributor") and self._is_free(options):
                continue
            if key not in _OPTIONS:
                continue
            effect, why, near = _OPTIONS[key]
            self.losses.lose(mark, LostKind.OPTION, what=f"{key} of `{name}`", why=why, effect=effect, nearest=near)

    @staticmethod
    def _is_free(options: "_Options") -> bool:
        both = options.flag("allow_author") and options.flag("allow_non_author_contributor")
        return options.flag("allow_contributor") or both

    def _asks_what_is_unknown(self, node: Fields, name: str) -> bool:
        """Whether the rule has a key that may ask for anything; what each comes to has been said."""
        options = _Options(node=fields(node, "options"), defaults=self.defaults)
        strange = list(_strange(node, _RULE_KEYS, of=f"`{name}`"))
        strange += _strange(fields(node, "requires"), _REQUIRES_KEYS, of=f"what `{name}` requires")
        strange += _misformed(node, ("if", "options"), of=f"`{name}`")
        strange += _misformed(fields(node, "requires"), ("conditions",), of=f"what `{name}` requires")
        for what, mark in strange:
            self._lose_unknown(mark, LostKind.SETTING, what=what)
        unknown = [(key, mark) for key, mark in options.set_keys() if key not in _QUIET and key not in _OPTIONS]
        for key, mark in unknown:
            self._lose_unknown(mark, LostKind.OPTION, what=f"{key[:60]} of `{name}`")
        return bool(strange or unknown)

    def _lose_unknown(self, mark: Mark, kind: LostKind, *, what: str) -> None:
        why = "policy-bot has none of this name or form that is known here, so that the rule may ask for anything: it is never met"
        self.losses.lose(mark, kind, what=what, why=why, effect=Effect.STRICTER, nearest="the rule without it")


def _strange(node: Fields | None, known: frozenset[str], *, of: str) -> Iterator[tuple[str, Mark]]:
    for key, (written, _) in node.entries.items() if node else ():
        if key not in known:
            yield f"`{key[:60]}` in {of}", written.mark


def _misformed(node: Fields | None, keys: Iterable[str], *, of: str) -> Iterator[tuple[str, Mark]]:
    for key in keys if node else ():
        if node and fields(node, key) is None and not is_absent(node.get(key)):
            yield f"`{key}` in {of}", at(node, key)


class _Options(Struct, frozen=True, kw_only=True):
    """The options of a rule over those of the file."""

    node: Fields | None
    defaults: Fields | None

    def _layers(self) -> Iterator[Fields]:
        yield from (layer for layer in (self.node, self.defaults) if layer is not None)

    def flag(self, key: str) -> bool:
        """Whether it is set."""
        return next((said for layer in self._layers() if (said := truth(layer, key)) is not None), False)

    def methods(self) -> Fields | None:
        """How approval is said: what the rule says of each way, over what the file says."""
        found = [each for layer in self._layers() if (each := fields(layer, "methods")) is not None]
        if not found:
            return None
        entries = {
            key: entry for each in reversed(found) for key, entry in each.entries.items() if not is_absent(entry[1])
        }
        return Fields(entries, found[0].mark)

    def set_keys(self) -> Iterable[tuple[str, Mark]]:
        """What is set, and where."""
        found: dict[str, Mark] = {}
        for layer in self._layers():
            for key, (written, _) in layer.entries.items():
                found.setdefault(key, written.mark)
        return found.items()

    def is_on(self, key: str) -> bool:
        """Whether it asks for anything."""
        for layer in self._layers():
            value = layer.get(key)
            if value is not None:
                inner = truth(value, "enabled") if isinstance(value, Fields) and key == "request_review" else None
                return truth(layer, key) is not False and inner is not False and not is_absent(value)
        return False


_QUIET: Final = frozenset({"allow_contributor", "methods", "invalidate_on_push"})
"""What is taken over, or spoken of where it is read; what is signed is always about one head."""
_SILENT_WHEN_OFF: Final = frozenset(
    {
        "allow_author",
        "allow_non_author_contributor",
        "ignore_edited_comments",
        "ignore_update_merges",
        "ignore_commits_by",
        "request_review",
    }
)
_OPTIONS: Final = {
    "allow_author": (
        Effect.STRICTER,
        "who opened the pull request is not told from who wrote its commits: none of them counts",
        "not_by: []",
    ),
    "allow_non_author_contributor": (
        Effect.STRICTER,
        "who opened the pull request is not told from who wrote its commits: none of them counts",
        "not_by: []",
    ),
    "ignore_edited_comments": (Effect.NONE, "what is signed cannot be edited", ""),
    "ignore_update_merges": (
        Effect.STRICTER,
        "a merge of the target makes another tree, which is weighed anew",
        "carry_over: nothing-added",
    ),
    "ignore_commits_by": (
        Effect.STRICTER,
        "every commit counts: who made one is involved, and it makes another tree",
        "people: bots, and carry_over: nothing-added",
    ),
    "request_review": (Effect.NONE, "nobody is asked on the forge; the package names whose approval is missing", ""),
}


def _none(node: Fields) -> Fields:
    return Fields({}, node.mark)


def _is_words(text: str) -> bool:
    return 0 < len(text.strip()) <= 200 and text.isprintable()


def _fit(text: str) -> str:
    return "".join(c if c.isprintable() else " " for c in text)[:200].strip() or "approved"
