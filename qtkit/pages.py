"""Notebooks as pages that need neither a kernel nor a network: `python -m qtkit.pages NOTEBOOK...`."""

from qtkit.cli.pages import PageExporter, main, write_page

__all__ = ["PageExporter", "main", "write_page"]

if __name__ == "__main__":
    main()
