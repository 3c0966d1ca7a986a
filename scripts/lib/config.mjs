// The environment of all processes: what the caller set, then `.env`, then what this clone generated once.
import { randomBytes } from "node:crypto";
import { chmodSync, existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { availableParallelism } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { parseEnv } from "node:util";
import { dataDir, root } from "./paths.mjs";

export const DEFAULT_PORTS = {
  WEB_PORT: 3000,
  API_PORT: 4000,
  SERVING_PORT: 8080,
  POSTGRES_PORT: 54_320,
  REDIS_PORT: 56_379,
};

/** Settings of this clone; secrets are made at the first call and kept in `.data/secrets.env`, readable by its owner only. */
export function loadConfig() {
  mkdirSync(dataDir, { recursive: true });
  const given = { ...readEnvFile(join(root, ".env")), ...process.env };
  const secrets = loadSecrets(join(dataDir, "secrets.env"));
  const ports = Object.fromEntries(
    Object.entries(DEFAULT_PORTS).map(([name, fallback]) => [name, Number(given[name] ?? fallback)]),
  );
  return {
    ports,
    external: { postgres: given.DATABASE_URL ?? null, redis: given.REDIS_URL ?? null },
    env: {
      ...secrets,
      LOG_LEVEL: "info",
      NODE_ENV: "production",
      API_HOST: "127.0.0.1",
      SERVING_HOST: "127.0.0.1",
      SERVING_PROCESSES: String(availableParallelism()),
      SERVING_STATE_DIR: join(dataDir, "serving"),
      ARTIFACT_URL: pathToFileURL(join(dataDir, "artifacts")).href,
      LAKE_URL: pathToFileURL(join(dataDir, "lake")).href,
      ...pick(given, settingNames()),
      API_PORT: String(ports.API_PORT),
      SERVING_PORT: String(ports.SERVING_PORT),
      API_URL: `http://127.0.0.1:${ports.API_PORT}`,
      SERVING_URL: `http://127.0.0.1:${ports.SERVING_PORT}`,
      WEB_URL: given.WEB_URL ?? `http://127.0.0.1:${ports.WEB_PORT}`,
    },
  };
}

/** Every variable that .env.example documents. */
function settingNames() {
  const text = readFileSync(join(root, ".env.example"), "utf8");
  return [...text.matchAll(/^#([A-Z][A-Z0-9_]+)=/gm)].map((match) => match[1]);
}

function loadSecrets(path) {
  if (!existsSync(path)) {
    const names = ["PSEUDONYM_KEY", "AUTH_SECRET", "SERVICE_KEY"];
    writeFileSync(path, names.map((name) => `${name}=${randomBytes(32).toString("base64url")}\n`).join(""), {
      mode: 0o600,
    });
    chmodSync(path, 0o600);
  }
  return readEnvFile(path);
}

function readEnvFile(path) {
  return existsSync(path) ? parseEnv(readFileSync(path, "utf8")) : {};
}

function pick(source, names) {
  return Object.fromEntries(
    names.filter((name) => source[name] !== undefined).map((name) => [name, source[name]]),
  );
}
