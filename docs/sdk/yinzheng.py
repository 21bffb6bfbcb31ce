"""A client of 印证 in Python 3.9 or newer, with nothing but its standard library.

    YZ_URL=http://127.0.0.1:8080 YZ_CLIENT=NAME YZ_SECRET=… python3 yinzheng.py license.json
"""

import json
import os
import sys
import urllib.error
import urllib.parse
import urllib.request
import uuid


class Problem(Exception):
    """An answer that is not a success; `code` is stable, see schema/codes.md."""

    def __init__(self, status, body):
        self.status = status
        self.code = body.get("code", "unknown")
        super().__init__(f"{status} {self.code}: {body.get('detail') or body.get('title', '')}")


class Client:
    def __init__(self, url, client, secret):
        self.url, self.client, self.secret = url.rstrip("/"), client, secret
        self.token = None

    def _send(self, method, path, body=None, headers=None, media_type="application/json"):
        request = urllib.request.Request(self.url + path, data=body, method=method)
        for name, value in (headers or {}).items():
            request.add_header(name, value)
        if body is not None:
            request.add_header("Content-Type", media_type)
        try:
            with urllib.request.urlopen(request, timeout=60) as answer:
                return json.loads(answer.read())
        except urllib.error.HTTPError as error:
            try:
                said = json.loads(error.read())
            except ValueError:
                said = {}
            raise Problem(error.code, said) from None

    def authorize(self):
        """A token for ten minutes. In production a client proves itself by private_key_jwt
        (docs/clients.md); a secret is for tests."""
        form = urllib.parse.urlencode({
            "grant_type": "client_credentials",
            "client_id": self.client,
            "client_secret": self.secret,
        })
        answer = self._send("POST", "/oauth2/token", form.encode(),
                            media_type="application/x-www-form-urlencoded")
        self.token = answer["access_token"]

    def call(self, method, path, value=None, headers=None):
        """Calls with the token, and once more with a new one when that has ended."""
        if self.token is None:
            self.authorize()
        body = None if value is None else json.dumps(value).encode()
        for last in (False, True):
            bearer = {"Authorization": "Bearer " + self.token, **(headers or {})}
            try:
                return self._send(method, path, body, bearer)
            except Problem as problem:
                if problem.status != 401 or last:
                    raise
                self.authorize()

    def issue(self, license, key=None):
        """Issues a license. The same key never issues twice, so repeat a request that failed
        under the same one."""
        headers = {"Idempotency-Key": key or str(uuid.uuid4())}
        return self.call("POST", "/v1/licenses", license, headers)

    def verify(self, license_id):
        """Whether a license is genuine and valid: look at `outcome`, never at the status."""
        return self.call("POST", "/v1/verifications", {"license_id": license_id})

    def status(self, license_id):
        """How a license stands in the register."""
        answer = self.call("POST", "/compat/status", {"data": {"license_id": license_id}})
        return answer["data"]


if __name__ == "__main__":
    client = Client(os.environ["YZ_URL"], os.environ["YZ_CLIENT"], os.environ["YZ_SECRET"])
    with open(sys.argv[1], encoding="utf-8") as file:
        issued = client.issue(json.load(file))
    print("issued", issued["id"])
    print("outcome", client.verify(issued["id"])["outcome"])
    print("state", client.status(issued["id"])["state"])
    try:
        client.status("00000000-0000-7000-8000-000000000000")
    except Problem as problem:
        print("unknown", problem.status)
