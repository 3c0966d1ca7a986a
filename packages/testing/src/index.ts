export { findSharedData } from "./sharedData";
export { startTcpProxy, type TcpProxy } from "./tcpProxy";
export { createTestDatabase, requireEnv, type TestDatabase } from "./testDatabase";
