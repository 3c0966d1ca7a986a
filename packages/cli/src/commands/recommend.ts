import { RecommendResponse, SURFACES } from "@shortlist/contracts";
import { type Command, Option } from "commander";
import { ApiCallError } from "../apiClient";
import { loadCliEnv, servingKey } from "../env";

interface RecommendFlags {
  workspace: string;
  user?: string;
  surface: string;
  item?: string;
  n: string;
  json?: boolean;
}

/** Adds `shortlist recommend`: one slate, as the storefront would get it. */
export function registerRecommend(program: Command): void {
  program
    .command("recommend")
    .description("ask serving for one slate")
    .requiredOption("--workspace <slug>", "workspace to ask for")
    .option("--user <id>", "signed-in shopper, by the shop's own id; anonymous without")
    .addOption(
      new Option("--surface <name>", "where the slate is shown").choices([...SURFACES]).default("home_feed"),
    )
    .option("--item <id>", "product on the page")
    .option("--n <n>", "length of the slate", "10")
    .option("--json", "print the whole answer")
    .action(async (flags: RecommendFlags) => {
      const env = loadCliEnv();
      const answer = await fetch(`${env.SERVING_URL}/v1/recommend`, {
        method: "POST",
        headers: {
          authorization: `Bearer ${servingKey(env, flags.workspace)}`,
          "content-type": "application/json",
        },
        body: JSON.stringify({
          ...(flags.user === undefined ? { anonymousId: "command-line" } : { userId: flags.user }),
          surface: flags.surface,
          n: Number(flags.n),
          context: flags.item === undefined ? {} : { itemId: flags.item },
        }),
      }).catch(() => {
        throw new ApiCallError(`No answer from serving at ${env.SERVING_URL}. Start it with: npm run up`, 0);
      });
      const body: unknown = await answer.json();
      if (!answer.ok) throw new ApiCallError(JSON.stringify(body, null, 2), answer.status);
      if (flags.json === true) {
        console.log(JSON.stringify(body, null, 2));
        return;
      }
      const { items, metadata } = RecommendResponse.parse(body);
      for (const item of items)
        console.log(
          `${String(item.position + 1).padStart(3)}  ${item.itemId.padEnd(16)} ${item.score.toFixed(4)}  ${item.reason} (${item.sources.join(", ")})`,
        );
      console.log(
        `rung ${metadata.degradation.rung} ${metadata.degradation.name} · ${metadata.modelVersion} · ${metadata.candidatesScored} scored · ${metadata.latencyMs.toFixed(1)} ms · request ${metadata.requestId}`,
      );
    });
}
