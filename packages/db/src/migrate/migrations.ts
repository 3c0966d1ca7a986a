import { mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { createSchemaEngine } from "./schemaEngine";

const NO_FILTER = { externalTables: [], externalEnums: [] };

/** Applies every migration of `<prismaDir>/migrations` that the database has not seen; returns their names. */
export async function applyMigrations(databaseUrl: string, prismaDir: string): Promise<string[]> {
  const engine = await createSchemaEngine(databaseUrl);
  const baseDir = join(prismaDir, "migrations");
  const names = (await readdir(baseDir, { withFileTypes: true }))
    .filter((entry) => entry.isDirectory())
    .map((entry) => entry.name)
    .sort();
  const migrationDirectories = await Promise.all(
    names.map(async (name) => ({
      path: name,
      migrationFile: {
        path: "migration.sql",
        content: { tag: "ok" as const, value: await readFile(join(baseDir, name, "migration.sql"), "utf8") },
      },
    })),
  );
  const { appliedMigrationNames } = await engine.applyMigrations({
    migrationsList: {
      baseDir,
      lockfile: { path: "migration_lock.toml", content: 'provider = "postgresql"\n' },
      shadowDbInitScript: "",
      migrationDirectories,
    },
    filters: NO_FILTER,
  });
  return appliedMigrationNames;
}

/**
 * Writes the SQL that leads from the schema the migrations describe to the present one, as a new migration.
 * `migrations/schema.prisma` keeps the schema as of the last migration, so no database is needed to compare.
 */
export async function createMigration(
  prismaDir: string,
  databaseUrl: string,
  name: string,
): Promise<string | null> {
  const engine = await createSchemaEngine(databaseUrl);
  const snapshotPath = join(prismaDir, "migrations", "schema.prisma");
  const previous = await readFile(snapshotPath, "utf8").catch(() => null);
  const current = await readSchema(prismaDir);
  const { stdout } = await engine.diff({
    from:
      previous === null
        ? { tag: "empty" }
        : { tag: "schemaDatamodel", files: [{ path: "schema.prisma", content: previous }] },
    to: { tag: "schemaDatamodel", files: [{ path: "schema.prisma", content: current }] },
    script: true,
    exitCode: null,
    filters: NO_FILTER,
  });
  if (stdout === null || stdout.includes("This is an empty migration")) return null;
  await mkdir(join(prismaDir, "migrations", name), { recursive: true });
  await writeFile(join(prismaDir, "migrations", name, "migration.sql"), stdout);
  await writeFile(snapshotPath, current);
  return name;
}

/** All schema files of `<prismaDir>/schema` as one text, in name order. */
export async function readSchema(prismaDir: string): Promise<string> {
  const dir = join(prismaDir, "schema");
  const files = (await readdir(dir)).filter((file) => file.endsWith(".prisma")).sort();
  const parts = await Promise.all(files.map((file) => readFile(join(dir, file), "utf8")));
  return parts.join("\n");
}
