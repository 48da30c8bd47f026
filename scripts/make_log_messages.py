#!/usr/bin/env python3
"""Writes parsers/log/messages_table.cpp out of parsers/log/messages.json: scripts/make_log_messages.py

The json file holds the skeletons of every foreign key message and the labels around it, as read out of PostgreSQL's catalogues. A backend logs
in its database's encoding, so each text is written in the encodings that its language is used in. The needles are what the scan looks for: of
each message one fragment (NEEDLES below, checked here to cover all of them), as it stands in text and as JSON may escape it."""
import json
import pathlib
import re

FOLDER = pathlib.Path(__file__).resolve().parent.parent / 'parsers' / 'log'
ENCODINGS = {  # of servers, besides UTF-8
    'de': ['latin-1'], 'es': ['latin-1'], 'fr': ['latin-1'], 'it': ['latin-1'], 'pt_BR': ['latin-1'], 'sv': ['latin-1'], 'pl': ['iso8859-2', 'cp1250'],
    'tr': ['iso8859-9'], 'ru': ['koi8-r', 'cp1251', 'iso8859-5'], 'uk': ['koi8-u', 'cp1251', 'iso8859-5'], 'ja': ['euc_jp'], 'ko': ['euc_kr'],
    'zh_CN': ['gb2312', 'gbk'], 'zh_TW': ['big5'],
}
NEEDLES = {  # a fragment without quotes, names and newlines; and, of those in ASCII, four bytes of it that are rare in logs
    'en': ('oreign key', 'gn k'), 'de': ('Fremdschl', 'mdsc'), 'es': ('la llave for', 'llav'), 'fr': ('viole la contrainte de cl', 'iole'),
    'id': ('oreign key', 'gn k'), 'it': ('vincolo di chiave esterna', 'vinc'), 'ja': ('外部キー制約', ''), 'ko': ('참조키', ''),
    'pl': ('narusza klucz obcy', 'rusz'), 'pt_BR': ('de chave estrangeira', 'chav'), 'ru': ('внешнего ключа', ''), 'sv': ('nyckel-villkoret', 'l-vi'),
    'tr': ('ihlal ediyor', 'ihla'), 'uk': ('зовнішнього ключа', ''), 'zh_CN': ('外键约束', ''), 'zh_TW': ('反外鍵限制', ''),
}
# The needles of one bucket blur each other's windows, so that those that look alike share one.
DIGITS, ESCAPES, ARRAYS, ENGLISH, WORDS, OTHER = 0, 1, 2, 3, 4, 7


def cpp(raw):
    """A C++ literal of these bytes."""
    out, after_hex = '', False
    for byte in raw:
        char = chr(byte)
        if 32 <= byte < 127 and char not in '"\\?':
            if after_hex and char in '0123456789abcdefABCDEF':
                out += '""'
            out, after_hex = out + char, False
        elif char in '"\\':
            out, after_hex = out + '\\' + char, False
        else:
            out, after_hex = out + f'\\x{byte:02x}', True
    return f'"{out}"sv'


def encoded(language, text):
    """The text in each encoding, UTF-8 first, no bytes twice."""
    found = [text.encode()]
    for encoding in ENCODINGS.get(language, []):
        try:
            raw = text.encode(encoding)
        except UnicodeEncodeError:
            continue
        if raw not in found:
            found.append(raw)
    return found


def skeletons(languages):
    rows = []
    seen = set()
    for language, entry in languages.items():
        for kind, variants in entry['messages'].items():
            for variant in variants:
                for raw in encoded(language, variant['skeleton'].strip(' ')):
                    pieces = re.split(rb'%(?:\d\$)?s', raw)
                    if (kind, raw) in seen:
                        continue
                    seen.add((kind, raw))
                    # MATCH FULL and the like have no arguments, though the catalogue says order 1.
                    order = variant['order'][:len(pieces) - 1]
                    rows.append((kind, language, pieces, order))
    return rows


def labels(languages):
    rows, seen = [], set()
    def add(kind, language, text):
        for raw in encoded(language, text):
            if raw not in seen:
                seen.add(raw)
                rows.append((kind, language, raw))
    for language, entry in languages.items():
        for severity, texts in entry['severities'].items():
            for text in texts:
                add(severity.lower(), language, text + ':  ')
        for section, texts in entry['sections'].items():
            for text in texts:
                add(section.lower(), language, text)
    return rows


def needles(languages):
    """Rows of (bytes, where the window begins, bucket)."""
    for language, entry in languages.items():
        covered = [text for text, _ in (NEEDLES.get(language, NEEDLES['en']), NEEDLES['en'])]
        for kind, variants in entry['messages'].items():
            for variant in variants:
                first_line = variant['skeleton'].split('\n')[0]
                if not kind.startswith('detail') and not any(text in first_line for text in covered):
                    raise SystemExit(f'no needle for {language} {kind}: {first_line}')
    rows = [(b'23503', 0, DIGITS), (b'23001', 0, DIGITS)]
    words = 0
    for text, window in dict.fromkeys(NEEDLES.values()):
        if text.isascii():
            bucket = ENGLISH if text == NEEDLES['en'][0] else WORDS + words % (OTHER - WORDS)
            words += bucket != ENGLISH
            rows.append((text.encode(), text.index(window), bucket))
            continue
        language = next(key for key, value in NEEDLES.items() if value[0] == text)
        rows += [(raw, 0, OTHER if raw[0] >= 0xE0 else ARRAYS) for raw in encoded(language, text)]
        escaped = ''.join(c if c.isascii() else f'\\u{ord(c):04x}' for c in text)
        upper = re.sub(r'u([0-9a-f]{4})', lambda m: 'u' + m[1].upper(), escaped)
        rows += [(raw.encode(), 0, ESCAPES) for raw in dict.fromkeys([escaped, upper])]
    # journalctl -o json writes what is not printable text as an array of bytes.
    return rows + [(separator.join(str(byte) for byte in b'oreign').encode(), 0, ARRAYS) for separator in (',', ', ')]


def main():
    languages = {k: v for k, v in json.loads((FOLDER / 'messages.json').read_text())['languages'].items() if v.get('messages') or v.get('sections')}
    out = ['// Made by scripts/make_log_messages.py out of messages.json; change those.', '#include <algorithm>', '#include <iterator>', '#include <string_view>', '',
           '#include "parsers/log/messages.h"', '#include "parsers/log/scan.h"', '', 'namespace pgfk {', 'namespace {', '', 'using namespace std::string_view_literals;', '',
           'constexpr Skeleton kSkeletons[] = {']
    for kind, language, pieces, order in skeletons(languages):
        texts = ', '.join(cpp(piece) for piece in pieces)
        out.append(f'    Skeleton{{MessageForm::{kind.removeprefix("detail_")}, "{language}"sv, {{{texts}}}, {len(pieces)}, {{{", ".join(str(o - 1) for o in order)}}}}},')
    out += ['};', '', 'constexpr LogLabel kLabels[] = {']
    for kind, language, raw in labels(languages):
        out.append(f'    LogLabel{{LabelKind::{kind}, "{language}"sv, {cpp(raw)}}},')
    out += ['};', '', 'constexpr std::string_view kUnknown[] = {']
    unknown = sorted({raw for language, entry in languages.items() for text in entry.get('other', {}).get('unknown', []) for raw in encoded(language, text)})
    out += [f'    {cpp(raw)},' for raw in unknown]
    out += ['};', '', 'constexpr Needle kNeedles[] = {']
    for raw, window, bucket in needles(languages):
        out.append(f'    Needle{{{cpp(raw)}, {window}, {bucket}}},')
    out += ['};', '', '}  // namespace', '', 'std::span<const Skeleton> message_skeletons() { return kSkeletons; }', 'std::span<const LogLabel> log_labels() { return kLabels; }',
            'std::span<const Needle> violation_needles() { return kNeedles; }', '',
            'bool is_unknown_text(std::string_view text) { return std::ranges::find(kUnknown, text) != std::end(kUnknown); }', '', '}  // namespace pgfk', '']
    (FOLDER / 'messages_table.cpp').write_text('\n'.join(out))


if __name__ == '__main__':
    main()
