import { existsSync, readdirSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { type Document, LineCounter, parseAllDocuments } from "yaml";
import { InputError } from "../inputError";

/** One definition as it stands in a file, and where its fields stand there. */
export interface ReadView {
  readonly file: string;
  readonly definition: unknown;
  /** `file:line:column` of a field, or of the nearest part around it that is there. */
  place(field: string): string;
}

/**
 * Definitions of YAML files, one or several documents each, in order. A name instead of a path takes a definition that
 * is shipped.
 *
 * @throws InputError naming file and line for a missing file, text that is no YAML, or an empty file
 */
export async function readViews(pathsOrNames: readonly string[]): Promise<ReadView[]> {
  const files = await Promise.all(pathsOrNames.map(readFileOrShipped));
  return files.flatMap(({ file, text }) => {
    const lines = new LineCounter();
    const documents = parseAllDocuments(text, { lineCounter: lines });
    const views = (Array.isArray(documents) ? documents : []).filter(
      (each) => each.errors.length > 0 || each.toJS() !== null,
    );
    if (views.length === 0)
      throw new InputError(`${file} holds no feature view: write one document for each`);
    return views.map((document) => toView(file, document, lines));
  });
}

function toView(file: string, document: Document, lines: LineCounter): ReadView {
  const [error] = document.errors;
  if (error !== undefined) {
    const { line, col } = lines.linePos(error.pos[0]);
    throw new InputError(`${file}:${line}:${col} is not YAML: ${error.message.split("\n")[0]}`);
  }
  return {
    file,
    definition: document.toJS(),
    place(field) {
      const { line, col } = lines.linePos(findOffset(document, field.split(".")));
      return `${file}:${line}:${col}`;
    },
  };
}

/** A field such as `fields.context.price.type` has dots in a key: longer keys are tried first. */
function findOffset(document: Document, path: readonly string[]): number {
  const walk = (at: readonly string[], rest: readonly string[]): number | null => {
    for (let n = rest.length; n > 0; n--) {
      const key = [...at, rest.slice(0, n).join(".")];
      if (!document.hasIn(key)) continue;
      return walk(key, rest.slice(n)) ?? offsetOf(document.getIn(key, true));
    }
    return null;
  };
  return walk([], path) ?? offsetOf(document.contents) ?? 0;
}

function offsetOf(node: unknown): number | null {
  return (node as { range?: readonly number[] | null } | null)?.range?.[0] ?? null;
}

async function readFileOrShipped(pathOrName: string): Promise<{ file: string; text: string }> {
  const shipped = join(shippedDir(), `${pathOrName}.yaml`);
  const file = existsSync(pathOrName) ? pathOrName : shipped;
  if (!existsSync(file)) {
    const names = readdirSync(shippedDir()).map((each) => each.replace(/\.yaml$/, ""));
    throw new InputError(
      `No file ${pathOrName}. Give the path of a YAML file, or one of the shipped views: ${names.join(", ")}.`,
    );
  }
  return { file, text: await readFile(file, "utf8") };
}

/** Beside the sources and beside the bundle alike: both lie below the package. */
function shippedDir(): string {
  let dir = dirname(fileURLToPath(import.meta.url));
  while (!existsSync(join(dir, "views"))) dir = dirname(dir);
  return join(dir, "views");
}
