"""From a file to a first model in two commands, whatever the file is; and a look at it."""

from __future__ import annotations

import gzip
import json
import random
import zipfile
from pathlib import Path

import pytest

from remodel.yaml import read_yaml
from tests.containers.cli.project import Project

HEADER = "kunde;seit;filiale;bezahlt;anmerkung;anrufe;konstant;abgewandert"


def customers(count: int = 240) -> str:
    """A table with semicolons, decimal commas, dates, truth values, texts, an id and a column that never changes."""
    chance, lines = random.Random(1), [HEADER]
    for row in range(count):
        gone = chance.random() < 0.4
        words = chance.choice(["sehr schöner Laden gewesen", "nie wieder dorthin gegangen", "alles war sehr gut hier"])
        calls = str(round(chance.random() * 10 + 3 * gone, 2)).replace(".", ",")
        paid = "ja" if chance.random() < (0.8 if gone else 0.3) else "nein"
        day = f"{1 + row % 28:02d}.{1 + row % 12:02d}.2024"
        lines.append(f"{row:05d};{day};s{row % 9};{paid};{words} {row};{calls};x;{'ja' if gone else 'nein'}")
    return "\n".join([*lines, ""])


@pytest.fixture
def project(built: Project, tmp_path: Path) -> Project:
    """A copy to put files into."""
    return built.copy(tmp_path / "project")


def test_two_commands_lead_to_a_model(project: Project) -> None:
    """Whatever was found is written out; the model is asked about the very file, and says how often it was right."""
    path = project.root / "Kunden 2024.csv"
    path.write_bytes(customers().replace("\n", "\r\n").encode("cp1252"))
    added = project.run("remodel", "dataset", "add", path.name, "--target", "abgewandert", "--kind", "filiale=group")
    assert added.code == 0, added.err
    assert "next: python -m train dataset=kunden_2024" in added.out and "looks like an id" in added.out
    written = read_yaml(project.root / "conf" / "dataset" / "kunden_2024.yaml")
    assert written["reading"] == {"encoding": "cp1252", "separator": ";", "quote": '"', "decimal": ","}
    assert written["columns"] == {
        "kunde": "id",
        "seit": {"kind": "date", "format": "%d.%m.%Y"},
        "filiale": "group",
        "bezahlt": {"kind": "boolean", "values": ["nein", "ja"]},
        "anmerkung": "text",
        "anrufe": "numeric",
        "konstant": "ignored",
    }
    trained = project.train("dataset=kunden_2024", "dataset.where=anrufe > 0.5 and kunde != '00007'")
    assert trained.code == 0, trained.err
    assert "kunden_2024-tabular-logreg" in trained.out
    (folder,) = (project.root / "experiments" / "kunden_2024-tabular-logreg").glob("*/sklearn-1.9")
    recipe = json.loads((folder / "manifest.json").read_bytes())["source"]["recipe"]
    assert recipe["rows"] == {"where": "anrufe > 0.5 and kunde != '00007'"}
    asked = project.run("remodel", "model", "predict", str(folder), str(path))
    assert asked.code == 0 and len(asked.out.splitlines()) == 241
    assert "left aside, as the model takes no such column: kunde, filiale, konstant" in asked.err
    assert "of 240 rows as 'abgewandert' has it" in asked.err
    shown = project.run("remodel", "dataset", "show", "kunden_2024", "--json")
    assert json.loads(shown.out)["rows"] == 240
    page = (project.root / ".remodel" / "datasets" / "kunden_2024.html").read_text()
    assert page.count("<img") == 4 and "http" not in page.replace("http-equiv", "")
    again = project.run("remodel", "dataset", "add", path.name, "--target", "abgewandert")
    again.refused(2, "conf/dataset/kunden_2024.yaml is there already", "--replace")


@pytest.mark.parametrize("kind", ["gzip", "json lines", "parquet", "workbook"])
def test_other_kinds_of_file_are_found_out(project: Project, kind: str) -> None:
    """The same rows: the same kinds."""
    rows = [{"a": row / 4, "b": "NA" if row % 3 else "x", "y": "pq"[row % 2]} for row in range(40)]
    text = "a,b,y\n" + "".join(f"{row['a']},{row['b']},{row['y']}\n" for row in rows)
    if kind == "gzip":
        name = "rows.csv.gz"
        (project.root / name).write_bytes(gzip.compress(text.encode()))
    elif kind == "json lines":
        name = "rows.jsonl"
        (project.root / name).write_text("".join(json.dumps(row) + "\n" for row in rows))
    elif kind == "parquet":
        import pyarrow.parquet

        name = "rows.parquet"
        pyarrow.parquet.write_table(pyarrow.Table.from_pylist(rows), project.root / name)
    else:
        name = "rows.xlsx"
        write_workbook(project.root / name, [["a", "b", "y"], *([row["a"], row["b"], row["y"]] for row in rows)])
    added = project.run("remodel", "dataset", "add", name, "--target", "y")
    assert added.code == 0, added.err
    written = read_yaml(project.root / "conf" / "dataset" / "rows.yaml")
    assert written["columns"] == {"a": "numeric", "b": "categorical"}
    assert written["file"] == ("rows.csv" if kind == "workbook" else name)
    project.train("dataset=rows", "classifier=gaussian_nb").done()


def write_workbook(path: Path, rows: list[list[object]]) -> None:
    """The smallest workbook: one sheet, texts inline."""

    def cell(value: object) -> str:
        if isinstance(value, str):
            return f'<c t="inlineStr"><is><t>{value}</t></is></c>'
        return f"<c><v>{value}</v></c>"

    sheet = "".join(f"<row>{''.join(map(cell, row))}</row>" for row in rows)
    main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    office = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    package = "http://schemas.openxmlformats.org/package/2006"
    parts = {
        "[Content_Types].xml": f'<Types xmlns="{package}/content-types"><Default Extension="xml" '
        'ContentType="application/xml"/></Types>',
        "_rels/.rels": f'<Relationships xmlns="{package}/relationships"><Relationship Id="a" '
        f'Type="{office}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
        "xl/workbook.xml": f'<workbook xmlns="{main}" xmlns:r="{office}"><sheets>'
        '<sheet name="one" sheetId="1" r:id="b"/></sheets></workbook>',
        "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{package}/relationships"><Relationship Id="b" '
        f'Type="{office}/worksheet" Target="worksheets/sheet1.xml"/></Relationships>',
        "xl/worksheets/sheet1.xml": f'<worksheet xmlns="{main}"><sheetData>{sheet}</sheetData></worksheet>',
    }
    with zipfile.ZipFile(path, "w") as archive:
        for name, content in parts.items():
            archive.writestr(name, content)


@pytest.mark.parametrize(
    ("name", "content", "code", "words"),
    [
        ("x.csv", b"", 3, "x.csv is empty"),
        ("x.csv", b"a,y\n", 3, "x.csv has no rows"),
        ("x.csv", b"a,y\n1,p\n2\n", 3, "row 2 (line 3) has 1 cell, the header has 2"),
        ("x.csv", b'a,y\n1,p\n"2,q\n', 3, "row 2 (up to line 3) cannot be told apart"),
        ("x.csv", b"a,a,y\n1,2,p\n", 3, "two columns named 'a'"),
        ("x.csv", b"a,b\n1,2\n", 3, "target column 'y' is not in x.csv; its columns are a, b"),
        ("x.csv", bytes(range(256)) * 4, 3, "x.csv"),
        ("x.csv.gz", gzip.compress(b"0" * 200_000_000), 3, "unpacks to more than"),
        ("x.xlsx", b"PK\3\4 and no more", 3, "x.xlsx is not read: it is no whole zip file"),
        ("x.parquet", b"PAR1", 3, "damaged or cut off"),
        ("x.doc", b"", 2, "an ending that says nothing of what it holds"),
        ("x.xls", b"", 2, "a workbook of the old format"),
        ("folder.csv", None, 3, "folder.csv is a folder"),
    ],
)
def test_what_is_no_table_is_told_in_one_line(
    project: Project, name: str, content: bytes | None, code: int, words: str
) -> None:
    """And nothing is written."""
    if content is None:
        (project.root / name).mkdir()
    else:
        (project.root / name).write_bytes(content)
    before = sorted((project.root / "conf" / "dataset").iterdir())
    project.run("remodel", "dataset", "add", name, "--target", "y").refused(code, words)
    assert sorted((project.root / "conf" / "dataset").iterdir()) == before


def test_a_file_elsewhere_is_asked_into_the_checkout(project: Project, tmp_path: Path) -> None:
    """A clone would not have it."""
    (tmp_path / "x.csv").write_text("a,y\n1,p\n2,q\n")
    project.run("remodel", "dataset", "add", str(tmp_path / "x.csv"), "--target", "y").refused(
        2, "is outside this checkout", "cp "
    )


def test_a_check_of_a_model_that_does_not_hold_fails_its_build(project: Project) -> None:
    """With the score that was found; one that holds is in result.json."""
    path = project.root / "conf" / "model" / f"{project.model}.yaml"
    text = path.read_text()
    path.write_text(text + "checks: {scores: {accuracy: 0.999}}\n")
    project.train(f"model={project.model}").refused(
        4, "a check of the model does not hold: accuracy at least 0.999, and it is 0.9"
    )
    path.write_text(text + "checks: {scores: {accuracy: 0.5, log_loss: 9}, label_share: 0.9}\n")
    project.train(f"model={project.model}").done()
    results = [
        json.loads(file.read_bytes()) for file in project.root.glob(f"experiments/{project.model}/*/*/result.json")
    ]
    (checks,) = [result["checks"] for result in results if "checks" in result]
    assert [check["check"] for check in checks] == [
        "accuracy at least 0.5",
        "log_loss at most 9",
        "no label in more than 90% of the answers",
    ]


def test_a_column_may_have_any_name(project: Project) -> None:
    """Also that of an output of the ONNX file."""
    rows = "".join(f"{row % 7},{row % 5},{'pq'[row % 7 > 3]}\n" for row in range(60))
    (project.root / "x.csv").write_text("label,probabilities,y\n" + rows)
    added = project.run("remodel", "dataset", "add", "x.csv", "--target", "y", "--kind", "label=numeric")
    assert added.code == 0, added.err
    project.train("dataset=x", "classifier=gaussian_nb").done()
    (folder,) = project.root.glob("experiments/x-tabular-gaussian_nb/*/sklearn-1.9")
    assert json.loads((folder / "result.json").read_bytes())["onnx"]["status"] == "exported"
    asked = project.run("remodel", "model", "predict", str(folder), "x.csv", "--with", "onnx")
    assert asked.code == 0 and "of 60 rows" in asked.err
