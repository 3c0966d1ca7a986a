// `npx tsx packages/ml/src/bench/rollouts.ts [runs]`: how often rollouts of the simulated shop end in an abort, in nightly size.
import { createShop } from "../simulation/shop";
import { createRolloutPools, ROLLOUT_STEPS, simulateRollout } from "../simulation/simulateRollout";

const runs = Number(process.argv[2] ?? 1_000);
const shop = createShop({ seed: 7, nItems: 2_000, nShoppers: 1_000, days: 28, endMs: Date.UTC(2026, 2, 1) });
const pools = createRolloutPools(shop);

type Case = Omit<Parameters<typeof simulateRollout>[0], "shop" | "pools" | "seed">;
const CASES: readonly [name: string, o: Case][] = [
  ["the same model", { candidate: "good" }],
  ["random scores, 5 % alone", { candidate: "random", steps: ROLLOUT_STEPS.slice(0, 1) }],
  ...[0.02, 0.05, 0.1, 0.2].map((clicksLost): [string, Case] => [
    `${clicksLost * 100} % of clicks lost`,
    { candidate: "good", clicksLost },
  ]),
];

for (const [name, o] of CASES) {
  const results = Array.from({ length: runs }, (_, run) =>
    simulateRollout({ shop, pools, seed: `${name}-${run}`, ...o }),
  );
  const aborted = results.filter(({ verdict }) => verdict === "harm");
  const line = {
    case: name,
    runs,
    abortedPct: (100 * aborted.length) / runs,
    safePct: (100 * results.filter(({ verdict }) => verdict === "safe").length) / runs,
    medianMinutes: median(aborted.map(({ minutes }) => minutes)),
    medianSlatesOfCandidate: median(aborted.map(({ slates }) => slates)),
    medianShoppersOfCandidate: median(aborted.map(({ shoppers }) => shoppers)),
  };
  process.stdout.write(`${JSON.stringify(line)}\n`);
}

function median(values: readonly number[]): number | null {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[sorted.length >> 1] ?? null;
}
