import { InputError } from "../inputError";

/** Ids as found in the files, numbered by first appearance: the order in which equal scores are broken. */
export class IdMap {
  private readonly indexes = new Map<string, number>();

  get size(): number {
    return this.indexes.size;
  }

  indexOf(id: string): number {
    const known = this.indexes.get(id);
    if (known !== undefined) return known;
    this.indexes.set(id, this.indexes.size);
    return this.indexes.size - 1;
  }
}

export interface Ids {
  users: IdMap;
  items: IdMap;
}

export interface Pairs {
  users: number[];
  items: number[];
}

/** Names the file in messages; the text is its unpacked content. */
export interface SourceText {
  file: string;
  text: string;
}

/**
 * Reads user–item pairs. Two formats, told apart line by line:
 *
 *   user item item item …        separated by blanks: a user and all their items (a user alone has none)
 *   user<TAB>item[<TAB>…]        separated by tabs: one pair; further columns (rating, time) are ignored
 *
 * Ids are any text without white space. Empty lines are skipped.
 */
export function parsePairs(source: SourceText, ids: Ids): Pairs {
  const pairs: Pairs = { users: [], items: [] };
  forEachLine(source.text, (line, number) => {
    const tabbed = line.includes("\t");
    const cells = tabbed ? line.split("\t").map((cell) => cell.trim()) : line.split(/\s+/);
    const user = cells[0]!;
    const items = tabbed ? cells.slice(1, 2) : cells.slice(1);
    if (user === "" || items.includes("")) {
      throw lineError(
        source.file,
        number,
        "has an empty user or item",
        "write “user item item …” or “user<TAB>item”",
      );
    }
    for (const item of items) {
      if (/[,;(]/.test(item)) {
        throw lineError(
          source.file,
          number,
          `holds “${item}”, which is no item id`,
          "separate ids by blanks or tabs",
        );
      }
      pairs.users.push(ids.users.indexOf(user));
      pairs.items.push(ids.items.indexOf(item));
    }
  });
  if (pairs.users.length === 0) {
    throw new InputError(`${source.file} holds no user–item pair: is it the right file, and complete?`);
  }
  return pairs;
}

export interface NegativesLine {
  user: number;
  item: number;
  negatives: Int32Array;
}

/** Reads the negatives file of Neural Collaborative Filtering: `(user,item)<TAB>negative<TAB>negative…`. */
export function parseNegatives(source: SourceText, ids: Ids): NegativesLine[] {
  const lines: NegativesLine[] = [];
  forEachLine(source.text, (line, number) => {
    const [head, ...rest] = line.split(/\s*\t\s*/);
    const pair = /^\(\s*([^\s,()]+)\s*,\s*([^\s,()]+)\s*\)$/.exec(head ?? "");
    if (pair === null) {
      throw lineError(
        source.file,
        number,
        `starts with “${(head ?? "").slice(0, 40)}”`,
        "start it with “(user,item)”",
      );
    }
    const negatives = rest.filter((id) => id !== "");
    if (negatives.length === 0) {
      throw lineError(
        source.file,
        number,
        "lists no negative items",
        "add them after “(user,item)”, separated by tabs",
      );
    }
    lines.push({
      user: ids.users.indexOf(pair[1]!),
      item: ids.items.indexOf(pair[2]!),
      negatives: Int32Array.from(negatives, (id) => ids.items.indexOf(id)),
    });
  });
  return lines;
}

function forEachLine(text: string, visit: (line: string, number: number) => void): void {
  const lines = text.split("\n");
  for (const [index, raw] of lines.entries()) {
    const line = raw
      .replace(/^\uFEFF/, "")
      .replace(/[ \r]+$/, "")
      .replace(/^ +/, "");
    if (line.trim() !== "") visit(line, index + 1);
  }
}

function lineError(file: string, line: number, problem: string, remedy: string): InputError {
  return new InputError(`${file}, line ${line} ${problem}: ${remedy}`);
}
