import type { ApiOutputs } from "@/lib/trpc/client";

export type ViewSummary = ApiOutputs["featureViews"]["list"][number];
export type ViewDetail = ApiOutputs["featureViews"]["get"];
export type VersionDetail = ViewDetail["versions"][number];
export type ViewConsumer = ViewDetail["consumers"][number];
export type Backfill = ApiOutputs["featureViews"]["backfill"];
export type ViewData = ApiOutputs["featureViews"]["values"]["data"];
export type ReadyData = Extract<ViewData, { state: "ready" }>;
export type OutputData = ReadyData["outputs"][number];
