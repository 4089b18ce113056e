"""GitLab's patterns held against Ruby's `fnmatch`, said once more in the plainest way, and its sections against trying all."""

from hypothesis import example, given
from hypothesis import strategies as st

from weighbridge.domain.ids import RepoPath
from weighbridge.landscape.owners.gitlab import gitlab_pattern
from weighbridge.landscape.owners.model import CodeOwners
from weighbridge.landscape.owners.read import read_owners


def slow_match(pattern: str, path: str) -> bool:
    """What GitLab asks `fnmatch`: the pattern begun at the root and ended at a file."""
    text = pattern if pattern.startswith("/") else f"/**/{pattern}"
    return slow_fnmatch(f"{text}**/*" if text.endswith("/") else text, f"/{path}", at_start=True)


def slow_fnmatch(pattern: str, text: str, *, at_start: bool) -> bool:
    """Ruby's fnmatch with PATHNAME and DOTMATCH, by trying everything; `at_start` of a segment `**/` descends."""
    if at_start and pattern.startswith("**/"):
        rest = pattern[3:]
        starts = [0, *(n + 1 for n, character in enumerate(text) if character == "/")]
        return any(slow_fnmatch(rest, text[start:], at_start=True) for start in starts)
    if not pattern:
        return not text
    if pattern[0] == "*":
        here = bool(text) and text[0] != "/" and slow_fnmatch(pattern, text[1:], at_start=False)
        return here or slow_fnmatch(pattern[1:], text, at_start=False)
    if pattern[0] in ("[", "?"):
        return slow_set(pattern[1:] if pattern[0] == "[" else f"!]{pattern[1:]}", text)
    if pattern[0] == "\\" and len(pattern) > 1:
        pattern = pattern[1:]
    if not text or text[0] != pattern[0]:
        return False
    return slow_fnmatch(pattern[1:], text[1:], at_start=pattern[0] == "/")


def slow_set(pattern: str, text: str) -> bool:
    """The rest of a pattern behind a bracket."""
    if not text or text[0] == "/":
        return False
    wanted = pattern[:1] not in ("!", "^")
    rest = pattern if wanted else pattern[1:]
    held = False
    while rest and rest[0] != "]":
        first, rest = slow_member(rest)
        last = first
        if rest[:1] == "-" and rest[1:2] not in ("", "]"):
            last, rest = slow_member(rest[1:])
        held = held or first <= text[0] <= last
    return bool(rest) and held == wanted and slow_fnmatch(rest[1:], text[1:], at_start=False)


def slow_member(pattern: str) -> tuple[str, str]:
    return (pattern[1], pattern[2:]) if pattern[0] == "\\" and len(pattern) > 1 else (pattern[0], pattern[1:])


_SET = st.text(alphabet="abc!^-\\", max_size=4).map(lambda inside: f"[{inside}]")
_PIECE = st.sampled_from(["a", "b", "c", "*", "?", "**", "\\*", "\\a", "["]) | _SET
_SEGMENT = st.lists(_PIECE, min_size=1, max_size=3).map("".join) | st.just("**")
_PATTERN = st.builds(
    lambda lead, body, trail: lead + "/".join(body) + trail,
    st.sampled_from(["", "/"]),
    st.lists(_SEGMENT, min_size=1, max_size=4),
    st.sampled_from(["", "/"]),
)
_PATH = st.lists(st.text(alphabet="abc*-![", min_size=1, max_size=3), min_size=1, max_size=4).map("/".join)


@given(_PATTERN, _PATH)
@example("/docs/**", "docs/a/b")
@example("[]a]", "]a]")
@example("*[!a]*b", "aab")
def test_a_pattern_matches_exactly_what_fnmatch_matches(pattern: str, path: str) -> None:
    assert gitlab_pattern(pattern).matches(RepoPath(path)) == slow_match(pattern, path)


_LINE = st.builds(
    lambda mark, pattern: mark + pattern,
    st.sampled_from(["", "", "!"]),
    _PATTERN.filter(lambda p: not p.startswith("[")),
)


@given(st.lists(st.lists(_LINE, max_size=5), max_size=4), _PATH)
def test_one_index_over_all_sections_finds_what_trying_each_line_finds(sections: list[list[str]], path: str) -> None:
    text = "".join(
        f"[s{n}]\n" + "".join(f"{line} @o{n}x{k}\n" for k, line in enumerate(lines)) for n, lines in enumerate(sections)
    )
    found = read_owners(text.encode(), RepoPath(".gitlab/CODEOWNERS"))
    assert isinstance(found, CodeOwners)
    expected = []
    for section in found.sections:
        hits = [rule for rule in section.rules if rule.pattern.matches(RepoPath(path))]
        if hits and not any(rule.pattern.matches(RepoPath(path)) for rule in section.exclusions):
            expected.append((section.name, hits[-1].owners))
    assert [(r.section, r.owners) for r in found.responsibilities(RepoPath(path))] == expected
