"""GitHub's rulesets, as its API and its export give them."""

import re
from collections.abc import Callable, Iterator, Sequence
from typing import Final

from weighbridge.landscape.documents.configuration import ConfigurationError
from weighbridge.landscape.documents.nodes import Fields, Items, Node
from weighbridge.landscape.documents.shapes import Problem
from weighbridge.policy.importing.draft import POLICY_OWNER, Draft, plain, why_no_condition
from weighbridge.policy.importing.expressions import ALWAYS, found_in, one_found, quoted, refused
from weighbridge.policy.importing.formula import all_hold, one_holds
from weighbridge.policy.importing.github import (
    ABOUT,
    MOST_APPROVALS,
    ReviewKeys,
    add,
    add_checks,
    add_reviews,
    checks_in,
    is_anything,
    is_flag,
    is_list,
    stays,
    tell,
    tell_form,
    tell_unread,
)
from weighbridge.policy.importing.ignore_lines import bracket, expression_of, takes_out
from weighbridge.policy.importing.lost import Effect, Losses
from weighbridge.policy.importing.nodes import at, fields, is_absent, is_texts, texts, truth, whole, word
from weighbridge.policy.importing.paths import some_file

_KEYS: Final = ReviewKeys(code_owners="require_code_owner_review", stale="dismiss_stale_reviews_on_push")
_TARGET: Final = "change.target"
_SILENT_MODES: Final = frozenset({"evaluate", "disabled"})
_REVIEW_KEYS: Final = {
    "required_approving_review_count": is_anything,
    "dismiss_stale_reviews_on_push": is_flag,
    "require_code_owner_review": is_flag,
    "require_last_push_approval": is_flag,
    "required_review_thread_resolution": is_flag,
    "required_reviewers": is_list,
    "allowed_merge_methods": is_anything,
}
_CHECK_KEYS: Final = {
    "required_status_checks": is_list,
    "strict_required_status_checks_policy": is_flag,
    "do_not_enforce_on_create": is_anything,
}
_EVERY_BRANCH: Final = frozenset({"~ALL", "~DEFAULT_BRANCH", "refs/heads/**", "refs/heads/**/*"})
_BLOCKED: Final = {"approval": {"by": f"role:{POLICY_OWNER}"}}
_OWNER_SAYS: Final = "who lets a change pass that GitHub would have refused"
_TOLD_KEYS: Final = {
    "merge_queue": "the tree that a queue makes is weighed anew",
    "required_signatures": "signatures are verified against those enrolled, not against the forge's accounts",
    "code_scanning": "other tools' alerts are not read",
    "code_quality": "other tools' alerts are not read",
    "workflows": "a workflow is run by the forge",
    "required_deployments": "deployments are told by the forge",
}
_NEAR_KEYS: Final = {
    "required_signatures": 'a rule with `when: "!provenance.is_attested"`',
    "code_scanning": "`scanned` and `findings`",
    "code_quality": "`findings`",
    "workflows": "`check`",
    "required_deployments": "`environments`",
}


def is_ruleset(node: Fields) -> bool:
    """Whether it looks like a ruleset."""
    return isinstance(node.get("rules"), Items) and bool({"enforcement", "target", "conditions"} & node.entries.keys())


def read_rulesets(rulesets: Sequence[Fields], path: str, *, losses: Losses) -> tuple[Draft, int]:
    """The policy that some rulesets make, and how many rules they had.

    Raises:
        ConfigurationError: one of them holds no list of rules.
    """
    names = ", ".join(filter(None, (word(each, "name") for each in rulesets)))
    draft = Draft(name=plain(f"imported from ruleset {names}", most=200), about=ABOUT)
    problems = [
        Problem(
            mark=each.mark,
            message="a ruleset has a list of `rules`; those that the API lists must be asked for one by one",
        )
        for each in rulesets
        if not isinstance(each.get("rules"), Items)
    ]
    if problems:
        raise ConfigurationError(path, tuple(problems))
    rules = sum(_ruleset(each, draft, losses=losses) for each in rulesets)
    if all(word(each, "enforcement") in _SILENT_MODES for each in rulesets):
        draft.settings["report_only"] = True
    return draft, rules


def _ruleset(node: Fields, draft: Draft, *, losses: Losses) -> int:
    mode = word(node, "enforcement") or "active"
    if mode != "active":
        why = "a policy blocks as a whole or not at all"
        near = "report_only: true, which is set where no ruleset is active"
        tell(
            losses,
            at(node, "enforcement"),
            what=f"enforcement: {mode[:40]}",
            why=why,
            effect=Effect.STRICTER,
            near=near,
        )
    if (target := word(node, "target") or "branch") == "tag":
        stays(
            losses,
            at(node, "target"),
            what=f"the whole ruleset for {target}s",
            why="a policy is about changes to branches",
        )
        return 0
    for actor in _mappings(node.get("bypass_actors")):
        what = f"{word(actor, 'actor_type') or 'somebody'} {word(actor, 'actor_id')}, who may pass it by".replace(
            " ,", ","
        )
        why = "nobody passes a gate by: an exception is made by a person, for a reason and for a while"
        tell(losses, actor.mark, what=what, why=why, effect=Effect.STRICTER, near="`overrides` and `break_glass`")
    when = _when(node, losses)
    rules = list(_mappings(node.get("rules")))
    _tell_others(node, "rules", what="a rule", losses=losses)
    for rule in rules:
        _rule(rule, draft, losses=losses, when=when)
    return len(rules)


def _rule(rule: Fields, draft: Draft, *, losses: Losses, when: str) -> None:
    kind = word(rule, "type")
    parameters = fields(rule, "parameters") or Fields({}, rule.mark)
    if fields(rule, "parameters") is None and not is_absent(rule.get("parameters")):
        tell_form(losses, at(rule, "parameters"), what=f"`parameters` of the rule `{kind[:60]}`")
    if kind == "pull_request":
        _pull_request(parameters, draft, losses=losses, when=when)
    elif kind == "required_status_checks":
        tell_unread(parameters, _CHECK_KEYS, of="the status checks", losses=losses)
        listed = checks_in(parameters, "required_status_checks", losses=losses, app="integration_id")
        add_checks(draft, listed, node=rule, when=when, losses=losses)
        if truth(parameters, "strict_required_status_checks_policy"):
            stays(
                losses, rule.mark, what="that a branch is up to date", why="the tree that a merge makes is weighed anew"
            )
    elif kind in _REFUSALS:
        _refusal(rule, parameters, draft=draft, losses=losses, when=when)
    else:
        stays(
            losses,
            rule.mark,
            what=f"the rule `{kind[:60]}`",
            why=_TOLD_KEYS.get(kind, ""),
            near=_NEAR_KEYS.get(kind, ""),
        )


def _pull_request(node: Fields, draft: Draft, *, losses: Losses, when: str) -> None:
    add_reviews(draft, node, losses=losses, when=when, keys=_KEYS)
    tell_unread(node, _REVIEW_KEYS, of="the reviews", losses=losses)
    _tell_others(node, "required_reviewers", what="somebody of the reviewers", losses=losses)
    if truth(node, "required_review_thread_resolution"):
        stays(
            losses,
            at(node, "required_review_thread_resolution"),
            what="resolved conversations",
            why="they are not known here",
        )
    if "allowed_merge_methods" in node.entries:
        stays(losses, at(node, "allowed_merge_methods"), what="the ways to merge")
    for each in _mappings(node.get("required_reviewers")):
        reviewer = fields(each, "reviewer")
        team = f"@github/{(word(reviewer, 'type') if reviewer else '') or 'Team'}-{word(reviewer, 'id') if reviewer else ''}"
        globs = [pattern for pattern, _ in texts(each, "file_patterns")]
        asked = whole(each, "minimum_approvals")
        if asked is None:
            why = "how many must approve is not said: one is asked for"
            tell(losses, each.mark, what=f"the reviewers {team}", why=why, effect=Effect.STRICTER)
        count = min(1 if asked is None else asked, MOST_APPROVALS)
        if count < 1:
            tell(
                losses, each.mark, what=f"the reviewers {team}", why="no approval is asked of them", effect=Effect.NONE
            )
            continue
        draft.unnamed.teams.setdefault(team, "GitHub names it by number")
        tell(losses, each.mark, what=f"the reviewers {team}", why="GitHub names them by number", effect=Effect.FILL_IN)
        if any(map(takes_out, globs)):
            why = "what one pattern finds is not taken out again by another"
            tell(losses, each.mark, what="`!` in the files of the reviewers", why=why, effect=Effect.STRICTER)
        touched = _ignored([glob for glob in globs if not takes_out(glob)])
        if touched and (why := why_no_condition(_both(when, touched))):
            tell(losses, each.mark, what="the files of the reviewers", why=why, effect=Effect.STRICTER)
            touched = ""
        need = {"approval": {"count": count, "by": f"team:{team}"}}
        add(draft, "reviews of a team", node=each, need=need, when=_both(when, touched))


def _refusal(rule: Fields, parameters: Fields, *, draft: Draft, losses: Losses, when: str) -> None:
    """A rule that refuses what has some form."""
    kind = word(rule, "type")
    test = _REFUSALS[kind](parameters)
    if not test or why_no_condition(_both(when, test)):
        stays(losses, rule.mark, what=f"the rule `{kind}`", why="its pattern cannot be used in a condition")
        return
    draft.unnamed.roles.setdefault(POLICY_OWNER, _OWNER_SAYS)
    add(draft, kind.replace("_", " "), node=rule, need=_BLOCKED, when=_both(when, test))


def _restricted_paths(node: Fields) -> str:
    key = "restricted_file_paths"
    return _touched([glob for glob, _ in texts(node, key)]) if is_texts(node.get(key)) else ""


def _restricted_extensions(node: Fields) -> str:
    endings = [text.lstrip("*") for text, _ in texts(node, "restricted_file_extensions")]
    tests = [f"f.path.endsWith({quoted(text if text.startswith('.') else f'.{text}')})" for text in endings if text]
    return f"change.files.exists(f, {one_holds(tests)})" if tests else ""


def _long_paths(node: Fields) -> str:
    most = whole(node, "max_file_path_length")
    return f"change.files.exists(f, size(f.path) > {most})" if most is not None and most > 0 else ""


def _pattern(value: str, *, of_commits: bool) -> Callable[[Fields], str]:
    def test(node: Fields) -> str:
        operator, pattern = word(node, "operator"), word(node, "pattern")
        word_of = {"starts_with": "startsWith", "ends_with": "endsWith", "contains": "contains"}
        if not pattern:
            return ""
        if operator in word_of:
            asked = f"{value}.{word_of[operator]}({quoted(pattern)})"
        elif operator == "regex" and not refused(pattern):
            asked = found_in(value, [pattern])[0]
        else:
            return ""
        if truth(node, "negate") is None and not is_absent(node.get("negate")):
            return ""
        wrong = asked if truth(node, "negate") else f"!({asked})"
        return f"change.commits.exists(c, {wrong})" if of_commits else f"!has({value}) || {wrong}"

    return test


_REFUSALS: Final[dict[str, Callable[[Fields], str]]] = {
    "file_path_restriction": _restricted_paths,
    "file_extension_restriction": _restricted_extensions,
    "max_file_path_length": _long_paths,
    "commit_message_pattern": _pattern("c.message", of_commits=True),
    "commit_author_email_pattern": _pattern("c.author.email", of_commits=True),
    "committer_email_pattern": _pattern("c.committer.email", of_commits=True),
}


def _when(node: Fields, losses: Losses) -> str:
    """When a ruleset is about a change; empty when always. Where branches are not known, it is."""
    conditions = fields(node, "conditions")
    names = fields(conditions, "ref_name") if conditions else None
    if names is None:
        return ""
    for key in conditions.entries if conditions else ():
        if key != "ref_name":
            why = "a policy is of the repository that holds it"
            tell(losses, at(node, "conditions"), what=f"`{key[:60]}`", why=why, effect=Effect.STRICTER)
    included = [name for name, _ in texts(names, "include")]
    excluded = [name for name, _ in texts(names, "exclude") if name not in _EVERY_BRANCH]
    tests = []
    if included and _EVERY_BRANCH.isdisjoint(included):
        tests.append(one_holds(_branch_test(name) for name in included))
    if excluded:
        tests.append(f"!({one_holds(_branch_test(name, where_untold='false') for name in excluded)})")
    if "~DEFAULT_BRANCH" in included:
        why = "which branch is the default one is not known: it applies to every branch that has this policy"
        tell(losses, at(names, "include"), what="~DEFAULT_BRANCH", why=why, effect=Effect.STRICTER)
    if not tests:
        return ""
    why = "branches are known only where a change was named by them; it applies where they are not"
    tell(losses, at(conditions or node, "ref_name"), what="the branches", why=why, effect=Effect.STRICTER, near=_TARGET)
    made = f"!has({_TARGET}) || ({all_hold(tests)})"
    return "" if why_no_condition(made) else made


def _branch_test(name: str, *, where_untold: str = "true") -> str:
    branch = name.removeprefix("refs/heads/")
    return _glob_test(_TARGET, branch, where_untold=where_untold)


_WILD: Final = re.compile(r"[*?\[\]{}\\]")
_WORDS: Final = re.compile(r"\*\*/|\*+|\?|\[[!^]?[^\[\]\\!^]+\]|[^*?\[]+|.")


def _touched(globs: Sequence[str]) -> str:
    """What asks whether a changed file fits one of some globs, or did before it was renamed; empty where there is none."""

    def test(path: str) -> str:
        tests = [_glob_test(path, glob.removeprefix("/"), where_untold=ALWAYS) for glob in globs]
        return ALWAYS if ALWAYS in tests else one_holds(tests)

    if not globs:
        return ""
    return "size(change.files) > 0" if test("") == ALWAYS else some_file(test)


def _ignored(lines: Sequence[str]) -> str:
    """The same for lines of a `.gitignore`, which is how the forge reads the files of reviewers."""
    patterns = [expression_of(line) for line in lines]
    if not patterns:
        return ""
    return some_file(lambda path: one_found(path, patterns)) if all(patterns) else "size(change.files) > 0"


def _glob_test(value: str, glob: str, *, where_untold: str) -> str:
    """What asks whether `value` fits a glob as the forge reads them: Ruby's `fnmatch` with `FNM_PATHNAME`."""
    if not _WILD.search(glob):
        return f"{value} == {quoted(glob)}"
    pattern = f"^{''.join(_meaning(found.group()) for found in _WORDS.finditer(glob))}$"
    is_odd = "\\" in glob or refused(pattern) or "" in map(_meaning, _WORDS.findall(glob))
    return where_untold if is_odd else found_in(value, [pattern])[0]


def _meaning(piece: str) -> str:
    if piece.startswith("[") and piece.endswith("]"):
        return bracket(piece)
    if piece.strip("*") == "":
        return "[^/]*"
    return {"**/": "([^/]+/)*", "?": "[^/]"}.get(piece) or re.escape(piece)


def _both(when: str, test: str) -> str:
    return all_hold(filter(None, (when, test))) if when or test else ""


def _tell_others(node: Fields, key: str, *, what: str, losses: Losses) -> None:
    """Say of what stands in a list of mappings and is none."""
    listed = node.get(key)
    for each in listed.items if isinstance(listed, Items) else ():
        if not isinstance(each, Fields):
            tell_form(losses, each.mark, what=what)


def _mappings(node: Node | None) -> Iterator[Fields]:
    yield from (each for each in (node.items if isinstance(node, Items) else ()) if isinstance(each, Fields))
