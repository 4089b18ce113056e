"""A policy and the doubts about it, as lines for a terminal."""

from collections.abc import Iterator, Sequence

from weighbridge.policy.doubts.find import PlacedDoubt
from weighbridge.policy.reading.load import Loaded, pack_names
from weighbridge.review.policy_words import who_words
from weighbridge.review.render.text.blocks import Block, Item, Paragraph
from weighbridge.review.sentences import count, listed

_MANY = 99


def checked_blocks(loaded: Loaded, doubts: Sequence[PlacedDoubt]) -> Iterator[Block]:
    """What a policy is, in one line, and what can hardly be meant."""
    yield Paragraph(text=policy_line(loaded), style="warn" if doubts else "good")
    alike: dict[tuple[str, str], list[str]] = {}
    for each in doubts:
        place = f"{shown_path(each.path)}:{each.mark.line}:{each.mark.column}"
        alike.setdefault((each.doubt.message, each.doubt.remedy), []).append(place)
    for (message, remedy), (first, *others) in alike.items():
        yield Item(text=f"{first}: {message}", mark="!")
        yield Item(text=remedy + (f" (so it is at {listed(others)})" if others else ""), mark=" ", style="dim")


def policy_line(loaded: Loaded) -> str:
    """The policy in one line: its rules, its environments, what it builds upon, and who can override."""
    policy, layers = loaded.policy, loaded.layers
    below = [shown_path(layer.path) for layer in layers[:-1]]
    parts = [count(len(policy.rules), "rule") + _origins(loaded)]
    parts.append(
        f"environments {listed(list(policy.environments), _MANY)}" if policy.environments else "no environment"
    )
    parts.append(f"over {listed(below, _MANY)}" if below else "over nothing")
    parts.append(f"overrides by {who_words(policy.overrides.approval)}" if policy.overrides else "overrides by nobody")
    if policy.break_glass:
        parts.append(f"broken glass by {who_words(policy.break_glass.approval)}")
    if policy.is_solo:
        parts.append("for one person")
    if policy.report_only:
        parts.append("only tells")
    return f"{policy.name}: {'; '.join(parts)}"


def _origins(loaded: Loaded) -> str:
    numbers: dict[str, int] = {}
    for rule in loaded.policy.rules:
        path = rule.source.rpartition(":")[0]
        numbers[path] = numbers.get(path, 0) + 1
    if len(numbers) < 2:
        return ""
    return f" ({', '.join(f'{number} of {shown_path(path)}' for path, number in numbers.items())})"


def shown_path(path: str) -> str:
    """What a layer is called: a shipped pack by its name."""
    return f"the pack {path}" if path in pack_names() else path
