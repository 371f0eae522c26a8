#!/usr/bin/env python3
"""Takes models from PyTorch to Unroll and back, and compares the logits of 200 tokens.

    python -m pip install torch==2.13.0 safetensors==0.8.0 numpy
    swift build -c release && swift build -c release --package-path Tools/Logits
    python Tools/pytorch-round-trip.py

For every cell, one to three layers, one-hot input, an embedding and tied weights:

- there: a PyTorch model, its state_dict by torch.save, `unroll convert`; the logits are Unroll's and PyTorch's. The state_dict
  by safetensors.torch.save_model has to become the same bytes. The states after each token by `unroll embed` are PyTorch's output
- back: a model that `unroll train` wrote, loaded into torch.nn by the lines of the README; the logits are Unroll's and PyTorch's

And for a classifier, a tagger and a translator: a model that Unroll trained, its tensors through torch.save, and `unroll convert --like`
have to give the same tensors and the same answers.

It prints the largest difference of each, and fails above 1e-6 of the largest logit (of 1 if that is smaller), or where a state
differs by more than 1e-6.
"""

import json
import pathlib
import subprocess
import sys
import tempfile

import numpy
import torch
from safetensors.torch import load_file, save_model
from torch import nn

ROOT = pathlib.Path(__file__).resolve().parent.parent
UNROLL = ROOT / ".build/release/unroll"
LOGITS = ROOT / "Tools/Logits/.build/release/logits"
TEXT = "".join(sorted(set("the quick brown fox jumps over the lazy dog.\n")))
TOKENS, HIDDEN, EMBEDDING, LIMIT = 200, 48, 16, 1e-6

CELLS = {"rnn-tanh": (nn.RNN, {}), "rnn-relu": (nn.RNN, {"nonlinearity": "relu"}), "lstm": (nn.LSTM, {}), "gru": (nn.GRU, {})}
INPUTS = {"one-hot": 0, "embedding": EMBEDDING, "tied": HIDDEN}


def unroll(*arguments):
    subprocess.run([UNROLL, *map(str, arguments)], check=True, stderr=subprocess.DEVNULL)


def unroll_logits(model, tokens):
    text = " ".join(map(str, tokens.tolist()))
    lines = subprocess.run([LOGITS, model], input=text, capture_output=True, text=True, check=True).stdout.splitlines()
    return torch.tensor([[float(number) for number in line.split()] for line in lines])


def there(folder, cell, layers, kind, tokens):
    size, width = len(TEXT), INPUTS[kind]
    module, options = CELLS[cell]
    parts = nn.ModuleDict({"core": module(width or size, HIDDEN, layers, **options), "head": nn.Linear(HIDDEN, size)})
    if width:
        parts["table"] = nn.Embedding(size, width)
    if kind == "tied":
        parts["head"].weight = parts["table"].weight
    torch.save(parts.state_dict(), folder / "there.pt")
    save_model(parts, folder / "state.safetensors")
    options = ["--vocabulary", folder / "vocabulary.json", *(["--nonlinearity", "relu"] if cell == "rnn-relu" else [])]
    unroll("convert", folder / "there.pt", folder / "there.safetensors", *options)
    unroll("convert", folder / "state.safetensors", folder / "same.safetensors", *options)
    assert (folder / "there.safetensors").read_bytes() == (folder / "same.safetensors").read_bytes()
    inputs = parts["table"](tokens) if width else nn.functional.one_hot(tokens, size).float()
    states = parts["core"](inputs)[0]
    (folder / "tokens.txt").write_text("".join(TEXT[token] for token in tokens))
    unroll("embed", folder / "there.safetensors", folder / "tokens.txt", "--per", "token", "--output", folder / "states.npy")
    difference = (torch.from_numpy(numpy.load(folder / "states.npy")) - states).abs().max().item()
    assert difference <= LIMIT, f"states differ by {difference}"
    return parts["head"](states), unroll_logits(folder / "there.safetensors", tokens)


def back(folder, cell, layers, kind, tokens):
    path, size, width = folder / "back.safetensors", len(TEXT), INPUTS[kind]
    name, _, nonlinearity = cell.partition("-")
    unroll("train", folder / "text.txt", "--output", path, "--cell", name, "--layers", layers, "--hidden-size", HIDDEN,
           "--embedding-size", width, "--steps", 20, "--batch-size", 4, "--sequence-length", 16, "--quiet",
           *(["--nonlinearity", nonlinearity] if nonlinearity else []), *(["--tie-weights"] if kind == "tied" else []))

    module, options = CELLS[cell]
    w = load_file(path)
    parts = nn.ModuleDict({"rnn": module(width or size, HIDDEN, layers, **options), "fc": nn.Linear(HIDDEN, size)})
    if width:
        parts["embedding"] = nn.Embedding(size, width)
    w.setdefault("fc.weight", w.get("embedding.weight"))
    parts.load_state_dict(w)
    inputs = parts["embedding"](tokens) if width else nn.functional.one_hot(tokens, size).float()
    return parts["fc"](parts["rnn"](inputs)[0]), unroll_logits(path, tokens)


def of_other_kinds(folder):
    (folder / "labels.tsv").write_text("".join(f"{'AB'[number % 2]}\t{'ab'[number % 2] * (number % 5 + 1)}\n" for number in range(200)))
    (folder / "tags.tsv").write_text("".join(f"{'ab'[number % 2]}{number % 7}\t{'AB'[number % 2]}\n{chr(10) * (number % 5 == 0)}" for number in range(200)))
    (folder / "pairs.tsv").write_text("".join(f"{number}\t{2 * number}\n" for number in range(200)))
    for kind, data, command, line in [
        ("classifier", "labels.tsv", "classify", "aaab"), ("tagger", "tags.tsv", "tag", "a1 b2 c3"), ("translator", "pairs.tsv", "translate", "123")
    ]:
        path, back = folder / f"{kind}.safetensors", folder / f"{kind}-back.safetensors"
        unroll(f"train-{kind}", folder / data, "--output", path, "--epochs", 2, "--hidden-size", 16, "--quiet")
        tensors = load_file(path)
        torch.save(tensors, folder / f"{kind}.pt")
        unroll("convert", folder / f"{kind}.pt", back, "--like", path)
        returned = load_file(back)
        assert tensors.keys() == returned.keys() and all(torch.equal(tensors[name], returned[name]) for name in tensors)
        said = [subprocess.run([UNROLL, command, model], input=line + "\n", capture_output=True, text=True, check=True).stdout for model in (path, back)]
        assert said[0] == said[1] and said[0], said
        print(f"{kind}: {len(tensors)} tensors to PyTorch and back, the same answers")


def main():
    torch.manual_seed(0)
    torch.set_grad_enabled(False)
    worst = {"there": 0.0, "back": 0.0}
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        (folder / "vocabulary.json").write_text(json.dumps(list(TEXT)))
        (folder / "text.txt").write_text("the quick brown fox jumps over the lazy dog.\n" * 40)
        print(f"torch {torch.__version__}, {TOKENS} tokens, H {HIDDEN}, largest difference of logits and largest logit")
        for cell in CELLS:
            for layers in (1, 2, 3):
                for kind in INPUTS:
                    tokens = torch.randint(len(TEXT), (TOKENS,))
                    line = f"{cell:9} {layers} {kind:10}"
                    for way in (there, back):
                        theirs, ours = way(folder, cell, layers, kind, tokens)
                        difference, largest = (ours - theirs).abs().max().item(), theirs.abs().max().item()
                        worst[way.__name__] = max(worst[way.__name__], difference / max(1, largest))
                        line += f"  {way.__name__} {difference:.1e} of {largest:4.1f}"
                    print(line)
        of_other_kinds(folder)
    print(f"largest share: there {worst['there']:.1e}, back {worst['back']:.1e}")
    return 0 if max(worst.values()) <= LIMIT else 1


sys.exit(main())
