"""Bar charts in SVG: the median of the rounds as a bar, the least and the most as a line over it."""

from xml.sax.saxutils import escape

WIDTH, LABEL, ROW, TOP = 760, 170, 30, 46
COLOURS = {"smtpgate": "#1f6feb", "smtpgate-17": "#79a8f0", "smtpgate-base": "#79a8f0"}
OTHER = "#9aa4b1"


def bars(title, unit, rows):
    """@param rows: (name, title, least, median, most) of each peer"""
    height = TOP + ROW * len(rows) + 14
    most = max(row[4] for row in rows) or 1
    scale = (WIDTH - LABEL - 90) / most
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{WIDTH}" height="{height}" viewBox="0 0 {WIDTH} {height}" '
        'font-family="sans-serif" font-size="13">',
        f'<rect width="{WIDTH}" height="{height}" fill="#ffffff"/>',
        f'<text x="10" y="18" font-weight="bold" fill="#1b1f24">{escape(title)}</text>',
        f'<text x="10" y="35" fill="#57606a" font-size="11">{escape(unit)}; less is better</text>',
    ]
    for index, (name, label, least, median, largest) in enumerate(rows):
        y = TOP + ROW * index
        middle = y + 10
        end = LABEL + median * scale
        left, right = LABEL + least * scale, LABEL + largest * scale
        parts += [
            f'<text x="{LABEL - 8}" y="{y + 15}" text-anchor="end" fill="#1b1f24">{escape(label)}</text>',
            f'<rect x="{LABEL}" y="{y}" width="{max(1, end - LABEL):.1f}" height="20" '
            f'fill="{COLOURS.get(name, OTHER)}"/>',
            f'<line x1="{left:.1f}" y1="{middle}" x2="{right:.1f}" y2="{middle}" stroke="#1b1f24" stroke-width="2"/>',
            f'<text x="{max(end, right) + 6:.1f}" y="{y + 15}" fill="#1b1f24">{number(median)}</text>',
        ]
    return "\n".join([*parts, "</svg>", ""])


def number(value):
    """Three significant digits."""
    if value == 0:
        return "0"
    digits = 0 if abs(value) >= 100 else 1 if abs(value) >= 10 else 2 if abs(value) >= 1 else 3
    return f"{value:.{digits}f}"
