"""A YAML file is data: whatever would run something, or read what is not in conf/, is one line and nothing else."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from remodel.checkout import Checkout
from remodel.errors import UsageError
from remodel.recipes.plain import check_conf
from remodel.recipes.recipes import select_model
from remodel.yaml import read_yaml
from tests.conftest import copy_checkout
from tests.unit.train import front_door

SECRET = "swordfish-4711"

CALLBACK = "hydra: {callbacks: {x: {_target_: remodel.process.run, argv: [touch, CANARY]}}}\n"
IRIS = "name: x\nbundled: iris\n"

FILES = {
    "callback by package": ("dataset/x", f"# @package _global_\n{CALLBACK}dataset: {{name: x, bundled: iris}}\n"),
    "callback in a group's own package": ("dataset/x", f"# @package hydra.callbacks\n{IRIS}"),
    "package to the top": ("classifier/x", "# @package _global_\nseed: 7\n"),
    "package below another header": ("cv/x", "# a comment\n#   @package   hydra\nname: x\n"),
    "unknown header": ("dataset/x", f"# @something hydra\n{IRIS}"),
    "hydra in a model": ("model/x", f"# @package _global_\n{CALLBACK}name: x\n"),
    "another package in a model": ("model/x", "# @package hydra\nname: x\n"),
    "launcher": ("model/x", "# @package _global_\ndefaults: [{override /hydra/launcher: evil}]\nname: x\n"),
    "sweeper": ("model/x", "# @package _global_\ndefaults: [{override hydra/sweeper: evil}]\nname: x\n"),
    "callbacks group": ("dataset/x", f"defaults: [{{/hydra/callbacks: evil}}]\n{IRIS}"),
    "callbacks by package of an entry": ("dataset/x", f"defaults: [{{/evil@hydra.callbacks: x}}]\n{IRIS}"),
    "global package of an entry": ("dataset/x", f"defaults: [{{/classifier@_global_: mlp}}]\n{IRIS}"),
    "a path as choice": ("model/x", "# @package _global_\ndefaults: [{override /dataset: ../../evil}]\nname: x\n"),
    "an absolute choice": ("model/x", "# @package _global_\ndefaults: [{override /dataset: /evil}]\nname: x\n"),
    "a choice read from elsewhere": ("dataset/x", f"defaults: [{{/cv: '${{oc.env:CHOICE}}'}}]\n{IRIS}"),
    "a bare file": ("dataset/x", f"defaults: [/hydra/callbacks/evil]\n{IRIS}"),
    "defaults as a text": ("dataset/x", f"defaults: /hydra/callbacks\n{IRIS}"),
    "variable": ("classifier/x", "_target_: sklearn.svm.SVC\nC: ${oc.env:SECRET}\n"),
    "variable in a key": ("classifier/x", "_target_: sklearn.svm.SVC\n'${oc.env:SECRET}': 1\n"),
    "variable in a list": ("classifier/x", "_target_: sklearn.svm.SVC\nC: [[{a: '${oc.env:SECRET}'}]]\n"),
    "variable in a name": ("model/x", "# @package _global_\nname: ${oc.env:SECRET}\n"),
    "variable inside another": ("classifier/x", "_target_: sklearn.svm.SVC\nC: ${oc.decode:${oc.env:SECRET}}\n"),
    "variable in the middle of a text": ("dataset/x", "name: a-${oc.env:SECRET}-b\nbundled: iris\n"),
    "resolver by interpolation": ("classifier/x", "_target_: a.B\nkind: oc.env\nC: '${${classifier.kind}:SECRET}'\n"),
    "escaped": ("classifier/x", "_target_: a.B\nC: '\\\\${oc.env:SECRET}'\n"),
    "not closed": ("classifier/x", "_target_: a.B\nC: '${oc.env:SECRET'\n"),
    "spaces": ("classifier/x", "_target_: a.B\nC: '${ oc.env : SECRET }'\n"),
    "clock": ("classifier/x", "_target_: sklearn.svm.SVC\nC: ${now:%s}\n"),
    "host": ("classifier/x", "_target_: sklearn.svm.SVC\nC: ${hydra:runtime.cwd}\n"),
    "Hydra's settings": ("classifier/x", "_target_: sklearn.svm.SVC\nC: ${hydra.runtime.cwd}\n"),
    "Hydra's settings, relative": ("classifier/x", "_target_: sklearn.svm.SVC\nC: ${..hydra.runtime.cwd}\n"),
    "made by another resolver": ("classifier/x", "_target_: sklearn.svm.SVC\nC: ${oc.create:[1]}\n"),
    "object tag": ("classifier/x", "_target_: a.B\nC: !!python/object/apply:os.system ['touch CANARY']\n"),
    "name tag": ("classifier/x", "_target_: a.B\nC: !!python/name:os.system ''\n"),
    "own tag": ("classifier/x", "_target_: a.B\nC: !evil 1\n"),
    "aliases": ("classifier/x", "a: &a [1, 1]\nb: &b [*a, *a]\nc: [*b, *b]\n"),
    "merge of an alias": ("classifier/x", "a: &a {C: 1}\n<<: *a\n_target_: a.B\n"),
    "a key twice": ("classifier/x", "_target_: sklearn.svm.SVC\nC: 1\nC: 2\n"),
    "two documents": ("classifier/x", "_target_: sklearn.svm.SVC\n---\nC: 1\n"),
    "deep": ("classifier/x", f"_target_: a.B\nC: {'[' * 5000}{']' * 5000}\n"),
    "a number without end": ("classifier/x", f"_target_: a.B\nC: {'9' * 5000}\n"),
    "a word to some readers": ("classifier/x", "_target_: a.B\nC: no\n"),
    "a number to some readers": ("classifier/x", "_target_: a.B\nC: 012\n"),
    "not UTF-8": ("classifier/x", "_target_: a.B\nC: \udcff\n"),
    "a control character": ("classifier/x", "_target_: a.B\nC: '\x1b[2J'\n"),
}
"""What somebody could put into a file of conf/, and where."""


@pytest.fixture
def canary(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A file that only a command run by conf/ would make; and a secret in the environment."""
    monkeypatch.setenv("SECRET", SECRET)
    monkeypatch.setenv("CHOICE", "stratified_5")
    return tmp_path / "canary"


@pytest.fixture(scope="module")
def one_copy(tmp_path_factory: pytest.TempPathFactory) -> Checkout:
    """A checkout for all attacks: each puts one file into it, and takes it out again."""
    return copy_checkout(tmp_path_factory.mktemp("plain") / "checkout")


@pytest.fixture(scope="module")
def server(one_copy: Checkout) -> Iterator[subprocess.Popen[str]]:
    """A process that runs command lines of `python -m train`."""
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE}
    environment = {**os.environ, "REMODEL_ENGINE": "none", "SECRET": SECRET, "CHOICE": "stratified_5"}
    command = [sys.executable, front_door.__file__]
    with subprocess.Popen(command, cwd=one_copy.root, env=environment, text=True, **pipes) as started:
        yield started


@pytest.mark.attack("yaml")
@pytest.mark.parametrize("attack", FILES)
def test_a_file_of_conf_is_data(one_copy: Checkout, server: subprocess.Popen[str], canary: Path, attack: str) -> None:
    """A file under conf/ runs nothing, reads nothing outside conf/, and is refused in one line that names it."""
    name, text = FILES[attack]
    path = one_copy.conf / f"{name}.yaml"
    path.write_bytes(text.replace("CANARY", str(canary)).encode(errors="surrogateescape"))
    group = name.partition("/")[0]
    try:
        for words in ([f"{group}=x"], [f"{group}=x", "--cfg", "job", "--resolve"]):
            ended = front_door.ask(server, words)
            assert not canary.exists()
            assert SECRET not in ended.stdout + ended.stderr
            assert ended.returncode == 2, ended
            assert ended.stderr.count("\n") == 1 and ended.stderr.startswith("remodel: "), ended.stderr
            assert "x.yaml" in ended.stderr and "\x1b" not in ended.stderr
    finally:
        path.unlink()


LINKS = {
    "link to a folder": (("conf/dataset/sub", "../../evil"), "dataset=sub/x"),
    "link to a group": (("conf/evil", "../evil"), "+evil=x"),
    "link to a group that takes another's place": (("conf/model/sub", "../../evil"), "model=sub/x"),
    "link to a file": (("conf/dataset/y.yaml", "../../evil/x.yaml"), "dataset=y"),
    "path up": (None, "dataset=../../evil/x"),
    "path up in quotes": (None, "dataset='../../evil/x'"),
    "path up from a group's folder": (None, "+dataset/../../evil=x"),
    "package": (None, "+dataset@hydra.callbacks=iris"),
    "package to the top": (None, "+dataset@_global_=iris"),
    "package of a choice": (None, "dataset@hydra:=iris"),
    "space before": (None, " hydra.callbacks.x._target_=os.system"),
    "slash before": (None, "+/hydra/callbacks=evil"),
}
"""Links under conf/, and words that lead to files that are not in conf/."""


@pytest.mark.attack("yaml")
@pytest.mark.parametrize("more", [[], ["--multirun"], ["--cfg", "job"]], ids=["run", "multirun", "print"])
@pytest.mark.parametrize("attack", LINKS)
def test_no_way_leads_out_of_conf(
    one_copy: Checkout, server: subprocess.Popen[str], canary: Path, attack: str, more: list[str]
) -> None:
    """Whatever link or path a word goes along, Hydra reads files of conf/ only, each of which was looked at."""
    link, word = LINKS[attack]
    evil = one_copy.root / "evil" / "x.yaml"
    evil.parent.mkdir(exist_ok=True)
    evil.write_text(
        f"# @package _global_\n{CALLBACK}dataset: {{name: x, bundled: iris}}\n".replace("CANARY", str(canary))
    )
    place = one_copy.root / link[0] if link else evil
    if link:
        place.symlink_to(link[1])
    try:
        ended = front_door.ask(server, [*more, word])
    finally:
        place.unlink()
    assert not canary.exists()
    assert ended.returncode == 2, ended
    assert ended.stderr.count("\n") == 1 and ended.stderr.startswith("remodel: "), ended.stderr


WORDS = (
    "hydra.callbacks.x._target_=os.system",
    "+hydra.callbacks.x={_target_: remodel.process.run, argv: [touch, CANARY]}",
    "hydra/launcher=evil",
    "+hydra.searchpath=[file:///tmp]",
    "++hydra.job.env_set.PATH=/tmp",
    "hydra.job_logging.handlers.x.class=os.system",
    "--config-dir=/tmp",
    "--config-d=/tmp",
    "-cd",
    "--config-path=/tmp",
    "--config-name=evil",
    "--experimental-rerun=/tmp/x.pickle",
    "classifier=../../evil",
    "classifier.C=${oc.env:SECRET}",
    "name=${oc.env:SECRET}",
    "+classifier.random_state=${now:%S}",
    "classifier.C=${hydra:runtime.cwd}",
)


@pytest.mark.attack("yaml")
@pytest.mark.parametrize("word", WORDS)
def test_a_command_line_asks_for_a_recipe(server: subprocess.Popen[str], canary: Path, word: str) -> None:
    """A word on the command line chooses and sets values; it makes Hydra run or read nothing else."""
    ended = front_door.ask(server, [word.replace("CANARY", str(canary))])
    assert not canary.exists()
    assert ended.returncode == 2, ended
    assert SECRET not in ended.stdout + ended.stderr.replace(word, "")
    assert ended.stderr.count("\n") == 1 and ended.stderr.startswith("remodel: "), ended.stderr


@pytest.mark.attack("yaml")
@pytest.mark.parametrize(
    "settings",
    [
        "callbacks: {x: {_target_: os.system}}",
        "searchpath: [file:///tmp]",
        "job: {env_set: {PATH: /tmp}}",
        "job_logging: {handlers: {x: {class: os.system}}}",
        "launcher: {_target_: os.system}",
        "run: {dir: '${oc.env:SECRET}'}",
        "run: {dir: '${now:%s}'}",
    ],
)
def test_hydras_settings_are_where_outputs_go(copied: Checkout, settings: str) -> None:
    """conf/config.yaml says of Hydra where outputs go, and nothing that Hydra would run or read."""
    path = copied.conf / "config.yaml"
    text = path.read_text()
    path.write_text(text[: text.index("\nhydra:")] + f"\nhydra:\n  {settings}\n")
    with pytest.raises(UsageError, match=r"conf/config\.yaml"):
        check_conf(copied)
    with pytest.raises(UsageError, match=r"conf/config\.yaml"):
        select_model(copied, "credit_mlp")


@pytest.mark.attack("yaml")
@pytest.mark.parametrize("name", ["params.yaml", "decisions.yaml", "conf/trust.yaml"])
def test_files_beside_conf_are_data_too(copied: Checkout, name: str) -> None:
    """No file that a person writes grows without bounds while it is read, nor makes objects."""
    for text in ("a: &a [1]\nb: [*a]\n", "a: !!python/name:os.system ''\n", "a: 1\na: 2\n", "[" * 2000):
        (copied.root / name).write_text(text)
        with pytest.raises(UsageError, match="is not valid YAML: line"):
            read_yaml(copied.root / name)
    with (copied.root / name).open("wb") as stream:
        stream.truncate(1 << 30)
    with pytest.raises(UsageError, match="is larger than 16 MiB"):
        read_yaml(copied.root / name)


def test_what_the_project_ships_is_data(checkout: Checkout) -> None:
    """And paths within the configuration are read as before."""
    check_conf(checkout)
    assert select_model(checkout, "credit_mlp").composed.classifier["random_state"] == 0


def test_a_file_that_changes_is_looked_at_again(copied: Checkout) -> None:
    """What is kept of a check is of the files as they are."""
    check_conf(copied)
    shutil.copy(copied.conf / "classifier" / "mlp.yaml", copied.conf / "classifier" / "mine.yaml")
    with (copied.conf / "classifier" / "mine.yaml").open("a") as stream:
        stream.write("momentum: ${oc.env:SECRET}\n")
    with pytest.raises(
        UsageError, match=r"conf/classifier/mine\.yaml: momentum is '\$\{oc\.env:SECRET\}', which reads"
    ):
        check_conf(copied)
