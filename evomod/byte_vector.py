"""32 bytes in one machine register, and the few instructions on them that a circuit of up to 16 nodes needs.

Byte k of a state holds rows 0–7 of node k, byte 16 + k rows 8–15; the AVX2 shuffle looks up bytes within each half, so
that one instruction reads a source for every gate in 16 rows. All but `gather` compile for any machine.
"""

from __future__ import annotations

from typing import Any

import llvmlite.binding as llvm
import numpy as np
from llvmlite import ir
from numba import extending
from numba.core import cgutils, types
from numba.extending import models, register_model

from evomod.kernel import JIT

intrinsic: Any = extending.intrinsic

WIDTH = 32


def available() -> bool:
    """Does this machine have the byte shuffle of AVX2 (or no compiler, where NumPy plays its part)?"""
    if not JIT:
        return True
    if llvm.get_process_triple().split("-")[0] != "x86_64":
        return False
    return bool(llvm.get_host_cpu_features().get("avx2", False))


if JIT:
    _IR = ir.VectorType(ir.IntType(8), WIDTH)

    class ByteVectorType(types.Type):
        """Numba's name for 32 bytes held in a register."""

        def __init__(self) -> None:
            super().__init__(name="ByteVector")

    _TYPE = ByteVectorType()

    @register_model(ByteVectorType)
    class _Model(models.PrimitiveModel):
        def __init__(self, manager: Any, numba_type: Any) -> None:
            super().__init__(manager, numba_type, _IR)  # type: ignore[no-untyped-call]

    @intrinsic  # type: ignore[untyped-decorator]
    def load(_context: Any, array: Any, offset: Any) -> Any:
        """Bytes `offset` … `offset` + 31 of a contiguous uint8 array."""

        def codegen(context: Any, builder: Any, signature: Any, args: Any) -> Any:
            value = builder.load(_place(context, builder, signature, args))
            value.align = 1
            return value

        return _TYPE(array, types.int64), codegen

    @intrinsic  # type: ignore[untyped-decorator]
    def load_twice(_context: Any, array: Any, offset: Any) -> Any:
        """Bytes `offset` … `offset` + 15 of a contiguous uint8 array, in both halves."""

        def codegen(context: Any, builder: Any, signature: Any, args: Any) -> Any:
            half = ir.VectorType(ir.IntType(8), WIDTH // 2)
            value = builder.load(builder.bitcast(_place(context, builder, signature, args), half.as_pointer()))
            value.align = 1
            lanes = ir.Constant(ir.VectorType(ir.IntType(32), WIDTH), [k % (WIDTH // 2) for k in range(WIDTH)])
            return builder.shuffle_vector(value, value, lanes)

        return _TYPE(array, types.int64), codegen

    @intrinsic  # type: ignore[untyped-decorator]
    def spread(_context: Any, bits: Any) -> Any:
        """Bit k of a word, k < 16, as byte k of both halves: 255 where it is set."""

        def codegen(_context: Any, builder: Any, _signature: Any, args: Any) -> Any:
            flags = builder.bitcast(builder.trunc(args[0], ir.IntType(16)), ir.VectorType(ir.IntType(1), 16))
            lanes = ir.Constant(ir.VectorType(ir.IntType(32), WIDTH), [k % (WIDTH // 2) for k in range(WIDTH)])
            return builder.sext(builder.shuffle_vector(flags, flags, lanes), _IR)

        return _TYPE(types.uint64), codegen

    @intrinsic  # type: ignore[untyped-decorator]
    def store(_context: Any, array: Any, offset: Any, vector: Any) -> Any:
        """Write a vector to bytes `offset` … `offset` + 31 of a contiguous uint8 array."""

        def codegen(context: Any, builder: Any, signature: Any, args: Any) -> Any:
            builder.store(args[2], _place(context, builder, signature, args)).align = 1
            return context.get_dummy_value()

        return types.void(array, types.int64, _TYPE), codegen

    def _place(context: Any, builder: Any, signature: Any, args: Any) -> Any:
        data = context.make_array(signature.args[0])(context, builder, args[0]).data
        return builder.bitcast(builder.gep(data, [args[1]]), _IR.as_pointer())

    @intrinsic  # type: ignore[untyped-decorator]
    def gather(_context: Any, state: Any, index: Any) -> Any:
        """Byte k is the byte of the same half of `state` that byte k of `index` names; 0 where its top bit is set."""

        def codegen(_context: Any, builder: Any, _signature: Any, args: Any) -> Any:
            shuffle = cgutils.get_or_insert_function(
                builder.module, ir.FunctionType(_IR, [_IR, _IR]), "llvm.x86.avx2.pshuf.b"
            )
            return builder.call(shuffle, args)

        return _TYPE(_TYPE, _TYPE), codegen

    @intrinsic  # type: ignore[untyped-decorator]
    def both(_context: Any, a: Any, b: Any) -> Any:
        """Bitwise and."""
        return _TYPE(_TYPE, _TYPE), lambda _context, builder, _signature, args: builder.and_(*args)

    @intrinsic  # type: ignore[untyped-decorator]
    def differ(_context: Any, a: Any, b: Any) -> Any:
        """Bitwise exclusive or."""
        return _TYPE(_TYPE, _TYPE), lambda _context, builder, _signature, args: builder.xor(*args)

    @intrinsic  # type: ignore[untyped-decorator]
    def either(_context: Any, a: Any, b: Any) -> Any:
        """Bitwise or."""
        return _TYPE(_TYPE, _TYPE), lambda _context, builder, _signature, args: builder.or_(*args)

    @intrinsic  # type: ignore[untyped-decorator]
    def is_zero(_context: Any, vector: Any) -> Any:
        """Are all 32 bytes 0?"""

        def codegen(_context: Any, builder: Any, _signature: Any, args: Any) -> Any:
            word = builder.bitcast(args[0], ir.IntType(8 * WIDTH))
            return builder.icmp_unsigned("==", word, ir.Constant(word.type, 0))

        return types.boolean(_TYPE), codegen

else:  # the same in NumPy, for machines and test runs without a compiler

    def load(array: Any, offset: Any) -> Any:
        """Bytes `offset` … `offset` + 31 of a contiguous uint8 array."""
        return array[offset : offset + WIDTH].copy()

    def load_twice(array: Any, offset: Any) -> Any:
        """Bytes `offset` … `offset` + 15 of a contiguous uint8 array, in both halves."""
        return np.tile(array[offset : offset + WIDTH // 2], 2)

    def spread(bits: Any) -> Any:
        """Bit k of a word, k < 16, as byte k of both halves: 255 where it is set."""
        return np.array([255 * (int(bits) >> k % 16 & 1) for k in range(WIDTH)], np.uint8)

    def store(array: Any, offset: Any, vector: Any) -> None:
        """Write a vector to bytes `offset` … `offset` + 31 of a contiguous uint8 array."""
        array[offset : offset + WIDTH] = vector

    def gather(state: Any, index: Any) -> Any:
        """Byte k is the byte of the same half of `state` that byte k of `index` names; 0 where its top bit is set."""
        half = np.arange(WIDTH) // 16 * 16
        return np.where(index & 128, 0, state[half + (index & 15)]).astype(np.uint8)

    def both(a: Any, b: Any) -> Any:
        """Bitwise and."""
        return a & b

    def differ(a: Any, b: Any) -> Any:
        """Bitwise exclusive or."""
        return a ^ b

    def either(a: Any, b: Any) -> Any:
        """Bitwise or."""
        return a | b

    def is_zero(vector: Any) -> bool:
        """Are all 32 bytes 0?"""
        return not vector.any()
