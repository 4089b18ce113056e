"""Every known mark of an agent is recognised, and nothing that only looks like one."""

import os
import subprocess
import sys

import pytest
from tests.unit.provenance.samples import PERSON, commit, decide

from weighbridge.domain.findings import Confidence
from weighbridge.domain.provenance import Origin, Source
from weighbridge.provenance.forms import built_in

CLAUDE_NAMES = [
    "Claude",
    "Claude Opus 4.6",
    "Claude Opus 4.6 (1M context)",
    "Claude Sonnet 4.6",
    "Haiku 4.5",
    "Fable 5",
]

IDENTITIES = [
    *((f"{name} <noreply@anthropic.com>", "claude") for name in CLAUDE_NAMES),
    ("Claude <claude@anthropic.com>", "claude"),
    ("Claude <claude-3-5-sonnet@anthropic.com>", "claude"),
    ("Claude <NoReply@Anthropic.com>", "claude"),
    ("claude[bot] <209825114+claude[bot]@users.noreply.github.com>", "claude"),
    ("copilot-swe-agent[bot] <198982749+Copilot@users.noreply.github.com>", "copilot"),
    ("Copilot <198982749+Copilot@users.noreply.github.com>", "copilot"),
    ("Copilot <223556219+Copilot@users.noreply.github.com>", "copilot"),
    ("Copilot Autofix powered by AI <175728472+Copilot@users.noreply.github.com>", "copilot"),
    ("Copilot <62310815+github-advanced-security[bot]@users.noreply.github.com>", "copilot"),
    ("Devin AI <158243242+devin-ai-integration[bot]@users.noreply.github.com>", "devin"),
    ("Cursor <cursoragent@cursor.com>", "cursor"),
    ("Cursor Agent <cursoragent@cursor.com>", "cursor"),
    ("Codex <noreply@openai.com>", "codex"),
    ("OpenAI Codex <codex@openai.com>", "codex"),
    ("Codex <199175422+chatgpt-codex-connector[bot]@users.noreply.github.com>", "codex"),
    ("Amp <amp@ampcode.com>", "amp"),
    ("Paul Gauthier (aider) <paul@aider.chat>", "aider"),
    ("Ada Byron (aider) <ada@example.org>", "aider"),
    ("aider (gpt-4o) <ada@example.org>", "aider"),
    ("aider <aider@aider.chat>", "aider"),
    ("aider (openrouter/anthropic/claude-3.7-sonnet) <noreply@aider.dev>", "aider"),
    ("aider (o3) <noreply@aider.chat>", "aider"),
    ("openhands <openhands@all-hands.dev>", "openhands"),
    ("OpenDevin <opendevin@all-hands.dev>", "openhands"),
    ("OpenDevin <opendevin@opendevin.ai>", "openhands"),
    ("OpenHands-Claude <somebody@example.org>", "openhands"),
    ("OpenHands-GPT-5 <somebody@example.org>", "openhands"),
    ("OpenHands-Gemini <somebody@example.org>", "openhands"),
    ("Crush <crush@charm.land>", "crush"),
    ("Crush <noreply@crush.charm.land>", "crush"),
    ("factory-droid[bot] <138933559+factory-droid[bot]@users.noreply.github.com>", "factory-droid"),
    ("agent-think[bot] <298805081+agent-think[bot]@users.noreply.github.com>", "agent-think"),
    ("google-labs-jules[bot] <161369871+google-labs-jules[bot]@users.noreply.github.com>", "jules"),
    ("google-labs-jules[bot] <google-labs-jules[bot]@users.noreply.github.com>", "jules"),
    ("SageOx <ox@sageox.ai>", "sageox"),
    ("Firebender <help@firebender.com>", "firebender"),
    ("Ada + Claude <ada@example.org>", "claude"),
    ("Ada (claude-sonnet-4-20250514) <ada@example.org>", "claude"),
]

TRAILERS = [
    ("Claude-Session: https://claude.ai/code/session_01AbCdEf", "claude"),
    ("Copilot-Session: 4f1f3c3e-0000-4000-8000-1234567890ab", "copilot"),
    ("Made-with: Cursor", "cursor"),
    ("Generated-by: Codex", "codex"),
    ("Amp-Thread-ID: https://ampcode.com/threads/T-019fa965-aa5f-7099-85b4-a9679d2c8bd3", "amp"),
    ("Assisted-by: Crush:claude-sonnet-4", "crush"),
    ("Assisted-by: Claude Sonnet 4 via Crush <crush@charm.land>", "crush"),
    ("Assisted-by: GLM 5 via Crush", "crush"),
    ("Assisted-by: Claude:claude-opus-4-6 coccinelle sparse", "claude"),
    ("Assisted-by: Cursor:gpt-5", "cursor"),
    ("Assisted-by: Crush", "crush"),
    ("Assisted-by: Crush via GLM 5", "crush"),
    ("Assisted-by: openai/gpt-5.5 via Crush (modified ver.)", "crush"),
    ("Assisted-by: Claude Fable 5", "claude"),
    ("Assisted-by: GitHub Copilot:claude-opus-4.5", "copilot"),
    ("Co-authored-by: eu.anthropic.claude-opus-5 via Crush <charmcrush@users.noreply.github.com>", "crush"),
    ("│Co-authored-by: openhands <openhands@all-hands.dev>", "openhands"),
    ("Executed-By: mayor\nRig: beads\nRole: crew", "harness"),
]

BODIES = [
    ("🤖 Generated with [Claude Code](https://claude.com/claude-code)", "claude"),
    ("🤖 Generated with [Claude Code](https://claude.ai/code)", "claude"),
    ("Generated with Claude Code", "claude"),
    ("* 🤖 Generated with [Claude Code](https://claude.com/claude-code)", "claude"),
    ("💘 Generated with Crush", "crush"),
    ("🤖 Generated with termai", "termai"),
    ("🤖 Generated with opencode", "opencode"),
    ("🤖 Generated with [opencode](https://opencode.ai)", "opencode"),
    ("🤖 Generated with [Nori](https://nori.ai)", "nori"),
    ("https://ampcode.com/threads/T-5928a90d-d53b-488f-a829-4e36442142ee", "amp"),
    ("Thread: https://ampcode.com/threads/T-5928a90d-d53b-488f-a829-4e36442142ee", "amp"),
]

SUBJECTS = [("[codex] Round the totals", "codex"), ("aider: Round the totals", "aider")]

PEOPLE = [
    "Paul Gauthier <aider@paulg.org>",
    "Paul Gauthier <paul@aider.chat>",
    "JV <aider@codewithjv.com>",
    "Devin Burnette <devin@example.org>",
    "Devin <165725058+devin-cognition@users.noreply.github.com>",
    "Graham Neubig <graham@all-hands.dev>",
    "Somebody <somebody@openai.com>",
    "Somebody <somebody@ampcode.com>",
    "Somebody <somebody@anthropic.com>",
    "amodev <amodev@example.org>",
    "TheRAWagent <raw@example.org>",
    "Miki <miki+claude@rcpt.to>",
    "Claude Dupont <claude.dupont@example.org>",
    "Claude <claude@example.org>",
    "Copilot <somebody@example.org>",
    "Cursor <12345+cursor@users.noreply.github.com>",
    "dependabot[bot] <49699333+dependabot[bot]@users.noreply.github.com>",
    "renovate[bot] <29139614+renovate[bot]@users.noreply.github.com>",
    "github-actions[bot] <41898282+github-actions[bot]@users.noreply.github.com>",
    "",
    " < >",
]

PROSE = [
    "This file is generated by scripts/make_tables.py",
    "Generated by scripts/make_tables.py",
    "The figures were made with Cursor keys in mind",
    "Made with: love",
    "Generated-by: scripts/make_tables.py",
    'Drop the "Co-Authored-By: Claude <noreply@anthropic.com>" lines from our template',
    "Stop when Claude Code prints Generated with Claude Code in the log, then retry",
    "Assisted-by: John Doe <john@example.org>",
    "Assisted-by: https://example.org/ticket/1",
    "Reviewed-by: Claude <noreply@anthropic.com>",
    "Assisted-by: Claude Monet <claude@monet.example>",
    "Co-authored-by: Graham Neubig graham@all-hands.dev",
    "Co-authored-by: Ada <ada@example.org>, Paul Gauthier <aider@paulg.org>",
    "Escape \\n\\nGenerated-by: scripts in the output",
    "Copilot-Session: none",
    "Executed-By: Ujang\nRequested-by: Iwan",
    "See https://ampcode.com/threads/T-1 and our own notes for why",
    "Co-authored-by: Devin Burnette <devin@example.org>",
    "Co-authored-by: dependabot[bot] <49699333+dependabot[bot]@users.noreply.github.com>",
]


@pytest.mark.parametrize(("who", "agent"), IDENTITIES)
def test_an_agent_is_known_as_author_as_committer_and_as_co_author(who: str, agent: str) -> None:
    as_author = decide(commit(author=who, committer=PERSON))
    as_committer = decide(commit(committer=who))
    as_co_author = decide(commit(f"Round the totals\n\nBecause.\n\nco-authored-by: {who}"))

    for found in (as_author, as_committer, as_co_author):
        assert (found.origin, found.agents) == (Origin.AI, (agent,))
    assert as_committer.commits[0].evidence[0].detail.startswith("committer ")
    assert as_co_author.commits[0].evidence[0].source is Source.TRAILER


@pytest.mark.parametrize(("line", "agent"), [*TRAILERS, *BODIES])
def test_an_agents_line_is_known_last_and_in_the_middle(line: str, agent: str) -> None:
    last = decide(commit(f"Round the totals\n\nBecause.\n\n{line}"))
    middle = decide(commit(f"Round the totals\n\n{line}\n\n* Second part\n\nMore words."))

    assert (last.origin, last.agents) == (Origin.AI, (agent,))
    assert (middle.origin, middle.agents) == (Origin.AI, (agent,))


@pytest.mark.parametrize(("subject", "agent"), SUBJECTS)
def test_an_agents_subject_is_known(subject: str, agent: str) -> None:
    assert decide(commit(subject)).agents == (agent,)


@pytest.mark.parametrize("who", PEOPLE)
def test_people_and_plain_automation_are_no_agents(who: str) -> None:
    found = decide(commit(f"Round the totals\n\nCo-authored-by: {who}", author=who))

    assert found.origin is Origin.UNKNOWN
    assert found.commits[0].evidence == ()
    assert found.commits[0].conflicts == ()


@pytest.mark.parametrize("line", PROSE)
def test_prose_that_sounds_like_a_mark_is_none(line: str) -> None:
    found = decide(commit(f"Round the totals\n\n{line}"))

    assert (found.origin, found.commits[0].evidence) == (Origin.UNKNOWN, ())


@pytest.mark.parametrize("subject", ["fix the [codex] parser", "Let aider: prefix pass", "Made-with: Cursor"])
def test_a_subject_that_mentions_a_tool_is_no_mark(subject: str) -> None:
    assert decide(commit(subject)).origin is Origin.UNKNOWN


def test_a_trailer_above_a_harness_block_counts_with_less_confidence() -> None:
    block = "Executed-By: crew/ada\nRig: beads\nRole: crew"
    message = f"Round the totals\n\nCo-Authored-By: Claude <noreply@anthropic.com>\n\n{block}"

    found = {e.agent: e for e in decide(commit(message)).commits[0].evidence}

    assert found["claude"].confidence is Confidence.MEDIUM
    assert "paragraph 2 of 3, outside the trailer block" in found["claude"].detail
    assert "in the trailer block" in found["harness"].detail


def test_a_trailer_in_the_last_paragraph_keeps_its_confidence() -> None:
    evidence = decide(commit("Round\n\nCo-Authored-By: Claude <noreply@anthropic.com>")).commits[0].evidence

    assert [e.confidence for e in evidence] == [Confidence.HIGH]


def test_a_squashed_body_gives_up_the_trailers_of_every_commit_in_it() -> None:
    message = (
        "Totals (#12)\n\n* Round\n\nCo-authored-by: Claude <noreply@anthropic.com>\n\n* Test\n\n"
        "  Co-authored-by: Cursor <cursoragent@cursor.com>\n\n---------\n\nSigned-off-by: Ada <ada@example.org>"
    )

    assert decide(commit(message)).agents == ("claude", "cursor")


def test_an_address_without_its_brackets_is_believed_less() -> None:
    evidence = decide(commit("Round\n\nCo-authored-by: OpenHands-GPT-5 openhands@all-hands.dev")).commits[0].evidence

    assert [(e.agent, e.confidence) for e in evidence] == [("openhands", Confidence.MEDIUM)]


def test_everybody_that_one_trailer_names_counts() -> None:
    line = "Co-authored-by: Ada <ada@example.org>, Claude < noreply@anthropic.com >; Cursor <cursoragent@cursor.com>"

    assert decide(commit(f"Round\n\n{line}")).agents == ("claude", "cursor")


def test_breaks_that_a_shell_spelled_out_are_read_as_breaks_and_make_no_block() -> None:
    found = decide(commit("Round the totals\\n\\nBecause.\\n\\nCo-authored-by: openhands <openhands@all-hands.dev>"))

    assert [(e.agent, e.confidence) for e in found.commits[0].evidence] == [("openhands", Confidence.MEDIUM)]
    assert "outside the trailer block" in found.commits[0].evidence[0].detail


def test_a_bots_name_with_another_ones_number_is_reported() -> None:
    found = decide(commit(author="claude[bot] <41898282+claude[bot]@users.noreply.github.com>", committer=PERSON))

    assert found.origin is Origin.AI
    assert found.commits[0].evidence[0].confidence is Confidence.LOW
    assert found.commits[0].conflicts == (
        (
            "author claude[bot] <41898282+claude[bot]@users.noreply.github.com>: claude[bot] comes with the number "
            "41898282, which is github-actions[bot]'s"
        ),
    )


def test_a_bots_display_name_over_another_ones_address_is_reported_but_not_believed() -> None:
    found = decide(commit(author="claude[bot] <41898282+github-actions[bot]@users.noreply.github.com>"))

    assert found.origin is Origin.UNKNOWN
    assert "41898282" in found.commits[0].conflicts[0]


def test_an_agents_sign_off_is_a_mark_and_a_conflict() -> None:
    found = decide(commit("Round\n\nSigned-off-by: Claude <noreply@anthropic.com>"))

    assert found.agents == ("claude",)
    assert "sign-off" in found.commits[0].conflicts[0]


def test_every_form_names_its_source_and_has_an_id_of_its_own() -> None:
    forms = built_in().forms

    assert len({form.id for form in forms}) == len(forms)
    assert all(form.source for form in forms)
    assert all(form.id.partition("/")[2] for form in forms)


def test_the_forms_are_not_read_before_they_are_asked_for() -> None:
    program = (
        "import weighbridge.provenance.decide, weighbridge.provenance.forms as f; print(f.built_in.cache_info().misses)"
    )

    environment = os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)}

    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True, env=environment)

    assert done.stdout.strip() == "0"
