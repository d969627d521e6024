# SPDX-License-Identifier: GPL-3.0-or-later
"""certificates.py: good and bad certificates of the hostile server, made when they are first asked for."""

import ipaddress
import os

from cryptography import x509
from cryptography.x509.oid import ExtendedKeyUsageOID

from server import DOMAIN
from world.certs import Authority

SRV_NAME = x509.ObjectIdentifier("1.3.6.1.5.5.7.8.7")
XMPP_ADDR = x509.ObjectIdentifier("1.3.6.1.5.5.7.8.5")


def _other(oid, tag, text):
    """An otherName whose value is a string of this BER tag."""
    return x509.OtherName(oid, bytes([tag, len(text)]) + text.encode())


KINDS = {
    "good": ([DOMAIN], {}),
    "other": ([f"xmpp.{DOMAIN}", "mail.example"], {}),
    "wildcard": ([f"*.{DOMAIN}"], {}),
    "star": (["*"], {}),
    "common-name": ([f"xmpp.{DOMAIN}"], {"common_name": DOMAIN}),
    "address": ([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))], {}),
    "srv-name": ([f"xmpp.{DOMAIN}", _other(SRV_NAME, 0x16, f"_xmpp-client.{DOMAIN}")], {}),
    "srv-server": ([f"xmpp.{DOMAIN}", _other(SRV_NAME, 0x16, f"_xmpp-server.{DOMAIN}")], {}),
    "xmpp-addr": ([f"xmpp.{DOMAIN}", _other(XMPP_ADDR, 0x0c, DOMAIN)], {}),
    "xmpp-addr-nul": ([f"xmpp.{DOMAIN}", _other(XMPP_ADDR, 0x0c, DOMAIN + "\0.ev.test")], {}),
    "xmpp-addr-other": ([f"xmpp.{DOMAIN}", _other(XMPP_ADDR, 0x0c, "ev.test")], {}),
    "expired": ([DOMAIN], {"expired": True}),
    "not-yet": ([DOMAIN], {"not_yet": True}),
    "self-signed": ([DOMAIN], {"self_signed": True}),
    "unknown": ([DOMAIN], {}),
    "usage": ([DOMAIN], {"usage": ExtendedKeyUsageOID.CLIENT_AUTH}),
}


class Certificates:
    """In a folder; all but one are of this authority."""

    def __init__(self, folder, authority):
        self.folder, self.authority = folder, authority
        self.stranger = Authority(os.path.join(folder, "unknown-ca.pem"))

    def get(self, kind):
        """(certificate, key), as paths."""
        certificate, key = (os.path.join(self.folder, f"{kind}.{end}") for end in ("pem", "key"))
        if not os.path.exists(certificate):
            names, how = KINDS[kind]
            (self.stranger if kind == "unknown" else self.authority).issue(key, certificate, names, **how)
        return certificate, key
