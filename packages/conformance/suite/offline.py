"""Lets the conformance suite run without a network (pytest -p offline --skip-signing).

The suite downloads a public identity token for every test, although only its signing tests, which --skip-signing leaves out, do
anything with it. This plugin is loaded before the suite and answers that one download with a token that nobody would accept. It changes
nothing else: not the cases, not how the client is called, not what counts as passed.
"""

import base64
import json
import time
from types import SimpleNamespace

import pytest
import urllib3


def pytest_configure(config):
    if not config.getoption("--skip-signing"):
        raise pytest.UsageError("the plugin offline goes with --skip-signing: its token cannot sign")


def part(value):
    return base64.urlsafe_b64encode(json.dumps(value).encode()).rstrip(b"=").decode()


def answer(method, url, **_):
    if not url.endswith("/untrusted-testing-token.txt"):
        raise OSError(f"{method} {url} was called for, and there is no network")
    claims = {"iss": "https://offline.invalid", "email": "nobody@offline.invalid", "exp": int(time.time()) + 3600}
    return SimpleNamespace(data=f"{part({'alg': 'none'})}.{part(claims)}.".encode())


urllib3.request = answer
