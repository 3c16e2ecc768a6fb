"""Small tokenizers built like those of well-known models, and the tokenizers library's own results.

    pip install tokenizers
    python src/test/python/tokenizer_kinds.py

Writes src/test/resources/golden/tokenizers/<kind>.json with "tokenizer" (a tokenizer.json trained
here on a few lines) and "cases": text, ids with control tokens recognised and not, and the text
that decoding the former gives without control tokens.
"""

import json
import pathlib

from tokenizers import AddedToken, Regex, Tokenizer, decoders, models, normalizers, pre_tokenizers, trainers

GOLDEN = pathlib.Path(__file__).parents[1] / "resources" / "golden" / "tokenizers"

CORPUS = [
    "The quick brown fox jumps over the lazy dog. The dog sleeps, the fox runs away.",
    "Hello world! How are you today? I'm fine, they're fine, we'll see.",
    "def main(): return 12345 + 67890  # a comment", "Größe, Straße, naïve café", "你好 世界", "  two  spaces   and\ttabs\n\nlines",
] * 3  # fmt: skip

TEXTS = [
    "", " ", "  ", "a", " a", "a ", "Hello world", " Hello  world ", "The quick brown fox", "I'm they're WE'LL", "12345 1 12 123",
    "line\nbreak\n\n\nmore", "\ttab", "naïve café Größe", "cafe\u0301", "你好 世界", "😀👍🏽", "مرحبا", "\u2581", "a\u2581b", "<0x41>",
    "<s>", "</s>", "<s>Hello</s> world", "<s> Hello </s>", " <s>", "a<s>b", "<s><s>", "x</s>\n<s>y", "<unk>", "<tool>call</tool>",
    "a <tool> b", "<mask>", "a <mask> b", "a\n<mask>\nb", "<right>  b", "word", "a word b", "aword", "word.", "Hello<", "<s", "s>",
    "return 12345", "\u00a0nbsp", "tail\n", "\n", "é" * 5, "dog" * 10, "\u0000x", "x\ufffdy",
]  # fmt: skip

SPLIT = (
    r"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}DIGITS| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+"
)


def special(*contents, **options):
    return [AddedToken(content, special=True, normalized=False, **options) for content in contents]


def sentence_piece(normalizer, pre_tokenizer):
    tokenizer = Tokenizer(models.BPE(unk_token="<unk>", fuse_unk=True, byte_fallback=True))
    fallback = ["<unk>", "<s>", "</s>"] + [f"<0x{byte:02X}>" for byte in range(256)]
    # Trained on marked text; the corpus's own characters only, so that all else falls back to bytes.
    tokenizer.pre_tokenizer = pre_tokenizers.Metaspace()
    trainer = trainers.BpeTrainer(vocab_size=600, special_tokens=fallback, show_progress=False)
    tokenizer.train_from_iterator([line for line in CORPUS if line.isascii()], trainer)
    tokenizer.normalizer = normalizer
    tokenizer.pre_tokenizer = pre_tokenizer
    tokenizer.decoder = decoders.Sequence(
        [decoders.Replace("▁", " "), decoders.ByteFallback(), decoders.Fuse(), decoders.Strip(" ", 1, 0)]
    )
    # The trainer made every byte an added token; as in the real ones, only three are.
    raw = json.loads(tokenizer.to_str())
    raw["added_tokens"] = raw["added_tokens"][:3]
    if pre_tokenizer is None:
        raw["pre_tokenizer"] = None
    return Tokenizer.from_str(json.dumps(raw))


def byte_level(pre_tokenizer, normalizer=None, ignore_merges=False, added=()):
    tokenizer = Tokenizer(models.BPE(ignore_merges=ignore_merges))
    tokenizer.normalizer = normalizer
    tokenizer.pre_tokenizer = pre_tokenizer
    trainer = trainers.BpeTrainer(
        vocab_size=450, initial_alphabet=pre_tokenizers.ByteLevel.alphabet(), show_progress=False
    )
    tokenizer.train_from_iterator(CORPUS, trainer)
    tokenizer.decoder = decoders.ByteLevel()
    tokenizer.add_special_tokens(special("<s>", "</s>"))
    tokenizer.add_tokens([AddedToken("<tool>", special=False, normalized=False), *added])
    return tokenizer


def split(digits):
    pattern = Regex(SPLIT.replace("DIGITS", digits))
    return pre_tokenizers.Sequence(
        [
            pre_tokenizers.Split(pattern, behavior="isolated"),
            pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False),
        ]
    )


def kinds():
    prepended = normalizers.Sequence([normalizers.Prepend("▁"), normalizers.Replace(" ", "▁")])
    # Metaspace marks the first word only; the pieces behind a control token begin as they are.
    first = pre_tokenizers.Metaspace(prepend_scheme="first", split=False)
    odd = [
        AddedToken("<mask>", special=True, normalized=False, lstrip=True),
        AddedToken("<right>", special=True, normalized=False, rstrip=True),
        AddedToken("word", special=False, normalized=True, single_word=True),
    ]
    return {
        "llama-2": sentence_piece(prepended, None),
        "mistral-0.3": sentence_piece(None, first),
        "llama-3": byte_level(split("{1,3}"), ignore_merges=True),
        "qwen-2.5": byte_level(split(""), normalizer=normalizers.NFC()),
        "gpt-2": byte_level(pre_tokenizers.ByteLevel(add_prefix_space=False), added=odd),
        "gpt-2-prefixed": byte_level(pre_tokenizers.ByteLevel(add_prefix_space=True)),
    }


def main():
    GOLDEN.mkdir(exist_ok=True)
    for name, tokenizer in kinds().items():
        cases = []
        for text in TEXTS:
            tokenizer.encode_special_tokens = False
            ids = tokenizer.encode(text, add_special_tokens=False).ids
            tokenizer.encode_special_tokens = True
            plain = tokenizer.encode(text, add_special_tokens=False).ids
            cases.append({"text": text, "ids": ids, "plain": plain, "decoded": tokenizer.decode(ids)})
        tokenizer.encode_special_tokens = False
        body = ",\n".join(json.dumps(case, separators=(",", ":")) for case in cases)
        model = json.dumps(json.loads(tokenizer.to_str()), separators=(",", ":"))
        (GOLDEN / f"{name}.json").write_text('{"tokenizer":\n' + model + ',\n"cases": [\n' + body + "\n]}\n")


if __name__ == "__main__":
    main()
