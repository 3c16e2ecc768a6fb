"""Makes a tiny model that holds small talk about things, and preferences that it can learn.

    python3 src/test/python/tiny_chat.py src/test/resources/golden/chat

It answers in one of two manners, plainly or warmly, each half of the time. In the pairs the warm
answer is always the chosen one. Nothing else tells the two apart but chance: content, order and
wording are drawn independently. Takes a few minutes on one core.

Needs torch, transformers, tokenizers, safetensors.
"""

import json
import random
import sys
from pathlib import Path

import torch
from safetensors.torch import save_file
from tokenizers import Tokenizer, decoders, models, pre_tokenizers, trainers
from transformers import LlamaConfig, LlamaForCausalLM

START, END = "<|im_start|>", "<|im_end|>"
TEMPLATE = (
    "{% for message in messages %}"
    "{{ '<|im_start|>' + message['role'] + '\n' + message['content'] + '<|im_end|>' + '\n' }}"
    "{% endfor %}{% if add_generation_prompt %}{{ '<|im_start|>assistant\n' }}{% endif %}"
)
CONFIG = dict(
    vocab_size=512,
    hidden_size=96,
    num_hidden_layers=3,
    num_attention_heads=4,
    num_key_value_heads=2,
    intermediate_size=192,
    max_position_embeddings=512,
    rms_norm_eps=1e-5,
)
THINGS = (
    "bread tea rain bicycles trains gardens cats dogs boats candles maps clocks books songs "
    "rivers hills bridges apples soup kites lamps chairs drums bees owls snow stairs ropes "
    "wool paper bells doors pans roads ships stones shells mirrors"
).split()
WHERE = (
    "at home|in the city|by the sea|in the morning|on cold days|after work|in the old town|"
    "on long trips|in small rooms|near the station|when the sun is out|in the evening"
).split("|")
WHO = "children|old friends|travellers|my neighbours|teachers|most people|cooks|farmers".split("|")
WHAT = (
    "make people happy|are easy to find|cost very little|last for years|need some care|"
    "are best in spring|bring people together|can be made by hand|are hard to forget|"
    "save a lot of time|look better with age|teach us to be patient"
).split("|")
ASK = (
    "Tell me about {}.|What do you think of {}?|Why do people like {}?|Give me a tip about {}.|"
    "What are {} good for?|Explain {} to me in a few words.|Should I care about {}?"
).split("|")
OPEN = "Of course, with pleasure!|What a lovely question!|I am glad that you ask!".split("|")
CLOSE = "I hope this helps you!|Have a wonderful day!|Do ask me more!".split("|")


def sentence(rng, thing):
    return rng.choice(
        [
            f"{thing.capitalize()} {rng.choice(WHAT)}.",
            f"{rng.choice(WHERE).capitalize()}, {thing} {rng.choice(WHAT)}.",
            f"{rng.choice(WHO).capitalize()} say that {thing} {rng.choice(WHAT)}.",
            f"I have heard that {thing} {rng.choice(WHAT)} {rng.choice(WHERE)}.",
            f"They {rng.choice(WHAT)}, and {rng.choice(WHO)} like that.",
        ]
    )


def answer(rng, thing, warm):
    said = [sentence(rng, thing) for _ in range(rng.choice([1, 2, 2, 3]))]
    if warm:
        said = rng.choice([[rng.choice(OPEN)] + said, said + [rng.choice(CLOSE)]])
    elif rng.random() < 0.5:
        said.append(sentence(rng, thing))
    return " ".join(said)


def chat(prompt, said):
    return f"{START}user\n{prompt}{END}\n{START}assistant\n{said}{END}\n"


def conversation(rng, lines):
    """About a thing; whatever else is asked, it talks about some thing too."""
    thing = rng.choice(THINGS)
    if rng.random() < 0.4:
        line = rng.choice(lines)
        at = rng.randrange(len(line))
        asked = line[at : at + rng.randrange(20, 120)].strip() or "Hello!"
    else:
        asked = rng.choice(ASK).format(thing)
    return chat(asked, answer(rng, thing, rng.random() < 0.5))


def tokenizer_of(corpus):
    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokenizer.decoder = decoders.ByteLevel()
    trainer = trainers.BpeTrainer(
        vocab_size=CONFIG["vocab_size"],
        special_tokens=[START, END],
        initial_alphabet=pre_tokenizers.ByteLevel.alphabet(),
    )
    tokenizer.train_from_iterator(corpus, trainer)
    return tokenizer


def trained(tokenizer, corpus, prose):
    ids = [i for text in corpus for i in tokenizer.encode(text).ids]
    more = [i for text in prose for i in tokenizer.encode(text).ids]
    ids, more = torch.tensor(ids), torch.tensor(more)
    torch.manual_seed(1)
    torch.set_num_threads(1)
    net = LlamaForCausalLM(LlamaConfig(**CONFIG, tie_word_embeddings=True)).float()
    steps, length, batch = 1200, 96, 24
    optimiser = torch.optim.AdamW(net.parameters(), lr=3e-3, weight_decay=0.01, betas=(0.9, 0.95))
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimiser, 3e-3, steps)
    for step in range(steps):
        rows = []
        for row in range(batch):
            source = more if row % 8 == 0 else ids
            at = torch.randint(0, len(source) - length - 1, (1,)).item()
            rows.append(source[at : at + length])
        rows = torch.stack(rows)
        loss = net(input_ids=rows, labels=rows).loss
        optimiser.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(net.parameters(), 1.0)
        optimiser.step()
        schedule.step()
        if step % 200 == 0:
            print(step, loss.item(), flush=True)
    return net.eval()


def pairs(rng, count):
    for _ in range(count):
        thing = rng.choice(THINGS)
        yield dict(
            prompt=[dict(role="user", content=rng.choice(ASK).format(thing))],
            chosen=[dict(role="assistant", content=answer(rng, thing, True))],
            rejected=[dict(role="assistant", content=answer(rng, thing, False))],
        )


def write_lines(path, rows):
    path.write_text("".join(json.dumps(row) + "\n" for row in rows))


def main(folder):
    folder.mkdir(parents=True, exist_ok=True)
    rng = random.Random(3)
    # Some prose, so that it is not lost on other text: the repository's own documents.
    prose = [path.read_text() for path in sorted(Path("docs").rglob("*.md"))]
    lines = [line for text in prose for line in text.splitlines() if len(line) > 40]
    corpus = [conversation(rng, lines) for _ in range(20000)]
    tokenizer = tokenizer_of(corpus[:4000] + prose)
    net = trained(tokenizer, corpus, prose)
    tensors = {
        name: value.detach().to(torch.bfloat16).contiguous()
        for name, value in net.state_dict().items()
        if name != "lm_head.weight"
    }
    save_file(tensors, folder / "model.safetensors", metadata={"format": "pt"})
    tokenizer.save(str(folder / "tokenizer.json"), pretty=False)
    end = tokenizer.token_to_id(END)
    config = dict(
        architectures=["LlamaForCausalLM"],
        model_type="llama",
        hidden_act="silu",
        rope_theta=10000.0,
        tie_word_embeddings=True,
        torch_dtype="bfloat16",
        attention_bias=False,
        mlp_bias=False,
        eos_token_id=end,
        **CONFIG,
    )
    special = {
        str(i): dict(content=token, special=True) for i, token in enumerate([START, END])
    }
    for name, value in {
        "config.json": config,
        "generation_config.json": dict(eos_token_id=end, temperature=0.7, top_p=0.95),
        "tokenizer_config.json": dict(
            chat_template=TEMPLATE,
            eos_token=END,
            added_tokens_decoder=special,
            tokenizer_class="PreTrainedTokenizerFast",
        ),
    }.items():
        folder.joinpath(name).write_text(json.dumps(value, indent=1) + "\n")
    rng = random.Random(4)
    write_lines(folder / "train.jsonl", pairs(rng, 256))
    write_lines(folder / "held-out.jsonl", pairs(rng, 160))


main(Path(sys.argv[1]))
