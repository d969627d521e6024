#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""test-hardening.py [--sanitized] PROGRAM… [-- COMPILER…]: reads the ELF files of what we install and names what is
missing.

Position independent, full RELRO, no executable stack, stack protector, fortified calls where there are any, and on
x86 functions that begin with the mark of indirect branch tracking. What leaves no mark in the code is looked up where
gcc notes how it was called, in the debugging information, for each source file. With a compiler, small programs that
lack one thing each are built, to see that it is named.
"""
import pathlib
import platform
import re
import struct
import subprocess
import sys
import tempfile

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


# How gcc was called, as it notes in the debugging information, and what must be there.
PRODUCER = re.compile(rb'GNU C\d* [^\0]+')
NOTED = {
    '-fstack-protector-strong': 'the stack protector',
    '-fstack-clash-protection': 'protection from clashing stacks',
    '-ftrivial-auto-var-init=zero': 'variables that begin as zero',
}


def noted(data):
    """What some source file lacks, as far as the compiler noted its options."""
    for producer in set(PRODUCER.findall(data)):
        words = producer.decode('ascii', 'replace').split()
        if 'AS' not in words:
            for option, name in NOTED.items():
                family = option.split('=')[0]
                if [word for word in words if word.startswith(family)][-1:] != [option]:
                    yield f'{name} ({option}) in a file'


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
    if elf.machine == 62 and elf.data.count(b'\xf3\x0f\x1e\xfa') < 12:
        yield 'indirect branch tracking (-fcf-protection)'
    yield from noted(elf.data)


HARD = ['-O2', '-g', '-fPIE', '-pie', '-fstack-protector-strong', '-fstack-clash-protection', '-fcf-protection',
        '-ftrivial-auto-var-init=zero', '-U_FORTIFY_SOURCE', '-D_FORTIFY_SOURCE=2', '-Wl,-z,relro', '-Wl,-z,now',
        '-Wl,-z,noexecstack']
WEAKER = {
    'position independence': ['-fno-pie', '-no-pie'],
    'RELRO': ['-Wl,-z,norelro'],
    'full RELRO': ['-Wl,-z,lazy'],
    'not executable': ['-Wl,-z,execstack'],
    'stack protector': ['-fno-stack-protector'],
    'fortified': ['-U_FORTIFY_SOURCE'],
    'branch tracking': ['-fcf-protection=none'],
    'clashing': ['-fno-stack-clash-protection'],
    'begin as zero': ['-ftrivial-auto-var-init=uninitialized'],
}
SOURCE = '#include <stdio.h>\n#include <string.h>\n' + ''.join(
    f'int f{i} (char *to, char *from) {{ char s[64]; strcpy (s, from); return sprintf (to, "%s", s); }}\n'
    for i in range(24)) + 'int main (int n, char **words) { return f0 (words[0], words[n - 1]); }\n'


def unseen(compiler):
    """Builds a program without each thing in turn; gives what is not named, or is although it is there."""
    with tempfile.TemporaryDirectory(prefix='linnet-hardening-') as folder:
        source, program = pathlib.Path(folder, 'a.c'), pathlib.Path(folder, 'a')
        source.write_text(SOURCE, encoding='ascii')

        def gaps(*options):
            subprocess.run([*compiler, '-w', *HARD, *options, source, '-o', program], check=True)
            return ', '.join(missing(program, False))

        if gaps():
            yield f'a hardened program is said to lack {gaps()}'
        for name, options in WEAKER.items():
            if name not in gaps(*options):
                yield f'{" ".join(options)} is not seen'


def main():
    words = sys.argv[1:]
    compiler = words[words.index('--') + 1:] if '--' in words else []
    programs = [word for word in words[:len(words) - len(compiler)] if not word.startswith('--')]
    print(f'1..{len(programs) + 1}')
    failed = False
    for number, path in enumerate(programs, 1):
        gaps = list(missing(path, '--sanitized' in words))
        print('not ok' if gaps else 'ok', number, '-', pathlib.Path(path).name, 'is hardened')
        for gap in gaps:
            print('# it lacks', gap)
        failed = failed or bool(gaps)
    number = len(programs) + 1
    if compiler and platform.machine() == 'x86_64':
        problems = list(unseen(compiler))
        print('not ok' if problems else 'ok', number, '- what a program lacks is named')
        for problem in problems:
            print('#', problem)
        failed = failed or bool(problems)
    else:
        print('ok', number, '- what a program lacks is named # SKIP it takes gcc on an x86-64 machine')
    return 1 if failed else 0


if __name__ == '__main__':
    sys.exit(main())
