"""The layers as an ONNX graph in eight bits, for onnxruntime.

Weights have one scale for each output; they use seven of the eight bits, so that processors without
8-bit dot products do not overflow (onnxruntime, "Quantize ONNX models", on reduced range). What
goes into a matrix is quantised as it comes; one text is run at a time, so that no text's vector
depends on the texts beside it.
"""

from __future__ import annotations

import math
from typing import Dict, List, Mapping

import numpy as np
from onnx import ModelProto, NodeProto, TensorProto, helper, numpy_helper

from bot.assistant.encoder.file import Shape

LARGEST = 63  # seven bits with a sign
OPERATIONS = 17
FORMAT = 8


class _Graph:
    """Nodes and constants in the making; every method gives the name of its result."""

    def __init__(self) -> None:
        self.nodes: List[NodeProto] = []
        self.constants: Dict[str, TensorProto] = {}

    def constant(self, name: str, array: np.ndarray) -> str:
        self.constants[name] = numpy_helper.from_array(np.ascontiguousarray(array), name)
        return name

    def number(self, value: float) -> str:
        return self.constant(f"number {value!r}", np.array(value, dtype=np.float32))

    def integers(self, *values: int) -> str:
        return self.constant(f"integers {values}", np.array(values, dtype=np.int64))

    def add(self, operation: str, *inputs: str, outputs: int = 1, **settings: object) -> str:
        place = len(self.nodes)
        names = [f"{operation}.{place}.{number}" for number in range(outputs)]
        self.nodes.append(helper.make_node(operation, list(inputs), names, **settings))
        return names[0]

    def outputs(self) -> List[str]:
        return list(self.nodes[-1].output)


def build(shape: Shape, layers: Mapping[str, np.ndarray]) -> ModelProto:
    """The graph: word and place vectors (1, tokens, width) in, the sentence (1, width) out."""
    graph = _Graph()
    x = _normal(graph, shape, "emb.ln", layers, "words")
    for layer in range(shape.layers):
        x = _layer(graph, shape, f"l{layer}", layers, x)
    _pooled(graph, x)
    numbers = TensorProto.FLOAT
    return helper.make_model(
        helper.make_graph(
            graph.nodes,
            "encoder",
            [helper.make_tensor_value_info("words", numbers, [1, "tokens", shape.width])],
            [helper.make_tensor_value_info("sentence", numbers, [1, shape.width])],
            list(graph.constants.values()),
        ),
        opset_imports=[helper.make_opsetid("", OPERATIONS)],
        ir_version=FORMAT,
    )


def _layer(graph: _Graph, shape: Shape, name: str, layers: Mapping[str, np.ndarray], x: str) -> str:
    def matrix(part: str, outputs: int) -> np.ndarray:
        return layers[f"{name}.{part}.w"].reshape(outputs, -1).T

    def bias(part: str) -> np.ndarray:
        return layers[f"{name}.{part}.b"]

    three = np.concatenate([matrix(part, shape.width) for part in "qkv"], axis=1)
    biases = np.concatenate([bias(part) for part in "qkv"])
    mixed = _linear(graph, f"{name}.qkv", x, three, biases)
    graph.add("Split", mixed, outputs=3, axis=2)
    query, key, value = (_heads(graph, shape, one) for one in graph.outputs())
    keys = graph.add("Transpose", key, perm=[0, 1, 3, 2])
    near = graph.add("MatMul", query, keys)
    near = graph.add("Div", near, graph.number(math.sqrt(shape.width // shape.heads)))
    weights = graph.add("Softmax", near, axis=-1)
    seen = graph.add("Transpose", graph.add("MatMul", weights, value), perm=[0, 2, 1, 3])
    seen = graph.add("Reshape", seen, graph.integers(0, 0, shape.width))
    out = _linear(graph, f"{name}.ao", seen, matrix("ao", shape.width), bias("ao"))
    x = _normal(graph, shape, f"{name}.aln", layers, graph.add("Add", x, out))
    inner = _linear(graph, f"{name}.fi", x, matrix("fi", shape.inner), bias("fi"))
    out = _linear(graph, f"{name}.fo", _gelu(graph, inner), matrix("fo", shape.width), bias("fo"))
    return _normal(graph, shape, f"{name}.oln", layers, graph.add("Add", x, out))


def _linear(graph: _Graph, name: str, x: str, matrix: np.ndarray, bias: np.ndarray) -> str:
    scales = np.maximum(np.abs(matrix).max(axis=0), 1e-9).astype(np.float32) / LARGEST
    eight = np.rint(matrix / scales).astype(np.int8)
    graph.add("DynamicQuantizeLinear", x, outputs=3)
    small, scale, zero = graph.outputs()
    weights = graph.constant(f"{name}.w", eight)
    none = graph.constant(f"{name}.z", np.zeros(len(scales), dtype=np.int8))
    product = graph.add("MatMulInteger", small, weights, zero, none)
    both = graph.add("Mul", scale, graph.constant(f"{name}.s", scales))
    real = graph.add("Mul", graph.add("Cast", product, to=TensorProto.FLOAT), both)
    return graph.add("Add", real, graph.constant(f"{name}.b", bias.astype(np.float32)))


def _heads(graph: _Graph, shape: Shape, x: str) -> str:
    apart = graph.integers(0, 0, shape.heads, shape.width // shape.heads)
    return graph.add("Transpose", graph.add("Reshape", x, apart), perm=[0, 2, 1, 3])


def _normal(
    graph: _Graph, shape: Shape, name: str, layers: Mapping[str, np.ndarray], x: str
) -> str:
    weight = graph.constant(f"{name}.w", layers[f"{name}.w"].astype(np.float32))
    bias = graph.constant(f"{name}.b", layers[f"{name}.b"].astype(np.float32))
    return graph.add("LayerNormalization", x, weight, bias, axis=-1, epsilon=shape.epsilon)


def _gelu(graph: _Graph, x: str) -> str:
    bent = graph.add("Erf", graph.add("Div", x, graph.number(math.sqrt(2))))
    risen = graph.add("Mul", x, graph.add("Add", bent, graph.number(1.0)))
    return graph.add("Mul", risen, graph.number(0.5))


def _pooled(graph: _Graph, x: str) -> None:
    """The mean over the tokens, at length one, as `sentence`."""
    mean = graph.add("ReduceMean", x, axes=[1], keepdims=0)
    length = graph.add("ReduceL2", mean, axes=[1], keepdims=1)
    graph.nodes.append(helper.make_node("Div", [mean, length], ["sentence"]))
