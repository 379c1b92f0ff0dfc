"""Notebooks as pages that need neither a kernel nor a network: `python -m qtkit.pages NOTEBOOK...`."""

from qtkit.cli.notebook_page import PageExporter, write_page

__all__ = ["PageExporter", "write_page"]

if __name__ == "__main__":
    from qtkit.cli.pages import pages

    pages(prog_name="python -m qtkit.pages")
