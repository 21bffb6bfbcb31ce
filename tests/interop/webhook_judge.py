"""What the package `standardwebhooks` makes of one message: SECRET ID TIMESTAMP SIGNATURES BODY."""

import sys

from standardwebhooks.webhooks import Webhook, WebhookVerificationError

secret, identifier, timestamp, signatures, path = sys.argv[1:]
headers = {
    "webhook-id": identifier,
    "webhook-timestamp": timestamp,
    "webhook-signature": signatures,
}
with open(path, "rb") as body:
    text = body.read().decode()
try:
    Webhook(secret).verify(text, headers)
    print("believed")
except WebhookVerificationError as error:
    print("refused:", error)
