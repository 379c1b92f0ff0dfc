"""Errors in one line where their message is for the person at the keyboard, else with their traceback."""

from __future__ import annotations

import click
import pytest
from click.testing import CliRunner

from qtkit.cli.common import Command, Commands, command_line
from qtkit.runs import RunInUseError
from qtkit.tasks.gridworld.a3c.errors import WorkersLostError


@pytest.fixture(params=["alone", "in a group"])
def fail(request: pytest.FixtureRequest):
    """Runs a command that raises the error it is given."""

    def result(error: BaseException, *flags: str):
        @click.command(cls=Command)
        @click.option("--traceback", is_flag=True)
        def command(**_: bool) -> None:
            raise error

        @click.group(cls=Commands)
        @click.option("--traceback", is_flag=True)
        def group(**_: bool) -> None:
            pass

        group.add_command(command)
        arguments = [*flags, *(["command"] if request.param != "alone" else [])]
        return CliRunner().invoke(command if request.param == "alone" else group, arguments)

    return result


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (ValueError("no such number"), "no such number"),
        (FileNotFoundError(2, "No such file or directory", "a.json"), "No such file or directory: a.json"),
        (RunInUseError("another process is at it"), "another process is at it"),
        (WorkersLostError("all are gone"), "all are gone"),
        (FloatingPointError("the loss is nan"), "the loss is nan"),
        (click.ClickException("there is no plan"), "there is no plan"),
    ],
    ids=lambda value: type(value).__name__ if isinstance(value, Exception) else "",
)
def test_an_error_is_a_line(fail, error: Exception, words: str) -> None:
    result = fail(error)
    assert (result.exit_code, result.output) == (1, f"Error: {words}\n")


@pytest.mark.parametrize("error", [ValueError("no such number"), RunInUseError("another process")])
def test_with_its_traceback_if_asked(fail, error: Exception) -> None:
    assert fail(error, "--traceback").exception is error


def test_a_fault_of_the_program_keeps_its_traceback(fail) -> None:
    error = TypeError("not callable")
    assert fail(error).exception is error


def test_the_command_as_typed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.argv", ["/bin/qtkit", "run", "images", "--data-dir", "my data"])
    assert command_line() == "qtkit run images --data-dir 'my data'"
