import type { Metadata } from "next";
import { notFound } from "next/navigation";
import * as z from "zod";
import { getTrpc, Prefetched } from "@/lib/trpc/server";
import { VersionPage } from "@/modules/models/pages/VersionPage";

const VersionNumber = z.coerce.number().int().min(1);

interface Props {
  params: Promise<{ workspace: string; model: string; version: string }>;
}

export async function generateMetadata({ params }: Props): Promise<Metadata> {
  const { model, version } = await params;
  return { title: `${decodeURIComponent(model)}@${version}` };
}

export default async function Version({ params }: Props) {
  const { workspace, model, version } = await params;
  const name = decodeURIComponent(model);
  const number = VersionNumber.safeParse(version);
  if (!number.success) notFound();
  return (
    <Prefetched queries={[getTrpc().models.version.queryOptions({ workspace, name, version: number.data })]}>
      <VersionPage name={name} version={number.data} />
    </Prefetched>
  );
}
