import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { cpus, tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { openLake } from "../lake";
import { benchFold } from "./foldBench";
import { benchJoin } from "./joinBench";

// Measures the feature layer: `npx tsx packages/lake/src/bench/features.ts`. Prints the figures and writes
// bench-results/features.json. Goals: 15,000 events/s per core, and a compiled join within 1.3 × one by hand.

const { values } = parseArgs({
  options: {
    events: { type: "string", default: "60000" },
    impressions: { type: "string", default: "1000000" },
  },
});

const print = (text: string) => void process.stdout.write(`${text}\n`);

const scratch = await mkdtemp(join(tmpdir(), "bench-features-"));
const lake = await openLake(scratch);
try {
  const fold = benchFold(Number(values.events));
  print("streaming fold, events/s on one core (state parsed and written as for Redis)");
  for (const [name, { eventsPerSecond, stateBytesMean }] of Object.entries(fold))
    print(
      `  ${name.padEnd(34)} ${Math.round(eventsPerSecond).toLocaleString("en")}  (${Math.round(stateBytesMean)} bytes a state)`,
    );
  const joined = await benchJoin(lake, Number(values.impressions));
  print(
    `point-in-time join, ${values.impressions} impressions × 3 views × 30 features, median of ${joined.runs}`,
  );
  print(
    `  by hand ${joined.handMs.toFixed(0)} ms, compiled ${joined.compiledMs.toFixed(0)} ms: ${joined.ratio.toFixed(2)} ×`,
  );
  print(`  equal answers: ${joined.equal}`);
  const result = {
    at: new Date().toISOString(),
    machine: `${cpus().length} × ${cpus()[0]?.model.trim()}, Node ${process.version}`,
    fold,
    join: joined,
  };
  const out = fileURLToPath(new URL("../../../../bench-results", import.meta.url));
  await mkdir(out, { recursive: true });
  await writeFile(join(out, "features.json"), `${JSON.stringify(result, null, 2)}\n`);
} finally {
  lake.close();
  await rm(scratch, { recursive: true });
}
