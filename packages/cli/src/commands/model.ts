import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { readFile } from "node:fs/promises";
import { type Command, InvalidArgumentError } from "commander";
import { type ApiClient, createApiClient } from "../apiClient";
import { loadCliEnv } from "../env";

interface RegisterFlags {
  workspace: string;
  name: string;
  model: string;
  manifest?: string;
  features?: string[];
  output?: string;
  scoreColumn?: number;
  makeGolden?: boolean;
  description: string;
  parent?: string;
  codeVersion?: string;
}

interface Registered {
  readonly ref: string;
  readonly check: { readonly columnsRead: number; readonly msPer1000Rows: number } | null;
}

const modelsPath = (workspace: string) => `/v1/workspaces/${workspace}/models`;

/** Adds `shortlist model`: registering and naming models that were trained elsewhere. */
export function registerModel(program: Command): void {
  const model = program
    .command("model")
    .description("models that were trained elsewhere: register, name, find");

  model
    .command("register")
    .description("register an ONNX ranker; one that does not check out is refused with the reason")
    .requiredOption("--workspace <slug>", "workspace")
    .requiredOption("--name <name>", "of a new model, or of one that gets a new version")
    .requiredOption("--model <file>", "the ONNX file")
    .option("--manifest <file>", "manifest.json: features, golden rows, and what else the model cannot say")
    .option("--features <feature...>", "in place of a manifest: names, or view@version:name, in order")
    .option("--output <name>", "tensor that holds the score, where there are several")
    .option("--score-column <n>", "column of the output that is the score, counted from 0", toNumber)
    .option("--make-golden", "there are no golden rows: make them by running the model")
    .option("--description <text>", "what it is", "")
    .option("--parent <ref>", "name@version it was made from")
    .option("--code-version <text>", "commit of the code that trained it")
    .action(async (flags: RegisterFlags) => {
      const api = createApiClient(loadCliEnv());
      const manifest = await readManifest(flags);
      const sha256 = await hashFile(flags.model);
      await api.putFile(`/v1/workspaces/${flags.workspace}/artifacts/${sha256}`, flags.model);
      const { ref, check } = await api.post<Registered>(
        `${modelsPath(flags.workspace)}/${flags.name}/versions`,
        {
          manifest,
          artifacts: [{ name: "model.onnx", sha256 }],
          makeGolden: flags.makeGolden === true,
          description: flags.description,
          lineage: { parent: flags.parent ?? null, codeVersion: flags.codeVersion ?? null },
        },
      );
      console.log(
        check === null
          ? ref
          : `${ref}: reads ${check.columnsRead} columns, 1,000 rows in ${check.msPer1000Rows.toFixed(2)} ms`,
      );
    });

  model
    .command("alias")
    .description("move an alias to a version; a protected one takes a reason")
    .argument("<alias>")
    .argument("<ref>", "name@version")
    .requiredOption("--workspace <slug>", "workspace")
    .option("--reason <text>", "why", "")
    .action(async (alias: string, ref: string, flags: { workspace: string; reason: string }) => {
      const { name, version } = readRef(ref);
      const api = createApiClient(loadCliEnv());
      const { outcome } = await api.put<{ outcome: "moved" | "none" | "asked" }>(
        `${modelsPath(flags.workspace)}/${name}/aliases/${encodeURIComponent(alias)}`,
        { version, reason: flags.reason },
      );
      const said = {
        moved: `${alias} is ${ref} now`,
        none: `${alias} already was ${ref}`,
        asked: `${alias} waits for a second person to approve`,
      };
      console.log(said[outcome]);
    });

  model
    .command("search")
    .description("find versions: kind:ranker tag:team=growth alias:champion metrics.ndcgAt20>0.1")
    .argument("[terms...]")
    .requiredOption("--workspace <slug>", "workspace")
    .action(async (terms: string[], { workspace }: { workspace: string }) => {
      const query = encodeURIComponent(terms.join(" "));
      const found = await findVersions(createApiClient(loadCliEnv()), workspace, query);
      for (const { name, version, kind, aliases, createdAt } of found.versions)
        console.log(`${name}@${version}  ${kind}  ${createdAt}  ${aliases.join(" ")}`.trimEnd());
      if (found.nFound === 0) console.log("No version fits");
    });
}

interface Found {
  readonly nFound: number;
  readonly versions: readonly {
    readonly name: string;
    readonly version: number;
    readonly kind: string;
    readonly createdAt: string;
    readonly aliases: readonly string[];
  }[];
}

function findVersions(api: ApiClient, workspace: string, query: string): Promise<Found> {
  return api.get(`/v1/workspaces/${workspace}/model-versions?search=${query}`);
}

async function readManifest(flags: RegisterFlags): Promise<Record<string, unknown>> {
  const given = flags.manifest === undefined ? {} : JSON.parse(await readFile(flags.manifest, "utf8"));
  return {
    ...given,
    ...(flags.features === undefined ? {} : { features: flags.features.map(readFeature) }),
    ...(flags.output === undefined ? {} : { output: flags.output }),
    ...(flags.scoreColumn === undefined ? {} : { scoreColumn: flags.scoreColumn }),
  };
}

/** `popularity`, or `clicks@2:clicks_7d` for an output of a view. */
export function readFeature(text: string): { name: string; view?: string; viewVersion?: number } {
  const [, view, version, name] = /^([\w.-]+)@(\d+):(.+)$/.exec(text) ?? [];
  return view === undefined ? { name: text } : { name: name!, view, viewVersion: Number(version) };
}

function readRef(ref: string): { name: string; version: number } {
  const [, name, version] = /^(.+)@v?(\d+)$/.exec(ref) ?? [];
  if (name === undefined) throw new InvalidArgumentError(`${ref}: write name@version, such as my_ranker@3`);
  return { name, version: Number(version) };
}

function toNumber(text: string): number {
  if (!/^\d+$/.test(text)) throw new InvalidArgumentError("write a number from 0");
  return Number(text);
}

async function hashFile(path: string): Promise<string> {
  const hash = createHash("sha256");
  for await (const chunk of createReadStream(path)) hash.update(chunk as Uint8Array);
  return hash.digest("hex");
}
