"""Checks of a report page for test_report.sh.

structure PAGE DOCUMENT...   what is in the file itself
probed PAGE PROBE OUT        writes the page with the probe in it
seen DOM DOCUMENT            what the probe saw in a browser
emulated DOM                 the same of an emulated document: no figure at all
kinds IN OUT                 a document with rows of two kinds of cores
split DOM DOCUMENT           its rows stand in the view of their kind
bare IN OUT                  a document whose operators name no shape and no work
drawn DOM                    the page of any document is drawn without an error
hostile IN OUT               a document whose texts try to be markup
"""

import html.parser
import json
import math
import re
import sys
import urllib.parse

HOSTILE = "</script><script>window.hostile=1</script><!--<img src=x onerror=hostile()>&amp;\"'"


def read(path):
    with open(path, encoding="utf-8") as file:
        return file.read()


def hold(condition, text):
    if not condition:
        sys.exit(f"report: {text}")


class Page(html.parser.HTMLParser):
    """Elements with their attributes, and the text inside of scripts and of the title."""

    def __init__(self, text):
        super().__init__(convert_charrefs=True)
        self.elements, self.texts, self.inside = [], [], None
        self.feed(text)
        self.close()

    def handle_starttag(self, tag, attrs):
        self.elements.append((tag, dict(attrs)))
        self.inside = tag
        self.texts.append("")

    def handle_endtag(self, tag):
        self.inside = None

    def handle_data(self, data):
        if self.inside:
            self.texts[-1] += data

    def of(self, tag):
        return [(attrs, text) for (name, attrs), text in zip(self.elements, self.texts) if name == tag]


def structure(path, *documents):
    text = read(path)
    page = Page(text)
    scripts = {attrs.get("id"): (attrs, body) for attrs, body in page.of("script")}
    hold(len(page.of("script")) == len(documents) + 2, "there are scripts that nobody wrote")
    for number, document in enumerate(documents):
        attrs, body = scripts[f"document-{number}"]
        hold(attrs["type"] == "application/json", "a document is not marked as data")
        hold("<" not in body, "an unescaped '<' in a document")
        hold(json.loads(body) == json.loads(read(document)), f"{document} is not in the page as it was")
    hold(json.loads(scripts["model"][1])["views"], "there is no view")
    for tag, attrs in page.elements:
        hold(not {"src", "href", "onerror"} & set(attrs), f"<{tag}> refers to something outside")
    hold("{{" not in text.split("<script")[0], "a mark of the template is left")
    hold(not re.search(r"@import|url\(", page.of("style")[0][1]), "the style loads something")
    hold("default-src 'none'" in text, "the page may load from elsewhere")
    title = page.of("title")[0][1]
    name = json.loads(read(documents[0]))["context"]["machine"]["name"]
    hold(name in title, f"the title '{title}' does not name the machine '{name}'")


def probed(path, probe, out):
    text = read(path).replace(
        "<head>", "<head><script>window.probeErrors = [];"
        "addEventListener('error', e => probeErrors.push(e.message));"
        "addEventListener('securitypolicyviolation', e => probeErrors.push(e.blockedURI));</script>", 1)
    head, tail = text.rsplit("</body>", 1)
    with open(out, "w", encoding="utf-8") as file:
        file.write(f"{head}<script>{read(probe)}</script></body>{tail}")


def probe_of(dom):
    found = re.search(r'<pre id="probe">([^<]*)</pre>', read(dom))
    hold(found, "the page did not load, or its probe failed")
    return json.loads(urllib.parse.unquote(found.group(1)))


def whole(saw):
    hold(not saw["errors"], f"errors in the browser: {saw['errors']}")
    hold(not saw["requests"], f"the page asked for {saw['requests']}")
    broken = [chart["title"] for chart in saw["charts"] if chart["broken"]]
    hold(not broken, f"pictures with numbers that are none: {broken}")


def number_of(text):
    """'148.2 GFLOP/s' as a number."""
    found = re.match(r"(-?[0-9.e+-]+) ([pnumkMGTPE]?)(FLOP/s|OP/s|B/s|s)$", text)
    hold(found, f"'{text}' is no number with a unit")
    prefixes = dict(zip("pnum", (1e-12, 1e-9, 1e-6, 1e-3))) | dict(
        zip("kMGTPE", (1e3, 1e6, 1e9, 1e12, 1e15, 1e18))) | {"": 1}
    return float(found.group(1)) * prefixes[found.group(2)]


def check_cell(row, cell, wanted, text):
    hold(cell == wanted, f"row {row}: the page has {cell}, the document {wanted}")
    if wanted is not None:
        hold(math.isclose(number_of(text), wanted, rel_tol=6e-4), f"row {row}: '{text}' is not {wanted}")


def check_rows(rows, results):
    hold(len(rows) == min(200, len(results)), f"{len(rows)} of {len(results)} rows are there")
    for seen in rows:
        row = results[seen["row"]]
        hold(seen["cells"][0] == row["family"], f"row {seen['row']}: wrong family")
        hold(seen["values"][4] == row["threads"], f"row {seen['row']}: wrong thread count")
        time = (row.get("time_s") or {}).get("median")
        for column, wanted in ((6, time), (7, row.get("ops_per_s")), (8, row.get("bytes_per_s"))):
            check_cell(seen["row"], seen["values"][column], wanted, seen["cells"][column])


def check_tip(tip):
    hold(tip["before"] is None and tip["out"] is None and tip["released"] is None, "a tip stays")
    hold(tip["over"] == tip["name"], "a point does not tell its name")
    hold(tip["fixed"] == tip["name"], "a click does not fix the name")


def points_of(charts, kind):
    return [tuple(p) for chart in charts if chart["kind"] == kind for p in chart["points"]]


def seen(dom, document):
    saw, results = probe_of(dom), json.loads(read(document))["results"]
    whole(saw)
    check_rows(saw["rows"], results)
    kinds = {chart["kind"] for chart in saw["charts"]}
    hold({"machine", "roofline", "bandwidth", "gemm", "model"} <= kinds, f"only {kinds} are drawn")
    gemm = [row for row in results if row["family"] == "gemm" and row["status"] == "ok"]
    rates = {row["ops_per_s"] for row in gemm}
    for kind in ("roofline", "gemm"):
        drawn = points_of(saw["charts"], kind)
        hold(drawn and {y for _, y in drawn} <= rates, f"{kind} has points that no row has")
    check_tip(saw["tip"])
    hold(points_of(saw["gemm"]["charts"], "gemm"), "the filter took what it should keep")
    hold(not points_of(saw["gemm"]["charts"], "bandwidth"), "the filter left what it should take")
    hold({row["cells"][0] for row in saw["gemm"]["rows"]} == {"gemm"}, "the table is not filtered")
    hold(len(saw["gemm"]["rows"]) == len([r for r in results if r["family"] == "gemm"]), "rows got lost")
    for way in ("up", "down"):
        order = [row["values"][7] for row in saw["sort"][way] if row["values"][7] is not None]
        hold(order == sorted(order, reverse=way == "down"), f"sorting {way} gives another order")
    hold(saw["sort"]["direction"] == "descending", "the head does not tell how it is sorted")
    threads = max(row["threads"] or 0 for row in results)
    hold(all(row["values"][4] == threads for row in saw["none"]["rows"]), "threads are not filtered")


def emulated(dom):
    saw = probe_of(dom)
    whole(saw)
    hold(not saw["rows"], "figures of an emulator are shown")
    hold({chart["kind"] for chart in saw["charts"]} == {"machine"}, "figures of an emulator are drawn")


def kinds(source, out):
    document = json.loads(read(source))
    for row in document["results"][::2]:
        row["core_kind"] = "little"
    with open(out, "w", encoding="utf-8") as file:
        json.dump(document, file)


def split(dom, document):
    saw, results = probe_of(dom), json.loads(read(document))["results"]
    whole(saw)
    rows = [row["row"] for row in saw["rows"]]
    hold(sorted(rows) == list(range(len(results))), "not each row stands in one view")
    order = [results[row]["core_kind"] == "little" for row in rows]
    hold(sum(a != b for a, b in zip(order, order[1:])) == 1, "the kinds of cores are mixed")


def bare(source, out):
    document = json.loads(read(source))
    for row in document["results"]:
        if row["family"] == "gemm":
            row["params"] = {}
            row.pop("work", None)
    with open(out, "w", encoding="utf-8") as file:
        json.dump(document, file)


def drawn(dom):
    whole(probe_of(dom))


def hostile(source, out):
    document = json.loads(read(source))
    document["context"]["machine"]["name"] = HOSTILE
    for row in document["results"]:
        row["kernel"] = HOSTILE
        if row.get("variant"):
            row["variant"] += HOSTILE
    with open(out, "w", encoding="utf-8") as file:
        json.dump(document, file)


if __name__ == "__main__":
    COMMANDS = (structure, probed, seen, emulated, kinds, split, bare, drawn, hostile)
    {f.__name__: f for f in COMMANDS}[sys.argv[1]](*sys.argv[2:])
