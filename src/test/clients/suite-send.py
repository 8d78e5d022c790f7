# SPDX-License-Identifier: Apache-2.0
"""Sends one message for boxcar lab suite: suite-send.py smtplib|aiosmtplib tls|clear HOST PORT FROM TO,TO,... FILE.

With TLS it also logs in. Exit status 0 if the server accepted the message for all recipients.
"""
import smtplib
import ssl
import sys

TIMEOUT = 20
NAME = "python.client.example"


def context():
    unverified = ssl.create_default_context()
    unverified.check_hostname = False
    unverified.verify_mode = ssl.CERT_NONE
    return unverified


def with_smtplib(tls, host, port, sender, recipients, message):
    with smtplib.SMTP(host, port, NAME, timeout=TIMEOUT) as client:
        if tls:
            client.starttls(context=context())
            client.login("ann", "secret")
        return client.sendmail(sender, recipients, message)


def with_aiosmtplib(tls, host, port, sender, recipients, message):
    import asyncio

    import aiosmtplib

    refused, _ = asyncio.run(
        aiosmtplib.send(
            message,
            sender=sender,
            recipients=recipients,
            hostname=host,
            port=port,
            timeout=TIMEOUT,
            start_tls=tls,
            tls_context=context() if tls else None,
            username="ann" if tls else None,
            password="secret" if tls else None,
        )
    )
    return refused


def main():
    library, tls, host, port, sender, recipients, file = sys.argv[1:]
    with open(file, "rb") as source:
        message = source.read()
    send = {"smtplib": with_smtplib, "aiosmtplib": with_aiosmtplib}[library]
    refused = send(tls == "tls", host, int(port), sender, recipients.split(","), message)
    if refused:
        sys.exit("refused: %r" % refused)


main()
