"""What an archive says of itself: for people (README), for citation (CFF), and for Zenodo."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping, Sequence
from fnmatch import fnmatchcase
from html import escape

from evomod.publication.markup import as_text
from evomod.publication.methods import Methods
from evomod.publication.packing import MANIFEST
from evomod.yaml_core import to_yaml

KEYWORDS = ("modularity", "evolution", "genetic algorithm", "artificial life", "evomod")
UNKNOWN = "anonymous"
FILES = {  # patterns, the first that fits counts
    "README.md": "this page",
    "CITATION.cff": "how to cite the archive (Citation File Format)",
    "zenodo.json": "metadata for a deposit at Zenodo",
    "scenario.yaml": "the scenario as it was written",
    "resolved.yaml": "the scenario as it was run, every value written out, with its seed",
    "provenance*.json": "software, versions, machine and resources, of the start and each resume",
    "events*.jsonl": "what happened and when",
    "journal*.jsonl": "what each run came to",
    "lineage.*.h5": "the log: every generation, births, genomes, champions (HDF5; each dataset has a description)",
    "checkpoint.npz": "the last generation, from which a run can go on",
    "tables/generations.csv": "a row for each generation",
    "tables/champions.csv": "the best individual whenever it changed, with its genome",
    "tables/epoch_ends.csv": "the best individual at the end of each epoch, with its genome",
    "tables/measures/*.csv": "what was measured while the run went on",
    "methods/methods.md": "the methods in words, and all parameters (Markdown)",
    "methods/*.tex": "the same for LaTeX",
    "methods/references.bib": "the works that the methods cite",
    "campaign.yaml": "the campaign as it was written",
    "plan.json": "the campaign as it was run: every condition, seeds, number of runs",
    "cells/*.yaml": "the scenario of each condition, every value written out",
    "runs.csv": "a row for each run: condition, seed, results",
    "epoch_ends.csv": "a row for each run, goal and epoch end",
    "effects.csv": "what each condition does to each result",
    "runs/*": "",  # a line for all of them, below
    "*.png": "a figure",
    "*.svg": "a figure",
    "*.pdf": "a figure",
    "report.html": "the run to look at, in a browser",
    "*.csv": "a table: of a figure of the same name its data",
    "campaign.token": "tells this folder from copies of it while runs go on",
    "logs/*": "what processes wrote while they worked",
    "*": "somebody put it into the folder",
}


def readme(title: str, names: Collection[str], methods: Methods, again: str, is_anonymous: bool) -> str:
    """What is in the archive, what it means, and how to make it again."""
    about = [(name, _about(name)) for name in sorted(names) if name != MANIFEST]
    rows = [f"| `{name}` | {text} |" for name, text in about if text]
    if any(not text for _, text in about):
        rows.append("| `runs/` | the folders of the runs |")
    author = "\nBefore you publish it, put your names into `CITATION.cff` and `zenodo.json`.\n" if is_anonymous else ""
    return "\n".join(
        [
            f"# {title}\n{author}",
            "## Files\n",
            "| file | what it is |",
            "|---|---|",
            *rows,
            f"| `{MANIFEST}` | SHA-256 of all of them: `sha256sum -c {MANIFEST}` |",
            "\n## How to make it again\n",
            f"Made with evomod, {_uncapitalised(methods.references['evomod'].field('note'))}; `provenance.json` has "
            "the versions of everything else. With that installed, in the folder of this page:\n",
            again,
            "\n## What was done\n",
            *(f"{as_text(text, methods.references)}\n" for text in methods.paragraphs),
        ]
    )


def citation(title: str, authors: Sequence[str], methods: Methods) -> str:
    """CITATION.cff, version 1.2.0."""
    people = [_person(author) for author in authors] or [{"name": UNKNOWN}]
    node = {
        "cff-version": "1.2.0",
        "message": "If you use these data, please cite them, and what they were made with.",
        "type": "dataset",
        "title": title,
        "authors": people,
        "keywords": list(KEYWORDS),
        "references": [
            {
                "type": "software",
                "title": "evomod: a laboratory for the evolution of modularity",
                "authors": [{"name": "The evomod developers"}],
                "notes": methods.references["evomod"].field("note"),
            }
        ],
    }
    return to_yaml(node)


def zenodo(title: str, authors: Sequence[str], methods: Methods) -> str:
    """Metadata as Zenodo's interface for deposits takes them."""
    dois = [doi for reference in methods.references.values() if (doi := reference.field("doi"))]
    texts = [escape(as_text(text, methods.references), quote=False) for text in methods.paragraphs]
    node = {
        "title": title,
        "upload_type": "dataset",
        "description": "".join(f"<p>{text}</p>" for text in texts),
        "creators": [{"name": author} for author in authors or (UNKNOWN,)],
        "keywords": list(KEYWORDS),
        "related_identifiers": [{"identifier": doi, "relation": "cites", "scheme": "doi"} for doi in dois],
    }
    return json.dumps({"metadata": node}, indent=2, ensure_ascii=False) + "\n"


def _uncapitalised(text: str) -> str:
    return text[:1].lower() + text[1:]


def _about(name: str) -> str:
    return next(text for pattern, text in FILES.items() if fnmatchcase(name, pattern))


def _person(author: str) -> Mapping[str, str]:
    """`Family, Given` is a person; anything else a group."""
    family, comma, given = (part.strip() for part in author.partition(","))
    return {"family-names": family, "given-names": given} if comma else {"name": author}
