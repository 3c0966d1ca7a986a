// `node dist/migrate.js deploy` applies migrations to DATABASE_URL; `… create <name>` writes a new one.
import { join } from "node:path";
import { applyMigrations, createMigration } from "./migrations";

const [command, name] = process.argv.slice(2);
const databaseUrl = process.env.DATABASE_URL;
const prismaDir = join(process.cwd(), "prisma");

if (databaseUrl === undefined) {
  process.stderr.write("DATABASE_URL is not set: it names the Postgres database to migrate.\n");
  process.exit(1);
}
if (command === "deploy") {
  const applied = await applyMigrations(databaseUrl, prismaDir);
  process.stdout.write(applied.length === 0 ? "database is up to date\n" : `applied ${applied.join(", ")}\n`);
} else if (command === "create" && name !== undefined) {
  const created = await createMigration(prismaDir, databaseUrl, name);
  process.stdout.write(
    created === null ? "the schema has not changed\n" : `wrote prisma/migrations/${created}\n`,
  );
} else {
  process.stderr.write("usage: migrate deploy | migrate create <name>\n");
  process.exit(1);
}
process.exit(0);
