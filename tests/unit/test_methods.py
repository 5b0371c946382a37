"""The methods of a paper, for every scenario that ships, as text, Markdown, LaTeX and BibTeX."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evomod import campaign
from evomod.errors import LogError
from evomod.publication import bibliography, rendering
from evomod.publication.conditions import Condition, stretches
from evomod.publication.markup import as_latex, as_text, escaped
from evomod.publication.methods import described
from evomod.scenario import load, loads
from tests.generators import examples

ROOT = Path(__file__).parents[2]
SCENARIOS = sorted((ROOT / "scenarios").glob("*.yaml"))
CAMPAIGNS = sorted((ROOT / "scenarios" / "campaigns").glob("*.yaml"))
STRETCH = {
    "software": {"version": "1.2.3", "git_commit": "0123456789abcdef", "git_dirty": True},
    "environment": {
        "python": {"version": "3.11.7"},
        "libraries": {"numpy": {"version": "2.0"}, "numba": {"version": "0.61"}, "deap": {"version": "1.4.4"}},
    },
}


def condition(scenario, label="", seeds=(1, 2, 3), n_unfinished=0, stretches=(STRETCH,)):
    return Condition(label or scenario.name, scenario, tuple(seeds), n_unfinished, stretches)


def every_rendering(found):
    methods = described(found)
    return methods, {name: make(methods) for name, make in rendering.FILES.items()}


@pytest.mark.parametrize("path", SCENARIOS + CAMPAIGNS, ids=lambda path: path.stem)
def test_every_scenario_that_ships_is_described_without_holes(path):
    if path in CAMPAIGNS:
        found = [condition(cell.scenario, cell.label) for cell in campaign.load(path).cells]
    else:
        found = [condition(load(path))]
    methods, files = every_rendering(found)
    whole = "\n".join(methods.paragraphs)
    assert not re.search(r"None|\{|\}|  | [.,;]|\.\.", whole)
    for one in found:
        assert f"{one.scenario.population:,}" in whole
        assert f"{one.scenario.generations:,}" in whole
    assert set(methods.references) == set(bibliography.cited(methods.paragraphs))
    entries = re.findall(r"^@\w+\{(\w+),", files["references.bib"], re.MULTILINE)
    cited = {key for keys in re.findall(r"\\cite\{([^}]*)\}", files["methods.tex"]) for key in keys.split(",")}
    assert cited == set(entries)
    assert len(entries) == len(set(entries))
    for name in ("methods.tex", "parameters.tex"):
        assert_compiles_as_far_as_can_be_seen(files[name])


def assert_compiles_as_far_as_can_be_seen(text):
    plain = re.sub(r"\\[\\{}$&#_%]", "", re.sub(r"(?m)^%.*", "", text))
    assert plain.count("{") == plain.count("}")
    assert plain.count("$") % 2 == 0
    assert not re.search("[#~^](?!\\\\cite)", plain.replace("~\\cite", ""))
    assert all(ord(sign) < 0x180 for sign in plain)
    assert plain.count(r"\begin{") == plain.count(r"\end{")


def test_the_main_scenario_is_told_in_full():
    methods = described([condition(load(ROOT / "scenarios" / "logic_gates.yaml"), seeds=range(1, 51))])
    assert [as_text(text, methods.references) for text in methods.paragraphs] == [
        "Individuals were circuits of 12 two-input NAND gates (Kashtan & Alon 2005). A genome lists the two nodes that "
        "it reads for each gate, and the node that the output reads: 25 loci, where nodes are the four inputs "
        "(x, y, z, w) and the gates. Feedback was allowed. All gates began at 0 and were updated synchronously 16 "
        "times; the answer of a circuit that had not settled by then was scored in each of the next 20 states, and the "
        "mean was taken (Parter et al. 2008). The goals were ‘and’, (x XOR y) AND (w XOR z); ‘or’, (x XOR y) OR "
        "(w XOR z). The goals ‘and’ and ‘or’ alternated (Kashtan & Alon 2005). An epoch lasted 20 generations. The "
        "benefit of an individual was the share of right answers over 16 rows of the truth table. Fitness was the "
        "benefit minus 0.2 for each effective gate above 11. A gate is effective if it has a directed path to an "
        "output.",
        "In each generation the 300 fittest of 1,000 individuals passed on unchanged, the 300 least fit were replaced "
        "by copies of them, and everybody but that elite was then varied (Kashtan & Alon 2005; Kashtan et al. 2007). "
        "Equally fit individuals kept the order of their places in the population. As a mutation, with probability 0.7 "
        "one locus of a genome was drawn anew among all its legal values, the old one included. There was no "
        "crossover. The genomes of generation 0 were drawn at random, all values of a locus alike. A population of "
        "1,000 individuals evolved for 10,000 generations.",
        "There were 50 runs, with seeds 1 to 50.",
        "Runs were made with evomod 1.2.3 (git commit 0123456789ab, with changes) (The evomod developers), Python "
        "3.11.7 and NumPy 2.0 (Harris et al. 2020); evolution was compiled with Numba 0.61 (Lam et al. 2015), and was "
        "logged to HDF5 with h5py (Collette 2013). Random numbers came from Philox 4x32-10 (Salmon et al. 2011) as a "
        "function of seed, generation, individual and purpose, so that the same scenario and seed give the same run.",
    ]


def changed(*settings):
    return load(ROOT / "scenarios" / "logic_gates.yaml", settings)


def test_only_what_was_used_is_cited():
    plain = described([condition(changed())]).references
    assert {"Clune2013", "Fortin2012", "NewmanGirvan2004", "Helmuth2015", "Virtanen2020"}.isdisjoint(plain)
    assert "Fortin2012" in described([condition(changed("engine=deap"))]).references
    assert "Lam2015" not in described([condition(changed("engine=deap"))]).references
    assert "Clune2013" in described([condition(changed("fitness.costs=[{kind: squared_length}]"))]).references
    assert "Helmuth2015" in described([condition(changed("selection={kind: lexicase}"))]).references
    measured = described([condition(changed("measures=[q_m, n_cut]"))])
    assert {"NewmanGirvan2004", "Filan2021", "Virtanen2020"} <= set(measured.references)
    assert any("random genomes of the same encoding" in text for text in measured.paragraphs)


def test_conditions_are_told_by_what_differs():
    found = [condition(changed()), condition(changed("schedule.every=5", "selection.ties=random"), "fast", (1,), 1)]
    methods = described(found)
    assert methods.paragraphs[2] == "That is the condition `logic-gates` (three runs, seeds 1 to 3)."
    assert methods.paragraphs[3] == (
        "The condition `fast` (one run, seed 1) differed in `schedule` and `selection`. An epoch lasted five "
        "generations. Equally fit individuals were put in a random order in each generation. "
        "The run had not ended when this was written."
    )
    assert [(label, one.path, one.left, one.right) for label, one in methods.differences] == [
        ("fast", "schedule.every", 20, 5),
        ("fast", "selection.ties", "stable", "random"),
    ]
    assert "| fast | schedule.every | 5 | 20 |" in rendering.markdown(methods)


def test_what_another_condition_lacks_is_told():
    both, one, none = (changed(f"measures={kinds}") for kinds in ("[q, motifs]", "[q]", "[]"))
    told = described([condition(both), condition(one, "one"), condition(none, "none")]).paragraphs
    assert told[-3].startswith("The condition `one` (three runs, seeds 1 to 3) differed in `measures`. Modularity Q is")
    assert told[-2].endswith("differed in `measures`. There were no measures.")


def test_what_no_sentence_tells_is_named_all_the_same():
    methods = described([condition(changed()), condition(changed("record.births=none"), "unlogged")])
    assert methods.paragraphs[3] == "The condition `unlogged` (three runs, seeds 1 to 3) differed in `record`."


def test_every_version_that_had_a_part_in_it_is_named():
    newer = {**STRETCH, "software": {"version": "2.0"}, "parameters": {"own_components": {"MyGoal": "ab" * 32}}}
    text = described([condition(changed(), stretches=(STRETCH, newer, newer))]).paragraphs[-1]
    assert "evomod 1.2.3 and 2.0 (git commit 0123456789ab, with changes)" in text
    assert text.endswith("Components of our own were `MyGoal` (SHA-256 of its source abababababababab…).")


def test_all_parameters_are_in_the_table():
    rows = described([condition(changed("seed=7"))]).parameters
    values = {row.key: row.value for row in rows}
    assert values["goals.and.outputs"] == "(x ^ y) & (w ^ z)"
    assert values["fitness.costs[0].weight"] == "0.2"
    assert values["initial.links"] == "–"
    assert "seed" not in values
    assert all(row.meaning for row in rows)


NAMES = "[@Nobody]", "[@Kashtan2005]", "`[@Clune2013]`"
TRICKY = f"""
name: tricky
inputs: [x, y]
genotype: {{kind: circuit, n_gates: 4}}
goals: {{"{NAMES[0]}": x ^ y, "{NAMES[1]}": x & y, "{NAMES[2]}": x | y}}
schedule: {{kind: alternating, goals: ["{NAMES[0]}", "{NAMES[2]}"]}}
variation: {{crossover: {{kind: none}}}}
"""


def test_a_name_that_looks_like_a_citation_stays_a_name():
    methods, files = every_rendering([condition(loads(TRICKY)), condition(loads(TRICKY, ["generations=70"]), NAMES[0])])
    plain = as_text(methods.paragraphs[0], methods.references)
    assert "‘[@Nobody]’, x XOR y" in plain
    assert "‘'[@Clune2013]'’, x OR y" in plain
    assert "Kashtan2005" in methods.references  # for what the schedule is
    assert {"Nobody", "Clune2013"}.isdisjoint(methods.references)
    assert "Nobody" not in files["references.bib"]
    assert not re.search(r"cite\{(Nobody|Clune2013)", files["methods.tex"] + files["parameters.tex"])
    assert r"| goals.[\@Nobody].outputs |" in files["methods.md"]
    assert r"[\@Nobody], \`[\@Clune2013]\`" in files["methods.md"]


def test_a_key_that_nobody_knows_stays_as_it_is():
    assert as_text("so [@Mine2020; @Kashtan2005]", bibliography.known()) == "so (@Mine2020; Kashtan & Alon 2005)"


def told(*settings):
    methods = described([condition(changed(*settings), seeds=(1,), n_unfinished=1)])
    return " ".join(as_text(text, methods.references) for text in methods.paragraphs)


def test_noise_and_failure_are_told_and_what_is_judged_without():
    text = told("noise.input=0.05", "failure={parts: 0.02}")
    assert "each input of each case was flipped with probability 0.05 and each gate or unit failed, and gave 0," in text
    assert "judged without" in text
    assert "Gaussian" not in text
    assert "afresh" not in told()


def test_a_limit_of_time_is_told_and_of_one_run_that_it_has_not_ended():
    text = told("stop.seconds=2")
    assert "evolved until 2 seconds of wall time had passed, for " in text
    assert "There was one run, with seed 1. The run had not ended" in text
    assert "seconds" not in told()


def test_where_nothing_selects_nothing_is_said_of_answers():
    neutral = told("goals.nothing={kind: neutral}", "schedule={kind: fixed, goal: nothing}")
    assert "share of right answers" not in neutral
    assert "Fitness was" not in neutral
    assert "everybody's fitness was 0" in neutral
    structural = told("goals={most: {kind: modularity}}", "schedule={kind: fixed, goal: most}")
    assert "share of right answers" not in structural
    assert "Fitness was the benefit minus" in structural


def test_where_a_run_lies_on_this_machine_is_not_told():
    assert "of the run ‘a’" in told("initial={kind: run, path: /home/me/runs/a, generation: 5}")
    assert "of the run ‘runs/a’" in told("initial={kind: run, path: runs/a, generation: 5}")


def test_a_neutral_goal_does_not_fade():
    with_neutral = ("goals.nothing={kind: neutral}", "schedule.goals=[nothing, and]")
    assert "fell linearly, unless one of the two goals was no task." in told("schedule.fade=3", *with_neutral)
    assert "fell linearly." in told("schedule.fade=3")


@pytest.mark.parametrize("odd", ['{"software": []}', "[]", '{"resumed": 5}', '{"stretches": [3]}', "{"])
def test_provenance_that_is_none_is_a_sentence(odd, tmp_path):
    (tmp_path / "provenance.json").write_text(odd)
    with pytest.raises(LogError, match=r"provenance\.json: cannot be read as provenance"):
        list(stretches(tmp_path))


def test_of_an_unknown_version_it_is_said():
    text = described([condition(changed(), stretches=({"software": {}, "parameters": []},))]).paragraphs[-1]
    assert text.startswith("Runs were made with evomod of an unknown version [@evomod]")


# References -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("key", bibliography.known())
def test_a_reference_has_what_bibtex_asks_for(key):
    entry = bibliography.known()[key].bibtex
    kind = re.match(r"@(\w+)\{", entry)[1]
    fields = dict(re.findall(r"^  (\w+)\s*= \{(.*)\},?$", entry, re.MULTILINE))
    needed = {"article": {"journal", "volume"}, "inproceedings": {"booktitle"}, "book": {"publisher"}, "misc": {"note"}}
    assert {"author", "title", "year"} | needed[kind] <= set(fields)
    assert fields["year"].isdigit()
    assert re.fullmatch(r"10\.\d{4,}/\S+", fields.get("doi", "10.1000/none"))
    assert entry.count("{") == entry.count("}")
    assert entry.isascii()
    assert all("," in author or author[0] == "{" for author in fields["author"].split(" and "))


def test_labels_are_as_texts_have_them():
    known = bibliography.known()
    assert known["Kashtan2005"].label == "Kashtan & Alon 2005"
    assert known["Parter2008"].label == "Parter et al. 2008"
    assert known["Newman2004"].label == "Newman 2004"


# LaTeX ----------------------------------------------------------------------------------------------------------------


@given(st.text())
@examples(200)
def test_any_text_is_escaped(text):
    assert_compiles_as_far_as_can_be_seen(escaped(text))


def test_markup_becomes_latex():
    text = "of `a_b.c` is Q_m = 100 % [@Kashtan2005; @Kashtan2007]."
    assert as_latex(text) == (
        r"of \texttt{a\_\allowbreak{}b.\allowbreak{}c} is $Q_{\mathrm{m}}$ = 100 \%~\cite{Kashtan2005,Kashtan2007}."
    )


AWKWARD = """
name: awkward
inputs: [x_1, y]
genotype: {kind: circuit, n_gates: 4, gates: [andnot, xor]}
goals:
  "50 % #1 & $x$": x_1 ^ y
  "{open \\\\ [b] ~ ^": ~(x_1 | y)
  "λ, né “à” l'été": "0x6"
schedule: {kind: alternating, goals: ["50 % #1 & $x$", "{open \\\\ [b] ~ ^"]}
measures: [q, q_m, motifs, n_cut, census, hierarchy, functional_split, evolvability, robustness]
"""


@pytest.mark.skipif(not shutil.which("pdflatex"), reason="pdflatex is not installed")
def test_latex_compiles_with_all_names_and_references(tmp_path):
    found = [condition(loads(AWKWARD)), *(condition(load(path)) for path in SCENARIOS)]
    _, files = every_rendering(found)
    for name, text in files.items():
        (tmp_path / name).write_text(text)
    document = r"""\documentclass{article}\usepackage[T1]{fontenc}\usepackage{array,booktabs,longtable}
    \begin{document}\input{methods}\input{parameters}\nocite{*}\bibliographystyle{plain}\bibliography{references}
    \end{document}"""
    (tmp_path / "paper.tex").write_text(document)
    latex = ["pdflatex", "-interaction=nonstopmode", "-halt-on-error", "paper"]
    for command in (latex, ["bibtex", "paper"], latex, latex):
        done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, errors="replace")
        assert done.returncode == 0, done.stdout[-2000:]
    assert "undefined" not in done.stdout
    assert "Warning--" not in (tmp_path / "paper.blg").read_text()
