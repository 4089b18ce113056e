"""A proposal that lets an agent do more in six ways has all six named, in a real repository, by the program as it is run."""

import json
from pathlib import Path

from tests.acceptance.cli.program import Program
from tests.integration.git.scratch import Scratch

GUARD = "#!/bin/bash\ngrep -q 'rm -rf' && exit 2\nexit 0\n"
HELD = {
    "permissions": {"allow": ["Bash(npm run test)"], "deny": ["Read(./.env)"], "defaultMode": "default"},
    "hooks": {"PreToolUse": [{"matcher": "Bash", "hooks": [{"type": "command", "command": ".claude/hooks/guard.sh"}]}]},
}
FREE = {"permissions": {"allow": ["Bash(npm run test)", "Bash(*)"], "deny": [], "defaultMode": "bypassPermissions"}}
SERVERS = {"mcpServers": {"db": {"command": "npx", "args": ["-y", "some-package"], "env": {"DATABASE_URL": "${DB}"}}}}
WORKFLOW = """\
on:
  issues: {types: [opened]}
permissions:
  contents: write
jobs:
  triage:
    runs-on: ubuntu-latest
    steps:
      - uses: anthropics/claude-code-action@v1
        with:
          prompt: triage
"""
SIX = {
    "agents/permission-widened": "agents may now run any shell command (`Bash(*)`) without asking",
    "agents/denial-dropped": "agents may read `Read(./.env)` without asking, which `Read(./.env)` forbade",
    "agents/mode-raised": "agents may do everything without asking",
    "agents/guard-hook-removed": "the `PreToolUse` hook for `Bash`, which ran `.claude/hooks/guard.sh`, is gone",
    "agents/server-added": "which runs `npx -y some-package`, `some-package` in whatever version there is, with `DATABASE_URL`",
    "agents/bot-rights-widened": "anybody may start it (`allowed_non_write_users: *`), with a token that may write `contents`",
}


def found_in(program: Program, repository: Scratch, *, change: str) -> list[dict[str, str]]:
    done = program.run(repository.folder, "review", change, "--json", "-", "-q", "--report-only")
    found = [each["finding"] for each in json.loads(done.out)["decision"]["findings"]]
    return [each for each in found if each["rule"].startswith("agents/")]


def test_six_ways_in_which_an_agent_may_do_more_are_all_named(tmp_path: Path, program: Program) -> None:
    repository = Scratch.make(tmp_path / "shop")
    held = {
        ".claude/settings.json": json.dumps(HELD, indent=2),
        ".claude/hooks/guard.sh": GUARD,
        ".github/workflows/triage.yml": WORKFLOW,
    }
    repository.commit("Begin", **held)
    free = {
        ".claude/settings.json": json.dumps(FREE, indent=2),
        ".mcp.json": json.dumps(SERVERS, indent=2),
        ".github/workflows/triage.yml": f'{WORKFLOW}          allowed_non_write_users: "*"\n',
    }
    repository.commit("Let the agent work", **free)

    found = found_in(program, repository, change="HEAD^..HEAD")

    for rule, words in SIX.items():
        assert any(each["rule"] == rule and words in each["message"] for each in found), rule
    assert {each["severity"] for each in found if each["rule"] in SIX} <= {"high", "medium"}


def test_the_way_back_says_nothing_of_more(tmp_path: Path, program: Program) -> None:
    repository = Scratch.make(tmp_path / "shop")
    repository.commit("Begin", **{".claude/settings.json": json.dumps(FREE), ".mcp.json": json.dumps(SERVERS)})
    repository.commit(
        "Hold it",
        **{".claude/settings.json": json.dumps(HELD), ".mcp.json": "{}", ".claude/hooks/guard.sh": GUARD},
    )

    found = found_in(program, repository, change="HEAD^..HEAD")

    assert [each["severity"] for each in found if each["severity"] not in ("low", "note")] == []
