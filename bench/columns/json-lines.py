"""The other end of json-lines.mjs: a line `[name, args]` in, a line `{"result": ...}` or `{"error": ...}` out."""

import base64
import json
import sys

import subject


def nbytes_of_encoded(text):
    return subject.nbytes(base64.b64decode(text))


def encoded(name):
    return base64.b64encode(getattr(subject, name)).decode("ascii")


own = {"nbytes_of_encoded": nbytes_of_encoded, "encoded": encoded}

for line in sys.stdin:
    name, args = json.loads(line)
    try:
        answer = {"result": (own.get(name) or getattr(subject, name))(*args)}
    except Exception as error:
        answer = {"error": str(error)}
    sys.stdout.write(json.dumps(answer, ensure_ascii=False) + "\n")
    sys.stdout.flush()
