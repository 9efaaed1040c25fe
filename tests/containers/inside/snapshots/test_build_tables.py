"""Tables as people have them: whatever is in the file is in the snapshot, or one line says why not."""

from __future__ import annotations

import csv
import gzip
import hashlib
import io
import json
import random

import pyarrow
import pyarrow.parquet
import pytest
from test_build_user_file import failure, take

from container.errors import BuilderError
from container.versions import at_least
from snapshots.sources import read_file

COLUMNS = {"a": "numeric", "b": "categorical"}
GOOD = "a,b,churned\n1,x,p\n2,NA,q\nNA,,p\n3.5,x,q\n"


def pinned(folder, content, **changes):
    """The columns of the snapshot of this content."""
    out = take(folder, content, **{"columns": COLUMNS, **changes})
    return pyarrow.parquet.read_table(out / "data.parquet").to_pydict()


EXPECTED = {"a": [1.0, 2.0, None, 3.5], "b": ["x", "NA", None, "x"], "churned": ["p", "q", "p", "q"]}


@pytest.mark.parametrize(
    ("content", "changes"),
    [
        (GOOD, {}),
        (GOOD.replace("\n", "\r\n"), {}),
        ("\ufeff" + GOOD, {}),
        (GOOD.replace(",", ";").replace("3.5", "3,5"), {"reading": {"separator": ";", "decimal": ","}}),
        (GOOD.replace(",", "\t"), {"reading": {"separator": "\t"}}),
        (GOOD.replace(",", "\t"), {"name": "churn.tsv"}),
        (GOOD.replace(",", " , "), {"reading": {"trim": True}}),
        (GOOD.encode("utf-16"), {"reading": {"encoding": "utf-16"}}),
        (gzip.compress(GOOD.encode()), {"name": "churn.CSV.gz"}),
        (GOOD.replace("x", "'x'"), {"reading": {"quote": "'"}}),
    ],
)
def test_a_table_is_read_however_it_is_written(tmp_path, content, changes):
    """Separators, decimal commas, encodings, blanks, endings: the same rows."""
    assert pinned(tmp_path, content, **changes) == EXPECTED


def test_letters_of_another_encoding_are_those_letters(tmp_path):
    """And bytes that it does not have are refused with their line."""
    content = GOOD.replace("x", "größe")
    kept = pinned(tmp_path, content.encode("cp1252"), reading={"encoding": "cp1252"})
    assert kept["b"] == ["größe", "NA", None, "größe"]
    assert "is not UTF-8" in failure(tmp_path, content.encode("cp1252"), columns=COLUMNS)
    assert "line 2" in failure(tmp_path, content.encode("cp1252"), columns=COLUMNS, reading={"encoding": "ascii"})


def test_json_lines_are_read_as_they_are_written(tmp_path):
    """A number keeps its digits, a missing key is a missing value, true is the word."""
    lines = (
        '{"a":1,"b":"x","churned":"p"}\n{"a":2.5,"churned":"q"}\n\n{"a":1e3,"b":true,"churned":"p"}\n{"churned":"q"}\n'
    )
    kept = pinned(tmp_path, lines, name="churn.jsonl")
    assert kept == {"a": [1.0, 2.5, 1000.0, None], "b": ["x", None, "true", None], "churned": ["p", "q", "p", "q"]}
    assert "line 1: 'a' holds no single value" in failure(tmp_path, '{"a":[1],"churned":"p"}\n', name="churn.jsonl")
    assert "names a column twice" in failure(tmp_path, '{"a":1,"a":2}\n', name="churn.jsonl")


def test_a_line_end_in_a_cell_is_kept_wherever_a_block_ends(tmp_path, monkeypatch):
    """CR LF in quotes at the end of each of some blocks: there the LF was lost."""
    monkeypatch.setattr(read_file, "BLOCK", 1 << 16)
    cell = "one\r\n" + "two" * 5
    rows = "".join(f'{number},"{cell}",{"pq"[number % 2]}\r\n' for number in range(20_000))
    kept = pinned(tmp_path, "a,b,churned\r\n" + rows)
    assert set(kept["b"]) == {cell} and len(kept["b"]) == 20_000


def test_a_header_may_be_longer_than_a_block(tmp_path):
    """Thousands of columns with long names."""
    names = [f"column {number} {'x' * 400}" for number in range(4000)]
    rows = [",".join(["1"] * 4000 + [label]) for label in "pqpq"]
    content = "\n".join([",".join([*names, "churned"]), *rows, ""])
    kept = pinned(tmp_path, content, columns=dict.fromkeys(names, "numeric"))
    assert len(kept) == 4001 and kept[names[-1]] == [1.0] * 4


@pytest.mark.parametrize("number", ["123456789012345678", "9007199254740993", "-9007199254740993"])
def test_a_number_that_would_lose_digits_is_refused(tmp_path, number):
    """With its row, its digits and what it would have become; the largest exact ones are taken."""
    message = failure(tmp_path, GOOD.replace("3.5", number), columns=COLUMNS)
    assert f"holds {number} in row 4" in message
    assert pinned(tmp_path, GOOD.replace("3.5", "9007199254740992"))["a"][3] == 9007199254740992.0
    assert pinned(tmp_path, GOOD.replace("3.5", number), columns={"a": "categorical", "b": "id"})["a"][3] == number


def test_a_parquet_column_that_would_lose_digits_is_refused(tmp_path):
    """Whole numbers of 64 bits are as long."""
    table = pyarrow.table({"a": [1, 123456789012345678], "churned": ["p", "q"]})
    sink = io.BytesIO()
    pyarrow.parquet.write_table(table, sink)
    message = failure(tmp_path, sink.getvalue(), name="churn.parquet", columns={"a": "numeric"})
    assert "holds 123456789012345678 in row 2" in message


def test_bytes_of_a_parquet_file_are_the_text_that_they_are(tmp_path):
    """Some writers do not say that their texts are texts; what is no text is refused by its row."""
    labels = pyarrow.array([b"p", b"q", b"p", b"q"], pyarrow.binary())
    words = [b"x", b"NA", None, b"x"]
    for cells in (words, [*words[:3], b"\xff"]):
        table = pyarrow.table(
            {"a": [1.0, 2.0, None, 3.5], "b": pyarrow.array(cells, pyarrow.binary()), "churned": labels}
        )
        sink = io.BytesIO()
        pyarrow.parquet.write_table(table, sink)
        if cells is words:
            assert pinned(tmp_path, sink.getvalue(), name="churn.parquet") == EXPECTED
        else:
            assert "row 4" in failure(tmp_path, sink.getvalue(), name="churn.parquet", columns=COLUMNS)


def test_nested_values_are_refused_by_their_column(tmp_path):
    """Not taken for texts such as "[1, 2]"; ignored they may be."""
    table = pyarrow.table({"a": [1.0, 2, 3, 4], "b": [[1], [2], [3], [4]], "churned": ["p", "q", "p", "q"]})
    sink = io.BytesIO()
    pyarrow.parquet.write_table(table, sink)
    assert "column 'b' holds list" in failure(tmp_path, sink.getvalue(), name="churn.parquet", columns=COLUMNS)
    kept = pinned(tmp_path, sink.getvalue(), name="churn.parquet", columns={"a": "numeric", "b": "ignored"})
    assert list(kept) == ["a", "churned"]


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ("", "is empty"),
        ("a,b,churned\n", "has no rows"),
        (GOOD.replace("3.5,x,q", "3.5,q"), "row 4 (line 5) has 2 cells, the header has 3"),
        (GOOD.replace("3.5,x,q", "3.5,x,q,q"), "row 4 (line 5) has 4 cells"),
        ('"number,label\n1,x\n2,y\n', "the header (up to line 3) cannot be told apart"),
        (GOOD.replace("3.5,x", '3.5,"x'), "row 4 (up to line 5) cannot be told apart"),
        ("a,a,churned\n1,2,p\n", "two columns named 'a'"),
        (GOOD.replace(",q", ","), "has no value in 2 of 4 rows (row 2, 4)"),
        (GOOD.replace(",q", ",p"), "has only one class, 'p'"),
        (GOOD.replace(",", ";"), "the header is one column, 'a;b;churned': is ';' what stands between its columns?"),
        (GOOD.replace(",", ", "), "its columns are a, ' b', ' churned'"),
    ],
)
def test_what_is_wrong_with_a_file_is_told_in_one_line(tmp_path, content, words):
    """With the row, as a person counts, and the line of the file."""
    assert words in failure(tmp_path, content, columns=COLUMNS)


def test_a_packed_file_unpacks_to_no_more_than_it_may(tmp_path):
    """300 MB of zeros in 300 kB."""
    bomb = gzip.compress(b"0" * 300_000_000)
    assert "unpacks to more than" in failure(tmp_path, bomb, name="churn.csv.gz", columns=COLUMNS)


MANY = "when,shop,w,key,flag,note,churned\n" + "".join(
    f"2024-01-{day:02d},s{day % 4},{day / 2},{day:03d},{'ja' if day % 3 else 'nein'},hello {day},{'pq'[day % 2]}\n"
    for day in range(1, 13)
)
KINDS = {
    "when": {"kind": "date", "format": "%Y-%m-%d"},
    "shop": "group",
    "w": "weight",
    "key": "id",
    "flag": {"kind": "boolean", "values": ["nein", "ja"]},
    "note": "text",
}


@pytest.mark.skipif(not at_least("scikit-learn", "1.0"), reason="folds that keep groups apart came with 1.0")
def test_every_kind_and_role_has_its_place(tmp_path):
    """Dates are days, truth values 0 and 1, texts texts; what no model sees stands beside."""
    out = take(tmp_path, MANY, columns=KINDS)
    schema = json.loads((out / "schema.json").read_bytes())
    assert [column["kind"] for column in schema["columns"]] == ["date", "boolean", "text"]
    assert schema["roles"] == {"shop": "group", "w": "weight", "key": "id"}
    table = pyarrow.parquet.read_table(out / "data.parquet").to_pydict()
    assert table["when"][:2] == [19723.0, 19724.0] and table["flag"][:3] == [1.0, 1.0, 0.0]
    assert table["key"][0] == "001" and table["note"][0] == "hello 1"
    folds = json.loads((out / "folds" / "two.json").read_bytes())["folds"]
    shops = [{table["shop"][row] for row in fold} for fold in folds]
    assert not shops[0] & shops[1]


def test_folds_go_forward_in_time(tmp_path):
    """Whatever the order of the rows, no fold learns from what comes after what it tests."""
    lines = MANY.splitlines()
    random.Random(0).shuffle(body := lines[1:])
    content = "\n".join([lines[0], *body, ""])
    columns = {**KINDS, "when": {"kind": "time", "format": "%Y-%m-%d"}, "shop": "ignored"}
    out = take(tmp_path, content, columns=columns)
    days = pyarrow.parquet.read_table(out / "data.parquet").to_pydict()["when"]
    folds = json.loads((out / "folds" / "two.json").read_bytes())
    for train, test in zip(folds["train"], folds["folds"]):  # noqa: B905
        assert max(days[row] for row in train) < min(days[row] for row in test)


@pytest.mark.parametrize(
    ("column", "value", "words"),
    [
        ("flag", "vielleicht", "boolean column 'flag' holds 'vielleicht' in row 1"),
        ("when", "01.02.2024", "date column 'when' holds '01.02.2024' in row 1"),
        ("w", "-1", "the weight -1.0"),
        ("w", "", "is the weight of each row, and row 1 has none"),
        ("shop", "", "is the group of each row, and row 1 has none"),
    ],
)
def test_a_value_that_is_none_of_its_kind_is_named(tmp_path, column, value, words):
    """With the column and the row."""
    lines = [line.split(",") for line in MANY.splitlines()]
    lines[1][lines[0].index(column)] = value
    assert words in failure(tmp_path, "\n".join(",".join(line) for line in lines) + "\n", columns=KINDS)


@pytest.mark.parametrize(
    ("expression", "rows"),
    [
        ("a > 1", [2.0, 3.5]),
        ("a > 1 and b == 'x' or churned == 'p'", [1.0, None, 3.5]),
        ("b in ['x', 'NA']", [1.0, 2.0, 3.5]),
        ("b not in ['NA']", [1.0, 3.5]),
        ("b is None or churned == 'q'", [2.0, None, 3.5]),
        ("1 < a <= 3.5 or a is None", [2.0, None, 3.5]),
        ("not a < 2", [2.0, 3.5]),
        ("a * 2 + 1 > 4", [2.0, 3.5]),
        ("`b` != 'y'", [1.0, 2.0, 3.5]),
    ],
)
def test_where_keeps_the_rows_for_which_it_holds(tmp_path, expression, rows):
    """A comparison with a missing value does not hold."""
    try:
        kept = pinned(tmp_path, GOOD + "9,y,p\n9,y,q\n", where=f"({expression}) or a == 9")
    except BuilderError as error:
        # Too few of a class for two folds: the expression was understood.
        assert "fewer than the 2 folds" in error.message
        return
    assert [value for value in kept["a"] if value != 9] == rows


@pytest.mark.parametrize(
    ("expression", "words"),
    [
        ("__import__('os').system('true')", "holds a call"),
        ("a.__class__ == 1", "holds an attribute"),
        ("a[0] == 1", "holds a subscript"),
        ("(lambda: 1) == a", "holds a function"),
        ("[x for x in a] == a", "which no expression may"),
        ("a == 10 ** 10 ** 10", "which no expression may"),
        ("nothing == 1", "there is no column 'nothing'"),
        ("1 == 1", "it names no column"),
        ("'a' in ['a'] or not 1 < 2", "it names no column"),
        ("b > 1", "a text and a number are compared"),
        ("a > 100", "leaves none of 4 rows"),
        ("a", "a alone is not true or false"),
        ("a >", "cannot be read"),
        ("(" * 90 + "a > 1" + ")" * 90, ""),
        ("not " * 60 + "a > 1", "levels stand in each other"),
        ("a in a", "asks for a list"),
    ],
)
def test_no_expression_runs_anything(tmp_path, expression, words):
    """It is compared columns, or it is refused in one line."""
    if words:
        assert words in failure(tmp_path, GOOD, columns=COLUMNS, where=expression)


def test_rows_that_may_not_be_learnt_from_are_tested_all_the_same(tmp_path):
    """The folds are those of all rows, and say which rows are learnt from."""
    out = take(tmp_path, MANY, columns={**KINDS, "shop": "ignored"}, train_where="when > '2024-01-02'")
    folds = json.loads((out / "folds" / "two.json").read_bytes())
    assert sorted(row for fold in folds["folds"] for row in fold) == list(range(12))
    assert folds["learn"] == list(range(2, 12))


@pytest.mark.parametrize(
    ("checks", "words"),
    [
        ({"rows": 13}, "has 12 rows, at least 13"),
        ({"class_rows": 7}, "class 'p' has 6 rows"),
        ({"columns": {"w": {"maximum": 3}}}, "column 'w' holds 3.5 in row 7, and 5 more rows: beyond the maximum 3"),
        ({"columns": {"when": {"minimum": "2024-01-02"}}}, "in row 1: beyond the minimum 2024-01-02"),
        ({"columns": {"shop": {"values": ["s1", "s2", "s3"]}}}, "column 'shop' holds 's0' in row 4"),
    ],
)
def test_a_check_that_does_not_hold_says_what_and_where(tmp_path, checks, words):
    """And stops the snapshot."""
    assert words in failure(tmp_path, MANY, columns=KINDS, checks=checks)


def test_a_share_of_missing_values_can_be_checked(tmp_path):
    """One of four."""
    assert "no value in 1 of 4 rows (25.0%)" in failure(
        tmp_path, GOOD, columns=COLUMNS, checks={"columns": {"a": {"missing": 0.2}}}
    )


def test_a_number_to_predict_is_called_that(tmp_path):
    """Not a class with one row."""
    content = "a,churned\n" + "".join(f"{row},{1000 + row / 7}\n" for row in range(60))
    message = failure(tmp_path, content, columns={"a": "numeric"})
    assert "holds 60 different numbers in 60 rows: that is a number to predict" in message


def test_a_table_of_one_column_keeps_its_empty_lines(tmp_path):
    """A line without anything is a row without a value there."""
    table = read_file.read(_written(tmp_path, "a\n1\n\n2\n"), read_file.Reading())
    assert table.column("a").to_pylist() == ["1", None, "2"]


def _written(folder, content):
    path = folder / "one.csv"
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


LETTERS = [
    "a",
    "B",
    "é",
    "日",
    " ",
    ",",
    ";",
    '"',
    "'",
    "\n",
    "\r\n",
    "\r",
    "\t",
    "0",
    "1",
    ".",
    "-",
    "NA",
    "\\",
    "|",
    "#",
]


@pytest.mark.parametrize("seed", range(300))
def test_a_snapshot_holds_what_an_independent_reader_finds(tmp_path, monkeypatch, seed):
    """300 tables of cells that hold what hurts, in small blocks: as Python's csv module reads them."""
    chance = random.Random(seed)
    monkeypatch.setattr(read_file, "BLOCK", 2048)
    width, separator = chance.randint(2, 6), chance.choice(",;\t|")
    names = [f"c{number}" for number in range(width)]
    cells = [
        ["".join(chance.choices(LETTERS, k=chance.randint(0, 6))) for _ in names] for _ in range(chance.randint(1, 120))
    ]
    buffer = io.StringIO(newline="")
    end = chance.choice(["\n", "\r\n"])
    writer = csv.writer(buffer, delimiter=separator, lineterminator=end, quoting=chance.choice([0, 1]))
    writer.writerows([names, *cells])
    encoding = chance.choice(["utf-8", "utf-8-sig", "utf-16", "gb18030"])
    path = _written(tmp_path, buffer.getvalue().encode(encoding))
    with path.open(encoding=encoding, newline="") as stream:
        expected = [row for row in csv.reader(stream, delimiter=separator) if row][1:]
    reading = read_file.Reading(encoding=encoding, separator=separator)
    if not expected or any(len(row) != width for row in expected):
        # A CR that the writer left without quotes ends a row, as for any reader.
        with pytest.raises(BuilderError):
            read_file.read(path, reading)
        return
    table = read_file.read(path, reading)
    found = [["" if cell is None else cell for cell in row.values()] for row in table.to_pylist()]
    assert found == expected


NUMBERS = "a,price\n" + "".join(f"{row},{row * 1.5}\n" for row in range(40))
PLAIN = {"n_splits": 4, "n_repeats": 1, "shuffle": True, "seed": 0, "stratified": False}


def test_a_number_to_predict_is_pinned_as_one(tmp_path):
    """As float64, with its range in the schema, and folds that know no classes."""
    from snapshots import folds, rows, schema, sources

    path = tmp_path / "flats.csv"
    path.write_text(NUMBERS)
    dataset = {
        "name": "flats",
        "file": path.name,
        "sha256": hashlib.sha256(path.read_bytes()).hexdigest(),
        "target": "price",
        "task": "regression",
        "columns": {"a": "numeric"},
    }
    table = rows.choose(sources.load(dataset, path), dataset)
    assert table.target.type == pyarrow.float64() and table.target[3].as_py() == 4.5
    described = schema.document(dataset, table, b"")["target"]
    assert described == {"name": "price", "kind": "numeric", "minimum": 0.0, "maximum": 58.5, "mean": 29.25}
    cut = folds.document("kfold_4", PLAIN, table)
    assert sorted(row for fold in cut["folds"] for row in fold) == list(range(40))
    repeated = folds.document("kfold_4", {**PLAIN, "n_repeats": 2}, table)
    assert len(repeated["folds"]) == 8
    with pytest.raises(BuilderError, match="keeps classes in equal shares, and 'price' is a number"):
        folds.document("stratified_4", {**PLAIN, "stratified": True}, table)
    same = dataset | {"where": "price == 3"}
    with pytest.raises(BuilderError, match="is 3 in every row"):
        rows.choose(sources.load(same, path), same)


def test_folds_of_groups_without_classes_split_no_group(tmp_path):
    """And there are as many groups as folds, at least."""
    from snapshots import folds
    from snapshots.table import Column, Table

    groups = pyarrow.array([f"g{row % 6}" for row in range(40)], pyarrow.string())
    numbers = pyarrow.array([float(row) for row in range(40)])
    table = Table((Column("a", "numeric", numbers),), "price", numbers, (Column("g", "group", groups),))
    for fold in folds.document("kfold_4", PLAIN, table)["folds"]:
        tested = {groups[row].as_py() for row in fold}
        assert not tested & {groups[row].as_py() for row in set(range(40)) - set(fold)}
    with pytest.raises(BuilderError, match="there are 6 groups, fewer than the 7 folds"):
        folds.document("kfold_7", {**PLAIN, "n_splits": 7}, table)
