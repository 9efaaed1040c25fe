"""reports/index.html: one file, no network, the same bytes every time; and it works in a real browser."""

import json
import os
import re
import shutil
import subprocess
import sys
from html.parser import HTMLParser
from pathlib import Path

import pytest

from remodel.audit.page import render
from remodel.audit.page.svg import draw
from remodel.results.comparison import as_comparison

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
    return render(example("two-environments"), ())


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


def test_the_page_is_whole_and_every_link_leads_somewhere_in_it(page):
    reader = read(page)
    assert len(reader.ids) == len(set(reader.ids))
    places = {f"#{name}" for name in reader.ids} | {"data:,"}
    assert set(reader.addresses) <= places
    assert "://" not in page


def test_the_page_may_load_nothing(page):
    assert "default-src 'none'" in page
    assert not re.search(r"@import|url\((?!#)|fetch\(|XMLHttpRequest|<iframe|<img|<script src", page)


def test_it_says_what_the_comparison_says(page):
    assert "<strong>1 of 2 may.</strong>" in page
    assert "3 of 40 labels out of fold flip (7.50%, allowed 3.00%)" in page
    assert "defaults: classifier.tol 0.0001 -&gt; 0.001" in page
    assert "MLPClassifier: no | converter" in page
    assert page.count("<svg") == 2 * 5


def test_models_without_a_result_have_a_section_with_the_reason():
    page = render(example("failed-and-retired"), ())
    read(page)
    assert "fold 1 of 5: fit: classifier (MLPClassifier): no" in page
    assert "replaced by wine_forest" in page


def test_names_and_reasons_are_text_and_no_markup():
    planted = document("two-environments")
    planted["entries"][1]["reasons"] = ["<script>alert(1)</script>"]
    assert "<script>alert(1)" not in render(as_comparison(planted), ())


def test_a_page_of_the_baseline_alone_says_that_nothing_moves():
    assert "Nothing moves" in render(example("baseline-alone"), ())


def test_the_same_comparison_gives_the_same_bytes_in_another_process(page, tmp_path):
    """Under another hash seed, another folder and another home."""
    program = (
        "import pathlib, sys; from remodel.audit.page import render;"
        "from remodel.results.comparison import read_comparison_file;"
        f"comparison = read_comparison_file(pathlib.Path({str(EXAMPLES / 'valid-two-environments.json')!r}));"
        "sys.stdout.buffer.write(render(comparison, ()).encode())"
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
    const order = () => [...body.rows].map((row) => row.dataset.model).join();
    note(names());
    search.value = "IRIS"; search.dispatchEvent(new Event("input")); const found = names();
    search.value = ""; search.dispatchEvent(new Event("input"));
    boxes.find((box) => box.value === "identical").click(); const left = names();
    const folded = document.getElementById("model-iris_svc").hidden;
    boxes.find((box) => box.value === "identical").click();
    const heads = table.tHead.querySelectorAll("button");
    heads[0].click(); const down = order(); heads[0].click(); const up = order();
    heads[2].click(); const verdicts = order();
    for (const text of [found, left, folded, down, up, verdicts]) note(text);
    """
    dom, screenshot = browse(page, tmp_path, script)
    assert notes(dom) == [
        "iris_svc",
        "credit_mlp",
        "true",
        "iris_svc,credit_mlp",
        "credit_mlp,iris_svc",
        "credit_mlp,iris_svc",
    ]
    assert screenshot.startswith(b"\x89PNG")


@needs_browser
@pytest.mark.parametrize("width", [390, 1280])
def test_the_page_is_not_wider_than_the_screen(page, tmp_path, width):
    """Wide tables scroll inside their frames; the page itself never does."""
    script = f"document.body.style.width = '{width}px';"
    script += "setTimeout(() => note([...document.querySelectorAll('.card, .figures, header')]"
    script += f".every((one) => one.getBoundingClientRect().right <= {width})), 50);"
    dom, _ = browse(page, tmp_path, script, width)
    assert notes(dom) == ["true"]
