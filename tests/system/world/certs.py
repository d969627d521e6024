# SPDX-License-Identifier: GPL-3.0-or-later
"""certs.py: a certificate authority that nobody else trusts, and the certificates it gives out."""

import datetime
import os

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509 import ocsp
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

DAY = datetime.timedelta(days=1)


def _name(text):
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, text)])


def _write(path, data, mode):
    with open(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, mode), "wb") as file:
        file.write(data)
    os.chmod(path, mode)


def _pem(certificate):
    return certificate.public_bytes(serialization.Encoding.PEM)


class Authority:
    """A certificate authority; `path` is its certificate in PEM."""

    def __init__(self, path):
        self.path = path
        self.key = ec.generate_private_key(ec.SECP256R1())
        now = datetime.datetime.utcnow()
        key_id = x509.SubjectKeyIdentifier.from_public_key(self.key.public_key())
        self.certificate = (
            x509.CertificateBuilder()
            .subject_name(_name("Linnet throw-away authority")).issuer_name(_name("Linnet throw-away authority"))
            .public_key(self.key.public_key()).serial_number(x509.random_serial_number())
            .not_valid_before(now - DAY).not_valid_after(now + 30 * DAY)
            .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
            .add_extension(x509.KeyUsage(False, False, False, False, False, True, True, False, False), critical=True)
            .add_extension(key_id, critical=False)
            .sign(self.key, hashes.SHA256()))
        _write(path, _pem(self.certificate), 0o644)

    def issue(self, key_path, certificate_path, names, *, expired=False, not_yet=False, self_signed=False,
              common_name=None, usage=ExtendedKeyUsageOID.SERVER_AUTH, must_staple=False):
        """Writes a fresh key and a certificate for these names: DNS names as text, others as x509.GeneralName."""
        key = ec.generate_private_key(ec.SECP256R1())
        now = datetime.datetime.utcnow()
        begin = now + 10 * DAY if not_yet else now - 20 * DAY
        end = now - 10 * DAY if expired else now + 30 * DAY
        subject = _name(common_name or str(names[0]))
        general = [name if isinstance(name, x509.GeneralName) else x509.DNSName(name) for name in names]
        issuer, signer = (subject, key) if self_signed else (self.certificate.subject, self.key)
        builder = (
            x509.CertificateBuilder()
            .subject_name(subject).issuer_name(issuer)
            .public_key(key.public_key()).serial_number(x509.random_serial_number())
            .not_valid_before(begin).not_valid_after(end)
            .add_extension(x509.SubjectAlternativeName(general), critical=False)
            .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
            .add_extension(x509.ExtendedKeyUsage([usage]), critical=False)
            .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(signer.public_key()), critical=False))
        if must_staple:
            builder = builder.add_extension(x509.TLSFeature([x509.TLSFeatureType.status_request]), critical=False)
        certificate = builder.sign(signer, hashes.SHA256())
        _write(key_path, key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8,
                                           serialization.NoEncryption()), 0o600)
        _write(certificate_path, _pem(certificate) + (b"" if self_signed else _pem(self.certificate)), 0o644)

    def staple(self, certificate_path, path, *, revoked=False, signer=None):
        """Writes what we say of a certificate today, for its owner to show (RFC 6960); `signer`: somebody else says it."""
        with open(certificate_path, "rb") as file:
            certificate = x509.load_pem_x509_certificate(file.read())
        now = datetime.datetime.utcnow()
        builder = ocsp.OCSPResponseBuilder().add_response(
            cert=certificate, issuer=self.certificate, algorithm=hashes.SHA1(),  # of names, as RFC 5019 has it
            cert_status=ocsp.OCSPCertStatus.REVOKED if revoked else ocsp.OCSPCertStatus.GOOD,
            this_update=now - DAY, next_update=now + DAY, revocation_time=now - DAY if revoked else None, revocation_reason=None)
        by = signer or self
        answer = builder.responder_id(ocsp.OCSPResponderEncoding.HASH, by.certificate).sign(by.key, hashes.SHA256())
        _write(path, answer.public_bytes(serialization.Encoding.DER), 0o644)
