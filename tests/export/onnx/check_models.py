"""Checks ONNX files as strictly as the onnx package can: python check_models.py FILE..."""
import sys

import onnx
from onnx import shape_inference


def lengths(value):
    return [axis.dim_param or axis.dim_value for axis in value.type.tensor_type.shape.dim]


for path in sys.argv[1:]:
    model = onnx.load(path)
    onnx.checker.check_model(model, full_check=True)
    inferred = shape_inference.infer_shapes(model, check_type=True, strict_mode=True, data_prop=True)
    known = {value.name for value in [*inferred.graph.value_info, *inferred.graph.output]}
    missing = [name for node in model.graph.node for name in node.output if name not in known]
    assert not missing, (path, missing)
    shapes = [lengths(value) for value in [*model.graph.input, *model.graph.output]]
    print(" ".join(map(str, shapes)))
