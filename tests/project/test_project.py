"""The project's own files agree with each other, with the package, and with what the README promises."""

from __future__ import annotations

import ast
import json
import os
import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
import yaml
from packaging.requirements import Requirement
from packaging.specifiers import SpecifierSet

import qtkit
from tests.helpers import PATIENCE, ROOT

PYPROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())
README = (ROOT / "README.md").read_text()
ENVIRONMENTS = ("environment.yml", "binder/environment.yml")
SCRIPTS = (".ci/run", "binder/postBuild", "binder/start")

CONDA_NAMES = {"torch": "pytorch-cpu", "matplotlib": "matplotlib-base"}
IMPORT_NAMES = {"ipython": "IPython", "otter-grader": "otter", "pyyaml": "yaml", "pre-commit": "pre_commit"}


def environment(name: str) -> tuple[dict[str, str], str]:
    """The `{package: version range}` of a conda environment, pip's included, and its Python's version."""
    entries = yaml.safe_load((ROOT / name).read_text())["dependencies"]
    named = [entry for entry in entries if isinstance(entry, str)]
    from_pip = [entry for group in entries if isinstance(group, dict) for entry in group["pip"]]
    (python,) = (entry.split("=")[1] for entry in named if entry.startswith("python="))
    packages = (Requirement(entry) for entry in named + from_pip if not re.match(r"python=|pip$", entry))
    return {package.name: str(package.specifier) for package in packages}, python


def tracked_files() -> list[Path]:
    listing = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=False)
    if listing.returncode:
        pytest.skip("not a git checkout")
    return [path for name in listing.stdout.split("\0") if name and (path := ROOT / name).is_file()]


def imported_modules(path: Path) -> set[str]:
    """The top-level names of the modules that a Python file imports, anywhere in it."""
    modules: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            modules |= {alias.name.partition(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            modules.add(node.module.partition(".")[0])
    return modules


def declared_modules(*extras: str) -> set[str]:
    """The names under which the declared dependencies are imported."""
    project = PYPROJECT["project"]
    lists = [project["dependencies"], *(project["optional-dependencies"][extra] for extra in extras)]
    names = (Requirement(entry).name for entries in lists for entry in entries)
    modules = {IMPORT_NAMES.get(name, name.replace("-", "_")) for name in names}
    return modules - {"qtkit"} | (declared_modules("dask", "lab", "onnx") if "qtkit" in modules else set())


# --- environments -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ENVIRONMENTS)
def test_environments_ask_for_the_same_packages_as_pyproject(name: str) -> None:
    project = PYPROJECT["project"]
    extras = project["optional-dependencies"]
    tried = [entry for entry in extras["test"] if Requirement(entry).name == "nbval"]  # runs notebooks as tests
    wanted = map(Requirement, project["dependencies"] + extras["lab"] + tried)
    packages, python = environment(name)
    assert packages == {CONDA_NAMES.get(package.name, package.name): str(package.specifier) for package in wanted}
    assert SpecifierSet(PYPROJECT["project"]["requires-python"]).contains(python)


def test_environments_agree() -> None:
    parsed = [yaml.safe_load((ROOT / name).read_text()) for name in ENVIRONMENTS]
    assert parsed[0] == parsed[1]
    assert parsed[0]["channels"] == ["conda-forge"]


def test_installed_packages_are_in_the_ranges() -> None:
    from importlib.metadata import version

    for entry in PYPROJECT["project"]["dependencies"]:
        package = Requirement(entry)
        assert package.specifier.contains(version(package.name), prereleases=True), entry


@pytest.mark.parametrize("script", SCRIPTS)
def test_scripts_can_run_and_stop_at_an_error(script: str) -> None:
    path = ROOT / script
    assert os.access(path, os.X_OK), f"{script} is not executable"
    assert path.read_text().startswith("#!/usr/bin/env bash\n")
    assert "\nset -euo pipefail\n" in path.read_text()
    subprocess.run(["bash", "-n", path], check=True)


def test_start_script_runs_its_command_with_one_thread_a_library() -> None:
    command = [ROOT / "binder/start", sys.executable, "-c", "import os; print(os.environ['OMP_NUM_THREADS'])"]
    assert subprocess.run(command, capture_output=True, text=True, check=True).stdout == "1\n"


@pytest.mark.slow
@pytest.mark.usefixtures("home")
def test_repo2docker_accepts_the_folder() -> None:
    command = [sys.executable, "-m", "repo2docker", "--no-build", "--debug", "."]
    run = subprocess.run(
        command, cwd=ROOT, capture_output=True, text=True, timeout=PATIENCE, check=False, env=os.environ
    )
    output = run.stdout + run.stderr
    assert run.returncode == 0, output
    assert "Building conda environment for python=3.12" in output
    for file in ("binder/environment.yml", "binder/postBuild", "binder/start"):
        assert file in output


def test_news_are_off() -> None:
    page_config = json.loads((ROOT / "jupyter/labconfig/page_config.json").read_text())
    assert page_config["disabledExtensions"]["@jupyterlab/apputils-extension:announcements"] is True


# --- make -------------------------------------------------------------------------------------------------------------


def make(*arguments: str, cwd: Path = ROOT) -> subprocess.CompletedProcess[str]:
    if shutil.which("make") is None:
        pytest.skip("no make on this machine")
    # No flags of an outer make; its job server would warn.
    variables = {name: value for name, value in os.environ.items() if name not in ("MAKEFLAGS", "MAKELEVEL", "MFLAGS")}
    return subprocess.run(
        ["make", *arguments], cwd=cwd, capture_output=True, text=True, timeout=PATIENCE, check=False, env=variables
    )


def test_make_alone_documents_targets_and_variables() -> None:
    run = make()
    assert run.returncode == 0, run.stderr
    for word in ("setup", "lab", "test", "check", "bench", "PORT", "PYTHON", "REFERENCE", "WORKERS"):
        assert re.search(rf"^  {word} ", run.stdout, re.MULTILINE), word


@pytest.mark.parametrize(
    ("python", "message"),
    [
        ('echo "Python 3.9.2"; case "$*" in *version_info*) exit 1;; esac', "needs Python 3.11 or later"),
        ('case "$*" in *ensurepip*) exit 1;; esac', "sudo apt-get install python3-venv"),
        ("exit 127", "needs Python 3.11 or later"),
    ],
)
def test_make_setup_refuses_an_unfit_python(tmp_path: Path, python: str, message: str) -> None:
    for name in ("Makefile", "pyproject.toml"):
        shutil.copy(ROOT / name, tmp_path)
    fake = tmp_path / "python"
    fake.write_text(f"#!/bin/sh\n{python}\n")
    fake.chmod(0o755)
    run = make("setup", f"PYTHON={fake}", cwd=tmp_path)
    assert run.returncode != 0
    assert message in run.stderr
    assert not (tmp_path / ".venv").exists()


# --- the package ------------------------------------------------------------------------------------------------------


def test_the_package_imports_only_what_it_declares() -> None:
    of_type_checkers = {"_typeshed"}  # only they import it
    allowed = declared_modules("dask", "lab", "observers") | sys.stdlib_module_names | of_type_checkers | {"qtkit"}
    strangers = {
        str(path.relative_to(ROOT)): unknown
        for path in sorted((ROOT / "qtkit").rglob("*.py"))
        if (unknown := imported_modules(path) - allowed)
    }
    assert strangers == {}


def test_tests_and_benchmarks_import_only_what_is_declared() -> None:
    own = {"qtkit", "tests", "benchmarks"}
    own |= {path.stem for path in (ROOT / "benchmarks").glob("*.py")}  # these are run as scripts
    allowed = declared_modules("observers", "test") | sys.stdlib_module_names | own
    strangers = {
        str(path.relative_to(ROOT)): unknown
        for folder in ("tests", "benchmarks")
        for path in sorted((ROOT / folder).rglob("*.py"))
        if (unknown := imported_modules(path) - allowed)
    }
    assert strangers == {}


def test_versions_agree() -> None:
    newest = re.search(r"^## (\S+)", (ROOT / "CHANGELOG.md").read_text(), re.MULTILINE)
    assert newest is not None
    assert newest[1] == qtkit.__version__
    assert yaml.safe_load((ROOT / "CITATION.cff").read_text())["version"] == qtkit.__version__


# --- README and notebooks ---------------------------------------------------------------------------------------------


def test_the_readme_lists_exactly_the_notebooks() -> None:
    listed = re.findall(r"^\| \[[^\]]+\]\(notebooks/([^)]+)\)", README, re.MULTILINE)
    assert listed == sorted(path.name for path in (ROOT / "notebooks").glob("*.ipynb"))


@pytest.mark.parametrize("name", ["README.md", "CONTRIBUTING.md", "CHANGELOG.md", "docs/installing.md"])
def test_relative_links_resolve(name: str) -> None:
    targets = re.findall(r"\]\(([^)\s]+)\)", (ROOT / name).read_text())
    broken = [
        target
        for target in targets
        if not re.match(r"[a-z]+:|#", target) and not (ROOT / name).parent.joinpath(target.partition("#")[0]).exists()
    ]
    assert broken == []


def test_notebooks_carry_no_widget_state_and_name_the_plain_kernel() -> None:
    for path in (ROOT / "notebooks").glob("*.ipynb"):
        metadata = json.loads(path.read_text())["metadata"]
        assert "widgets" not in metadata, path.name
        assert metadata["kernelspec"]["name"] == "python3", path.name


def test_no_tracked_file_names_a_machine_or_a_registry() -> None:
    hosts = ("pypi" + ".org", "pythonhosted" + ".org", "anaconda" + ".org", "npmjs" + ".org", "deb.debian" + ".org")
    machine = re.compile("|".join(["/(?:home|Users|root|work)/" + r"\w", re.escape(str(ROOT)), *map(re.escape, hosts)]))
    found = []
    for path in tracked_files():
        data = path.read_bytes()
        if b"\0" in data:  # a picture or an array
            continue
        found += [f"{path.relative_to(ROOT)}: {match[0]}" for match in machine.finditer(data.decode())]
    assert found == []


def test_nothing_of_the_official_data_is_tracked() -> None:
    assert [path.name for path in tracked_files() if path.name.endswith(("-ubyte", "-ubyte.gz"))] == []
    large = [path.name for path in tracked_files() if path.stat().st_size > 4_000_000]
    assert large == []
