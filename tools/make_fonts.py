"""Make the fonts of the theme: subsets of two variable fonts, small enough for every first visit.

    npm pack @fontsource-variable/source-serif-4 @fontsource-variable/source-sans-3
    tar -xzf (each) --one-top-level
    python tools/make_fonts.py FOLDER

FOLDER holds what was unpacked. This needs fonttools and brotli, which a site does not. The files in
the repository are what versions 5.3.1 and fonttools 4.68 make.
"""

from __future__ import annotations

import sys
from pathlib import Path

from fontTools.subset import Options, Subsetter
from fontTools.ttLib import TTFont
from fontTools.varLib.instancer import instantiateVariableFont

OUT = Path(__file__).resolve().parent.parent / "theme" / "assets" / "fonts"
FONTS = {"serif": ("source-serif-4", (650, 650)), "sans": ("source-sans-3", (400, 700))}
"""The package of each font, and the weights that the style sheets use: titles have one."""

LATIN = [
    *range(0x20, 0x7F),
    *range(0xA0, 0x100),
    0x131,
    0x152,
    0x153,
    0x2BB,
    0x2BC,
    0x2C6,
    0x2DA,
    0x2DC,
]
LATIN += [*range(0x2010, 0x2016), *range(0x2018, 0x201F), 0x2020, 0x2022, 0x2026, 0x2039, 0x203A]
LATIN += [0x2044, 0x20AC, 0x2122, 0x2212, 0x2215]
EXTENDED = [
    *range(0x100, 0x131),
    *range(0x132, 0x152),
    *range(0x154, 0x180),
    0x218,
    0x219,
    0x21A,
    0x21B,
]
EXTENDED += [0x1E9E]
# Letters of no living spelling, and those that are written with two.
EXTENDED = sorted(
    {*EXTENDED}
    - {0x114, 0x115, 0x12C, 0x12D, 0x132, 0x133, 0x138, 0x13F, 0x140, 0x149, 0x14E, 0x14F, 0x17F}
)
RANGES = {"latin": LATIN, "latin-ext": EXTENDED}
FEATURES = ["kern", "locl", "tnum"]


def make_subset(name: str, file: Path, weights: tuple[int, int], characters: list[int]) -> TTFont:
    """Return a font with these characters and weights only, under the name it has here."""
    font = TTFont(file)
    options = Options(layout_features=FEATURES, hinting=False, notdef_outline=True)
    options.name_IDs = [0, 1, 2, 13, 14]
    subsetter = Subsetter(options)
    subsetter.populate(unicodes=characters)
    subsetter.subset(font)
    narrowed = instantiateVariableFont(font, {"wght": weights})
    for record in narrowed["name"].names:
        if record.nameID in {
            1,
            4,
            6,
            16,
        }:  # "Source" is a reserved name: a changed font may not have it
            record.string = f"Threadbook {name.title()}"
    narrowed.flavor = "woff2"
    return narrowed


def main(folder: Path) -> None:
    """Write a file for each font and range."""
    OUT.mkdir(exist_ok=True)
    for name, (package, weights) in FONTS.items():
        for part, characters in RANGES.items():
            (file,) = folder.rglob(f"{package}-{part}-wght-normal.woff2")
            made = OUT / f"{name}-{part}.woff2"
            make_subset(name, file, weights, characters).save(made)
            sys.stdout.write(f"{made.name}: {made.stat().st_size:,} bytes\n")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
