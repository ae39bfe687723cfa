import assert from "node:assert/strict";
import {
  describeModelFile,
  describeNamedModel,
  serialiseModelFile,
  splitTag,
} from "../../lib/model/model_config_file.ts";
import { tinyConfig, tinyDescription } from "./tiny_model.ts";

const path = "folder/config.json";

/** As timm's `push_to_hf_hub` writes it. */
const hubFile = {
  architecture: "vit_small_patch14_reg4_dinov2",
  num_classes: 0,
  num_features: 384,
  global_pool: "token",
  pretrained_cfg: {
    tag: "lvd142m",
    custom_load: false,
    input_size: [3, 518, 518],
    fixed_input_size: true,
    interpolation: "bicubic",
    crop_pct: 1.0,
    crop_mode: "center",
    mean: [0.485, 0.456, 0.406],
    std: [0.229, 0.224, 0.225],
    num_classes: 0,
    pool_size: null,
    first_conv: "patch_embed.proj",
    classifier: "head",
    license: "apache-2.0",
  },
};

function describe(content: unknown, args?: Record<string, unknown>) {
  return describeModelFile(JSON.stringify(content), { path, args });
}

Deno.test("describeModelFile() reads what timm's hub holds", () => {
  const description = describe(hubFile);
  assert.deepEqual(description, describeNamedModel("vit_small_patch14_reg4_dinov2.lvd142m"));
  assert.equal(description.config.regTokens, 4);
  assert.deepEqual(description.config.imageSize, [518, 518]);
});

Deno.test("describeModelFile() follows the file where it differs from the name", () => {
  const { pretrained_cfg } = hubFile;
  const { config, preprocessing, tag } = describe({
    ...hubFile,
    num_classes: 7,
    model_args: { depth: 3, num_classes: 5 },
    pretrained_cfg: {
      ...pretrained_cfg,
      tag: "mine",
      input_size: [3, 28, 42],
      crop_pct: 0.8,
      crop_mode: "squash",
      interpolation: "bilinear",
      mean: [0.1, 0.2, 0.3],
      std: [0.4, 0.5, 0.6],
    },
  });
  assert.equal(tag, "mine");
  assert.deepEqual([config.depth, config.numClasses, config.embedDim], [3, 5, 384]);
  assert.deepEqual(preprocessing, {
    imageSize: [28, 42],
    cropPct: 0.8,
    cropMode: "squash",
    interpolation: "bilinear",
    mean: [0.1, 0.2, 0.3],
    std: [0.4, 0.5, 0.6],
  });
});

Deno.test("describeModelFile() takes classes from the top level before pretrained_cfg", () => {
  const architecture = "vit_tiny_patch16_224";
  const pretrained_cfg = { num_classes: 10 };
  assert.equal(describe({ architecture, num_classes: 7, pretrained_cfg }).config.numClasses, 7);
  assert.equal(describe({ architecture, pretrained_cfg }).config.numClasses, 10);
  assert.equal(describe({ architecture }).config.numClasses, 1000);
});

Deno.test("describeModelFile() reads timm's older files, which have no pretrained_cfg", () => {
  const { architecture, pretrained_cfg } = hubFile;
  assert.deepEqual(describe({ architecture, ...pretrained_cfg }), describe(hubFile));
  const { config, preprocessing } = describe({
    architecture: "vit_tiny_patch16_224",
    num_classes: 2,
    input_size: [3, 32, 32],
    mean: [0, 0, 0],
    std: [1, 1, 1],
  });
  assert.equal(config.numClasses, 2);
  assert.deepEqual(preprocessing.imageSize, [32, 32]);
  assert.deepEqual(preprocessing.mean, [0, 0, 0]);
});

Deno.test("describeModelFile() fills in what the file leaves out or null", () => {
  const expected = describeNamedModel("deit3_base_patch16_224.fb_in22k_ft_in1k");
  const architecture = "deit3_base_patch16_224";
  const tag = "fb_in22k_ft_in1k";
  const files = [
    { architecture: `${architecture}.${tag}` },
    { architecture, pretrained_cfg: { tag } },
    { architecture, num_classes: null, model_args: null, pretrained_cfg: { tag, crop_pct: null } },
  ];
  for (const file of files) assert.deepEqual(describe(file), { ...expected, tag });
  assert.deepEqual(describe({ architecture }), { ...describeNamedModel(architecture), tag: "" });
});

Deno.test("describeModelFile() puts given model_args over the file's", () => {
  const file = { ...hubFile, model_args: { img_size: 42, depth: 3 } };
  const { config, preprocessing } = describe(file, { img_size: [28, 56] });
  assert.deepEqual(config.imageSize, [28, 56]);
  assert.equal(config.depth, 3);
  assert.deepEqual(preprocessing.imageSize, [28, 56]);
});

Deno.test("describeModelFile() names a damaged file and every fault, in one line", () => {
  const damaged: [text: string, fault: RegExp][] = [
    ['{\n "architecture": vit\n}', /JSON/],
    ["[]", /expected object, received array/],
    ["{}", /architecture: .*expected string/],
    [
      JSON.stringify({ architecture: 1, pretrained_cfg: { input_size: [1, 28, 28], mean: [0.5] } }),
      /architecture: .*pretrained_cfg\.input_size\.0: .*pretrained_cfg\.mean/,
    ],
    [JSON.stringify({ ...hubFile, num_classes: -1 }), /num_classes: /],
    [
      JSON.stringify({ ...hubFile, pretrained_cfg: { interpolation: "lanczos" } }),
      /interpolation: .*"bicubic"/,
    ],
  ];
  for (const [text, fault] of damaged) {
    assert.throws(() => describeModelFile(text, { path }), ({ name, message }: Error) => {
      assert.equal(name, "SyntaxError");
      assert(message.startsWith(`Cannot read model configuration: ${path}: `), message);
      assert.match(message, fault);
      return !message.includes("\n");
    });
  }
});

Deno.test("describeModelFile() refuses what it cannot build, naming the file", () => {
  assert.throws(() => describe({ architecture: "resnet50" }), {
    name: "RangeError",
    message: /^Cannot build model folder\/config\.json: architecture is resnet50, expected /,
  });
  const model_args = { global_pool: "avg" };
  assert.throws(() => describe({ ...hubFile, model_args }), {
    name: "RangeError",
    message: /global_pool="avg"/,
  });
});

Deno.test("serialiseModelFile() is read back to the same model", () => {
  const models = [
    tinyDescription(),
    tinyDescription({ ...tinyConfig, imageSize: [16, 16], numClasses: 0, initValues: 0.1 }),
    describeNamedModel("deit_tiny_distilled_patch16_224"),
    describeNamedModel("vit_base_patch14_reg4_dinov2.lvd142m", { img_size: 224 }),
    describeNamedModel("vit_base_patch16_plus_240"), // no pretraining, so no tag
  ];
  for (const model of models) {
    assert.deepEqual(describeModelFile(serialiseModelFile(model), { path }), model);
  }
});

Deno.test("describeNamedModel() knows a name with its tag, without, and overridden", () => {
  const { architecture, tag, config, preprocessing } = describeNamedModel(
    "vit_base_patch16_224.augreg_in21k",
    { img_size: 44, patch_size: 4 },
  );
  assert.deepEqual([architecture, tag], ["vit_base_patch16_224", "augreg_in21k"]);
  assert.deepEqual([config.imageSize, config.patchSize, config.numClasses], [[44, 44], 4, 21843]);
  assert.deepEqual(preprocessing.imageSize, [44, 44]);
  assert.equal(describeNamedModel("deit3_large_patch16_224").tag, "fb_in1k");
});

Deno.test("describeNamedModel() offers the nearest name for a mistyped one", () => {
  assert.throws(() => describeNamedModel("deit_tiny_destilled_patch16_224.fb_in1k"), {
    name: "RangeError",
    message: "Cannot build model deit_tiny_destilled_patch16_224.fb_in1k: architecture is " +
      "deit_tiny_destilled_patch16_224, expected a vision transformer of timm's; " +
      "did you mean deit_tiny_distilled_patch16_224?",
  });
});

Deno.test("splitTag() splits at the first dot", () => {
  assert.deepEqual(splitTag("vit_tiny_patch16_224"), ["vit_tiny_patch16_224"]);
  assert.deepEqual(splitTag("deit3_base_patch16_224.a.b"), ["deit3_base_patch16_224", "a.b"]);
});

Deno.test("describeModelFile() refuses models beyond all bounds, naming the file", () => {
  const bounds = {
    depth: [1e9, 1024],
    embed_dim: [1e9, 65_536],
    patch_size: [1e6, 1024],
    reg_tokens: [1e9, 1024],
    num_classes: [1e9, 1_000_000],
    mlp_ratio: [1e300, 64],
    img_size: [1e9, 16_384],
  };
  for (const [name, [value, most]] of Object.entries(bounds)) {
    const text = JSON.stringify({
      architecture: "deit_tiny_patch16_224",
      model_args: { [name]: value },
    });
    assert.throws(() => describeModelFile(text, { path: "x/config.json" }), {
      name: "RangeError",
      message: new RegExp(
        `^Cannot build model x/config\\.json: \\w+ is .*, expected at most ${most}`,
      ),
    });
  }
});

Deno.test("describeModelFile() names the file of an impossible argument", () => {
  const text = '{"architecture":"deit_tiny_patch16_224","model_args":{"depth":"a\\nb"}}';
  assert.throws(() => describeModelFile(text, { path: "x/config.json" }), {
    name: "RangeError",
    message: /^Cannot build model x\/config\.json: model_args depth="a\\nb" cannot be used/,
  });
});
