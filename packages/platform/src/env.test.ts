import { expect, test } from "vitest";
import { EnvError, envFragments, parseEnv } from "./env";

test("every variable that is missing or wrong is named at once", () => {
  const shape = { ...envFragments.redis, ...envFragments.auth, ...envFragments.api };
  const parse = () => parseEnv(shape, { REDIS_URL: "http://x", AUTH_SECRET: "short", API_PORT: "99999" });
  expect(parse).toThrow(EnvError);
  expect(parse).toThrow(/REDIS_URL[\s\S]*AUTH_SECRET[\s\S]*SERVICE_KEY[\s\S]*API_PORT/);
});

test("a complete environment is frozen and has its defaults", () => {
  const env = parseEnv(envFragments.api, {});
  expect(env).toEqual({ API_HOST: "127.0.0.1", API_PORT: 4000 });
  expect(Object.isFrozen(env)).toBe(true);
});
