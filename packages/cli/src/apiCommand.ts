import type { Command } from "commander";
import { type ApiClient, createApiClient } from "./apiClient";
import { parseSlug } from "./arguments";
import { loadApiEnv } from "./env";

export interface ApiFlags {
  readonly workspace: string;
  readonly json?: boolean;
}

/** A command that asks the control plane about one workspace. */
export function addApiCommand(parent: Command, name: string, description: string): Command {
  return parent
    .command(name)
    .description(description)
    .requiredOption("--workspace <slug>", "workspace that it is about", parseSlug)
    .option("--json", "print the API's answer as JSON");
}

/** The API, and the path of the workspace under which the command's calls lie. */
export function connect({ workspace }: ApiFlags): { api: ApiClient; base: string } {
  return { api: createApiClient(loadApiEnv()), base: `/v1/workspaces/${workspace}` };
}

/** Prints an answer: as it came with `--json`, else in lines for people. */
export function print({ json }: ApiFlags, answer: unknown, lines: readonly string[]): void {
  if (json === true) console.log(JSON.stringify(answer, null, 2));
  else for (const line of lines) console.log(line);
}
