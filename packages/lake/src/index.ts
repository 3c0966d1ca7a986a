export { type ArchivedSlate, type Lake, openLake, type QuarantinedRow, quote } from "./lake";
export { type LakeTable, tableDir, utcDay } from "./paths";
