#!/usr/bin/env python3
"""One table of metrics: what the node shows is what the table says, and dashboard and alert rules name
nothing else. The page is read by a parser of its own (text format 0.0.4)."""
import json
import re

from running import PROGRAM, ROOT, Node, Signer, check, finish, temporary

table = re.findall(r'^WC_METRIC\(\w+, "(\w+)", (\w+), "(\w*)", "(.+)"\)$',
                   (ROOT / "node/service/metrics.def").read_text(), re.M)
KINDS = {"COUNTER": "counter", "GAUGE": "gauge", "SECONDS": "histogram"}
known = {name: (KINDS[kind], label) for name, kind, label, _ in table}
check(len(known) == len(table) > 20, "the table", len(table))
for name, (kind, label) in known.items():
    check(name.startswith("wattclause_") and (name.endswith("_total") == (kind == "counter")), f"{name}: a counter ends in _total")
    check(kind != "histogram" or name.endswith("_seconds"), f"{name}: durations are seconds")


def read(page):
    """{name: {labels: value}} and the types; every line is checked."""
    values, types, helps = {}, {}, set()
    for line in page.splitlines():
        if found := re.fullmatch(r"# HELP (\w+) (.+)", line):
            helps.add(found[1])
        elif found := re.fullmatch(r"# TYPE (\w+) (counter|gauge|histogram)", line):
            check(found[1] not in types, f"{found[1]} has one type")
            types[found[1]] = found[2]
        elif found := re.fullmatch(r'(\w+)(\{(\w+)="([^"\\]*)"\})? (-?\d+(\.\d+)?)', line):
            labels = values.setdefault(found[1], {})
            check((found[3], found[4]) not in labels, f"{line}: once")
            labels[(found[3], found[4])] = float(found[5])
        else:
            check(False, "a line of the page", line)
    check(helps == set(types), "help and type of each")
    return values, types


signer, place = Signer(), temporary()
node = Node(place, signer).start()
for i in range(3):
    tx, _ = node.deposit("home-1", 1, f"e{i}")
    node.submit(tx)
failing, _ = node.tx(["home-1"], node.deposit_call("home-1", 5, "theft"))
node.submit(failing)
node.get("/v1/records/99")
status, page = node.get("/metrics")
check(status == 200 and node.headers["Content-Type"].startswith("text/plain; version=0.0.4"), "type of the page")
values, types = read(page.decode())
check(types == {name: kind for name, (kind, _) in known.items()}, "the page shows the table, no more and no less")
for name, (kind, label) in known.items():
    if kind == "histogram":
        buckets = [value for (_, bound), value in values[name + "_bucket"].items()]
        check(buckets == sorted(buckets) and buckets[-1] == values[name + "_count"][(None, None)], f"{name}: buckets add up")
        check((label == ""), f"{name} has no label of its own")
    elif label:
        check(all(key == label for key, _ in values.get(name, {})), f"{name}: its label is {label}")
    else:
        check(list(values[name]) == [(None, None)], f"{name} has no label")
check(values["wattclause_tx_total"] == {("result", "ok"): 3, ("result", "failed"): 1, ("result", "rejected"): 0}, "transactions")
check(values["wattclause_submit_total"][("answer", "SEALED")] == 4, "answers")
check(values["wattclause_record_seq"][(None, None)] == 4 and values["wattclause_sealing"][(None, None)] == 1, "records")
check(values["wattclause_api_calls_total"][("method", "tx.submit")] == 4, "calls", values["wattclause_api_calls_total"])
check(values["wattclause_api_errors_total"][("method", "record.get")] == 1, "errors")
check(values["wattclause_submit_seconds_count"][(None, None)] == 4, "durations are counted")
check(values["wattclause_gas_used_total"][(None, None)] > 0 and values["wattclause_disk_free_bytes"][(None, None)] > 0, "gas, disk")
again, _ = read(node.get("/metrics")[1].decode())
for name, (kind, _) in known.items():
    if kind == "counter":
        check(all(again[name][key] >= value for key, value in values.get(name, {}).items()), f"{name} only grows")
check(node.stop() == 0, "stops")


def names_in(expression):
    return {re.sub(r"_(bucket|sum|count)$", "", name) if re.sub(r"_(bucket|sum|count)$", "", name) in known else name
            for name in re.findall(r"\bwattclause_\w+", expression)}


dashboard = json.loads((ROOT / "node/service/monitoring/dashboard.json").read_text())
shown = set()
for panel in dashboard["panels"]:
    for target in panel["targets"]:
        shown |= names_in(target["expr"])
        for name in names_in(target["expr"]):
            if known.get(name, ("",))[0] == "histogram":
                check(name + "_bucket" in target["expr"], f"{panel['title']}: a histogram is asked for its buckets")
            if known.get(name, ("",))[0] == "counter" and "rate(" not in target["expr"]:
                check("divergence" in name, f"{panel['title']}: a counter is asked for its rate")
check(shown <= set(known), "the dashboard names nothing else", shown - set(known))
check(set(known) <= shown, "and shows everything", set(known) - shown)
ids = [panel["id"] for panel in dashboard["panels"]]
check(len(set(ids)) == len(ids), "panels have numbers of their own")
rules = (ROOT / "node/service/monitoring/alerts.yml").read_text()
alerts = re.findall(r"- alert: (\w+)\n\s+expr: (.+)\n", rules)
check(len(alerts) == rules.count("- alert:") >= 8, "alert rules", len(alerts))
for name, expression in alerts:
    check(names_in(expression) <= set(known), f"{name} names nothing else", names_in(expression) - set(known))
    for label, value in re.findall(r'(\w+)(?:=|!=)"([A-Z]+)"', expression):
        check(value in ("FOLLOWER",) and label == "reason", f"{name}: a value of a label", label, value)
page = (ROOT / "docs/how-to/run-a-node.md").read_text()
check(all(f"`{name}`" in page for name, _ in alerts), "every alert is explained", [n for n, _ in alerts if f"`{n}`" not in page])
reference = (ROOT / "docs/reference/metrics.md").read_text()
check(all(f"`{name}`" in reference for name in known), "every metric is documented")
check(PROGRAM != "", "program")
finish()
