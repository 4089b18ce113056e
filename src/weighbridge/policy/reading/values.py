"""From checked nodes to the values of a policy; every condition that is wrong is told."""

from collections.abc import Iterator, Mapping
from datetime import timedelta

from msgspec import Struct, field
from msgspec.structs import replace

from weighbridge.domain.findings import Confidence, Severity
from weighbridge.domain.record import Assurance
from weighbridge.landscape.documents.nodes import Fields, Items, Node, Scalar
from weighbridge.landscape.documents.shapes import Problem
from weighbridge.policy.condition import Condition
from weighbridge.policy.documents.find_kinds import find_kinds
from weighbridge.policy.documents.kind import DocumentKind, Part
from weighbridge.policy.needs import (
    AllNeed,
    AnchoredNeed,
    AnyNeed,
    ApprovalNeed,
    CheckNeed,
    CountWhen,
    DisclosureNeed,
    DocumentNeed,
    FindingsNeed,
    Group,
    GroupKind,
    Involved,
    LoadTestNeed,
    Need,
    OwnersNeed,
    RolloutNeed,
    ScannedNeed,
    SomeNeed,
    WaitNeed,
)
from weighbridge.policy.policy import (
    BreakGlassRules,
    Environment,
    EnvironmentLevel,
    Exceptions,
    Freeze,
    Rule,
    SelfService,
)
from weighbridge.policy.reading.words import group_of, moment_of, time_of

Compiled = Condition | tuple[Problem, ...]
"""An expression, compiled; or everything that is wrong with it, where it stands."""


class Values(Struct):
    """Makes values of nodes whose shape was checked; `compiled` are their conditions, `problems` gathers what is wrong with those."""

    compiled: Mapping[Scalar, Compiled]
    source: str
    problems: list[Problem] = field(default_factory=list)

    def rule(self, node: Fields) -> Rule:
        """One rule."""
        return Rule(
            name=text(node, "name"),
            require=self.needs(node.get("require")),
            when=self.condition(node.get("when")),
            because=text(node, "because"),
            locked=flag(node, "locked"),
            source=f"{self.source}:{node.mark.line}",
            exceptions_by=int(text(node, "exceptions_by") or 0),
        )

    def needs(self, node: Node | None) -> tuple[Need, ...]:
        """A list of needs."""
        return tuple(self._need(each) for each in items(node) if isinstance(each, Fields))

    def approval(self, node: Node | None) -> ApprovalNeed:
        """What one approval asks of people."""
        assert isinstance(node, Fields), "the shape was checked"
        by = tuple(group_of(word) for word in texts(node, "by"))
        others = (each for each in items(node.get("count_when")) if isinstance(each, Fields))
        return ApprovalNeed(
            count=int(text(node, "count") or 1),
            by=by or (Group(GroupKind.ANYONE),),
            assurance=Assurance(text(node, "assurance") or Assurance.KEY),
            not_by=_involved(node),
            count_when=tuple(self._counts(others)),
            verified=flag(node, "verified"),
            words=text(node, "words"),
        )

    def environment(self, name: str, node: Fields) -> Environment:
        """Where changes go."""
        return Environment(
            name=name,
            level=EnvironmentLevel(text(node, "level")),
            self_service=SelfService(text(node, "self_service") or SelfService.NEVER),
            require=self.needs(node.get("require")),
            approvals_last=_time(node, "approvals_last"),
        )

    def freeze(self, node: Fields) -> Freeze:
        """A window."""
        return Freeze(
            name=text(node, "name"),
            start=moment_of(text(node, "from")),
            end=moment_of(text(node, "to")),
            environments=frozenset(texts(node, "environments")),
            because=text(node, "because"),
            except_when=self.condition(node.get("except_when")),
        )

    def exceptions(self, node: Fields) -> Exceptions:
        """Who may make exceptions of a kind."""
        made = Exceptions(approval=self.approval(node.get("approval")), never=frozenset(texts(node, "never")))
        longest = _time(node, "longest")
        return made if longest is None else Exceptions(approval=made.approval, never=made.never, longest=longest)

    def break_glass(self, node: Fields) -> BreakGlassRules:
        """Who may break the glass, and who looks at it afterwards."""
        usual = BreakGlassRules()
        return BreakGlassRules(
            approval=self.approval(node.get("approval")),
            review_within=_time(node, "review_within") or usual.review_within,
            review=self.approval(node.get("review")) if node.get("review") else usual.review,
            never=frozenset(texts(node, "never")),
        )

    def condition(self, node: Node | None) -> Condition | None:
        """A condition, None where none stands or it is wrong, which is then among the problems."""
        if not isinstance(node, Scalar):
            return None
        compiled = self.compiled[node]
        if isinstance(compiled, tuple):
            self.problems += compiled
            return None
        return compiled

    def _counts(self, nodes: Iterator[Fields]) -> Iterator[CountWhen]:
        for node in nodes:
            condition = self.condition(node.get("when"))
            if condition is not None:
                yield CountWhen(when=condition, count=int(text(node, "count")))

    def _need(self, node: Fields) -> Need:
        (name,) = (key for key in node.entries if not key.startswith("x-"))
        value = node.get(name)
        match name:
            case "approval":
                return self.approval(value)
            case "all":
                return AllNeed(of=self.needs(value))
            case "any":
                return AnyNeed(of=self.needs(value))
            case "at_least":
                assert isinstance(value, Fields), "the shape was checked"
                return SomeNeed(count=int(text(value, "count")), of=self.needs(value.get("of")))
            case _:
                return _plain_need(name, value)


def _plain_need(name: str, value: Node | None) -> Need:
    if isinstance(value, Fields):
        return _record_need(name, value)
    match name:
        case "wait":
            assert isinstance(value, Scalar), "the shape was checked"
            return WaitNeed(time=time_of(value.value))
        case "scanned":
            return ScannedNeed(rules=tuple(each.value for each in items(value) if isinstance(each, Scalar)))
        case "anchored":
            return AnchoredNeed()
        case _:
            return DisclosureNeed()


def _record_need(name: str, value: Fields) -> Need:
    match name:
        case "code_owners":
            return OwnersNeed(
                assurance=Assurance(text(value, "assurance") or Assurance.KEY),
                not_by=_involved(value),
                unowned=flag(value, "unowned"),
            )
        case "document":
            return DocumentNeed(kind=text(value, "kind"), pattern=text(value, "pattern"))
        case "check":
            return CheckNeed(name=text(value, "name"), within=_time(value, "within"))
        case "load_test":
            return LoadTestNeed(within=_time(value, "within"))
        case "rollout":
            return RolloutNeed(stages=texts(value, "stages"))
        case _:
            return FindingsNeed(
                severity=Severity(text(value, "severity") or Severity.HIGH),
                confidence=Confidence(text(value, "confidence") or Confidence.MEDIUM),
                rules=texts(value, "rules") or ("*",),
            )


def document_kind(name: str, node: Fields) -> DocumentKind:
    """A kind of document: a shipped one as the policy sets it, or one of its own."""
    shipped = next((kind for kind in find_kinds() if kind.name == name), None)
    headings = tuple(Part(title=title) for title in texts(node, "headings"))
    kind = shipped or DocumentKind(
        name=name, title=name.replace("-", " ").capitalize(), says=text(node, "says") or name
    )
    if headings:
        kind = replace(kind, parts=headings, template="".join(f"## {part.title}\n\n" for part in headings))
    if "words" in node.entries:
        kind = replace(kind, least=int(text(node, "words")))
    return kind.configured(paths=texts(node, "paths"), ticket=text(node, "ticket"))


def _involved(node: Fields) -> frozenset[Involved]:
    """Who does not count; an empty list that was written says nobody, an absent one everybody involved."""
    return frozenset(map(Involved, texts(node, "not_by"))) if "not_by" in node.entries else frozenset(Involved)


def _time(node: Fields, key: str) -> timedelta | None:
    words = text(node, key)
    return time_of(words) if words else None


def text(node: Fields, key: str) -> str:
    """The text under `key`, empty where there is none."""
    value = node.get(key)
    return value.value if isinstance(value, Scalar) and not value.is_null else ""


def texts(node: Fields, key: str) -> tuple[str, ...]:
    """The texts under `key`, one or a list of them."""
    return tuple(each.value for each in items(node.get(key)) if isinstance(each, Scalar) and not each.is_null)


def flag(node: Fields, key: str) -> bool:
    """Whether `key` is set."""
    return text(node, key).lower() == "true"


def items(node: Node | None) -> list[Node]:
    """The items of a list, or the one value that stands for a list of one."""
    return node.items if isinstance(node, Items) else [] if node is None else [node]
