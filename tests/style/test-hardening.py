#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""test-hardening.py PROGRAM…: reads the ELF files of what we install and names what is missing.

Position independent, full RELRO, no executable stack, stack protector, fortified calls where there are any, and on
x86 functions that begin with the mark of indirect branch tracking.
"""
import struct
import subprocess
import sys

PT_GNU_STACK, PT_GNU_RELRO, PT_INTERP = 0x6474E551, 0x6474E552, 3
ET_DYN = 3
PF_X = 1


class Elf:
    def __init__(self, path):
        with open(path, 'rb') as file:
            self.data = file.read()
        if self.data[:4] != b'\x7fELF' or self.data[4] != 2:
            raise ValueError(f'{path} is no 64-bit ELF file')
        self.type, self.machine = struct.unpack_from('<HH', self.data, 16)
        offset, = struct.unpack_from('<Q', self.data, 32)
        size, count = struct.unpack_from('<HH', self.data, 54)
        self.segments = []
        for i in range(count):
            kind, flags = struct.unpack_from('<II', self.data, offset + i * size)
            self.segments.append((kind, flags))


def read(*command):
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout


def missing(path, sanitized):
    elf = Elf(path)
    kinds = dict(elf.segments)
    dynamic = read('readelf', '--dynamic', '--wide', path)
    symbols = read('readelf', '--syms', '--dyn-syms', '--wide', path)
    if elf.type != ET_DYN or PT_INTERP not in kinds:
        yield 'position independence (PIE)'
    if PT_GNU_RELRO not in kinds:
        yield 'RELRO'
    if 'BIND_NOW' not in dynamic and ' NOW' not in dynamic:
        yield 'full RELRO (-z now)'
    if kinds.get(PT_GNU_STACK, PF_X) & PF_X:
        yield 'a stack that is not executable'
    if '__stack_chk_fail' not in symbols:
        yield 'the stack protector'
    if not sanitized and '_chk@' not in symbols.replace('__stack_chk_fail@', ''):
        yield 'fortified calls (_FORTIFY_SOURCE)'
    # The file's own note needs every object of the C library to have it too; the instruction tells about ours.
    if elf.machine == 62 and elf.data.count(b'\xf3\x0f\x1e\xfa') < 20:
        yield 'indirect branch tracking (-fcf-protection)'


def main():
    sanitized = '--sanitized' in sys.argv
    failed = False
    for path in (a for a in sys.argv[1:] if not a.startswith('--')):
        gaps = list(missing(path, sanitized))
        print(f'{path}: ' + ('lacks ' + ', '.join(gaps) if gaps else 'hardened'))
        failed = failed or bool(gaps)
    return 1 if failed else 0


if __name__ == '__main__':
    sys.exit(main())
