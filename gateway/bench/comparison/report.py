"""Writes performance.md, its plots, and the figures as JSON."""

import json
import os
from statistics import median

from . import plots

BEGIN, END = "<!-- figures: written by gateway/bench/compare -->", "<!-- end of the figures -->"
TITLES = {
    "nginx": "nginx mail",
    "haproxy": "HAProxy tcp",
    "dovecot": "Dovecot submission",
    "postfix": "Postfix relay",
    "smtpgate": "smtpgate",
    "smtpgate-openssl": "smtpgate, OpenSSL",
    "smtpgate-17": "smtpgate, JDK 17",
    "smtpgate-base": "smtpgate before",
}
# What must be reached and what is aimed at: of the ratio to nginx, or of the figure itself where there is a unit.
GOALS = {
    "L1": (20, 20, " ms"),
    "S1": (1.0, 0.7, ""),
    "S2": (0.9, 0.7, ""),
    "S2r": (0.9, 0.7, ""),
    "S3": (2.0, 1.0, ""),
    "S4": (0.8, 0.57, ""),
    "S5": (1.5, 1.0, ""),
    "S5t": (24, 24, " KiB"),
    "S6": (3.0, 1.5, " s"),
    "S7": (0.7, 0.5, ""),
    "S8": (1.0, 1.0, " ms"),
}
FIXED = "# Performance\n\n"


def write(scenarios, folder):
    """Adds the scenarios of a run to those measured before, and writes everything anew."""
    plots_folder = os.path.join(folder, "performance")
    os.makedirs(plots_folder, exist_ok=True)
    path = os.path.join(plots_folder, "figures.json")
    figures = _read(path)
    figures.update(scenarios)
    figures = dict(sorted(figures.items()))
    with open(path, "w") as file:
        json.dump(figures, file, indent=1)
        file.write("\n")
    for name, scenario in figures.items():
        with open(os.path.join(plots_folder, f"{name}.svg"), "w") as file:
            file.write(_plot(name, scenario))
    page = os.path.join(folder, "performance.md")
    text = FIXED + f"{BEGIN}\n{END}\n"
    if os.path.exists(page):
        with open(page) as file:
            text = file.read()
    before, _, rest = text.partition(BEGIN)
    after = rest.partition(END)[2]
    with open(page, "w") as file:
        file.write(f"{before}{BEGIN}\n{markdown(figures)}{END}{after}")


def _read(path):
    try:
        with open(path) as file:
            return json.load(file)
    except FileNotFoundError:
        return {}


def markdown(figures):
    parts = [_circumstances(figures), _summary(figures), _latency(figures), _verification(figures)]
    parts += [f"![{name}](performance/{name}.svg)\n" for name in figures]
    return "\n".join(parts)


def _values(scenario, peer, key="value"):
    """Of the rounds in which anything got through."""
    rounds = scenario["peers"].get(peer, [])
    return [figure[key] for figure in rounds if figure.get(key) is not None and figure["value"] is not None]


def _spread(values):
    if not values:
        return "–"
    if len(values) == 1:
        return plots.number(values[0])
    return f"{plots.number(median(values))} ({plots.number(min(values))}–{plots.number(max(values))})"


def _ratios(scenario, peer, key="value"):
    """Of each round by itself, as both shared the machine with the same others."""
    if not scenario["peers"].get(peer):
        return []
    if any(key in scenario["peers"][peer][0] for key in ("delivered", "addedMillisP50")):
        # Seconds in which different numbers were delivered do not compare, nor do differences to something else.
        return []
    pairs = zip(scenario["peers"][peer], scenario["peers"].get("nginx", []))
    return [ours[key] / theirs[key] for ours, theirs in pairs if ours.get(key) and theirs.get(key)]


def _peers(figures):
    return [name for name in TITLES if any(name in scenario["peers"] for scenario in figures.values())]


def _summary(figures):
    peers = _peers(figures)
    lines = [
        "## Cost of a unit of work\n",
        "Median of the rounds, with the least and the most. The ratio is smtpgate's to nginx' of the same round.\n",
        "| scenario | unit | " + " | ".join(TITLES[name] for name in peers) + " | ratio | must, aim | |",
        "|---|---|" + "---|" * len(peers) + "---|---|---|",
    ]
    for name, scenario in figures.items():
        ratios = _ratios(scenario, "smtpgate")
        cells = [_cell(scenario, peer) for peer in peers]
        lines.append(f"| **{name}** {scenario['title']} | {scenario['unit']} | " + " | ".join(cells)
                     + f" | {_spread(ratios)} | {_goal(name)} | {_reached(name, scenario)} |")
    return "\n".join(lines) + "\n"


def _cell(scenario, peer):
    text = _spread(_values(scenario, peer))
    delivered = _values(scenario, peer, "delivered")
    if delivered:
        text += f"; {round(median(delivered)):,} of 2,000"
    sessions = _values(scenario, peer, "sessions")
    if sessions and median(sessions) < 5000:
        text += f"; {round(median(sessions)):,} sessions"
    return text


def _goal(name):
    if name not in GOALS:
        return "–"
    must, aim, unit = GOALS[name]
    return f"≤ {must}{unit}, {aim}{unit}"


def _reached(name, scenario):
    must, aim, unit = GOALS.get(name, (None, None, None))
    values = _values(scenario, "smtpgate") if unit else _ratios(scenario, "smtpgate")
    if must is None or not values:
        return "–"
    delivered, wanted = (_values(scenario, "smtpgate", key) for key in ("delivered", "of"))
    if delivered < wanted:
        return "**missed**"
    value = median(values)
    return "aim reached" if value <= aim else "reached" if value <= must else "**missed**"


def _latency(figures):
    peers = _peers(figures)
    lines = [
        "## Time of a session\n",
        "Milliseconds, median of the rounds' p50 and p99, as many sessions at a time as the scenario says. Wall time on a",
        "shared machine: only the ratio within a round means something.\n",
        "| scenario | " + " | ".join(TITLES[name] for name in peers) + " | ratio of p50 |",
        "|---|" + "---|" * len(peers) + "---|",
    ]
    for name, scenario in figures.items():
        if not any(_values(scenario, peer, "sessionMillisP50") for peer in peers):
            continue
        cells = []
        for peer in peers:
            middle, late = (_values(scenario, peer, f"sessionMillis{which}") for which in ("P50", "P99"))
            cells.append(f"{plots.number(median(middle))}, {plots.number(median(late))}" if middle else "–")
        lines.append(f"| {name} | " + " | ".join(cells)
                     + f" | {_spread(_ratios(scenario, 'smtpgate', 'sessionMillisP50'))} |")
    return "\n".join(lines) + "\n"


def _verification(figures):
    lines = [
        "## What became of the messages\n",
        "| | acknowledged | lost | doubled | corrupt | received, not acknowledged | sessions failed |",
        "|---|---|---|---|---|---|---|",
    ]
    for peer, title in TITLES.items():
        # Postfix behind throws messages away, and cannot tell.
        rounds = [figure for name, scenario in figures.items() if name != "S7" for figure in scenario["peers"].get(peer, [])]
        if rounds:
            keys = ("acknowledged", "lost", "doubled", "corrupt", "unacknowledged", "sessionsFailed")
            sums = [f"{sum(figure.get(key) or 0 for figure in rounds):,}" for key in keys]
            lines.append(f"| {title} | " + " | ".join(sums) + " |")
    return "\n".join(lines) + "\n"


def _circumstances(figures):
    lines = ["| scenarios | measured | machine | rounds | versions |", "|---|---|---|---|---|"]
    alike = {}
    for name, scenario in figures.items():
        alike.setdefault(json.dumps(scenario["circumstances"]), []).append(name)
    for text, names in alike.items():
        at = json.loads(text)
        loads = [figure["load1"] for name in names for rounds in figures[name]["peers"].values() for figure in rounds]
        versions = ", ".join(f"{name} {version}" for name, version in at["versions"].items())
        lines.append(f"| {', '.join(names)} | {at['date']} | {at['cores']} cores, {at['model']}, Linux {at['kernel']}; "
                     f"load {min(loads):.1f} to {max(loads):.1f} | {at['rounds']}"
                     + (f" at scale {at['scale']}" if at["scale"] != 1 else "") + f" | {versions} |")
    return "\n".join(lines) + "\n"


def _plot(name, scenario):
    rows = []
    for peer, title in TITLES.items():
        values = _values(scenario, peer)
        if values:
            rows.append((peer, title, min(values), median(values), max(values)))
    return plots.bars(f"{name}: {scenario['title']}", scenario["unit"], rows)
