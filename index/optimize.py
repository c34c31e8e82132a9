"""An ONNX graph into a faster one that computes the same, or nearly: fused, int8, simplified.

All of it happens once, when the encoder is exported, so that loading has nothing left to do. The
weights come to stand in a file of their own, which onnxruntime maps: processes share its pages.
"""

from pathlib import Path

import onnxruntime
from onnx import TensorProto
from onnxruntime.quantization import quantize_dynamic
from onnxruntime.transformers.fusion_options import FusionOptions
from onnxruntime.transformers.optimizer import optimize_model

from index.encode import weights_file

# Model types (as transformers names them) whose attention onnxruntime recognises.
FUSED = {"bert": "bert", "roberta": "bert", "xlm-roberta": "bert", "camembert": "bert"}
# Fusions that are slower than their parts: on a CPU they add and normalise without vector
# instructions (218 µs instead of 45 µs for a hundred tokens).
SLOWER = ("skip_layer_norm", "bias_skip_layer_norm", "embed_layer_norm", "bias_gelu")
SLOWER_WHEN_LOADED = ["SkipLayerNormFusion"]
SMALLEST_APART = "1024"  # bytes of weights that stand in the file of their own


def optimize(file: Path, precision: str, model_type: str, heads: int, hidden: int) -> None:
    """Rewrite the graph in `file`; `heads` and `hidden` are the model's own sizes."""
    try:
        if model_type in FUSED:
            _fuse(file, FUSED[model_type], heads, hidden)
        if precision == "int8":
            _quantize(file)
        _simplify(file)
    except OSError:
        raise
    except Exception as error:  # onnxruntime's own have no class in common
        raise ValueError(f"onnxruntime can't rewrite the encoder: {error}") from error


def _fuse(file: Path, model_type: str, heads: int, hidden: int) -> None:
    options = FusionOptions(model_type)
    for fusion in SLOWER:
        setattr(options, f"enable_{fusion}", False)
    sizes = {"num_heads": heads, "hidden_size": hidden}
    fused = optimize_model(
        str(file), model_type, **sizes, opt_level=0, optimization_options=options
    )
    fused.save_model_to_file(str(file))


def _quantize(file: Path) -> None:
    exact = file.with_suffix(".fp32.onnx")
    file.rename(exact)
    # Shapes can't be inferred through fused nodes, so their type is told.
    told = {"DefaultTensorType": TensorProto.FLOAT}
    quantize_dynamic(exact, file, per_channel=True, extra_options=told)
    exact.unlink()


def _simplify(file: Path) -> None:
    """What onnxruntime would do each time the file is loaded, done once."""
    plain = file.with_suffix(".plain.onnx")
    file.rename(plain)
    options = onnxruntime.SessionOptions()
    options.log_severity_level = 3  # errors only
    level = onnxruntime.GraphOptimizationLevel.ORT_ENABLE_EXTENDED  # the same on every processor
    options.graph_optimization_level = level
    options.optimized_model_filepath = str(file)
    apart = {"file_name": weights_file(file.name), "min_size_in_bytes": SMALLEST_APART}
    for setting, value in apart.items():
        name = f"session.optimized_model_external_initializers_{setting}"
        options.add_session_config_entry(name, value)
    onnxruntime.InferenceSession(
        str(plain),
        options,
        providers=["CPUExecutionProvider"],
        disabled_optimizers=SLOWER_WHEN_LOADED,
    )
    plain.unlink()
