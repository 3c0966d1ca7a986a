import type { EvaluateResult } from "./evaluate";

/** The small table printed without `--json`. */
export function formatEvaluation(result: EvaluateResult): string {
  const { data, k } = result;
  const label = (name: string) => name.replace("AtK", `@${k}`);
  const options = Object.entries(result.options).map(([name, value]) => `${name} ${value}`);
  const lines = [
    `${result.model}${options.length > 0 ? ` (${options.join(", ")})` : ""}`,
    `${data.users} users, ${data.items} items, ${data.trainPairs} train and ${data.testPairs} test pairs; ${result.protocol} ranking, mean over ${result.users} users`,
    "",
    ...Object.entries(result.metrics).map(
      ([name, value]) => `  ${label(name).padEnd(12)} ${value.toFixed(4)}`,
    ),
    "",
    `fitted in ${(result.fitMs / 1000).toFixed(1)} s, evaluated in ${(result.evaluateMs / 1000).toFixed(1)} s`,
  ];
  return `${lines.join("\n")}\n`;
}
