"""Commands by which tools of migrations and databases take away all that is stored.

Sources: https://www.prisma.io/docs/orm/reference/prisma-cli-reference#migrate-reset, https://guides.rubyonrails.org/active_record_migrations.html,
https://docs.djangoproject.com/en/5.2/ref/django-admin/#flush, https://laravel.com/docs/12.x/migrations, https://sequelize.org/docs/v7/cli/,
https://alembic.sqlalchemy.org/en/latest/tutorial.html#downgrading, https://docs.liquibase.com/commands/utility/drop-all.html,
https://documentation.red-gate.com/fd/clean-277578890.html, https://typeorm.io/docs/advanced-topics/using-cli,
https://www.doctrine-project.org/projects/doctrine-orm/en/current/reference/tools.html, https://www.postgresql.org/docs/current/app-dropdb.html.
"""

import re
from collections.abc import Iterator
from typing import Final

from weighbridge.domain.late_pattern import LatePattern
from weighbridge.landscape.infrastructure.commands import Command, joined

STARTS: Final = r"(?:^|[;&|({]|\b(?:then|do|else|sudo|exec|time)[ \t])[ \t]*(?:\w+=\S{0,200}[ \t]+){0,5}"
"""Where a command begins in a script."""
_REST: Final = r"[^\n;&|]{0,300}"
_NODE: Final = r"(?:(?:npx|bunx|pnpm(?:[ \t]+(?:exec|dlx))?|yarn(?:[ \t]+(?:run|exec))?|npm[ \t]+exec)[ \t]+(?:-{1,2}[\w-]+[ \t]+){0,5})?"
_RUBY: Final = r"(?:bundle[ \t]+exec[ \t]+)?(?:(?:\./)?bin/)?"
_PYTHON: Final = r"(?:(?:poetry|uv|pipenv|pdm)[ \t]+run[ \t]+|python3?[ \t]+(?:-\w+[ \t]+){0,3})?"
OF_DATABASES: Final = (
    rf"({_NODE}prisma[ \t]+migrate[ \t]+reset\b{_REST})",
    rf"({_NODE}prisma[ \t]+db[ \t]+push\b{_REST}--(?:force-reset|accept-data-loss)\b{_REST})",
    rf"({_RUBY}(?:rails|rake)[ \t]+db:(?:drop|reset|schema:load|structure:load|purge|migrate:reset)\b{_REST})",
    rf"({_PYTHON}(?:\./)?(?:[\w./-]{{0,80}}/)?(?:manage\.py|django-admin)[ \t]+(?:flush|reset_db|sqlflush)\b{_REST})",
    rf"(php[ \t]+(?:\./)?(?:[\w./-]{{0,80}}/)?artisan[ \t]+(?:migrate:(?:fresh|refresh|reset)|db:wipe)\b{_REST})",
    rf"(php[ \t]+(?:\./)?bin/console[ \t]+doctrine:(?:(?:database|schema):drop|schema:update)\b{_REST}--force\b{_REST})",
    rf"({_NODE}sequelize(?:-cli)?[ \t]+db:(?:drop|migrate:undo:all)\b{_REST})",
    rf"({_NODE}(?:typeorm|typeorm-ts-node-\w+)[ \t]+schema:(?:drop|sync)\b{_REST})",
    rf"({_NODE}knex[ \t]+migrate:rollback\b{_REST}--all\b{_REST})",
    rf"({_PYTHON}alembic{_REST}[ \t]downgrade[ \t]+base\b{_REST})",
    rf"({_PYTHON}flask[ \t]+db[ \t]+downgrade[ \t]+base\b{_REST})",
    rf"(liquibase\b{_REST}[ \t](?:drop-all|dropAll)\b{_REST})",
    rf"((?:\./)?(?:mvnw?|gradlew?)\b{_REST}[ \t:](?:flyway:clean|flywayClean|liquibase:dropAll)\b{_REST})",
    rf"(flyway\b{_REST}[ \t]clean\b{_REST})",
    rf"(dropdb\b{_REST})",
)
"""Each with the whole command in its first group."""
FOLLOWS: Final = LatePattern(r"--accept-data-loss\b|\bschema:(?:sync|update)\b")
"""Of these commands, those that take away what the classes do not name, and leave the rest."""
_EMPTIES: Final = tuple(LatePattern(STARTS + each, re.MULTILINE) for each in OF_DATABASES)
_FOR_A_TEST: Final = LatePattern(
    r"(?:^|[^a-zA-Z])(?:tests?|testing|dev|devel|development|local|localhost|e2e|ci|sandbox|demo|127\.0\.0\.1)(?:$|[^a-zA-Z])",
    re.IGNORECASE,
)
_ASKS: Final = LatePattern(r"^[ \t]*(?:if|elif|case|while)\b|\[\[?[ \t]|^[ \t]*\w[\w|-]*\)", re.MULTILINE)
_HARMLESS: Final = LatePattern(r"--help\b|--dry-run\b|--sql\b")


def is_for_a_test(text: str) -> bool:
    """Whether words name a database, or an environment, in which nobody keeps anything."""
    return _FOR_A_TEST.search(text) is not None


def empties(script: str) -> Iterator[Command]:
    """Each such command of a script; `is_grave` where nothing decides whether it is run."""
    text, lines = joined(script)
    for pattern in _EMPTIES:
        for found in pattern.finditer(text):
            command = " ".join(found[1].split())
            begin = text.rfind("\n", 0, found.start(1)) + 1
            asked = _conditions(text[:begin]) + text[begin : found.start(1)]
            if is_for_a_test(asked) or is_for_a_test(command) or _HARMLESS.search(command):
                continue
            yield Command(line=lines(found.start(1)), key=command, words=command, is_grave=not _ASKS.search(asked))


def _conditions(before: str) -> str:
    """The lines that decide whether what follows is run: those of blocks that are not ended."""
    open_blocks: list[str] = []
    for line in before.splitlines():
        word = line.split(maxsplit=1)[0] if line.strip() else ""
        if word in ("if", "case", "while", "for", "until") and not line.rstrip().endswith(("fi", "esac", "done")):
            open_blocks.append(line)
        elif word.rstrip(";") in ("fi", "esac", "done"):
            del open_blocks[-1:]
        elif open_blocks and (word in ("elif", "else") or word.endswith(")")):
            open_blocks[-1] += f"\n{line}"
    return "\n".join(open_blocks) + "\n" if open_blocks else ""
