# SPDX-License-Identifier: GPL-3.0-or-later
"""rows_pictures.py: what is thrown at us in vCards and pictures. As rows.py."""

import itertools

from rows import Row, avatar, lives, of
from server import ACCOUNT, CONTACT, DOMAIN, STANZAS, STRANGER
from telepathy import CONNECTION

INFO = f"{CONNECTION}.Interface.ContactInfo"
AVATAR_INFO = f"<info id='{'0' * 40}' bytes='9' type='image/png'/>"

AUTHORS = itertools.count(1)


def show_vcard(said, is_heard, wanted=None):
    """We ask what somebody writes of himself, and he says this; others have said something before. What he says is heard, or no answer
    at all, so that we hear his server's refusal."""
    def play(subject):
        line = subject.server.line
        line.answers_requests = False
        author = f"author{next(AUTHORS)}@{DOMAIN}"
        answer = subject.begin_call(INFO, "RequestContactInfo", "u", subject.connection.handle(author))
        asked = subject.server.call(line.wait_for("<iq (?=[^>]*type='get')[^>]*id='([^']+)'[^>]*><vCard"))[1]
        for sender in (STRANGER, CONTACT, ACCOUNT, DOMAIN):
            subject.say(f"<iq type='result' from='{sender}' to='{ACCOUNT}' id='{asked}'><vCard xmlns='vcard-temp'><FN>evil</FN></vCard></iq>")
        subject.honest()
        assert not answer, "somebody else was believed"
        begin = f"<iq type='result' from='{author}' to='{ACCOUNT}' id='{asked}'><vCard xmlns='vcard-temp'>"
        subject.say(lambda _: itertools.chain([begin], said, ["</vCard></iq>"]))
        subject.honest()
        if not is_heard:
            assert not answer, "it was too long, and heard"
            subject.say(f"<iq type='error' from='{author}' id='{asked}'><error type='auth'><forbidden xmlns='{STANZAS}'/></error></iq>")
            again = subject.server.call(line.wait_for(f"<iq (?=[^>]*type='get')(?=[^>]*to='{author}')[^>]*id='([^']+)'[^>]*><pubsub"))[1]
            subject.say(f"<iq type='error' from='{author}' id='{again}'><error type='cancel'><item-not-found xmlns='{STANZAS}'/></error></iq>")
        subject.program.wait(lambda: bool(answer), "answer")
        if is_heard:
            fields = answer[0][0]
            assert len(fields) <= 200 and sum(len(value) for _, _, values in fields for value in values) <= 40000, len(fields)
            assert wanted is None or fields == wanted, fields
        else:
            assert answer == ["org.freedesktop.Telepathy.Error.NotAvailable"], answer
        line.answered = len(line.received)
        line.answers_requests = True
    return play


ROWS = [
    Row("F05", "a vCard of 10 MB", "bound", None, lives(), play=show_vcard(["<NOTE>", *["x" * 65536] * 160, "</NOTE>"], False)),
    Row("F05b", "a vCard of 3,000 long telephone numbers", "bound", None, lives(), tells=("ContactInfoChanged",),
        play=show_vcard(["<TEL><HOME/><NUMBER>" + "1" * 200 + "</NUMBER></TEL>"] * 3000, True)),
    Row("F05c", "a vCard of one text of 1 MB", "bound", None, lives(), play=show_vcard(["<NOTE>", "x" * 1000000, "</NOTE>"], True), tells=("ContactInfoChanged",)),
    Row("F07", "pictures that are no base64", "bound", None, lives(), tells=("ContactInfoChanged",),
        play=show_vcard([f"<PHOTO><TYPE>image/png</TYPE><BINVAL>{junk}</BINVAL></PHOTO>" for junk in ("====", "A", "\n\n", "", "&#9;=", "AAAA=AAA", "<x/>")]
                        + ["<FN>Bob</FN>"], True, [("fn", [], ["Bob"])])),
    Row("B16", "a stranger has a picture, and says that a contact has it", "bound", avatar(STRANGER, AVATAR_INFO) + avatar("mallory@ev.test", AVATAR_INFO) + avatar("mallory@ev.test", AVATAR_INFO).replace("<item ", "<item publisher='bob@a.test' "), lives(), never="avatar:data"),
    Row("F06a", "pictures whose hashes and lengths are none, or that are elsewhere", "bound", "".join(avatar("bob@a.test", f"<info {said}/>") for said in (
        "id='' bytes='1' type='image/png'", "id='../../../evil' bytes='1' type='image/png'", f"id='{'e' * 41}' bytes='1' type='image/png'", f"id='{'0' * 40}' bytes='-1' type='image/png'",
        f"id='{'0' * 40}' bytes='99999999999999999999' type='image/png'", f"id='{'0' * 40}' bytes='9' type='image/svg+xml'", f"id='{'0' * 40}' bytes='9' type='image/png' url='http://evil.example/x.png'")), lives(), never="avatar:data|evil"),
    Row("F06b", "a picture whose hash has 1 MB", "bound", lambda line: avatar("bob@a.test", f"<info id='{'0' * 1000000}' bytes='9' type='image/png'/>"), lives(), never="avatar:data"),
    Row("F07b", "hashes in presences that are none", "bound", "".join(of(CONTACT, f"<show>away</show><status>in the garden</status><x xmlns='vcard-temp:x:update'><photo>{text}</photo></x>", "presence") for text in ("====", "A", "\n", "evil", "z" * 40, "0" * 41)), lives(), never="vcard-temp'"),
]
