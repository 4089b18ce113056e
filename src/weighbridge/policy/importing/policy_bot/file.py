"""The whole file of policy-bot: its rules, how they are put together, who may disapprove, and what lies elsewhere."""

from collections.abc import Iterator
from typing import Final

from weighbridge.landscape.documents.configuration import ConfigurationError
from weighbridge.landscape.documents.nodes import Fields, Items
from weighbridge.landscape.documents.shapes import Problem, nearest
from weighbridge.policy.importing.draft import POLICY_OWNER, Draft, DraftRule, plain
from weighbridge.policy.importing.formula import MET, NEVER, every
from weighbridge.policy.importing.lost import Effect, Losses, LostKind
from weighbridge.policy.importing.nodes import at, fields, is_absent, word
from weighbridge.policy.importing.policy_bot.people import ACTOR_KEYS
from weighbridge.policy.importing.policy_bot.predicates import Reader
from weighbridge.policy.importing.policy_bot.rules import BotRule, RuleReader
from weighbridge.policy.importing.policy_bot.tree import Join, passes, read_tree, rules_in, taken_to_apply

_KEYS: Final = frozenset({"policy", "approval_rules", "approval_defaults"})
_KEYS_OF: Final = {"policy": frozenset({"approval", "disapproval"}), "approval_defaults": frozenset({"options"})}
_DISAPPROVAL_KEYS: Final = frozenset({"if", "options", "requires"})
MOST_RULES: Final = 500
"""How many rules are read, and how often they may be named: nobody could read the policy that more of them make."""
_ABOUT: Final = (
    "Approvals are given by `weighbridge approve`, signed and about one head: whatever is pushed later asks for them anew.",
    "Whoever is enrolled may reject, and only they can take it back. Authors, committers, co-authors and whoever asked an",
    "agent do not count where the author or a contributor did not; the account that opened a pull request is not known.",
)


def read_policy_bot(root: Fields, path: str, *, losses: Losses) -> tuple[Draft, int]:
    """The policy that a `.policy.yml` makes, and how many rules it had.

    Raises:
        ConfigurationError: policy-bot would refuse the file as well, or the policy lies in another repository.
    """
    if "remote" in root.entries:
        raise ConfigurationError(path, (_elsewhere(root),))
    problems = list(_unknown_keys(root))
    draft = Draft(name=plain(f"imported from {path.rpartition('/')[2]}", most=200), about=_ABOUT)
    rules = _rules(root, losses, draft=draft, problems=problems)
    policy = fields(root, "policy")
    tree = _tree(policy, rules, problems=problems) if policy is not None else None
    if tree is not None and sum(1 for _ in rules_in(tree)) > MOST_RULES:
        problems.append(Problem(mark=at(root, "policy"), message=f"rules are named more than {MOST_RULES} times"))
    if problems:
        raise ConfigurationError(path, tuple(problems))
    _add_approval(draft, tree, rules=rules, losses=losses)
    if policy is not None:
        _add_disapproval(draft, policy, losses=losses)
    return draft, len(rules)


def _unknown_keys(root: Fields) -> Iterator[Problem]:
    """Keys outside of rules that policy-bot is not known to have: it loads no file with one that it has not."""
    yield from _unknown(root, _KEYS, of="the file")
    for key, known in _KEYS_OF.items():
        yield from _not_a_mapping(root, key)
        if inner := fields(root, key):
            yield from _unknown(inner, known, of=f"`{key}`")
            yield from _not_a_mapping(inner, "disapproval")
            if disapproval := fields(inner, "disapproval"):
                yield from _unknown(disapproval, _DISAPPROVAL_KEYS, of="`disapproval`")
                yield from _not_a_mapping(disapproval, "if")


def _not_a_mapping(node: Fields, key: str) -> Iterator[Problem]:
    if fields(node, key) is None and not is_absent(node.get(key)):
        yield Problem(mark=at(node, key), message=f"`{key}` must be a mapping")


def _unknown(node: Fields, known: frozenset[str], *, of: str) -> Iterator[Problem]:
    for key, (written, _) in node.entries.items():
        if key not in known:
            close = nearest(key, known)
            hint = (
                f"did you mean `{close}`?" if close else f"there are {', '.join(f'`{each}`' for each in sorted(known))}"
            )
            message = f"policy-bot has no key `{key[:60]}` in {of}, as far as is known here: {hint}"
            yield Problem(mark=written.mark, message=message)


def _rules(root: Fields, losses: Losses, *, draft: Draft, problems: list[Problem]) -> dict[str, BotRule]:
    listed = root.get("approval_rules")
    if not isinstance(listed, Items):
        if not is_absent(listed):
            problems.append(Problem(mark=at(root, "approval_rules"), message="`approval_rules` must be a list"))
        return {}
    if len(listed.items) > MOST_RULES:
        words = f"it has {len(listed.items):,} rules, and at most {MOST_RULES} are read"
        problems.append(Problem(mark=listed.mark, message=words))
        return {}
    defaults = fields(root, "approval_defaults")
    options = fields(defaults, "options") if defaults else None
    reader = RuleReader(losses=losses, unnamed=draft.unnamed, defaults=options)
    rules: dict[str, BotRule] = {}
    for node in listed.items:
        if not isinstance(node, Fields) or not word(node, "name"):
            problems.append(Problem(mark=node.mark, message="a rule is a mapping with a `name`"))
            continue
        rule = reader.read(node)
        if rule.name in rules:
            what, why = f"the first rule `{rule.name}`", "a later one has the same name, and policy-bot takes that"
            losses.lose(rules[rule.name].mark, LostKind.SETTING, what=what, why=why, effect=Effect.NONE)
        rules[rule.name] = rule
    return rules


def _tree(policy: Fields, rules: dict[str, BotRule], *, problems: list[Problem]) -> Join | None:
    node = policy.get("approval")
    if isinstance(node, Items):
        return read_tree(node, rules, problems=problems)
    if not is_absent(node):
        problems.append(Problem(mark=at(policy, "approval"), message="`approval` must be a list"))
    return None


def _add_approval(draft: Draft, tree: Join | None, *, rules: dict[str, BotRule], losses: Losses) -> None:
    used = {rule.name for rule in rules_in(tree)} if tree is not None else set()
    for name, rule in rules.items():
        if name not in used:
            what, why = f"the rule `{name}`", "`policy: approval:` does not name it, so that it asked for nothing"
            losses.lose(rule.mark, LostKind.SETTING, what=what, why=why, effect=Effect.NONE)
    if tree is not None and tree.of:
        if enough := taken_to_apply(tree):
            names = ", ".join(f"`{rule.name}`" for rule in enough)
            what = "what passes where no rule applies"
            why = f"policy-bot passes nothing there; whether {names[:200]} applies cannot be told, and what is asked for is enough"
            near = f"a rule without a condition that asks for role:{POLICY_OWNER}"
            losses.lose(enough[0].mark, LostKind.COMBINATION, what=what, why=why, effect=Effect.WEAKER, nearest=near)
        draft.add(passes(tree), losses, sources={name: (rule.mark, name) for name, rule in rules.items()})


def _add_disapproval(draft: Draft, policy: Fields, *, losses: Losses) -> None:
    node = fields(policy, "disapproval")
    if node is None:
        return
    mark = at(policy, "disapproval")
    for what, why, effect in _told(node):
        losses.lose(mark, LostKind.METHOD, what=what, why=why, effect=effect)
    conditions = fields(node, "if")
    if conditions is None:
        return
    origin = "disapproval"
    known = Reader(losses=losses, origin=origin).all(conditions)
    certain = [each.no for each in known if each.no not in (NEVER, MET)]
    draft.add(every(certain), losses, sources={origin: (mark, "disapproval, if")})
    if any(each.no == NEVER for each in known):
        draft.unnamed.roles.setdefault(POLICY_OWNER, "who lets a change pass that no rule is about")
        need = {"approval": {"by": f"role:{POLICY_OWNER}"}}
        because = "whether it is disapproved by a condition cannot be told, so that somebody must look"
        source = (f"line {mark.line}: disapproval, if",)
        draft.add_rule("disapproval", DraftRule(name="", require=(need,), because=because, source=source))


def _told(node: Fields) -> Iterator[tuple[str, str, Effect]]:
    requires = fields(node, "requires")
    if requires is not None and ACTOR_KEYS & requires.entries.keys():
        why = "everybody who is enrolled may reject, and only whoever rejected can take it back"
        yield "who may disapprove", why, Effect.STRICTER
    if fields(node, "options") is not None:
        yield "how a disapproval is given", "it is given by `weighbridge reject`, signed", Effect.NONE


def _elsewhere(root: Fields) -> Problem:
    repository = word(root, "remote") or "another repository"
    where = word(root, "path") or "policy.yml or .policy.yml"
    ref = f" at {word(root, 'ref')}" if word(root, "ref") else ""
    message = (
        f"the policy lies in {repository[:100]} ({where[:100]}{ref[:100]}): import that file, and give the result to the "
        "process as the organisation's policy"
    )
    return Problem(mark=at(root, "remote"), message=message)


def is_policy_bot(root: Fields) -> bool:
    """Whether the document looks like one of policy-bot's."""
    return bool({"approval_rules", "remote", "policy"} & root.entries.keys())
