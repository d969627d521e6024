#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""test-install.py MESON BUILD PREFIX LIBEXECDIR DATADIR UNITDIR PARTS: “meson install” with DESTDIR puts every file where a
desktop looks for it, and no other."""

import configparser
import os
import pathlib
import stat
import subprocess
import sys
import tempfile
import unittest

MESON, BUILD, PREFIX, LIBEXEC, DATA, UNITS, PARTS = sys.argv[1:8]
del sys.argv[1:]
PARTS = ["image", *PARTS.split(",")]
sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "system"))
from harness import main  # noqa: E402  pylint: disable=wrong-import-position

TP = "org.freedesktop.Telepathy"
SERVICES = f"{DATA}/dbus-1/services"
FILES = {
    "image": [f"{LIBEXEC}/linnet-image"],
    "service": [f"{LIBEXEC}/telepathy-linnet", f"{SERVICES}/im.linnet.Service.service", f"{SERVICES}/{TP}.ConnectionManager.linnet.service",
                f"{DATA}/telepathy/managers/linnet.manager", f"{UNITS}/telepathy-linnet.service", f"{DATA}/man/man8/telepathy-linnet.8"],
    "client": [f"{PREFIX}/bin/linnet", f"{SERVICES}/im.linnet.Linnet.service", f"{SERVICES}/{TP}.Client.Linnet.service",
               f"{DATA}/telepathy/clients/Linnet.client", f"{DATA}/applications/im.linnet.Linnet.desktop",
               f"{DATA}/metainfo/im.linnet.Linnet.metainfo.xml", f"{DATA}/glib-2.0/schemas/im.linnet.Linnet.gschema.xml",
               f"{DATA}/icons/hicolor/scalable/apps/im.linnet.Linnet.svg",
               f"{DATA}/icons/hicolor/symbolic/apps/im.linnet.Linnet-symbolic.svg", f"{DATA}/man/man1/linnet.1"],
    "ctl": [f"{PREFIX}/bin/linnetctl", f"{DATA}/man/man1/linnetctl.1", f"{DATA}/bash-completion/completions/linnetctl"],
}
PROGRAMS = {f"{PREFIX}/bin/linnet", f"{PREFIX}/bin/linnetctl", f"{LIBEXEC}/telepathy-linnet", f"{LIBEXEC}/linnet-image"}


def read_group(path, group):
    """One group of a key file."""
    parser = configparser.ConfigParser(interpolation=None, strict=False, delimiters=("=",))
    parser.optionxform = str
    parser.read(path, encoding="utf-8")
    return dict(parser[group])


class Install(unittest.TestCase):

    @classmethod
    def setUpClass(cls):
        # pylint: disable=consider-using-with
        cls.folder = tempfile.TemporaryDirectory(prefix="linnet-install-")
        cls.root = pathlib.Path(cls.folder.name)
        env = {name: value for name, value in os.environ.items() if name != "DESTDIR"}
        done = subprocess.run([MESON, "install", "-C", BUILD, "--no-rebuild", "--destdir", str(cls.root)], env=env, stdout=subprocess.PIPE,
                              stderr=subprocess.STDOUT, text=True, check=False)
        if done.returncode:
            raise AssertionError(done.stdout)

    @classmethod
    def tearDownClass(cls):
        cls.folder.cleanup()

    def at(self, path):
        return self.root / path.lstrip("/")

    def test_every_file_is_in_its_place_and_no_other(self):
        expected = {path for part in PARTS for path in FILES[part]}
        found = {"/" + str(path.relative_to(self.root)) for path in self.root.rglob("*") if not path.is_dir()}
        names = {path for path in found if path.endswith(".mo")}
        optional = {f"{SERVICES}/{TP}.{name}.service" for name in ("AccountManager", "ChannelDispatcher")}
        self.assertEqual(sorted(found - names - optional), sorted(expected))

    def test_programs_can_be_run_and_nothing_else(self):
        for part in PARTS:
            for path in FILES[part]:
                mode = stat.S_IMODE(self.at(path).stat().st_mode)
                self.assertEqual((path, oct(mode & 0o755)), (path, oct(0o755 if path in PROGRAMS else 0o644)))

    def test_what_starts_programs_names_those_that_are_installed(self):
        checked = 0
        for part in PARTS:
            for path in FILES[part]:
                if path.startswith(SERVICES):
                    entry = read_group(self.at(path), "D-BUS Service")
                    self.assertEqual(f"{entry['Name']}.service", pathlib.PurePath(path).name)
                    self.assertIn(entry["Exec"].split()[0], PROGRAMS)
                    if "SystemdService" in entry:
                        self.assertEqual(entry["SystemdService"], "telepathy-linnet.service")
                elif path == f"{UNITS}/telepathy-linnet.service":
                    self.assertEqual(read_group(self.at(path), "Service")["ExecStart"].split()[0], f"{LIBEXEC}/telepathy-linnet")
                elif path.endswith(".desktop"):
                    entry = read_group(self.at(path), "Desktop Entry")
                    self.assertEqual((entry["Exec"].split()[0], entry["Icon"]), ("linnet", "im.linnet.Linnet"))
                else:
                    continue
                checked += 1
        self.assertEqual(checked, sum(3 for part in PARTS if part in ("service", "client")))

    def test_programs_need_nothing_of_the_build_folder(self):
        for path in PROGRAMS & {path for part in PARTS for path in FILES[part]}:
            said = subprocess.run(["readelf", "-d", str(self.at(path))], stdout=subprocess.PIPE, text=True, check=True).stdout
            self.assertNotRegex(said, "R(UN)?PATH")

    def test_linnetctl_runs_where_it_is_put(self):
        if "ctl" not in PARTS:
            self.skipTest("linnetctl is not built")
        said = subprocess.run([str(self.at(f"{PREFIX}/bin/linnetctl")), "--version"], stdout=subprocess.PIPE, text=True, check=True).stdout
        self.assertRegex(said, r"^linnetctl \d")


if __name__ == "__main__":
    main()
