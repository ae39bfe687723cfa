"""The PyTorch peer of `deno task bench`: the same work, as the original system did it.

Plain PyTorch, eager and in float32: a vision transformer with timm's semantics, forward hooks that
collect every layer's attention, a batched rollout with `torch.topk` and full matrix products, a student
trained with Adam. It answers requests, one JSON object a line on stdin, one line a reply on stdout, and
waits in a blocking read in between, so that it takes nothing from whoever measures beside it.

A request is {"do": NAME, ...}; a reply is what the function `do_NAME` returns, or {"error": MESSAGE}.
Shape letters: B batch, H heads, T tokens = prefix tokens + patches, D width.
"""

import ctypes
import json
import os
import platform
import signal
import sys
import time
import traceback
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F
from torch import nn

DEVICE = torch.device("cuda" if torch.cuda.is_available() else "cpu")
PROBE_SECONDS = 0.1  # a setting of threads is tried at least this long
CORES = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()


# Weights


def read_safetensors(path):
    """Reads a safetensors file of float32: (tensors by name, metadata)."""
    raw = np.memmap(path, dtype=np.uint8, mode="r")
    start = 8 + int.from_bytes(raw[:8].tobytes(), "little")
    header = json.loads(raw[8:start].tobytes())
    metadata = header.pop("__metadata__", {})
    tensors = {}
    for name, entry in header.items():
        if entry["dtype"] != "F32":
            raise TypeError(f"Cannot read {path}: {name} is {entry['dtype']}, expected F32")
        begin, end = entry["data_offsets"]
        values = np.frombuffer(raw[start + begin : start + end].tobytes(), dtype="<f4")
        tensors[name] = torch.from_numpy(values.copy()).reshape(entry["shape"])
    return tensors, metadata


# The vision transformer, as timm computes it


class Attention(nn.Module):
    def __init__(self, width, heads, qkv_bias):
        super().__init__()
        self.heads = heads
        self.scale = (width // heads) ** -0.5
        self.qkv = nn.Linear(width, 3 * width, bias=qkv_bias)
        self.attn_drop = nn.Dropout(0.0)  # where forward hooks see the attention
        self.proj = nn.Linear(width, width)

    def forward(self, x):
        batch, tokens, width = x.shape
        qkv = self.qkv(x).reshape(batch, tokens, 3, self.heads, width // self.heads)
        q, k, v = qkv.permute(2, 0, 3, 1, 4).unbind(0)
        attention = ((q * self.scale) @ k.transpose(-2, -1)).softmax(dim=-1)
        mixed = self.attn_drop(attention) @ v
        return self.proj(mixed.transpose(1, 2).reshape(batch, tokens, width))


class Mlp(nn.Module):
    def __init__(self, width, hidden):
        super().__init__()
        self.fc1 = nn.Linear(width, hidden)
        self.act = nn.GELU()
        self.fc2 = nn.Linear(hidden, width)

    def forward(self, x):
        return self.fc2(self.act(self.fc1(x)))


class LayerScale(nn.Module):
    def __init__(self, width):
        super().__init__()
        self.gamma = nn.Parameter(torch.ones(width))

    def forward(self, x):
        return x * self.gamma


class Block(nn.Module):
    def __init__(self, args):
        super().__init__()
        width = args["embed_dim"]
        scale = (lambda: LayerScale(width)) if args["init_values"] else nn.Identity
        self.norm1 = nn.LayerNorm(width, eps=1e-6)
        self.attn = Attention(width, args["num_heads"], args["qkv_bias"])
        self.ls1 = scale()
        self.norm2 = nn.LayerNorm(width, eps=1e-6)
        self.mlp = Mlp(width, int(width * args["mlp_ratio"]))
        self.ls2 = scale()

    def forward(self, x):
        x = x + self.ls1(self.attn(self.norm1(x)))
        return x + self.ls2(self.mlp(self.norm2(x)))


class PatchEmbed(nn.Module):
    def __init__(self, patch_size, width):
        super().__init__()
        self.proj = nn.Conv2d(3, width, patch_size, patch_size)

    def forward(self, images):
        return self.proj(images).flatten(2).transpose(1, 2)


class VisionTransformer(nn.Module):
    """A ViT of the DeiT, DeiT-III, augreg, MAE or DINOv2 kind, from a `config.json` of timm's."""

    def __init__(self, config):
        super().__init__()
        args = config["model_args"]
        width, patch = args["embed_dim"], args["patch_size"]
        size = args["img_size"]
        self.image_size = size if isinstance(size, list) else [size, size]
        self.grid = [side // patch for side in self.image_size]
        self.distilled = "distilled" in config["architecture"]
        self.prefix = 1 + int(self.distilled) + args["reg_tokens"]
        self.embeds_prefix = not args["no_embed_class"]
        positions = self.grid[0] * self.grid[1] + (self.prefix if self.embeds_prefix else 0)
        self.cls_token = nn.Parameter(torch.zeros(1, 1, width))
        if self.distilled:
            self.dist_token = nn.Parameter(torch.zeros(1, 1, width))
        if args["reg_tokens"]:
            self.reg_token = nn.Parameter(torch.zeros(1, args["reg_tokens"], width))
        self.pos_embed = nn.Parameter(torch.zeros(1, positions, width))
        self.patch_embed = PatchEmbed(patch, width)
        self.blocks = nn.Sequential(*[Block(args) for _ in range(args["depth"])])
        self.norm = nn.LayerNorm(width, eps=1e-6)
        classes = args["num_classes"]
        self.out_dim = classes or width
        self.head = nn.Linear(width, classes) if classes else nn.Identity()
        if self.distilled:
            self.head_dist = nn.Linear(width, classes) if classes else nn.Identity()

    def embed(self, images):
        x = self.patch_embed(images)
        names = ["cls_token", "dist_token", "reg_token"]
        prefix = [getattr(self, name) for name in names if hasattr(self, name)]
        prefix = [token.expand(x.shape[0], -1, -1) for token in prefix]
        if self.embeds_prefix:
            return torch.cat([*prefix, x], dim=1) + self.pos_embed
        return torch.cat([*prefix, x + self.pos_embed], dim=1)

    def forward(self, images):
        x = self.norm(self.blocks(self.embed(images)))
        if self.distilled:
            return (self.head(x[:, 0]) + self.head_dist(x[:, 1])) / 2
        return self.head(x[:, 0])


def load_model(folder):
    """Loads `config.json` and `model.safetensors`."""
    model = VisionTransformer(json.loads(Path(folder, "config.json").read_text()))
    model.load_state_dict(read_safetensors(Path(folder, "model.safetensors"))[0])
    return model.to(DEVICE).eval()


# The teacher


class AttentionCollector:
    """Runs a model and keeps, by forward hooks, what every layer attends to: [B, H, T, T] each."""

    def __init__(self, model):
        self.model = model
        self.attentions = []
        for block in model.blocks:
            block.attn.attn_drop.register_forward_hook(self.keep)

    def keep(self, _module, _inputs, attention):
        self.attentions.append(attention)

    @torch.no_grad()
    def __call__(self, images):
        self.attentions = []
        self.model(images)
        return self.attentions


def fuse_heads(attention, fusion):
    if fusion == "mean":
        return attention.mean(dim=1)
    return attention.amax(dim=1) if fusion == "max" else attention.amin(dim=1)


@torch.no_grad()
def rollout(attentions, grid, prefix, settings):
    """The original's batched rollout: discard with `topk`, normalise, multiply layer upon layer.

    `attentions` are [B, H, T, T], or [B, T, T] where heads are fused already; the maps come back divided by
    their maximum, [B, patches].
    """
    batch, tokens = attentions[0].shape[0], attentions[0].shape[-1]
    identity = torch.eye(tokens, device=DEVICE)
    result = identity.expand(batch, tokens, tokens)
    discarded = int(tokens * tokens * settings["discardRatio"])
    for attention in attentions:
        fused = fuse_heads(attention, settings["headFusion"]) if attention.dim() == 4 else attention.clone()
        flat = fused.view(batch, -1)
        first = flat[:, 0].clone()
        _, indices = torch.topk(flat, discarded, dim=-1, largest=False)
        flat.scatter_(1, indices, 0)
        flat[:, 0] = first
        a = (fused + identity) / 2
        if settings["mode"] == "paper":
            a = a / a.sum(dim=-1, keepdim=True)
        else:  # vit-explain's broadcasting: column j by the sum of row j
            a = a / a.sum(dim=-1).unsqueeze(1)
        result = torch.bmm(a, result)
    maps = result[:, 0, prefix : prefix + grid[0] * grid[1]]
    return maps / maps.amax(dim=-1, keepdim=True)


# The student


class Student(nn.Module):
    def __init__(self, model, cells):
        super().__init__()
        self.model = model
        self.projection = nn.Linear(model.out_dim, cells)

    def forward(self, images):
        return torch.sigmoid(self.projection(self.model(images)))


def load_student(path):
    tensors, metadata = read_safetensors(path)
    student = Student(VisionTransformer(json.loads(metadata["model"])), tensors["projection.bias"].shape[0])
    student.load_state_dict(tensors)
    return student.to(DEVICE)


def start_phase(student, phase, lr):
    """Freezes or frees the base, and gives the phase its optimiser."""
    student.model.requires_grad_(phase == "ft")
    trained = [parameter for parameter in student.parameters() if parameter.requires_grad]
    return torch.optim.Adam(trained, lr=lr if phase == "linear" else lr / 10)


def train_step(student, optimiser, images, targets):
    optimiser.zero_grad(set_to_none=True)
    loss = F.binary_cross_entropy(student(images), targets)
    loss.backward()
    optimiser.step()
    return loss.detach()


def pixelate(images, factor, size):
    """The degraded view: bilinear to ⌊size/factor⌋ and to what the student takes."""
    small = [int(side // factor) for side in images.shape[2:]]
    images = F.interpolate(images, size=small, mode="bilinear")
    return images if small == size else F.interpolate(images, size=size, mode="bilinear")


# Photos


class Photos(torch.utils.data.Dataset):
    """The photos of a folder, prepared as timm does, and augmented where the student learns."""

    def __init__(self, folder, preprocessing, augment):
        from torchvision import transforms
        from torchvision.transforms import InterpolationMode

        height, width = preprocessing["imageSize"]
        interpolation = InterpolationMode(preprocessing["interpolation"])
        prepare = [
            transforms.Resize(int(min(height, width) / preprocessing["cropPct"]), interpolation),
            transforms.CenterCrop((height, width)),
        ]
        moves = [
            transforms.RandomHorizontalFlip(),
            transforms.RandomVerticalFlip(),
            transforms.RandomRotation(90),
            transforms.RandomPerspective(0.5, 0.5),
            transforms.ColorJitter(0.5, 0.5, 0.5, 0.5),
            transforms.RandomAffine(0, translate=(0.1, 0.1)),
        ]
        finish = [
            transforms.ToTensor(),
            transforms.Normalize(preprocessing["mean"], preprocessing["std"]),
        ]
        self.paths = sorted(path for path in Path(folder).iterdir() if path.suffix in {".jpg", ".png"})
        self.transform = transforms.Compose(prepare + (moves if augment else []) + finish)

    def __len__(self):
        return len(self.paths)

    def __getitem__(self, index):
        from PIL import Image

        with Image.open(self.paths[index]) as photo:
            return self.transform(photo.convert("RGB"))


def load_photos(request, augment):
    photos = Photos(request["folder"], request["preprocessing"], augment)
    return torch.utils.data.DataLoader(
        photos,
        batch_size=request["batchSize"],
        shuffle=augment,
        num_workers=request["workers"],
        pin_memory=DEVICE.type == "cuda",
    )


# The original's training


class Protocol:
    """A teacher, a student and photos."""

    def __init__(self, request):
        self.request = request
        self.teacher = AttentionCollector(load_model(request["teacher"]))
        self.student = load_student(request["student"])
        self.photos = load_photos(request, augment=True)

    def epoch(self, phase):
        """Trains for an epoch and gives the loss of every step."""
        optimiser = start_phase(self.student, phase, self.request["lr"])
        for images in self.photos:
            yield self.step(images.to(DEVICE, non_blocking=True), optimiser)

    def step(self, images, optimiser):
        model = self.teacher.model
        targets = rollout(self.teacher(images), model.grid, model.prefix, self.request["rollout"])
        view = pixelate(images, self.request["factor"], self.student.model.image_size)
        return train_step(self.student, optimiser, view, targets.nan_to_num()).item()


def probe_protocol(request):
    """The seconds of a step of everything, while workers decode as they will."""
    steps = Protocol(request).epoch("ft")
    next(steps)
    start = time.perf_counter()
    next(steps, None)
    return time.perf_counter() - start


# Threads


def find_openblas():
    """The OpenBLAS that this process has loaded, if it has: its threads are not those of PyTorch."""
    try:
        lines = Path("/proc/self/maps").read_text().splitlines()
    except OSError:
        return None
    for path in {line.split()[-1] for line in lines if "openblas" in line and ".so" in line}:
        library = ctypes.CDLL(path)
        if hasattr(library, "openblas_set_num_threads"):
            library.openblas_get_config.restype = ctypes.c_char_p
            return library
    return None


torch.randn(8, 8) @ torch.randn(8, 8)  # loads the BLAS
OPENBLAS = find_openblas()


def describe_blas():
    if OPENBLAS:
        return OPENBLAS.openblas_get_config().decode().strip()
    words = torch.__config__.show().replace("\n", ",").split(",")
    return next((word.strip() for word in words if "BLAS_INFO" in word), "unknown")


def set_threads(threads):
    torch.set_num_threads(threads["torch"])
    if OPENBLAS:
        OPENBLAS.openblas_set_num_threads(threads["blas"])


def thread_candidates():
    """Which threads to try: PyTorch's own, the BLAS's, both or none, on all cores."""
    if not OPENBLAS or CORES == 1 or DEVICE.type == "cuda":
        return [{"torch": CORES, "blas": CORES}]
    pairs = [(CORES, CORES), (1, CORES), (CORES, 1), (1, 1)]
    return [{"torch": own, "blas": blas} for own, blas in pairs]


def fastest_threads(seconds_of):
    """Tries every setting of threads: (the fastest one, its seconds)."""
    results = []
    for threads in thread_candidates():
        set_threads(threads)
        results.append((seconds_of(), threads))
    seconds, threads = min(results, key=lambda result: result[0])
    return threads, seconds


# Measurements


class Peer:
    """What requests have loaded, and what they can have timed."""

    def __init__(self):
        self.work = {}
        self.threads = {}

    def do_hello(self, _request):
        name = torch.cuda.get_device_name() if DEVICE.type == "cuda" else f"CPU, {CORES} cores"
        return {
            "torch": torch.__version__,
            "python": platform.python_version(),
            "device": name,
            "blas": describe_blas(),
        }

    def do_teacher(self, request):
        """Loads a teacher and its images, and sets up what can be timed; the maps are the reply."""
        collector = AttentionCollector(load_model(request["folder"]))
        model = collector.model
        images = read_images(request["images"])
        settings = request["rollout"]
        maps = lambda attentions: rollout(attentions, model.grid, model.prefix, settings)
        reply = {"maps": maps(collector(images)).nan_to_num().flatten().tolist()}  # 0/0: nothing attended to
        fused = [fuse_heads(a, settings["headFusion"]) for a in collector.attentions]
        self.work["teacher"] = lambda: collector(images)
        self.work["teacher and rollout"] = lambda: maps(collector(images))
        self.work["rollout"] = lambda: maps(fused)
        return reply

    def do_student(self, request):
        """Loads a student, its images and targets for a phase, and takes the first steps: their losses."""
        student = load_student(request["checkpoint"])
        images = read_images(request["images"])
        targets = read_safetensors(request["images"])[0]["targets"].to(DEVICE)
        optimiser = start_phase(student, request["phase"], request["lr"])
        step = lambda: train_step(student, optimiser, images, targets)
        self.work["student"] = step
        return {"losses": [step().item() for _ in range(request["steps"])]}

    def do_prepare(self, request):
        """Warms a measurement up under each setting of threads and keeps the fastest."""
        name = request["measure"]

        def seconds_of():
            self.seconds(name, 1)
            iterations = 1 + int(PROBE_SECONDS / self.seconds(name, 1))
            return min(self.seconds(name, iterations) for _ in range(2))

        self.threads[name], seconds = fastest_threads(seconds_of)
        return {"seconds": seconds, "threads": self.threads[name]}

    def do_time(self, request):
        """Times a measurement: the seconds of one iteration."""
        name = request["measure"]
        set_threads(self.threads[name])
        return {"seconds": self.seconds(name, request["iterations"])}

    def seconds(self, name, iterations):
        synchronise()
        start = time.perf_counter()
        for _ in range(iterations):
            self.work[name]()
        synchronise()
        return (time.perf_counter() - start) / iterations

    def do_input(self, request):
        """Decodes and prepares every photo of a folder once, in worker processes."""
        torch.set_num_threads(1)
        start = time.perf_counter()
        for images in load_photos(request, augment=False):
            images.to(DEVICE)
        synchronise()
        return {"seconds": time.perf_counter() - start}

    def do_protocol(self, request):
        """Trains a student for one epoch a phase as the original did: the teacher in every step."""
        if "protocol" not in self.threads:
            self.threads["protocol"], _ = fastest_threads(lambda: probe_protocol(request))
        set_threads(self.threads["protocol"])
        start = time.perf_counter()
        protocol = Protocol(request)
        synchronise()
        seconds = {"load": time.perf_counter() - start}
        for phase in ["linear", "ft"]:
            start = time.perf_counter()
            for loss in protocol.epoch(phase):
                pass
            torch.save(protocol.student.state_dict(), request["checkpoint"])
            seconds[phase] = time.perf_counter() - start
        return {"seconds": seconds, "loss": loss, "threads": self.threads["protocol"]}

    def do_forget(self, _request):
        """Drops models and images."""
        self.work.clear()
        if DEVICE.type == "cuda":
            torch.cuda.empty_cache()
        return {}


def read_images(path):
    """Images as PyTorch keeps them, [B, 3, height, width], from [B, height, width, 3]."""
    return read_safetensors(path)[0]["images"].permute(0, 3, 1, 2).contiguous().to(DEVICE)


def synchronise():
    if DEVICE.type == "cuda":
        torch.cuda.synchronize()


def main():
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is the benchmark's, which ends this process
    replies = os.fdopen(os.dup(1), "w", buffering=1)
    os.dup2(2, 1)  # whatever a library prints must not be taken for a reply
    peer = Peer()
    for line in sys.stdin:
        request = json.loads(line)
        try:
            reply = json.dumps(getattr(peer, "do_" + request["do"])(request), allow_nan=False)
        except Exception as error:  # the next request may well succeed
            traceback.print_exc()
            reply = json.dumps({"error": f"{type(error).__name__}: {error}"})
        replies.write(reply + "\n")


if __name__ == "__main__":
    main()
