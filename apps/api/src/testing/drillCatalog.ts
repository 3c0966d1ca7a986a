// The worker's loops over the catalogue, and the beginning of an index build, alone and without a pause: for drills that
// end them without warning. The workspace is named by DRILL_WORKSPACE, the folder of what is built by DRILL_BUILDS.
import { rename, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { foldCatalog } from "../catalog/foldCatalog";
import { upkeepCatalog } from "../catalog/upkeepCatalog";
import { compose } from "../composition";
import { readEnv } from "../env";
import { loadCatalogSnapshot } from "../training/loadCatalogSnapshot";

const { DRILL_WORKSPACE: slug = "", DRILL_BUILDS: builds = "" } = process.env;
const { ctx } = await compose(readEnv(), { name: "drill-catalog" });
const workspace = await ctx.db.workspace.findUniqueOrThrow({ where: { slug } });
process.on("disconnect", () => process.exit(0));
process.send?.("running");
for (;;) {
  await foldCatalog(ctx, workspace);
  await upkeepCatalog(ctx, workspace);
  const snapshot = await loadCatalogSnapshot(ctx.db, workspace.id);
  // As an artifact is published: whole or not at all.
  const path = join(builds, `${snapshot.position}.json`);
  await writeFile(`${path}.${process.pid}`, JSON.stringify(snapshot));
  await rename(`${path}.${process.pid}`, path);
}
