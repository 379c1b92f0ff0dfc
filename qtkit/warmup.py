"""Compile all kernels into the cache: `python -m qtkit.warmup`."""

from qtkit.cli.warmup import warm_up

__all__ = ["warm_up"]

if __name__ == "__main__":
    from qtkit.cli.warmup import warmup

    warmup(prog_name="python -m qtkit.warmup")
