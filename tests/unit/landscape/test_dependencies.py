"""What a parameter's type says to call is called by the function whose parameter it is."""

import pytest
from tests.unit.landscape.linked import Linked, dependents, impact

from weighbridge.domain.impact import Certainty, EdgeKind

HEAD = "from typing import Annotated\nfrom fastapi import APIRouter, Depends, Security\n\nrouter = APIRouter()\n\n"
USERS = (
    "class User:\n    def may_pay(self):\n        return True\n\n"
    "class Guest:\n    def may_pay(self):\n        return False\n\n"
    "def get_user():\n    return load()\n\n"
    "def check(value):\n    return value\n\n"
)
DEPS = f"{HEAD}from shop.users import User, get_user\n\nCurrentUser = Annotated[User, Depends(get_user)]\n"


def users(use: str, name: str = "get_user", *, deps: str = DEPS) -> set[str]:
    files = {"shop/__init__.py": "", "shop/users.py": USERS, "shop/deps.py": deps, "shop/api.py": HEAD + use}
    return {user for user in Linked.of(files).users("shop/users.py", name) if user.startswith("shop/api.py")}


def reached(use: str, *, deps: str = DEPS) -> set[str]:
    """The definitions of the routes' file that notice another body of `get_user`."""
    base = {"shop/__init__.py": "", "shop/users.py": USERS, "shop/deps.py": deps, "shop/api.py": HEAD + use}
    head = {**base, "shop/users.py": USERS.replace("load()", "load(1)")}
    return {name for name in dependents(impact(base, head)) if name.startswith("shop/api.py#")}


@pytest.mark.parametrize(
    "parameter",
    [
        "user: Annotated[User, Depends(get_user)]",
        "user: Annotated[User, 'who asks', Security(get_user, scopes=['a'])]",
        "user=Depends(get_user)",
        "user: User = Depends(get_user)",
    ],
)
def test_a_dependency_that_a_parameter_states_is_used_by_its_function(parameter: str) -> None:
    assert users(f"from shop.users import User, get_user\n\ndef pay({parameter}):\n    pass\n") == {"shop/api.py#pay"}


@pytest.mark.parametrize(
    "use",
    [
        "from shop.deps import CurrentUser\n\ndef pay(user: CurrentUser):\n    pass\n",
        "from shop.deps import CurrentUser as Asking\n\ndef pay(user: Asking):\n    pass\n",
        "from shop import deps\n\ndef pay(user: deps.CurrentUser):\n    pass\n",
        "from shop.deps import CurrentUser\n\ndef pay(user: Annotated[CurrentUser, 'who asks']):\n    pass\n",
    ],
)
def test_a_dependency_with_a_name_is_used_by_who_states_the_name(use: str) -> None:
    assert reached(use) == {"shop/api.py#pay"}


def test_a_dependency_with_two_names_is_used_by_who_states_the_second() -> None:
    use = "from shop.deps import CurrentUser\n\nPayer = CurrentUser\n\ndef pay(user: Payer):\n    pass\n"
    assert reached(use) == {"shop/api.py#Payer", "shop/api.py#pay"}


def test_a_dependency_named_by_a_type_statement_is_used_too() -> None:
    deps = DEPS.replace("CurrentUser =", "type CurrentUser =")
    assert reached("from shop.deps import CurrentUser\n\ndef pay(user: CurrentUser):\n    pass\n", deps=deps) == {
        "shop/api.py#pay"
    }


def test_two_names_of_each_other_are_no_dependency() -> None:
    deps = f"{HEAD}from shop.users import get_user\n\nOne = Two\nTwo = One\nused = get_user\n"
    assert reached("from shop.deps import One\n\ndef pay(user: One):\n    pass\n", deps=deps) == set()


@pytest.mark.parametrize(
    "stated",
    ["CurrentUser = User", "CurrentUser = Annotated[User, 'who asks']", "CurrentUser = dict[str, get_user]"],
)
def test_a_name_of_a_mere_type_is_not_run_where_it_is_stated(stated: str) -> None:
    deps = f"{HEAD}from shop.users import User, get_user\n\n{stated}\nused = get_user\n"
    assert reached("from shop.deps import CurrentUser\n\ndef pay(user: CurrentUser):\n    pass\n", deps=deps) == set()


def test_a_type_that_is_stated_is_not_run() -> None:
    use = "from shop.users import User\n\ndef pay(user: Annotated[User, 'who asks'], other: User):\n    pass\n"
    assert users(use, "User") == set()


@pytest.mark.parametrize("parameter", ["user: Annotated[User, Depends()]", "user: User = Depends()"])
def test_a_type_is_called_where_nothing_else_is_to_be(parameter: str) -> None:
    assert users(f"from shop.users import User\n\ndef pay({parameter}):\n    pass\n", "User") == {"shop/api.py#pay"}


def test_what_a_field_is_checked_by_is_used_where_the_field_is_stated() -> None:
    use = "from shop.users import check\n\nclass Order:\n    price: Annotated[int, AfterValidator(check)]\n"
    assert users(use, "check") == {"shop/api.py#Order"}


@pytest.mark.parametrize(
    "use",
    [
        "@router.get('/pay', dependencies=[Depends(get_user)])\ndef pay():\n    pass\n",
        "mine = APIRouter(dependencies=[Depends(get_user)])\n\n@mine.get('/pay')\ndef pay():\n    pass\n",
    ],
)
def test_a_dependency_of_a_route_or_a_router_is_used_by_the_function_behind_it(use: str) -> None:
    assert "shop/api.py#pay" in reached(f"from shop.users import get_user\n\n{use}")


@pytest.mark.parametrize(
    "use",
    [
        "from shop.users import User, get_user\n\ndef pay(user: Annotated[User, Depends(get_user)]):\n",
        "from shop.deps import CurrentUser\n\ndef pay(user: CurrentUser):\n",
        "from shop.users import User\n\ndef made():\n    return User()\n\ndef pay(user=Depends(made)):\n",
        "from shop.users import User\n\ndef made():\n    yield User()\n\ndef pay(user=Depends(made)):\n",
    ],
)
def test_the_value_of_a_dependency_is_of_its_type(use: str) -> None:
    asked = f"{use}    return user.may_pay()\n"
    assert users(asked, "User.may_pay") == {"shop/api.py#pay"}
    assert users(asked, "Guest.may_pay") == set()


def test_the_edges_to_a_dependency_are_calls_that_are_seen() -> None:
    base = {"shop/users.py": USERS, "shop/deps.py": DEPS}
    base["shop/api.py"] = "from shop.deps import CurrentUser\n\ndef pay(user: CurrentUser):\n    pass\n"
    head = {**base, "shop/users.py": USERS.replace("load()", "load(1)")}
    found = dependents(impact(base, head))["shop/api.py#pay"]
    assert [(edge.kind, edge.certainty) for edge in found.path] == [(EdgeKind.CALLS, Certainty.SEEN)] * 2


@pytest.mark.parametrize("stated", ["Deps.Current", "Deps.Current | None"])
def test_a_dependency_that_a_class_keeps_is_used_by_who_states_it(stated: str) -> None:
    deps = f"{HEAD}from shop.users import User, get_user\n\nclass Deps:\n    Current = Annotated[User, Depends(get_user)]\n"
    use = f"from shop.deps import Deps\n\ndef pay(user: {stated}):\n    pass\n"
    assert reached(use, deps=deps) == {"shop/api.py#pay"}
