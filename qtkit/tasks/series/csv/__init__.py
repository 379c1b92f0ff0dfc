"""One column of numbers out of a CSV file of whatever dialect; or a reason why not.

`text` turns a file into rows, `header` finds their names, `numbers` reads cells, `column` chooses.
"""

from __future__ import annotations

from qtkit.tasks.series.csv.column import read_column

__all__ = ["read_column"]
