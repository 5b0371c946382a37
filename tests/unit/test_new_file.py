"""Files that appear whole or not at all, and never in the place of something else."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from matplotlib.figure import Figure

from evomod.errors import InputError
from evomod.lineage.export.aside import check_file, new_file
from evomod.report.figure import save


def _link(path: Path) -> None:
    target = path.with_name("target")
    target.write_text("mine")
    path.symlink_to(target)


NO_FILES = {
    "is a folder": Path.mkdir,
    "is a link": _link,
    "is a device or a pipe": os.mkfifo,
}


@pytest.mark.parametrize("why", NO_FILES)
def test_what_is_no_plain_file_is_never_replaced(why: str, tmp_path: Path) -> None:
    path = tmp_path / "there.png"
    NO_FILES[why](path)
    before = path.lstat()
    with pytest.raises(InputError, match=why), new_file(path, force=True) as aside:
        aside.write_text("other")
    with pytest.raises(InputError, match=why):
        save(Figure(), path)
    assert path.lstat() == before


def test_a_plain_file_is_replaced_only_by_force(tmp_path: Path) -> None:
    path = tmp_path / "there"
    path.write_text("mine")
    with (
        pytest.raises(InputError, match="is there already; choose another --out, or ask"),
        new_file(path, or_else=", or ask"),
    ):
        pass
    assert path.read_text() == "mine"
    with new_file(path, force=True) as aside:
        aside.write_text("other")
    assert path.read_text() == "other"
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.parametrize(
    ("name", "why"),
    [
        ("x" * 256, "File name too long"),
        ("file/x.zip", "Not a directory"),
        ("no/x.zip", "does not exist"),
        ("", "is a folder"),
    ],
)
def test_a_name_that_no_file_can_have_is_told_as_it_was_given(name: str, why: str, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    path = tmp_path / name
    with pytest.raises(InputError, match=why) as found:
        check_file(path, force=True)
    assert str(found.value).startswith(f"{path}: ")


def test_the_longest_name_can_be_written(tmp_path: Path) -> None:
    with new_file(tmp_path / ("x" * 255)) as aside:
        aside.write_text("whole")
    assert (tmp_path / ("x" * 255)).read_text() == "whole"


def test_of_two_who_write_at_once_the_first_to_end_has_the_name(tmp_path: Path) -> None:
    path = tmp_path / "a.zip"

    def both() -> None:
        with new_file(path) as slow:
            slow.write_text("slow")
            with new_file(path) as fast:
                fast.write_text("fast")

    with pytest.raises(InputError, match="is there already"):
        both()
    assert path.read_text() == "fast"
    assert list(tmp_path.iterdir()) == [path]


def test_work_that_fails_leaves_nothing(tmp_path: Path) -> None:
    def half() -> None:
        with new_file(tmp_path / "x") as aside:
            aside.write_text("half")
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        half()
    assert not list(tmp_path.iterdir())
