import { readFile } from "node:fs/promises";
import { InvalidArgumentError } from "commander";
import { InputError } from "./inputError";

// What commands take, read once and refused with what to write instead. commander puts the name of the option before it.

export interface ModelRef {
  readonly name: string;
  readonly version: number;
}

/** `name@3` or `name@v3`. */
export function parseRef(text: string): ModelRef {
  const [, name, version] = /^([^@/]+)@v?(\d+)$/.exec(text) ?? [];
  if (name === undefined || Number(version) < 1)
    throw new InvalidArgumentError("Write name@version, such as my_ranker@3.");
  return { name, version: Number(version) };
}

export function parseWhole(text: string): number {
  if (!/^\d{1,9}$/.test(text)) throw new InvalidArgumentError("Write a whole number from 0.");
  return Number(text);
}

/** Number of a rollout or a release. */
export function parseNumber(text: string): number {
  if (!/^[1-9]\d{0,8}$/.test(text)) throw new InvalidArgumentError("Write its number, such as 3.");
  return Number(text);
}

export function parseMinutes(text: string): number {
  const minutes = Number(text);
  if (!(minutes > 0)) throw new InvalidArgumentError("Write minutes above 0, such as 30.");
  return minutes;
}

export function parseReason(text: string): string {
  if (text.trim().length < 3) throw new InvalidArgumentError("Say why, in a few words.");
  return text.trim();
}

export function parseSlug(text: string): string {
  if (!/^[a-z0-9][a-z0-9-]{0,39}$/.test(text))
    throw new InvalidArgumentError("Write the workspace's slug: lower-case letters, digits or hyphens.");
  return text;
}

/** A JSON file that an option names. Throws InputError naming the option, the file and what is wrong with it. */
export async function readJsonFile(option: string, path: string): Promise<unknown> {
  const text = await readFile(path, "utf8").catch((error: NodeJS.ErrnoException) => {
    throw new InputError(
      `${option}: ${path} cannot be read (${error.code === "ENOENT" ? "there is no such file" : error.message})`,
    );
  });
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new InputError(`${option}: ${path} is not JSON (${(error as Error).message})`);
  }
}
