"""Links are made from the repository's address alone, and lead where their services expect it."""

from __future__ import annotations

import re
from urllib.parse import parse_qs, unquote, urlsplit

import pytest
from click.testing import CliRunner
from IPython.core.interactiveshell import InteractiveShell

from qtkit.cli.main import main
from qtkit.course.content import FIRST, course_files
from qtkit.course.links import badges, binder_link, colab_link, hub_link, install_cell, links
from qtkit.course.repository import Repository, repository

GITHUB = Repository.parse("https://github.com/owner/name")
GITLAB = Repository.parse("https://gitlab.com/group/below/name")
OTHER = Repository.parse("https://git.example.org/owner/name")
HUB = "https://hub.example.org"


@pytest.mark.parametrize(
    ("where", "path"),
    [
        (GITHUB, "/v2/gh/owner/name/main"),
        (GITLAB, "/v2/gl/group%2Fbelow%2Fname/main"),
        (OTHER, "/v2/git/https%3A%2F%2Fgit.example.org%2Fowner%2Fname/main"),
    ],
)
def test_binder(where: Repository, path: str) -> None:
    url = urlsplit(binder_link(where).url)
    assert (url.netloc, url.path) == ("mybinder.org", path)
    assert parse_qs(url.query) == {"urlpath": [f"lab/tree/{FIRST}"]}


def test_a_branch_with_a_slash() -> None:
    assert urlsplit(binder_link(GITHUB, branch="spring/2027").url).path == "/v2/gh/owner/name/spring%2F2027"
    assert colab_link(GITHUB, branch="spring/2027").url.endswith(f"/github/owner/name/blob/spring/2027/{FIRST}")


def test_colab_opens_github_only() -> None:
    assert colab_link(GITHUB).url == f"https://colab.research.google.com/github/owner/name/blob/main/{FIRST}"
    assert colab_link(GITLAB) is colab_link(OTHER) is None


@pytest.mark.parametrize("where", [GITHUB, GITLAB, OTHER])
def test_a_hub_opens_the_clone_that_nbgitpuller_makes(where: Repository) -> None:
    url = urlsplit(hub_link(where, f"{HUB}/").url)
    assert f"{url.scheme}://{url.netloc}{url.path}" == f"{HUB}/hub/user-redirect/git-pull"
    wanted = {"repo": [where.url], "branch": ["main"], "urlpath": [f"lab/tree/name/{FIRST}"]}
    assert parse_qs(url.query) == wanted


@pytest.mark.parametrize("hub", ["hub.example.org", "", "https://hub.example.org/?next=/"])
def test_what_is_no_hub_is_refused(hub: str) -> None:
    with pytest.raises(ValueError, match="is like https://hub.example.org, got"):
        hub_link(GITHUB, hub)


def test_all_links_of_a_notebook() -> None:
    assert [link.name for link in links(GITHUB, hub=HUB)] == ["Binder", "Colab", "JupyterHub"]
    assert [link.name for link in links(OTHER)] == ["Binder"]
    assert links(GITHUB, []) == []


def test_no_badge_without_a_repository() -> None:
    assert badges(None) == ""
    assert re.findall(r"\]\((\S+?)\)\]", badges(GITHUB)) == [link.picture for link in links(GITHUB)]
    assert re.findall(r"\)\]\((\S+?)\)", badges(GITHUB)) == [link.url for link in links(GITHUB)]


def test_the_cell_that_installs_is_small_and_names_the_repository() -> None:
    cell = install_cell(GITHUB, "v1")
    assert cell.endswith('    %pip install --quiet "qtkit @ git+https://github.com/owner/name@v1"')
    assert len(cell.splitlines()) == 4


def test_the_cell_installs_where_qtkit_is_missing_and_only_there() -> None:
    shell = InteractiveShell()
    typed: list[str] = []
    shell.register_magic_function(typed.append, magic_name="pip")
    assert shell.run_cell(install_cell(GITHUB)).success
    assert typed == []
    assert shell.run_cell(
        install_cell(GITHUB).replace('find_spec("qtkit")', 'find_spec("qtkit_that_is_missing")')
    ).success
    assert typed == ['install --quiet "qtkit @ git+https://github.com/owner/name@main"']


def run_links(*arguments: str) -> tuple[int, str]:
    done = CliRunner().invoke(main, ["links", *arguments], catch_exceptions=False)
    return done.exit_code, done.output


def test_the_command_prints_all_links_of_all_notebooks() -> None:
    status, output = run_links("--repository", GITHUB.url, "--hub", HUB, "--branch", "v1")
    notebooks = [name for name in course_files() if name.startswith("notebooks/")]
    assert status == 0
    lines = [line.split() for line in output.splitlines()]
    assert len(lines) == 3 * len(notebooks)
    for name, service, url in lines:
        assert unquote(url).endswith(f"notebooks/{name}"), service
        assert "v1" in url
    assert run_links("--repository", GITHUB.url, "--markdown")[1].startswith("[![Binder: 00_start_here.ipynb](")


def test_the_command_without_a_repository_says_what_to_do() -> None:
    if repository() is not None:
        pytest.skip("this copy is published")
    status, output = run_links()
    assert status == 1
    assert "give --repository https://github.com/OWNER/NAME, or name it in pyproject.toml" in output
    assert "got 'owner/name'" in run_links("--repository", "owner/name")[1]
