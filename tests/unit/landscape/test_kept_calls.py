"""A call that stands on both sides is not looked into, unless the change may have given its name another meaning."""

from tests.unit.landscape.linked import sight

from weighbridge.landscape.guard_changes import GuardChanges
from weighbridge.landscape.landscapes import Landscapes

CHECKS = """from shop.rights import require_role

def ensure(user):
    require_role(user, "admin")

def pass_by(user):
    return user
"""
BASE = {
    "shop/__init__.py": "",
    "shop/rights.py": "def require_role(user, role):\n    if role not in user.roles:\n        raise PermissionError(role)\n",
    "shop/checks.py": CHECKS,
    "shop/pages.py": """from shop.checks import ensure
from shop.checks import pass_by
from shop.rights import require_role

class Base:
    def admit(self, user):
        require_role(user, "admin")

class Open:
    def admit(self, user):
        return user

class Page(Base):
    def __init__(self):
        self.gate = ensure

    def show(self, user):
        ensure(user)
        self.gate(user)
        return 1

    def list_all(self, user):
        self.admit(user)
        return 1
""",
}


def lost(*changes: tuple[str, str], path: str = "shop/pages.py") -> set[tuple[str, str]]:
    """(slot, guard) of each lost guard when these texts are replaced in a file."""
    text = BASE[path]
    for old, new in changes:
        assert old in text
        text = text.replace(old, new)
    seen = sight(BASE, BASE | {path: text})
    assert isinstance(seen.landscapes, Landscapes)
    return {(each.slot.name, each.guard.name) for each in GuardChanges(seen.code, seen.landscapes).lost()}


def test_a_call_that_stays_is_kept() -> None:
    assert (
        lost(("        self.gate(user)\n        return 1", "        self.gate(user)\n        x = 5\n        return x"))
        == set()
    )


def test_a_call_that_goes_is_lost() -> None:
    assert ("Page.show", "ensure") in lost(("        ensure(user)\n        self.gate(user)", "        pass"))


def test_a_call_that_an_import_gives_another_meaning_is_lost() -> None:
    changes = (
        ("import ensure\n", "import pass_by as ensure\n"),
        ("        return 1\n\n    def list", "        return 2\n\n    def list"),
    )
    assert ("Page.show", "ensure") in lost(*changes)


def test_a_call_that_a_variable_gives_another_meaning_is_lost() -> None:
    change = (
        "        ensure(user)\n        self.gate",
        "        ensure = pass_by\n        ensure(user)\n        self.gate",
    )
    assert ("Page.show", "ensure") in lost(change)


def test_a_call_that_another_changed_function_gives_another_meaning_is_lost() -> None:
    changes = (
        ("self.gate = ensure", "self.gate = pass_by"),
        ("        return 1\n\n    def list", "        return 2\n\n    def list"),
    )
    assert ("Page.show", "gate") in lost(*changes)


def test_a_call_that_another_base_class_gives_another_meaning_is_lost() -> None:
    changes = (
        ("class Page(Base)", "class Page(Open)"),
        ("self.admit(user)\n        return 1", "self.admit(user)\n        return 2"),
    )
    assert ("Page.list_all", "admit") in lost(*changes)


def test_a_helper_that_no_longer_checks_is_lost_in_itself() -> None:
    found = lost(('    require_role(user, "admin")\n', "    return user\n"), path="shop/checks.py")
    assert ("ensure", "require_role") in found
