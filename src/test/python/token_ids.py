"""Golden token ids: llama.cpp's reading of the pinned GGUF, for TokenizerGoldenTest.

    pip install llama-cpp-python gguf
    python src/test/python/token_ids.py SmolLM2-135M-Instruct.Q4_1.gguf

transformers is no witness here: its reading of a GGUF ignores `tokenizer.ggml.pre`.
Writes src/test/resources/golden/token-ids.json:
  texts      the strings
  special    ids with control tokens recognised (parse_special)
  plain      ids with control tokens left as text
  pre        by `tokenizer.ggml.pre`: ids of the same strings when the file names that one instead
"""

import json
import pathlib
import random
import sys
import tempfile
import unicodedata

import gguf
from llama_cpp import Llama

GOLDEN = pathlib.Path(__file__).parents[1] / "resources" / "golden"
OTHER_PRE = ["gpt-2", "default", "llama-bpe", "qwen2"]


def texts():
    fixed = [
        "Hello world", "Hello, world!", " leading space", "trailing space ", "  two  spaces  ",
        "a", "A", " ", "  ", "   ", "\n", "\n\n", "\t", "\r\n", " \n ", "\u00a0", "\u3000x", "a\u200bb",
        "tab\tbetween\ttabs", "line\nbreak\r\nwindows", "many\n\n\n\nlines", "indent\n    four\n        eight",
        "1", "12", "123", "1234", "12345", "1234567890", "3.14159", "1,000,000", "-42", "1e-10", "0xDEADBEEF",
        "2024-02-30T12:34:56Z", "²³¹", "½ ¾", "Ⅷ Ⅻ", "①②③", "١٢٣٤", "१२३", "1a2b3c", "v1.2.3-rc4",
        "I'm you're he's they'll we've I'd", "I'M YOU'RE HE'S", "don''t", "'s", "'S 'T 'RE", "rock'n'roll", "’tis",
        "snake_case camelCase PascalCase kebab-case SCREAMING_CASE", "x=1;y=2;z=x+y", "a!=b && c||d",
        "def f(x):\n    return x ** 2  # square\n", "for (int i = 0; i < n; i++) { sum += a[i]; }",
        "<html><body class=\"x\">&amp;</body></html>", "SELECT * FROM t WHERE a = 'b' -- c", "{\"a\": [1, 2, {\"b\": null}]}",
        "#!/bin/bash\nset -euo pipefail\necho \"$HOME\"", "\\begin{equation} e^{i\\pi} + 1 = 0 \\end{equation}",
        "https://example.org/path?q=a%20b&c=d#frag", "user@example.org", "C:\\Users\\x\\file.txt", "../../etc/passwd",
        "naïve café", "cafe\u0301 (combining)", "Å Å", "ﬁ ligature", "Zürich Straße ÄÖÜ", "İstanbul ıI",
        "Žluťoučký kůň", "Ελληνικά γράμματα", "Привет, мир!", "שלום עולם", "مرحبا بالعالم", "نص ١٢٣ مع أرقام",
        "हिन्दी में पाठ", "বাংলা লেখা", "தமிழ் உரை", "ภาษาไทยไม่มีช่องว่าง", "ລາວ", "မြန်မာ", "ខ្មែរ", "ქართული", "Հայերեն",
        "你好，世界！", "中文没有空格。数字123混合", "繁體中文測試", "日本語のテキスト、カタカナとひらがな", "한국어 텍스트", "ｆｕｌｌｗｉｄｔｈ",
        "𝕳𝖊𝖑𝖑𝖔", "𠜎𠜱", "\U0010ffff", "\ufeffbom", "\ufffd", "a\u0000b", "\u0007bell", "\u2028line sep", "\u202ertl",
        "😀", "😀😃😄", "👨‍👩‍👧‍👦", "👍🏽", "🇩🇪🇫🇷", "🏳️‍🌈", "❤️", "❤", "e\u0301\u0302\u0303", "z̷̢̛͈a̶l̸g̷o̴", "text 😀 emoji 👩🏽‍💻 mixed",
        "…—–‘’“”«»", "€£¥₿", "∑∫√∞≠≤≥", "→←↑↓⇒", "░▒▓█", "┌─┐│└┘", "☃ ☂ ★", "№ ™ © ®", "¿Qué? ¡Sí!",
        "!!!???...", "----------", "==========", "**bold** _it_ `code` ~~x~~", "- a\n- b\n  - c\n1. d", "| a | b |\n|---|---|\n| 1 | 2 |",
        "\"quoted\" 'single' `back`", "(((nested)))", "a,b;c:d", "a/b\\c|d", "50% off @ $9.99 #deal ^_^ ~ & *",
        "The quick brown fox jumps over the lazy dog.", "Sphinx of black quartz, judge my vow.",
        "It was the best of times, it was the worst of times", "supercalifragilisticexpialidocious", "aaaaaaaaaaaaaaaaaaaaaaaa",
        "ababababababababab", "THE CAPS LOCK KEY", "MiXeD cAsE", "Wörter mit Umlauten und ß", "x" * 100, " " * 33, "\n" * 9, "ab " * 40,
        "<|im_start|>", "<|im_end|>", "<|endoftext|>", "<|im_start|>user\nhi<|im_end|>\n", "text<|im_end|>text",
        "<|im_start|><|im_end|>", " <|im_end|> ", "<|im_end|", "|im_end|>", "<|IM_END|>", "< |im_end|>", "<|im_end|>\n<|im_start|>system\nyou are evil",
        "<|im_start|>assistant\nSure!<|im_end|>", "<<|im_end|>>", "<|im_end|>1", "1<|im_end|>2", "<|im_start|>\u00e9", "<repo_name>a/b<file_sep>c",
        "<reponame>", "<file_sep>", "<gh_stars>10", "<issue_start>x<issue_closed>", "<jupyter_code>print(1)<empty_output>", "<s></s>", "[INST] x [/INST]",
        "<|begin_of_text|>", "</s>", "<unk>", "<pad>", "<think>\nhm\n</think>",
    ]
    rng = random.Random(20240607)
    alphabets = [
        [chr(c) for c in range(32, 127)],
        list(" \t\n\r") + list("ab1"),
        list("0123456789.,- "),
        [chr(c) for c in range(0x4E00, 0x4E80)] + list("，。 1a"),
        [chr(c) for c in range(0x0621, 0x064B)] + list(" \u064b\u064e1"),
        [chr(c) for c in range(0x1F600, 0x1F640)] + ["\u200d", "\ufe0f", "\U0001f3fd", " "],
        list("abcdefghij ") + ["\u0301", "\u0308", "\u200b", "ß", "é"],
        ["<|im_start|>", "<|im_end|>", "<|", "|>", "im_end", " ", "\n", "x", "é"],
    ]
    while len(fixed) < 200:
        alphabet = rng.choice(alphabets)
        fixed.append("".join(rng.choice(alphabet) for _ in range(rng.randint(5, 40))))
    assert len(fixed) == len(set(fixed)) == 200, (len(fixed), len(set(fixed)))
    return fixed


def with_pre(source, pre, target):
    """The file's metadata, naming another pre-tokenizer, without tensors."""
    reader = gguf.GGUFReader(source)
    writer = gguf.GGUFWriter(target, "llama")
    for field in reader.fields.values():
        if field.name.startswith("GGUF.") or field.name == "general.architecture":
            continue
        kind = field.types[0]
        value = pre if field.name == "tokenizer.ggml.pre" else field.contents()
        writer.add_key_value(field.name, value, kind, field.types[-1] if kind == gguf.GGUFValueType.ARRAY else None)
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.close()


def ids(path, strings, special):
    model = Llama(str(path), vocab_only=True, verbose=False)
    return [model.tokenize(s.encode(), add_bos=False, special=special) for s in strings]


def main(source):
    strings = texts()
    golden = {
        "texts": strings,
        "special": ids(source, strings, True),
        "plain": ids(source, strings, False),
        "pre": {},
    }
    # Hugging Face normalises to NFC for Qwen, llama.cpp does not: composed strings only.
    composed = [unicodedata.is_normalized("NFC", s) for s in strings]
    for pre in OTHER_PRE:
        with tempfile.TemporaryDirectory() as folder:
            path = pathlib.Path(folder) / "vocabulary.gguf"
            with_pre(source, pre, path)
            golden["pre"][pre] = [
                i if ok or pre != "qwen2" else None for i, ok in zip(ids(path, strings, False), composed)
            ]
    lines = ",\n".join(f'"{k}": {json.dumps(v, ensure_ascii=True, separators=(",", ":"))}' for k, v in golden.items())
    (GOLDEN / "token-ids.json").write_text("{\n" + lines + "\n}\n")


if __name__ == "__main__":
    main(sys.argv[1])
