"""Pickles made in the project's own environments are read without loading them: class, version, verdict."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from remodel.adopt.inspect import inspect
from remodel.adopt.page import render
from remodel.checkout import Checkout
from remodel.cli.main import main
from remodel.engines import choose_engine
from remodel.engines.engine import Job, Mount
from remodel.environments.environment import find_environment
from remodel.versions import version_key
from tests.containers.in_container import ENVIRONMENTS
from tests.unit.pickles.attacks import reduced

SCRIPT = Path(__file__).with_name("make_pickles.py")

GOOD = "can be adopted"

SHARED = "shared/pickles"
"""Real files, beside the checkout where there are some."""


@pytest.fixture(scope="module")
def fleet(checkout: Checkout, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder of pickles of every environment of params.yaml, and one that is none of them."""
    folder = tmp_path_factory.mktemp("fleet")
    folder.chmod(0o755)
    engine = choose_engine()
    for name in ENVIRONMENTS:
        own = folder / name
        own.mkdir()
        own.chmod(0o777)
        environment = find_environment(checkout, name)
        engine.prepare(environment, print)
        mounts = (Mount(SCRIPT, "/tests/make_pickles.py"), Mount(own, "/out", writable=True))
        lines: list[str] = []
        code = engine.run(Job(environment, ("/tests/make_pickles.py", "/out"), mounts, name="pickles"), lines.append)
        assert code == 0, "\n".join(lines[-20:])
    (folder / "hostile.pkl").write_bytes(reduced("os.system"))
    return folder


def test_class_and_version_of_every_file(checkout: Checkout, fleet: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Of all estimators that scikit-learn fits with defaults, in all protocols, containers and versions."""
    monkeypatch.chdir(fleet)
    found = {one.path: one for one in inspect(checkout, [fleet], None, print)}
    made = {
        f"{folder.name}/{file}": told
        for folder in fleet.iterdir()
        if folder.is_dir()
        for file, told in json.loads((folder / "made.json").read_text()).items()
    }
    assert len(made) > 300 and found.keys() == {*made, "hostile.pkl"}
    wrong = []
    for path, told in made.items():
        document = found[path].document
        own = document.get("class", "").rpartition(".")[2]
        if (own, document.get("versions")) != (told["class"], [told["version"]]) or document[
            "verdict"
        ] != "can be adopted":
            wrong.append((path, own, document.get("versions"), document["verdict"], document["why"]))
        low, high = document.get("at_least") or "0", document.get("below") or "99"
        assert version_key(low) <= version_key(told["version"]) < version_key(high), (path, document["evidence"])
    assert not wrong, "\n".join(map(str, wrong))
    assert found["hostile.pkl"].verdict == "hostile"
    page = render(list(found.values()))
    assert "1.5.2" in page and "calls os.system" in page and "<script" not in page


def test_the_command(fleet: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A table, JSON, a page; one line for what is not there or cannot be read."""
    page = tmp_path / "fleet.html"
    assert main(["adopt", "inspect", str(fleet / "hostile.pkl"), "--page", str(page)]) == 0
    said = capsys.readouterr().out
    assert "hostile" in said and "calls os.system" in said and "1 hostile" in said
    assert page.read_text().startswith("<!DOCTYPE html>")
    file = next((fleet / ENVIRONMENTS[0]).glob("Pipeline-0.pkl"))
    assert main(["adopt", "inspect", str(file), "--json"]) == 0
    (told,) = json.loads(capsys.readouterr().out)
    assert told["holds"] == "Pipeline(StandardScaler, LogisticRegression)"
    assert main(["adopt", "inspect", str(tmp_path / "nothing.pkl")]) == 7
    assert "there is no file" in capsys.readouterr().err
    (tmp_path / "empty").mkdir(mode=0o755)
    (tmp_path / "empty").chmod(0o755)
    assert main(["adopt", "inspect", str(tmp_path / "empty")]) == 2
    assert "there is no pickle among these files" in capsys.readouterr().err


def test_real_files(checkout: Checkout) -> None:
    """Of 2014 to 2025: a version, or bounds, of every one that holds an estimator."""
    folder = checkout.root.parent / SHARED
    if not folder.is_dir():
        pytest.skip("there are no real pickles beside this checkout")
    found = inspect(checkout, [folder], None, print)
    assert len(found) > 25
    for one in found:
        assert one.verdict in ("can be adopted", "no model"), one
        assert one.version != "unknown" or one.verdict == "no model"
