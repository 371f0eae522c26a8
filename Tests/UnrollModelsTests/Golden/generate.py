"""Regenerates the files of this folder with PyTorch; running the tests never needs it.

    python -m pip install torch==1.13.1 "numpy<2" && python generate.py
    python -m pip install torch==2.13.0 numpy && python generate.py

Each version writes a folder of its own: small language models with their logits in `logits.json`, and in `refused/` files that
are not to be read.
"""

import collections
import io
import json
import pathlib
import shutil
import tarfile
import zipfile

import torch
from torch import nn

FOLDER = pathlib.Path(__file__).resolve().parent / f"torch-{torch.__version__.split('+')[0]}"
VOCABULARY, TIME = 7, 24


class Model(nn.Module):
    """A language model as scripts write it: the parts have a name in each of them."""

    def __init__(self, cell, hidden, layers, embedding=0, names=("encoder", "rnn", "decoder"), bias=True, tied=False):
        super().__init__()
        self.names = names
        if embedding:
            setattr(self, names[0], nn.Embedding(VOCABULARY, embedding))
        kind = {"rnn-tanh": nn.RNN, "rnn-relu": nn.RNN, "lstm": nn.LSTM, "gru": nn.GRU}[cell]
        options = {"nonlinearity": "relu"} if cell == "rnn-relu" else {}
        setattr(self, names[1], kind(embedding or VOCABULARY, hidden, layers, bias=bias, **options))
        setattr(self, names[2], nn.Linear(hidden, VOCABULARY, bias=bias))
        if tied:
            getattr(self, names[2]).weight = getattr(self, names[0]).weight

    def forward(self, tokens):
        embedding = getattr(self, self.names[0], None)
        inputs = embedding(tokens) if embedding else nn.functional.one_hot(tokens, VOCABULARY).float()
        return getattr(self, self.names[2])(getattr(self, self.names[1])(inputs)[0])


def spread(state):
    """Tensors that are views of larger storages: transposed, and every third element."""
    views = collections.OrderedDict()
    for name, value in state.items():
        if value.dim() == 2:
            views[name] = value.t().contiguous().t()
        else:
            storage = torch.full((3 * len(value) + 2,), 99.0)
            storage[2::3] = value
            views[name] = storage[2::3]
    return views


cases = []


def case(name, model, change=lambda state: state, wrap=lambda state: state, **settings):
    state = change(model.state_dict())
    path = FOLDER / f"{name}.pt"
    torch.save(wrap(state), path)
    model.load_state_dict({key: value.float() for key, value in state.items()})
    tokens = torch.randint(VOCABULARY, (TIME,))
    with torch.no_grad():
        logits = model(tokens.unsqueeze(1)).squeeze(1)
    numbers = [round(value, 7) for value in logits.flatten().tolist()]
    cases.append({"name": name, **settings, "tokens": tokens.tolist(), "logits": numbers})


def models():
    torch.manual_seed(0)
    case("rnn-tanh", Model("rnn-tanh", 6, 1), cell="rnn-tanh", layers=1, embedding=0)
    case("rnn-relu", Model("rnn-relu", 5, 2, 4, bias=False), cell="rnn-relu", layers=2, embedding=4)
    lstm = Model("lstm", 6, 2, 5, names=("emb", "lstm", "head"))
    case("lstm-in-checkpoint", lstm, wrap=lambda state: {"epoch": 3, "best": 0.5, "model": state, "rates": [1e-3, None, True]},
         cell="lstm", layers=2, embedding=5)
    case("gru-views", Model("gru", 5, 3), change=spread, wrap=dict, cell="gru", layers=3, embedding=0)
    case("lstm-tied", Model("lstm", 6, 1, 6, tied=True), cell="lstm", layers=1, embedding=6, tied=True)
    case("gru-half", Model("gru", 6, 1, 4), change=lambda s: type(s)((k, v.half()) for k, v in s.items()),
         cell="gru", layers=1, embedding=4)
    case("lstm-bfloat16", Model("lstm", 5, 1, 4), change=lambda s: type(s)((k, v.bfloat16()) for k, v in s.items()),
         cell="lstm", layers=1, embedding=4)
    case("gru-double", Model("gru", 5, 1, 4), change=lambda s: type(s)((k, v.double()) for k, v in s.items()),
         cell="gru", layers=1, embedding=4)
    lstm = Model("lstm", 5, 1, 4)
    case("lstm-parameters", lstm, wrap=lambda state: dict(lstm.named_parameters()), cell="lstm", layers=1, embedding=4)
    text = json.dumps({"torch": torch.__version__, "cases": cases}, separators=(",", ":"))
    (FOLDER / "logits.json").write_text(text + "\n")


def refused():
    folder = FOLDER / "refused"
    folder.mkdir()
    torch.manual_seed(1)
    model = Model("gru", 5, 1)
    torch.jit.script(nn.Linear(2, 2)).save(folder / "torch-script.pt")
    torch.save(nn.GRU(7, 5), folder / "whole-module.pt")
    torch.save(model.state_dict(), folder / "stream.pt", _use_new_zipfile_serialization=False)
    torch.save([1, 2, 3], folder / "no-dictionary.pt")
    torch.save({"generator": model.state_dict(), "discriminator": model.state_dict()}, folder / "two-models.pt")
    expanded = {"weight": torch.zeros(1).expand(1000)}
    torch.save(expanded, folder / "expanded.pt")

    plain = io.BytesIO()
    torch.save(model.state_dict(), plain)
    with zipfile.ZipFile(plain) as source, zipfile.ZipFile(
        folder / "compressed.pt", "w", zipfile.ZIP_DEFLATED
    ) as target:
        for entry in source.infolist():
            target.writestr(zipfile.ZipInfo(entry.filename), source.read(entry), zipfile.ZIP_DEFLATED)
    # No PyTorch that still runs writes the archives of before 0.1.10: this is their outer shape.
    with tarfile.open(folder / "tar.pt", "w", format=tarfile.USTAR_FORMAT) as archive:
        for name in ("sys_info", "pickle", "tensors", "storages"):
            archive.addfile(tarfile.TarInfo(name))


shutil.rmtree(FOLDER, ignore_errors=True)
FOLDER.mkdir()
models()
refused()
