"""Milliseconds over size, both on a logarithmic scale, as SVG."""

from collections.abc import Mapping, Sequence
from math import log10

WIDTH, HEIGHT, LEFT, TOP, RIGHT, BOTTOM = 760, 420, 70, 30, 220, 50
COLOURS = ("#2563eb", "#b91c1c", "#c2410c", "#15803d", "#7c3aed", "#6b7280")


def plot(curves: Mapping[str, Sequence[tuple[int, float]]]) -> str:
    """Return the picture of some curves of (entries, milliseconds)."""
    sizes = sorted({size for curve in curves.values() for size, _ in curve})
    times = [time for curve in curves.values() for _, time in curve]
    low, high = int(log10(min(times)) // 1), int(-(-log10(max(times)) // 1))

    def x(size: float) -> float:
        span = log10(sizes[-1] / sizes[0]) or 1.0
        return LEFT + (WIDTH - LEFT - RIGHT) * log10(size / sizes[0]) / span

    def y(time: float) -> float:
        return TOP + (HEIGHT - TOP - BOTTOM) * (high - log10(time)) / ((high - low) or 1)

    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{WIDTH}" height="{HEIGHT}">',
        '<g font-family="sans-serif" font-size="12">',
        '<rect width="100%" height="100%" fill="#ffffff"/>',
        f'<text x="{LEFT}" y="18" fill="#111827">median milliseconds a question, by entries</text>',
    ]
    for power in range(low, high + 1):
        at = y(10.0**power)
        parts.append(f'<line x1="{LEFT}" x2="{WIDTH - RIGHT}" y1="{at}" y2="{at}" stroke="#e5e7eb"/>')
        parts.append(f'<text x="{LEFT - 8}" y="{at + 4}" text-anchor="end">{10.0**power:g}</text>')
    parts += (f'<text x="{x(size)}" y="{HEIGHT - 25}" text-anchor="middle">{size:,}</text>' for size in sizes)
    ends = sorted(curves, key=lambda name: -curves[name][-1][1])
    for number, (name, curve) in enumerate(curves.items()):
        points = " ".join(f"{x(size):.1f},{y(time):.1f}" for size, time in curve)
        colour, width = COLOURS[number % len(COLOURS)], 3 if number == 0 else 1.5
        parts.append(f'<polyline points="{points}" fill="none" stroke="{colour}" stroke-width="{width}"/>')
        row = TOP + 20 + 22 * ends.index(name)
        parts.append(f'<text x="{WIDTH - RIGHT + 12}" y="{row}" fill="{colour}">{name}</text>')
    return "\n".join([*parts, "</g>", "</svg>\n"])
