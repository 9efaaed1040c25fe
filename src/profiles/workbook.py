"""One sheet of a workbook (.xlsx) as a CSV file: what the cells hold, not how they are shown."""

from __future__ import annotations

import csv
import datetime
from pathlib import Path
from typing import Any

from container.errors import data_error, first_line
from contract import bounded


def convert(file: Path, sheet: str | None, out: Path) -> str:
    """Write the sheet to `out` and return the name of the CSV file. Raises data errors."""
    from python_calamine import CalamineWorkbook

    try:
        bounded.check_zip(file)
        book = CalamineWorkbook.from_path(str(file))
        names = book.sheet_names
        if sheet is not None and sheet not in names:
            raise data_error(
                f"{file.name} has no sheet {sheet!r}; its sheets are {', '.join(names)}", "Choose one: --sheet"
            )
        chosen = sheet or names[0]
        rows = book.get_sheet_by_name(chosen).to_python(skip_empty_area=True)
    except bounded.Malformed as error:
        raise data_error(f"{file.name} is not read: {error}", "Save it again as .xlsx, or as CSV") from None
    except (OSError, ValueError, RuntimeError, IndexError) as error:
        raise data_error(f"{file.name} is no workbook that can be read: {first_line(error)}", "Save it again") from None
    except Exception as error:
        if type(error).__module__.startswith("python_calamine"):
            raise data_error(
                f"{file.name} is no workbook that can be read: {first_line(error)}", "Save it again"
            ) from None
        raise
    rows = [row for row in rows if any(cell != "" for cell in row)]
    if len(rows) < 2:
        raise data_error(f"sheet {chosen!r} of {file.name} has no rows", "Choose another one: --sheet NAME")
    name = f"{file.stem}.csv"
    with (out / name).open("w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream, lineterminator="\n")
        writer.writerows([[_cell(cell) for cell in row] for row in rows])
    return name


def _cell(value: Any) -> str:
    """A cell as text. Workbooks hold every number as a double: a whole one is written without a point."""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() and abs(value) < 1 << 53 else repr(value)
    if isinstance(value, datetime.datetime):
        midnight = value.time() == datetime.time()
        return value.strftime("%Y-%m-%d") if midnight else value.strftime("%Y-%m-%d %H:%M:%S")
    return str(value)
