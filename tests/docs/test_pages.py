"""The pages hang together, and speak of the product alone."""

import re
from pathlib import Path

import pytest
from tests.docs.pages import ROOT, anchors, links, pages, tracked_files

REGISTRY_HOSTS = tuple(
    ".".join(parts)
    for parts in (
        ("pypi", "org"),
        ("pythonhosted", "org"),
        ("registry", "npmjs"),
        ("npmjs", "org"),
        ("proxy", "golang"),
        ("repo", "maven"),
        ("repo1", "maven"),
        ("static", "crates"),
    )
)
INDEX_OPTION = re.compile(r"^\s*(--(extra-)?index-url|--find-links|-i\s)", re.MULTILINE)


def shown(path: Path) -> str:
    return str(path.relative_to(ROOT))


@pytest.mark.parametrize("page", pages(), ids=shown)
def test_every_link_inside_the_project_leads_somewhere(page: Path) -> None:
    broken = [
        target for target in links(page) if not target.startswith(("https://", "mailto:")) and not leads(page, target)
    ]

    assert broken == []


def leads(page: Path, target: str) -> bool:
    path, _, fragment = target.partition("#")
    linked = (page.parent / path).resolve() if path else page
    if not linked.exists() or ROOT not in (linked, *linked.parents):
        return False
    return not fragment or fragment in anchors(linked)


def test_no_file_names_the_host_of_a_package_registry() -> None:
    naming = [
        f"{shown(path)}: {host}"
        for path in tracked_files()
        for host in REGISTRY_HOSTS
        if host.encode() in path.read_bytes()
    ]

    assert naming == []


def test_the_lock_files_name_no_index() -> None:
    for lock in ("requirements.lock", "requirements-dev.lock"):
        assert INDEX_OPTION.search((ROOT / lock).read_text("utf-8")) is None


@pytest.mark.parametrize("lock", ["requirements.lock", "requirements-dev.lock"])
def test_every_locked_version_has_hashes(lock: str) -> None:
    entries = re.split(r"\n(?=\S)", (ROOT / lock).read_text("utf-8").strip())

    assert [entry.partition(" ")[0] for entry in entries if "--hash=sha256:" not in entry] == []


def test_the_first_commands_of_the_readme_are_the_demonstration_and_the_tests() -> None:
    readme = (ROOT / "README.md").read_text("utf-8")

    assert re.findall(r"^\$ (\S+ \S+)", readme, re.MULTILINE)[:2] == ["make demo", "make test"]
