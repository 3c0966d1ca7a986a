import type { Metadata } from "next";
import { FeatureDraftPage } from "@/modules/features/pages/FeatureDraftPage";

export const metadata: Metadata = { title: "New feature view" };

interface Props {
  searchParams: Promise<{ from?: string | string[] }>;
}

export default async function NewFeatureView({ searchParams }: Props) {
  const { from } = await searchParams;
  return <FeatureDraftPage from={typeof from === "string" && from !== "" ? from : null} />;
}
