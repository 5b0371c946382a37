"""The page of a run in a real browser: it moves, it tells what the log tells, and anybody can read it.

Needs Debian's Chromium and Playwright for Python. A picture of the page stays in $EVOMOD_ARTIFACTS, or `artifacts/`.
"""

from __future__ import annotations

import os
import shutil
from contextlib import ExitStack
from pathlib import Path

import numpy as np
import pytest

from evomod.lineage.individual import phenotype
from evomod.lineage.story import EFFECTS
from evomod.report.page import write_page
from evomod.runner import open_run, run
from tests.whole.conftest import ROOT, SEX, tiny

CHROMIUM = shutil.which("chromium")
playwright = pytest.importorskip("playwright.sync_api", reason="Playwright for Python is not installed")
pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="Chromium is not installed (Debian's package chromium)")

OPTIONS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
HOSTILE = "</script><b>bad"
RUNS = {
    "mvg": (),
    "two": (
        f"goals={{'{HOSTILE}': ['(x ^ y) & (w ^ z)', 'x & y'], or: ['(x ^ y) | (w ^ z)', 'x & z']}}",
        f"schedule.goals=['{HOSTILE}', or]",
        "genotype={kind: circuit, n_gates: 14, gates: [nand, xor, ornot], feedback: true}",
        SEX,
    ),
}


@pytest.fixture(scope="module")
def folders(tmp_path_factory):
    parent = tmp_path_factory.mktemp("page")
    for name, settings in RUNS.items():
        run(tiny(*("generations=300", *settings)), parent / name)
    return {name: parent / name for name in RUNS}


@pytest.fixture(scope="module")
def stories(folders):
    found = {}
    for name, folder in folders.items():
        with open_run(folder) as log:
            found[name] = log.story()
    return found


@pytest.fixture(scope="module")
def file(folders, tmp_path_factory):
    """All runs side by side."""
    with ExitStack() as logs:
        opened = [logs.enter_context(open_run(folder)) for folder in folders.values()]
        return write_page(opened, tmp_path_factory.mktemp("file") / "report.html")


@pytest.fixture(scope="module")
def browser():
    with playwright.sync_playwright() as started:
        chromium = started.chromium.launch(executable_path=CHROMIUM, args=OPTIONS)
        yield chromium
        chromium.close()


@pytest.fixture
def opened(browser, file):
    """Opens the page at a size; at the end, nothing may have been asked for or complained of."""
    contexts, trouble, asked = [], [], []

    def open_at(width=1400, **settings):
        context = browser.new_context(viewport={"width": width, "height": 900}, **settings)
        contexts.append(context)
        page = context.new_page()
        page.on("console", lambda message: trouble.append(message.text))
        page.on("pageerror", lambda error: trouble.append(str(error)))
        page.on("request", lambda request: asked.append(request.url))
        page.goto(file.as_uri())
        page.wait_for_selector("html[data-ready]")
        return page

    yield open_at
    for context in contexts:
        context.close()
    assert not trouble
    assert {url for url in asked if not url.startswith("data:")} == {file.as_uri()}


def first(page):
    return page.locator("#run-0")


def test_the_circuits_of_the_page_answer_what_their_twins_in_python_do(opened, stories):
    page = opened()
    for r, story in enumerate(stories.values()):
        # In the page a count of 20 states, row by row; a share of time in Python.
        got = page.evaluate(f"evomod.runs[{r}].line.generation.length")
        assert got == len(story)
        cases = story.problem.encoding.cases
        for k in range(0, len(story), max(1, len(story) // 30)):
            twin = story.phenotype(k)
            expected = [[round(20 * share) for share in twin.respond(row)] for row in cases]
            assert page.evaluate(f"evomod.outputCounts(evomod.runs[{r}], {k})") == expected, (r, k)


def test_the_circuits_drawn_have_the_wires_of_the_networks_in_python(opened, stories):
    page = opened()
    story = stories["mvg"]
    for k in (0, len(story) // 2, len(story) - 1):
        page.evaluate(f"evomod.shown[0].walk.go({k})")
        network = story.phenotype(k).network()
        drawn = first(page).locator(".circuit")
        assert drawn.locator(".wire").count() == len(network.edges)
        labels = drawn.locator(".label").all_text_contents()
        assert sorted(labels) == sorted(network.labels)
        assert drawn.locator(".wire.back").count() == len(network.feedback_edges())


OVERLAPS = """(network) => {
  const modules = network.nodes.map((_, i) => i % 7);
  const picture = evomod.stillPicture({ network, network_q: { modules } }, document.createElement('p'));
  document.querySelector('.picture').replaceChildren(picture);
  const boxes = [...picture.querySelectorAll('.node')].map((node) => ({
    rect: node.querySelector('rect').getBBox(), texts: [...node.querySelectorAll('text')].map((text) => text.getBBox()),
  }));
  const found = [];
  boxes.forEach(({ rect: a, texts: [t, u] }, i) => {
    for (const text of u ? [t, u] : [t])
      if (text.x < a.x || text.x + text.width > a.x + a.width) found.push(`text of ${i}`);
    if (u && t.y + 0.8 * t.height > u.y + 0.3 * u.height) found.push(`both texts of ${i}`);
    boxes.slice(i + 1).forEach(({ rect: b }, k) => {
      if (a.x < b.x + b.width && b.x < a.x + a.width && a.y < b.y + b.height && b.y < a.y + a.height)
        found.push(`nodes ${i} and ${i + 1 + k}`);
    });
  });
  return found;
}"""


def test_no_names_overlap_up_to_30_nodes(opened):
    problem = tiny("genotype={kind: circuit, n_gates: 33, gates: [nand, andnot, ornot]}").problem
    page, rng, sizes = opened(), np.random.default_rng(1), []
    for genome in rng.integers(problem.encoding.alleles, size=(30, problem.encoding.n_loci)):
        network = phenotype(problem, genome).network()
        if not 18 <= network.n_nodes <= 30:
            continue
        nodes = [
            {"name": name, "role": role, "label": "a_long_name" if role == "input" else label}
            for name, role, label in zip(network.names, network.roles, network.labels, strict=True)
        ]
        assert not page.evaluate(OVERLAPS, {"nodes": nodes, "edges": network.edges})
        sizes.append(network.n_nodes)
    assert max(sizes) >= 28


def test_the_slider_moves_the_circuit_and_the_readout_agrees_with_the_log(opened, stories):
    page, story = opened(), stories["mvg"]
    run_0, steps = first(page), story.steps
    slider = run_0.get_by_role("slider")
    before = run_0.locator(".circuit").inner_html()
    slider.focus()
    page.keyboard.press("Home")
    assert run_0.locator(".circuit").inner_html() != before
    for k in range(1, 8):
        page.keyboard.press("ArrowRight")
        step = steps[k]
        assert f"generation {step['generation']}" in run_0.locator(".step").inner_text()
        effect = "hidden" if step["hidden"] else EFFECTS[int(step["effect"])]
        assert effect in run_0.locator(".change").inner_text()
        benefits = [float(text) for text in run_0.locator(".numbers tbody td:nth-child(2)").all_text_contents()]
        np.testing.assert_allclose(benefits, step["benefits"][: len(benefits)], atol=5e-5)
        right = run_0.locator(".truth tbody .right").count() + run_0.locator(".truth tbody .wrong").count()
        assert right == 32  # 16 rows, two goals
        facts = run_0.locator(".numbers .facts div").all_inner_texts()
        assert f"gates\n{step['parts']}" in facts


def test_the_words_of_a_step_are_those_of_its_story(opened, stories):
    page = opened()
    for r, story in enumerate(stories.values()):
        for k in range(len(story)):
            assert tuple(page.evaluate(f"evomod.changesOf(evomod.runs[{r}], {k})")) == story.changes(k)
    page.evaluate(f"evomod.shown[0].walk.go({len(stories['mvg']) - 1})")
    assert stories["mvg"].changes(len(stories["mvg"]) - 1)[0] in first(page).locator(".change").inner_text()


def test_one_can_walk_by_goal_switches_and_milestones(opened, stories):
    page, steps = opened(), stories["mvg"].steps
    run_0 = first(page)
    run_0.get_by_role("button", name="First").click()
    run_0.get_by_label("Walk by").select_option("goal switches")
    run_0.get_by_role("button", name="Next").click()
    k = int(np.flatnonzero(steps["generation"] // 20 != steps["generation"][0] // 20)[0])
    assert page.evaluate("evomod.shown[0].walk.k") == k
    run_0.get_by_role("button", name="Previous").click()
    assert page.evaluate("evomod.shown[0].walk.k") == k  # there is none before
    run_0.get_by_role("button", name="Last").click()
    assert page.evaluate("evomod.shown[0].walk.k") == len(steps) - 1


def test_arrow_keys_on_the_slider_walk_by_what_was_chosen(opened, stories):
    page = opened()
    run_0 = first(page)
    run_0.get_by_role("button", name="First").click()
    run_0.get_by_label("Walk by").select_option("milestones")
    run_0.get_by_role("slider").focus()
    page.keyboard.press("ArrowRight")
    stops = page.evaluate("[...evomod.runs[0].milestones.keys()]")
    assert page.evaluate("evomod.shown[0].walk.k") == next(k for k in stops if k > 0)


def test_columns_of_goals_keep_their_order_and_that_in_force_is_bold(opened, stories):
    page, goals = opened(), stories["mvg"].steps["goal"]
    for k in (int(np.flatnonzero(goals == goal)[-1]) for goal in (0, 1)):
        page.evaluate(f"evomod.shown[0].walk.go({k})")
        heads = first(page).locator(".truth th.goal")
        assert heads.all_inner_texts() == ["and", "or"]
        assert first(page).locator(".truth th.goal.now").all_inner_texts() == [["and", "or"][goals[k]]]


def test_runs_of_a_page_share_the_range_of_what_both_show(opened):
    ranges = opened().evaluate("evomod.shown.map(({charts}) => charts.panels.map((p) => [p.title, p.shared]))")
    one, other = map(dict, ranges)
    assert one
    assert all(other[title] == shared for title, shared in one.items() if title in other)


def test_on_a_small_screen_circuits_stay_readable_and_say_that_they_go_on(opened):
    page = opened(360)
    scale, wide, hint = page.evaluate("""() => { const c = document.querySelector('.circuit');
        const p = c.parentElement; return [c.getBoundingClientRect().width / c.viewBox.baseVal.width,
        p.scrollWidth > p.clientWidth + 1, getComputedStyle(p.querySelector('.hint')).display !== 'none']; }""")
    assert 11 * scale >= 9
    assert hint == wide


def test_curves_zoom_by_key_wheel_and_button_and_read_what_the_log_has(opened, folders):
    page = opened()
    charts = first(page).locator(".charts")
    with open_run(folders["mvg"]) as log:
        table = log.generations
    charts.focus()
    page.keyboard.press("Home")
    text = first(page).locator(".readout").inner_text()
    assert f"best fitness {float(table['best_fitness'][0]):.4f}".rstrip("0") in text
    assert "generation 0 · under and" in text
    span = "evomod.shown[0].charts.to - evomod.shown[0].charts.from"
    whole = page.evaluate(span)
    page.keyboard.press("+")
    assert page.evaluate(span) < whole
    charts.hover()
    page.mouse.wheel(0, -200)
    page.wait_for_function(f"{span} < {whole / 2}")
    first(page).get_by_role("button", name="Show all generations").click()
    assert page.evaluate(span) == whole
    box = charts.bounding_box()
    page.mouse.move(box["x"] + 150, box["y"] + 80)
    page.mouse.down()
    page.mouse.move(box["x"] + 250, box["y"] + 80, steps=4)
    page.mouse.up()
    assert page.evaluate(span) < whole / 2


def test_a_node_tells_what_it_computes(opened):
    page = opened()
    drawing = first(page).locator(".circuit")
    drawing.focus()
    page.keyboard.press("ArrowRight")
    assert "input" in first(page).locator(".told").inner_text()
    page.keyboard.press("ArrowLeft")  # round to the last: the output
    assert "out = " in first(page).locator(".told").inner_text()
    assert drawing.locator(".current").count() == 1
    page.keyboard.press("Escape")
    assert drawing.locator(".lit").count() == 0


def test_everything_is_reached_by_the_tab_key_and_has_a_name(opened):
    page = opened()
    seen = []
    for _ in range(60):
        page.keyboard.press("Tab")
        seen.append(
            page.evaluate("""() => { const e = document.activeElement;
            return [e.tagName, e.getAttribute('aria-label') || e.textContent.trim()] }""")
        )
    names = [name for _, name in seen]
    assert all(names)
    for wanted in ("Skip to the run", "Zoom in", "Play", "Walk by", "Truth table", "Scenario"):
        assert any(name.startswith(wanted) for name in names), wanted
    assert sum(tag == "INPUT" for tag, _ in seen) >= len(RUNS)  # a slider for each run


@pytest.mark.parametrize("width", [360, 800, 1400])
def test_no_page_is_wider_than_its_window(width, opened):
    page = opened(width)
    assert page.evaluate("document.documentElement.scrollWidth") <= width


CONTRAST = """() => {
  const rgb = (text) => text.match(/[0-9.]+/g).slice(0, 3).map(Number);
  const light = (c) => c.map((v) => v / 255).map((v) => v <= 0.03928 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4)
    .reduce((sum, v, i) => sum + v * [0.2126, 0.7152, 0.0722][i], 0);
  const ground = (e) => { for (; e; e = e.parentElement) { const b = getComputedStyle(e).backgroundColor;
    if (b !== 'rgba(0, 0, 0, 0)') return b; } return 'rgb(255,255,255)'; };
  const ratio = (a, b) => { const [x, y] = [light(rgb(a)), light(rgb(b))].sort((p, q) => q - p);
    return (x + 0.05) / (y + 0.05); };
  const worst = [];
  const texts = 'h2, small, p, dt, dd, td, th, summary, button, figcaption, output, .effect, pre b';
  for (const e of document.querySelectorAll(texts))
    if (e.textContent.trim()) worst.push([ratio(getComputedStyle(e).color, ground(e)), e.className || e.tagName]);
  const fill = (node, part) => getComputedStyle(node.querySelector(part)).fill;
  for (const node of document.querySelectorAll('.node'))
    worst.push([ratio(fill(node, '.label'), fill(node, 'rect')), 'node']);
  return worst.sort((a, b) => a[0] - b[0])[0];
}"""


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_text_stands_out_from_its_ground(scheme, opened):
    page = opened(color_scheme=scheme)
    page.evaluate("document.querySelectorAll('details').forEach((part) => { part.open = true; })")
    ratio, where = page.evaluate(CONTRAST)
    assert ratio >= 4.5, where  # WCAG 2, AA
    dark = page.evaluate("getComputedStyle(document.body).backgroundColor") != "rgb(252, 252, 250)"
    assert dark == (scheme == "dark")


def test_a_printed_page_is_light_has_no_controls_and_hides_nothing(opened):
    page = opened(color_scheme="dark")
    page.emulate_media(media="print")
    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"
    assert not page.locator(".bar:visible, .steering:visible").count()
    assert page.locator("pre:visible").count() == len(RUNS)
    page.evaluate("dispatchEvent(new Event('afterprint'))")
    assert page.locator("pre:visible").count() == 0


def test_names_of_goals_are_text_and_never_markup(opened, file):
    page = opened()
    assert page.locator("b", has_text="bad").count() == 0
    assert HOSTILE in page.locator("#run-1").inner_text()
    assert HOSTILE not in file.read_text()
    assert file.read_text().count("</script") == 3


def test_a_picture_of_the_page_is_kept(opened):
    folder = Path(os.environ.get("EVOMOD_ARTIFACTS", ROOT / "artifacts"))
    folder.mkdir(parents=True, exist_ok=True)
    for width in (1400, 360):
        opened(width).screenshot(path=folder / f"report-{width}.png", full_page=True)
        assert (folder / f"report-{width}.png").stat().st_size > 10_000
