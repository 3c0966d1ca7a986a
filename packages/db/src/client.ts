import { PrismaPg } from "@prisma/adapter-pg";
import { PrismaClient } from "../generated/client";

/** A database handle; inside `db.$transaction` callers get the narrower `Tx`. */
export type Db = PrismaClient;
export type Tx = Parameters<Parameters<PrismaClient["$transaction"]>[0]>[0];

/** Opens a pool of at most 10 connections: one API process never needs more, and Postgres defaults to 100 in all. */
export function createDb(databaseUrl: string): Db {
  return new PrismaClient({
    adapter: new PrismaPg({ connectionString: databaseUrl, max: 10 }),
    // The longer formats print the arguments of the failed call, and with them ids, into the log.
    errorFormat: "minimal",
  });
}
