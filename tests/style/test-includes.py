#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""test-includes.py: who may include whom, as docs/architecture.md draws it. Reads every #include "…" under cm, client and image."""
import pathlib
import re
import sys
import unittest

ROOT = pathlib.Path(sys.argv.pop(1) if len(sys.argv) > 1 else __file__).resolve()
if ROOT.is_file():
    ROOT = ROOT.parents[2]

# A room may include its own headers and these. A value with a slash is one header.
ALLOWED = {
    'image': [],
    'cm/xmpp': [],
    'cm/store': ['xmpp/xmpp-jid.h'],
    'cm/im': ['xmpp', 'store', 'image/image-reader.h'],
    'cm/xep': ['im', 'xmpp', 'store'],
    'cm/bus': ['im', 'dbus', 'xmpp/xmpp-jid.h', 'xmpp/xmpp-uri.h'],
    'cm/main.c': ['bus', 'im', 'xep/xep-modules.h'],
    'client/model': ['dbus', 'image/image-reader.h'],
    'client/call': ['model'],
    'client/ui': ['model', 'call'],
    'client/ctl': ['dbus', 'model/linnet-certificate.h', 'model/linnet-error.h', 'model/linnet-server-facts.h'],
    'client/main.c': ['ui', 'model'],
}
INCLUDE = re.compile(r'^\s*#\s*include\s+"([^"]+)"', re.M)
XEP_FILE = re.compile(r'^(?:xep-\d+|rfc\d+)')


def room_of(path):
    parts = path.relative_to(ROOT).parts
    if parts[0] == 'image':
        return 'image'
    if len(parts) == 2:
        return '/'.join(parts)
    return '/'.join(parts[:2])


def complaint(path, header):
    """None if the file may include the header, else a sentence."""
    room = room_of(path)
    if header in ('config.h',):
        return None
    if room not in ALLOWED:
        return f'{path.relative_to(ROOT)}: “{room}” is no room'
    own = room.split('/')[-1]
    if '/' not in header:
        return f'{path.relative_to(ROOT)}: "{header}" is written without its room'
    target = header.split('/')[0]
    if target == own:
        # Features meet in im or by an event, never in each other.
        if own == 'xep' and XEP_FILE.match(header.split('/')[1]) and pathlib.Path(header).stem != path.stem:
            return f'{path.relative_to(ROOT)} includes another feature, "{header}"'
        return None
    if target in ALLOWED[room] or header in ALLOWED[room]:
        return None
    return f'{path.relative_to(ROOT)} may not include "{header}"'


class Includes(unittest.TestCase):
    def files(self):
        for top in ('cm', 'client', 'image'):
            yield from sorted((ROOT / top).rglob('*.[ch]'))

    def test_every_include_is_allowed(self):
        complaints = []
        n_files = 0
        for path in self.files():
            n_files += 1
            for header in INCLUDE.findall(path.read_text(encoding='utf-8')):
                said = complaint(path, header)
                if said:
                    complaints.append(said)
        self.assertGreater(n_files, 20, 'the sources were not found')
        self.assertEqual(complaints, [])

    def test_the_rule_says_no(self):
        bus = ROOT / 'cm/bus/cm-service.c'
        self.assertIsNotNone(complaint(bus, 'xep/xep-0030.h'))
        self.assertIsNotNone(complaint(ROOT / 'cm/xmpp/xmpp-jid.c', 'im/im-account.h'))
        self.assertIsNotNone(complaint(ROOT / 'cm/xep/xep-0030.c', 'xep/xep-0115.h'))
        self.assertIsNotNone(complaint(ROOT / 'client/ui/linnet-window.c', 'im/im-account.h'))
        self.assertIsNone(complaint(ROOT / 'cm/im/im-account.c', 'xmpp/xmpp-jid.h'))

    def test_every_source_says_its_licence_and_what_it_is(self):
        complaints = []
        for path in self.files():
            lines = path.read_text(encoding='utf-8').splitlines()
            if not lines or 'SPDX-License-Identifier: GPL-3.0-or-later' not in lines[0]:
                complaints.append(f'{path.relative_to(ROOT)}: no licence in the first line')
            elif not any(f'{path.name}: ' in line for line in lines[1:4]):
                complaints.append(f'{path.relative_to(ROOT)}: the first comment does not say what it is')
        self.assertEqual(complaints, [])


if __name__ == '__main__':
    unittest.main()
