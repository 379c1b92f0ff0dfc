"""What a run says on a terminal or in a pipe, where it counts episodes."""

from __future__ import annotations

import io
import re
from pathlib import Path

import pytest
from click.testing import CliRunner
from rich.console import Console

from qtkit.cli.display import BarObserver, LineObserver, SweepBar, run_observer, sweep_observer
from qtkit.cli.main import main
from qtkit.cli.measured import Measured
from qtkit.runs import run
from qtkit.tasks.gridworld.training import Record
from tests.helpers import after
from tests.runs.small import GRIDWORLD


def record(returns: tuple[float, ...] = (), steps: int = 0, seconds: float = 0.0) -> Record:
    nothing = dict.fromkeys(("loss", "policy_loss", "value_loss", "entropy"))
    rest = {"lengths": (), "weights": (), "value_weights": (), "workers": 1}
    return Record(0, 0, steps, **nothing, returns=returns, seconds=seconds, **rest)


def test_mean_returns_and_speed() -> None:
    measured = Measured()
    assert str(measured) == ""
    measured.take(record(seconds=2.0))
    assert str(measured) == ""
    measured.take(record((1.0, 0.5), steps=300, seconds=2.1))
    assert str(measured) == "mean return of the last 2 episodes 0.750 · 3,000 environment steps/s"
    for _ in range(150):
        measured.take(record((0.0,), steps=600, seconds=2.2))
    last = "mean return of the last"
    assert str(measured).startswith(f"{last} 100 episodes 0.000 · {last} 152 episodes 0.010 · ")
    for _ in range(2_000):
        measured.take(record((0.5,), steps=900, seconds=2.3))
    assert "last 1,000 episodes 0.500" in str(measured)


@pytest.mark.slow
def test_lines_count_episodes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("qtkit.cli.display.LINE_SECONDS", 0.0)
    text = io.StringIO()
    watch = LineObserver(Console(file=text, soft_wrap=True))
    run(GRIDWORLD, store=tmp_path, observer=watch, stop=after(8))
    lines = text.getvalue().splitlines()
    assert lines[1] == "data: MiniGrid-Empty-5x5-v0"
    assert lines[2].startswith("episode 0 of 5 · 0.0 episodes/s · ? left")
    assert re.fullmatch(r"stopped at episode 1 of 5; the same command goes on from there", lines[-1])
    text.truncate(0)
    run(GRIDWORLD, store=tmp_path, observer=watch)
    assert "goes on from episode 1: " in text.getvalue()
    done, mean = r"episode \d of 5 · \S+ episodes/s · .+ left", r"mean return of the last \d episodes 0\.\d+"
    assert re.search(rf"{done} · {mean} · \S+ environment steps/s", text.getvalue())
    assert re.search(rf"finished · {mean}", text.getvalue())


def test_a_bar_counts_episodes(tmp_path: Path) -> None:
    text = io.StringIO()
    with BarObserver(Console(file=text, force_terminal=True, width=200)) as observer:
        run(GRIDWORLD, store=tmp_path, observer=observer)
    assert "of 5 episodes" in text.getvalue()


HIDDEN, SHOWN = "\x1b[?25l", "\x1b[?25h"


def test_a_bar_gives_the_terminal_back_after_an_error(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def record(*_: object) -> None:
        raise RuntimeError("the disk is gone")

    text = io.StringIO()
    monkeypatch.setattr(BarObserver, "record", record)
    with (
        pytest.raises(RuntimeError, match="gone"),
        BarObserver(Console(file=text, force_terminal=True, width=200)) as observer,
    ):
        run(GRIDWORLD, store=tmp_path, observer=observer)
    assert text.getvalue().rfind(SHOWN) > text.getvalue().rfind(HIDDEN) >= 0, "the cursor is there again"


def test_a_bar_of_a_sweep_gives_the_terminal_back_after_an_error() -> None:
    def interrupt(observer: SweepBar) -> None:
        with observer:
            observer.begins(3, 1)
            raise KeyboardInterrupt

    text = io.StringIO()
    with pytest.raises(KeyboardInterrupt):
        interrupt(SweepBar(Console(file=text, force_terminal=True, width=200)))
    assert "3 runs, 1 of them finished before" in text.getvalue()
    assert text.getvalue().rfind(SHOWN) > text.getvalue().rfind(HIDDEN) >= 0


def test_there_are_bars_on_a_terminal_only() -> None:
    terminal, pipe = Console(file=io.StringIO(), force_terminal=True), Console(file=io.StringIO())
    assert isinstance(run_observer(terminal), BarObserver) and not isinstance(run_observer(pipe), BarObserver)
    assert isinstance(sweep_observer(terminal), SweepBar) and not isinstance(sweep_observer(pipe), SweepBar)


def test_status_of_a_run_of_episodes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("QTKIT_RUNS", str(tmp_path))
    run(GRIDWORLD, store=tmp_path)
    shown = CliRunner().invoke(main, ["status"]).output
    assert re.search(r"gridworld +minigrid-empty-5x5-v0 +DiffQAS 2,7 +11 +finished +5 of 5 +took \d", shown)


def test_why_an_environment_is_slow_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("QTKIT_RUNS", str(tmp_path))
    monkeypatch.setattr("torch.set_num_threads", lambda _: None)
    options = ["--model", "classical", "--episodes", "2", "--workers", "2", "--environment"]
    result = CliRunner().invoke(main, ["run", "gridworld", *options, "MiniGrid-Empty-Random-5x5-v0"])
    assert result.exit_code == 0
    assert "cannot be made a table: its start is random" in result.output.splitlines()[2]
    result = CliRunner().invoke(main, ["run", "gridworld", *options, "MiniGrid-Empty-5x5"])
    assert result.exit_code == 1 and "Error: unknown environment 'MiniGrid-Empty-5x5': did you mean" in result.output
