# SPDX-License-Identifier: GPL-3.0-or-later
"""test-contract.py: the XML in data/dbus says what the Telepathy specification says.

Usage: test-contract.py DBUS_DIR MANAGER_FILE

Compares every org.freedesktop.Telepathy interface of ours, member by member, with the summary
tables of the specification's pages (Debian package telepathy-specification), and checks the rules
that data/dbus/meson.build states. Reports in TAP.
"""

import configparser
import html.parser
import pathlib
import re
import sys
import xml.etree.ElementTree as ElementTree

PAGES = pathlib.Path('/usr/share/gtk-doc/html/telepathy-spec')
PREFIX = 'org.freedesktop.Telepathy.'
EMITS = 'org.freedesktop.DBus.Property.EmitsChangedSignal'
# The interfaces of which the specification says that their properties emit PropertiesChanged.
EMITTING = {PREFIX + 'Account.Interface.Addressing',
            PREFIX + 'Channel.Interface.CaptchaAuthentication1'}
LOUD_BY_SIGNAL = {('im.linnet.Conversations1', 'Conversations')}


class Page(html.parser.HTMLParser):
    """Reads an interface's name and the rows of its summary tables."""

    def __init__(self):
        super().__init__()
        self.name = None
        self.section = None
        self.rows = []
        self.in_heading = self.in_summary = self.in_cell = False

    def handle_starttag(self, tag, attrs):
        attrs = dict(attrs)
        if tag == 'abbr' and self.name is None:
            self.name = attrs.get('title')
        elif tag == 'h3':
            self.in_heading = True
            self.section = ''
        elif tag == 'table':
            self.in_summary = attrs.get('class') == 'summary'
        elif tag == 'tr' and self.in_summary:
            self.rows.append((self.section.strip(), []))
        elif tag == 'td' and self.in_summary and self.rows:
            self.in_cell = True
            self.rows[-1][1].append('')

    def handle_endtag(self, tag):
        if tag == 'h3':
            self.in_heading = False
        elif tag == 'table':
            self.in_summary = False
        elif tag == 'td':
            self.in_cell = False

    def handle_data(self, data):
        if self.in_heading:
            self.section += data
        elif self.in_cell:
            self.rows[-1][1][-1] += data


def arguments(text):
    """'(au: Parts, s: Text)' or 's: Token' as [('au', 'parts'), …]."""
    text = ' '.join(text.split())
    # Not strip('()'): a signature may itself begin or end with a parenthesis.
    if text.startswith('(') and text.endswith(')') and balanced(text[1:-1]):
        text = text[1:-1]
    if text in ('', 'nothing', '→'):
        return []
    pairs = []
    for part in text.split(', '):
        signature, _, name = part.partition(':')
        pairs.append((signature.strip(), name.strip().lower().replace('-', '_')))
    return pairs


def balanced(text):
    depth = 0
    for char in text:
        depth += {'(': 1, ')': -1}.get(char, 0)
        if depth < 0:
            return False
    return depth == 0


def specified(path):
    """What a page of the specification says: (interface, {(kind, name): facts})."""
    page = Page()
    page.feed(path.read_text(encoding='utf-8'))
    members = {}
    for section, cells in page.rows:
        name = cells[0].strip()
        if section == 'Methods':
            members['method', name] = (arguments(cells[1]), arguments(cells[3]))
        elif section == 'Signals':
            members['signal', name] = arguments(cells[1])
        elif section == 'Properties':
            access = {'Read only': 'read', 'Write only': 'write', 'Read/Write': 'readwrite'}
            members['property', name] = (cells[1].split()[0], access[cells[2].strip()],
                                         'Immutable' in cells[3])
    return page.name, members


def written(interface):
    """What our XML says, in the same form."""
    members = {}
    for method in interface.iter('method'):
        args = [(a.get('direction', 'in'), a.get('type'), a.get('name'))
                for a in method.iter('arg')]
        members['method', method.get('name')] = tuple(
            [(t, n) for d, t, n in args if d == direction] for direction in ('in', 'out'))
    for signal in interface.iter('signal'):
        members['signal', signal.get('name')] = [
            (a.get('type'), a.get('name')) for a in signal.iter('arg')]
    for prop in interface.iter('property'):
        members['property', prop.get('name')] = (prop.get('type'), prop.get('access'),
                                                 emits(prop) == 'const')
    return members


def emits(prop):
    for annotation in prop.iter('annotation'):
        if annotation.get('name') == EMITS:
            return annotation.get('value')
    return 'true'


def compare(interface, members):
    """Sentences about what differs between our interface and the specification's."""
    ours = written(interface)
    for key in sorted(members.keys() - ours.keys()):
        yield '%s %s is missing' % key
    for key in sorted(ours.keys() - members.keys()):
        yield '%s %s is not in the specification' % key
    for key in sorted(ours.keys() & members.keys()):
        if ours[key] != members[key]:
            yield '%s %s is %r, specified as %r' % (*key, ours[key], members[key])


def judge_rules(interface):
    """The rules of data/dbus/meson.build, for Telepathy's interfaces and for ours."""
    name = interface.get('name')
    for prop in interface.iter('property'):
        value = emits(prop)
        if name.startswith(PREFIX):
            allowed = ('const', 'true' if name in EMITTING else 'false')
        else:
            allowed = ('false',) if (name, prop.get('name')) in LOUD_BY_SIGNAL else ('true',)
        if value not in allowed:
            yield 'property %s has EmitsChangedSignal %s' % (prop.get('name'), value)
    for method in interface.iter('method'):
        carries = any('h' in a.get('type') for a in method.iter('arg'))
        marked = any(a.get('name') == 'org.gtk.GDBus.C.UnixFD' for a in method.iter('annotation'))
        if carries != marked:
            yield 'method %s: UnixFD annotation and signature disagree' % method.get('name')


def judge_documentation(text, interface):
    """Every interface and member has a comment that names it."""
    names = re.findall(r'<!--\s+([A-Za-z0-9_.]+):\s', text)
    wanted = [interface.get('name')] + [e.get('name') for e in interface if e.tag != 'annotation']
    for name in wanted:
        if names.count(name) < wanted.count(name):
            yield '%s is not documented' % name


def judge_manager(path):
    """The .manager file keeps the syntax that the specification gives it."""
    patterns = {
        's': r'.*', 'b': r'true|false', 'u': r'\d+', 'q': r'\d+', 'i': r'-?\d+', 'n': r'-?\d+',
        'as': r'([^;]+;)*',
    }
    keyfile = configparser.RawConfigParser(delimiters='=', interpolation=None)
    keyfile.optionxform = str
    keyfile.read_string(path.read_text(encoding='utf-8'))
    for section in keyfile.sections():
        keys = dict(keyfile[section])
        if not section.startswith('Protocol '):
            continue
        for key, value in keys.items():
            if key.startswith('param-'):
                signature, *flags = value.split()
                if signature not in patterns:
                    yield '%s has the type %s' % (key, signature)
                if set(flags) - {'required', 'register', 'secret', 'dbus-property'}:
                    yield '%s has unknown flags in %r' % (key, value)
            elif key.startswith('default-'):
                signature = keys.get('param-' + key[len('default-'):], 'no type').split()[0]
                if not re.fullmatch(patterns.get(signature, '(?!)'), value):
                    yield '%s=%s is no value of type %s' % (key, value, signature)
            elif key.startswith('status-'):
                if not re.fullmatch(r'\d( settable)?( message)?', value):
                    yield '%s=%s is no status' % (key, value)
            elif key in ('Interfaces', 'ConnectionInterfaces', 'RequestableChannelClasses',
                         'AuthenticationTypes') and not re.fullmatch(patterns['as'], value):
                yield '%s is no list' % key
        for group in filter(None, keys.get('RequestableChannelClasses', '').split(';')):
            if not keyfile.has_option(group, 'allowed'):
                yield 'the group [%s] is missing' % group


class Tap:
    def __init__(self):
        self.count = self.failed = 0

    def report(self, name, faults, skip=None):
        faults = list(faults)
        self.count += 1
        self.failed += bool(faults)
        print('%s %d - %s%s' % ('not ok' if faults else 'ok', self.count, name,
                                ' # SKIP ' + skip if skip else ''))
        for fault in faults:
            print('# ' + fault)


def main():
    directory, manager = map(pathlib.Path, sys.argv[1:3])
    tap = Tap()
    pages = {}
    if PAGES.is_dir():
        pages = dict(specified(p) for p in sorted(PAGES.glob('*.html')) if p.stem[0].isupper())
    for path in sorted(directory.glob('*.xml')):
        text = path.read_text(encoding='utf-8')
        interface, = ElementTree.fromstring(text).iter('interface')
        name = interface.get('name')
        tap.report(name + ' keeps the rules', judge_rules(interface))
        tap.report(name + ' is documented', judge_documentation(text, interface))
        tap.report(name + ' is in a file of its name', [] if path.stem == name else [path.name])
        if not name.startswith(PREFIX):
            continue
        if not pages:
            tap.report(name + ' is as specified', [], 'telepathy-specification is not installed')
        elif name not in pages:
            tap.report(name + ' is as specified', ['the specification has no such interface'])
        else:
            tap.report(name + ' is as specified', compare(interface, pages[name]))
    tap.report(manager.name + ' is well formed', judge_manager(manager))
    print('1..%d' % tap.count)
    return tap.failed > 0


if __name__ == '__main__':
    sys.exit(main())
