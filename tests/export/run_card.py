"""Runs the program of a model card: run_card.py FOLDER REQUEST.json.

Debian has PyTorch, but no timm. Here timm's model is the one of tests/bench/peer.py, cut into the pieces that the
program calls, and the prepared photo is what the request says; the rest is the program's and PyTorch's own.
"""

import json
import re
import sys
import types
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "bench"))
import peer
import torch

folder, request = sys.argv[1], json.loads(Path(sys.argv[2]).read_text())


class TimmModel(peer.VisionTransformer):
    """The names of timm's `VisionTransformer`."""

    norm_pre = torch.nn.Identity()

    @property
    def num_prefix_tokens(self):
        return self.prefix

    def _pos_embed(self, patches):
        names = ["cls_token", "dist_token", "reg_token"]
        prefix = [getattr(self, name).expand(patches.shape[0], -1, -1) for name in names if hasattr(self, name)]
        if self.embeds_prefix:
            return torch.cat([*prefix, patches], dim=1) + self.pos_embed
        return torch.cat([*prefix, patches + self.pos_embed], dim=1)

    def forward_head(self, x):
        return (self.head(x[:, 0]) + self.head_dist(x[:, 1])) / 2 if self.distilled else self.head(x[:, 0])


def create_model(name, pretrained):
    assert name == f"local-dir:{folder}" and pretrained, name
    model = TimmModel(json.loads(Path(folder, "config.json").read_text()))
    model.load_state_dict(peer.read_safetensors(Path(folder, "model.safetensors"))[0])
    return model


def create_transform(input_size):
    assert list(input_size) == [3, *request["imageSize"]], input_size
    return lambda image: torch.tensor(request["photo"]).reshape(input_size)


data = types.SimpleNamespace(resolve_model_data_config=lambda model: {}, create_transform=create_transform)
sys.modules["timm"] = types.SimpleNamespace(create_model=create_model, data=data)
photo = types.SimpleNamespace(convert=lambda mode: None)
sys.modules["PIL"] = types.SimpleNamespace(
    Image=types.SimpleNamespace(open=lambda path: photo),
    ImageOps=types.SimpleNamespace(exif_transpose=lambda image: image),
)

card = Path(folder, "README.md").read_text()
program = re.search(r"```python\n(.*?)```", card, re.S).group(1).replace("path/to/this/folder", folder)
if request.get("visible"):
    program, count = re.subn(r"torch\.randperm\(\d+\)\[:(\d+)\]\.sort\(\)\.values", r"chosen(\1)", program)
    assert count == 1, program


def chosen(number):
    assert number == len(request["visible"]), number
    return torch.tensor(request["visible"])


names = {"chosen": chosen}
exec(program, names)
print(json.dumps({"shape": list(names["rollout"].shape), "rollout": names["rollout"].flatten().tolist()}))
