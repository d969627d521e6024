# SPDX-License-Identifier: GPL-3.0-or-later
"""words.py: catalogs of translations for pictures and tests: German, and Hebrew that is none.

The Hebrew one turns the letters of the English words into Hebrew ones, so that the window is mirrored
and everything not translatable stands out in Latin.
"""

import pathlib
import re
import subprocess

LATIN = "abcdefghijklmnopqrstuvwxyz"
HEBREW = "אבצדעפגהיחכלמנופקרסתוותשיז"
# What a translator leaves alone: what printf, a menu or markup reads.
KEPT = re.compile(r"%\d*\$?[-+ 0]*\d*[a-zA-Z%]|\\.|<[^>]*>|_|XMPP|TLS|Linnet|https?:\S+|\S+@\S+|[a-z]+\.(?:org|lit)")


def pseudo(text):
    """The text in letters of another script."""
    table = str.maketrans(LATIN + LATIN.upper(), HEBREW * 2)
    out, place = [], 0
    for kept in KEPT.finditer(text):
        out += [text[place:kept.start()].translate(table), kept.group()]
        place = kept.end()
    return "".join(out) + text[place:].translate(table)


def template(source, folder):
    """All words of the window, as xgettext finds them."""
    path = pathlib.Path(folder) / "linnet.pot"
    subprocess.run(["xgettext", "--from-code=UTF-8", "--keyword=_", "--keyword=N_", "--keyword=C_:1c,2", "--keyword=g_dngettext:2,3",
                    "--add-comments=Translators", "--files-from", "po/POTFILES.in", "-o", str(path)],
                   cwd=source, check=True, stderr=subprocess.DEVNULL)
    return path


def fill_in(pot):
    """The template with a made-up translation of each entry."""
    out, kind, parts = [], None, {}

    def flush():
        if parts.get("msgid") and parts["msgid"] != [""]:
            words = pseudo("".join(parts.get("msgid")))
            many = pseudo("".join(parts.get("msgid_plural", parts["msgid"])))
            if "msgid_plural" in parts:
                out.extend([f'msgstr[0] "{words}"', f'msgstr[1] "{many}"'])
            else:
                out.append(f'msgstr "{words}"')
        elif parts:
            out.append('msgstr "Content-Type: text/plain; charset=UTF-8\\nPlural-Forms: nplurals=2; plural=(n != 1);\\n"')
        parts.clear()

    for line in pot.splitlines():
        match = re.match(r'(msg\w+(?:\[\d\])?) "(.*)"$|"(.*)"$', line)
        if match and match.group(1):
            kind = match.group(1)
            if kind.startswith("msgstr"):
                if kind in ("msgstr", "msgstr[0]"):
                    flush()
                kind = None
                continue
            parts[kind] = [match.group(2)]
        elif match:
            if kind:
                parts[kind].append(match.group(3))
            else:
                continue
        out.append(line)
    return "\n".join(out) + "\n"


def compile_all(source, folder):
    """Writes catalogs for de and he under a folder; gives it."""
    folder = pathlib.Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    pot = template(source, folder)
    made_up = folder / "he.po"
    made_up.write_text(fill_in(pot.read_text(encoding="utf-8")).replace("charset=CHARSET", "charset=UTF-8"), encoding="utf-8")
    for language, po in (("he", made_up), *((path.stem, path) for path in pathlib.Path(source, "po").glob("*.po"))):
        target = folder / language / "LC_MESSAGES" / "linnet.mo"
        target.parent.mkdir(parents=True, exist_ok=True)
        subprocess.run(["msgfmt", str(po), "-o", str(target)], check=True)
    return folder
