"""Logs in by one mechanism with smtplib and sends one message; fails with the server's words when it is not taken."""

import json
import smtplib
import ssl
import sys

given = json.loads(sys.argv[1])
mechanism = sys.argv[2]
context = ssl.create_default_context(cafile=given["ca"])
with open(given["message"], "rb") as file:
    message = file.read()

if given["implicitTls"]:
    smtp = smtplib.SMTP_SSL("127.0.0.1", given["port"], timeout=60, context=context)
else:
    smtp = smtplib.SMTP("127.0.0.1", given["port"], timeout=60)
    smtp.starttls(context=context)
with smtp:
    smtp.user, smtp.password = given["user"], given["password"]
    smtp.ehlo()
    smtp.auth(mechanism, getattr(smtp, "auth_" + mechanism.lower().replace("-", "_")))
    smtp.sendmail(given["from"], given["to"], message)
print("accepted")
