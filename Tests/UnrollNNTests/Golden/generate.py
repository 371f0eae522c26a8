"""Regenerates every golden file of this folder from PyTorch; running the tests never needs it.

    python -m pip install torch==2.13.0 numpy==2.4.6 safetensors==0.8.0
    python generate.py

README.md beside this file says what the files hold and lists the tensors.
"""

import itertools
import json
import math
import os
import pathlib
import zlib

# The float32 kernels of AVX2 and AVX-512 differ in the last bits of a training run; initial values are equal.
os.environ["ATEN_CPU_CAPABILITY"] = "avx2"

import numpy
import torch
from safetensors.numpy import save_file
from torch import nn
from torch.nn import functional
from torch.optim import lr_scheduler, swa_utils

TORCH_VERSION = "2.13.0"
FOLDER = pathlib.Path(__file__).resolve().parent
PRECISION = torch.float64


def numbers(key, *shape, low=-1.0, high=1.0):
    """Fixed float32 numbers for a name, from a stream that no version of numpy changes, in the working precision."""
    stream = numpy.random.RandomState(zlib.crc32(key.encode()))
    return torch.from_numpy(stream.uniform(low, high, shape).astype(numpy.float32)).to(PRECISION)


def save(name, tensors, **manifest):
    arrays = {key: numpy.ascontiguousarray(value.detach().to(torch.float32).numpy()) for key, value in tensors.items()}
    metadata = {"manifest": json.dumps({"torch": TORCH_VERSION, **manifest}, separators=(",", ":"))}
    save_file(arrays, FOLDER / f"{name}.safetensors", metadata)


def save_json(name, **content):
    text = json.dumps({"torch": TORCH_VERSION, **content}, indent=1, ensure_ascii=False)
    (FOLDER / f"{name}.json").write_text(text + "\n", encoding="utf-8")


# Recurrent layers

CELLS = {
    "rnn-tanh": (nn.RNN, {"nonlinearity": "tanh"}),
    "rnn-relu": (nn.RNN, {"nonlinearity": "relu"}),
    "lstm": (nn.LSTM, {}),
    "lstm-projection": (nn.LSTM, {"proj_size": 3}),
    "gru": (nn.GRU, {}),
}
INPUT, HIDDEN, BATCH, TIME = 4, 6, 4, 5
# Sorting these permutes the rows by a permutation that is not its own inverse; the last time step is all padding.
RAGGED = [2, 4, 1, 3]


def recurrent_variants(cells):
    for cell, layers, bias, both in itertools.product(cells, (1, 2, 3), (True, False), (False, True)):
        kind, options = CELLS[cell]
        name = f"{cell}.layers{layers}.{'bias' if bias else 'nobias'}.{'both' if both else 'one'}"
        settings = {"cell": cell, "layers": layers, "bias": bias, "bidirectional": both,
                    "inputSize": INPUT, "hiddenSize": HIDDEN, "projectionSize": options.get("proj_size", 0)}
        arguments = dict(options, num_layers=layers, bias=bias, bidirectional=both)
        yield name, settings, lambda: kind(INPUT, HIDDEN, **arguments)


def recurrent():
    tensors, cases = {}, []
    for model, settings, make in recurrent_variants(CELLS):
        module = make().to(PRECISION)
        for name, parameter in module.named_parameters():
            parameter.data = numbers(f"{model}/parameter/{name}", *parameter.shape, low=-0.6, high=0.6)
            tensors[f"{model}/parameter/{name}"] = parameter
        directions = 2 if settings["bidirectional"] else 1
        state_size = settings["projectionSize"] or HIDDEN
        states = {"h": (settings["layers"] * directions, BATCH, state_size)}
        if isinstance(module, nn.LSTM):
            states["c"] = (settings["layers"] * directions, BATCH, HIDDEN)
        inputs = {"input": numbers(f"{model}/input", TIME, BATCH, INPUT)}
        upstream = {"output": numbers(f"{model}/upstream/output", TIME, BATCH, directions * state_size)}
        for state, shape in states.items():
            inputs[f"{state}_0"] = numbers(f"{model}/{state}_0", *shape)
            upstream[f"{state}_n"] = numbers(f"{model}/upstream/{state}_n", *shape)
        tensors |= {f"{model}/{name}": value for name, value in inputs.items()}
        tensors |= {f"{model}/upstream/{name}": value for name, value in upstream.items()}

        for lengths, given in itertools.product((None, RAGGED), (False, True)):
            case = f"{model}.{'ragged' if lengths else 'equal'}.{'given' if given else 'zeros'}"
            leaves = {name: (value if given or name == "input" else torch.zeros_like(value)).clone().requires_grad_()
                      for name, value in inputs.items()}
            results = run_recurrent(module, leaves, lengths)
            loss = sum((results[name] * upstream[name]).sum() for name in upstream)
            leaves |= dict(module.named_parameters())
            gradients = torch.autograd.grad(loss, list(leaves.values()))
            tensors |= {f"{case}/{name}": value for name, value in results.items()}
            tensors |= {f"{case}/gradient/{name}": value for name, value in zip(leaves, gradients)}
            tensors[f"{case}/loss"] = loss
            cases.append({"name": case, "model": model, **settings, "lengths": lengths or [TIME] * BATCH,
                          "state": "given" if given else "zeros", "parameters": list(dict(module.named_parameters()))})
    save("recurrent", tensors, cases=cases)


def run_recurrent(module, leaves, lengths):
    """Output (zeros where padded) and final states, in the caller's row order."""
    states = tuple(value for name, value in leaves.items() if name != "input")
    sequence = leaves["input"]
    if lengths:
        sequence = nn.utils.rnn.pack_padded_sequence(sequence, torch.tensor(lengths), enforce_sorted=False)
    output, final = module(sequence, states if isinstance(module, nn.LSTM) else states[0])
    if lengths:
        output, _ = nn.utils.rnn.pad_packed_sequence(output, total_length=TIME)
    final = final if isinstance(module, nn.LSTM) else (final,)
    return {"output": output, **dict(zip(("h_n", "c_n"), final))}


# Initial values

def initialization():
    tensors, cases = {}, []

    def add(name, settings, make, seeds=(0, 42)):
        for seed in seeds:
            torch.manual_seed(seed)
            state = make().state_dict()
            tensors.update({f"{name}.seed{seed}/{parameter}": value for parameter, value in state.items()})
            cases.append({"name": f"{name}.seed{seed}", "seed": seed, **settings, "parameters": list(state)})

    for name, settings, make in recurrent_variants(["rnn-tanh", "lstm", "lstm-projection", "gru"]):
        add(name, {"module": "recurrent", **settings}, make)
    for size_in, size_out, bias in ((4, 6, True), (4, 6, False), (12, 17, True)):
        add(f"linear.{size_in}x{size_out}.{'bias' if bias else 'nobias'}",
            {"module": "linear", "inputSize": size_in, "outputSize": size_out, "bias": bias},
            lambda: nn.Linear(size_in, size_out, bias=bias),
            # Only the low 32 bits of a seed count: the last one draws what 7 draws.
            (0, 1, 42, 7, 2**32 + 7))
    # Fewer than 16 values, 15, 16, 17, a multiple of 16, and many; 3 x 5 and 3 x 3 leave half a pair of draws behind.
    for rows, columns, padding in ((3, 3, None), (3, 5, None), (4, 4, None), (17, 1, None), (5, 7, None), (6, 8, None),
                                   (65, 64, None), (2, 3, 0), (5, 7, 0), (5, 7, 3)):
        add(f"embedding.{rows}x{columns}.{'nopadding' if padding is None else f'padding{padding}'}",
            {"module": "embedding", "vocabularySize": rows, "embeddingSize": columns, "paddingIndex": padding},
            lambda: nn.Embedding(rows, columns, padding_idx=padding), (0, 1, 42))
    # The order of drawing across layers; an odd count of small normal draws must not shift what follows.
    add("model.embedding7x4-lstm4x6-linear6x7", {"module": "model"}, lambda: nn.ModuleDict(
        {"embedding": nn.Embedding(7, 4), "rnn": nn.LSTM(4, 6, 2), "fc": nn.Linear(6, 7)}), (0, 1, 42))
    add("model.embedding3x3-gru3x5-embedding3x5-linear5x3", {"module": "model"}, lambda: nn.ModuleDict(
        {"first": nn.Embedding(3, 3), "rnn": nn.GRU(3, 5), "second": nn.Embedding(3, 5), "fc": nn.Linear(5, 3)}), (0, 1, 42))
    add("model.rnn17x12-linear12x17", {"module": "model"}, lambda: nn.ModuleDict(
        {"rnn": nn.RNN(17, 12), "fc": nn.Linear(12, 17)}), (0, 1, 42))
    save("initialization", tensors, cases=cases)


# Optimizers and learning-rate schedules

OPTIMIZERS = {
    "sgd": (torch.optim.SGD, {
        "plain": {"lr": 0.1}, "weight-decay": {"lr": 0.1, "weight_decay": 0.01},
        "momentum": {"lr": 0.1, "momentum": 0.9}, "nesterov": {"lr": 0.1, "momentum": 0.9, "nesterov": True},
        "dampening": {"lr": 0.1, "momentum": 0.9, "dampening": 0.3},
        "nesterov-weight-decay": {"lr": 0.1, "momentum": 0.8, "nesterov": True, "weight_decay": 0.02}}),
    "rmsprop": (torch.optim.RMSprop, {
        "plain": {"lr": 0.01}, "centered": {"lr": 0.01, "centered": True}, "momentum": {"lr": 0.01, "momentum": 0.9},
        "weight-decay": {"lr": 0.01, "weight_decay": 0.01},
        "all": {"lr": 0.02, "alpha": 0.9, "eps": 1e-6, "centered": True, "momentum": 0.5, "weight_decay": 0.01}}),
    "adam": (torch.optim.Adam, {
        "plain": {"lr": 0.01}, "weight-decay": {"lr": 0.01, "weight_decay": 0.1},
        "amsgrad": {"lr": 0.01, "amsgrad": True}, "betas": {"lr": 0.02, "betas": (0.8, 0.95), "eps": 1e-4}}),
    "adamw": (torch.optim.AdamW, {
        "plain": {"lr": 0.01}, "weight-decay": {"lr": 0.01, "weight_decay": 0.1}, "amsgrad": {"lr": 0.01, "amsgrad": True}}),
    "adagrad": (torch.optim.Adagrad, {
        "plain": {"lr": 0.1}, "lr-decay": {"lr": 0.1, "lr_decay": 0.1}, "weight-decay": {"lr": 0.1, "weight_decay": 0.05},
        "initial-accumulator": {"lr": 0.1, "initial_accumulator_value": 0.5}}),
}
STEPS = 10


def optimizers():
    shapes = {"weight": (3, 4), "bias": (5,)}
    initial = {name: numbers(f"initial/{name}", *shape) for name, shape in shapes.items()}
    gradients = {name: numbers(f"gradient/{name}", STEPS, *shape) for name, shape in shapes.items()}
    gradients["bias"][:, 0] = 0     # never moved by its gradient
    gradients["bias"][:, 1] = 0.25  # constant
    gradients["bias"][3, :] = 0
    gradients["weight"][5:] *= 0.125  # the second moments shrink, where amsgrad differs
    tensors, cases = {f"initial/{name}": value for name, value in initial.items()}, []
    tensors |= {f"gradient/{name}": value for name, value in gradients.items()}
    for kind, (make, variants) in OPTIMIZERS.items():
        for variant, settings in variants.items():
            parameters = {name: value.clone().requires_grad_() for name, value in initial.items()}
            optimizer = make(parameters.values(), **settings)
            after = {name: [] for name in parameters}
            for step in range(STEPS):
                for name, parameter in parameters.items():
                    parameter.grad = gradients[name][step].clone()
                optimizer.step()
                for name, parameter in parameters.items():
                    after[name].append(parameter.detach().clone())
            tensors |= {f"{kind}.{variant}/{name}": torch.stack(values) for name, values in after.items()}
            defaults = {key: value for key, value in optimizer.defaults.items()
                        if isinstance(value, (int, float, tuple)) and key not in ("maximize", "capturable", "differentiable")}
            cases.append({"name": f"{kind}.{variant}", "optimizer": kind, "settings": defaults})
    save("optimizers", tensors, steps=STEPS, parameters=list(shapes), cases=cases)


def initial_values():
    """torch.nn.init on the parameters of an LSTM in their order, biases 0."""
    tensors = {}
    for name, draw in (("xavier", nn.init.xavier_uniform_), ("kaiming", lambda w: nn.init.kaiming_uniform_(w, nonlinearity="relu"))):
        model = nn.LSTM(5, 6)
        torch.manual_seed(3)
        for key, parameter in model.named_parameters():
            draw(parameter) if parameter.dim() > 1 else nn.init.zeros_(parameter)
            tensors[f"{name}/{key}"] = parameter
    save("initial-values", tensors, seed=3)


def averages():
    """Weights and their exponential mean, as torch.optim.swa_utils.AveragedModel has it after each step."""
    model = nn.Linear(3, 4, dtype=PRECISION)
    averaged = swa_utils.AveragedModel(model, avg_fn=swa_utils.get_ema_avg_fn(0.9))
    weights, means = [], []
    for step in range(STEPS):
        with torch.no_grad():
            model.weight.copy_(numbers(f"average/{step}", 4, 3))
        averaged.update_parameters(model)
        weights.append(model.weight.detach().clone())
        means.append(averaged.module.weight.detach().clone())
    save("averages", {"weight": torch.stack(weights), "mean": torch.stack(means)}, decay=0.9, steps=STEPS)


def schedules():
    """The learning rate in force at steps 0, 1, …, by the schedulers of torch.optim."""
    losses = [1.0, 0.8, 0.79999, 0.81, 0.82, 0.83, 0.7, 0.7, 0.7, 0.7, 0.7, 0.7, 0.7, 0.7, 0.7, 0.7]
    warmup = {"start_factor": 0.2, "end_factor": 1.0, "total_iters": 4}
    table = {
        "constant": (lr_scheduler.ConstantLR, {"factor": 1.0, "total_iters": 0}),
        "linear-warmup": (lr_scheduler.LinearLR, warmup),
        "linear": (lr_scheduler.LinearLR, {"start_factor": 1.0, "end_factor": 0.0, "total_iters": 12}),
        "cosine": (lr_scheduler.CosineAnnealingLR, {"T_max": 15, "eta_min": 0.0}),
        "cosine-minimum": (lr_scheduler.CosineAnnealingLR, {"T_max": 15, "eta_min": 0.005}),
        "step": (lr_scheduler.StepLR, {"step_size": 4, "gamma": 0.5}),
        "exponential": (lr_scheduler.ExponentialLR, {"gamma": 0.9}),
        "cosine-restarts": (lr_scheduler.CosineAnnealingWarmRestarts, {"T_0": 2, "T_mult": 2, "eta_min": 0.0025}),
        "cosine-restarts-even": (lr_scheduler.CosineAnnealingWarmRestarts, {"T_0": 3, "T_mult": 1, "eta_min": 0.0}),
        "one-cycle": (lr_scheduler.OneCycleLR, {"max_lr": 0.05, "total_steps": 16, "cycle_momentum": False}),
        "one-cycle-early": (lr_scheduler.OneCycleLR, {"max_lr": 0.05, "total_steps": 16, "cycle_momentum": False,
                                                     "pct_start": 0.45, "div_factor": 10.0, "final_div_factor": 100.0}),
        "plateau": (lr_scheduler.ReduceLROnPlateau, {"factor": 0.5, "patience": 2}),
        "plateau-cooldown": (lr_scheduler.ReduceLROnPlateau, {"factor": 0.1, "patience": 1, "threshold": 0.05,
                                                             "cooldown": 2, "min_lr": 0.002}),
    }
    cases = []
    for name, (make, settings) in table.items():
        optimizer = torch.optim.SGD([torch.zeros(1)], lr=0.05)
        scheduler = make(optimizer, **settings)
        rates = learning_rates(optimizer, scheduler, losses)
        cases.append({"name": name, "scheduler": make.__name__, "settings": settings, "learningRates": rates})
    optimizer = torch.optim.SGD([torch.zeros(1)], lr=0.05)
    parts = [lr_scheduler.LinearLR(optimizer, **warmup), lr_scheduler.CosineAnnealingLR(optimizer, T_max=11, eta_min=0.0)]
    scheduler = lr_scheduler.SequentialLR(optimizer, parts, milestones=[4])
    cases.append({"name": "linear-warmup-then-cosine", "scheduler": "SequentialLR",
                  "settings": {**warmup, "milestones": [4], "T_max": 11, "eta_min": 0.0},
                  "learningRates": learning_rates(optimizer, scheduler, losses)})
    save_json("schedules", learningRate=0.05, plateauLosses=losses, cases=cases)


def learning_rates(optimizer, scheduler, losses):
    rates = [optimizer.param_groups[0]["lr"]]
    for loss in losses[:-1]:
        optimizer.step()
        scheduler.step(loss) if isinstance(scheduler, lr_scheduler.ReduceLROnPlateau) else scheduler.step()
        rates.append(optimizer.param_groups[0]["lr"])
    return rates


# Losses, clipping and operations

def losses():
    tensors, cases = {}, []

    def add(name, settings, leaf, loss):
        tensors[f"{name}/loss"] = loss
        tensors[f"{name}/gradient"], = torch.autograd.grad(loss, leaf)
        cases.append({"name": name, **settings})

    logits = {"logits": numbers("logits", 6, 5, low=-3, high=3).requires_grad_(),
              "logits-extreme": (numbers("logits-extreme", 6, 5) * 1000).requires_grad_()}
    class_weights = numbers("class-weights", 5, low=0.25, high=2)
    tensors |= logits | {"class-weights": class_weights}
    targets = {"none": [0, 3, 1, 4, 4, 2], "some": [0, -100, 1, 4, -100, 2], "all": [-100] * 6}
    for source, ignored, weighted, smoothing, reduction in itertools.product(
            logits, targets, (False, True), (0.0, 0.1), ("mean", "sum")):
        weighting, labels = "weighted" if weighted else "unweighted", "smoothed" if smoothing else "hard"
        name = f"cross-entropy.{source}.ignored-{ignored}.{weighting}.{labels}.{reduction}"
        settings = {"loss": "cross-entropy", "logits": source, "targets": targets[ignored], "ignoredTarget": -100,
                    "weighted": weighted, "labelSmoothing": smoothing, "reduction": reduction}
        add(name, settings, logits[source], functional.cross_entropy(
            logits[source], torch.tensor(targets[ignored]), weight=class_weights if weighted else None,
            label_smoothing=smoothing, reduction=reduction))
    prediction, target = numbers("prediction", 3, 4).requires_grad_(), numbers("target", 3, 4)
    scores = (numbers("scores", 3, 4) * torch.tensor([1, 4, 16, 200])).requires_grad_()
    labels, positive = numbers("labels", 3, 4, low=0, high=1), numbers("positive-weights", 4, low=0.5, high=3)
    labels[0], labels[1] = 0, 1
    tensors |= {"prediction": prediction, "target": target, "scores": scores, "labels": labels, "positive-weights": positive}
    for reduction in ("mean", "sum"):
        add(f"mean-squared-error.{reduction}", {"loss": "mean-squared-error", "reduction": reduction}, prediction,
            functional.mse_loss(prediction, target, reduction=reduction))
        for weight in (None, positive):
            name = f"binary-cross-entropy.{'unweighted' if weight is None else 'weighted'}.{reduction}"
            add(name, {"loss": "binary-cross-entropy", "weighted": weight is not None, "reduction": reduction}, scores,
                functional.binary_cross_entropy_with_logits(scores, labels, pos_weight=weight, reduction=reduction))
    save("losses", tensors, cases=cases)


def clipping():
    shapes = {"a": (3, 4), "b": (5,), "c": (2, 1, 3)}
    before = {name: numbers(f"clip/{name}", *shape, low=-2, high=2) for name, shape in shapes.items()}
    tensors, cases = {f"before/{name}": value for name, value in before.items()}, []
    variants = [("norm", limit, kind) for kind in (2.0, math.inf) for limit in (0.5, 1.0, 100.0)]
    for method, limit, kind in variants + [("value", 0.5, None), ("value", 100.0, None)]:
        parameters = {name: torch.zeros_like(value, requires_grad=True) for name, value in before.items()}
        for name, parameter in parameters.items():
            parameter.grad = before[name].clone()
        case = f"{method}{'-maximum' if kind == math.inf else ''}.limit{limit:g}"
        if method == "norm":
            tensors[f"{case}/norm"] = nn.utils.clip_grad_norm_(parameters.values(), limit, norm_type=kind)
        else:
            nn.utils.clip_grad_value_(parameters.values(), limit)
        tensors |= {f"{case}/{name}": parameter.grad for name, parameter in parameters.items()}
        cases.append({"name": case, "method": method, "limit": limit,
                      "norm": {2.0: "euclidean", math.inf: "maximum", None: None}[kind]})
    save("clipping", tensors, parameters=list(shapes), cases=cases)


def operations():
    tensors, cases = {}, []

    def add(name, settings, leaves, result):
        upstream = numbers(f"{name}/upstream", *result.shape)
        gradients = torch.autograd.grad((result * upstream).sum(), list(leaves.values()))
        tensors.update({f"{name}/{key}": value for key, value in leaves.items()})
        tensors.update({f"{name}/output": result, f"{name}/upstream": upstream})
        tensors.update({f"{name}/gradient/{key}": value for key, value in zip(leaves, gradients)})
        cases.append({"name": name, **settings})

    for affine, epsilon in ((True, 1e-5), (False, 1e-5), (True, 1e-2)):
        name = f"layer-norm.{'affine' if affine else 'plain'}.epsilon{epsilon:g}"
        leaves = {"input": numbers(f"{name}/input", 2, 3, 7, low=-2, high=2).requires_grad_()}
        if affine:
            leaves |= {part: numbers(f"{name}/{part}", 7).requires_grad_() for part in ("weight", "bias")}
        add(name, {"operation": "layer-norm", "epsilon": epsilon, "affine": affine}, leaves,
            functional.layer_norm(leaves["input"], (7,), leaves.get("weight"), leaves.get("bias"), epsilon))
    for operation, function in (("softmax", functional.softmax), ("log-softmax", functional.log_softmax)):
        for scale in (3, 1000):
            name = f"{operation}.scale{scale}"
            leaves = {"input": numbers(f"{name}/input", 2, 3, 7, low=-scale, high=scale).requires_grad_()}
            add(name, {"operation": operation}, leaves, function(leaves["input"], dim=-1))
    indices = [[0, 2, 2], [5, 1, 2], [1, 4, 0]]
    for padding in (None, 2):
        name = f"embedding.{'nopadding' if padding is None else f'padding{padding}'}"
        leaves = {"weight": numbers(f"{name}/weight", 6, 4).requires_grad_()}
        add(name, {"operation": "embedding", "indices": indices, "paddingIndex": padding}, leaves,
            functional.embedding(torch.tensor(indices), leaves["weight"], padding_idx=padding))
    pairs = {"add": torch.add, "subtract": torch.subtract, "multiply": torch.multiply, "divide": torch.divide}
    for (operation, function), (a, b) in itertools.product(
            pairs.items(), (((2, 3), (2, 3)), ((2, 3), (3,)), ((3, 1), (1, 4)), ((2, 1, 4), (3, 1)), ((2, 1, 2), ()))):
        name = f"{operation}.{'x'.join(map(str, a))}.{'x'.join(map(str, b)) or 'scalar'}"
        leaves = {part: numbers(f"{name}/{part}", *shape, low=0.5, high=2).requires_grad_()
                  for part, shape in (("a", a), ("b", b))}
        add(name, {"operation": operation}, leaves, function(leaves["a"], leaves["b"]))
    for operation, function in (("square-root", torch.sqrt), ("absolute", torch.abs)):
        low = 0.01 if operation == "square-root" else -2
        leaves = {"input": numbers(f"{operation}/input", 2, 7, low=low, high=2)}
        leaves["input"][0, 0] = 1 if operation == "square-root" else 0
        add(operation, {"operation": operation}, {"input": leaves["input"].requires_grad_()}, function(leaves["input"]))
    reductions = {"sum": torch.sum, "mean": torch.mean, "max": torch.amax, "min": torch.amin}
    for (operation, function), axis, keeps in itertools.product(reductions.items(), (0, 1, -1), (False, True)):
        name = f"{operation}.axis{axis}.{'kept' if keeps else 'removed'}"
        leaves = {"input": numbers(f"{name}/input", 2, 3, 4).requires_grad_()}
        places = getattr(leaves["input"], f"arg{operation}")(axis, keepdim=keeps) if operation in ("max", "min") else None
        add(name, {"operation": operation, "axis": axis, "keepsAxis": keeps}
            | ({} if places is None else {"indices": places.tolist()}), leaves, function(leaves["input"], axis, keeps))
    # Equal elements and NaN: which one is taken, and where the gradient goes.
    for operation, function in (("max", torch.max), ("min", torch.min)):
        rows = [[2, 5, 5, 2], [1, 1, 1, 1], [-1, math.nan, 7, math.nan]]
        leaves = {"input": torch.tensor(rows, dtype=PRECISION).requires_grad_()}
        values, places = function(leaves["input"], -1)
        add(f"{operation}.equal", {"operation": operation, "axis": -1, "keepsAxis": False, "indices": places.tolist()},
            leaves, values)
    for k in (1, 3, 7):
        leaves = {"input": numbers(f"top{k}/input", 2, 7).requires_grad_()}
        values, places = torch.topk(leaves["input"], k)
        add(f"top{k}", {"operation": "top", "k": k, "indices": places.tolist()}, leaves, values)
    mask = [[True, False, False], [False, True, True]]
    leaves = {"input": numbers("replace/input", 2, 2, 3).requires_grad_()}
    add("replace", {"operation": "replace", "value": -3, "mask": [int(value) for row in mask for value in row]}, leaves,
        leaves["input"].masked_fill(torch.tensor(mask), -3))
    for axis in (0, 1):
        leaves = {"input": numbers(f"softmax.axis{axis}/input", 2, 3, 2, low=-3, high=3).requires_grad_()}
        add(f"softmax.axis{axis}", {"operation": "softmax", "axis": axis}, leaves, functional.softmax(leaves["input"], axis))
    save("operations", tensors, cases=cases)


# The tutorial

SENTENCES = ["hey how are you", "good i am fine", "have a nice day"]
EXPECTED = "2.4078 2.1377 1.7490 1.3886 1.0772 0.7901 0.5520 0.3786 0.2649 0.1958"


def tutorial():
    length = max(map(len, SENTENCES))
    padded = [sentence.ljust(length) for sentence in SENTENCES]
    characters = sorted(set("".join(padded)))
    tokens = torch.tensor([[characters.index(character) for character in sentence] for sentence in padded])
    runs = [tutorial_run(kind, seed, characters, tokens)
            for kind in (nn.RNN, nn.LSTM, nn.GRU) for seed in range(10)]
    printed = " ".join(runs[0]["printed"])
    print(f"tutorial, epochs 10, 20, … 100 (loss before the update): {printed}")
    if printed != EXPECTED:
        raise SystemExit(f"expected {EXPECTED}")
    save_json("tutorial", sentences=SENTENCES, characters="".join(characters), hiddenSize=12, learningRate=0.01,
              epochs=100, prompt="good", length=15, runs=runs)


def tutorial_run(kind, seed, characters, tokens):
    size = len(characters)
    one_hot = functional.one_hot(tokens, size).float()
    inputs, targets = one_hot[:, :-1], tokens[:, 1:].reshape(-1)
    torch.manual_seed(seed)
    rnn = kind(size, 12, 1, batch_first=True)
    fc = nn.Linear(12, size)
    optimizer = torch.optim.Adam([*rnn.parameters(), *fc.parameters()], lr=0.01)
    losses = []
    for _ in range(100):
        optimizer.zero_grad()
        output, _ = rnn(inputs)
        loss = functional.cross_entropy(fc(output.reshape(-1, 12)), targets)
        losses.append(loss.item())
        loss.backward()
        optimizer.step()
    text, margin = "good", math.inf
    with torch.no_grad():
        while len(text) < 15:
            prefix = functional.one_hot(torch.tensor([[characters.index(c) for c in text]]), size).float()
            best = fc(rnn(prefix)[0][0, -1]).topk(2)
            margin = min(margin, (best.values[0] - best.values[1]).item())
            text += characters[best.indices[0]]
    losses = losses[9::10]
    return {"cell": kind.__name__.lower(), "seed": seed, "printed": [f"{loss:.4f}" for loss in losses],
            "losses": [round(loss, 7) for loss in losses], "completion": text, "smallestLogitMargin": round(margin, 4)}


def start_here():
    """The gradients of the first step of the tutorial's RNN with seed 0, for the test that is to be read first."""
    length = max(map(len, SENTENCES))
    padded = [sentence.ljust(length) for sentence in SENTENCES]
    characters = sorted(set("".join(padded)))
    tokens = torch.tensor([[characters.index(character) for character in sentence] for sentence in padded])
    torch.manual_seed(0)
    rnn, fc = nn.RNN(len(characters), 12, 1, batch_first=True), nn.Linear(12, len(characters))
    output, _ = rnn(functional.one_hot(tokens, len(characters)).float()[:, :-1])
    functional.cross_entropy(fc(output.reshape(-1, 12)), tokens[:, 1:].reshape(-1)).backward()
    named = [(f"{prefix}.{name}", value) for prefix, module in (("rnn", rnn), ("fc", fc))
             for name, value in module.named_parameters()]
    save_json("start-here", gradients={name: [round(x, 9) for x in value.grad.flatten().tolist()]
                                       for name, value in named})


def main():
    if torch.__version__.split("+")[0] != TORCH_VERSION:
        raise SystemExit(f"torch {TORCH_VERSION} is needed, this is {torch.__version__}")
    torch.set_num_threads(1)
    torch.use_deterministic_algorithms(True)
    for write in (recurrent, initialization, optimizers, initial_values, averages, schedules, losses, clipping, operations, tutorial, start_here):
        write()


if __name__ == "__main__":
    main()
