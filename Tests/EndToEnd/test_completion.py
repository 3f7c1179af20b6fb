"""What a real bash completes, with the script that the program writes for it."""

from __future__ import annotations

import os
import shlex
import subprocess

import pytest

from harness.server import BINARY


def completed(line: str, environment: dict[str, str] | None = None) -> list[str]:
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
    result = subprocess.run(
        ["bash", "-c", script], capture_output=True, text=True, timeout=30,
        env=os.environ | {"PATH": f"{BINARY.parent}:{os.environ['PATH']}"} | (environment or {}))
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


def test_bash_offers_what_is_in_the_data_directory(tmp_path):
    data = {"TSUNAGI_DATA": str(tmp_path / "data")}

    def tsunagi(*arguments: str) -> None:
        subprocess.run(
            [str(BINARY), *arguments], env=os.environ | data, check=True, capture_output=True, timeout=30)

    for number in ("05012345678", "05012349999", "0312345678"):
        tsunagi("number", "add", number)
    tsunagi("company", "add", "Alpha Trading")
    tsunagi("contract", "add", "C-1001", "--company", "Alpha Trading", "--kind", "smart-pbx")
    tsunagi("destination", "set", "05012345678", "1", "0612345678")
    assert completed("tsunagi forward show 0501", data) == ["05012345678", "05012349999"]
    assert completed("tsunagi contract show c", data) == []
    assert completed("tsunagi contract show C", data) == ["C-1001"]
    assert completed("tsunagi contract list --company Al", data) == ["Alpha Trading"]
    offered = completed("tsunagi forward set 05012345678 --when busy --to ", data)
    assert offered == ["0612345678", "voicemail"]
    assert completed(f"tsunagi forward show --data {data['TSUNAGI_DATA']} 03") == ["0312345678"]
    tsunagi("group", "add", "Sales", "--company", "Alpha Trading")
    assert completed("tsunagi group show S", data) == ["Sales"]
    assert completed("tsunagi group show --company 'Alpha Trading' ", data) == ["Sales"]
    assert completed("tsunagi group show --company Beta S", data) == []


def test_bash_offers_nothing_and_makes_nothing_where_no_data_directory_is(tmp_path):
    missing = tmp_path / "missing"
    assert completed("tsunagi forward show 0501", {"TSUNAGI_DATA": str(missing)}) == []
    assert not missing.exists()
