# SPDX-License-Identifier: GPL-3.0-or-later
"""vcard.py: how a slixmpp contact writes its vCard and reads another's. XEP-0054"""

TEMP = "{vcard-temp}"


def write_vcard(contact, content):
    """A contact writes its own; the server has it when this returns."""
    contact.send_raw(f"<iq type='set' id='vc'><vCard xmlns='vcard-temp'>{content}</vCard></iq>")
    answer = contact.wait_for(lambda stanza: stanza.name == "iq" and stanza["id"] == "vc", "answer")
    if answer["type"] != "result":
        raise AssertionError(str(answer))


def read_vcard(contact, jid):
    """As slixmpp reads it: the element."""
    answer = contact.call(contact.client.plugin["xep_0054"].get_vcard, jid)
    return answer.xml.find(f"{TEMP}vCard")


def text(vcard, path):
    return vcard.findtext("/".join(f"{TEMP}{part}" for part in path.split("/")))
