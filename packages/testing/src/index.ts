export { findSharedData } from "./sharedData";
export { createTestDatabase, requireEnv, type TestDatabase } from "./testDatabase";
