"""Members are found along the order of bases as written, and `super()` never leads back to the class's own."""

import pytest
from tests.unit.landscape.called import called
from tests.unit.landscape.linked import Linked

SUPER = {"builtins.super"}


def test_of_two_bases_the_first_one_written_has_the_member() -> None:
    names = [f"Part{n}" for n in range(12)]
    parts = "".join(f"class {name}:\n    def run(self): pass\n" for name in names)

    for first in names:
        others = ", ".join(name for name in names if name != first)
        text = f"{parts}class Whole({first}, {others}): pass\nWhole().run()\n"
        assert called({"a.py": text}) == {f"{first}.run"}


@pytest.mark.parametrize(
    "body",
    [
        "super().run()",
        "super(Heir, self).run()",
        "above = super()\n        above.run()",
        "run = super().run\n        run()",
    ],
)
def test_super_leads_to_the_bases_and_never_to_the_class_itself(body: str) -> None:
    text = f"""
class Base:
    def run(self): pass
class Heir(Base):
    def run(self):
        {body}
"""

    assert "Base.run" in called({"a.py": text}, caller="Heir.run")
    assert "Heir.run" not in called({"a.py": text}, caller="Heir.run")
    assert Linked.of({"a.py": text}).users("a.py", "Heir.run") <= {"a.py#Base.run"}


def test_super_leads_past_a_base_without_the_member() -> None:
    text = """
class Top:
    def run(self): pass
class Middle(Top): pass
class Heir(Middle):
    def run(self):
        super().run()
"""

    assert called({"a.py": text}, caller="Heir.run") - SUPER == {"Top.run"}
    assert "a.py#Heir.run" in Linked.of({"a.py": text}).users("a.py", "Top.run")


def test_super_in_a_mixin_leads_to_what_comes_after_it_where_it_is_mixed_in() -> None:
    text = """
class Logs:
    def save(self):
        super().save()
class Store:
    def save(self): pass
class LoggedStore(Logs, Store): pass
"""

    assert called({"a.py": text}, caller="Logs.save") - SUPER == {"Store.save"}


def test_super_of_a_class_from_outside_leads_outside() -> None:
    text = """
from framework import View
class Page(View):
    def get(self):
        super().get()
    def run(self):
        page = super()
        page.run()
"""

    assert called({"a.py": text}, caller="Page.get") - SUPER == {"framework.View().get"}
    assert "Page.run" not in called({"a.py": text}, caller="Page.run")


def test_making_an_object_of_a_class_from_outside_runs_its_constructor() -> None:
    text = "from framework import View\nclass Page(View): pass\nclass Plain(dict): pass\nPage()\nPlain()\n"

    assert called({"a.py": text}) == {"framework.View.__init__"}


def test_a_subclass_is_found_by_its_base_wherever_it_is_written() -> None:
    files = {
        "shapes/base.py": "class Shape:\n    def draw(self):\n        self.outline()\n",
        "shapes/round.py": "from shapes import base\nclass Circle(base.Shape):\n    def outline(self): pass\n",
        **{f"other/m{n}.py": "Shape = None\nprint(Shape)\n" for n in range(80)},
    }

    assert called(files, "shapes/base.py", caller="Shape.draw") == {"Circle.outline"}
