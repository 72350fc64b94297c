"""The workflow script, with a stand-in for the environment that it makes: no network, no installing."""

import os
import shutil
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
REPORT = '#!/bin/sh\necho "$PWD|$PYTHONPATH|$*"\nexit 7\n'
COMMANDS = ["demo", "zinute", "test", "check", "faults", "bench", "format", "lock"]


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A project, installed, in a folder with spaces in its name; its Python only reports how it is called."""
    project = tmp_path / "a project's folder"
    python = project / ".venv/bin/python"
    python.parent.mkdir(parents=True)
    python.write_text(REPORT, encoding="utf-8")
    python.chmod(0o755)
    shutil.copy(ROOT / "run", project)
    shutil.copytree(ROOT / "requirements", project / "requirements")
    shutil.copy(ROOT / "requirements/run.txt", project / ".venv")
    return project


def run(
    project: Path, *arguments: str, cwd: Path | None = None, path: str | None = None
) -> tuple[int, str, str]:
    environment = {**os.environ, "PATH": path or os.environ["PATH"]}
    command = ["/bin/bash", str(project / "run"), *arguments]
    done = subprocess.run(command, cwd=cwd, env=environment, capture_output=True, text=True, timeout=30)
    return done.returncode, done.stdout, done.stderr


def test_alone_it_lists_its_commands(project: Path) -> None:
    code, out, err = run(project)
    assert (code, err) == (0, "")
    assert [line.split()[:2] for line in out.splitlines()] == [["./run", name] for name in COMMANDS]


def test_an_unknown_command_is_one_sentence(project: Path) -> None:
    assert run(project, "dmeo") == (2, "", "There is no command 'dmeo': './run' alone lists them.\n")


def test_an_unknown_step_is_one_sentence(project: Path) -> None:
    expected = "There is no step 'lnt': lint types imports docs tests faults.\n"
    assert run(project, "check", "lint", "lnt") == (2, "", expected)


def test_a_command_keeps_the_callers_folder_and_gives_its_exit_code(project: Path, tmp_path: Path) -> None:
    called = run(project, "zinute", "lessons", "check", "my lessons", cwd=tmp_path)
    assert called == (7, f"{tmp_path}|{project}|-m zinute lessons check my lessons\n", "")


def test_it_works_through_a_symbolic_link(project: Path, tmp_path: Path) -> None:
    link = tmp_path / "zinute-run"
    link.symlink_to(project / "run")
    done = subprocess.run([link, "demo", "--port", "1"], cwd=tmp_path, capture_output=True, text=True)
    assert (done.returncode, done.stdout) == (7, f"{tmp_path}|{project}|-m zinute demo --port 1\n")


def test_the_development_environment_serves_the_product_too(project: Path, tmp_path: Path) -> None:
    (project / ".venv/run.txt").unlink()
    shutil.copy(ROOT / "requirements/dev.txt", project / ".venv")
    assert run(project, "zinute", cwd=tmp_path) == (7, f"{tmp_path}|{project}|-m zinute\n", "")


def path_without(tmp_path: Path, python: str) -> str:
    """A PATH with the few tools that the script needs, and the given script in the place of Python."""
    folder = tmp_path / "bin"
    folder.mkdir()
    for name in ("bash", "cmp", "cp", "env", "flock", "mkdir", "readlink", "rm"):
        (folder / name).symlink_to(shutil.which(name) or name)
    if python:
        (folder / "python3").write_text(python, encoding="utf-8")
        (folder / "python3").chmod(0o755)
    return str(folder)


def test_without_python_it_names_the_mend(project: Path, tmp_path: Path) -> None:
    (project / ".venv/run.txt").unlink()
    code, out, err = run(project, "demo", path=path_without(tmp_path, ""))
    assert (code, out) == (2, "")
    assert err.splitlines()[1:] == [
        "There is no Python 3.11 or newer here: run 'sudo apt-get install python3', then this again."
    ]


def test_without_pip_and_venv_it_names_the_mend(project: Path, tmp_path: Path) -> None:
    (project / ".venv/run.txt").unlink()
    python = '#!/bin/sh\n[ "$1" = -c ] && echo "$0" && exit 0\nexit 1\n'
    code, out, err = run(project, "demo", path=path_without(tmp_path, python))
    assert (code, out) == (2, "")
    assert err.splitlines()[1:] == [
        "This Python has neither pip nor venv: run 'sudo apt-get install python3-venv', then this again."
    ]
