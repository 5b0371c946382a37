"""How this project compiles: one decorator, a cache that never goes stale, and a few machine instructions.

Numba's on-disk cache looks at the file of the function that is compiled and at nothing else (numba issue 1833): edit a
function that a kernel calls from another file, and the old machine code is used, silently. Here the cache folder is
named by a hash over all sources that kernels can come from, so that any edit of these starts an empty one, and an edit
of a figure or a command does not.
"""

from __future__ import annotations

import hashlib
import os
import re
import tempfile
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, TypeVar, cast

import numba
from llvmlite import ir
from numba.core import types
from numba.extending import intrinsic

config: Any = numba.config  # its members are made at import, so no type checker knows them
JIT = not config.DISABLE_JIT
_IMPORT = re.compile(r"^[ \t]*(?:from\s+(\.*)([\w.]*)\s+import\s+(\([^)]*\)|.+)|import\s+(.+))", re.MULTILINE)
F = TypeVar("F", bound=Callable[..., Any])


def source_hash(package: Path) -> str:
    """First 16 hex digits of the SHA-256 over names and bytes of all `*.py` files below `package`."""
    return _digest(_texts(package))


def kernel_hash(package: Path) -> str:
    """The same over the files that compiled code may come from."""
    texts = _texts(package)
    return _digest({name: texts[name] for name in kernel_sources(package)})


def kernel_sources(package: Path) -> set[str]:
    """Files below `package`, without suffix, that import a decorator from here, whatever these import, and so on."""
    texts = _texts(package)
    imports = {name: _imported(name, text, package.name) for name, text in texts.items()}
    decorators = {"kernel/kernel", "kernel/inlined"}
    todo = ["kernel", *(name for name, names in imports.items() if decorators & names)]
    found: set[str] = set()
    while todo:
        if (name := todo.pop()) in texts and name not in found:
            found.add(name)
            todo += [*imports[name], *(f"{one}/__init__" for one in imports[name])]
    return found


def _texts(package: Path) -> dict[str, str]:
    return {path.relative_to(package).with_suffix("").as_posix(): path.read_text() for path in package.rglob("*.py")}


def _digest(texts: Mapping[str, str]) -> str:
    digest = hashlib.sha256()
    for name in sorted(texts):
        digest.update(name.encode() + b"\0" + texts[name].encode() + b"\0")
    return digest.hexdigest()[:16]


def _imported(file: str, text: str, package: str) -> set[str]:
    """What a file imports of the package, wherever and however: modules and names in them, `goals/base/Goal`."""
    names: set[str] = set()
    plain = re.sub(r"#.*|\\\n", " ", text)  # an abstract syntax tree would take half a second over all files
    for dots, module, what, whole in _IMPORT.findall(plain):
        words = re.findall(r"[\w.]+", what or whole)
        if whole:  # of a whole module, anything may be used
            names.update(*((word, f"{word}.kernel") for word in words))
            continue
        here = [package, *file.split("/")][: -len(dots)] if dots else []
        at = ".".join([*here, *([module] if module else [])])
        names |= {at, *(f"{at}.{word}" for word in words), *(f"{at}.kernel.kernel" for w in words if w == "kernel")}
    return {name.partition(".")[2].replace(".", "/") for name in names if name.partition(".")[0] == package}


def user_folder(name: Path, *variables: str) -> Path:
    """Where something is kept: below the first variable that is set, else the user's cache, else a temporary folder."""
    try:
        root = next(filter(None, map(os.environ.get, (*variables, "XDG_CACHE_HOME"))), None) or Path.home() / ".cache"
        folder = Path(root) / name
        folder.mkdir(parents=True, exist_ok=True)
        if os.access(folder, os.W_OK):
            return folder
    except (OSError, RuntimeError):
        pass  # a read-only home, or none, is common in containers; what is kept here is only a cache
    return Path(tempfile.gettempdir()) / f"evomod-{os.getuid()}" / name


def cache_folder() -> Path:
    """Where compiled code is kept: below `NUMBA_CACHE_DIR` if set, else the user's cache, else a temporary folder."""
    return user_folder(Path("evomod") / kernel_hash(Path(__file__).parent), "NUMBA_CACHE_DIR")


def is_cold() -> bool:
    """Has nothing been compiled yet for these sources?"""
    return JIT and not any(_CACHE.rglob("*.nbi"))


def kernel(function: F) -> F:
    """Compile `function` for arrays: no GIL, no Python objects, IEEE arithmetic, cached on disk."""
    if not JIT:
        return function
    before, config.CACHE_DIR = config.CACHE_DIR, str(_CACHE)
    try:
        return cast(F, numba.njit(nogil=True, cache=True, error_model="numpy")(function))
    finally:
        config.CACHE_DIR = before


def inlined(function: F) -> F:
    """Compile `function` into every kernel that calls it, so that loops around it can use vector instructions."""
    return cast(F, numba.njit(inline="always")(function)) if JIT else function


def _bit_intrinsic(emit: Callable[[Any, Any], Any]) -> Any:
    def typing(_context: Any, _word: Any) -> Any:
        def codegen(_context: Any, builder: Any, _signature: Any, args: Any) -> Any:
            return emit(builder, args[0])

        return types.uint64(types.uint64), codegen

    return intrinsic(typing)


if JIT:
    _CACHE = cache_folder()
    popcount = _bit_intrinsic(lambda builder, word: builder.ctpop(word))
    ctz = _bit_intrinsic(lambda builder, word: builder.cttz(word, ir.Constant(ir.IntType(1), 0)))
    clz = _bit_intrinsic(lambda builder, word: builder.ctlz(word, ir.Constant(ir.IntType(1), 0)))
else:

    def popcount(word: int) -> int:
        """Number of ones of a 64-bit word."""
        return int(word).bit_count()

    def ctz(word: int) -> int:
        """Index of the lowest one of a 64-bit word; 64 for 0."""
        word = int(word)
        return (word & -word).bit_length() - 1 if word else 64

    def clz(word: int) -> int:
        """Number of zeros above the highest one of a 64-bit word; 64 for 0."""
        return 64 - int(word).bit_length()
