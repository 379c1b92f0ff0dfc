"""docs/hosting.md: its settings can be read, name what exists, and fit what was measured; a small class is held."""

from __future__ import annotations

import ast
import json
import re
import sys
from typing import Any

import pytest
from traitlets.config import Config

from benchmarks import classroom
from tests.helpers import ROOT

TEXT = (ROOT / "docs" / "hosting.md").read_text(encoding="utf-8")
MEMORY: dict[str, Any] = json.loads((ROOT / "results" / "benchmarks" / "memory.json").read_text())
JUPYTER = {
    "MappingKernelManager": "jupyter_server.services.kernels.kernelmanager",
    "ServerApp": "jupyter_server.serverapp",
}
"""Where JupyterLab's server has what may be set."""
ENVIRONMENT = ("OMP_NUM_THREADS", "QTKIT_KERNELS")


def block(language: str) -> str:
    (found,) = re.findall(rf"^ *```{language}\n(.*?)^ *```", TEXT, re.MULTILINE | re.DOTALL)
    return str(found)


@pytest.fixture
def config() -> Config:
    """The configuration as JupyterHub would read it."""
    ast.parse(block("python"))
    read = Config()
    exec(compile(block("python"), "jupyterhub_config.py", "exec"), {"get_config": lambda: read})
    return read


class TestTheConfiguration:
    def test_it_sets_the_spawner_alone(self, config: Config) -> None:
        assert list(config) == ["Spawner"]

    def test_its_traits_are_jupyterhub_s(self, config: Config) -> None:
        spawner = pytest.importorskip("jupyterhub.spawner").Spawner
        assert set(config.Spawner) <= set(spawner.class_trait_names())

    def test_options_of_the_users_servers_exist(self, config: Config) -> None:
        for option in config.Spawner.args:
            name, trait, value = re.fullmatch(r"--(\w+)\.(\w+)=(\w+)", option).groups()  # type: ignore[union-attr] # else fails
            known = getattr(pytest.importorskip(JUPYTER[name]), name)
            assert trait in known.class_trait_names()
            assert value == "False" or int(value) >= 60

    def test_the_limit_holds_any_notebook_and_a_second_one(self, config: Config) -> None:
        most = max(each["peak"] for each in MEMORY.values())
        least = min(each["peak"] for each in MEMORY.values())
        assert config.Spawner.mem_limit == "2G"
        assert most + least < 2 * 2**30

    def test_the_environment_is_what_the_code_reads(self, config: Config) -> None:
        assert tuple(config.Spawner.environment) == ENVIRONMENT
        code = "".join(path.read_text(encoding="utf-8") for path in (ROOT / "qtkit").rglob("*.py"))
        assert all(f'"{name}"' in code for name in ENVIRONMENT)

    def test_the_command_hands_its_options_on(self, config: Config) -> None:
        shell, flag, script, own = config.Spawner.cmd
        assert (shell, flag, own) == ("sh", "-c", "sh")
        assert script.endswith('exec jupyterhub-singleuser "$@"')

    def test_the_first_page_is_where_the_course_is_copied(self, config: Config) -> None:
        folder, notebook = re.fullmatch(r"/lab/tree/([^/]+)/(.+)", config.Spawner.default_url).groups()  # type: ignore[union-attr] # else fails
        assert f"~/{folder}" in config.Spawner.cmd[2]
        assert (ROOT / notebook).is_file()


def test_a_setting_of_jupyterlab_ends_a_kernel_with_its_tab() -> None:
    from jupyterlab.commands import get_app_dir

    ((plugin, setting),) = json.loads(block("json")).items()
    package, name = plugin.split(":")
    for folder in (get_app_dir(), f"{sys.prefix}/share/jupyter/lab"):
        schema = ROOT / folder / "schemas" / package / f"{name}.json"
        if schema.is_file():
            assert setting.keys() <= json.loads(schema.read_text(encoding="utf-8"))["properties"].keys()
            return
    pytest.skip("JupyterLab's schemas are not here")


def test_memory_is_as_measured() -> None:
    peaks = [each["peak"] / 1e9 for each in MEMORY.values()]
    assert f"{min(peaks):.2f} to {max(peaks):.2f} GB" in TEXT


class TestTheClass:
    RIGHT = ([[0, None], [1, 0.5], [2, 0.4]], [[0, None], [1, 0.5]])

    def test_nothing_is_lost(self) -> None:
        assert list(classroom.find_lost(list(self.RIGHT), [0, 1, 2])) == []

    @pytest.mark.parametrize(
        ("records", "kept", "told"),
        [
            (RIGHT, [0, 7], "kernel 1 has 7 in the place of its own number"),
            (([[0, None], [2, 0.4]], [[0, None], [2, 0.4]]), [0], "training 0 has lost steps among 2 records"),
            ((RIGHT[0], [[0, None], [1, 0.6]]), [0], "training 1 differs from training 0"),
            ((RIGHT[0], [[0, None]]), [0], "a training has made no step"),
        ],
    )
    def test_what_is_lost_is_told(self, records: Any, kept: list[int], told: str) -> None:
        assert told in "; ".join(classroom.find_lost(list(records), kept))

    @pytest.mark.parametrize(("kernels", "training"), [(3, 3), (3, 0), (1, 1)])
    def test_a_class_has_kernels_that_do_not_train(self, kernels: int, training: int) -> None:
        with pytest.raises(ValueError, match=f"got {training} and {kernels}"):
            classroom.measure(kernels, training, 1)

    @pytest.mark.skipif(sys.platform != "linux", reason="memory is told by Linux alone")
    def test_too_little_memory_is_told_before_anything_starts(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(classroom, "free_memory", lambda: 10**9)
        with pytest.raises(MemoryError, match=r"20 kernels need 11 GB, 1\.0 are free"):
            classroom.measure(20, 4, 1)

    @pytest.mark.slow
    @pytest.mark.skipif(sys.platform != "linux", reason="memory is told by Linux alone")
    def test_two_kernels_of_which_one_trains(self) -> None:
        found = classroom.measure(2, 1, 0.5)
        assert found.lost == []
        assert len(found.idle) == 2
        assert len(found.busy) >= 1
        assert len(found.own) >= 1
        assert found.kernel < found.memory < 3e9
        text = classroom.describe(found, "a machine")
        assert "| lost | nothing | |" in text
        assert all(line.count("|") in (0, 4) for line in text.splitlines())
