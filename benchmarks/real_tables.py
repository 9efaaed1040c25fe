"""Real tables that come with packages: what is proposed for them, and whether a snapshot holds what is in the file.

    python -m pip install vega-datasets statsmodels scikit-learn pyarrow==21.0.0 clevercsv charset-normalizer jsonschema
    python benchmarks/real_tables.py [--columns]

Needs those packages, in an interpreter of its own. Every CSV file of theirs is proposed for (the target is its last
column), read by the proposal, and compared cell by cell with what Python's csv module finds. --columns prints what each
column is taken for, for a count by hand.
"""

from __future__ import annotations

import argparse
import csv
import importlib.util
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "src"))

PACKAGES = ("vega_datasets", "statsmodels", "sklearn")


def main() -> int:
    """Look at every file; 1 where a cell is another one."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--columns", action="store_true")
    options = parser.parse_args()
    tables = columns = cells = different = refused = 0
    for path in sorted(files()):
        try:
            profile, table, expected = look(path)
        except Exception as error:
            refused += 1
            print(f"refused: {path.name}: {str(error)[:120]}")
            continue
        tables += 1
        columns += len(profile["columns"])
        if options.columns:
            for column in profile["columns"]:
                print(f"{path.name}\t{column['name']}\t{column['kind']}\t{', '.join(column['examples'])}")
        for found, own in zip(table, expected, strict=True):
            cells += len(own)
            different += sum(left != right for left, right in zip(found, own, strict=True))
    print(
        f"{tables} tables, {columns} columns besides targets, {cells} cells, {different} differences; {refused} refused"
    )
    return 1 if different else 0


def files() -> list[Path]:
    """Every CSV file of the packages that has more than one column and row."""
    found = []
    for name in PACKAGES:
        spec = importlib.util.find_spec(name)
        assert spec is not None and spec.origin is not None, f"{name} is not installed"
        found += Path(spec.origin).parent.rglob("*.csv")
    return [path for path in found if path.stat().st_size and "results" not in path.parts]


def look(path: Path) -> tuple[dict, list[list[str]], list[list[str]]]:
    """The proposal for a file, its cells as a snapshot's reader has them, and as the csv module has them."""
    from profiles import propose, sniff
    from snapshots.sources import read_file

    found = sniff.sniff(path, {})
    reading = read_file.reading_of(path.name, found)
    dialect = {"delimiter": reading.separator, "quotechar": reading.quote}
    with path.open(encoding=reading.encoding.replace("utf-8", "utf-8-sig"), newline="") as stream:
        expected = [row for row in csv.reader(stream, **dialect) if row]
    header = [name.strip() for name in expected[0]] if all(expected[0]) else expected[0]
    profile = propose.propose(path, {"target": header[-1]})
    table = read_file.read(path, reading)
    rows = [["" if cell is None else cell for cell in row.values()] for row in table.to_pylist()]
    return profile, rows, expected[1:]


if __name__ == "__main__":
    sys.exit(main())
