#!/usr/bin/env python3
"""Makes the three font files beside this script. Run it only to change what they cover.

    npm pack @expo-google-fonts/noto-serif-sc@0.4.3 @expo-google-fonts/noto-sans-sc@0.4.3
    (unpack both)  pip install fonttools
    python3 subset.py SERIF_PACKAGE SANS_PACKAGE

Song.ttf       Noto Serif SC Regular: GB 2312, symbols, and names.txt
SongTitle.ttf  Noto Serif SC Bold: titles.txt (words of license titles)
Sans.ttf       Noto Sans SC Regular: GB 2312 level 1, symbols, titles.txt

names.txt   characters of the Table of General Standard Chinese Characters (2013)
            outside GB 2312: what a name registered today may contain
titles.txt  characters of license names and of the bodies that issue them
"""

import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).parent
LATIN = "".join(map(chr, [*range(0x20, 0x7F), *range(0xA1, 0xAD), *range(0xAE, 0x100)]))
SYMBOLS = "‐‑–—―‘’“”†•‧…‰′″※€℃℉№℡™Ⅰ←↑→↓√≈≠≤≥①②■□▲△○●★☆☐☑✓✔〇々〈〉《》「」『』【】〔〕〖〗㈠㎎㎏㎜㎝㎞㎡㎥￥"


def gb2312(first: int, last: int) -> str:
    """The characters of rows `first` to `last` (row 1 has lead byte 0xA1)."""
    found = []
    for lead in range(0xA0 + first, 0xA1 + last):
        for trail in range(0xA1, 0xFF):
            try:
                found.append(bytes([lead, trail]).decode("gb2312"))
            except UnicodeDecodeError:
                pass
    return "".join(found)


def listed(name: str) -> str:
    return "".join((HERE / name).read_text(encoding="utf-8").split())


def subset(source: Path, target: str, characters: str) -> None:
    subprocess.run(
        ["pyftsubset", source, f"--text={characters}", f"--output-file={HERE / target}",
         "--layout-features=", "--no-hinting", "--drop-tables+=GSUB,GPOS,GDEF,BASE,vhea,vmtx,VORG,DSIG",
         "--name-IDs=*", "--notdef-outline"],
        check=True,
    )
    print(target, (HERE / target).stat().st_size)


def main() -> None:
    serif, sans = map(Path, sys.argv[1:3])
    symbols = LATIN + SYMBOLS + gb2312(1, 9)
    subset(serif / "400Regular/NotoSerifSC_400Regular.ttf", "Song.ttf", symbols + gb2312(16, 87) + listed("names.txt"))
    subset(serif / "700Bold/NotoSerifSC_700Bold.ttf", "SongTitle.ttf", LATIN + SYMBOLS + listed("titles.txt"))
    subset(sans / "400Regular/NotoSansSC_400Regular.ttf", "Sans.ttf", symbols + gb2312(16, 55) + listed("titles.txt"))


main()
