"""A small SentencePiece vocabulary in a GGUF file without tensors, and SentencePiece's own ids.

    pip install gguf sentencepiece tokenizers
    python src/test/python/gguf_sentence_pieces.py src/test/resources/golden/gguf

Trained with the options of Llama 2's. Writes pieces.gguf and pieces.json: text and ids.
"""

import io
import json
import sys
from pathlib import Path

import gguf
import sentencepiece
from tokenizer_kinds import CORPUS, TEXTS


def trained():
    model = io.BytesIO()
    sentencepiece.SentencePieceTrainer.train(
        sentence_iterator=iter(CORPUS * 20),
        model_writer=model,
        model_type="bpe",
        vocab_size=500,
        normalization_rule_name="identity",
        remove_extra_whitespaces=False,
        split_digits=True,
        byte_fallback=True,
        allow_whitespace_only_pieces=True,
        character_coverage=0.99995,
        minloglevel=2,
    )
    return sentencepiece.SentencePieceProcessor(model_proto=model.getvalue())


def kind(pieces, i):
    if pieces.is_unknown(i):
        return gguf.TokenType.UNKNOWN
    if pieces.is_control(i):
        return gguf.TokenType.CONTROL
    return gguf.TokenType.BYTE if pieces.is_byte(i) else gguf.TokenType.NORMAL


def main():
    home = Path(sys.argv[1])
    pieces = trained()
    ids = range(pieces.get_piece_size())
    writer = gguf.GGUFWriter(str(home / "pieces.gguf"), "llama")
    writer.add_tokenizer_model("llama")
    writer.add_token_list([pieces.id_to_piece(i) for i in ids])
    writer.add_token_scores([pieces.get_score(i) for i in ids])
    writer.add_token_types([kind(pieces, i) for i in ids])
    writer.add_bos_token_id(1)
    writer.add_eos_token_id(2)
    writer.add_unk_token_id(0)
    for write in ("header", "kv_data", "tensors"):
        getattr(writer, f"write_{write}_to_file")()
    writer.close()
    cases = [{"text": text, "ids": pieces.encode(text), "decoded": pieces.decode(pieces.encode(text))} for text in TEXTS]
    body = ",\n".join(json.dumps(case, separators=(",", ":")) for case in cases)
    (home / "pieces.json").write_text("[\n" + body + "\n]\n")


if __name__ == "__main__":
    main()
