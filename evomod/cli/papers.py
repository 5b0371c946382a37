"""Commands for whoever writes a paper: the methods in words, and an archive of what was run."""

from __future__ import annotations

import sys
from pathlib import Path

from evomod.cli.parser import Commands, Options

FORMATS = ("markdown", "latex", "bibtex", "text")  # those of `evomod.publication.rendering`, without importing it


def add_commands(commands: Commands) -> None:
    """`methods` and `archive`."""
    methods = commands.add("methods", _methods, "the methods section of a paper: text, parameters, references")
    methods.add_argument("runs", nargs="+", type=Path, metavar="RUN", help="run folders, or campaigns' folders")
    methods.add_argument("--format", choices=FORMATS, help="default: markdown, latex and bibtex, one after another")
    methods.add_argument(
        "--measure", action="append", default=[], metavar="KIND,…", help="describe these too; may be repeated"
    )
    methods.add_argument("--out", type=Path, metavar="FOLDER", help="write one file of each kind there")
    archive = commands.add("archive", _archive, "a run or a campaign as one ZIP file, for a repository of data")
    archive.add_argument("run", type=Path, metavar="RUN", help="run folder, or a campaign's folder")
    archive.add_argument("--out", type=Path, required=True, metavar="FILE.zip", help="the file that is made")
    archive.add_argument("--without-log", action="store_true", help="leave out the logs, which can be made again")
    archive.add_argument(
        "--author", action="append", default=[], metavar="FAMILY, GIVEN", help="who to cite; may be repeated"
    )


def _methods(options: Options) -> int:
    from evomod.errors import InputError
    from evomod.measures.reading import read_measures
    from evomod.publication import rendering
    from evomod.publication.methods import methods

    if options.out and options.format:
        raise InputError("--out writes every format; leave out --format, or --out")
    told = methods(options.runs, read_measures(options.measure, "--measure"))
    if options.out:
        for path in rendering.write(told, options.out):
            print(path)
        return 0
    formats = [options.format] if options.format else FORMATS[:3]
    sys.stdout.write("\n".join(rendering.FORMATS[name](told) for name in formats))
    return 0


def _archive(options: Options) -> int:
    from evomod.publication.archive import archive

    out = archive(options.run, options.out, with_log=not options.without_log, authors=options.author)
    print(f"{out}: {out.stat().st_size:,} bytes")
    return 0
