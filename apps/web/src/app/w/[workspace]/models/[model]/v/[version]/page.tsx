import type { Metadata } from "next";
import { notFound } from "next/navigation";
import { getTrpc, Prefetched } from "@/lib/trpc/server";
import { VersionPage } from "@/modules/models/pages/VersionPage";

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
  const number = Number(version);
  if (!Number.isInteger(number) || number < 1) notFound();
  return (
    <Prefetched queries={[getTrpc().models.version.queryOptions({ workspace, name, version: number })]}>
      <VersionPage name={name} version={number} />
    </Prefetched>
  );
}
