"""Regenerates the files of `imports/` with PyTorch; running the tests never needs it.

    python -m pip install torch==2.13.0 numpy && python generate_imports.py

Models as people write them (cells, modules on top of each other, norms of weights, checkpoints around them), each with the
logits of some tokens in `logits.json`; and in `imports/refused/` files that are not to be converted.
"""

import argparse
import collections
import json
import pathlib
import shutil

import numpy
import torch
from torch import nn
from torch.nn.utils import parametrizations, prune

FOLDER = pathlib.Path(__file__).resolve().parent / "imports"
VOCABULARY, HIDDEN, TIME = 5, 4, 12
cases = []


class Cells(nn.Module):
    """Layers of one cell each, and one-hot tokens."""

    def __init__(self, kind, layers=1):
        super().__init__()
        sizes = [VOCABULARY] + [HIDDEN] * (layers - 1)
        self.cells = nn.ModuleList(kind(size, HIDDEN) for size in sizes)
        self.out = nn.Linear(HIDDEN, VOCABULARY)

    def forward(self, tokens):
        states = [None] * len(self.cells)
        outputs = []
        for x in nn.functional.one_hot(tokens, VOCABULARY).float():
            for layer, cell in enumerate(self.cells):
                states[layer] = cell(x, states[layer])
                x = states[layer][0] if isinstance(states[layer], tuple) else states[layer]
            outputs.append(self.out(x))
        return torch.stack(outputs)


class Stacked(nn.Module):
    """Modules on top of each other, with names that end in numbers."""

    def __init__(self, kind, names):
        super().__init__()
        self.embedding = nn.Embedding(VOCABULARY, 3)
        self.names = names
        for index, name in enumerate(names):
            setattr(self, name, kind(HIDDEN if index else 3, HIDDEN))
        self.fc = nn.Linear(HIDDEN, VOCABULARY)

    def forward(self, tokens):
        x = self.embedding(tokens).unsqueeze(1)
        for name in self.names:
            x, _ = getattr(self, name)(x)
        return self.fc(x.squeeze(1))


class Tied(nn.Module):
    """One matrix for input and output, and no bias at the output."""

    def __init__(self):
        super().__init__()
        self.embedding = nn.Embedding(VOCABULARY, HIDDEN)
        self.gru = nn.GRU(HIDDEN, HIDDEN)
        self.fc = nn.Linear(HIDDEN, VOCABULARY, bias=False)
        self.fc.weight = self.embedding.weight

    def forward(self, tokens):
        return self.fc(self.gru(self.embedding(tokens).unsqueeze(1))[0].squeeze(1))


def plain():
    return Stacked(nn.LSTM, ["lstm"])


def save(name, model, content, **settings):
    torch.save(content, FOLDER / f"{name}.pt")
    tokens = torch.randint(VOCABULARY, (TIME,))
    with torch.no_grad():
        logits = model.eval()(tokens)
    numbers = [round(value, 7) for value in logits.flatten().tolist()]
    cases.append({"name": name, **settings, "tokens": tokens.tolist(), "logits": numbers})


def models():
    model = Cells(nn.LSTMCell, 2)
    save("lstm-cells", model, model.state_dict(), cell="lstm", layers=2)
    model = Cells(nn.GRUCell)
    save("gru-cell", model, model.state_dict(), cell="gru", layers=1)
    model = Cells(nn.RNNCell, 11)
    save("rnn-cells", model, model.state_dict(), cell="rnn-tanh", layers=11)
    model = Stacked(nn.LSTM, ["lstm1", "lstm2"])
    save("lstm-stacked", model, model.state_dict(), cell="lstm", layers=2)
    model = Stacked(nn.GRU, ["gru", "gru2", "gru3"])
    save("gru-stacked", model, model.state_dict(), cell="gru", layers=3)

    model = plain()
    for name in ["weight_ih_l0", "weight_hh_l0"]:
        nn.utils.weight_norm(model.lstm, name)
    nn.utils.weight_norm(model.fc, dim=None)
    save("weight-norm-hooks", model, model.state_dict(), cell="lstm", layers=1)
    model = plain()
    parametrizations.weight_norm(model.lstm, "weight_hh_l0")
    parametrizations.weight_norm(model.fc, dim=1)
    save("weight-norm", model, model.state_dict(), cell="lstm", layers=1)
    model = plain()
    prune.l1_unstructured(model.fc, "weight", amount=0.5)
    save("pruned", model, model.state_dict(), cell="lstm", layers=1)
    model = plain()
    raw = collections.OrderedDict(
        (key.replace("lstm.weight_hh_l0", "lstm.module.weight_hh_l0_raw").replace("lstm.w", "lstm.module.w")
         .replace("lstm.b", "lstm.module.b"), value) for key, value in model.state_dict().items())
    save("weight-drop", model, raw, cell="lstm", layers=1)
    model = Tied()
    save("tied-without-bias", model, model.state_dict(), cell="gru", layers=1, tied=True)

    model = plain()
    optimizer = torch.optim.Adam(model.parameters())
    model(torch.tensor([1, 2])).sum().backward()
    optimizer.step()
    save("checkpoint", model, {
        "epoch": 3, "model_state_dict": model.state_dict(), "loss": torch.tensor(1.2), "best": numpy.float64(1.25),
        "device": torch.device("cpu"), "args": argparse.Namespace(lr=0.1, cell="lstm"), "seen": {1, 2},
        "optimizer": optimizer.state_dict(), "random": torch.get_rng_state(), "losses": numpy.array([1.0, 2.0]),
        "path": pathlib.PurePosixPath("data/text.txt"), "huge": 1 << 100, "counter": collections.Counter("abc"),
    }, cell="lstm", layers=1)
    model = plain()
    save("deep", model, {"runs": [{"meta": {"loss": torch.tensor(2.0)}, "best": {"net": model.state_dict()}}], "step": 7},
         cell="lstm", layers=1)
    model = plain()
    save("tuple", model, (5, model.state_dict()), cell="lstm", layers=1)
    text = json.dumps({"torch": torch.__version__, "cases": cases}, separators=(",", ":"))
    (FOLDER / "logits.json").write_text(text + "\n")


def refused():
    folder = FOLDER / "refused"
    folder.mkdir()
    model = plain()
    nn.utils.spectral_norm(model.fc)
    torch.save(model.state_dict(), folder / "spectral-norm-hooks.pt")
    model = plain()
    parametrizations.orthogonal(model.lstm, "weight_hh_l0")
    torch.save(model.state_dict(), folder / "orthogonal.pt")
    state = plain().state_dict()
    del state["lstm.bias_hh_l0"]
    torch.save(state, folder / "one-bias.pt")
    model = Stacked(nn.LSTM, ["encoder", "decoder"])
    torch.save(model.state_dict(), folder / "encoder-decoder.pt")
    state = plain().state_dict()
    state["lstm.weight_hh_l0"] = torch.quantize_per_tensor(state["lstm.weight_hh_l0"], 0.1, 0, torch.qint8)
    torch.save(state, folder / "quantized.pt")
    torch.save(argparse.Namespace(state=1), folder / "object.pt")


if __name__ == "__main__":
    torch.manual_seed(0)
    shutil.rmtree(FOLDER, ignore_errors=True)
    FOLDER.mkdir()
    models()
    refused()
    print(f"{len(cases)} models in {FOLDER}")
