"""The baseline of benchmarks.launch: the least a Flask application can do for a launch."""

import os
from pathlib import Path
from secrets import token_urlsafe
from urllib.parse import urlencode

import jwt
from flask import Flask, Response, redirect, request
from werkzeug.wrappers import Response as BaseResponse

PAGE = Path(os.environ["BENCH_PAGE"]).read_bytes()
KEY = os.environ["BENCH_KEY"]
AUDIENCE = os.environ["BENCH_AUDIENCE"]

app = Flask(__name__)


@app.post("/lti/login")
def login() -> BaseResponse:
    """Redirect with a state and a nonce that nobody keeps."""
    query = urlencode({"state": token_urlsafe(32), "nonce": token_urlsafe(32)})
    return redirect(f"{request.form['iss']}/auth?{query}")


@app.post("/lti/launch")
def launch() -> BaseResponse:
    """Verify the signature, and go on."""
    jwt.decode(request.form["id_token"], KEY, algorithms=["RS256"], audience=AUDIENCE)
    return redirect("/w/x/check-in", 303)


@app.get("/w/x/check-in")
def widget() -> Response:
    """The same bytes."""
    return Response(PAGE, mimetype="text/html")


@app.get("/health/live")
def live() -> str:
    """Here."""
    return "live"
