"""Makes hardware/wiring, hardware/bom and the pages of docs/hardware from hardware/reference.

usage: python -m pullcord.hardware [draw]      draw: the pictures, too, with WireViz and Graphviz
"""

import sys
import tempfile
from pathlib import Path

from .drawing import DrawingFailed, draw, shrink
from .files import ROOT, made

IMAGES = ROOT / "docs" / "hardware" / "images"


def main() -> int:
    for path, text in made().items():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    if "draw" not in sys.argv[1:]:
        return 0
    IMAGES.mkdir(parents=True, exist_ok=True)
    try:
        for source in sorted((ROOT / "hardware" / "wiring").glob("*.yaml")):
            _draw(source)
    except DrawingFailed as failed:
        print(f"pullcord: {failed}", file=sys.stderr)
        return 1
    return 0


def _draw(source: Path) -> None:
    print(f"pullcord: drawing {source.stem}")
    with tempfile.TemporaryDirectory() as scratch:
        draw(source, Path(scratch))
        shrink(Path(scratch, f"{source.stem}.png"))
        for kind in ("svg", "png"):
            (IMAGES / f"{source.stem}.{kind}").write_bytes(Path(scratch, f"{source.stem}.{kind}").read_bytes())


if __name__ == "__main__":
    sys.exit(main())
