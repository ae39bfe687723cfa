/**
 * From a student's weights to a student.
 *
 * @module
 */
import { loadParameters, type StateDict, variableOf, withinPrefix } from "./state_dict.ts";
import { Student } from "./student.ts";
import { VisionTransformer } from "./vision_transformer.ts";
import { outDimOf, type VitConfig } from "./vit_config.ts";

/**
 * Puts a student's weights on the backend.
 *
 * @param source Tensors under `model.` and `projection.`, in timm's layout.
 * @throws {SyntaxError} When keys are missing, left over or misshapen.
 */
export async function loadStudent(
  source: StateDict,
  { config, grid }: { config: VitConfig; grid: readonly [number, number] },
): Promise<Student> {
  const numCells = grid[0] * grid[1];
  requireShape(source, "projection.weight", [numCells, outDimOf(config)]);
  requireShape(source, "projection.bias", [numCells]);
  const parameters = await loadParameters(config, withinPrefix(source, "model."));
  const projection = {
    weight: variableOf("projection.weight", await source.read("projection.weight")),
    bias: variableOf("projection.bias", await source.read("projection.bias")),
  };
  return new Student(new VisionTransformer(config, parameters), { projection, grid });
}

function requireShape(source: StateDict, key: string, expected: readonly number[]): void {
  const actual = source.shapes.get(key);
  if (actual?.join() === expected.join()) return;
  throw new SyntaxError(
    `Cannot load student: ${source.name}: ${key} is ${
      actual ? `[${actual.join(", ")}]` : "missing"
    }, expected [${expected.join(", ")}]`,
  );
}
