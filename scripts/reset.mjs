// `npm run reset`: stops everything and removes all data of this clone: database, Redis, lake, artifacts, secrets.
import { rmSync } from "node:fs";
import { dataDir } from "./lib/paths.mjs";
import { removePostgresData } from "./lib/postgres.mjs";
import { stopRunning } from "./lib/runState.mjs";
import { say } from "./lib/say.mjs";

await stopRunning();
removePostgresData();
rmSync(dataDir, { recursive: true, force: true });
say(`Removed ${dataDir}. The next npm run up starts from nothing.`);
