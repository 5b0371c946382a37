"""The methods as files of a paper: Markdown, LaTeX, BibTeX, plain text."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Callable, Iterable
from contextlib import ExitStack
from pathlib import Path

from evomod.errors import InputError
from evomod.lineage.export.aside import new_file
from evomod.publication.markup import as_latex, as_text, escaped, typewriter
from evomod.publication.methods import Methods
from evomod.report.difference import ABSENT

HEAD = ("parameter", "value", "meaning")
OTHERS = ("condition", "parameter", "value", "instead of")
_SPECIAL = re.compile(r"[\\`@|]")  # in Markdown: a name, a citation, the end of a cell
_LATEX = r"""% Needs \usepackage[T1]{fontenc}"""


def markdown(methods: Methods) -> str:
    """Paragraphs and tables; Pandoc makes references of [@Key] with the BibTeX file."""
    parts = ["## Methods", *methods.paragraphs, "", _markdown_table(HEAD, methods.parameters)]
    if methods.differences:
        parts += ["", _markdown_table(OTHERS, _others(methods))]
    return "\n\n".join(filter(None, parts)) + "\n"


def latex(methods: Methods) -> str:
    """The paragraphs."""
    paragraphs = "\n\n".join("\n".join(_wrapped(as_latex(text))) for text in methods.paragraphs)
    return f"{_LATEX}, and a bibliography of references.bib\n\\section*{{Methods}}\n\n{paragraphs}\n"


def latex_tables(methods: Methods) -> str:
    """The tables."""
    tables = [_latex_table("Parameters", "parameters", (0.3, 0.24, 0.4), HEAD, methods.parameters)]
    if methods.differences:
        caption = "In what conditions differ from the first"
        tables.append(_latex_table(caption, "conditions", (0.2, 0.28, 0.22, 0.22), OTHERS, _others(methods)))
    return f"{_LATEX}, \\usepackage{{array,booktabs,longtable}}\n" + "\n".join(tables)


def bibtex(methods: Methods) -> str:
    """What the paragraphs cite."""
    return "\n\n".join(reference.bibtex for reference in methods.references.values()) + "\n"


def text(methods: Methods) -> str:
    """The paragraphs, for people."""
    return "\n\n".join("\n".join(_wrapped(as_text(one, methods.references))) for one in methods.paragraphs) + "\n"


FILES: dict[str, Callable[[Methods], str]] = {
    "methods.md": markdown,
    "methods.tex": latex,
    "parameters.tex": latex_tables,
    "references.bib": bibtex,
}
FORMATS: dict[str, Callable[[Methods], str]] = {
    "markdown": markdown,
    "latex": lambda methods: f"{latex(methods)}\n{latex_tables(methods)}",
    "bibtex": bibtex,
    "text": text,
}


def write(methods: Methods, folder: Path) -> list[Path]:
    """Write all FILES, or none, into a folder, which is made; InputError if one is there or cannot be written."""
    paths = [folder / name for name in FILES]
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise InputError(f"{folder}: cannot be made ({error.strerror}); choose another folder with --out") from error
    with ExitStack() as files:
        beside = [files.enter_context(new_file(path)) for path in paths]
        for aside, make in zip(beside, FILES.values(), strict=True):
            aside.write_text(make(methods), encoding="utf-8")
    return paths


def _others(methods: Methods) -> list[tuple[str, str, str, str]]:
    def shown(value: object) -> str:
        return "–" if value is None or value is ABSENT else str(value)

    return [(label, one.path, shown(one.right), shown(one.left)) for label, one in methods.differences]


def _markdown_table(head: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> str:
    given = [name != "meaning" for name in head]  # by the user: no markup of ours
    cells = (
        [
            _SPECIAL.sub(r"\\\g<0>", cell) if own else cell.replace("|", "\\|")
            for cell, own in zip(row, given, strict=True)
        ]
        for row in rows
    )
    lines = [head, tuple("---" for _ in head), *cells]
    return "\n".join(f"| {' | '.join(' '.join(cell.split()) for cell in line)} |" for line in lines)


def _latex_table(
    caption: str, label: str, widths: tuple[float, ...], head: tuple[str, ...], rows: Iterable[tuple[str, ...]]
) -> str:
    columns = "".join(rf">{{\raggedright\arraybackslash}}p{{{width}\linewidth}}" for width in widths)
    as_cell = {"parameter": typewriter, "meaning": as_latex}
    title = " & ".join(head) + r" \\"
    body = [
        " & ".join(as_cell.get(name, escaped)(cell) for name, cell in zip(head, row, strict=True)) + r" \\"
        for row in rows
    ]
    return "\n".join(
        [
            rf"\begin{{longtable}}{{@{{}}{columns}@{{}}}}",
            rf"\caption{{{escaped(caption)}.}}\label{{tab:{label}}}\\",
            rf"\toprule {title} \midrule\endfirsthead",
            rf"\toprule {title} \midrule\endhead",
            r"\bottomrule\endlastfoot",
            *body,
            r"\end{longtable}",
            "",
        ]
    )


def _wrapped(paragraph: str) -> list[str]:
    return textwrap.wrap(paragraph, 100, break_long_words=False, break_on_hyphens=False)
