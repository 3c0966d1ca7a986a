import { type ArtifactRef, ModelManifest } from "@shortlist/contracts";
import { AppError } from "@shortlist/platform";
import type { AppContext } from "../../context";
import { alignFeatures } from "./decide";
import { findVersionRow } from "./repository";
import { scoreRows } from "./scoreRows";

type Ctx = Pick<AppContext, "db" | "artifacts">;

/** Input rows of one ranker, in the order of its manifest's features. */
export interface FeatureRows {
  readonly features: ModelManifest["features"];
  readonly rows: Float32Array;
  readonly count: number;
}

/** Scores rows that were made for one ranker by another version. It has to read the same features; else it is refused with their names. */
export async function scoreWithVersion(
  ctx: Ctx,
  workspaceId: string,
  { name, version, given }: { name: string; version: number; given: FeatureRows },
): Promise<Float32Array> {
  const row = await findVersionRow(ctx.db, workspaceId, { name, version });
  if (row === null || row.model.kind !== "ranker")
    throw new AppError("not_found", `no ranker ${name}@${version}`, {
      publicDetail: `There is no version ${version} of a ranker ${name}`,
    });
  const manifest = ModelManifest.parse(row.manifest);
  const columns = alignFeatures(given.features, manifest.features, `${name}@${version}`);
  const width = given.features.length;
  const rows = new Float32Array(given.count * columns.length);
  for (let r = 0; r < given.count; r++)
    columns.forEach((column, c) => {
      rows[r * columns.length + c] = given.rows[r * width + column]!;
    });
  const model = (row.artifacts as ArtifactRef[]).find((artifact) => artifact.name === "model.onnx");
  if (model === undefined)
    throw new AppError("not_found", "no model.onnx", {
      publicDetail: `${name}@${version} has no model.onnx`,
    });
  return scoreRows(manifest, await ctx.artifacts.get(model.sha256), { rows, count: given.count });
}
