# SPDX-License-Identifier: GPL-3.0-or-later
"""reader.py: walks the accessibility tree for screen.py. One request in JSON per line in, one answer per line out."""

import itertools
import json
import re
import sys
import time
import warnings

import gi
gi.require_version("Atspi", "2.0")
from gi.repository import Atspi, GLib  # noqa: E402

warnings.simplefilter("ignore", DeprecationWarning)
EVENTS = ("object:children-changed", "object:state-changed", "object:property-change", "object:text-changed", "window:")
TELLING = ("focused", "selected", "checked", "pressed", "expanded", "invalid-entry", "busy")
# What different versions of the library and of GTK call the same thing.
SAME = {"push button": ("push button", "button"), "text": ("text", "entry"), "entry": ("text", "entry"),
        "password text": ("password text",), "label": ("label", "static")}


# What a person can operate, or would ask about: it must have a name.
NAMED = ("push button", "button", "toggle button", "check box", "radio button", "text", "entry", "password text", "combo box",
         "list item", "switch", "menu item", "check menu item", "radio menu item", "slider", "image", "link")
# What GTK 4.8 gives where there is no name: the class.
CLASS = re.compile(r"(Gtk|Adw|Linnet)[A-Z]\w*")


class Late(Exception):
    """It did not appear in time."""


class Node:
    """One accessible thing, with those around it."""

    def __init__(self, thing, parents):
        self.thing, self.parents = thing, parents
        self.name = thing.get_name() or ""
        self.role = thing.get_role_name()

    def states(self):
        return [state.value_nick for state in self.thing.get_state_set().get_states()]

    def shown(self):
        """Whether it is on the screen, as far as GTK 4.8 tells: visible, and not without a size (pages of a stack
        that were never turned to have none)."""
        if "visible" not in self.states() and "showing" not in self.states():
            return False
        component = self.thing.get_component_iface()
        if component is None:
            return True
        size = component.get_size()
        return size.x > 0 and size.y > 0

    def describe(self):
        return {"name": self.name, "role": self.role, "description": self.thing.get_description() or "",
                "states": self.states(), "within": [node.name for node in self.parents if node.name]}


def walk(thing, parents=(), depth=0):
    """All that is shown below a thing, in reading order."""
    if depth > 60:
        return
    try:
        count = thing.get_child_count()
    except GLib.Error:
        return
    for index in range(min(count, 3000)):
        try:
            child = thing.get_child_at_index(index)
            if child is None:
                continue
            node = Node(child, parents)
        except GLib.Error:
            continue
        yield node
        yield from walk(child, parents + (node,), depth + 1)


class Tree:
    """The desktop of this bus."""

    def __init__(self):
        Atspi.init()
        self.stirred = True
        self.listener = Atspi.EventListener.new(self._stir)
        for event in EVENTS:
            self.listener.register(event)
        self.desktop = Atspi.get_desktop(0)

    def _stir(self, _event):
        self.stirred = True

    def nodes(self):
        self.desktop.clear_cache()
        yield from walk(self.desktop)

    def wait(self, look, timeout, what):
        """Calls look () until it gives something: again after each event, and now and then without."""
        deadline = time.monotonic() + timeout
        context = GLib.MainContext.default()
        while True:
            self.stirred = False
            found = look()
            if found is not None:
                return found
            left = deadline - time.monotonic()
            if left <= 0:
                shown = "\n".join(self.lines())
                raise Late(f"no {what} in {timeout} s; there is:\n{shown}")
            rest = []
            GLib.timeout_add(int(min(left, 0.3) * 1000) + 1, lambda: rest.append(True) and False)
            while not rest and not self.stirred:
                context.iteration(True)
            while context.iteration(False):
                pass

    def lines(self):
        out = []
        for node in self.nodes():
            try:
                states = node.states()
                if not node.shown():
                    continue
                marks = [state for state in TELLING if state in states]
                if "sensitive" not in states:
                    marks.append("insensitive")
                description = node.thing.get_description()
            except GLib.Error:
                continue
            out.append("  " * len(node.parents) + f"{node.role} “{node.name}”" + (f" ({description})" if description else "")
                       + (f" [{' '.join(marks)}]" if marks else ""))
        return out


def nameless(tree):
    """What is shown, can be operated and has no name; and what takes the focus twice under one name."""
    out = []
    for node in tree.nodes():
        try:
            states = node.states()
            if not node.shown() or node.role not in NAMED:
                continue
            place = " / ".join(f"{parent.role} “{parent.name}”" for parent in (*node.parents[-6:], node))
            if not node.name or CLASS.fullmatch(node.name):
                description = node.thing.get_description()
                if "focusable" in states or node.role not in ("list item", "image") or description:
                    out.append(f"no name: {place}" + (f" ({description})" if description else ""))
            elif "focusable" in states and any(parent.name == node.name and "focusable" in parent.states()
                                               for parent in node.parents[-1:]):
                out.append(f"one name twice: {place}")
        except GLib.Error:
            continue
    return out


def fits(request):
    """The test that a request makes of a node."""
    name = re.compile(request["name"], re.DOTALL)
    roles = SAME.get(request.get("role"), (request.get("role"),))
    within = re.compile(request["within"], re.DOTALL) if request.get("within") else None

    def test(node):
        if not name.fullmatch(node.name) or (request.get("role") and node.role not in roles):
            return False
        if within and not any(within.fullmatch(parent.name) for parent in node.parents):
            return False
        return (not request.get("state") or request["state"] in node.states()) and node.shown()
    return test


def content(node):
    """The text of an entry."""
    text = node.thing.get_text_iface()
    return Atspi.Text.get_text(text, 0, Atspi.Text.get_character_count(text))


def editable(request):
    """The test for an entry: it, or one of those right around it, is called so, and it holds the text, if one is asked
    for. unseen: it may be folded away (GTK 4.8 lets no assistive technology unfold an expander row)."""
    name = re.compile(request["name"], re.DOTALL)

    def test(node):
        if node.thing.get_editable_text_iface() is None or not (request.get("unseen") or node.shown()):
            return False
        around = [node, *node.parents[-4:]]
        if not any(name.fullmatch(other.name) for other in around):
            return False
        return request["do"] != "text" or "text" not in request or content(node) == request["text"]
    return test


def find(tree, request, test):
    what = f"{request.get('role') or 'thing'} called {request['name']!r}"

    def look():
        for node in tree.nodes():
            try:
                if test(node):
                    return node
            except GLib.Error:
                continue
        return None

    if request.get("gone"):
        tree.wait(lambda: True if look() is None else None, request["timeout"], f"end of the {what}")
        return None
    return tree.wait(look, request["timeout"], what)


def own_action(node):
    """The number of the action that is the thing's own; those with a dot act on what is around it (window.close)."""
    action = node.thing.get_action_iface()
    for index in range(action.get_n_actions() if action is not None else 0):
        if "." not in action.get_action_name(index):
            return index
    return None


def act(node):
    """Does the thing's own action; False if it has none."""
    index = own_action(node)
    if index is None:
        return False
    node.thing.get_action_iface().do_action(index)
    return True


def click(tree, request):
    node = find(tree, request, fits({**request, "state": request.get("state", "sensitive")}))
    inside = walk(node.thing, node.parents + (node,)) if node.role == "push button" else ()  # a menu button's own button
    for candidate in itertools.chain((node,), inside, reversed(node.parents)):
        if act(candidate):
            return candidate.describe()
    raise ValueError(f"{node.role} {node.name!r} has no action")


def select(tree, request):
    node = find(tree, request, fits(request))
    chain = [*node.parents, node]
    for outer, inner in zip(reversed(chain[:-1]), reversed(chain[1:])):
        selection = outer.thing.get_selection_iface()
        if selection is None:
            continue
        selection.select_child(inner.thing.get_index_in_parent())
        act(inner)
        return inner.describe()
    raise ValueError(f"{node.role} {node.name!r} is not in a list that selects")


def perform(tree, request):
    deed = request["do"]
    if deed == "dump":
        return tree.lines()
    if deed == "nameless":
        return nameless(tree)
    if deed == "find":
        node = find(tree, request, fits(request))
        return node.describe() if node else None
    if deed == "click":
        return click(tree, request)
    if deed == "select":
        return select(tree, request)
    if deed == "type":
        node = find(tree, request, editable(request))
        node.thing.get_editable_text_iface().set_text_contents(request["text"])
        return node.describe()
    if deed == "text":
        return content(find(tree, request, editable(request)))
    raise ValueError(f"unknown request {deed}")


def main():
    tree = Tree()
    for line in sys.stdin:
        try:
            answer = {"good": perform(tree, json.loads(line))}
        except Late as late:
            answer = {"late": str(late)}
        except (GLib.Error, ValueError, KeyError) as problem:
            answer = {"wrong": str(problem)}
        print(json.dumps(answer), flush=True)


if __name__ == "__main__":
    main()
