"""JAX with Flax and Optax: one compiled training step of the workloads, the time loop a scan."""
import functools

import jax
import jax.numpy as jnp
import optax
from flax import linen as nn

from workloads import VOCABULARY, WORKLOADS, chosen, emit, median_step

CELLS = {"RNN": nn.SimpleCell, "GRU": nn.GRUCell, "LSTM": nn.OptimizedLSTMCell}


class CharacterModel(nn.Module):
    cell: str
    layers: int
    hidden: int

    @nn.compact
    def __call__(self, tokens, carries):
        x = jax.nn.one_hot(tokens, VOCABULARY)
        finals = []
        for layer in range(self.layers):
            final, x = nn.RNN(CELLS[self.cell](self.hidden), return_carry=True)(x, initial_carry=carries[layer])
            finals.append(final)
        return nn.Dense(VOCABULARY)(x), finals


def train(name):
    cell, layers, hidden, batch, length = WORKLOADS[name]
    model = CharacterModel(cell, layers, hidden)
    tokens = jax.random.randint(jax.random.PRNGKey(0), (batch, length + 1), 0, VOCABULARY)
    zeros = jnp.zeros((batch, hidden))
    carries = [(zeros, zeros) if cell == "LSTM" else zeros] * layers
    parameters = model.init(jax.random.PRNGKey(1), tokens[:, :-1], carries)
    optimizer = optax.chain(optax.clip_by_global_norm(5.0), optax.adam(2e-3))

    @functools.partial(jax.jit, donate_argnums=(0, 1))
    def update(parameters, moments, carries, tokens):
        def loss(parameters):
            logits, finals = model.apply(parameters, tokens[:, :-1], carries)
            return optax.softmax_cross_entropy_with_integer_labels(logits, tokens[:, 1:]).mean(), finals

        (value, finals), gradient = jax.value_and_grad(loss, has_aux=True)(parameters)
        changes, moments = optimizer.update(gradient, moments, parameters)
        return optax.apply_updates(parameters, changes), moments, finals, value

    run = [parameters, optimizer.init(parameters), carries]

    def step():
        *run[:], value = update(*run, tokens)
        value.block_until_ready()

    emit(figure="train", peer="jax", work=name, tokensPerSecond=batch * length / median_step(step))


for name in chosen():
    train(name)
