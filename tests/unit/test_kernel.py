from __future__ import annotations

import gc
import importlib
import os
import pkgutil
import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from numba.core.dispatcher import Dispatcher

import evomod.kernel
from evomod.kernel import JIT, clz, ctz, kernel, kernel_hash, kernel_sources, popcount, source_hash
from evomod.rng import philox4x32

PACKAGE = Path(evomod.kernel.__file__).parent

HELPER = "from evomod.kernel import kernel\n\n@kernel\ndef step(x):\n    return x + 1\n"
CALLER = HELPER.replace("step", "call").replace("x + 1", "step(x) * 10") + "\nfrom evomod.helper import step\n"
ASK = "from evomod.caller import call; print(call(4))"

WORDS = [
    0,
    1,
    2,
    3,
    2**63,
    2**64 - 1,
    2**32,
    0x8000000080000000,
    *(int(w) for w in philox4x32(*map(np.uint64, range(6)))),
]
WORDS += [1 << k for k in range(64)]


def run(code, package, **environment):
    """What a fresh Python prints that finds `package`."""
    done = subprocess.run(
        [sys.executable, "-c", code],
        env={**os.environ, "PYTHONDONTWRITEBYTECODE": "1", **environment},
        cwd=package.parent,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.split()


@pytest.fixture
def copy(tmp_path):
    """A copy of the kernels' room with two more files, one of which calls the other."""
    package = tmp_path / "evomod"
    package.mkdir()
    (package / "__init__.py").touch()
    shutil.copy(PACKAGE / "kernel.py", package / "kernel.py")
    (package / "helper.py").write_text(HELPER)
    (package / "caller.py").write_text(CALLER)
    return package


def ask(package):
    return run(ASK, package, NUMBA_CACHE_DIR=str(package.parent / "cache"))


# The cache ------------------------------------------------------------------------------------------------------------


@pytest.mark.skipif(not JIT, reason="nothing is cached without the JIT")
def test_an_edit_in_another_file_is_never_missed(copy):
    assert ask(copy) == ["50"]
    assert ask(copy) == ["50"]
    folders = list((copy.parent / "cache" / "evomod").iterdir())
    assert [folder.name for folder in folders] == [kernel_hash(copy)]
    assert list(folders[0].rglob("*.nbi")), "nothing was cached"

    (copy / "helper.py").write_text(HELPER.replace("x + 1", "x + 2"))
    assert ask(copy) == ["60"]
    assert kernel_hash(copy) not in [folder.name for folder in folders]
    (copy / "helper.py").write_text(HELPER)
    assert ask(copy) == ["50"]


@pytest.mark.skipif(not JIT, reason="nothing is cached without the JIT")
def test_with_one_folder_for_all_sources_the_same_edit_is_missed(copy):
    text = (copy / "kernel.py").read_text()
    assert "kernel_hash(Path(__file__).parent)" in text
    (copy / "kernel.py").write_text(text.replace("kernel_hash(Path(__file__).parent)", "'always'"))
    assert ask(copy) == ["50"]
    (copy / "helper.py").write_text(HELPER.replace("x + 1", "x + 2"))
    assert ask(copy) == ["50"]  # numba issue 1833, as long as it exists: what the hash is there for


def edits_that_count(package):
    """The files of a copy whose edit gives another hash."""
    before, found = kernel_hash(package), set()
    for path in sorted(package.rglob("*.py")):
        text = path.read_bytes()
        path.write_bytes(text + b"#")
        if kernel_hash(package) != before:
            found.add(path.relative_to(package).with_suffix("").as_posix())
        path.write_bytes(text)
    assert kernel_hash(package) == before
    return found


@pytest.mark.skipif(not JIT, reason="without the JIT nothing tells a kernel from a function")
def test_an_edit_of_whatever_a_kernel_calls_or_reads_changes_the_hash():
    found = kernel_sources(PACKAGE)
    seen = set()
    for module in pkgutil.walk_packages([str(PACKAGE)], "evomod."):
        if module.name != "evomod.__main__":
            importlib.import_module(module.name)
    kernels = [one for one in gc.get_objects() if isinstance(one, Dispatcher)]
    for one in kernels:
        module = one.py_func.__module__
        if module.startswith("evomod."):
            seen.add(module)
            used = [one.py_func.__globals__.get(name) for name in one.py_func.__code__.co_names]
            seen |= {value.py_func.__module__ for value in used if isinstance(value, Dispatcher)}
    assert len(seen) > 30
    assert {name.removeprefix("evomod.").replace(".", "/") for name in seen} <= found


@pytest.mark.jitless
def test_an_edit_of_a_figure_or_of_a_command_costs_no_compilation():
    found = kernel_sources(PACKAGE)
    assert {"kernel", "rng", "engine", "problem", "goals/base", "genotypes/circuit_shuffle"} <= found
    assert not {"cli/looking", "report/figure", "reproduce/ka05"} & found


@pytest.mark.jitless
@pytest.mark.parametrize(
    "how",
    [
        "from evomod.rooms import (\n    one,  # (of two)\n    two as second,\n)\nfrom evomod.rooms.three import X\n",
        "import evomod.rooms.one\nimport evomod.rooms.two, evomod.rooms.three as third\n",
        "from .rooms import one, two\nfrom .rooms.three import X\n",
        "from evomod.rooms \\\n    import one, two, three\n",
        "def later():\n    from evomod.rooms import one, two, three\n",
    ],
    ids=["parentheses", "modules", "relative", "backslash", "later"],
)
def test_what_a_kernel_imports_counts_however_it_is_imported(how, copy):
    (copy / "rooms").mkdir()
    for name in ("__init__", "one", "two", "three", "four"):
        (copy / "rooms" / f"{name}.py").write_text("X = 1\n")
    (copy / "caller.py").write_text(CALLER + how)
    found = edits_that_count(copy) - {"rooms/__init__"}  # which is empty
    assert found == {"kernel", "helper", "caller", "rooms/one", "rooms/two", "rooms/three"}


@pytest.mark.jitless
@pytest.mark.parametrize(
    "how",
    [
        "from evomod.kernel import kernel",
        "from evomod.kernel import (\n    inlined as k,\n)",
        "import evomod.kernel",
        "from evomod import kernel",
        "from .kernel import kernel",
        "from . import kernel",
        "try:\n    from evomod.kernel import kernel\nfinally:\n    pass",
    ],
)
def test_who_compiles_is_found_however_the_decorator_is_imported(how, copy):
    (copy / "another.py").write_text(how)
    assert "another" in edits_that_count(copy)
    (copy / "another.py").write_text("from evomod.kernel import JIT\nimport os")
    assert "another" not in edits_that_count(copy)


@pytest.mark.jitless
def test_any_edit_makes_another_evomod_whether_it_compiles_or_not(copy):
    (copy / "figure.py").write_text("X = 1\n")
    before = source_hash(copy), kernel_hash(copy)
    (copy / "figure.py").write_text("X = 2\n")
    assert source_hash(copy) != before[0]
    assert kernel_hash(copy) == before[1]


@pytest.mark.jitless
def test_a_moved_and_a_missing_kernel_change_the_hash(copy):
    hashes = [kernel_hash(copy)]
    (copy / "caller.py").rename(copy / "other.py")
    hashes.append(kernel_hash(copy))
    (copy / "other.py").unlink()
    hashes.append(kernel_hash(copy))
    assert len(set(hashes)) == 3


@pytest.mark.jitless
def test_the_hash_does_not_depend_on_where_the_package_lies(copy, tmp_path):
    shutil.copytree(copy, tmp_path / "elsewhere" / "evomod")
    assert kernel_hash(copy) == kernel_hash(tmp_path / "elsewhere" / "evomod")


@pytest.mark.jitless
def test_a_cache_that_cannot_be_written_is_replaced_by_a_temporary_folder(monkeypatch, tmp_path):
    (tmp_path / "file").touch()
    monkeypatch.setenv("NUMBA_CACHE_DIR", str(tmp_path / "file"))
    monkeypatch.setattr(evomod.kernel.tempfile, "gettempdir", lambda: str(tmp_path))
    folder = evomod.kernel.cache_folder()
    assert folder == tmp_path / f"evomod-{os.getuid()}" / "evomod" / kernel_hash(PACKAGE)


# Machine instructions -------------------------------------------------------------------------------------------------


@kernel
def _count(words, counts):
    for i in range(words.size):
        counts[i, 0] = popcount(words[i])
        counts[i, 1] = ctz(words[i])
        counts[i, 2] = clz(words[i])


@pytest.mark.jitless
def test_words_are_counted_and_their_lowest_and_highest_ones_found():
    counts = np.zeros((len(WORDS), 3), np.int64)
    _count(np.array(WORDS, np.uint64), counts)
    for word, (ones, low, high) in zip(WORDS, counts.tolist(), strict=True):
        bits = f"{word:064b}"
        assert ones == bits.count("1")
        assert low == (bits[::-1].find("1") if word else 64)
        assert high == (bits.find("1") if word else 64)


@pytest.mark.skipif(not JIT, reason="there is nothing to compare with")
def test_the_python_bodies_equal_the_machine_instructions():
    code = (
        "from evomod.kernel import JIT, clz, ctz, popcount; assert not JIT\n"
        f"for w in {WORDS}: print(popcount(w), ctz(w), clz(w))"
    )
    printed = run(code, PACKAGE, NUMBA_DISABLE_JIT="1")
    counts = np.zeros((len(WORDS), 3), np.int64)
    _count(np.array(WORDS, np.uint64), counts)
    assert [int(text) for text in printed] == counts.ravel().tolist()
