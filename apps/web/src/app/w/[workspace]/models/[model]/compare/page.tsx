import type { Metadata } from "next";
import { notFound } from "next/navigation";
import * as z from "zod";
import { getTrpc, Prefetched } from "@/lib/trpc/server";
import { ComparePage } from "@/modules/models/pages/ComparePage";

export const metadata: Metadata = { title: "Compare versions" };

const VersionNumber = z.coerce.number().int().min(1);
const Query = z.object({ before: VersionNumber, after: VersionNumber });

interface Props {
  params: Promise<{ workspace: string; model: string }>;
  searchParams: Promise<Record<string, string | string[] | undefined>>;
}

export default async function Compare({ params, searchParams }: Props) {
  const { workspace, model } = await params;
  const name = decodeURIComponent(model);
  const query = Query.safeParse(await searchParams);
  if (!query.success) notFound();
  const { before, after } = query.data;
  const input = { workspace, before: { name, version: before }, after: { name, version: after } };
  return (
    <Prefetched queries={[getTrpc().models.compare.queryOptions(input)]}>
      <ComparePage name={name} before={before} after={after} />
    </Prefetched>
  );
}
