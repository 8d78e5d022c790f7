# SPDX-License-Identifier: Apache-2.0
"""Sends a file with smtplib to the recipients in the arguments; the other settings are in the environment (cases.sh)."""
import os
import smtplib
import ssl
import sys


def main():
    environ = os.environ
    port, tls, sender = int(environ["PORT"]), environ["TLS"], environ["SENDER"]
    recipients = sys.argv[1:]
    with open(environ["MESSAGE"], "rb") as file:
        message = file.read()

    context = ssl.create_default_context()
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    if tls == "smtps":
        client = smtplib.SMTP_SSL("127.0.0.1", port, "python.client.example", timeout=120, context=context)
    else:
        client = smtplib.SMTP("127.0.0.1", port, "python.client.example", timeout=120)
    with client:
        if tls == "starttls":
            client.starttls(context=context)
        client.ehlo_or_helo_if_needed()
        authenticate(client, environ["MECHANISM"], environ["NAME"], environ["PASSWORD"])

        mail = ["BODY=8BITMIME"]
        rcpt = []
        if not "".join([sender, *recipients]).isascii():
            mail.append("SMTPUTF8")
        if environ["DSN"]:
            mail += ["RET=HDRS", "ENVID=envid-1"]
            rcpt += ["NOTIFY=SUCCESS,FAILURE", "ORCPT=rfc822;" + recipients[0]]
        for _ in range(int(environ["COPIES"])):
            refused = client.sendmail(sender, recipients, message, mail, rcpt)
            if refused:
                sys.exit("refused: %r" % refused)


def authenticate(client, mechanism, name, password):
    if not mechanism:
        return
    client.user, client.password = name, password
    if mechanism == "XOAUTH2":
        client.auth(mechanism, lambda challenge=None: "user=%s\1auth=Bearer %s\1\1" % (name, password))
    else:
        client.auth(mechanism, getattr(client, "auth_" + mechanism.lower().replace("-", "_")))


main()
