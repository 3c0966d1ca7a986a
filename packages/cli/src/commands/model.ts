import type { Command } from "commander";
import { type ApiFlags, addApiCommand, connect, print } from "../apiCommand";
import { type ModelRef, parseRef, parseWhole } from "../arguments";
import { InputError } from "../inputError";
import {
  describeFound,
  describeModels,
  describeVersion,
  type Found,
  type ListedModel,
  type ShownVersion,
} from "../model/describe";
import { type RegisterFlags, registerFile } from "../model/registerFile";

/** Adds `shortlist model`: registering models that were trained elsewhere, and what is done with all models. */
export function registerModel(program: Command): void {
  const model = program
    .command("model")
    .description(
      "models: register what was trained elsewhere, find, look at, name, tag and take away versions",
    );
  addRegister(model);
  addReading(model);
  addNaming(model);
  addKeeping(model);
}

function addRegister(model: Command): void {
  addApiCommand(
    model,
    "register",
    "register an ONNX ranker; one that does not check out is refused with the reason",
  )
    .requiredOption("--name <name>", "of a new model, or of one that gets a new version")
    .requiredOption("--model <file>", "the ONNX file")
    .option("--manifest <file>", "manifest.json: features, golden rows, and what else the model cannot say")
    .option("--features <feature...>", "in place of a manifest: names, or view@version:name, in order")
    .option("--output <name>", "tensor that holds the score, where there are several")
    .option("--score-column <n>", "column of the output that is the score, counted from 0", parseWhole)
    .option("--make-golden", "there are no golden rows: make them by running the model")
    .option("--description <text>", "what it is", "")
    .option("--parent <ref>", "name@version it was made from")
    .option("--code-version <text>", "commit of the code that trained it")
    .action(async (flags: ApiFlags & RegisterFlags) => {
      const { api, base } = connect(flags);
      const registered = await registerFile(api, base, flags);
      const { ref, check } = registered;
      const found =
        check === null
          ? ""
          : `: reads ${check.columnsRead} columns, 1,000 rows in ${check.msPer1000Rows.toFixed(2)} ms`;
      print(flags, registered, [`${ref}${found}`]);
    });
}

function addReading(model: Command): void {
  addApiCommand(model, "list", "all models, with what serves and what their aliases name").action(
    async (flags: ApiFlags) => {
      const { api, base } = connect(flags);
      const answer = await api.get<{ models: ListedModel[] }>(`${base}/models`);
      print(flags, answer, describeModels(answer.models));
    },
  );
  addApiCommand(model, "show", "a version: what it is, reads and measured, and what points at it")
    .argument("<ref>", "name@version", parseRef)
    .action(async (ref: ModelRef, flags: ApiFlags) => {
      const { api, base } = connect(flags);
      const answer = await api.get<ShownVersion>(`${base}/${versionPath(ref)}`);
      print(flags, answer, describeVersion(answer));
    });
  addApiCommand(model, "search", "find versions; all terms have to hold")
    .argument(
      "[terms...]",
      "part of a name, kind:ranker, tag:team=growth, alias:champion, metrics.ndcgAt20>0.1, created>2026-05-01, is:serving, is:archived",
    )
    .action(async (terms: string[], flags: ApiFlags) => {
      const { api, base } = connect(flags);
      const text = encodeURIComponent(terms.map(quoteTerm).join(" "));
      const found = await api.get<Found>(`${base}/model-versions?search=${text}`);
      print(flags, found, describeFound(found));
    });
}

function addNaming(model: Command): void {
  addApiCommand(model, "alias", "move an alias to a version; a protected one takes a reason")
    .argument("<alias>", "such as champion")
    .argument("<ref>", "name@version", parseRef)
    .option("--reason <text>", "why", "")
    .action(async (alias: string, { name, version }: ModelRef, flags: ApiFlags & { reason: string }) => {
      const { api, base } = connect(flags);
      const answer = await api.put<AliasAnswer>(aliasPath(base, name, alias), {
        version,
        reason: flags.reason,
      });
      print(flags, answer, [describeMove(answer, `${name}@${version}`)]);
    });
  addApiCommand(model, "unalias", "take an alias away from a model; a protected one takes a reason")
    .argument("<alias>", "such as champion")
    .argument("<name>", "the model")
    .option("--reason <text>", "why", "")
    .action(async (alias: string, name: string, flags: ApiFlags & { reason: string }) => {
      const { api, base } = connect(flags);
      const answer = await api.put<AliasAnswer>(aliasPath(base, name, alias), {
        version: null,
        reason: flags.reason,
      });
      print(flags, answer, [describeMove(answer, `no version of ${name}`)]);
    });
  addApiCommand(model, "tag", "tag a version, or take a tag away by leaving its value empty")
    .argument("<ref>", "name@version", parseRef)
    .argument("<tag>", "key=value, or key= to take it away")
    .action(async (ref: ModelRef, tag: string, flags: ApiFlags) => {
      const [, key, value] = /^([^=]+)=(.*)$/s.exec(tag) ?? [];
      if (key === undefined)
        throw new InputError(`${tag} is no tag: write key=value, or key= to take it away`);
      const { api, base } = connect(flags);
      const path = `${base}/${versionPath(ref)}/tags/${encodeURIComponent(key)}`;
      const answer = await api.put(path, { value: value === "" ? null : value });
      print(flags, answer, [`${toText(ref)}: ${value === "" ? `no tag ${key}` : `${key}=${value}`}`]);
    });
}

function addKeeping(model: Command): void {
  for (const [name, isArchived] of [
    ["archive", true],
    ["restore", false],
  ] as const)
    addApiCommand(
      model,
      name,
      isArchived
        ? "take a version out of the hot list; nothing of it is gone"
        : "put a version back into the hot list",
    )
      .argument("<ref>", "name@version", parseRef)
      .action(async (ref: ModelRef, flags: ApiFlags) => {
        const { api, base } = connect(flags);
        const answer = await api.put(`${base}/${versionPath(ref)}/archived`, { isArchived });
        print(flags, answer, [`${toText(ref)} ${isArchived ? "is archived" : "is back"}`]);
      });
  addApiCommand(model, "delete", "delete a version that nothing points at; else what does is named")
    .argument("<ref>", "name@version", parseRef)
    .action(async (ref: ModelRef, flags: ApiFlags) => {
      const { api, base } = connect(flags);
      const answer = await api.delete(`${base}/${versionPath(ref)}`);
      print(flags, answer, [`${toText(ref)} is deleted`]);
    });
}

interface AliasAnswer {
  readonly outcome: "moved" | "none" | "asked";
  readonly alias: string;
}

function describeMove({ outcome, alias }: AliasAnswer, target: string): string {
  return {
    moved: `${alias} is ${target} now`,
    none: `${alias} already was ${target}`,
    asked: `${alias} waits for a second person to approve`,
  }[outcome];
}

const toText = ({ name, version }: ModelRef) => `${name}@${version}`;
const versionPath = ({ name, version }: ModelRef) => `models/${encodeURIComponent(name)}/versions/${version}`;
const aliasPath = (base: string, name: string, alias: string) =>
  `${base}/models/${encodeURIComponent(name)}/aliases/${encodeURIComponent(alias)}`;

/** The shell has taken the quotes of a term with blanks; the search needs them. */
function quoteTerm(term: string): string {
  return /\s/.test(term) ? `"${term.replaceAll('"', '""')}"` : term;
}
