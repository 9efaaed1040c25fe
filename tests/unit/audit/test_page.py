"""reports/index.html and print.html: no network, the same bytes every time; and they work in a real browser."""

import copy
import json
import os
import re
import shutil
import subprocess
import sys
from html.parser import HTMLParser
from pathlib import Path

import pytest

from remodel.audit.decisions import Decision
from remodel.audit.page import pages
from remodel.audit.page.groups import RULES, by_rule, rule_of
from remodel.audit.page.svg import draw
from remodel.audit.rulings import Ruling
from remodel.results.comparison import as_comparison
from tests.unit.audit.unpacked import bodies

EXAMPLES = Path(__file__).parents[1] / "contract" / "examples" / "comparison"
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
WORDS = "--headless --no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking"
WORDS += " --disable-component-update --disable-sync --hide-scrollbars --virtual-time-budget=3000"

needs_browser = pytest.mark.skipif(CHROMIUM is None, reason="no Chromium on this machine (apt-get install chromium)")


def example(name):
    return as_comparison(document(name))


def document(name):
    return json.loads((EXAMPLES / f"valid-{name}.json").read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def page():
    return pages(example("two-environments"), ())["index.html"]


@pytest.fixture(scope="module")
def paper():
    return pages(example("two-environments"), ())["print.html"]


class Reader(HTMLParser):
    """Notes every id, every address and whatever was not closed."""

    VOID = ("meta", "link", "input", "br")

    def __init__(self):
        super().__init__()
        self.open, self.ids, self.addresses = [], [], []

    def handle_starttag(self, tag, attrs):
        if tag not in self.VOID:
            self.open.append(tag)
        for name, value in attrs:
            if name == "id":
                self.ids.append(value)
            if name in ("href", "src", "xlink:href", "action", "data"):
                self.addresses.append(value)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_startendtag(self, tag, attrs):
        self.handle_starttag(tag, attrs)
        if tag not in self.VOID:
            self.open.pop()


def read(page):
    reader = Reader()
    reader.feed(page)
    assert reader.open == []
    return reader


@pytest.mark.parametrize("name", ["index.html", "print.html"])
@pytest.mark.parametrize("which", ["two-environments", "failed-and-retired", "baseline-alone", "numbers", "decisions"])
def test_pages_are_whole_and_every_link_leads_somewhere(which, name):
    """Of every kind of comparison; the packed details, too, are whole."""
    made = pages(example(which), ())
    reader = read(made[name])
    assert len(reader.ids) == len(set(reader.ids))
    places = {f"#{place}" for place in reader.ids} | {"data:,", "print.html"}
    assert set(reader.addresses) <= places
    assert "://" not in made[name]
    inner = [read(body) for body in bodies(made["index.html"]).values()]
    assert all(set(one.addresses) <= {f"#{place}" for place in one.ids} for one in inner)
    # All of them may be open at once.
    ids = [place for one in inner for place in one.ids]
    assert len(ids) == len(set(ids))


def test_the_page_may_load_nothing(page, paper):
    for text in (page, paper):
        assert "default-src 'none'" in text
        assert not re.search(r"@import|url\((?!#)|fetch\(|XMLHttpRequest|<iframe|<img|<script src", text)
    assert "<script" not in paper


def test_it_says_what_the_comparison_says(page):
    assert "<strong>1 of 2 may.</strong>" in page
    assert "3 of 40 labels out of fold flip (7.50%, allowed 3.00%)" in page
    assert "1 model: more labels flip than allowed" in page
    details = bodies(page)
    assert list(details) == ["credit_mlp", "iris_svc"]
    assert "defaults: classifier.tol 0.0001 -&gt; 0.001" in details["credit_mlp"]
    assert "MLPClassifier: no | converter" in details["credit_mlp"]
    assert details["credit_mlp"].count("<svg") == 5


def test_paper_has_the_details_of_what_needs_a_decision_alone(page, paper):
    """What is the same everywhere is one mark, on paper."""
    assert "defaults: classifier.tol 0.0001 -&gt; 0.001" in paper
    assert 'id="model-credit_mlp"' in paper and 'id="model-iris_svc"' not in paper
    assert 'title="iris_svc"' in paper
    assert read(paper).open == []


def test_where_nothing_moved_no_shift_is_drawn(page):
    """Folds, ROC and calibration stay; the pictures of differences would be a line of zeros."""
    assert bodies(page)["iris_svc"].count("<svg") == 3
    assert "Probability differences" not in bodies(page)["iris_svc"]


def test_models_without_a_result_have_a_section_with_the_reason():
    made = pages(example("failed-and-retired"), ())
    details = "".join(bodies(made["index.html"]).values())
    assert "fold 1 of 5: fit: classifier (MLPClassifier): no" in details
    assert "replaced by wine_forest" in details


def test_names_and_reasons_are_text_and_no_markup():
    planted = document("two-environments")
    planted["entries"][1]["reasons"] = ["<script>alert(1)</script>"]
    made = pages(as_comparison(planted), ())
    for text in (*made.values(), *bodies(made["index.html"]).values()):
        assert "<script>alert(1)" not in text


def test_a_page_of_the_baseline_alone_says_that_nothing_moves():
    assert "Nothing moves" in pages(example("baseline-alone"), ())["index.html"]


def many(count):
    """A comparison with the models of the example many times over."""
    one = document("two-environments")
    entries = []
    for number in range(count):
        for entry in copy.deepcopy(one["entries"]):
            entries.append({**entry, "model": f"{entry['model']}_{number:02}"})
    models = sorted({entry["model"] for entry in entries})
    entries.sort(key=lambda entry: (entry["model"], one["environments"].index(entry["environment"])))
    return as_comparison({**one, "models": models, "entries": entries})


def test_ten_models_that_break_one_rule_are_one_line():
    """Folded, with a small picture of each; what needs a decision stands before all else in the grid."""
    page = pages(many(10), ())["index.html"]
    assert page.count("10 models: more labels flip than allowed") == 1
    assert page.count('class="shift"') == 2 * 10
    order = re.findall(r'<li data-model="(\w+)"', page)
    assert [name.rpartition("_")[0] for name in order] == ["credit_mlp"] * 10 + ["iris_svc"] * 10


@pytest.mark.parametrize(
    ("verdict", "reasons", "rule"),
    [
        ("changed", ["66 of 5000 labels in sample flip (1.32%, allowed 0.50%)"], "more labels flip than allowed"),
        ("changed", ["numbers in sample move by 2 of the baseline's error (5) at the 99.0% quantile (allowed 1)"],
         "numbers move more than allowed"),
        ("changed", ["decision scores in sample put the rows in another order: rank correlation 0.9 (at least 0.99)"],
         "decision scores put rows in another order"),
        ("changed", ["median AE may be worse by 1952.8140, mean 548.2493 (allowed 196.026)"],
         "median AE may be worse than allowed"),
        ("failed", ["fold 3 of 5: fit: SVC: no keyword 'penalty'"],
         "fold … of …: fit: SVC: no keyword …"),
        ("failed", ["it answers with labels, and in sklearn-1.5 with labels and probabilities: `answers: labels` ..."],
         "answers of another kind"),
    ],
)  # fmt: skip
def test_rules(verdict, reasons, rule):
    """A model stands under the first rule that it breaks; failures of one kind are one, whatever their numbers."""
    ruling = Ruling("m", "sklearn-1.9", False, verdict, "; ".join(reasons))
    assert rule_of(ruling, reasons) == rule
    (group,) = by_rule([(ruling, reasons), (ruling, reasons)])
    assert (group.rule, group.verdict, len(group.rulings)) == (rule, verdict, 2)


def test_every_rule_of_every_kind_of_answers_has_its_line():
    """The words of an objection and those of RULES belong together."""
    for which in ("two-environments", "numbers", "decisions"):
        for entry in example(which).entries:
            for reason in entry.reasons if entry.verdict == "changed" else ():
                known = any(pattern.search(reason) for pattern, _ in RULES) or "may be worse by" in reason
                assert known, reason


def test_what_was_accepted_says_who_when_and_why():
    comparison = example("two-environments")
    entry = next(entry for entry in comparison.entries if entry.verdict == "changed")
    base = comparison.at(entry.model, comparison.baseline)
    decision = Decision(
        model=entry.model, environment=entry.environment, reason="looked at", by="Ada <a@b.c>", on="2026-01-02",
        baseline=dict(base.artifacts), artifacts=dict(entry.artifacts),
    )  # fmt: skip
    page = pages(comparison, [decision])["index.html"]
    assert "looked at (Ada, 2026-01-02)" in page
    assert "1 change was accepted in decisions.yaml" in page


def test_the_same_comparison_gives_the_same_bytes_in_another_process(page, tmp_path):
    """Under another hash seed, another folder and another home."""
    program = (
        "import pathlib, sys; from remodel.audit.page import pages;"
        "from remodel.results.comparison import read_comparison_file;"
        f"comparison = read_comparison_file(pathlib.Path({str(EXAMPLES / 'valid-two-environments.json')!r}));"
        "sys.stdout.buffer.write(pages(comparison, ())['index.html'].encode())"
    )
    environment = {**os.environ, "PYTHONHASHSEED": "7", "HOME": str(tmp_path), "LC_ALL": "C.UTF-8"}
    finished = subprocess.run([sys.executable, "-c", program], env=environment, cwd=tmp_path, capture_output=True)
    assert finished.stdout.decode() == page


def test_numbers_at_an_axis_are_written_out():
    """Only coordinates lose decimals; a tick at 0.895 must not become 0.90."""

    def paint(axes):
        axes.set_yticks([0.895, 0.905])

    text = draw("x", "title", paint)
    assert ">0.895</text>" in text
    assert not re.search(r'd="[^"]*\d\.\d{3}', text)


def browse(page, tmp_path, script="", width=1280):
    """The page after `script` ran in it, in a frame of that width: what `note(text)` was given, in order."""
    note = "<script>const note = (text) => document.getElementById('shown').append('|' + text);"
    (tmp_path / "page.html").write_text(page.replace("</body>", f"{note}{script}</script></body>"), encoding="utf-8")
    frame = f'<body><iframe id="f" src="page.html" style="width:{width}px;height:900px"></iframe>'
    (tmp_path / "frame.html").write_text(frame, encoding="utf-8")
    target = tmp_path / ("frame.html" if width < 500 else "page.html")
    words = [CHROMIUM, *WORDS.split(), f"--user-data-dir={tmp_path / 'profile'}", f"--window-size={width},900"]
    screenshot = tmp_path / "shot.png"
    shot = subprocess.run([*words, f"--screenshot={screenshot}", f"file://{target}"], capture_output=True, timeout=60)
    dumped = subprocess.run([*words, "--dump-dom", f"file://{tmp_path / 'page.html'}"], capture_output=True, timeout=60)
    assert shot.returncode == dumped.returncode == 0, shot.stderr.decode()
    return dumped.stdout.decode(), screenshot.read_bytes()


def notes(dom):
    return re.search(r'id="shown"[^>]*>(.*?)</span>', dom, re.DOTALL)[1].split("|")[1:]


@needs_browser
def test_the_overview_is_filtered_and_sorted_in_a_browser(page, tmp_path):
    script = """
    const names = () => rows.filter((row) => !row.hidden).map((row) => row.dataset.model).join();
    const order_of = (parent) => [...parent.children].map((one) => one.dataset.model).join();
    search.value = "IRIS"; search.dispatchEvent(new Event("input")); const found = names();
    search.value = ""; search.dispatchEvent(new Event("input"));
    boxes.find((box) => box.value === "identical").click(); const left = names();
    const folded = document.getElementById("model-iris_svc").hidden;
    boxes.find((box) => box.value === "identical").click();
    openOnly.click(); const wanted = names(); openOnly.click();
    const severity = order_of(grid);
    rows.reverse(); order.value = "name"; order.dispatchEvent(new Event("change")); const named = order_of(models);
    order.value = "severity"; order.dispatchEvent(new Event("change")); const again = order_of(models);
    for (const text of [found, left, folded, wanted, severity, named, again]) note(text);
    """
    dom, screenshot = browse(page, tmp_path, script)
    both = "credit_mlp,iris_svc"
    assert notes(dom) == ["iris_svc", "credit_mlp", "true", "credit_mlp", both, both, both]
    assert screenshot.startswith(b"\x89PNG")


@needs_browser
def test_details_are_rendered_when_a_model_is_opened(page, tmp_path):
    """By a click, and by a link to it; what stands there is what was packed."""
    script = """
    const model = document.getElementById("model-credit_mlp"), other = document.getElementById("model-iris_svc");
    const before = model.querySelector(".body").children.length;
    model.open = true; location.hash = "#model-iris_svc";
    setTimeout(() => { for (const text of [before, model.querySelectorAll("svg").length, other.open,
      other.querySelectorAll("svg").length]) note(text); }, 800);
    """
    dom, _ = browse(page, tmp_path, script)
    assert notes(dom) == ["0", "5", "true", "3"]


@needs_browser
@pytest.mark.parametrize("width", [390, 500, 800, 1300])
@pytest.mark.parametrize("which", ["index.html", "print.html"])
def test_the_page_is_not_wider_than_the_screen(which, tmp_path, width):
    """Wide tables scroll inside their frames; the page itself never does."""
    page = pages(many(10), ())[which].replace("<footer>", '<footer><span id="shown"></span>', which == "print.html")
    script = f"document.body.style.width = '{width}px';"
    script += "for (const one of document.querySelectorAll('details')) one.open = true;"
    script += "setTimeout(() => note([...document.querySelectorAll('.card, .grid, .figures, header')]"
    script += f".every((one) => one.getBoundingClientRect().right <= {width})), 800);"
    page = page.replace("script-src", "script-src 'unsafe-inline'", 1) if which == "print.html" else page
    dom, _ = browse(page, tmp_path, script, width)
    assert notes(dom) == ["true"]
