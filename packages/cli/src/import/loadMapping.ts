import { existsSync, readdirSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { parse } from "yaml";
import { InputError } from "../inputError";
import { Mapping } from "./mapping";

/** Reads a mapping by path, or by name from those that are shipped; every wrong field is named. */
export async function loadMapping(nameOrPath: string): Promise<Mapping> {
  const shipped = join(shippedDir(), `${nameOrPath}.yaml`);
  const path = existsSync(nameOrPath) ? nameOrPath : shipped;
  if (!existsSync(path)) {
    const names = readdirSync(shippedDir()).map((file) => file.replace(/\.yaml$/, ""));
    throw new InputError(
      `No mapping ${nameOrPath}. Give the path of a YAML file, or one of: ${names.join(", ")}.`,
    );
  }
  let document: unknown;
  try {
    document = parse(await readFile(path, "utf8"));
  } catch (error) {
    throw new InputError(`${path} is not YAML: ${(error as Error).message}`);
  }
  const parsed = Mapping.safeParse(document);
  if (parsed.success) return parsed.data;
  const lines = parsed.error.issues.map((issue) => `  ${issue.path.join(".") || "(top)"}: ${issue.message}`);
  throw new InputError(`${path} is not a valid mapping:\n${lines.join("\n")}`);
}

/** Beside the sources and beside the bundle alike: both lie one folder below the package. */
function shippedDir(): string {
  let dir = dirname(fileURLToPath(import.meta.url));
  while (!existsSync(join(dir, "mappings"))) dir = dirname(dir);
  return join(dir, "mappings");
}
