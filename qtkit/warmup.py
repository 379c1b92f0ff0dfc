"""Compile all kernels into the cache: `python -m qtkit.warmup`."""

from qtkit.cli.warmup import main, warm_up

__all__ = ["main", "warm_up"]

if __name__ == "__main__":
    main()
