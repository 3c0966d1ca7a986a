import type { RolloutState } from "@shortlist/contracts";
import type { Command } from "commander";
import { type ApiFlags, addApiCommand, connect, print } from "../apiCommand";
import { type ModelRef, parseMinutes, parseNumber, parseReason, parseRef, readJsonFile } from "../arguments";
import { InputError } from "../inputError";
import {
  describeDetail,
  describePreview,
  describeRollout,
  type RolloutDetail,
  type RolloutPreview,
  type ShownRollout,
} from "../rollout/describe";

interface CreateFlags extends ApiFlags {
  readonly ranker?: ModelRef;
  readonly release?: number;
  readonly plan?: string;
  readonly note: string;
  readonly preview?: boolean;
}

interface RequestFlags extends ApiFlags {
  readonly reason?: string;
  readonly full?: boolean;
  readonly minutes?: number;
}

/** What people ask of a rollout. What protects shoppers may be done without a word; going on is explained. */
const REQUESTS = {
  abort: { does: "give every shopper the served release again, at once", explained: false },
  hold: { does: "keep shares as they are", explained: false },
  resume: { does: "go on after a hold, measuring anew", explained: true },
  promote: { does: "take the next step now, or all with --full", explained: true },
  extend: { does: "give the present step more time", explained: true },
  approve: { does: "agree as a second person", explained: true },
  refuse: { does: "disagree as a second person: the rollout is held", explained: true },
} as const;
type RequestKind = keyof typeof REQUESTS;

/** Adds `shortlist rollout`: making, watching and steering rollouts. */
export function registerRollout(program: Command): void {
  const rollout = program
    .command("rollout")
    .description("bring a candidate release to shoppers step by step");
  addCreate(rollout);
  addApiCommand(rollout, "list", "rollouts, newest first, with where each stands").action(
    async (flags: ApiFlags) => {
      const { api, base } = connect(flags);
      const answer = await api.get<{ rollouts: ShownRollout[] }>(`${base}/rollouts`);
      const { rollouts } = answer;
      print(flags, answer, rollouts.length === 0 ? ["no rollouts"] : rollouts.map(describeRollout));
    },
  );
  addApiCommand(rollout, "show", "a rollout with what changes, its verdicts and its decisions")
    .argument("<number>", "of the rollout", parseNumber)
    .action(async (number: number, flags: ApiFlags) => {
      const { api, base } = connect(flags);
      const answer = await api.get<RolloutDetail>(`${base}/rollouts/${number}`);
      print(flags, answer, describeDetail(answer));
    });
  for (const kind of Object.keys(REQUESTS) as RequestKind[]) addRequest(rollout, kind);
}

function addCreate(rollout: Command): void {
  addApiCommand(
    rollout,
    "create",
    "make a candidate release and roll it out; name it by --ranker or --release",
  )
    .option("--ranker <name@version>", "the current release with this ranker", parseRef)
    .option("--release <number>", "a release that is there already", parseNumber)
    .option("--plan <file>", "plan as JSON; what is left out has defaults")
    .option("--note <text>", "what it is for", "from the command line")
    .option("--preview", "show what it would do, and make nothing")
    .action(async (flags: CreateFlags) => {
      const body = {
        candidate: readCandidate(flags),
        plan: flags.plan === undefined ? {} : await readJsonFile("--plan", flags.plan),
      };
      const { api, base } = connect(flags);
      if (flags.preview === true) {
        const preview = await api.post<RolloutPreview>(`${base}/rollouts/preview`, body);
        print(flags, preview, describePreview(preview));
        return;
      }
      const made = await api.post<{ number: number }>(`${base}/rollouts`, { ...body, note: flags.note });
      const watch = `shortlist rollout show ${made.number} --workspace ${flags.workspace}`;
      print(flags, made, [`rollout ${made.number}; watch it: ${watch}`]);
    });
}

function addRequest(rollout: Command, kind: RequestKind): void {
  const { does, explained } = REQUESTS[kind];
  const command = addApiCommand(rollout, kind, does).argument("<number>", "of the rollout", parseNumber);
  if (explained) command.requiredOption("--reason <text>", "why", parseReason);
  else command.option("--reason <text>", "why", "");
  if (kind === "promote") command.option("--full", "to everybody, not one step");
  if (kind === "extend") command.requiredOption("--minutes <n>", "by so many", parseMinutes);
  command.action(async (number: number, flags: RequestFlags) => {
    const { api, base } = connect(flags);
    const answer = await api.post<{ state: RolloutState }>(`${base}/rollouts/${number}/${kind}`, {
      reason: flags.reason ?? "",
      ...(kind === "promote" ? { to: flags.full === true ? "full" : "next" } : {}),
      ...(kind === "extend" ? { minutes: flags.minutes } : {}),
    });
    const { phase, hold } = answer.state;
    print(flags, answer, [`rollout ${number}: ${phase}${hold === null ? "" : ", held"}`]);
  });
}

function readCandidate({ ranker, release }: CreateFlags) {
  if (ranker !== undefined && release === undefined) return { kind: "ranker", ranker };
  if (release !== undefined && ranker === undefined) return { kind: "release", number: release };
  throw new InputError("Name the candidate: either --ranker name@version or --release number");
}
