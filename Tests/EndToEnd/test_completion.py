"""What a real bash completes, with the script that the program writes for it."""

from __future__ import annotations

import shlex
import subprocess

import pytest

from harness.server import BINARY


def completed(line: str) -> list[str]:
    """What bash offers for a line whose last word is being typed."""
    words = shlex.split(line)
    if line.endswith(" "):
        words.append("")
    script = f"""
        source <({shlex.quote(str(BINARY))} --generate-completion-script bash)
        COMP_WORDS=({" ".join(shlex.quote(word) for word in words)})
        COMP_CWORD={len(words) - 1}
        COMP_LINE={shlex.quote(line)}
        COMP_POINT=${{#COMP_LINE}}
        COMPREPLY=()
        set -- $(complete -p tsunagi)
        while [ "$1" != -F ]; do shift; done
        "$2" tsunagi {shlex.quote(words[-1])} {shlex.quote(words[-2])}
        printf '%s\\n' "${{COMPREPLY[@]}}"
        """
    result = subprocess.run(["bash", "-c", script], capture_output=True, text=True, timeout=30)
    assert result.stderr == "" and result.returncode == 0, result.stderr
    return [word.strip() for word in result.stdout.splitlines() if word.strip()]


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("tsunagi fo", {"forward"}),
        ("tsunagi outb", {"outbox"}),
        ("tsunagi forward se", {"set"}),
        ("tsunagi forward set 05012345678 --whe", {"--when"}),
        ("tsunagi forward set 05012345678 --when ", {"always", "busy", "no-answer", "unreachable"}),
        ("tsunagi outbox ", {"list", "show", "retry", "discard"}),
    ])
def test_bash_completes(line, expected):
    assert expected <= set(completed(line))


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_there_is_a_script_for_each_shell(shell):
    script = subprocess.run(
        [str(BINARY), "--generate-completion-script", shell], capture_output=True, text=True, timeout=30)
    assert script.returncode == 0
    assert "tsunagi" in script.stdout and "no-answer" in script.stdout
