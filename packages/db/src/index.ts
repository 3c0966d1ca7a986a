export { Prisma } from "../generated/client";
export * from "../generated/enums";
export { createDb, type Db, type Tx } from "./client";
export { applyMigrations, createMigration } from "./migrate/migrations";
