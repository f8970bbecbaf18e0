"""Every address, every field, every parameter: what is put into them stays text, and who may not
come in stays out."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from urllib.parse import quote

import pytest
from httpx2 import Response
from tests.pages.attacks.conftest import Browser, Site
from tests.pages.attacks.walking import PAGES, Address, addresses, field_names, query_names

ALL = addresses()
ASKED = [each for each in ALL if each.method == "GET"]
SENT = [each for each in ALL if each.method != "GET"]
ROLES = (
    "agent", "porting", "logistics", "network", "duty_manager", "auditor", "administrator",
)  # fmt: skip

HTML = "\"'><script>alert(1)</script><img src=x onerror=alert(1)>"
PAYLOADS = {
    "text": (
        f"../../../etc/passwd%_\\%((a+)+)+{HTML}{{{{ 7 * 7777 }}}}{{% include '/etc/passwd' %}}"
        "' or 1=1; drop table process; -- x\r\nset-cookie: owned=1\r\n\r\n<h1>owned</h1>"
    ),
    "a number that is none": "99999999999999999999999999",
    "less than nothing": "-1",
    "a day that is none": "2019-02-31T99:99:99+99:99",
    "signs of all kinds": "\u202e\u0000\ufffe😀\u0301",
    "much": "A" * 20_000,
}
LEAKS = re.compile(r"psycopg|Traceback|syntax error at|root:x:0|relation \"|54439|PackageLoader")


def fault_of(answer: Response) -> str:
    """Empty, or what is wrong with the answer."""
    if answer.status_code >= 500:
        return f"breaks: {answer.status_code}"
    if re.search(r"<script>alert|<img src=x|<h1>owned", answer.text):
        return "shows markup as markup"
    if said_too_much := LEAKS.search(answer.text):
        return f"says too much: {said_too_much[0]}"
    if "owned" in str(answer.headers.get("set-cookie", "")):
        return "lets headers in"
    where = answer.headers.get("location", "/")
    if not where.startswith("/") or where.startswith("//"):
        return f"leads away to {where[:60]}"
    return ""


def faults(answers: Iterator[tuple[str, Response]]) -> list[str]:
    found = ((where, fault_of(answer)) for where, answer in answers)
    return [f"{where}: {fault}" for where, fault in found if fault]


class Visitors:
    """For each address somebody who may come there; one for all addresses of a kind."""

    def __init__(self, site: Site) -> None:
        self.staff = site.staff("walker", *ROLES)
        self.customer = site.customer(site.mine)
        self.stranger = site.browser()

    def of(self, each: Address) -> Browser:
        if each.is_open:
            return self.stranger
        return self.customer if each.is_customers else self.staff


@pytest.mark.parametrize("payload", PAYLOADS)
def test_whatever_stands_in_an_address_is_text(site: Site, payload: str) -> None:
    text, visitors, names = PAYLOADS[payload], Visitors(site), (*query_names(), "anything")
    query = dict.fromkeys(names, text[: 60_000 // len(names)])

    def answers() -> Iterator[tuple[str, Response]]:
        for each in ASKED:
            browser = visitors.of(each)
            yield f"{each}, asked", browser.get(each.filled(site.mine), params=query)
            if each.parameters:
                path = each.filled(quote(text[:200], safe=""))
                yield f"{each}, in the path", browser.get(path)

    assert faults(answers()) == []


@pytest.mark.parametrize("payload", PAYLOADS)
def test_whatever_stands_in_a_field_is_text(site: Site, payload: str) -> None:
    text, visitors, names = PAYLOADS[payload], Visitors(site), (*field_names(), "anything")
    fields = dict.fromkeys(names, text[: 900_000 // len(names)])

    def answers() -> Iterator[tuple[str, Response]]:
        for each in SENT:
            if each.path in {"/sign-out", "/o/leave"}:
                continue  # they read nothing
            browser = visitors.of(each)
            sent = {"csrf": browser.token(), **fields}
            yield f"{each}, in the fields", browser.post(each.filled(site.mine), data=sent)
            if each.parameters:
                path = each.filled(quote(text[:200], safe=""))
                yield f"{each}, in the path", browser.post(path, data=sent)

    assert faults(answers()) == []


def test_names_are_found_to_try_them() -> None:
    assert {"next", "lang"} <= {*query_names(), *field_names()}
    assert {"password", "code", "old", "new"} <= set(field_names())


@pytest.mark.parametrize("each", [a for a in ALL if not a.is_open], ids=str)
def test_what_is_not_for_strangers_sends_them_away(site: Site, each: Address) -> None:
    path = each.filled(site.mine)
    stranger = site.browser()
    answer = stranger.request(each.method, path, data={"csrf": stranger.token()})
    assert answer.status_code == 303, answer.status_code
    assert answer.headers["location"].partition("?")[0] in {"/sign-in", "/o"}


@pytest.mark.parametrize("each", [a for a in ALL if not a.is_open and not a.is_customers], ids=str)
def test_what_is_for_staff_sends_customers_away(site: Site, each: Address) -> None:
    customer = site.customer(site.mine)
    path = each.filled(site.mine)
    answer = customer.request(each.method, path, data={"csrf": customer.token("/o")})
    assert answer.status_code in {303, 404}, answer.status_code
    if answer.status_code == 303:
        assert answer.headers["location"].partition("?")[0] == "/sign-in"


@pytest.mark.parametrize("each", SENT, ids=str)
def test_nothing_is_done_for_a_form_that_is_not_ours(site: Site, each: Address) -> None:
    """Another site makes the browser of somebody who is signed in send something."""
    browser = Visitors(site).of(each)
    path = each.filled(site.mine)
    token, others = browser.token(), site.browser().token()
    forged: list[tuple[dict[str, str], dict[str, str]]] = [
        ({}, {}),
        ({"csrf": ""}, {}),
        ({"csrf": others}, {}),
        ({"csrf": token[:-1]}, {}),
        ({"csrf": "ñ"}, {}),
        ({}, {"x-csrf": others}),
        ({"csrf": token}, {"origin": "https://evil.example"}),
        ({"csrf": token}, {"origin": "https://relevo.example.evil.example"}),
        ({"csrf": token}, {"origin": "null", "sec-fetch-site": "cross-site"}),
        ({"csrf": token}, {"sec-fetch-site": "cross-site"}),
        ({"csrf": token}, {"sec-fetch-site": "same-site"}),
    ]
    for fields, headers in forged:
        answer = browser.post(path, data=fields, headers=headers)
        assert answer.status_code == 403, (fields, headers, answer.status_code)
    assert browser.post(f"{path}?csrf={token}").status_code == 403
    assert browser.post(path, json={"csrf": token}).status_code == 403


@pytest.mark.parametrize("each", ALL, ids=str)
def test_an_address_takes_its_own_methods_and_no_others(site: Site, each: Address) -> None:
    browser = site.staff("walker", *ROLES)
    path, token = each.filled(site.mine), browser.token()
    taken = {other.method for other in ALL if other.path == each.path}
    for method in {"GET", "POST", "PUT", "PATCH", "DELETE", "TRACE", "PROPFIND"} - taken:
        if any(other.method == method and _covers(other, path) for other in ALL):
            continue
        answer = browser.request(method, path, headers={"x-csrf": token})
        assert answer.status_code in {404, 405}, (method, answer.status_code)
    if each.method == "GET" and "POST" not in taken:
        disguised = {"x-http-method-override": "POST", "x-csrf": token}
        before = browser.get(path).status_code
        assert browser.get(path, headers=disguised).status_code == before


def _covers(address: Address, path: str) -> bool:
    pattern = re.sub(r"{\w+:path}", ".+", address.path)
    return re.fullmatch(re.sub(r"{\w+(:\w+)?}", "[^/]+", pattern), path) is not None


@pytest.mark.parametrize("each", SENT, ids=str)
def test_more_than_an_address_takes_is_not_read(site: Site, each: Address) -> None:
    browser = Visitors(site).of(each)
    path, token = each.filled(site.mine), browser.token()
    headers = {"x-csrf": token, "content-type": "application/x-www-form-urlencoded"}
    declared = browser.post(path, content=b"", headers={**headers, "content-length": str(10**9)})
    assert declared.status_code == 413
    read = 0

    def pour() -> Iterator[bytes]:
        nonlocal read
        for _ in range(400):
            read += 1
            yield b"a" * 100_000

    poured = browser.post(path, content=pour(), headers=headers)
    assert poured.status_code == 413
    many = b"&".join(b"f%d=1" % place for place in range(5_000))
    refused = 403 if each.is_signed else 400
    assert browser.post(path, content=many, headers=headers).status_code == refused


UNKNOWN = "R0000000"


def said(answer: Response, key: str) -> str:
    text = re.sub(r'content="[0-9a-f]{64}"|value="[0-9a-f]{64}"', "", answer.text)
    return f"{answer.status_code} {text.replace(quote(key), '@').replace(key, '@')}"


@pytest.mark.parametrize("each", [a for a in ALL if a.parameters], ids=str)
def test_the_other_brands_order_is_answered_as_one_that_is_not_there(
    site: Site, each: Address
) -> None:
    """By whatever part of an address it is named; and also what is done to it."""
    if each.path.startswith("/o/"):
        return  # no member of staff comes in there; tests/access has it
    browser = Visitors(site).of(each)
    token = browser.token()
    for below in ("", "/line/M1", "/port/M1/1"):
        told = []
        for key in (site.theirs, UNKNOWN):
            path = each.filled(f"{key}{below}" if ":path}" in each.path else key)
            fields = dict.fromkeys(field_names(), key)
            kept = {"csrf": token, **fields} if each.method != "GET" else None
            told.append(said(browser.request(each.method, path, data=kept), key))
        assert told[0] == told[1]


@pytest.mark.parametrize("each", [a for a in ASKED if not a.is_open], ids=str)
def test_no_list_and_no_search_shows_what_is_the_other_brands(site: Site, each: Address) -> None:
    browser = Visitors(site).of(each)
    number = site.group.connection.execute(
        "select number from order_number where order_key = %s", (site.hidden,)
    ).fetchone()
    assert number is not None
    path = each.filled(site.mine)
    for query in ({}, {"as": "csv"}, dict.fromkeys(query_names(), number[0])):
        text = browser.get(path, params=query).text
        asked = str(query.get("q", ""))
        assert site.hidden not in text
        if each.path != "/desk/audit":  # which shows what he typed himself, into other pages
            assert number[0] not in (text.replace(asked, "") if asked else text)


def test_static_files_are_those_of_one_folder(site: Site) -> None:
    browser = site.browser()
    for path in (
        "/static/x/..%2fguard.py", "/static/x/%2e%2e%2fguard.py", "/static/../guard.py",
        "/static/x/..%5cguard.py", "/static/x//etc/passwd", "/static/x/%2fetc%2fpasswd",
        "/static/x/.", "/static/x/..", "/static/x/%00", "/static/x/relevo.css%00.js",
        "/static//relevo.css", "/static/x/../../templates/layout.html",
    ):  # fmt: skip
        answer = browser.get(path)
        assert answer.status_code == 404, path
        assert "def " not in answer.text
    known = [path.name for path in (PAGES / "static").iterdir()]
    assert known
    for name in known:
        assert browser.get(f"/static/x/{name}").status_code == 200


def test_every_answer_carries_what_keeps_browsers_safe(site: Site) -> None:
    browser = site.staff("walker", *ROLES)
    paths = [each.filled(site.mine) for each in ASKED]
    for path in (*paths, "/nothing", "/static/x/nothing", "/healthz", "//evil.example/%2e%2e"):
        headers = browser.get(path).headers
        policy = headers["content-security-policy"]
        assert "default-src 'none'" in policy
        assert "frame-ancestors 'none'" in policy
        assert "unsafe" not in policy
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["referrer-policy"] == "no-referrer"
        assert headers["strict-transport-security"].startswith("max-age=")
        assert headers["cache-control"] in {"no-store", "public, max-age=31536000, immutable"} or (
            path.startswith("/static")
        )


def test_an_address_that_looks_like_another_site_leads_to_none(site: Site) -> None:
    for path in ("//evil.example/x", "/\\evil.example", "//evil.example%2f.."):
        text = site.browser().get(f"https://relevo.example{path}").text
        assert 'href="//' not in text
        assert 'href="/\\' not in text


def test_the_secret_of_the_site_is_on_no_page(site: Site) -> None:
    browser = site.staff("walker", *ROLES)
    secret = site.console.settings.secret
    for each in ASKED:
        text = browser.get(each.filled(site.mine)).text
        assert secret.decode() not in text
        assert secret.hex() not in text
        assert os.environ.get("DATABASE_URL", "dbname=") not in text
