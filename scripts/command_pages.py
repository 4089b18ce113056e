"""The reference of the commands, from the commands themselves."""

from collections.abc import Iterator

import click

from weighbridge.entrypoints.cli.application import CommandFolder, application


def command_page() -> str:
    """The page of all commands."""
    context = click.Context(application, info_name="weighbridge")
    lines = [
        "# Commands",
        "",
        "Written by `make docs` from the commands' own help. What they exit with: [exit codes](outcomes.md#exit-codes).",
    ]
    assert isinstance(application, CommandFolder), "it finds its commands by their place"
    sections = application.by_section(context)
    lines += ["", *(f"- {section}: {', '.join(map(_linked, names))}" for section, names in sections.items())]
    for section, names in sections.items():
        lines += ["", f"## {section}", *(line for name in names for line in _command(name, context))]
    return "\n".join(lines) + "\n"


def _linked(name: str) -> str:
    return f"[`{name}`](#weighbridge-{name})"


def _command(name: str, context: click.Context) -> Iterator[str]:
    """The command's part of the page, and those of the commands below it."""
    command = application.get_command(context, name)
    assert command is not None, "a listed command exists"
    inner = click.Context(command, info_name=name, parent=context)
    yield from ("", *_section(command, inner))
    if isinstance(command, click.Group):
        for below in command.list_commands(inner):
            part = command.commands[below]
            yield from ("", *_section(part, click.Context(part, info_name=below, parent=inner), level=4))


def _section(command: click.Command, context: click.Context, *, level: int = 3) -> Iterator[str]:
    yield f"{'#' * level} {context.command_path}"
    yield ""
    yield "```text"
    yield " ".join([context.command_path, *command.collect_usage_pieces(context)])
    yield "```"
    for paragraph in (command.help or "").strip().split("\n\n"):
        yield ""
        yield from (line.strip() for line in paragraph.replace("\b", "").strip().splitlines())
    options = [parameter for parameter in command.get_params(context) if isinstance(parameter, click.Option)]
    records = [record for option in options if (record := option.get_help_record(context))]
    yield ""
    yield "| option | what it does |"
    yield "|---|---|"
    for spelling, meaning in records:
        yield f"| `{_cell(spelling)}` | {_cell(meaning)} |"


def _cell(text: str) -> str:
    return " ".join(text.split()).replace("|", "\\|")
