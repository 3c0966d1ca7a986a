import { readFileSync } from "node:fs";
import type { RolloutState } from "@shortlist/contracts";
import type { Command } from "commander";
import { ApiCallError, createApiClient } from "../apiClient";
import { loadCliEnv } from "../env";

interface Shown {
  readonly number: number;
  readonly note: string;
  readonly state: RolloutState;
  readonly traffic: { candidateBuckets: number; controlBuckets: number; shadowPct: number } | null;
  readonly waiting: { reason: string } | null;
  readonly createdBy: string;
}
interface Detail extends Shown {
  readonly candidate: { number: number };
  readonly stable: { number: number };
  readonly changes: readonly { where: string; what: string; from: string | null; to: string | null }[];
  readonly guardrails: readonly {
    metric: string;
    verdict: string;
    estimate: number | null;
    low: number | null;
    high: number | null;
    threshold: number | null;
    n: { control: number; candidate: number };
  }[];
  readonly decisions: readonly {
    sequence: number;
    at: string;
    action: string;
    actor: string;
    reason: string;
  }[];
}
interface CreateFlags {
  workspace: string;
  ranker?: string;
  release?: string;
  plan?: string;
  note: string;
  preview?: boolean;
}
interface RequestFlags {
  workspace: string;
  reason?: string;
  full?: boolean;
  minutes?: string;
}

const REQUESTS = {
  abort: "give every shopper the served release again, at once",
  hold: "keep shares as they are",
  resume: "go on after a hold, measuring anew",
  promote: "take the next step now, or all with --full",
  extend: "give the present step more time: --minutes",
  approve: "agree as a second person",
  refuse: "disagree as a second person",
} as const;

/** Adds `shortlist rollout`: making, watching and steering rollouts. */
export function registerRollout(program: Command): void {
  const rollout = program
    .command("rollout")
    .description("bring a candidate release to shoppers step by step");
  const at = (flags: { workspace: string }) => `/v1/workspaces/${flags.workspace}/rollouts`;
  rollout
    .command("create")
    .description("make a candidate release and roll it out")
    .requiredOption("--workspace <slug>", "workspace")
    .option("--ranker <name@version>", "the current release with this ranker")
    .option("--release <number>", "a release that is there already")
    .option("--plan <file>", "plan as JSON; what is left out has defaults")
    .option("--note <text>", "what it is for", "from the command line")
    .option("--preview", "show what it would do, and make nothing")
    .action(async (flags: CreateFlags) => {
      const api = createApiClient(loadCliEnv());
      const body = { candidate: readCandidate(flags), plan: readPlan(flags.plan) };
      if (flags.preview === true) {
        console.log(JSON.stringify(await api.post(`${at(flags)}/preview`, body), null, 2));
        return;
      }
      const made = await api.post<{ number: number }>(at(flags), { ...body, note: flags.note });
      console.log(`rollout ${made.number}; watch it: shortlist rollout show ${made.number}`);
    });
  rollout
    .command("list")
    .requiredOption("--workspace <slug>", "workspace")
    .action(async (flags: { workspace: string }) => {
      const { rollouts } = await createApiClient(loadCliEnv()).get<{ rollouts: Shown[] }>(at(flags));
      for (const shown of rollouts) console.log(describeRollout(shown));
      if (rollouts.length === 0) console.log("no rollouts");
    });
  rollout
    .command("show <number>")
    .requiredOption("--workspace <slug>", "workspace")
    .action(async (number: string, flags: { workspace: string }) => {
      const found = await createApiClient(loadCliEnv()).get<Detail>(`${at(flags)}/${number}`);
      for (const line of describeDetail(found)) console.log(line);
    });
  for (const [kind, description] of Object.entries(REQUESTS))
    rollout
      .command(`${kind} <number>`)
      .description(description)
      .requiredOption("--workspace <slug>", "workspace")
      .option("--reason <text>", "why; needed to go on and to approve")
      .option("--full", "promote: to everybody")
      .option("--minutes <n>", "extend: by so many")
      .action(async (number: string, flags: RequestFlags) => {
        const body = {
          reason: flags.reason ?? "",
          ...(kind === "promote" ? { to: flags.full === true ? "full" : "next" } : {}),
          ...(kind === "extend" ? { minutes: Number(flags.minutes) } : {}),
        };
        const api = createApiClient(loadCliEnv());
        const { state } = await api.post<{ state: RolloutState }>(`${at(flags)}/${number}/${kind}`, body);
        console.log(`rollout ${number}: ${state.phase}${state.hold === null ? "" : ", held"}`);
      });
}

function readCandidate({ ranker, release }: CreateFlags) {
  if ((ranker === undefined) === (release === undefined))
    throw new ApiCallError("Name the candidate: either --ranker name@version or --release number", 0);
  if (ranker === undefined) return { kind: "release", number: Number(release) };
  const [, name, version] = /^(.+)@(\d+)$/.exec(ranker) ?? [];
  if (name === undefined) throw new ApiCallError(`--ranker is ${ranker}; write name@version`, 0);
  return { kind: "ranker", ranker: { name, version: Number(version) } };
}

function readPlan(file: string | undefined): unknown {
  if (file === undefined) return {};
  try {
    return JSON.parse(readFileSync(file, "utf8"));
  } catch (error) {
    throw new ApiCallError(`The plan ${file} cannot be read: ${(error as Error).message}`, 0);
  }
}

function describeRollout({ number, note, state, traffic, waiting, createdBy }: Shown): string {
  const share =
    traffic === null
      ? ""
      : traffic.shadowPct > 0
        ? `, ${traffic.shadowPct} % shadowed`
        : `, ${traffic.candidateBuckets / 100} % of shoppers`;
  const stands = state.hold !== null ? `held: ${state.hold.reason}` : (waiting?.reason ?? "");
  return `${String(number).padStart(4)}  ${state.phase}${share}  ${stands}  (${note}, ${createdBy})`;
}

function describeDetail(found: Detail): string[] {
  const show = (value: number | null) => (value === null ? "?" : value.toFixed(3));
  return [
    describeRollout(found),
    `release ${found.stable.number} → ${found.candidate.number}`,
    ...found.changes.map(({ where, what, from, to }) => `  ${where}: ${what} ${from ?? "–"} → ${to ?? "–"}`),
    ...found.guardrails.map(
      (g) =>
        `  ${g.metric.padEnd(16)} ${g.verdict.padEnd(10)} × ${show(g.estimate)} [${show(g.low)}, ${show(g.high)}] against ${show(g.threshold)}, n ${g.n.candidate}/${g.n.control}`,
    ),
    ...found.decisions.map(
      ({ sequence, at, action, actor, reason }) => `  ${sequence} ${at} ${action} by ${actor}: ${reason}`,
    ),
  ];
}
