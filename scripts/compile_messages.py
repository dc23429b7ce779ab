"""Compile the site's translations (.po to .mo) without gettext's own tools, which are a system package."""

from __future__ import annotations

import ast
import struct
from pathlib import Path

LOCALE = Path(__file__).resolve().parent.parent / "src" / "trama" / "site" / "locale"
MAGIC = 0x950412DE


def read_po(path: Path) -> dict[str, str]:
    """Return msgid to msgstr, a context before its msgid as gettext keeps it; plural forms are refused."""
    messages: dict[str, str] = {}
    part, parts = "", {"msgctxt": "", "msgid": "", "msgstr": ""}
    for line in [*path.read_text(encoding="utf-8").splitlines(), 'msgid ""']:
        word, _space, rest = line.partition(" ")
        if word in parts:
            if part == "msgstr":
                messages[_key(parts)] = parts["msgstr"]
                parts = dict.fromkeys(parts, "")
            part, parts[word] = word, ast.literal_eval(rest)
        elif line.startswith('"'):
            parts[part] += ast.literal_eval(line)
        elif line and not line.startswith("#"):
            raise ValueError(f"{path}: «{line}»")
    return {name: text for name, text in messages.items() if text}


def _key(parts: dict[str, str]) -> str:
    """Return what gettext looks up: the context, EOT and the text, or the text alone."""
    return f"{parts['msgctxt']}\x04{parts['msgid']}" if parts["msgctxt"] else parts["msgid"]


def to_mo(messages: dict[str, str]) -> bytes:
    """Return the binary catalogue as the GNU gettext manual lays it out (little endian, no hash table)."""
    rows = [(name.encode(), text.encode()) for name, text in sorted(messages.items())]
    names_at, texts_at = 28, 28 + 8 * len(rows)
    at = texts_at + 8 * len(rows)
    index: dict[int, list[bytes]] = {0: [], 1: []}
    body = b""
    for column in (0, 1):
        for row in rows:
            index[column].append(struct.pack("<II", len(row[column]), at + len(body)))
            body += row[column] + b"\0"
    head = struct.pack("<IIIIIII", MAGIC, 0, len(rows), names_at, texts_at, 0, 0)
    return head + b"".join(index[0]) + b"".join(index[1]) + body


if __name__ == "__main__":
    for po in LOCALE.rglob("*.po"):
        po.with_suffix(".mo").write_bytes(to_mo(read_po(po)))
        print(f"{po.relative_to(LOCALE)}: {len(read_po(po)) - 1} testi")
