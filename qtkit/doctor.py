"""What works on this machine: `doctor()` in a notebook, `python -m qtkit.doctor` in a terminal."""

from qtkit.cli.doctor import Finding, Report, doctor

__all__ = ["Finding", "Report", "doctor"]

if __name__ == "__main__":
    from qtkit.cli.status import doctor as command

    command(prog_name="python -m qtkit.doctor")
