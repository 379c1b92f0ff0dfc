"""What works on this machine: `doctor()` in a notebook, `python -m qtkit.doctor` in a terminal."""

from qtkit.cli.doctor import Finding, Report, doctor, main

__all__ = ["Finding", "Report", "doctor", "main"]

if __name__ == "__main__":
    main()
