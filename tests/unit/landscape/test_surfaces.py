"""Which changes touch a sensitive surface, and which only look as if they did."""

import pytest
from tests.unit.landscape.touched import Touched

from weighbridge.domain.ids import RepoPath
from weighbridge.domain.impact import Certainty
from weighbridge.domain.system import SurfaceKind
from weighbridge.landscape.description import DeclaredSurface
from weighbridge.landscape.surfaces.names import access_word_in_path, is_measure, speaks_of_access, speaks_of_resources


def kinds(path: str, before: str | None = "a: 1\n", *, after: str | None = "a: 2\n") -> set[SurfaceKind]:
    return {surface.kind for surface in Touched({path: (before, after)}).surfaces()}


def reasons(path: str, before: str, *, after: str) -> list[str]:
    return [surface.reason for surface in Touched({path: (before, after)}).surfaces()]


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("shop/migrations/0001_init.py", SurfaceKind.SCHEMA),
        ("db/migrate/20240101_x.rb", SurfaceKind.SCHEMA),
        ("reports/top.sql", SurfaceKind.SCHEMA),
        ("prisma/schema.prisma", SurfaceKind.SCHEMA),
        ("events/order.avsc", SurfaceKind.SCHEMA),
        ("api/openapi.yaml", SurfaceKind.API_CONTRACT),
        ("docs/orders.asyncapi.yml", SurfaceKind.API_CONTRACT),
        ("protos/demo.proto", SurfaceKind.API_CONTRACT),
        ("web/schema.graphql", SurfaceKind.API_CONTRACT),
        ("svc/Dockerfile", SurfaceKind.BUILD_AND_DEPLOY),
        ("svc/api.Dockerfile", SurfaceKind.BUILD_AND_DEPLOY),
        ("docker-compose.override.yml", SurfaceKind.BUILD_AND_DEPLOY),
        ("Makefile", SurfaceKind.BUILD_AND_DEPLOY),
        ("web/package-lock.json", SurfaceKind.BUILD_AND_DEPLOY),
        ("requirements/dev.txt", SurfaceKind.BUILD_AND_DEPLOY),
        ("svc/requirements.in", SurfaceKind.BUILD_AND_DEPLOY),
        ("go.sum", SurfaceKind.BUILD_AND_DEPLOY),
        ("infra/main.tf", SurfaceKind.INFRASTRUCTURE),
        ("k8s/orders.yaml", SurfaceKind.INFRASTRUCTURE),
        ("helm-chart/values.yaml", SurfaceKind.INFRASTRUCTURE),
        ("ansible/site.yml", SurfaceKind.INFRASTRUCTURE),
        ("cloudformation/stack.json", SurfaceKind.INFRASTRUCTURE),
        (".weighbridge/policy.yaml", SurfaceKind.GOVERNANCE),
        (".github/CODEOWNERS", SurfaceKind.GOVERNANCE),
        (".github/workflows/ci.yml", SurfaceKind.GOVERNANCE),
        ("services/pay/AGENTS.md", SurfaceKind.GOVERNANCE),
        ("CLAUDE.md", SurfaceKind.GOVERNANCE),
        (".claude/settings.json", SurfaceKind.GOVERNANCE),
        (".cursor/rules/style.mdc", SurfaceKind.GOVERNANCE),
        (".github/copilot-instructions.md", SurfaceKind.GOVERNANCE),
        (".mcp.json", SurfaceKind.GOVERNANCE),
        (".pre-commit-config.yaml", SurfaceKind.GOVERNANCE),
    ],
)
def test_a_place_tells_the_surface(path: str, kind: SurfaceKind) -> None:
    assert kind in kinds(path)


@pytest.mark.parametrize(
    "path",
    [
        "README.md",
        "docs/auth.md",
        "docs/how-to/authentication/login.rst",
        "src/author.py",
        "src/tokenizer.py",
        "tests/test_auth.py",
        "web/src/auth/login.test.ts",
        "tests/fixtures/schema.sql",
        "web/src/login.css",
        "assets/logo.svg",
        "src/requirements_parser.py",
        "node_modules/x/package.json",
        "notes/infrastructure.txt",
        "i18n/en.yaml",
        "src/migrations.md",
        "src/dockerfile_parser.go",
        "locales/de/auth.json",
        "src/author/profile.py",
        "math/identity.py",
        "src/privacy_policies.py",
        "web/src/LoginButton.tsx",
        "src/permit_parking.py",
        "web/charts/revenue.yaml",
        "src/flux/store.json",
    ],
)
def test_what_only_looks_like_a_surface_is_none(path: str) -> None:
    assert kinds(path, "x = 1\n", after="x = 2\n") == set()


def test_of_what_nobody_could_tell_to_land_anywhere_its_own_place_is_told() -> None:
    def found(lands_on: tuple[str, ...] | None, path: str = "lib/a.py") -> set[SurfaceKind]:
        return {each.kind for each in Touched({path: ("a = 1\n", "a = 2\n")}, lands_on=lands_on).surfaces()}

    assert found(None) == found(()) == set()
    assert found(("shop/migrations/0001_init.py",)) == {SurfaceKind.SCHEMA}
    assert found(None, "shop/migrations/0001_init.py") == {SurfaceKind.SCHEMA}


def test_an_api_description_is_told_by_its_first_line_wherever_it_lies() -> None:
    assert kinds("specs-v1/orders.yaml", "openapi: 3.1.0\ninfo: {}\n", after="openapi: 3.1.0\ninfo: {a: 1}\n") == {
        SurfaceKind.API_CONTRACT
    }


def test_a_kubernetes_object_is_told_by_its_kind_wherever_it_lies() -> None:
    text = "apiVersion: v1\nkind: Deployment\nspec: {a: 1}\n"
    assert kinds("services/pay/run.yaml", text, after=text.replace("1", "2")) == {SurfaceKind.INFRASTRUCTURE}


@pytest.mark.parametrize("path", ["infra/main.tf", "Makefile", "k8s/orders.yaml"])
def test_a_changed_comment_in_configuration_is_no_surface(path: str) -> None:
    assert kinds(path, "# old\na: 1\n", after="# new\n\na: 1\n") == set()


def test_a_changed_comment_in_governance_still_is_one() -> None:
    assert kinds("CODEOWNERS", "# a\n", after="# b\n") == {SurfaceKind.GOVERNANCE}


@pytest.mark.parametrize(
    ("path", "before", "after", "reason"),
    [
        ("app/settings.yaml", "db:\n  pool_size: 50\n", "db:\n  pool_size: 10\n", "`db.pool_size` 50 -> 10"),
        ("app.toml", "[http]\ntimeout = 30\n", "[http]\ntimeout = 300\n", "`http.timeout` 30 -> 300"),
        (".env", "MAX_CONNECTIONS=100\n", "MAX_CONNECTIONS=5\n", "`MAX_CONNECTIONS` 100 -> 5"),
        (
            "app.properties",
            "spring.hikari.maximum-pool-size=9\n",
            "spring.hikari.maximum-pool-size=2\n",
            "`spring.hikari.maximum-pool-size` 9 -> 2",
        ),
        ("conf.json", '{"worker": {"count": 4}}', '{"worker": {"count": 1}}', "`worker.count` 4 -> 1"),
        ("app.yaml.conf", "workers = 4\n", "workers = 8\n", "`workers` 4 -> 8"),
        (
            "run/a.yaml",
            "resources:\n  limits:\n    memory: 512Mi\n",
            "resources:\n  limits:\n    memory: 64Mi\n",
            "`resources.limits.memory` 512Mi -> 64Mi",
        ),
        ("run/a.yaml", "timeout: 5s\n", "other: 1\n", "`timeout` 5s is no longer set"),
        ("run/a.yaml", "other: 1\n", "other: 1\nreplicas: 3\n", "`replicas` 3 is set for the first time"),
    ],
)
def test_a_resource_in_configuration_is_quoted_before_and_after(
    path: str, before: str, after: str, reason: str
) -> None:
    assert reason in reasons(path, before, after=after)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("pool_name: blue\n", "pool_name: green\n"),
        ("pool_name: 1\n", "pool_name: 2\n"),
        ("timeout_message: wait\n", "timeout_message: wait a little\n"),
        ("version: 1\n", "version: 2\n"),
        ("colour: red\n", "colour: blue\n"),
        ("port: 80\n", "port: 8080\n"),
        ("a: 1\ntimeout: 5\n", "timeout: 5\na: 1\n"),
        ("db: {pool_size: 5}\n", "db:\n  pool_size: 5\n"),
    ],
)
def test_a_setting_that_allocates_nothing_is_no_surface(before: str, after: str) -> None:
    assert reasons("app/settings.yaml", before, after=after) == []


@pytest.mark.parametrize(
    ("before", "after", "reason"),
    [
        ("POOL_SIZE = 50\n", "POOL_SIZE = 10\n", "`POOL_SIZE` 50 -> 10"),
        (
            "e = create_engine(url, pool_size=50)\n",
            "e = create_engine(url, pool_size=10)\n",
            "`create_engine.pool_size` 50 -> 10",
        ),
        (
            "x = ThreadPoolExecutor(max_workers=8)\n",
            "x = ThreadPoolExecutor(max_workers=1)\n",
            "`ThreadPoolExecutor.max_workers` 8 -> 1",
        ),
        ("def get(url, timeout=5): pass\n", "def get(url, timeout=60): pass\n", "`timeout` 5 -> 60"),
        ("r = get(url, timeout=5)\n", "r = get(url)\n", "`get.timeout` 5 is no longer set"),
        (
            "T = timedelta(minutes=5)\nTIMEOUT = 5 * 60\n",
            "T = timedelta(minutes=5)\nTIMEOUT = 1 * 60\n",
            "`TIMEOUT` 5 and 60 -> 1 and 60",
        ),
        ("class C:\n    max_connections = 4\n", "class C:\n    max_connections = 2\n", "`max_connections` 4 -> 2"),
    ],
)
def test_a_resource_in_code_is_quoted_before_and_after(before: str, after: str, reason: str) -> None:
    assert reason in reasons("shop/db.py", before, after=after)


def test_a_resource_names_the_function_it_is_set_in() -> None:
    before = "def connect():\n    return Pool(size=50)\n"
    (surface,) = Touched({"shop/db.py": (before, before.replace("50", "10"))}).surfaces()
    assert (surface.kind, surface.symbol, surface.reason) == (SurfaceKind.RESOURCES, "connect", "`Pool.size` 50 -> 10")


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("pool_name = 'a'\n", "pool_name = 'b'\n"),
        ("pool_name = 1\n", "pool_name = 2\n"),
        ("x = 50\n", "x = 10\n"),
        ("page = paginate(items, page=1)\n", "page = paginate(items, page=2)\n"),
        ('"""timeout 5"""\n', '"""timeout 50"""\n'),
        ("# pool_size = 5\n", "# pool_size = 50\n"),
        ("POOL_SIZE = 5\na = 1\n", "a = 2\n\n\nPOOL_SIZE = 5\n"),
        ("limit_text = 'at most 5'\n", "limit_text = 'at most 6'\n"),
    ],
)
def test_code_that_allocates_nothing_is_no_resource(before: str, after: str) -> None:
    assert reasons("shop/db.py", before, after=after) == []


def test_a_promoted_field_of_go_is_the_embedded_struct_s() -> None:
    outer = "package shop\nfunc made() *Server {{\n\treturn &Server{{{}}}\n}}\n"
    nested = outer.format('Name: "a", Limits: limits.Limits{Timeout: "60s", Of: Of{PoolSize: 5}}')
    plain = outer.format('Name: "a", Timeout: "60s", PoolSize: 5')

    assert reasons("shop/server.go", nested, after=plain) == []
    assert reasons("shop/server.go", plain, after=nested) == []
    assert reasons("shop/server.go", nested, after=plain.replace("60s", "30s")) == ["`Server.Timeout` 60s -> 30s"]


def test_a_field_that_holds_a_struct_under_another_name_embeds_nothing() -> None:
    before = 'package shop\nfunc made() *Server {\n\treturn &Server{Read: Limits{Timeout: "60s"}}\n}\n'
    after = before.replace('Read: Limits{Timeout: "60s"}', 'Timeout: "60s"')

    assert reasons("shop/server.go", before, after=after) == [
        "`Server.Timeout` 60s is set for the first time",
        "`Limits.Timeout` 60s is no longer set",
    ]


def test_new_code_sets_resources_without_comparison() -> None:
    assert Touched({"shop/db.py": (None, "POOL_SIZE = 5\n")}).surfaces() == []


GUARDED = "@login_required\ndef remove(order):\n    order.delete()\n"


@pytest.mark.parametrize(
    ("before", "after", "reason"),
    [
        (GUARDED, GUARDED.replace("@login_required\n", ""), "`remove` no longer uses `login_required`"),
        (GUARDED.replace("@login_required\n", ""), GUARDED, "`remove` now uses `login_required`"),
        (
            "def f(r):\n    if not can_access(r):\n        return\n    go(r)\n",
            "def f(r):\n    if can_access(r):\n        return\n    go(r)\n",
            "`f` changes in what it does, right beside `can_access`",
        ),
        (GUARDED, "x = 1\n", "`remove` is gone, and with it `login_required`"),
        (
            "def f(r):\n    check_permission(r)\n    go(r)\n",
            "def f(r):\n    go(r)\n",
            "`f` no longer uses `check_permission`",
        ),
        (
            "def f(t):\n    return jwt.decode(t, key)\n",
            "def f(t):\n    return json.loads(t)\n",
            "`f` no longer uses `jwt.decode`",
        ),
        (
            "def authorize(u):\n    return u.ok\n",
            "def authorize(u):\n    return True\n",
            "`authorize` changes in what it does: its name says that it decides who may do what",
        ),
    ],
)
def test_a_check_that_comes_goes_or_changes_is_named(before: str, after: str, reason: str) -> None:
    found = Touched({"shop/orders.py": (before, after)}).surfaces()
    assert [s.reason for s in found if s.kind is SurfaceKind.AUTHENTICATION] == [reason]


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (GUARDED, GUARDED.replace("def remove(order):\n", 'def remove(order):\n    """Needs login."""\n')),
        ("def author(b):\n    return b.a\n", "def author(b):\n    return b.c\n"),
        ("def f(a):\n    token = next(a)\n", "def f(a):\n    token = next(a, 1)\n"),
        ("def f():\n    log('login failed')\n", "def f():\n    log('permission denied')\n"),
        ("# auth\nx = 1\n", "# authorize\nx = 1\n"),
        (GUARDED, GUARDED.replace("delete", "erase")),
        ("def f(r):\n    return PasswordForm(r)\n", "def f(r):\n    return PlainForm(r)\n"),
        ("def f(r):\n    send_login_email(r)\n", "def f(r):\n    pass\n"),
    ],
)
def test_a_mention_of_access_decides_nothing(before: str, after: str) -> None:
    assert reasons("shop/orders.py", before, after=after) == []


def test_code_below_an_auth_folder_is_an_inferred_surface_when_it_does_something_else() -> None:
    touched = Touched({"auth/store.py": ("def keep(a):\n    return 1\n", "def keep(a):\n    return 2\n")})
    (surface,) = touched.surfaces()
    assert surface.reason == "`auth` in its path suggests that it is about who may do what"
    assert surface.certainty is Certainty.INFERRED


def test_a_check_that_goes_is_seen_and_not_inferred() -> None:
    after = GUARDED.replace("@login_required\n", "")
    assert after != GUARDED
    found = Touched({"auth/orders.py": (GUARDED, after)}).surfaces()
    assert {s.certainty for s in found if s.kind is SurfaceKind.AUTHENTICATION} == {Certainty.SEEN}


@pytest.mark.parametrize("path", ["middleware/compress.py", "policies/naming.py"])
def test_a_folder_of_middleware_or_policies_is_no_surface_by_its_name(path: str) -> None:
    assert reasons(path, "def keep(a):\n    return 1\n", after="def keep(a):\n    return 2\n") == []


@pytest.mark.parametrize(
    ("path", "before", "after", "reason"),
    [
        (
            "api/orders.py",
            "@router.get('/o')\ndef o(i, user=Depends(get_current_user)):\n    return i\n",
            "@router.get('/o')\ndef o(i):\n    return i\n",
            "`o` no longer uses `get_current_user`",
        ),
        (
            "api/orders.py",
            "class Orders(LoginRequiredMixin, View):\n    x = 1\n",
            "class Orders(View):\n    x = 1\n",
            "`Orders` no longer uses `LoginRequiredMixin`",
        ),
        (
            "api/orders.js",
            "router.get('/orders', requireAdmin, list);\n",
            "router.get('/orders', list);\n",
            "`router.get /orders` no longer uses `requireAdmin`",
        ),
    ],
)
def test_a_check_that_stands_before_code_is_named(path: str, before: str, after: str, reason: str) -> None:
    found = Touched({path: (before, after)}).surfaces()
    assert reason in [s.reason for s in found if s.kind is SurfaceKind.AUTHENTICATION]


def test_a_docstring_below_an_auth_folder_is_none() -> None:
    before = 'def keep(a):\n    """One."""\n    return 1\n'
    assert reasons("auth/store.py", before, after=before.replace("One", "Two")) == []


def test_what_is_recorded_for_tests_allocates_nothing() -> None:
    assert kinds("agent/testdata/run.yaml", "content_length: 808\n", after="content_length: 852\n") == set()
    assert kinds("agent/run.yaml", "queue_length: 808\n", after="queue_length: 852\n") == {SurfaceKind.RESOURCES}


def test_people_can_add_a_surface_and_take_one_away() -> None:
    declared = [
        DeclaredSurface(paths=("pricing/**",), kind=SurfaceKind.SCHEMA, reason="read by three systems"),
        DeclaredSurface(paths=("reports/*.sql",), kind=None, reason="only queries"),
    ]
    touched = Touched({"pricing/table.csv": ("a", "b"), "reports/top.sql": ("select 1", "select 2")})
    assert [(s.path, s.reason) for s in touched.surfaces(declared=declared)] == [
        ("pricing/table.csv", "read by three systems")
    ]


def test_governance_cannot_be_declared_away() -> None:
    declared = [DeclaredSurface(paths=("**",), kind=None, reason="quiet")]
    touched = Touched({".weighbridge/policy.yaml": ("a: 1", "a: 2")})
    assert [s.path for s in touched.surfaces(declared=declared)] == [RepoPath(".weighbridge/policy.yaml")]


def test_a_lock_file_pins_and_allocates_nothing() -> None:
    found = kinds("web/package-lock.json", '{"a": {"timeout": "1"}}', after='{"a": {"timeout": "2"}}')
    assert found == {SurfaceKind.BUILD_AND_DEPLOY}


def test_many_of_one_kind_in_one_file_are_summed_up() -> None:
    before = "".join(f"timeout_{n}: 1\n" for n in range(40))
    found = reasons("app/settings.yaml", before, after=before.replace(": 1", ": 2"))
    assert len(found) == 12
    assert found[-1] == "29 more of this kind in this file"


@pytest.mark.parametrize(
    "name", ["pool_size", "maxPoolSize", "SetMaxOpenConns", "timeout", "thread_count", "mem_limit"]
)
def test_names_of_resources_are_known_by_their_words(name: str) -> None:
    assert speaks_of_resources(name)


@pytest.mark.parametrize(
    "name", ["pool_name", "size", "max", "spool", "limit_text", "port", "carpool", "page", "", "interest_rate_per_year"]
)
def test_names_of_other_things_are_not(name: str) -> None:
    assert not speaks_of_resources(name)


@pytest.mark.parametrize(
    "name",
    [
        "login_required",
        "PreAuthorize",
        "checkRole",
        "jwt.decode",
        "require_admin",
        "IsOwner",
        "require_user",
        "verify_session",
        "verify_identity",
        "put_permissions_policy",
        "checkPermissionsHeader",
    ],
)
def test_names_that_decide_access_are_known(name: str) -> None:
    assert speaks_of_access(name)


@pytest.mark.parametrize(
    "name",
    [
        "author",
        "tokenize",
        "role",
        "checkout",
        "require",
        "has_items",
        "blogin",
        "policy",
        "identity",
        "verify_user_input",
        "is_user_online",
        "check_staff_meal",
        "login_button",
        "permit",
        "getPermissionsPolicyDirectives",
        "setPermissionsPolicyHeader",
        "session_interface.is_null_session",
        "has_session",
    ],
)
def test_names_that_only_sound_alike_are_not(name: str) -> None:
    assert not speaks_of_access(name)


@pytest.mark.parametrize(
    ("path", "word"),
    [
        ("src/secure-headers/permissions-policy.ts", ""),
        ("src/auth/headers/permissions-policy.ts", "auth"),
        ("src/roles/permissions-policy.ts", "permissions"),
        ("src/headers/permissions.ts", "permissions"),
    ],
)
def test_a_path_of_the_header_that_browsers_obey_is_not_about_people(path: str, word: str) -> None:
    assert access_word_in_path(path) == word


@pytest.mark.parametrize(
    ("value", "expected"), [("10", True), ("512Mi", True), ("1.5s", True), ("10 apples", False), ("a1", False)]
)
def test_a_measure_is_a_number_with_or_without_unit(value: str, *, expected: bool) -> None:
    assert is_measure(value) is expected
