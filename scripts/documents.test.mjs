// Documents are held to the code: error table, environment variables, cited paths and commands.
import { execFileSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { ERRORS } from "../packages/contracts/src/errors.ts";
import { root } from "./lib/paths.mjs";

const read = (path) => readFileSync(join(root, path), "utf8");
const tracked = execFileSync("git", ["ls-files"], { cwd: root, encoding: "utf8" }).trim().split("\n");
const documents = tracked.filter((path) => path.endsWith(".md"));

test("docs/errors.md lists exactly the codes of the error table, with their status and retry", () => {
  const rows = [
    ...read("docs/errors.md").matchAll(/^\| `(\w+)` +\| +(\d+) \| (yes|no) +\| (.+?) +\|$/gm),
  ].map((match) => match.slice(1));
  const wanted = Object.entries(ERRORS).map(([code, e]) => [
    code,
    String(e.http),
    e.retryable ? "yes" : "no",
    e.title,
  ]);
  expect(rows).toEqual(wanted);
});

test(".env.example names every variable that the processes read, and no other", () => {
  const listed = new Set(
    [...read(".env.example").matchAll(/^#?([A-Z][A-Z0-9_]+)=/gm)].map((match) => match[1]),
  );
  const sources = tracked
    .filter((path) => /(^|\/)env\.ts$/.test(path))
    .map(read)
    .join("\n");
  const readByProcesses = new Set(
    [...sources.matchAll(/\b([A-Z][A-Z0-9]*_[A-Z0-9_]+):/g)].map((match) => match[1]),
  );
  const addedByScripts = [
    "POSTGRES_PORT",
    "REDIS_PORT",
    "WEB_PORT",
    "API_URL",
    "SERVING_URL",
    "AWS_ACCESS_KEY_ID",
    "AWS_SECRET_ACCESS_KEY",
  ];
  for (const name of readByProcesses) expect(listed, `${name} is read by a process`).toContain(name);
  for (const name of listed)
    expect([...readByProcesses, ...addedByScripts], `${name} is in .env.example`).toContain(name);
});

test.each(documents)("%s cites only paths and npm scripts that exist", (document) => {
  const text = read(document);
  const scripts = JSON.parse(read("package.json")).scripts;
  for (const [, script] of text.matchAll(/npm run ([a-z][a-z:]*)/g))
    expect(Object.keys(scripts)).toContain(script);
  for (const [, path] of text.matchAll(/`((?:apps|packages|docs|scripts|prisma|e2e)\/[\w./-]+)`/g)) {
    expect(existsSync(join(root, path)), `${document} cites ${path}`).toBe(true);
  }
  for (const [, path] of text.matchAll(/\]\((?!https?:|#)([^)]+)\)/g)) {
    expect(existsSync(join(root, document, "..", path)), `${document} links ${path}`).toBe(true);
  }
});
