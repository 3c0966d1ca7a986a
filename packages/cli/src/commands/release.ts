import { SURFACES } from "@shortlist/contracts";
import type { Command } from "commander";
import { type ApiFlags, addApiCommand, connect, print } from "../apiCommand";
import { parseNumber, parseReason } from "../arguments";

interface Listed {
  readonly number: number;
  readonly note: string;
  readonly createdBy: string;
  readonly createdAt: string;
  readonly isCurrent: boolean;
  readonly models: readonly { readonly ref: string }[];
}

/** Adds `shortlist release`: what serves, publishing another ranker, and going back or forward by pointer. */
export function registerRelease(program: Command): void {
  const release = program.command("release").description("releases: what serves, publish, roll back");
  addApiCommand(release, "list", "releases, newest first; the current one is marked").action(
    async (flags: ApiFlags) => {
      const { api, base } = connect(flags);
      const answer = await api.get<{ releases: Listed[] }>(`${base}/releases`);
      print(flags, answer, answer.releases.length === 0 ? ["no releases"] : answer.releases.map(describe));
    },
  );
  addApiCommand(
    release,
    "publish",
    "publish the current release with another ranker, to everybody at once; for a few at first: rollout create",
  )
    .requiredOption("--ranker <ref>", "name@version, name@alias, or a name for its newest version")
    .requiredOption("--note <text>", "what it is for", parseReason)
    .option("--surfaces <surface...>", `where it is to rank: ${SURFACES.join(", ")}; others keep theirs`)
    .action(async (flags: ApiFlags & { ranker: string; note: string; surfaces?: string[] }) => {
      const { api, base } = connect(flags);
      const answer = await api.post<{ number: number }>(`${base}/releases`, {
        ranker: { ref: flags.ranker },
        note: flags.note,
        ...(flags.surfaces === undefined ? {} : { surfaces: flags.surfaces }),
      });
      print(flags, answer, [`release ${answer.number} is current`]);
    });
  addApiCommand(release, "activate", "make a release current: back or forward by pointer, within seconds")
    .argument("<number>", "of the release", parseNumber)
    .requiredOption("--reason <text>", "why", parseReason)
    .action(async (number: number, flags: ApiFlags & { reason: string }) => {
      const { api, base } = connect(flags);
      const answer = await api.post<{ action: "publish" | "rollback" | "none" }>(
        `${base}/releases/${number}/activate`,
        { reason: flags.reason },
      );
      const said = { publish: "is current", rollback: "is current again", none: "already was current" };
      print(flags, answer, [`release ${number} ${said[answer.action]}`]);
    });
}

function describe({ number, note, createdBy, createdAt, isCurrent, models }: Listed): string {
  const refs = models.map(({ ref }) => ref).join(" ");
  return `${isCurrent ? "*" : " "} ${String(number).padStart(4)}  ${createdAt}  ${refs}  (${note}, ${createdBy})`;
}
