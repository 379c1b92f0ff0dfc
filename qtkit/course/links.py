"""Addresses under which others open the course without installing it; all are made from that of the repository."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from urllib.parse import quote, urlencode

from qtkit.course.content import FIRST
from qtkit.course.repository import BRANCH, Repository

BINDER = "https://mybinder.org"
COLAB = "https://colab.research.google.com"

_PROVIDERS = {"github.com": "gh", "gitlab.com": "gl"}
"""How Binder calls the places it knows."""


@dataclass(frozen=True)
class Link:
    """An address and where it leads.

    Attributes:
        name: of the service: `Binder`, `Colab`, `JupyterHub`.
        notebook: that it opens, relative to the repository.
        url: the address.
        picture: the address of the service's badge; None if it has none.
    """

    name: str
    notebook: str
    url: str
    picture: str | None = None

    @property
    def badge(self) -> str:
        """The link in Markdown: the service's badge, or its name."""
        words = f"{self.name}: {self.notebook.rpartition('/')[2]}"
        return f"[![{words}]({self.picture})]({self.url})" if self.picture else f"[{words}]({self.url})"


def binder_link(repository: Repository, notebook: str = FIRST, branch: str = BRANCH) -> Link:
    """The notebook on mybinder.org."""
    provider = _PROVIDERS.get(repository.host, "git")
    place = {"gh": repository.path, "gl": quote(repository.path, safe="")}.get(provider, quote(repository.url, safe=""))
    query = urlencode({"urlpath": f"lab/tree/{notebook}"}, safe="/")
    url = f"{BINDER}/v2/{provider}/{place}/{quote(branch, safe='')}?{query}"
    return Link("Binder", notebook, url, f"{BINDER}/badge_logo.svg")


def colab_link(repository: Repository, notebook: str = FIRST, branch: str = BRANCH) -> Link | None:
    """The notebook in Google Colab, which opens public repositories on GitHub; None for others."""
    if repository.host != "github.com":
        return None
    url = f"{COLAB}/github/{repository.path}/blob/{quote(branch)}/{quote(notebook)}"
    return Link("Colab", notebook, url, f"{COLAB}/assets/colab-badge.svg")


def hub_link(repository: Repository, hub: str, notebook: str = FIRST, branch: str = BRANCH) -> Link:
    """The notebook on a JupyterHub that has nbgitpuller, which brings the repository to each student's folder.

    Arguments:
        hub: the hub's address, such as `https://hub.example.org`.

    Raises:
        ValueError: if that is no address.
    """
    if not hub.startswith(("https://", "http://")) or "?" in hub or "#" in hub:
        raise ValueError(f"a hub's address is like https://hub.example.org, got {hub!r}")
    path = f"lab/tree/{repository.name}/{notebook}"
    query = urlencode({"repo": repository.url, "branch": branch, "urlpath": path}, quote_via=quote, safe="")
    return Link("JupyterHub", notebook, f"{hub.rstrip('/')}/hub/user-redirect/git-pull?{query}")


def links(
    repository: Repository, notebooks: Sequence[str] = (FIRST,), branch: str = BRANCH, hub: str | None = None
) -> list[Link]:
    """All links to these notebooks: Binder, Colab if it can open them, and a JupyterHub if one is named."""
    return list(_links(repository, notebooks, branch, hub))


def _links(repository: Repository, notebooks: Sequence[str], branch: str, hub: str | None) -> Iterator[Link]:
    for notebook in notebooks:
        yield binder_link(repository, notebook, branch)
        if colab := colab_link(repository, notebook, branch):
            yield colab
        if hub:
            yield hub_link(repository, hub, notebook, branch)


def badges(repository: Repository | None) -> str:
    """What the README shows: badges that open the first notebook, in one line; nothing if there is no repository."""
    return "" if repository is None else " ".join(link.badge for link in links(repository))


def install_cell(repository: Repository, branch: str = BRANCH) -> str:
    """The cell before a notebook's set-up cell, for IPython: it installs qtkit where it is missing, as on Colab."""
    return (
        "import importlib.util\n\n"
        'if importlib.util.find_spec("qtkit") is None:  # as on Colab\n'
        f'    %pip install --quiet "qtkit @ git+{repository.url}@{branch}"'
    )
