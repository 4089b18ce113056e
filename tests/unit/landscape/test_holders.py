"""What a test file defines is its own, and a test notices a method only if it can have its class."""

from tests.unit.landscape.linked import Linked, dependents, impact

FORM = (
    "class Field:\n    def process(self):\n        return 0\n\n"
    "class DateField(Field):\n    def process(self):\n        return 1\n\n"
    "class Form:\n    def run(self, fields):\n        return [field.process() for field in fields]\n"
)
FILES = {
    "shop/__init__.py": "",
    "shop/form.py": FORM,
    "tests/test_own.py": "from shop.form import DateField, Form\n\nclass Own(DateField):\n    def process(self):\n        return super().process()\n\ndef test_own():\n    assert Form().run([Own()])\n",
    "tests/test_other.py": "from shop.form import Form\n\ndef test_other():\n    assert Form().run([]) == []\n",
}


def test_a_class_of_one_test_file_is_not_met_by_another() -> None:
    found = impact(FILES, FILES | {"shop/form.py": FORM.replace("return 1", "return 2")})

    assert found.test_files == ("tests/test_own.py",)


def test_a_change_that_all_fields_have_names_both() -> None:
    found = impact(FILES, FILES | {"shop/form.py": FORM.replace("[field.process() for", "[field.process() or 1 for")})

    assert set(found.test_files) == {"tests/test_own.py", "tests/test_other.py"}


def test_code_does_not_use_what_a_test_defines() -> None:
    files = {
        "shop/run.py": "def run(part):\n    return part.turn_over()\n",
        "tests/test_a.py": "class Part:\n    def turn_over(self):\n        return 1\n",
        "tests/test_b.py": "def test_b(part):\n    part.turn_over()\n",
        "tests/test_c.py": "from tests.test_a import Part\n\ndef test_c(part):\n    part.turn_over()\n",
    }
    users = Linked.of(files).users("tests/test_a.py", "Part.turn_over")

    assert "tests/test_c.py#test_c" in users
    assert not users & {"shop/run.py#run", "tests/test_b.py#test_b"}


def test_giving_an_attribute_a_value_is_no_use_of_what_it_was() -> None:
    files = {
        "a.py": "class Part:\n    widget = make()\n",
        "b.py": "def give(part, w):\n    part.widget = w\n\ndef show(part):\n    return part.widget\n",
    }
    users = Linked.of(files).users("a.py", "Part.widget")

    assert "b.py#show" in users
    assert "b.py#give" not in users


def test_what_only_asks_for_the_type_does_not_hold_an_object() -> None:
    core = "class Group:\n    def many(self):\n        return 1\n\ndef is_group(x):\n    return isinstance(x, Group)\n\ndef run(x):\n    return x.many() if is_group(x) else x\n"
    files = {
        "shop/__init__.py": "",
        "shop/core.py": core,
        "tests/test_group.py": "from shop.core import Group, run\n\ndef test_group():\n    assert run(Group()) == 1\n",
        "tests/test_plain.py": "from shop.core import run\n\ndef test_plain():\n    assert run(2) == 2\n",
    }
    found = impact(files, files | {"shop/core.py": core.replace("return 1", "return 3")})

    assert found.test_files == ("tests/test_group.py",)


def test_what_is_put_into_a_table_is_used_by_who_uses_the_table() -> None:
    files = {
        "a.py": "class Encoder:\n    def encode(self):\n        return 1\n\nTABLE = {}\nTABLE.update({1: Encoder()})\n\ndef find(key):\n    return TABLE[key]\n",
    }
    changed = impact(files, {"a.py": files["a.py"].replace("class Encoder:", "class Encoder(object):")})

    assert "a.py#find" in dependents(changed)


def test_a_name_put_together_before_it_is_looked_up_is_followed() -> None:
    files = {
        "a.py": "class Filter:\n    def run(self, kind):\n        name = f'_process_{kind}'\n        return getattr(self, name.lower())()\n    def _process_case(self):\n        return 1\n    def other(self):\n        return 2\n",
    }
    assert "a.py#Filter.run" in dependents(impact(files, {"a.py": files["a.py"].replace("return 1", "return 3")}))
    assert "a.py#Filter.run" not in dependents(impact(files, {"a.py": files["a.py"].replace("return 2", "return 3")}))


def test_pythons_own_exceptions_call_nothing_of_their_heirs() -> None:
    files = {
        "a.py": "class Failed(Exception):\n    def show_all(self):\n        return 1\n\ndef fail():\n    raise Failed()\n",
        "b.py": "from threading import Thread\n\nclass Job(Thread):\n    def run(self):\n        return 1\n\ndef start():\n    return Job()\n",
    }

    assert "a.py#fail" not in dependents(impact(files, files | {"a.py": files["a.py"].replace("return 1", "return 2")}))
    assert "b.py#start" in dependents(impact(files, files | {"b.py": files["b.py"].replace("return 1", "return 2")}))
